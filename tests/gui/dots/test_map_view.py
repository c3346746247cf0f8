"""What the map tells others: the query's star, what is in view, when the view has rested."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from radgalgui.gui.colour_filter import ColourFilter
from radgalgui.gui.colours import continuous_scale
from radgalgui.gui.map_marks import Marks
from radgalgui.gui.map_view import MapView
from radgalgui.gui.theme import LIGHT

RNG = np.random.default_rng(9)


@pytest.fixture
def view(qtbot) -> MapView:
    made = MapView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.set_theme(LIGHT)
    made.show()
    places = RNG.uniform(0, 1, (400, 2))
    places[7] = (0.5, 0.5)
    made.set_map(places, continuous_scale(np.arange(400.0)), "Angular size")
    return made


def point(view: MapView, x: float, y: float) -> None:
    """Move the pointer to a place of the map."""
    at, port = QPointF(view.pixel_of(x, y)), view.viewport()
    none = Qt.MouseButton.NoButton
    keys = Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, at, port.mapToGlobal(at), none, none, keys)
    QApplication.sendEvent(port, move)


def test_the_star_is_told_after_the_source_is_left_and_before_the_next_is_met(view):
    told: list[tuple[str, object]] = []
    view.hovered.connect(lambda index: told.append(("source", index)))
    view.query_hovered.connect(lambda there: told.append(("star", there)))
    x, y = view.place_of(3)
    point(view, x, y)
    view.set_marks(Marks(query=(0.5, 0.5), spread=0.2))
    point(view, 0.5, 0.5)
    point(view, x, y)
    assert told == [
        ("source", 3),
        ("source", None),
        ("star", True),
        ("star", False),
        ("source", 3),
    ]


def test_how_sure_a_place_is_is_drawn_as_a_circle(view):
    view.set_marks(Marks(query=(0.5, 0.5), spread=0.25))
    wide = view.grab().toImage()
    view.set_marks(Marks(query=(0.5, 0.5), spread=1e-4))
    narrow = view.grab().toImage()
    centre, end = view.pixel_of(0.5, 0.5), view.pixel_of(0.75, 0.5)
    radius = end.x() - centre.x()
    accent = QColor(LIGHT.accent)

    def differing(distance: float) -> float:
        turns = np.linspace(0, 2 * np.pi, 90)
        spots = [
            (round(centre.x() + distance * np.cos(t)), round(centre.y() + distance * np.sin(t)))
            for t in turns
        ]
        return float(np.mean([wide.pixel(*spot) != narrow.pixel(*spot) for spot in spots]))

    assert accent.isValid()
    assert differing(radius - 5) > 0.9
    assert differing(radius + 5) == 0


def test_rows_in_view_are_those_that_are_shown_there(view):
    view.go_to(QRectF(0.2, 0.2, 0.3, 0.3), glide=False)
    rect = view.box.viewRect()
    places = np.array([view.place_of(i) for i in range(400)], np.float32)
    inside = (places >= (rect.left(), rect.top())) & (places <= (rect.right(), rect.bottom()))
    wanted = set(np.flatnonzero(inside.all(axis=1)).tolist())
    assert 5 < len(wanted) < 300
    assert set(view.visible_rows().tolist()) == wanted
    view.set_filter(ColourFilter(low=51))
    left = {row for row in wanted if view.scale.codes[row] >= 51}
    assert set(view.visible_rows().tolist()) == left
    assert left < wanted


def test_the_view_tells_where_it_came_to_rest_after_a_glide(view, qtbot):
    with qtbot.waitSignal(view.view_settled) as told:
        view.go_to(QRectF(0.4, 0.4, 0.1, 0.1))
    assert told.args[0] == view.box.viewRect()
    assert view.at_rest
    assert view.box.viewRect().contains(QRectF(0.4, 0.4, 0.1, 0.1))


def test_a_rest_of_the_hand_is_not_told_on_the_way_of_a_glide(view, qtbot):
    view.motion.findChild(QTimer).setInterval(0)  # it would be told at once
    told = []
    view.view_settled.connect(told.append)
    view.zoom(2.0)
    with qtbot.waitSignal(view.view_settled):
        view.go_to(QRectF(0.4, 0.4, 0.1, 0.1))
    assert told == [view.box.viewRect()]
    assert told[0].width() < 0.2
    assert view.at_rest


@pytest.mark.parametrize("how", ["pressed", "turned"])
def test_a_hand_that_ends_a_glide_is_heard_of_where_that_was(view, qtbot, how):
    glide = view.motion.findChild(QVariantAnimation)
    glide.setDuration(600_000)
    view.go_to(QRectF(0.4, 0.4, 1e-3, 1e-3))
    glide.setCurrentTime(300_000)
    half = view.box.viewRect()
    assert not view.at_rest
    if how == "pressed":
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        assert view.box.viewRect() == half
    else:
        wheel(view)
        assert view.box.viewRect().width() < half.width()
    there = view.box.viewRect()
    with qtbot.waitSignal(view.view_settled) as told:
        pass
    assert told.args == [there]
    assert view.box.viewRect() == there
    assert view.at_rest


def wheel(view: MapView) -> None:
    """Turn the wheel over the middle, nearer by a notch."""
    at, none = QPointF(view.viewport().rect().center()), Qt.MouseButton.NoButton
    there, keys = view.viewport().mapToGlobal(at), Qt.KeyboardModifier.NoModifier
    step, phase = QPoint(0, 120), Qt.ScrollPhase.NoScrollPhase
    turned = QWheelEvent(at, there, QPoint(), step, none, keys, phase, False)
    QApplication.sendEvent(view.viewport(), turned)


def test_the_wheel_cannot_lose_the_map(view):
    for factor in (1e-6, 1e12):
        view.zoom(factor)
        rect = view.box.viewRect()
        assert 1 / 30_000 < max(rect.width(), rect.height()) < 20
