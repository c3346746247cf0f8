"""A job as the window knows it: plain Python, filled by the reports of its child process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from radgalgui.jobs.work.ledger import Record
from radgalgui.jobs.work.reports import (
    Began,
    Device,
    Done,
    Failed,
    Note,
    Pace,
    Pictures,
    Point,
    Progress,
    Report,
    Stopped,
)
from radgalgui.jobs.work.worker import Outcome

__all__ = ["Job", "LogLine"]

#: Lines of the log that are kept for looking at; the file beside the job has all.
MOST_LINES = 2000


@dataclass(frozen=True)
class LogLine:
    """A line of a job's log: when (unix seconds), of what weight, and its words."""

    time: float
    level: str
    text: str


@dataclass
class Job:
    """One job: its record on disk, and what it has told so far.

    Parameters
    ----------
    record : Record
        What is on disk.
    state : str
        As `Record.state`, or ``"stopping"`` while one that was told to stop still runs.
    read : bool
        Whether what it told is here; of jobs of an earlier window it is read when looked at.
    """

    record: Record
    state: str
    pace: Pace = field(default_factory=Pace)
    device: str = ""
    points: list[Point] = field(default_factory=list)
    pictures: list[Pictures] = field(default_factory=list)
    log: list[LogLine] = field(default_factory=list)
    done: Done | None = None
    message: str = ""
    began: float | None = None
    ended: float | None = None
    read: bool = False

    @property
    def id(self) -> str:
        """What it is called on disk."""
        return self.record.id

    @property
    def title(self) -> str:
        """What it is called in the window."""
        return self.record.order.title

    @property
    def out(self) -> Path:
        """What it writes, as an absolute path."""
        return self.record.cwd / self.record.order.out

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.state in ("running", "stopping")

    @property
    def resumable(self) -> bool:
        """Whether it has ended before its time and can go on where it stood."""
        return self.record.resumable

    @classmethod
    def of_record(cls, record: Record) -> Job:
        """Return a job as its record tells of it, before the rest is read."""
        job = cls(record, record.state, ended=record.ended)
        if isinstance(record.last, Done):
            job.done = record.last
        if isinstance(record.last, Failed):
            job.message = record.last.message
        return job

    def take(self, report: Report) -> None:
        """Take in a report."""
        match report:
            case Began():
                self._begin(report)
            case Progress():
                self.pace.add(report)
            case Point():
                self.points = [point for point in self.points if point.step < report.step]
                self.points.append(report)
            case Device():
                self.device = report.text
                self._tell(report.time, "info", f"Device: {report.text}")
            case Note():
                self._tell(report.time, report.level, report.text)
            case Pictures():
                self.pictures.append(report)
                self._tell(report.time, "info", report.text)
            case Done():
                self.done, self.ended = report, report.time
                self._tell(report.time, "info", f"Done: {report.path}")
            case Failed():
                self.message, self.ended = report.message, report.time
                self._tell(report.time, "failure", report.message)
            case Stopped():
                self.ended = report.time
                self._tell(report.time, "info", "Stopped, as asked")

    def end(self, record: Record, outcome: Outcome, errors: str = "") -> None:
        """Take in how its process ended, and the last lines of its standard error."""
        self.record, self.state = record, record.state
        self.ended = self.ended or record.ended or time.time()
        if outcome.how in ("done", "cancelled"):
            return
        if outcome.text != self.message:
            self.message = outcome.text
            self._tell(self.ended, "failure", outcome.text)
        for line in errors.splitlines():
            if self.message not in line:  # the terminal is told the same
                self._tell(self.ended, "errors", line)

    def _begin(self, report: Began) -> None:
        """Begin, or begin again: what was told of an end before is past."""
        if self.began is not None:
            self._tell(report.time, "info", "Resumed")
        self.began, self.ended, self.done, self.message = report.time, None, None, ""
        self.pace = Pace()

    def _tell(self, moment: float, level: str, text: str) -> None:
        self.log.append(LogLine(moment, level, text))
        del self.log[:-MOST_LINES]
