"""All jobs of the window: starts them one after another, and hears what they tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.work.job import Job
from radgalgui.jobs.work import worker
from radgalgui.jobs.work.ledger import ERRORS, Ledger, Record
from radgalgui.jobs.work.library import jobs_folder
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.reports import Report
from radgalgui.jobs.work.worker import Outcome, Worker

__all__ = ["Board", "NextStep"]

Asked = Literal["cancel", "stop"]

#: How often child processes are listened to, milliseconds.
POLL_MS = 200
#: How often at most in one go, where a job's long past is read.
MOST_POLLS = 40
#: Bytes of the end of a failed job's standard error that are shown.
LAST_ERRORS = 4096


@dataclass(frozen=True)
class NextStep:
    """What to do with the result of a job: the words of a button, and what it does."""

    text: str
    take: Callable[[Job], None]


@dataclass
class _Heard:
    """What a child process told since it was last listened to."""

    key: str
    record: Record
    reports: list[Report] = field(default_factory=list)
    outcome: Outcome | None = None
    errors: str = ""


class Board(QObject):
    """The jobs by id, newest first; one runs at a time, the others wait for it.

    A job that outlived an earlier window counts among those that run.  Files are read and
    processes started in a thread.

    ``changed(id)`` tells that a job has told something, ``ended(id, outcome)`` that it runs no
    longer, ``listed()`` that there is another or one fewer, ``found(ids)`` once after `begin`
    which ones were left behind unfinished, ``troubled(text)`` what could not be done.
    """

    changed = Signal(str)
    ended = Signal(str, object)
    listed = Signal()
    found = Signal(list)
    troubled = Signal(str)

    def __init__(
        self, folder: Path | None = None, *, most: int = 1, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.jobs: dict[str, Job] = {}
        self._folder, self._most = folder, most
        self._ledger: Ledger | None = None
        self._workers: dict[str, Worker] = {}
        self._queue: list[tuple[str, bool]] = []
        self._asked: dict[str, Asked] = {}
        self._steps: dict[str, NextStep] = {}
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._listen)
        self._listening = self._closed = False

    # -- what is asked of it ---------------------------------------------------------------

    def begin(self) -> None:
        """Read what earlier windows left, and listen to what still runs."""
        self._background.run(self._read_ledger, self._take_ledger, self._trouble)

    def start(self, order: Order) -> str:
        """Order work: it begins now, or when what runs has ended; return its id.

        Raises
        ------
        RadGalError
            If it cannot be written down, as on a full disk.
        """
        record = self._open().create(order)
        self.jobs = {record.id: Job(record, "waiting", read=True), **self.jobs}
        self._queue.append((record.id, False))
        self.listed.emit()
        self._start_next()
        return record.id

    def resume(self, key: str) -> None:
        """Let a job go on where it stood, now or when what runs has ended."""
        job = self.jobs[key]
        waits = any(key == waiting for waiting, _ in self._queue)
        if not waits and (job.resumable or job.state == "waiting"):
            self._queue.append((key, job.state != "waiting"))
            job.state = "waiting"
            self.changed.emit(key)
            self._start_next()

    def stop(self, key: str) -> None:
        """Let a job come to an end now; one that has never begun is taken off the list."""
        self._stop(key, "cancel")

    def stop_all(self) -> None:
        """Let all that runs come to an end, to be resumed by the next window; start no other."""
        self._most = 0
        for job in self.alive():
            self._stop(job.id, "stop")

    def _stop(self, key: str, asked: Asked) -> None:
        job = self.jobs[key]
        if job.state == "waiting":
            self._queue = [waiting for waiting in self._queue if waiting[0] != key]
            job.state = job.record.state
            if job.state == "waiting":
                self.remove(key)
            self.changed.emit(key)
        elif job.state == "running":
            job.state = "stopping"
            self._asked[key] = asked
            if key in self._workers:  # one that is just being started is stopped when it is there
                self._cancel(key)
            self.changed.emit(key)

    def remove(self, key: str) -> None:
        """Forget a job that does not run; what it wrote stays."""
        if self.jobs[key].alive:
            return
        self._queue = [waiting for waiting in self._queue if waiting[0] != key]
        del self.jobs[key]
        ledger = self._open()
        self._background.run(
            lambda: ledger.remove(key), lambda _: None, self._trouble, writes="the list of jobs"
        )
        self.listed.emit()

    def read(self, key: str) -> None:
        """Read all that a job of an earlier window told; told by ``changed`` when it is there."""
        job = self.jobs[key]
        if job.read:
            return
        job.read = True
        self._background.run(lambda: _past(job.record), self._take_past, self._trouble)

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Read something beside the jobs, in the same thread."""
        self._background.run(work, done, self._trouble)

    def offer(self, kind: str, text: str, take: Callable[[Job], None]) -> None:
        """Let what is made by a kind of job be used: ``text`` is the button, ``take`` does it."""
        self._steps[kind] = NextStep(text, take)

    def next_step(self, key: str) -> NextStep | None:
        """Return what can be done with the result of a job, None before it is done."""
        job = self.jobs.get(key)
        if job is None or job.state != "done":
            return None
        return self._steps.get(job.record.order.kind)

    def alive(self) -> list[Job]:
        """Return the jobs that run, newest first."""
        return [job for job in self.jobs.values() if job.alive]

    def waiting(self) -> list[Job]:
        """Return the jobs that wait for their turn, in the order in which they will run."""
        return [self.jobs[key] for key, _ in self._queue]

    def close(self) -> None:
        """Listen no longer; what runs goes on without the window."""
        self._closed = True
        self._timer.stop()
        self._background.close()
        for child in self._workers.values():
            child.release()

    # -- on disk ---------------------------------------------------------------------------

    def _open(self) -> Ledger:
        if self._ledger is None:
            self._ledger = Ledger(self._folder or jobs_folder())
        return self._ledger

    def _read_ledger(self) -> list[tuple[Job, Worker | None]]:
        """Return the jobs that are on disk, with those that run; called in a thread."""
        found: list[tuple[Job, Worker | None]] = []
        for record in self._open().records():
            running = record.state == "running"
            found.append((Job.of_record(record), worker.attach(record) if running else None))
        return found

    def _take_ledger(self, found: list[tuple[Job, Worker | None]]) -> None:
        for job, attached in found:
            if job.id in self.jobs:
                continue
            self.jobs[job.id] = job
            if attached is not None:
                job.read = True
                self._workers[job.id] = attached
        self.listed.emit()
        self._run_timer()
        queued = {key for key, _ in self._queue}
        jobs = [job for job in self.jobs.values() if job.id not in queued]
        self.found.emit([j.id for j in jobs if j.record.interrupted or j.state == "waiting"])

    # -- processes -------------------------------------------------------------------------

    def _start_next(self) -> None:
        while self._queue and len(self.alive()) < self._most and not self._closed:
            key, resume = self._queue.pop(0)
            self._start(self.jobs[key], resume=resume)

    def _start(self, job: Job, *, resume: bool) -> None:
        job.state = "running"
        record, unread = job.record, resume and not job.read
        job.read = True

        def begin() -> tuple[_Heard | None, Worker]:
            past = _past(record) if unread else None
            return past, worker.start(record, resume=resume)

        def started(made: tuple[_Heard | None, Worker]) -> None:
            past, child = made
            if past is not None:
                self._take_past(past)
            self._workers[job.id] = child
            job.record = child.record
            if job.state == "stopping":
                self._cancel(job.id)
            self._run_timer()

        def failed(error: Exception) -> None:
            job.state, job.message, job.ended = "failed", sentence(error), time.time()
            self.changed.emit(job.id)
            self.troubled.emit(job.message)
            self._start_next()

        self._background.run(begin, started, failed, writes=f"the beginning of {job.title}")
        self.changed.emit(job.id)

    def _cancel(self, key: str) -> None:
        child, asked = self._workers[key], self._asked.pop(key, "cancel")
        self._background.run(
            lambda: child.cancel(asked=asked),
            lambda _: None,
            self._trouble,
            writes=f"the end of {self.jobs[key].title}",
        )

    def _run_timer(self) -> None:
        if self._workers and not self._closed:
            self._timer.start()
        else:
            self._timer.stop()

    def _listen(self) -> None:
        """Listen to all children in the thread, unless it still does."""
        if self._listening:
            return
        self._listening = True
        workers = list(self._workers.items())
        self._background.run(
            lambda: [_heard(key, child) for key, child in workers], self._take, self._deaf
        )

    def _take(self, heard: list[_Heard]) -> None:
        self._listening = False
        for told in heard:
            job = self.jobs[told.key]
            for report in told.reports:
                job.take(report)
            if told.outcome is not None:
                self._end(job, told)
            elif told.reports:
                self.changed.emit(job.id)

    def _deaf(self, error: Exception) -> None:
        self._listening = False
        self._trouble(error)

    def _end(self, job: Job, told: _Heard) -> None:
        assert told.outcome is not None
        del self._workers[job.id]
        job.end(told.record, told.outcome, told.errors)
        self._run_timer()
        self.changed.emit(job.id)
        self.ended.emit(job.id, told.outcome)
        self._start_next()

    def _take_past(self, told: _Heard) -> None:
        """Take in what a job told before this window began to listen."""
        job = self.jobs.get(told.key)
        if job is None:
            return
        for report in told.reports:
            job.take(report)
        if told.outcome is not None and not job.alive:
            job.end(told.record, told.outcome, told.errors)
        self.changed.emit(job.id)

    def _trouble(self, error: Exception) -> None:
        self.troubled.emit(sentence(error))


def _past(record: Record) -> _Heard:
    """Return all that a job has told whose process has ended; called in a thread."""
    child, told = worker.attach(record), []
    while child.outcome is None and not child.running:
        told += child.poll()
    return _Heard(record.id, child.record, told, child.outcome, _last_errors(child))


def _heard(key: str, child: Worker) -> _Heard:
    """Return what a child has told since it was last listened to; called in a thread."""
    reports: list[Report] = []
    for _ in range(MOST_POLLS):
        told = child.poll()
        reports += told
        if not told:
            break
    errors = _last_errors(child) if child.outcome is not None else ""
    return _Heard(key, child.record, reports, child.outcome, errors)


def _last_errors(child: Worker) -> str:
    """Return the last lines of standard error of a job that failed, "" of others."""
    if child.outcome is None or child.outcome.how in ("done", "cancelled"):
        return ""
    try:
        with (child.record.folder / ERRORS).open("rb") as stream:
            stream.seek(max(0, stream.seek(0, 2) - LAST_ERRORS))
            return stream.read().decode(errors="replace")
    except OSError:
        return ""
