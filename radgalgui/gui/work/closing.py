"""What to do with work that runs when the window is closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.theme import GRID
from radgalgui.gui.work.job import Job
from radgalgui.gui.work.words import brief

__all__ = ["ClosingDialog"]

WIDTH = 460
MOST_NAMED = 4


class ClosingDialog(QDialog):
    """Asks without holding anything up: work goes on, or stops, or the window stays.

    ``keep_wanted()``, ``stop_wanted()`` and ``stay_wanted()`` tell the answer.  After
    `show_stopping` it waits for the work to stop, and only its going on can still be had.
    `show_writing` waits for files, and asks whether to wait no longer.
    """

    keep_wanted = Signal()
    stop_wanted = Signal()
    stay_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Work is still running")
        self.setModal(True)
        self.setFixedWidth(WIDTH)
        self.headline, self.named, self.words = QLabel(), QLabel(), QLabel()
        self.headline.setObjectName("headline")
        font = self.headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.headline.setFont(font)
        self.words.setObjectName("muted")
        for label in (self.headline, self.named, self.words):
            label.setWordWrap(True)
        self.keep = QPushButton("Keep it running")
        self.keep.setObjectName("primary")
        self.keep.setDefault(True)
        self.stop, self.stay = QPushButton("Stop it"), QPushButton("Do not close")
        self.keep.clicked.connect(self.keep_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.stay.clicked.connect(self.stay_wanted)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.stay)
        row.addStretch(1)
        row.addWidget(self.stop)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        for label in (self.headline, self.named, self.words):
            column.addWidget(label)
        column.addSpacing(GRID)
        column.addLayout(row)

    def ask(self, running: Sequence[Job], waiting: Sequence[Job]) -> None:
        """Ask what to do with these jobs."""
        one = len(running) == 1
        self.headline.setText("A job is still running" if one else "Jobs are still running")
        self.named.setText("\n".join(_lines(running)))
        self.keep.setText("Keep it running" if one else "Keep them running")
        self.stop.setText("Stop it" if one else "Stop them")
        self.words.setText(_consequences(running, waiting))
        for button in (self.stay, self.stop, self.keep):
            button.setVisible(True)
        self.open()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_stopping(self, running: Sequence[Job]) -> None:
        """Say that the work is being stopped."""
        self.headline.setText("Stopping")
        self.named.setText("\n".join(job.title for job in running))
        self.words.setText("What is done so far is being written down; this takes some seconds.")
        for button in (self.stay, self.stop, self.keep):
            button.setVisible(False)

    def show_writing(self, what: Sequence[str]) -> None:
        """Say what is still being written, for which the window waits."""
        self.setWindowTitle("Still writing")
        self.headline.setText("Still writing")
        self.named.setText("\n".join(_some(what)))
        self.words.setText(
            "The window closes as soon as that is done. Where a disk does not answer, it can be "
            "closed without: what is not written by then is lost."
        )
        self.keep.setVisible(False)
        self.stop.setText("Close without it" if len(what) == 1 else "Close without them")
        self.stay.setDefault(True)
        if not self.isVisible():
            self.open()
            self.stay.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stay by Escape, unless the work is stopping already."""
        if event.key() == Qt.Key.Key_Escape:
            if self.stay.isVisible():
                self.stay_wanted.emit()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the closing of the question for no answer: the window stays."""
        event.ignore()
        if self.stay.isVisible():
            self.stay_wanted.emit()


def _lines(running: Sequence[Job]) -> list[str]:
    return _some([f"{job.title}: {brief(job)}" for job in running])


def _some(lines: Sequence[str]) -> list[str]:
    """Return as many lines as there is room for, and how many more there are."""
    more = len(lines) - MOST_NAMED
    return [*lines[:MOST_NAMED], f"and {more} more"] if more > 0 else list(lines)


def _consequences(running: Sequence[Job], waiting: Sequence[Job]) -> str:
    """Say what becomes of the work either way."""
    it = "It" if len(running) == 1 else "They"
    verb = "goes" if len(running) == 1 else "go"
    text = f"{it} {verb} on without the window if you like; open RadGalGUI again to look. "
    if all(job.record.order.resumable for job in running):
        text += "If stopped, what is done is kept and can be resumed next time."
    elif any(job.record.order.resumable for job in running):
        lost = ", ".join(job.title for job in running if not job.record.order.resumable)
        text += f"If stopped, what is done is kept and can be resumed, except for: {lost}."
    else:
        text += "If stopped, what is done so far is lost."
    if waiting:
        number = "1 more waits" if len(waiting) == 1 else f"{len(waiting)} more wait"
        text += f" {number} and can be started next time."
    return text
