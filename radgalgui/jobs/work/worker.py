"""One job's process, seen from outside: it is started or found again, read, and ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from radgalgui.errors import UsageError
from radgalgui.jobs.work.ledger import ERRORS, EVENTS, Record, change
from radgalgui.jobs.work.processes import birth, interrupt, kill, name_of, spawn
from radgalgui.jobs.work.reports import Done, Failed, Report, Stopped, from_line, is_last

__all__ = ["Outcome", "Worker", "attach", "start"]

GRACE: Final = 10.0
"""Seconds that work has to stop when it is asked to, before it is killed."""

_AT_ONCE: Final = 1 << 17  # bytes read in a poll: a second's reports take some thousand
_LONGEST: Final = 1 << 20  # bytes of a line; what goes on for longer is no report
_TIGHT: Final = 1 << 20  # bytes: a disk with less room than this is full
_LAST_WORDS: Final = 4096  # bytes of the end of standard error
_PROGRESS: Final = b'{"kind": "Progress"'
_LOOK_AGAIN: Final = 2.0  # seconds between looks whether a number is still the same process


@dataclass(frozen=True)
class Outcome:
    """How work ended.

    ``how`` is "done", "failed", "killed" (by signal ``code``, which nobody here sent), "cancelled"
    (as asked) or "vanished"; ``text`` is one sentence for the user; ``report`` the last one,
    where the work itself told how it ended.
    """

    how: Literal["done", "failed", "killed", "cancelled", "vanished"]
    text: str
    code: int | None = None
    report: Report | None = None


class Worker:
    """A job whose process was started or found again.

    Made by `start` and `attach`.  Nothing here waits: `poll` is to be called a few times a
    second, and moves everything on.
    """

    def __init__(
        self, record: Record, process: subprocess.Popen[bytes] | None, *, position: int = 0
    ) -> None:
        self.record = record
        self.outcome: Outcome | None = None
        self._process = process
        self._position = position
        self._rest = b""
        self._skipping = False  # the line that is being read is too long to be a report
        self._last: Report | None = None
        self._deadline: float | None = None
        self._looked = time.monotonic()
        self._gone = record.state != "running"

    @property
    def running(self) -> bool:
        """Whether the process is alive, as of now."""
        if self._gone:
            return False
        if self._process is not None:
            self._gone = self._process.poll() is not None
        elif _is_gone(self.record.pid) or time.monotonic() > self._looked + _LOOK_AGAIN:
            self._looked = time.monotonic()
            self._gone = not _is_same(self.record)
        return not self._gone

    def poll(self) -> list[Report]:
        """Return what has been told since the last call, and see how the work stands.

        It reads 128 KiB at most, so that it takes milliseconds also where a long job's whole
        past is read; where there is more, of progress that follows upon progress the last is
        returned alone.  `outcome` is set when the process has ended and all has been read.
        """
        if self.outcome is not None:
            return []
        running = self.running  # before reading: what it told last is then read too
        if running and self._deadline is not None and time.monotonic() > self._deadline:
            self._kill()
        content = self._read()
        reports = list(self._reports(content))
        if not running and len(content) < _AT_ONCE:
            reports += self._reports(b"\n")  # a last line without its end may be whole
            self._end()
        return reports

    def cancel(self, *, asked: Literal["cancel", "stop"] = "cancel", grace: float = GRACE) -> None:
        """Ask the work to stop; where it has not after ``grace`` seconds, `poll` kills it.

        ``asked`` is written down: what a closing window stops is offered by the next one.
        """
        if not self.running:
            return
        self._note(asked)
        self._deadline = time.monotonic() + grace
        if self.record.pid is not None and _is_same(self.record):
            interrupt(self.record.pid)

    def terminate_now(self) -> None:
        """Kill the work; it is written down as stopped, so that the next window offers it."""
        if self.running:
            self._note("stop" if not self.record.asked else self.record.asked)
            self._kill()

    def release(self) -> None:
        """Leave a process running that shall outlive us; it is not looked at any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.returncode = 0  # or Python complains of it at our end
        self._process = None

    def _kill(self) -> None:
        if self.record.pid is not None and _is_same(self.record):
            kill(self.record.pid)

    def _note(self, asked: Literal["cancel", "stop"]) -> None:
        with suppress(OSError):  # a full disk keeps no work from being stopped
            self.record = change(self.record, asked=asked)

    def _read(self) -> bytes:
        try:
            with (self.record.folder / EVENTS).open("rb") as stream:
                stream.seek(self._position)
                content = stream.read(_AT_ONCE)
        except OSError:
            return b""
        self._position += len(content)
        return content

    def _reports(self, content: bytes) -> Iterator[Report]:
        """Yield the reports among the lines that end in what was read."""
        *lines, rest = (self._rest + content).split(b"\n")
        if len(content) == _AT_ONCE:
            lines = _thinned(lines)
        for line in lines:
            skipped, self._skipping = self._skipping, False
            report = None if skipped else from_line(line.decode(errors="replace"))
            if report is not None:
                self._last = report
                yield report
        if len(rest) > _LONGEST:
            self._skipping, rest = True, b""
        self._rest = rest

    def _end(self) -> None:
        """Take down how the work ended."""
        code = None
        if self._process is not None:
            code = self._process.wait()
            with suppress(OSError):
                self.record = change(self.record, exit=code)
        with suppress(UsageError):  # its folder may have been removed
            self.record = self.record.fresh()
        last = self._last if self._last is not None and is_last(self._last) else None
        self.outcome = _outcome(self.record, last, self.record.exit if code is None else code)


def _thinned(lines: list[bytes]) -> list[bytes]:
    """Return lines without progress that more of it follows: most of what a long job has told."""
    told = [line.startswith(_PROGRESS) for line in lines]
    after = [*told[1:], False]
    return [
        line for line, here, there in zip(lines, told, after, strict=False) if not (here and there)
    ]


def start(record: Record, *, resume: bool = False, nice: int = 5) -> Worker:
    """Start the work of a record, in a session of its own.

    Parameters
    ----------
    record : Record
        As a `Ledger` made or found it.
    resume : bool
        Go on from what an earlier process left, where the order can.
    nice : int
        By how much it steps back behind windows and other programs.

    Raises
    ------
    UsageError
        If it is running already, or cannot be started.
    """
    events, errors = record.folder / EVENTS, record.folder / ERRORS
    try:
        with events.open("ab") as output, errors.open("ab") as words, _alone(events):
            record = record.fresh()
            if record.state == "running":
                raise UsageError(f"{record.order.title!r} is running already")
            since = _end_line(output)
            process = spawn(
                record.order.command(resume=resume),
                folder=record.cwd,
                output=output,
                errors=words,
                nice=nice,
            )
            born = birth(process.pid)
            told = {"pid": process.pid, "born": born, "since": since, "asked": "", "exit": None}
            try:
                record = change(record, **told)
            except OSError:
                kill(process.pid)  # nobody would find it again
                process.wait()
                raise
    except OSError as error:
        raise UsageError(
            f"{record.order.title!r} cannot be started ({error.strerror or error})",
            subject=record.folder,
            remedy="make room on that disk, or look who may write there",
        ) from error
    return Worker(record, process, position=since)


def attach(record: Record) -> Worker:
    """Return the worker of a record that another window started, or that has ended.

    Its first polls return all that was told so far, of earlier processes too.
    """
    with suppress(UsageError):
        record = record.fresh()
    return Worker(record, None)


def _end_line(output: IO[bytes]) -> int:
    """End a line that a killed process left half written; return where the next begins."""
    size = os.fstat(output.fileno()).st_size
    if size:
        with Path(output.name).open("rb") as stream:
            stream.seek(size - 1)
            if stream.read(1) != b"\n":
                output.write(b"\n")
                output.flush()
                size += 1
    return size


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other window start the same work meanwhile, where files can be locked."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError("another window is starting this job right now") from error
        except OSError:  # some network folders know no locks
            pass
        yield


def _is_gone(pid: int | None) -> bool:
    """Whether there is surely no process of this number; cheap."""
    if pid is None:
        return True
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _is_same(record: Record) -> bool:
    """Whether the process of a record is alive, and not another that was given its number."""
    return record.pid is not None and birth(record.pid) == record.born is not None


def _outcome(record: Record, last: Report | None, code: int | None) -> Outcome:
    """Put in a sentence how work ended, from its last report, its status and the disk."""
    title = record.order.title
    if isinstance(last, Done) or (last is None and code == 0):
        return Outcome("done", f"{title}: done.", code, last)
    if isinstance(last, Failed):
        return Outcome("failed", last.message, code, last)
    if isinstance(last, Stopped) or record.asked:
        return Outcome("cancelled", f"{title}: stopped, as asked.", code, last)
    again = "; it can be resumed" if record.order.resumable else "; start it again"
    if full := _full_disk(record):
        return Outcome("failed", f"{title}: the disk is full, make room at {full}{again}.", code)
    if code is None:
        what = "ended without a word: it was killed, or the machine went down"
        return Outcome("vanished", f"{title} {what}{again}.")
    if code < 0:
        name = name_of(-code)
        hint = ", most likely for lack of memory" if name == "SIGKILL" else ""
        return Outcome("killed", f"{title} was killed by signal {name}{hint}{again}.", -code)
    words = _last_words(record.folder / ERRORS)
    said = f": {words.rstrip('.')}" if words else ""
    return Outcome("failed", f"{title} stopped with status {code}{said}.", code)


def _full_disk(record: Record) -> Path | None:
    """Return the folder whose disk is full: that of what is written, or that of the job."""
    for folder in (record.order.out, record.folder):
        place = record.cwd / folder
        while not place.exists() and place != place.parent:
            place = place.parent
        with suppress(OSError):
            room = shutil.disk_usage(place)
            if 0 <= room.free < min(_TIGHT, room.total):
                return place
    return None


def _last_words(path: Path) -> str:
    """Return the last line of standard error, without our own name before it."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - _LAST_WORDS))
            lines = stream.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip()]
    return said[-1].removeprefix("radgalgui: ") if said else ""
