"""One job in full: what it is, how it goes, what can be done with it, and what it told."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.gui.work.board import NextStep
from radgalgui.gui.work.curves import Curves
from radgalgui.gui.work.job import Job
from radgalgui.gui.work.job_list import show_share, thin_bar
from radgalgui.gui.work.job_log import JobLog, monospaced
from radgalgui.gui.work.job_pictures import JobPictures
from radgalgui.gui.work.words import ago, brief, facts, outcome, span, state_words

__all__ = ["JobDetail"]

CURVES, PICTURES, LOG = range(3)
TITLES = ("Curves", "Pictures", "Log")


class JobDetail(QWidget):
    """A head of words and buttons over curves, pictures and log.

    Its signals ask for what the buttons say, of the job that is shown.
    """

    next_wanted = Signal(str)
    stop_wanted = Signal(str)
    resume_wanted = Signal(str)
    folder_wanted = Signal(str)
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("The chosen job")
        self.job: Job | None = None
        self._tokens, self._chosen = LIGHT, dict[str, int]()
        self._make_head()
        self._make_buttons()
        self.curves, self.pictures, self.log = Curves(), JobPictures(), JobLog()
        self.stack = QStackedWidget()
        for page in (scrolled(self.curves), self.pictures, self.log):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        for part in (self._head(), self._buttons()):
            column.addLayout(part)
        column.addWidget(self.stack, 1)

    # -- building --------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.title, self.state = Elided("headline"), QLabel()
        self.state.setObjectName("muted")
        self.bar = thin_bar("How much of this step is done")
        self.facts, self.message = Elided("muted"), QLabel()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.command = Elided("muted")
        self.command.setFont(monospaced(self.command.font()))
        self.copy = quiet_button("copy", "Copy the command that does the same in a terminal")
        self.copy.clicked.connect(self._copy)
        self.folder = quiet_button("open", "Open the folder that it writes into")
        for label in (self.message, self.facts, self.state):
            label.setFont(numbers_font(label.font()))

    def _head(self) -> QVBoxLayout:
        first, last = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.title, 1)
        first.addWidget(self.state)
        last.setSpacing(GRID // 2)
        last.addWidget(self.command, 1)
        last.addWidget(self.copy)
        last.addWidget(self.folder)
        column = QVBoxLayout()
        column.setSpacing(GRID // 2 + 1)
        column.addLayout(first)
        column.addWidget(self.bar)
        column.addWidget(self.message)
        column.addWidget(self.facts)
        column.addLayout(last)
        return column

    def _make_buttons(self) -> None:
        self.next = QPushButton()
        self.next.setObjectName("primary")
        self.stop, self.resume = QPushButton("Stop"), QPushButton("Resume")
        self.resume.setToolTip("Go on where it stood")
        for button, signal in (
            (self.next, self.next_wanted),
            (self.stop, self.stop_wanted),
            (self.resume, self.resume_wanted),
            (self.folder, self.folder_wanted),
        ):
            button.clicked.connect(lambda _=False, signal=signal: self._ask(signal))

    def _buttons(self) -> QHBoxLayout:
        self.segments = QWidget()
        self.segments.setObjectName("segments")
        self.pages = QButtonGroup(self)
        inner = QHBoxLayout(self.segments)
        inner.setContentsMargins(2, 2, 2, 2)
        inner.setSpacing(2)
        for number, title in enumerate(TITLES):
            inner.addWidget(self._segment(number, title))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.segments)
        row.addStretch(1)
        for button in (self.stop, self.resume, self.next):
            button.hide()
            row.addWidget(button)
        return row

    def _segment(self, number: int, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("segment")
        button.setText(title)
        button.setAccessibleName(f"Show {title.lower()}")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.turn_to(number))
        self.pages.addButton(button, number)
        return button

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for button in (self.copy, self.folder):
            theme_button(button, tokens)
        for page in (self.curves, self.pictures, self.log):
            page.set_theme(tokens)

    # -- showing ---------------------------------------------------------------------------

    def show_job(self, job: Job | None, step: NextStep | None = None) -> None:
        """Show a job as it stands now; ``step`` is what can be done with its result."""
        other = job is not self.job
        self.job = job
        if job is None:
            return
        self._show_words(job)
        self._show_buttons(job, step)
        self.curves.show_points(job.points)
        self.pictures.show_pictures(job.pictures, anew=other)
        self.log.show_lines(job.log, anew=other)
        self._show_page(self._page_of(job))
        for number in (CURVES, PICTURES):
            self.pages.button(number).setVisible(self._has_page(job, number))
        self.segments.setVisible(self._has_page(job, CURVES) or self._has_page(job, PICTURES))

    def _show_words(self, job: Job) -> None:
        self.title.setText(job.title)
        self.state.setText(_state_line(job))
        show_share(self.bar, job)
        self.message.setText(_message(job))
        self.message.setVisible(bool(_message(job)))
        name = {"failed": "failure", "vanished": "warning"}.get(job.state, "body")
        if self.message.objectName() != name:
            self.message.setObjectName(name)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self.facts.setText(facts(job))
        self.facts.setVisible(bool(facts(job)))
        self.command.setText(job.record.order.shown())

    def _show_buttons(self, job: Job, step: NextStep | None) -> None:
        self.next.setText(step.text if step is not None else "")
        self.next.setVisible(step is not None)
        self.stop.setVisible(job.alive)
        self.stop.setEnabled(job.state == "running")
        kept = "What is done so far is kept, and it can be resumed"
        lost = "What is done so far is lost"
        self.stop.setToolTip(kept if job.record.order.resumable else lost)
        idle = job.state == "waiting" and job.record.state == "waiting"
        self.resume.setText("Start" if idle else "Resume")
        self.resume.setVisible(not job.alive and (idle or job.resumable))

    def _has_page(self, job: Job, page: int) -> bool:
        return {CURVES: bool(job.points), PICTURES: bool(job.pictures)}.get(page, True)

    def _page_of(self, job: Job) -> int:
        """Return the page that was chosen for a job, or else the one that tells most."""
        best = CURVES if job.points and job.state != "failed" else LOG
        chosen = self._chosen.get(job.id, best)
        return chosen if self._has_page(job, chosen) else LOG

    def turn_to(self, page: int) -> None:
        """Show a page, and remember it for this job."""
        if self.job is not None:
            self._chosen[self.job.id] = page
        self._show_page(page)

    def _show_page(self, page: int) -> None:
        self.stack.setCurrentIndex(page)
        self.pages.button(page).setChecked(True)

    # -- asking ----------------------------------------------------------------------------

    def _ask(self, signal: Signal) -> None:
        if self.job is not None:
            signal.emit(self.job.id)  # type: ignore[attr-defined]

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.whole)
        self.copied.emit(self.command.whole)


def _state_line(job: Job) -> str:
    """Return state and time: ``Running for 4 min``, ``Done at 12:04``."""
    words = state_words(job)
    if job.alive:
        return f"{words} for {span(job)}" if job.state == "running" and job.began else words
    return f"{words} {ago(job.ended)}" if job.ended is not None else words


def _message(job: Job) -> str:
    """Return the one thing to know: how much is left, why it failed, or where the result is."""
    if job.alive:
        return brief(job)
    if job.done is not None and job.state == "done":
        return outcome(job)
    if job.state == "cancelled" and job.resumable:
        return "What was done until then is kept."
    words = job.message if job.state in ("failed", "vanished") else ""
    return words[:1].upper() + words[1:]
