"""The same thing done to many, in their order: by the thread that asks, or processes beside it.

Reading and cutting small images is Python and NumPy, which holds the interpreter's lock: a thread
that does it keeps the networks beside it waiting.  Processes of their own do not, and what they
return is the same to the last bit, whoever made it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from radgalgui.progress import CancelToken, Notice, unheard

__all__ = ["Workers", "open_workers", "processors"]

T = TypeVar("T")
R = TypeVar("R")
_T_contra = TypeVar("_T_contra", contravariant=True)
_R_co = TypeVar("_R_co", covariant=True)


class Workers(Protocol[_T_contra, _R_co]):
    """Does the same to many things, in their order."""

    def each(self, things: Iterable[_T_contra], stop: CancelToken, /) -> Iterator[_R_co]:
        """Yield what became of each thing.

        Raises
        ------
        Cancelled
            If ``stop`` was cancelled.
        """


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_workers(
    do: Callable[[T], R],
    begin: Callable[[], Callable[[T], R]],
    processes: int,
    *,
    part: int,
    ahead: int | None = None,
    at_once: bool = False,
    note: Notice = unheard,
) -> Iterator[Workers[T, R]]:
    """Open what does the same to many things; its processes end with it, and with this one.

    Parameters
    ----------
    do : callable
        Does it in the thread that asks: where there are no processes, or none any more.
    begin : callable
        Called once in each process; returns what does it there.  It must be one that can be
        sent to processes, as what comes back must be.
    processes : int
        How many; 0 for none.
    part : int
        Things that a process is handed at a time.
    ahead : int, optional
        Parts that are handed out before the first of them is taken; by default all, which lie
        in memory then.
    at_once : bool
        Do the first thing in the thread that asks, and those after it until a process is there,
        a second later.
    note : callable, optional
        Told if the processes ended and the work goes on without them.
    """
    alone = _Alone(do)
    if processes < 1:
        yield alone
        return
    beside = _Beside(alone, begin, processes, part, ahead, at_once, note)
    try:
        yield beside
    finally:
        beside.close()


class _Alone(Generic[T, R]):
    """Works in the thread that asks."""

    def __init__(self, do: Callable[[T], R]) -> None:
        self._do = do

    def each(self, things: Iterable[T], stop: CancelToken, /) -> Iterator[R]:
        for thing in things:
            stop.check()
            yield self._do(thing)


class _Beside(Generic[T, R]):
    """Hands things to processes, and goes on alone where these end before their work does."""

    def __init__(
        self,
        alone: _Alone[T, R],
        begin: Callable[[], Callable[[T], R]],
        processes: int,
        part: int,
        ahead: int | None,
        at_once: bool,
        note: Notice,
    ) -> None:
        self._alone, self._part, self._note = alone, part, note
        self._ahead, self._at_once = ahead, at_once
        self._broken = False
        context = multiprocessing.get_context("spawn")  # torch and its threads cannot be forked
        self._pool = ProcessPoolExecutor(
            processes, mp_context=context, initializer=_begin, initargs=(begin,)
        )

    def each(self, things: Iterable[T], stop: CancelToken, /) -> Iterator[R]:
        coming = iter(things)
        if self._at_once:
            yield from self._until_there(coming, stop)
        handed: deque[tuple[list[T], Future[list[R]] | None]] = deque()
        while some := list(islice(coming, self._part)):
            handed.append((some, self._handed(some)))
            if self._ahead is not None and len(handed) > self._ahead:
                yield from self._taken(*handed.popleft(), stop)
        while handed:
            yield from self._taken(*handed.popleft(), stop)

    def _until_there(self, coming: Iterator[T], stop: CancelToken) -> Iterator[R]:
        """Work alone until a process is ready to; nothing waits for the first of all."""
        there: Future[bool] | None = None
        while there is None or not there.done():
            if not (some := list(islice(coming, 1))):
                return
            yield from self._alone.each(some, stop)
            try:
                there = there or self._pool.submit(_is_there)
            except BrokenProcessPool:
                return  # it is told when the next part is handed out

    def close(self) -> None:
        """End the processes at once, whatever they are at: nobody asks for it any more."""
        for process in list((self._pool._processes or {}).values()):
            process.terminate()  # one that is only just beginning would be waited for otherwise
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _handed(self, some: list[T]) -> Future[list[R]] | None:
        if self._broken:
            return None
        try:
            return self._pool.submit(_do_each, some)
        except BrokenProcessPool:
            self._tell_broken()
            return None

    def _taken(
        self, some: list[T], future: Future[list[R]] | None, stop: CancelToken
    ) -> Iterator[R]:
        stop.check()
        try:
            yield from self._alone.each(some, stop) if future is None else future.result()
        except BrokenProcessPool:
            self._tell_broken()
            yield from self._alone.each(some, stop)

    def _tell_broken(self) -> None:
        if not self._broken:
            self._broken = True
            self._note(
                "warning",
                "A process that cuts out images was ended from outside, perhaps for want of "
                "memory: cutting goes on without such processes, more slowly.",
            )


_here: Callable[[Any], Any] | None = None  # what a process does to each thing


def _begin(begin: Callable[[], Callable[[T], R]]) -> None:
    """Make a process ready, and to end when the one that asks does."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that asks is told, and tells us
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=_end_with, args=(parent,), daemon=True)
        watch.start()
    _here = begin()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)  # killed: nobody is left who could be told


def _is_there() -> bool:
    return True


def _do_each(things: list[Any]) -> list[Any]:
    if _here is None:
        raise RuntimeError("the process was not made ready")
    return [_here(thing) for thing in things]
