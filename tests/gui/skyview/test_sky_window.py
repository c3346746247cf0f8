"""The sky in the real window, by mouse and keys: it and the map show the same selection."""

from __future__ import annotations

import numpy as np
import pytest
from hands import drag, point_on_map
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.keeping.views import kept_views
from radgalgui.gui.skyview.feature import SkyFeature
from radgalgui.gui.skyview.panel import position_words
from radgalgui.gui.skyview.view import SkyView
from radgalgui.sky.projection import angles

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def sky(window, qtbot) -> SkyView:
    """Return the view of the sky, opened by its key."""
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    view = part(window).panel.view
    qtbot.waitUntil(lambda: view.isVisible() and len(view.points.sphere) == 300)
    return view


def part(window) -> SkyFeature:
    (feature,) = (f for f in window.commands.features if isinstance(f, SkyFeature))
    return feature


def position(window, row: int) -> tuple[float, float]:
    columns = window.desk.sources.columns
    return float(columns["ra"][row]), float(columns["dec"][row])


def pixel(window, sky: SkyView, row: int) -> QPoint:
    return sky.scene.pixel_of(*position(window, row)).toPoint()


def turn_wheel(view, at: QPoint, steps: int) -> None:
    """Turn the wheel by notches; up is nearer."""
    where, step = QPointF(at), QPoint(0, 120 if steps > 0 else -120)
    for _ in range(abs(steps)):
        event = QWheelEvent(
            *(where, view.mapToGlobal(where), QPoint(), step),
            *(Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False),
        )
        QApplication.sendEvent(view, event)


def test_pointing_and_clicking_on_the_sky_is_seen_on_the_map(window, sky, qtbot):
    assert part(window).dock.title.count.whole == "300 simulated sources"
    row = 17
    QTest.mouseMove(sky, pixel(window, sky, row))
    qtbot.waitUntil(lambda: sky.card.isVisible())
    pointed = next(r for r in range(300) if sky.card.name == window.desk.sources.name(r))
    assert (pixel(window, sky, pointed) - pixel(window, sky, row)).manhattanLength() < 10
    assert window.map.view.marks.marks.hovered == window.map.view.place_of(pointed)
    QTest.mouseClick(sky, LEFT, pos=pixel(window, sky, row))
    assert window.desk.session.selected == pointed
    assert sky.scene.sky.selected == position(window, pointed)
    the_sky_can_be_put_on_paper(window, sky)


def the_sky_can_be_put_on_paper(window, sky: SkyView) -> None:
    (figure,) = (kept.figure for kept in kept_views(window) if kept.widget is sky)
    before = sky.grab().toImage()
    painted = []
    for look in (Look(dark=False, ratio=2.0), Look(dark=True, ratio=2.0)):
        size = figure.size(look).toSize() * 2
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(look.paper)
        painter = QPainter(image)
        figure.paint(painter, QRectF(image.rect()), look)
        painter.end()
        assert image.pixelColor(3, 3) == look.paper
        painted.append(image)
    assert painted[0] != painted[1]
    assert sky.grab().toImage() == before  # the screen has its own colours again


def test_pointing_on_the_map_is_seen_on_the_sky(window, sky, qtbot):
    QTest.mouseMove(window.map.view.viewport(), point_on_map(window, 5))
    qtbot.waitUntil(lambda: sky.scene.sky.hovered is not None)
    pointed = window.map.view._hovered
    assert sky.scene.sky.hovered == position(window, pointed)


@pytest.mark.parametrize("tool", [Tool.LASSO, Tool.RECTANGLE])
def test_an_area_on_the_sky_chooses_what_lies_in_it(window, sky, tool):
    QTest.mouseClick(part(window).panel.tool_buttons[tool], LEFT)
    assert window.map.view.area.tool is tool  # one tool for both
    middle = sky.rect().center()
    corners = [(-90, -40), (60, -50), (80, 35), (-70, 30)]
    path = [middle + QPoint(*at) for at in (*corners, corners[0])]
    if tool is Tool.RECTANGLE:
        path = [middle + QPoint(-90, -50), middle, middle + QPoint(80, 35)]
    drag(sky, path)
    places = [sky.scene.pixel_of(*position(window, row)).toTuple() for row in range(300)]
    at = np.array(places) - middle.toTuple()
    if tool is Tool.LASSO:
        outline = np.array(corners, float)
        inside = np.ones(300, bool)
        for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            inside &= (b[0] - a[0]) * (at[:, 1] - a[1]) > (b[1] - a[1]) * (at[:, 0] - a[0])
    else:
        inside = (abs(at + np.array([5, 7.5])) <= [85, 42.5]).all(axis=1)
    chosen = window.desk.session.chosen
    assert 10 < len(chosen) < 290
    np.testing.assert_array_equal(chosen.rows, np.flatnonzero(inside))
    assert "on the sky" in chosen.words
    assert window.map.view.points._chosen.sum() == len(chosen)
    assert sky.points._chosen.sum() == len(chosen)
    window.desk.session.choose_none()
    assert sky.points._chosen is None


def test_the_wheel_leads_from_the_whole_sky_to_a_field_and_back(window, sky):
    panel = part(window).panel
    assert panel.extent.number == 0
    at = pixel(window, sky, 40)
    under = sky.scene.direction_at(QPointF(at))
    turn_wheel(sky, at, 14)
    assert panel.extent.number == 1
    assert sky.aim.share == 0
    assert apart(sky, under, at) < 1  # what is pointed at stays
    assert "°" in panel.width_text.text()
    before = sky.aim
    drag(sky, [at, at + QPoint(20, 10), at + QPoint(60, 25)])
    assert apart(sky, under, at + QPoint(60, 25)) < 1
    assert sky.aim.lon > before.lon  # east is left, so that it comes from there
    turn_wheel(sky, at, -30)
    assert (panel.extent.number, sky.aim.lat, sky.aim.share) == (0, 0, 1)


def apart(sky: SkyView, direction: np.ndarray, at: QPoint) -> float:
    """Return the pixels between a direction and a place of the view."""
    ra, dec = angles(direction.reshape(3, 1))
    return (sky.scene.pixel_of(ra[0], dec[0]) - QPointF(at)).manhattanLength()


def test_what_is_read_under_a_resting_pointer_is_where_the_sky_has_turned_to(window, sky, qtbot):
    panel, at = part(window).panel, pixel(window, sky, 40)
    QTest.mouseMove(sky, at)
    qtbot.waitUntil(lambda: panel.where.whole == position_words(*under(sky, at)))
    before = panel.where.whole
    sky.look(sky.aim.moved(30.0, 0.0), glide=False)
    assert panel.where.whole == position_words(*under(sky, at)) != before


def under(sky: SkyView, at: QPoint) -> tuple[float, float]:
    ra, dec = angles(sky.scene.direction_at(QPointF(at)).reshape(3, 1))
    return float(ra[0]), float(dec[0])


def test_looking_from_near_at_what_is_chosen_or_selected(window, sky, qtbot):
    window.desk.session.select(3)
    qtbot.waitUntil(lambda: sky.at_rest)
    QTest.mouseClick(part(window).panel.extent.buttons[1], LEFT)
    qtbot.waitUntil(lambda: sky.at_rest)
    assert (pixel(window, sky, 3) - sky.rect().center()).manhattanLength() <= 2
    QTest.mouseClick(part(window).panel.frames.buttons[1], LEFT)
    assert sky.aim.frame == "galactic"
    assert window.settings.sky_frame() == "galactic"
    assert (pixel(window, sky, 3) - sky.rect().center()).manhattanLength() <= 2
    sky.setFocus()
    QTest.keyClick(sky, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: sky.at_rest and sky.aim.whole)
    width = sky.aim.radius
    QTest.keyClick(sky, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: sky.at_rest)
    assert sky.aim.radius == pytest.approx(width / 1.5)


def test_what_is_chosen_is_seen_from_near_as_a_whole(window, sky, qtbot):
    columns = window.desk.sources.columns
    ra, dec = np.asarray(columns["ra"], float), np.asarray(columns["dec"], float)
    rows = np.flatnonzero((abs(ra - 180) < 12) & (abs(dec - 30) < 12))
    window.desk.session.choose(rows, "a test")
    QTest.mouseClick(part(window).panel.extent.buttons[1], LEFT)
    qtbot.waitUntil(lambda: sky.at_rest)
    assert not sky.aim.whole
    assert all(sky.rect().contains(pixel(window, sky, row)) for row in rows)
    assert 3 < len(rows) < sum(sky.rect().contains(pixel(window, sky, r)) for r in range(300)) + 1


def test_what_the_legend_hides_is_not_on_the_sky(window, sky):
    hidden = np.ones(300, bool)
    hidden[[4, 9]] = False
    window.map.view.points.set_hidden(hidden)
    window.map.view.shown_changed.emit()
    at = pixel(window, sky, 9)
    assert sky.scene.source_at(QPointF(at)) == 9
    QApplication.processEvents()
    sky.grab()
    assert set(sky.points.cells.index) == {4, 9}
    others = [r for r in range(300) if hidden[r]]
    assert sky.scene.source_at(QPointF(pixel(window, sky, others[0]))) in (None, 4, 9)


def test_a_catalogue_without_positions_says_so(window, sky, qtbot):
    sources = window.desk.sources
    unknown = {name: v for name, v in sources.columns.items() if name not in ("ra", "dec")}
    window.desk.sources = type(sources)(
        sources.path, "", False, "", 1.0, unknown, sources.maps, sources.images
    )
    part(window).presenter.show()
    panel = part(window).panel
    assert "does not say where" in panel.message.text()
    assert not panel.extent.isVisible()
    window.desk.sources = sources
