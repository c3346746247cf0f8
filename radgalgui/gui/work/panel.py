"""The panel of jobs: a list, the chosen job beside it, or else a word of what it is for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens
from radgalgui.gui.work.detail import JobDetail
from radgalgui.gui.work.job import Job
from radgalgui.gui.work.job_list import JobList

__all__ = ["JobsPanel"]

NARROW = 560  # below this width the chosen job stands under the list
LIST_WIDTH = 232


class JobsPanel(QWidget):
    """List and detail; ``enlarge_wanted()`` asks for a window of its own, or for the old place."""

    enlarge_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Jobs")
        self.list, self.detail, self.empty = JobList(), JobDetail(), EmptyJobs()
        self.enlarge_button = quiet_button("enlarge", "In a window of its own, or back again")
        self.enlarge_button.clicked.connect(self.enlarge_wanted)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(self.detail)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([LIST_WIDTH, 3 * LIST_WIDTH])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.split)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.enlarge_button, tokens)
        for part in (self.list, self.detail, self.empty):
            part.set_theme(tokens)

    def show_jobs(self, jobs: Iterable[Job]) -> None:
        """Show these jobs, newest first."""
        listed = list(jobs)
        self.list.show_jobs(listed)
        self.stack.setCurrentWidget(self.split if listed else self.empty)

    def sizeHint(self) -> QSize:
        """Return the room in which nothing scrolls."""
        return QSize(640, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the chosen job beside the list, or under it."""
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.split.orientation() is not way:
            self.split.setOrientation(way)
            sizes = [LIST_WIDTH, self.width()] if wide else [2 * self.list.sizeHint().height(), 600]
            self.split.setSizes(sizes)


class EmptyJobs(QWidget):
    """What stands there before the first job: what this place is for, and where to begin."""

    def __init__(self) -> None:
        super().__init__()
        self._sign, self.headline = QLabel(), QLabel("Nothing has been started yet")
        self.headline.setObjectName("strong")
        font = self.headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.headline.setFont(font)
        self._words = QLabel(
            "Work that takes minutes or hours, such as making a catalogue of your own images or"
            " training an encoder, runs here while you go on exploring."
        )
        self._words.setObjectName("muted")
        self._words.setWordWrap(True)
        self._words.setMaximumWidth(400)
        for label in (self._sign, self.headline, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(GRID)
        self._buttons.addStretch()
        self._buttons.addStretch()
        words = QHBoxLayout()
        words.addStretch()
        words.addWidget(self._words, 10)
        words.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addStretch(3)
        column.addWidget(self._sign)
        column.addWidget(self.headline)
        column.addLayout(words)
        column.addSpacing(GRID)
        column.addLayout(self._buttons)
        column.addStretch(4)
        self.setAccessibleName(self.headline.text())
        self.setAccessibleDescription(self._words.text())
        self.set_theme(LIGHT)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._sign.setPixmap(pixmap("jobs", tokens.muted, 32))

    def add(self, text: str, action: QAction) -> QPushButton:
        """Offer a way to begin."""
        button = QPushButton(text)
        button.setToolTip(action.toolTip())
        button.clicked.connect(lambda: action.trigger())
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button
