"""From a folder to an order for a catalogue, by mouse and keyboard."""

from __future__ import annotations

import shlex

import pytest
from hands import drop
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QFileDialog, QLineEdit
from walking import click, give, go_on, walk_to

from radgalgui.errors import UsageError
from radgalgui.gui.survey.wizard import BUILD, COLUMNS, DATA, EYES, PROGRESS
from radgalgui.gui.theme import DARK, LIGHT
from radgalgui.jobs.work.reports import Done, Failed, Progress


def test_it_begins_with_one_thing_to_do(wizard):
    assert wizard.at == DATA
    assert wizard.focusWidget() is wizard.data.field.folder
    assert not wizard.next_button.isEnabled()
    assert wizard.hint.text() == "Drop or choose your data first"
    enabled = [wizard.steps.button(n).isEnabled() for n in range(4)]
    assert enabled == [True, False, False, False]


def test_a_folder_becomes_an_order_by_pressing_next(wizard, qtbot, board, folder, tmp_path):
    give(wizard, qtbot, folder)
    assert wizard.data.field.headline.whole == "24 FITS images"
    for _ in range(3):
        go_on(wizard, qtbot)
    assert wizard.at == BUILD
    assert wizard.next_button.text() == "Build the catalogue"
    go_on(wizard, qtbot)
    (order,) = board.orders
    assert (order.kind, order.resumable) == ("build", True)
    assert order.out == tmp_path / "home" / "my-fields"
    assert order.arguments == [
        *("catalog", "build", str(folder), "--title", "my fields"),
        *("--out", str(order.out)),
    ]


def test_the_keyboard_alone_is_enough(wizard, qtbot, board, folder, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    for page in (DATA, COLUMNS, EYES, BUILD):
        assert wizard.at == page
        qtbot.waitUntil(wizard.next_button.isEnabled)
        QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    assert wizard.at == PROGRESS
    assert len(board.orders) == 1


def test_every_page_shows_the_command_that_does_the_same(wizard, qtbot, folder, board):
    walk_to(wizard, qtbot, BUILD, folder)
    click(wizard.build.boxes["byol"])
    shown = wizard.command.text.whole
    click(wizard.command.copy_button)
    assert QGuiApplication.clipboard().text() == shown
    assert wizard.command.copy_button.text() == "Copied"
    assert shlex.split(shown)[:3] == ["radgalgui", "catalog", "build"]
    assert "'" in shown  # the folder's name has a space
    go_on(wizard, qtbot)
    assert shlex.split(shown)[1:] == board.orders[0].arguments


def test_back_keeps_what_was_chosen(wizard, qtbot, folder):
    walk_to(wizard, qtbot, BUILD, folder)
    QTest.keyClicks(wizard.build.title, " of June")
    QTest.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.at == EYES
    click(wizard.steps.button(DATA))
    assert wizard.data.field.headline.whole == "24 FITS images"
    click(wizard.steps.button(BUILD))
    assert wizard.build.title.text() == "my fields of June"
    assert str(wizard.draft.out).endswith("my-fields-of-June")


def test_what_cannot_be_used_is_said_in_its_place(wizard, qtbot, tmp_path, folder):
    (tmp_path / "nothing").mkdir()
    give(wizard, qtbot, tmp_path / "nothing")
    assert wizard.data.field.headline.whole == "This cannot be used"
    assert "give another folder" in wizard.data.field.words.text()
    assert not wizard.next_button.isEnabled()
    give(wizard, qtbot, folder)
    assert wizard.next_button.isEnabled()


def test_one_waits_with_words_while_data_are_looked_at(wizard, qtbot, folder, intake):
    intake.held.clear()
    assert drop(wizard, [folder], wizard.data.field)
    assert wizard.data.field.headline.whole == "Looking at my fields…"
    assert wizard.data.field.bar.isVisible()
    assert not wizard.next_button.isEnabled()
    intake.held.set()
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert not wizard.data.field.bar.isVisible()


def test_the_answer_on_data_that_were_replaced_is_not_shown(wizard, qtbot, intake, folder, table):
    intake.held.clear()
    assert drop(wizard, [folder], wizard.data.field)
    assert drop(wizard, [table.parent / "other.csv", folder], wizard.data.field)
    intake.held.set()
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert wizard.data.field.headline.whole == "24 positions"
    asked = [a for a in intake.asked if a[0] == "recognise"]
    assert asked[-1][1] == ["other.csv", "my fields"]


def test_other_data_begin_anew(wizard, qtbot, folder, tmp_path):
    walk_to(wizard, qtbot, BUILD, folder)
    click(wizard.steps.button(DATA))
    other = tmp_path / "others"
    other.mkdir()
    give(wizard, qtbot, other)
    assert wizard.draft.title == "others"
    assert wizard.build.title.text() == "others"
    assert not wizard.steps.button(EYES).isEnabled()


def test_the_work_is_followed_until_the_map_is_open(wizard, qtbot, board, folder):
    walk_to(wizard, qtbot, BUILD, folder)
    go_on(wizard, qtbot)
    page = wizard.progress
    board.tell(Progress(0, 100, "cutting out", time=1.0))
    board.tell(Progress(40, 100, "cutting out", time=5.0))
    assert page.bar.value() == 400
    assert "40 of 100" in page.detail.whole
    assert not page.open_button.isVisible()
    result = {"sources": 23, "rejected": 1, "report": "/x/account.csv"}
    board.tell(Done("/x", result), "done")
    assert page.question.text() == "Your catalogue is ready"
    said = page.remarks.texts()
    assert "23 sources" in said[0]
    assert "/x/account.csv" in said[1]
    with qtbot.waitSignal(wizard.open_wanted) as opened:
        QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    assert str(opened.args[0]) == "/x"
    assert not wizard.isVisible()
    wizard.open()
    assert wizard.at == DATA
    assert not wizard.next_button.isEnabled()


def test_a_failure_is_said_and_can_be_mended(wizard, qtbot, board, folder):
    walk_to(wizard, qtbot, BUILD, folder)
    go_on(wizard, qtbot)
    page = wizard.progress
    board.tell(Failed("the disk is full: make room in /home."), "failed")
    assert page.question.text() == "The catalogue could not be made"
    assert page.remarks.texts() == ["the disk is full: make room in /home."]
    click(page.resume_button)
    assert board.resumed == ["job-0"]
    click(page.again_button)
    assert wizard.at == BUILD


def test_work_is_stopped_and_found_among_the_jobs(wizard, qtbot, board, folder):
    walk_to(wizard, qtbot, BUILD, folder)
    go_on(wizard, qtbot)
    click(wizard.progress.stop_button)
    assert board.stopped == ["job-0"]
    with qtbot.waitSignal(wizard.jobs_wanted) as wanted:
        click(wizard.progress.jobs_button)
    assert wanted.args == ["job-0"]


def test_another_is_made_while_the_first_is_built(wizard, qtbot, board, folder, tmp_path):
    walk_to(wizard, qtbot, BUILD, folder)
    go_on(wizard, qtbot)
    click(wizard.progress.another_button)
    assert wizard.at == DATA
    assert wizard.draft.inputs == ()
    (tmp_path / "second").mkdir()
    walk_to(wizard, qtbot, BUILD, tmp_path / "second")
    go_on(wizard, qtbot)
    assert [order.title for order in board.orders] == ["Catalogue my fields", "Catalogue second"]


def test_an_order_that_cannot_be_written_down_is_told(wizard, qtbot, board, folder, monkeypatch):
    def refuse(order):
        raise UsageError("the disk is full", remedy="make room")

    walk_to(wizard, qtbot, BUILD, folder)
    monkeypatch.setattr(board, "start", refuse)
    click(wizard.next_button)
    assert wizard.at == BUILD
    assert wizard.hint.text() == "the disk is full; make room."


def test_f1_asks_for_help_and_escape_closes(wizard, qtbot):
    with qtbot.waitSignal(wizard.help_wanted):
        QTest.keyClick(wizard, Qt.Key.Key_F1)
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()


def test_nothing_is_mute(wizard, qtbot, table):
    walk_to(wizard, qtbot, BUILD, table)
    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit):
        for widget in wizard.findChildren(kind):
            inner = isinstance(widget.parent(), (QComboBox, QAbstractSpinBox))
            corner = type(widget).__name__ == "QTableCornerButton"
            if not inner and not corner and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_it_wears_the_theme(wizard, qtbot, tokens):
    wizard.set_theme(tokens)
    picture = wizard.data.field.grab().toImage()
    assert picture.pixelColor(30, picture.height() // 2).name() == tokens.panel
