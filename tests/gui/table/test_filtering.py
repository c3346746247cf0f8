"""The table's filter, order, columns and files, by mouse and keyboard on the real window."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import Table
from hands import drag
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from radgalgui.gui.dock import DockTitle, quiet_button
from radgalgui.gui.source_table import SourceTable
from radgalgui.gui.sources import Sources
from radgalgui.gui.table import arranger
from radgalgui.gui.table.spare import SpareParts

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def type_filter(window, qtbot, text: str) -> None:
    """Go to the filter by its keys, write, and press Return."""
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(window.filter_box, text)
    QTest.keyClick(window.filter_box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.table.arranger.pending)


def click_title(table: SourceTable, name: str, keys: Qt.KeyboardModifier = NONE) -> None:
    """Click the title of a column."""
    section = table.rows.names.index(name)
    table.scrollTo(table.rows.index(0, section))
    at = table.head.sectionViewportPosition(section) + table.head.sectionSize(section) // 2
    QTest.mouseClick(table.head.viewport(), LEFT, keys, QPoint(at, 8))


def test_a_condition_is_completed_asked_and_chosen(window, qtbot):
    box, table, sources = window.filter_box, window.table, window.desk.sources
    size, label = sources.columns["angular_size"], sources.columns["label"]
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(box, "angu")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    QTest.keyClicks(box, " > 15 and label = 'frii")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert box.text() == "angular_size > 15 and label = 'FRII'"
    qtbot.waitUntil(lambda: not table.arranger.pending)
    wanted = np.flatnonzero((size > 15) & (label == "FRII"))
    assert table.rows.order.tolist() == wanted.tolist()
    assert 0 < len(wanted) < len(sources)
    assert window.presenter.views.table_count.whole.startswith(f"{len(wanted)} of 300")
    assert not box.note.isVisible()
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    assert window.desk.session.chosen.rows.tolist() == wanted.tolist()
    QTest.mouseClick(box.wipe, LEFT)
    assert box.text() == ""


def test_a_mistake_is_told_under_the_box_and_filters_nothing(window, qtbot):
    box, order = window.filter_box, window.table.rows
    type_filter(window, qtbot, "anglar_size > 15")
    assert box.note.isVisible()
    assert box.note.text() == "There is no column anglar_size; perhaps you mean angular_size."
    assert box.note.property("failure")
    assert len(order.order) == 300
    box.clear()
    assert not box.note.isVisible()
    type_filter(window, qtbot, "angular_size")  # nothing has it in its words, so it begins
    assert box.note.text().startswith("Write on, as in angular_size > ")
    assert len(order.order) == 300
    QTest.keyClicks(box, " >")
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.note.text().startswith("The condition breaks off"))
    assert not box.note.property("failure")
    QTest.keyClicks(box, " 1e9")
    qtbot.waitUntil(lambda: len(order.order) == 0)
    assert not box.note.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert box.text() == ""
    assert len(order.order) == 300


def test_examples_are_at_hand(window, qtbot):
    QTest.mouseClick(window.filter_box.face, LEFT)
    (menu,) = (m for m in window.filter_box.findChildren(QMenu) if m.isVisible())
    action = next(a for a in menu.actions() if a.text().startswith("label = "))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert window.filter_box.text().startswith("label = '")
    qtbot.waitUntil(lambda: 0 < len(window.table.rows.order) < 300)


def test_titles_sort_by_one_column_and_with_shift_by_several(window):
    table, columns = window.table, window.desk.sources.columns
    click_title(table, "label")
    click_title(table, "angular_size", SHIFT)
    click_title(table, "angular_size", SHIFT)
    labels, sizes = columns["label"][table.rows.order], columns["angular_size"][table.rows.order]
    assert labels.tolist() == sorted(labels.tolist())
    for label in set(labels):
        assert (np.diff(sizes[labels == label]) <= 0).all()
    title = table.rows.headerData(table.rows.names.index("angular_size"), Qt.Orientation.Horizontal)
    assert title.startswith("▼2 ")
    click_title(table, "angular_size")
    assert table.rows.keys == ()  # it was the largest first, alone it ends
    for _ in range(3):
        click_title(table, "ra")
    assert table.rows.order.tolist() == list(range(300))


def test_what_is_shown_is_what_is_saved_and_columns_are_remembered(
    window, make_window, catalog, qtbot, monkeypatch, tmp_path
):
    table = window.table
    out = tmp_path / "shown.fits"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(out), "FITS table (*.fits)")
    )
    QTest.keyClick(window, Qt.Key.Key_V, CTRL | ALT)
    menu = window.findChild(QMenu, "columnMenu")
    for title in ("RA (°)", "Dec (°)"):
        action = next(a for a in menu.actions() if a.text() == title)
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        assert menu.isVisible()
    menu.close()
    head = table.head
    at = [head.sectionViewportPosition(i) + 20 for i in (1, 0)]
    drag(head.viewport(), [QPoint(at[0], 8), QPoint(at[0] - 20, 8), QPoint(at[1] - 15, 8)])
    shown = table.shown_columns()
    assert shown[:2] == ["label", "name"]
    assert not {"ra", "dec"} & set(shown)
    click_title(table, "flux")
    type_filter(window, qtbot, "angular_size > 20")
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | ALT)
    qtbot.waitUntil(out.exists)
    back = Table.read(out)
    assert back.colnames == shown
    names = window.desk.sources.columns["name"][table.rows.order]
    assert [str(name) for name in back["name"]] == names.tolist()
    assert 0 < len(names) < 300
    again = make_window(catalog)
    assert again.table.shown_columns() == shown
    assert again.table.head.visualIndex(again.table.rows.names.index("label")) == 0
    assert again.table.isColumnHidden(again.table.rows.names.index("ra"))


@pytest.mark.parametrize("text", ["J0000003", "number > 59997"])
def test_many_rows_are_found_and_sorted_in_a_thread(qtbot, monkeypatch, tmp_path, text):
    monkeypatch.setattr(arranger, "QUICK", 1000)
    count = 60_000
    columns = {
        "name": np.array([f"J{i:07d}" for i in range(count)], dtype=object),
        "number": np.arange(count)[::-1].astype(float),
    }
    table = SourceTable()
    qtbot.addWidget(table)
    table.set_sources(Sources(tmp_path, "t", False, "", 1.0, columns, {}, None))
    with qtbot.waitSignal(table.arranger.ranked):
        table.sort_by("number")
        assert table.rows.order[0] == 0  # not yet
    assert table.rows.order[0] == count - 1
    table.filter("J00000")
    table.filter("number > 3 AND")
    table.filter(text)  # only the last is answered
    with qtbot.waitSignal(table.arranger.found):
        pass
    wanted = [i for i in range(count) if f"{i:07d}".startswith("0000003")] or [1, 0]
    assert table.rows.order.tolist() == (sorted(wanted, reverse=True) if "J" in text else [1, 0])
    table.arranger.close()


def test_buttons_give_way_where_a_title_is_narrow(qtbot):
    title = DockTitle("Sources")
    buttons = [quiet_button(name, name) for name in ("columns", "export")]
    qtbot.addWidget(title)
    for button in buttons:
        title.add(button)
    SpareParts(title, buttons)
    title.resize(400, 40)
    title.show()
    assert all(button.isVisible() for button in buttons)
    title.resize(title.row.minimumSize().width() + 10, 40)
    assert not any(button.isVisible() for button in buttons)
    beside = quiet_button("info", "I")
    beside.setFixedWidth(300)
    title.resize(400, 40)
    assert all(button.isVisible() for button in buttons)
    title.add(beside)
    qtbot.waitUntil(lambda: not any(button.isVisible() for button in buttons))


def test_words_of_a_title_go_last(qtbot):
    title = DockTitle("Sources")
    first, beside = quiet_button("columns", "C"), quiet_button("close", "X")
    qtbot.addWidget(title)
    for button in (first, beside):
        title.add(button)
    SpareParts(title, (first,), (title.title,))
    title.setFixedWidth(400)
    title.show()
    for width, buttons, words in ((100, True, True), (280, False, True), (360, False, False)):
        beside.setFixedWidth(width)
        seen = (buttons, words)
        qtbot.waitUntil(lambda seen=seen: (first.isVisible(), title.title.isVisible()) == seen)
    assert beside.isVisible()
    assert title.minimumSizeHint().width() <= 296
