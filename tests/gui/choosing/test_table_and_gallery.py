"""The chosen sources in the table and in their gallery, by mouse and keyboard."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hands import click_item
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from radgalgui.gui.choosing.presenter import ALL, CHOSEN
from radgalgui.gui.choosing.tile_grid import TileGrid
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.source_model import matching
from radgalgui.gui.sources import format_value

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(window) -> set[int]:
    return set(window.table.rows.order.tolist())


def test_the_filter_works_within_and_what_it_finds_can_be_chosen(window):
    session, sources = window.desk.session, window.desk.sources
    segments = window.commands.choosing.presenter.table_segments
    assert not segments.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(window.filter_box, "FRII")
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_A, CTRL)
    second = set(matching(sources, "FRII").tolist())
    assert set(session.chosen.rows.tolist()) == second == shown(window)
    assert session.chosen.words == "sources with “FRII”"
    assert segments.number == CHOSEN
    window.filter_box.clear()
    assert shown(window) == second
    QTest.mouseClick(segments.buttons[ALL], LEFT)
    assert shown(window) == set(range(300))
    model = window.table.rows
    colours = [model.data(model.index(i, 0), Qt.ItemDataRole.ForegroundRole) for i in range(300)]
    assert [c is None for c in colours] == [int(i) in second for i in model.order]
    QTest.mouseClick(segments.buttons[CHOSEN], LEFT)
    QTest.keyClicks(window.filter_box, "J0000")
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_A, CTRL)
    both = second & set(matching(sources, "J0000").tolist())
    assert set(session.chosen.rows.tolist()) == both
    assert session.chosen.words == "sources with “FRII” within sources with “J0000”"
    across = window.table.horizontalHeader()
    at = across.sectionViewportPosition(2) + across.sectionSize(2) // 2
    QTest.mouseClick(across.viewport(), LEFT, pos=QPoint(at, 8))
    sizes = sources.columns["angular_size"][window.table.rows.order]
    assert (np.diff(sizes) >= 0).all()
    assert shown(window) == both
    assert window.tiles.sources.rows.tolist() == window.table.rows.order.tolist()
    window.commands.choose_column("flux")
    first = int(window.tiles.sources.rows[0])
    words = window.tiles.sources.words(first)
    flux, size = (sources.columns[name][first] for name in ("flux", "angular_size"))
    assert words == (format_value("flux", flux), f"{size:.0f}″", "FRII")


def test_the_gallery_of_the_chosen_is_walked_and_searched_from(window, qtbot):
    session, tiles = window.desk.session, window.tiles
    rows = np.arange(3, 300, 3)
    session.choose(rows, "every third")
    assert tiles.isVisible()
    assert tiles.model().rowCount() == -(-len(rows) // tiles.sources.across)
    click_item(tiles, 0)
    assert session.selected == 3
    across = tiles.sources.across
    assert across > 1
    for _ in range(across):
        QTest.keyClick(tiles, Qt.Key.Key_Right)
    assert session.selected == rows[across]
    QTest.keyClick(tiles, Qt.Key.Key_Down)
    assert session.selected == rows[2 * across]
    QTest.keyClick(tiles, Qt.Key.Key_End)
    assert session.selected == rows[-1]
    QTest.keyClick(tiles, Qt.Key.Key_Down)
    assert session.selected == rows[-1]
    QTest.keyClick(tiles, Qt.Key.Key_Home)
    assert session.selected == 3
    session.select(299 // 3 * 3)
    index = tiles.currentIndex()
    assert tiles.sources.position(index) == 98
    assert tiles.viewport().rect().intersects(tiles.visualRect(index))
    words = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert window.desk.sources.name(297) in words
    QTest.keyClick(tiles, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.current is not None and not session.current.open)
    assert session.current.index == 297
    assert window.galleries.currentWidget() is window.gallery


@pytest.mark.parametrize("count", [1, 7, 1_000_000])
def test_a_grid_costs_what_is_seen_of_it(qtbot, count):
    asked = []

    def words(row: int) -> tuple[str, str, str]:
        asked.append(row)
        return "", "", f"S{row}"

    grid = TileGrid("Galaxies")
    qtbot.addWidget(grid)
    grid.resize(560, 400)
    grid.show()
    rows = np.arange(count) * 2
    grid.show_rows(rows, None, words, lambda row: f"S{row}")
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.keyClick(grid, Qt.Key.Key_Home)
    grid.grab()
    assert told.args == [0]
    assert 0 < len(set(asked)) <= 40
    grid.mark(int(rows[-1]))
    asked.clear()
    grid.grab()
    assert rows[-1] in asked
    lit = grid.sources.position(grid.currentIndex())
    across = grid.sources.across
    grid.resize(300, 400)
    grid.grab()
    assert grid.sources.across < across
    assert grid.sources.position(grid.currentIndex()) == lit == count - 1
    last = grid.sources.index(grid.sources.rowCount() - 1, grid.sources.across - 1)
    full = count % grid.sources.across == 0
    assert bool(grid.sources.flags(last) & Qt.ItemFlag.ItemIsSelectable) is full


def test_on_the_smallest_screen_nothing_lies_over_its_neighbour(window, qtbot):
    window.resize(window.minimumSize())
    docks, view = window.docks, window.map.view
    docks["sources"].raise_()
    QApplication.sendPostedEvents()
    before = window.map.geometry()
    window.desk.session.choose(range(200), "all that lie in a rectangle on the map")
    bar = window.commands.choosing.presenter.bar
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Plus)

    def place(part) -> QRect:
        return QRect(part.mapTo(window, QPoint()), part.size())

    def apart(*parts) -> bool:
        return not any(place(a).intersects(place(b)) for a, b in combinations(parts, 2))

    qtbot.waitUntil(lambda: docks["sources"].visibleRegion().boundingRect().isValid())
    qtbot.waitUntil(lambda: apart(docks["sources"], docks["neighbours"], window.map))
    assert window.map.geometry() == before  # and nobody has been pushed aside
    assert view.overview.isVisible()
    tools = window.map.tool_buttons[Tool.HAND].parentWidget()
    assert apart(view.overview, bar, tools, view.legend)
    assert not bar.words.isVisible()  # rather than a letter of it
    assert all(button.isVisible() for button in bar.buttons)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: docks["sources"].title.title.isVisible())
    qtbot.waitUntil(lambda: bar.words.isVisible())
