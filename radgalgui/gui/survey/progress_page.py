"""The page while the catalogue is made, and after: how far it is, and the way into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.survey.page import Page, Remarks
from radgalgui.gui.theme import GRID, Tokens, numbers_font
from radgalgui.gui.work.words import brief, facts

if TYPE_CHECKING:
    from radgalgui.gui.work.board import Board
    from radgalgui.gui.work.job import Job

__all__ = ["ProgressPage"]

STEPS = 1000  # of the bar
WORDS = (
    "You may close this window and go on working: the Jobs panel shows how far it is. Should the"
    " computer be switched off, it goes on from where it was the next time."
)
#: What follows a step, by what the work calls it.
AFTER = {
    "cutting out and embedding": "Then come a neighbour index and a map for each encoder.",
    "laying out the map": "The first map takes longest; those of the other encoders come faster.",
}
ENDS = {
    "done": "Your catalogue is ready",
    "failed": "The catalogue could not be made",
    "vanished": "The work was interrupted",
    "cancelled": "Stopped",
}


class ProgressPage(Page):
    """Follows one job; ``open_wanted(Path)`` asks for the catalogue, ``jobs_wanted(str)`` for it.

    ``again_wanted()`` asks to return to the page where it was ordered, ``another_wanted()`` to
    begin with other data.
    """

    open_wanted = Signal(object)
    jobs_wanted = Signal(str)
    again_wanted = Signal()
    another_wanted = Signal()

    def __init__(self, board: Board) -> None:
        super().__init__("Building", WORDS)
        self._board, self.id = board, ""
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("How far it is")
        self.state, self.detail = QLabel(), Elided("muted")
        self.state.setObjectName("strong")
        self.detail.setFont(numbers_font(self.detail.font()))
        self.after = QLabel()
        self.after.setObjectName("muted")
        self.remarks = Remarks("What came of it")
        self.open_button = QPushButton("Open the map")
        self.open_button.setObjectName("primary")
        self.stop_button = QPushButton("Stop")
        self.resume_button = QPushButton("Go on")
        self.again_button = QPushButton("Change something")
        self.jobs_button = QPushButton("Show in Jobs")
        self.another_button = QPushButton("Make another")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = self.column
        column.addSpacing(3 * GRID)
        column.addWidget(self.state)
        column.addWidget(self.bar)
        column.addWidget(self.detail)
        column.addWidget(self.after)
        column.addSpacing(GRID)
        column.addWidget(self.remarks)
        column.addSpacing(GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for button in self._buttons():
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def _buttons(self) -> list[QPushButton]:
        return [
            *(self.open_button, self.resume_button, self.again_button),
            *(self.stop_button, self.jobs_button, self.another_button),
        ]

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._open)
        self.stop_button.clicked.connect(lambda: self._board.stop(self.id))
        self.resume_button.clicked.connect(lambda: self._board.resume(self.id))
        self.again_button.clicked.connect(self.again_wanted)
        self.another_button.clicked.connect(self.another_wanted)
        self.jobs_button.clicked.connect(lambda: self.jobs_wanted.emit(self.id))
        self._board.changed.connect(self._follow)
        self._board.ended.connect(lambda job, _: self._follow(job))
        self._board.listed.connect(self._show)

    def watch(self, job: str) -> None:
        """Follow another job."""
        self.id = job
        self._show()

    @property
    def job(self) -> Job | None:
        """The job that is followed, None once it was taken off the list."""
        return self._board.jobs.get(self.id)

    def _follow(self, job: str) -> None:
        if job == self.id:
            self._show()

    def _show(self) -> None:
        job = self.job
        state = job.state if job is not None else ""
        done = job is not None and state == "done"
        busy = state in ("waiting", "running", "stopping")
        self.question.setText(ENDS.get(state, "Building your catalogue"))
        self.words.setVisible(busy)
        self.state.setText(_state(job))
        self.state.setVisible(bool(self.state.text()))
        self._show_bar(job)
        self.detail.setText(facts(job) if job is not None else "")
        self.after.setText(_next(job))
        self.remarks.show_remarks(_remarks(job))
        arrived = done and not self.open_button.isVisible()
        self.open_button.setVisible(done)
        if arrived:
            self.open_button.setFocus()
        self.stop_button.setVisible(busy)
        self.stop_button.setEnabled(state != "stopping")
        self.resume_button.setVisible(job is not None and job.resumable)
        self.again_button.setVisible(not done and not busy)
        self.jobs_button.setVisible(job is not None)
        self.changed.emit()

    def _show_bar(self, job: Job | None) -> None:
        share = job.pace.share if job is not None else None
        running = job is not None and job.alive
        self.bar.setVisible(running)
        self.bar.setRange(0, STEPS if share is not None else 0)
        if share is not None:
            self.bar.setValue(round(share * STEPS))

    def _open(self) -> None:
        job = self.job
        if job is not None:
            where = job.done.path if job.done is not None else ""
            self.open_wanted.emit(Path(where or job.record.order.out))

    def first_focus(self) -> QWidget | None:
        """Return the button that opens the catalogue, once it is there."""
        return self.open_button if self.open_button.isVisible() else self.jobs_button

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().set_theme(tokens)
        self.remarks.set_theme(tokens)

    @property
    def ready(self) -> bool:
        """Nothing follows."""
        return False


def _state(job: Job | None) -> str:
    if job is None:
        return "It was taken off the list of jobs."
    if job.state == "waiting":
        return "Waiting until the work that runs now has ended"
    if job.state == "done":
        return job.title
    last = job.pace.last
    step = f"{last.what[:1].upper()}{last.what[1:]}" if last is not None else job.title
    return "" if job.state in ENDS else f"{step}: {brief(job)}"


def _next(job: Job | None) -> str:
    """Return what there is to know of the present step."""
    if job is None or not job.alive:
        return ""
    if job.pace.last is None:
        return "The networks are being loaded, which takes some seconds."
    return AFTER.get(job.pace.last.what, "")


def _remarks(job: Job | None) -> list[tuple[str, str]]:
    if job is None or job.alive or job.state == "waiting":
        return []
    if job.state != "done" or job.done is None:
        return [("failure", job.message)] if job.message else []
    told = job.done.result
    sources, rejected = int(told.get("sources", 0)), int(told.get("rejected", 0))
    made = [("check", f"{sources:,} sources are in {job.done.path}.")]
    if rejected:
        why = f"; {told['report']} says why for each." if told.get("report") else "."
        made.append(("warning", f"{rejected:,} rows were left out{why}"))
    return made
