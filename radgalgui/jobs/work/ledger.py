"""The jobs on disk: a folder each, which says what was ordered and how it stands.

::

    JOBS/20261122-083455-1f0a/
      job.json       the order, the process that carries it out, how it ended
      events.jsonl   what the process prints: one report a line (see `reports`)
      errors.txt     its standard error

Several windows may look at the same jobs: nothing is believed but what is on disk, and
whether the process that is named there is alive.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.processes import birth
from radgalgui.jobs.work.reports import (
    Began,
    Done,
    Failed,
    Report,
    Stopped,
    from_line,
    is_last,
)

__all__ = ["ERRORS", "EVENTS", "Ledger", "Record", "State", "change", "read_record"]

EVENTS: Final = "events.jsonl"
ERRORS: Final = "errors.txt"
_JOB: Final = "job.json"
_FORMAT: Final = 1
_TAIL: Final = 1 << 16  # bytes of the end of what was told: the last reports stand there

State = Literal["waiting", "running", "done", "failed", "cancelled", "vanished"]
Asked = Literal["", "cancel", "stop"]


@dataclass(frozen=True)
class Record:
    """A job as it stood on disk when it was read; `fresh` reads it again.

    Parameters
    ----------
    id : str
        The name of its folder.
    order : Order
        What was ordered.
    folder : Path
        Its own folder, where nothing is written but its three files.
    created : float
        Seconds since 1970.
    pid : int or None
        The process that carries it out, or did last; None before the first.
    state : str
        "waiting" (never started), "running" (the process is alive), "done", "failed" (it said
        why, or ended with an exit status or by a signal that is known), "cancelled" (it was asked
        to stop), or "vanished" (it is gone and left no word: killed, or the machine went down).
    last : Report or None
        The last report, where it is `Done`, `Failed` or `Stopped`.
    asked : str
        "cancel" or "stop" if the last process was asked to end, "stop" by a window that closed.
    exit : int or None
        The status of the last process where it is known; minus the signal that killed it.
    cwd : Path
        The folder that the order was given in; its relative paths count from there.
    ended : float or None
        When its last words were written, in seconds since 1970.
    """

    id: str
    order: Order
    folder: Path
    created: float
    pid: int | None
    state: State
    last: Report | None = None
    asked: Asked = ""
    exit: int | None = None
    cwd: Path = Path()
    ended: float | None = None
    born: str | None = None
    since: int = 0

    @property
    def resumable(self) -> bool:
        """Whether it has ended before its time and can go on where it was."""
        return self.order.resumable and self.state in {"failed", "cancelled", "vanished"}

    @property
    def interrupted(self) -> bool:
        """Whether the next window should offer to resume it: nobody has given it up."""
        return self.resumable and (self.state == "vanished" or self.asked == "stop")

    def fresh(self) -> Record:
        """Return it as it stands now.

        Raises
        ------
        UsageError
            If it has been removed, or what is there cannot be read.
        """
        return read_record(self.folder)


class Ledger:
    """The jobs in a folder, which is made when the first is ordered.

    Parameters
    ----------
    folder : Path
        Such as `radgalgui.jobs.work.library.jobs_folder`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, order: Order) -> Record:
        """Take an order down; nothing is started yet.

        Raises
        ------
        UsageError
            If it cannot be written.
        """
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
        folder = self.folder / f"{stamp}-{secrets.token_hex(4)}"
        told = {"format": _FORMAT, "order": order.to_dict(), "created": now}
        try:
            folder.mkdir(parents=True)
            _write(folder, {**told, "cwd": str(Path.cwd())})
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise UsageError(
                f"the job cannot be noted down ({error.strerror or error})",
                subject=self.folder,
                remedy="make room on that disk, or let RADGALGUI_HOME name another folder",
            ) from error
        return read_record(folder)

    def records(self) -> list[Record]:
        """Return all jobs, the newest first; folders that hold none are passed over."""
        found = []
        try:
            folders = [entry for entry in self.folder.iterdir() if (entry / _JOB).is_file()]
        except OSError:
            return []
        for folder in folders:
            try:
                found.append(read_record(folder))
            except UsageError:
                continue
        return sorted(found, key=lambda record: (record.created, record.id), reverse=True)

    def record(self, id: str) -> Record:  # noqa: A002  its name everywhere
        """Return one job.

        Raises
        ------
        UsageError
            If there is none of this name.
        """
        if not id or Path(id).name != id:
            raise UsageError(f"there is no job {id!r}", subject=self.folder)
        return read_record(self.folder / id)

    def remove(self, id: str) -> None:  # noqa: A002
        """Forget a job; what it wrote stays.

        Raises
        ------
        UsageError
            If it is running, or cannot be removed.
        """
        record = self.record(id)
        if record.state == "running":
            raise UsageError(f"{record.order.title!r} is still running", remedy="cancel it first")
        try:
            (record.folder / _JOB).unlink(missing_ok=True)  # from here on it is no job
            shutil.rmtree(record.folder)
        except OSError as error:
            raise UsageError(
                f"cannot be removed ({error.strerror or error})", subject=record.folder
            ) from error


def read_record(folder: Path) -> Record:
    """Read a job from its folder, and look how it stands.

    Raises
    ------
    UsageError
        If there is no job, or what is there cannot be read.
    """
    try:
        told = _read(folder)
        record = Record(
            id=folder.name,
            order=Order.from_dict(told["order"]),
            folder=folder,
            created=float(told["created"]),
            pid=None if told.get("pid") is None else int(told["pid"]),
            state="waiting",
            asked=told.get("asked", ""),
            exit=None if told.get("exit") is None else int(told["exit"]),
            cwd=Path(told.get("cwd", "")),
            born=told.get("born"),
            since=int(told.get("since", 0)),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(
            "holds no job that can be read", subject=folder, remedy="remove the folder"
        ) from error
    if record.pid is None:
        return record
    # One whose status is known is gone for sure; to ask the system takes time on a Mac.
    if record.exit is None and birth(record.pid) == record.born is not None:
        return replace(record, state="running")
    last, ended = _last_words(folder / EVENTS, record.since)
    return replace(record, state=_state(record, last), last=last, ended=ended)


def change(record: Record, **values: Any) -> Record:
    """Write down more about a job, at once and whole, and return it as it stands then.

    Raises
    ------
    OSError
        If it cannot be written; what stood there stays.
    """
    _write(record.folder, {**_read(record.folder), **values})
    return read_record(record.folder)


def _state(record: Record, last: Report | None) -> State:
    """Return how work stands whose process is gone."""
    if isinstance(last, Done) or (last is None and record.exit == 0):
        return "done"
    if isinstance(last, Stopped) or (record.asked and not isinstance(last, Failed)):
        return "cancelled"
    if isinstance(last, Failed) or record.exit is not None:
        return "failed"
    return "vanished"


def _last_words(path: Path, since: int) -> tuple[Report | None, float | None]:
    """Return the last report if nothing follows such a one, and when the file was changed."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(max(since, size - _TAIL))
            lines = stream.read(_TAIL).decode(errors="replace").splitlines()
            changed = os.fstat(stream.fileno()).st_mtime
    except OSError:
        return None, None
    for line in reversed(lines):
        report = from_line(line)
        if report is not None:
            last = is_last(report) and not isinstance(report, Began)
            return (report if last else None), changed
    return None, changed


def _read(folder: Path) -> dict[str, Any]:
    told = json.loads((folder / _JOB).read_text(encoding="utf-8"))
    if not isinstance(told, dict) or told.get("format") != _FORMAT:
        raise ValueError("another format")
    return told


def _write(folder: Path, told: Mapping[str, Any]) -> None:
    with replaced_file(folder / _JOB) as beside:
        beside.write_text(json.dumps(told, indent=1), encoding="utf-8")
