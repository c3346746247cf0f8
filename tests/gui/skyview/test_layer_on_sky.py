"""A catalogue laid over the map stands on the sky, too: its diamonds, their key, the pointer."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import make_catalog
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.catalogs.layer import FAMILIAR, NEW
from radgalgui.gui.skyview.aim import Aim
from radgalgui.gui.skyview.feature import SkyFeature
from radgalgui.gui.skyview.scene import SkyScene
from radgalgui.gui.skyview.sphere import Sphere

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def part(window, qtbot) -> SkyFeature:
    """Return the sky of a window, open and with its sources."""
    (feature,) = (f for f in window.commands.features if isinstance(f, SkyFeature))
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(feature.panel.view.points.sphere) == 300, timeout=10_000)
    return feature


@pytest.fixture
def overlay(window, part, qtbot, tmp_path):
    """Return the presenter of a catalogue of 60 sources that is laid over the open one."""
    shown = window.commands.catalogs.overlay
    window.commands.catalogs.lay_over(make_catalog(tmp_path / "other", 60, seed=11))
    layer = part.panel.view.scene.layer
    qtbot.waitUntil(
        lambda: (
            shown.asking.overlay is not None
            and shown.asking.overlay.covered is not None
            and not shown.asking.open
            and len(layer.sphere) == 60
            and not layer.empty
        ),
        timeout=10_000,
    )
    return shown


def test_diamonds_stand_where_their_sources_lie_and_the_pointer_tells_of_them(
    window, part, overlay, qtbot
):
    view, laid = part.panel.view, overlay.asking.overlay
    assert view.points.strength == 0.5  # the catalogue itself steps back
    key = part.presenter._laid.key
    assert key.isVisible()
    assert [label.whole.split()[0] for label in key.counts] == ["54", "6"]
    assert not key.note.isVisible()
    columns = laid.sources.columns
    places = [
        view.scene.pixel_of(float(ra), float(dec))
        for ra, dec in zip(columns["ra"], columns["dec"], strict=True)
    ]
    apart = [min((a - b).manhattanLength() for b in places if b is not a) for a in places]
    row = int(np.argmax(apart))  # which no other lies near to
    at = places[row].toPoint()
    assert view.scene.layer_row_at(QPointF(at)) == row
    QTest.mouseMove(view, QPoint(2, view.height() - 2))
    QTest.mouseMove(view, at)
    qtbot.waitUntil(lambda: view.card.isVisible(), timeout=5_000)
    assert view.card.name == laid.sources.name(row)
    assert ("unlike any" in view.card.lines[0]) == (laid.novelty[row] >= 99)
    ringed = window.map.view.marks.marks.hovered
    assert ringed == tuple(map(float, laid.on_map(window.presenter.method)[row]))
    QTest.mouseClick(view, LEFT, pos=at)
    assert window.desk.session.selected == laid.nearest[row]
    QTest.mouseMove(view, QPoint(2, view.height() - 2))
    qtbot.waitUntil(lambda: window.map.view.marks.marks.hovered is None, timeout=5_000)
    assert not view.card.isVisible()


def test_they_go_and_come_with_those_on_the_map(window, part, overlay):
    view, key = part.panel.view, part.presenter._laid.key
    window.map.view.layer_hovered.emit(7)  # pointed at on the map, and ringed here
    columns = overlay.asking.overlay.sources.columns
    assert view.scene.sky.hovered == (columns["ra"][7], columns["dec"][7])
    overlay.toggle()
    assert view.scene.layer.empty
    assert view.points.strength == 1.0
    assert not key.isVisible()
    overlay.toggle()
    assert not view.scene.layer.empty
    assert key.isVisible()
    QTest.mouseClick(overlay.card.close_button, LEFT)
    assert view.scene.layer.empty
    assert not key.isVisible()


def test_a_catalogue_without_positions_is_said_to_have_none(window, part, overlay, qtbot):
    laid = overlay.asking.overlay
    laid.sources = laid.sources.without_columns(["ra", "dec"])
    overlay.drawn.emit()
    key = part.presenter._laid.key
    qtbot.waitUntil(lambda: key.note.whole == "no positions on the sky", timeout=5_000)
    assert part.panel.view.scene.layer.empty


def kinds_at(scene: SkyScene, places: list[QPointF]) -> list[int]:
    """Return the numbers of the colours in the middle of the layer's picture at some places."""
    image = scene._layer_picture()
    return [image.pixelIndex(int(at.x()), int(at.y())) for at in places]


def test_the_new_are_full_the_familiar_hollow_and_those_to_come_are_not_there(qapp):
    scene = SkyScene()
    scene.size = scene.size.expandedTo(scene.size * 400)
    scene.aim = Aim(0.0, 0.0, 20.0)  # across the meridian from which longitudes are counted
    ra, dec = np.array([359.0, 1.0, 5.0, np.nan]), np.array([0.0, 0.0, 3.0, 0.0])
    codes = np.array([NEW, FAMILIAR, 0, NEW], np.uint8)
    scene.layer.show_sources(Sphere(ra, dec), codes)
    places = [scene.pixel_of(*at) for at in zip(ra[:3], dec[:3], strict=True)]
    middles = kinds_at(scene, places)
    assert middles[0] == NEW
    assert middles[1] != FAMILIAR
    assert middles[2] == 0
    sides = kinds_at(scene, [at + QPointF(5, 0) for at in places])
    assert sides == [NEW, FAMILIAR, 0]
    assert [scene.layer_row_at(at) for at in places] == [0, 1, None]
    scene.aim = Aim(180.0, 0.0, 20.0)
    assert scene.layer_row_at(places[0]) is None
