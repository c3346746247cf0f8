"""The list of jobs: a row each with its sign, title, bar and how it stands."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.gui.work.job import Job
from radgalgui.gui.work.words import brief, state_icon, state_words

__all__ = ["JobList", "thin_bar"]

ROW_HEIGHT = 7 * GRID
STEPS = 1000  # of a bar
ID = Qt.ItemDataRole.UserRole


def thin_bar(name: str) -> QProgressBar:
    """Return a bar without words, three pixels high."""
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setFixedHeight(3)
    bar.setRange(0, STEPS)
    bar.setAccessibleName(name)
    return bar


def show_share(bar: QProgressBar, job: Job) -> None:
    """Show how much of its present step is done; a bar keeps its room when there is nothing."""
    part = job.pace.share if job.alive else None
    bar.setValue(0 if part is None else round(part * STEPS))
    idle = not job.alive
    if bar.property("idle") is not idle:
        bar.setProperty("idle", idle)
        bar.style().unpolish(bar)
        bar.style().polish(bar)


class JobRow(QWidget):
    """One job in the list; ``stop_wanted()`` and ``remove_wanted()`` tell of its button."""

    stop_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, job: Job, tokens: Tokens) -> None:
        super().__init__()
        self._job, self._tokens, self._current = job, tokens, False
        self._sign = QLabel()
        self.title, self.line = Elided("title"), Elided("muted")
        self.line.setFont(numbers_font(self.line.font()))
        self.bar = thin_bar("How much is done")
        self.button = quiet_button("stop", "Stop")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the list has keys for it
        self.button.clicked.connect(self._press)
        for label in (self._sign, self.title, self.line, self.bar):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addStretch()
        words.addWidget(self.title)
        words.addWidget(self.line)
        words.addWidget(self.bar)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, GRID, 0)
        row.setSpacing(GRID + 2)
        row.addWidget(self._sign)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        self.show_job()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        theme_button(self.button, tokens)
        colours = {"failed": tokens.failure, "vanished": tokens.warning}
        colour = colours.get(self._job.state, tokens.text if self._job.alive else tokens.muted)
        self._sign.setPixmap(pixmap(state_icon(self._job), colour, 16))

    def show_job(self) -> None:
        """Show how the job stands now."""
        job = self._job
        self.title.setText(job.title)
        self.line.setText(brief(job))
        show_share(self.bar, job)
        self.bar.setVisible(job.alive)
        active = job.state in ("running", "waiting")
        tip = "Stop" if job.state == "running" else "Take off the list; what it wrote stays"
        self.button.setProperty("icon_name", "stop" if job.state == "running" else "close")
        self.button.setToolTip(tip)
        self.button.setAccessibleName(f"{'Stop' if active else 'Remove'} {job.title}")
        self.button.setEnabled(job.state != "stopping")
        self.setAccessibleName(f"{job.title}: {state_words(job)}")
        self.set_theme(self._tokens)
        self._show_button()

    def set_current(self, *, current: bool) -> None:
        """Show the button of the current row; of another one only under the pointer."""
        self._current = current
        self._show_button()

    def _show_button(self) -> None:
        self.button.setVisible(self._current or self._job.alive or self.underMouse())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the button."""
        super().enterEvent(event)
        self._show_button()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the button again."""
        super().leaveEvent(event)
        self._show_button()

    def _press(self) -> None:
        (self.stop_wanted if self._job.state == "running" else self.remove_wanted).emit()


class JobList(QListWidget):
    """All jobs, newest first.

    ``chosen(id)`` tells of another current row, ``stop_wanted(id)`` and ``remove_wanted(id)`` of
    the buttons in the rows and of the Delete key.
    """

    chosen = Signal(str)
    stop_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Jobs")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(176)
        self._tokens = LIGHT
        self._rows: dict[str, JobRow] = {}
        self.currentItemChanged.connect(lambda *_: self._show_current())

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for row in self._rows.values():
            row.set_theme(tokens)

    def current(self) -> str:
        """Return the id of the current row, "" where there is none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(ID))

    def show_jobs(self, jobs: Iterable[Job]) -> None:
        """Show these jobs, in this order, and keep the current one."""
        listed, before = list(jobs), self.current()
        self.blockSignals(True)
        self.clear()
        self._rows = {job.id: self._add(job) for job in listed}
        self.blockSignals(False)
        self.choose(before if before in self._rows else next(iter(self._rows), ""))

    def show_job(self, key: str) -> None:
        """Show how a job stands now."""
        if key in self._rows:
            self._rows[key].show_job()

    def choose(self, key: str) -> None:
        """Make a row the current one."""
        for number in range(self.count()):
            if self.item(number).data(ID) == key:
                self.setCurrentRow(number)
        self._show_current()

    def _show_current(self) -> None:
        for key, row in self._rows.items():
            row.set_current(current=key == self.current())
        self.chosen.emit(self.current())

    def row_of(self, key: str) -> JobRow:
        """Return the row of a job."""
        return self._rows[key]

    def _add(self, job: Job) -> JobRow:
        item, row = QListWidgetItem(), JobRow(job, self._tokens)
        item.setData(ID, job.id)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, job.title)
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        row.stop_wanted.connect(lambda: self.stop_wanted.emit(job.id))
        row.remove_wanted.connect(lambda: self.remove_wanted.emit(job.id))
        self.addItem(item)
        self.setItemWidget(item, row)
        return row

    def sizeHint(self) -> QSize:
        """Return room for a few rows."""
        return QSize(220, 4 * ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop or remove by Delete."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.current():
            self._rows[self.current()].button.click()
        else:
            super().keyPressEvent(event)
