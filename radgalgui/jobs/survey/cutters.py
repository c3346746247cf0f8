"""Rows cut out by the thread that asks, or by processes beside it where these are many.

Cutting is Python and NumPy on small images, which holds the interpreter's lock: a thread that
cuts keeps the networks beside it waiting.  Processes of their own do not, and what they return is
the same to the last bit, whoever cut it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import Cancelled, RadGalError
from radgalgui.jobs.survey.cutting import Cutter
from radgalgui.jobs.survey.effort import processes_for
from radgalgui.jobs.survey.plan import Cut, Plan, Rejected, Row
from radgalgui.jobs.survey.record import record
from radgalgui.progress import CancelToken, Notice, unheard
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["LEVELS", "NOTES", "Cutters", "Prepared", "open_cutters"]

LEVELS: Final = 255
"""Of an image as a catalogue stores it: 0 to this, for 0 to 1."""

NOTES: Final = "notes"
_PART: Final = 16  # rows that a process is handed at a time


@dataclass(frozen=True)
class Prepared:
    """A row that can become a source: its record, and its image (C, S, S) as it is stored."""

    number: int
    name: str
    values: dict[str, Any]
    image: NDArray[np.uint8]


class Cutters(Protocol):
    """Cuts rows out, in their order."""

    def cut(
        self, some: Sequence[Row | Rejected], stop: CancelToken, /
    ) -> Iterator[Prepared | Rejected]:
        """Yield what became of each row.

        Raises
        ------
        Cancelled
            If ``stop`` was cancelled.
        """


@contextmanager
def open_cutters(
    plan: Plan,
    eyes: Preprocessing,
    count: int | None,
    *,
    processes: int | None = None,
    note: Notice = unheard,
) -> Iterator[Cutters]:
    """Open what cuts the rows of a plan.

    Parameters
    ----------
    eyes : Preprocessing
        How encoders see.
    count : int or None
        Rows that are left to cut; None where nobody knows.
    processes : int, optional
        How many cut; as `processes_for` says by default.
    note : callable, optional
        Told if the processes ended and cutting goes on without them.

    Raises
    ------
    ImageError
        If the images of the plan cannot be opened.
    """
    wanted = processes_for(plan, count) if processes is None else processes
    with Cutter(plan, eyes) as cutter:
        alone = _Alone(cutter)
        if wanted < 1:
            yield alone
            return
        beside = _Beside(plan, eyes, wanted, alone, note)
        try:
            yield beside
        finally:
            beside.close()


class _Alone:
    """Cuts in the thread that asks."""

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter

    def cut(
        self, some: Sequence[Row | Rejected], stop: CancelToken, /
    ) -> Iterator[Prepared | Rejected]:
        for row in some:
            stop.check()
            yield _prepared(row, self._cutter)


class _Beside:
    """Hands rows to processes, and goes on alone where these end before their work does."""

    def __init__(
        self, plan: Plan, eyes: Preprocessing, processes: int, alone: _Alone, note: Notice
    ) -> None:
        self._alone = alone
        self._note = note
        self._broken = False
        context = multiprocessing.get_context("spawn")  # torch and its threads cannot be forked
        self._pool = ProcessPoolExecutor(
            processes, mp_context=context, initializer=_begin, initargs=(plan, eyes)
        )

    def cut(
        self, some: Sequence[Row | Rejected], stop: CancelToken, /
    ) -> Iterator[Prepared | Rejected]:
        parts = [some[start : start + _PART] for start in range(0, len(some), _PART)]
        handed = [self._handed(part) for part in parts]
        for part, future in zip(parts, handed, strict=True):
            stop.check()
            try:
                yield from self._alone.cut(part, stop) if future is None else future.result()
            except BrokenProcessPool:
                self._tell_broken()
                yield from self._alone.cut(part, stop)

    def close(self) -> None:
        """End the processes, after the rows that they are at."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _handed(self, part: Sequence[Row | Rejected]) -> Future[list[Prepared | Rejected]] | None:
        if self._broken:
            return None
        try:
            return self._pool.submit(_cut_part, part)
        except BrokenProcessPool:
            self._tell_broken()
            return None

    def _tell_broken(self) -> None:
        if not self._broken:
            self._broken = True
            self._note(
                "warning",
                "A process that cuts out images was ended from outside, perhaps for want of "
                "memory: cutting goes on without such processes, more slowly.",
            )


_here: Cutter | None = None  # of a process that cuts


def _begin(plan: Plan, eyes: Preprocessing) -> None:
    """Make a process ready to cut, and to end when the one that asks does."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that asks is told, and tells us
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=_end_with, args=(parent,), daemon=True)
        watch.start()
    _here = Cutter(plan, eyes)


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)  # killed: nobody is left who could be told


def _cut_part(part: Sequence[Row | Rejected]) -> list[Prepared | Rejected]:
    if _here is None:
        raise RuntimeError("the process was not made ready")
    return [_prepared(row, _here) for row in part]


def _prepared(row: Row | Rejected, cutter: Cutter) -> Prepared | Rejected:
    """Return a row's record and image, or why it cannot be a source."""
    if isinstance(row, Rejected):
        return row
    try:
        cut = cutter.cut(row)
        if not np.isfinite(cut.seen).all():
            return Rejected(row.number, row.name, "what encoders would see is not finite")
        values = _record(row, cut, cutter.plan)
    except Cancelled:
        raise
    except RadGalError as error:
        return Rejected(row.number, row.name, str(error))
    except MemoryError:
        return Rejected(row.number, row.name, "its image takes more memory than there is")
    except Exception as error:  # one file that nobody thought of must not stop the others
        return Rejected(row.number, row.name, f"cannot be read ({type(error).__name__}: {error})")
    return Prepared(row.number, row.name, values, np.rint(cut.seen * LEVELS).astype(np.uint8))


def _record(row: Row, cut: Cut, plan: Plan) -> dict[str, Any]:
    """Return a source's row of the table; the last column says in words what to know of it."""
    values: dict[str, Any] = record(row, cut, plan)
    values.setdefault(NOTES, " ".join(remark.text for remark in cut.notes))
    return {name: _sayable(value) for name, value in values.items()}


def _sayable(value: Any) -> Any:
    """Return text as UTF-8 can hold it: file names may hold bytes that are no Unicode."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value
