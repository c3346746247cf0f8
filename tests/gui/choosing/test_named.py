"""Selections under names, by mouse and keyboard: kept, joined, coloured by, and found again."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hands import click_item, settled, take_from_menu
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QPushButton

from radgalgui.gui.choosing.named import SEVERAL, which_of
from radgalgui.jobs.selections import Kept

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def naming(window, qtbot):
    found = window.commands.features
    (made,) = (feature for feature in found if type(feature).__name__ == "Naming")
    qtbot.waitUntil(lambda: made.named.ready)
    return made


def keep(window, qtbot, naming, rows, name: str) -> None:
    """Choose sources, and give them a name in the list of named selections."""
    window.desk.session.choose(rows, "by hand")
    QTest.keyClick(window, Qt.Key.Key_B, CTRL | SHIFT)
    dialog = naming._dialog
    assert dialog.isVisible()
    QTest.keyClicks(dialog.name, name)
    QTest.mouseClick(dialog.keep_button, LEFT)
    qtbot.waitUntil(lambda: name in naming.named.names())
    with qtbot.waitActive(window):
        window.activateWindow()


def test_named_selections_are_joined_coloured_by_and_in_the_table(window, qtbot, naming):
    session = window.desk.session
    QTest.keyClick(window, Qt.Key.Key_B, CTRL | SHIFT)
    dialog = naming._dialog
    assert dialog.stack.currentWidget() is dialog.empty
    assert not dialog.keep_button.isEnabled()
    keep(window, qtbot, naming, range(40), "bent ones")
    keep(window, qtbot, naming, range(30, 60), "FRII candidates")
    assert dialog.name.text() == ""
    assert dialog.rows.size() == (2, 4)
    session.choose_none()
    wanted = {0: range(40), 1: range(60), 2: range(30), 3: range(30, 40)}
    for number in (0, 1, 2, 3):
        click_item(dialog.table, 0)
        QTest.mouseClick(dialog.joins[0], LEFT)
        assert session.chosen.rows.tolist() == list(range(40))
        click_item(dialog.table, 1)
        if number:
            QTest.mouseClick(dialog.joins[number], LEFT)
        assert session.chosen.rows.tolist() == list(wanted[number])
    assert session.chosen.words == "“bent ones” within “FRII candidates”"
    qtbot.waitUntil(lambda: "FRII candidates" in window.desk.sources.columns)
    columns = window.desk.sources.columns
    assert np.flatnonzero(columns["bent ones"]).tolist() == list(range(40))
    titles = [window.map.columns.itemText(i) for i in range(window.map.columns.count())]
    assert {"Selections", "Bent ones", "FRII candidates"} <= set(titles)
    QTest.mouseClick(dialog.colour_button, LEFT)
    assert window.presenter.column == "selections"
    assert window.map.columns.currentText() == "Selections"
    assert window.map.view._scale.missing == "in none"
    assert set(window.map.view._scale.categories) == {"bent ones", "FRII candidates", SEVERAL}
    QTest.keyClick(window, Qt.Key.Key_B, CTRL | SHIFT)
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_is_renamed_exported_forgotten_and_taken_back(
    window, qtbot, naming, tmp_path, monkeypatch
):
    keep(window, qtbot, naming, [3, 5, 8], "a few")
    keep(window, qtbot, naming, [1], "one")
    dialog = naming._dialog
    click_item(dialog.table, 0)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("One", True))
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    assert naming.named.names() == ["a few", "one"]
    assert "there is a selection 'One' already" in window.toasts.texts()[-1]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Fibonacci", True))
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    assert naming.named.names() == ["Fibonacci", "one"]
    path = tmp_path / "few.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.mouseClick(dialog.export_button, LEFT)
    settled(window, qtbot)
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == [window.desk.sources.name(i) for i in (3, 5, 8)]
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert naming.named.names() == ["one"]
    (back,) = (b for b in window.toasts.findChildren(QPushButton) if b.text() == "Keep it")
    QTest.mouseClick(back, LEFT)
    qtbot.waitUntil(lambda: naming.named.names() == ["one", "Fibonacci"])
    assert naming.named.kept[1].rows.tolist() == [3, 5, 8]


def test_what_was_forgotten_is_not_taken_back_where_it_does_not_belong(
    window, qtbot, naming, two_encoders
):
    def forget_and_take_back(meanwhile) -> str:
        keep(window, qtbot, naming, [3, 5], "few")
        click_item(naming._dialog.table, 0)
        QTest.keyClick(naming._dialog.table, Qt.Key.Key_Delete)
        meanwhile()
        (back,) = (b for b in window.toasts.findChildren(QPushButton) if b.text() == "Keep it")
        QTest.mouseClick(back, LEFT)
        return window.toasts.texts()[-1]

    told = forget_and_take_back(lambda: keep(window, qtbot, naming, [7], "few"))
    assert "few" in told
    assert [one.rows.tolist() for one in naming.named.kept] == [[7]]
    naming.remove(naming.named.kept[0])

    def leave() -> None:
        window.desk.open_catalog(two_encoders)
        qtbot.waitUntil(lambda: len(window.desk.sources) == 200 and naming.named.ready)

    window.toasts.withdraw("info")
    assert "open no more" in forget_and_take_back(leave)
    settled(window, qtbot)
    assert naming.named.kept == []


def test_the_name_is_given_to_what_was_chosen_when_it_was_asked_for(
    window, qtbot, naming, two_encoders, monkeypatch
):
    session = window.desk.session

    def answer(meanwhile):
        def get_text(*_, **__) -> tuple[str, bool]:
            meanwhile()
            return "few", True

        session.choose([3, 5], "by hand")
        monkeypatch.setattr(QInputDialog, "getText", get_text)
        QTest.keyClick(window, Qt.Key.Key_D, CTRL)

    answer(lambda: session.choose([7, 8, 9], "by hand"))
    qtbot.waitUntil(lambda: naming.named.names() == ["few"])
    assert naming.named.kept[0].rows.tolist() == [3, 5]

    def leave() -> None:
        window.desk.open_catalog(two_encoders)
        qtbot.waitUntil(lambda: len(window.desk.sources) == 200 and naming.named.ready)
        session.choose([7], "by hand")

    answer(leave)
    assert "choose the sources again" in window.toasts.texts()[-1]
    settled(window, qtbot)
    assert naming.named.kept == []


def test_they_are_there_in_the_next_window_and_through_another_encoder(
    make_window, two_encoders, qtbot, monkeypatch
):
    window = make_window(two_encoders)
    session = window.desk.session
    naming = next(f for f in window.commands.features if type(f).__name__ == "Naming")
    qtbot.waitUntil(lambda: naming.named.ready and window.desk.ready is not None)
    session.choose([4, 7], "by hand")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("few & far", True))
    QTest.mouseClick(window.commands.choosing.presenter.bar.name_button, LEFT)
    qtbot.waitUntil(lambda: "few & far" in window.desk.sources.columns)
    window.commands.choose_column("few & far")
    naming._remember("few & far")
    window.desk.choose_encoder("byol")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol")
    qtbot.waitUntil(lambda: window.presenter.column == "few & far")
    assert window.desk.sources.columns["few & far"].sum() == 2
    window.close()
    again = make_window(two_encoders)
    naming = next(f for f in again.commands.features if type(f).__name__ == "Naming")
    qtbot.waitUntil(lambda: bool(naming.named.kept))
    naming._menu.aboutToShow.emit()
    take_from_menu(naming._menu, "few  far\t2")
    assert again.desk.session.chosen.rows.tolist() == [4, 7]
    assert again.desk.session.chosen.words == "“few & far”"


def test_a_source_of_several_selections_is_told_so():
    kept = [Kept(n, n, "", "", np.array(r)) for n, r in (("a", [0, 1]), ("b", [1, 2]))]
    assert which_of(kept, 4).tolist() == ["a", SEVERAL, "b", ""]
