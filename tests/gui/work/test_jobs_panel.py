"""The panel of jobs, by mouse and keyboard, over real child processes."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton

from radgalgui.gui.work.detail import CURVES, LOG, PICTURES
from radgalgui.jobs.work.reports import Pictures

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def click(widget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, LEFT)


def click_row(panel, key: str) -> None:
    row = panel.list.row_of(key)
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=row.geometry().center())


def in_front(widget) -> bool:
    """Return whether it is seen: tabs behind another one count as visible for Qt."""
    return not widget.visibleRegion().isEmpty()


def button(parent, text: str) -> QPushButton:
    (found,) = (b for b in parent.findChildren(QPushButton) if b.text() == text)
    return found


@pytest.fixture
def panel(window):
    """Return the panel, opened by its key."""
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    assert window.jobs_panel.isVisible()
    return window.jobs_panel


@pytest.fixture
def run(window, qtbot):
    """Return a function that starts a job, and waits until it has ended or told of an epoch."""

    def begin(order, *, until: int | None = None) -> str:
        key = window.board.start(order)
        job = window.board.jobs[key]
        if until is None:
            qtbot.waitUntil(lambda: not job.alive)
        else:
            qtbot.waitUntil(lambda: any(p.step >= until for p in job.points))
        return key

    return begin


def test_it_is_closed_on_the_first_day_and_says_what_it_is_for(window, panel, qtbot):
    assert panel.empty.isVisible()
    assert "exploring" in panel.empty.accessibleDescription()
    assert button(panel.empty, "New catalogue…").isVisible()
    assert button(panel.empty, "Train an encoder…").isVisible()
    assert window.docks["jobs"] in window.tabifiedDockWidgets(window.docks["neighbours"])
    click(window.docks["jobs"].close_button)
    qtbot.waitUntil(lambda: not window.tabifiedDockWidgets(window.docks["neighbours"]))
    assert window.docks["classes"].isVisible()


def test_jobs_and_drawing_share_a_place_and_part_again(window, panel, qtbot):
    QTest.keyClick(window, Qt.Key.Key_G, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: in_front(window.draw_panel) and not in_front(panel))
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: in_front(panel) and not in_front(window.draw_panel))
    click(window.docks["jobs"].close_button)
    qtbot.waitUntil(lambda: in_front(window.draw_panel))
    click(window.docks["draw"].close_button)
    qtbot.waitUntil(lambda: not window.tabifiedDockWidgets(window.docks["neighbours"]))


def test_the_status_line_shows_what_runs_and_opens_the_panel(window, order, run, qtbot):
    assert not window.job_chip.isVisible()
    key = run(order(epochs=4, hold=2), until=2)
    qtbot.waitUntil(lambda: "%" in window.job_chip.button.text())
    assert "Training SimCLR" in window.job_chip.button.text()
    assert not window.jobs_panel.isVisible()
    click(window.job_chip.button)
    qtbot.waitUntil(lambda: window.jobs_panel.isVisible())
    assert window.jobs_panel.detail.job.id == key
    assert "1 running" in window.docks["jobs"].title.count.whole
    click(window.jobs_panel.detail.stop)
    qtbot.waitUntil(lambda: not window.job_chip.isVisible())


def test_curves_grow_as_epochs_end_and_tell_the_epoch_under_the_pointer(
    window, panel, order, run, qtbot
):
    run(order("hang", epochs=6), until=6)
    detail = panel.detail
    names = ["loss", "knn_accuracy", "learning_rate", "images_per_second"]
    qtbot.waitUntil(lambda: detail.curves.isVisible() and list(detail.curves.plots) == names)
    plots = detail.curves.plots
    qtbot.waitUntil(lambda: "epoch 6" in plots["loss"].plot.accessibleDescription())
    latest = plots["loss"].readout.whole
    told = window.board.jobs[panel.list.current()].points
    at, jitter = plots["loss"].place_of(2).toPoint(), itertools.cycle((0, 1))

    def read_at(place: QPoint) -> str:
        """Move a little there: of moves that follow fast a plot passes some over."""
        QTest.mouseMove(plots["loss"].plot.viewport(), place + QPoint(0, next(jitter)))
        return plots["loss"].readout.whole

    qtbot.waitUntil(lambda: read_at(at).endswith("at epoch 2"))
    assert plots["loss"].readout.whole.startswith(f"{told[1].values['loss']:.2f}")
    assert plots["learning_rate"].readout.whole.endswith("at epoch 2")
    qtbot.waitUntil(lambda: read_at(QPoint(1, 1)) == latest)


def test_stop_and_resume_by_their_buttons(window, panel, order, run, qtbot):
    wanted = order(epochs=12, hold=2)
    key = run(wanted, until=2)
    qtbot.waitUntil(lambda: panel.detail.stop.isVisible())
    click(panel.detail.stop)
    job = window.board.jobs[key]
    qtbot.waitUntil(lambda: job.state == "cancelled" and panel.detail.resume.isVisible())
    assert "kept" in panel.detail.message.text()
    assert not panel.detail.stop.isVisible()
    click(panel.detail.resume)
    qtbot.waitUntil(lambda: job.state == "done")
    qtbot.waitUntil(lambda: str(wanted.out) in panel.detail.message.text())
    assert (wanted.out / "epochs.txt").read_text().split() == [str(n) for n in range(1, 13)]


def test_the_end_is_told_with_what_to_do_next(window, panel, order, run, qtbot, opened):
    used = []
    window.board.offer("train", "Use this encoder", lambda job: used.append(job.done.path))
    wanted = order()
    run(wanted)
    qtbot.waitUntil(lambda: "Training SimCLR is done." in window.toasts.texts())
    click(button(window.toasts, "Use this encoder"))
    assert used == [str(wanted.out)]
    qtbot.waitUntil(lambda: panel.detail.next.isVisible())
    click(panel.detail.next)
    assert used == [str(wanted.out)] * 2
    click(panel.detail.folder)
    assert opened == [wanted.out]
    assert panel.detail.command.whole == wanted.shown()
    click(panel.detail.copy)
    assert QGuiApplication.clipboard().text() == wanted.shown()


@pytest.fixture
def opened(monkeypatch) -> list[Path]:
    """Return the folders that are opened, instead of opening them."""
    from radgalgui.gui.work import presenter

    folders: list[Path] = []

    def take(url) -> bool:
        folders.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(presenter.QDesktopServices, "openUrl", take)
    return folders


def test_a_killed_job_is_told_in_words_and_resumed_from_the_message(window, order, run, qtbot):
    wanted = order(epochs=8, hold=2)
    key = run(wanted, until=2)
    os.kill(window.board.jobs[key].record.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(window.toasts.texts()))
    assert "killed by signal SIGKILL, most likely for lack of memory" in window.toasts.texts()[0]
    click(button(window.toasts, "Resume"))
    qtbot.waitUntil(lambda: window.jobs_panel.isVisible())
    qtbot.waitUntil(lambda: window.board.jobs[key].state == "done")


def test_a_failed_job_shows_why_first_and_its_log(window, panel, order, run, qtbot):
    key = run(order("fail", resumable=False))
    click_row(panel, key)
    detail = panel.detail
    qtbot.waitUntil(lambda: "fewer images" in detail.message.text())
    assert detail.message.text()[0].isupper()
    assert detail.log.isVisible()
    assert "image 7 is empty" in detail.log.toPlainText()
    assert window.toasts.texts()[0].startswith("Training SimCLR: there are fewer images")
    assert not detail.resume.isVisible()
    qtbot.waitUntil(lambda: "loss" in detail.curves.plots)
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
        tokens = window.theme.tokens
        assert detail.curves.plots["loss"].plot.backgroundBrush().color().name() == tokens.panel
        assert tokens.failure in detail.log.document().toHtml()
    for widget in window.docks["jobs"].findChildren(QAbstractButton):
        assert widget.accessibleName() or widget.text() or widget.isHidden(), widget
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_F1)
    page = window.commands._help
    assert "Resume" in page.text.toPlainText()
    page.close()


def test_rows_are_walked_by_keys_and_removed_by_delete(window, panel, order, run, qtbot):
    first = run(order(title="first"))
    second = run(order("fail", title="second"))
    window.toasts.dismiss()
    qtbot.waitUntil(lambda: panel.list.count() == 2)
    click_row(panel, second)
    assert panel.detail.title.whole == "second"
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert panel.list.current() == first
    assert panel.detail.title.whole == "first"
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    click_row(panel, second)
    click(panel.list.row_of(second).button)
    qtbot.waitUntil(lambda: panel.empty.isVisible())
    assert not window.board.jobs


def test_the_stop_button_of_a_row_stops_its_job_alone(window, panel, order, run, qtbot):
    running = run(order("hang", title="running"), until=3)
    waiting = window.board.start(order(title="waiting"))
    click(panel.list.row_of(running).button)
    qtbot.waitUntil(lambda: window.board.jobs[running].state == "cancelled")
    qtbot.waitUntil(lambda: window.board.jobs[waiting].state == "done")


def test_pages_are_turned_by_the_mouse_and_stay_where_they_were(window, panel, order, run, qtbot):
    key = run(order(epochs=3))
    detail = panel.detail
    qtbot.waitUntil(lambda: detail.curves.isVisible())
    assert not detail.pages.button(PICTURES).isVisible()
    click(detail.pages.button(LOG))
    qtbot.waitUntil(lambda: detail.log.isVisible() and "Done: " in detail.log.toPlainText())
    run(order(epochs=3, title="another"))
    click_row(panel, key)
    assert detail.stack.currentIndex() == LOG
    click(detail.pages.button(CURVES))
    assert detail.curves.isVisible()


def test_pictures_come_with_their_words_the_newest_first(
    window, panel, order, run, qtbot, tmp_path
):
    key = run(order("hang"), until=3)
    for number, colour in enumerate((Qt.GlobalColor.red, Qt.GlobalColor.blue)):
        image = QImage(60, 40, QImage.Format.Format_RGB32)
        image.fill(colour)
        image.save(str(tmp_path / f"{number}.png"))
        told = Pictures(path=str(tmp_path / f"{number}.png"), text=f"Epoch {number + 1}")
        window.board.jobs[key].take(told)
        window.board.changed.emit(key)
    detail = panel.detail
    qtbot.waitUntil(lambda: detail.pages.button(PICTURES).isVisible())
    click(detail.pages.button(PICTURES))
    qtbot.waitUntil(lambda: colour_of(detail) == "#0000ff")
    assert detail.pictures.words.whole == "Epoch 2"
    detail.pictures.slider.setFocus()
    QTest.keyClick(detail.pictures.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: colour_of(detail) == "#ff0000")
    assert detail.pictures.count.text() == "1 of 2"


def colour_of(detail) -> str:
    canvas = detail.pictures.canvas
    return canvas.grab().toImage().pixelColor(canvas.rect().center()).name()


def test_a_narrow_panel_puts_the_job_under_the_list(window, panel, order, run, qtbot):
    run(order())
    click(panel.enlarge_button)
    dock = window.docks["jobs"]
    qtbot.waitUntil(lambda: dock.isFloating() and panel.width() > 600)
    assert panel.split.orientation() is Qt.Orientation.Horizontal
    dock.resize(420, 700)
    qtbot.waitUntil(lambda: panel.split.orientation() is Qt.Orientation.Vertical)
    assert panel.detail.y() > panel.list.y()
    click(panel.enlarge_button)
    qtbot.waitUntil(lambda: not dock.isFloating())
    qtbot.waitUntil(lambda: in_front(panel))
    assert dock in window.tabifiedDockWidgets(window.docks["neighbours"])
