"""Images in place of points in the real window, by mouse and keys."""

from __future__ import annotations

import pytest
from hands import drag, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.tiling.feature import TilesFeature

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tiles(window, qtbot) -> TilesFeature:
    """Return the feature, with the images switched on and drawn."""
    (feature,) = (f for f in window.commands.features if isinstance(f, TilesFeature))
    QTest.mouseClick(feature.segments.buttons[1], LEFT)
    drawn(feature, qtbot)
    return feature


def drawn(feature: TilesFeature, qtbot) -> None:
    presenter = feature.presenter
    qtbot.waitUntil(
        lambda: (
            presenter.layer.sheet is not None
            and presenter.layer.sheet.whole
            and not presenter.maker.busy
        ),
    )


def middle_of(window, tiles: TilesFeature, k: int) -> QPoint:
    """Return the pixel in the middle of a tile."""
    stand_ins = tiles.presenter.layer.sheet.tiles
    place = stand_ins.parts.rect_of(int(stand_ins.number[k])).center()
    return window.map.view.pixel_of(place.x(), place.y())


def in_view(window, tiles: TilesFeature) -> list[int]:
    room = window.map.view.viewport().rect().adjusted(80, 80, -200, -80)
    count = len(tiles.presenter.layer.sheet.tiles)
    return [k for k in range(count) if room.contains(middle_of(window, tiles, k))]


def test_an_image_that_is_pointed_at_is_its_own_source(window, tiles, qtbot):
    view, sheet = window.map.view, tiles.presenter.layer.sheet
    assert not view.points.isVisible()  # all of it is covered
    k = in_view(window, tiles)[1]
    at = middle_of(window, tiles, k)
    QTest.mouseMove(view.viewport(), at)
    qtbot.waitUntil(lambda: view.card.isVisible())
    assert view.card.name == window.desk.sources.name(int(sheet.tiles.row[k]))
    assert tiles.presenter.layer._pointed == sheet.tiles.number[k]
    if sheet.tiles.count[k] > 1:
        assert "more here" in view.card._lines.text()
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    assert window.desk.session.selected == sheet.tiles.row[k]


def test_a_rectangle_chooses_all_sources_below_and_lights_their_tiles(window, tiles, qtbot):
    view, before = window.map.view, tiles.presenter.layer.sheet
    k = max(in_view(window, tiles), key=lambda k: before.tiles.count[k])
    rect = before.tiles.parts.rect_of(int(before.tiles.number[k]))
    view.area.use(Tool.RECTANGLE)
    ends = [(rect.left(), rect.top()), (rect.right(), rect.bottom())]
    drag(view.viewport(), [view.pixel_of(*ends[0]), view.pixel_of(*ends[1])])
    chosen = window.desk.session.chosen
    assert abs(len(chosen) - before.tiles.count[k]) <= 4  # the edges lie between pixels
    qtbot.waitUntil(lambda: tiles.presenter.layer.sheet is not before)
    drawn(tiles, qtbot)
    after = tiles.presenter.layer.sheet.tiles
    assert not after.lit.all()
    for row, lit, count in zip(after.row, after.lit, after.count, strict=True):
        assert lit == (row in chosen) or count == 0


def test_zooming_in_makes_finer_tiles_and_moving_keeps_them(window, tiles, qtbot):
    view, whole = window.map.view, tiles.presenter.layer.sheet
    view.zoom(2.0)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: tiles.presenter.layer.sheet is not whole)
    drawn(tiles, qtbot)
    finer = tiles.presenter.layer.sheet
    assert finer.tiles.parts.wide == whole.tiles.parts.wide - 1
    standing = {(k, int(r)) for k, r in zip(keys(finer), finer.tiles.row, strict=True)}
    view.box.translateBy(x=0.45 * view.box.viewRect().width())
    drawn(tiles, qtbot)
    moved = tiles.presenter.layer.sheet
    common = set(keys(moved)) & set(keys(finer))
    again = {(k, int(r)) for k, r in zip(keys(moved), moved.tiles.row, strict=True)}
    assert common
    assert {pair for pair in again if pair[0] in common} <= standing


def keys(sheet) -> list[tuple[int, int]]:
    """Return the columns and rows of tiles, counted from the map's origin."""
    parts = sheet.tiles.parts
    return [
        (int(n) % parts.columns + parts.left, int(n) // parts.columns + parts.bottom)
        for n in sheet.tiles.number
    ]


def test_size_and_switch_are_kept(window, tiles, qtbot):
    assert tiles.size.isVisible()
    coarse = tiles.presenter.layer.sheet
    QTest.keyClick(tiles.size.slider, Qt.Key.Key_End)
    assert window.settings.map_tiles() == (True, 128)
    qtbot.waitUntil(lambda: tiles.presenter.layer.sheet is not coarse)
    assert tiles.presenter.layer.sheet.tiles.parts.wide > coarse.tiles.parts.wide
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_I, keys)
    assert window.settings.map_tiles() == (False, 128)
    assert tiles.presenter.layer.sheet is None
    assert window.map.view.points.isVisible()
    assert not tiles.size.isVisible()
    assert window.map.view.pointed is None


def test_in_a_narrow_window_the_switch_gives_way_to_the_menu(window, qtbot):
    (feature,) = (f for f in window.commands.features if isinstance(f, TilesFeature))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: feature.segments.isVisible())
    window.resize(960, 600)
    qtbot.waitUntil(lambda: not feature.segments.isVisible())
    QTest.keyClick(
        window,
        Qt.Key.Key_I,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    drawn(feature, qtbot)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: feature.segments.isVisible())
    assert feature.segments.number == 1
