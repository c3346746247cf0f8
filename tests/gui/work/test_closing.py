"""Closing the window while work runs, and what the next window makes of it."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from radgalgui.gui.work.closing import ClosingDialog
from radgalgui.jobs.work.ledger import Ledger
from radgalgui.jobs.work.library import jobs_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def begin(window, order, qtbot) -> str:
    """Start a job and wait for its second epoch."""
    key = window.board.start(order)
    job = window.board.jobs[key]
    qtbot.waitUntil(lambda: len(job.points) >= 2)
    return key


def question(window) -> ClosingDialog:
    (dialog,) = (d for d in window.findChildren(ClosingDialog) if d.isVisible())
    return dialog


def record(key: str):
    return Ledger(jobs_folder()).record(key)


def test_escape_keeps_window_and_work_and_who_closes_twice_the_work_alone(window, order, qtbot):
    key = begin(window, order("hang", resumable=False), qtbot)
    window.board.start(order(title="another"))
    QTest.keyClick(window, Qt.Key.Key_Q, CTRL)
    dialog = question(window)
    assert "Training SimCLR" in dialog.named.text()
    assert "is lost" in dialog.words.text()
    assert "1 more waits" in dialog.words.text()
    qtbot.waitUntil(dialog.keep.hasFocus)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.board.jobs[key].state == "running"
    window.close()
    QTest.mouseClick(question(window).stay, LEFT)
    assert window.isVisible()
    window.close()
    window.close()
    assert not window.isVisible()
    assert record(key).state == "running"


def test_what_is_kept_running_is_there_again(make_window, catalog, order, qtbot):
    first, wanted = make_window(catalog), order(epochs=4, hold=4)
    key = begin(first, wanted, qtbot)
    first.close()
    QTest.keyClick(question(first).keep, Qt.Key.Key_Return)
    assert not first.isVisible()
    assert record(key).state == "running"
    second = make_window(catalog)
    second.board.begin()
    qtbot.waitUntil(lambda: key in second.board.jobs)
    qtbot.waitUntil(lambda: second.job_chip.isVisible())
    assert second.toasts.texts() == []
    (wanted.out / "go").touch()
    qtbot.waitUntil(lambda: second.board.jobs[key].state == "done")
    assert [point.step for point in second.board.jobs[key].points] == [1, 2, 3, 4]


def test_what_is_stopped_is_offered_by_the_next_window(make_window, catalog, order, qtbot):
    first, wanted = make_window(catalog), order(epochs=12, hold=2)
    key = begin(first, wanted, qtbot)
    first.close()
    assert "resumed next time" in question(first).words.text()
    QTest.mouseClick(question(first).stop, LEFT)
    qtbot.waitUntil(lambda: not first.isVisible())
    assert record(key).state == "cancelled"
    second = make_window(catalog)
    second.board.begin()
    qtbot.waitUntil(lambda: bool(second.toasts.texts()))
    assert "was not finished" in second.toasts.texts()[0]
    (again,) = (b for b in second.toasts.findChildren(QPushButton) if b.text() == "Resume")
    QTest.mouseClick(again, LEFT)
    qtbot.waitUntil(lambda: second.jobs_panel.isVisible())
    qtbot.waitUntil(lambda: second.board.jobs[key].state == "done")
    assert (wanted.out / "epochs.txt").read_text().split() == [str(n) for n in range(1, 13)]
    assert len(second.board.jobs[key].points) == 12
