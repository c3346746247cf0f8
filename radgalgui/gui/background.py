"""Threads for what would stall the window: opening files, importing libraries, slow disks.

A disk on the network that is gone answers nobody, and whoever reads from it waits for ever.  So
the window waits for no thread when it closes, save for what is being written, and the program
ends with threads that still wait (see `radgalgui.entry`).  Three things follow from that:

- A thread knows no Qt object but by a signal that is taken from it when its owner closes, and an
  errand by its number alone: a widget must not be let go of last, and so destroyed, in a thread.
- What a thread that was left behind still needs is kept (`_BENCHES`) until it has ended.
- A thread that has nothing to do ends: soon, or at once when its owner closes.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from traceback import clear_frames
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

__all__ = ["Aside", "Background", "finish_writing", "threads_ended", "writing"]

#: How long a thread waits for more to do, seconds: while Python is busy elsewhere, the window
#: stands still until a new thread has begun.
LINGER_S = 5.0

Tell = Callable[[int, object, bool], None]


class _Bench:
    """Where works lie for the threads that do them; plain Python.

    The window's thread puts works on it and takes them off when their answers have come, under
    the numbers by which a thread knows them.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell: Tell | None = tell
        self._lock = threading.Condition()
        self._works: dict[int, Callable[[], Any]] = {}
        self._writes: dict[int, str] = {}
        self._waiting: deque[int] = deque()
        self._busy_with: int | None = None  # what the worker does now
        self._worker: threading.Thread | None = None
        self._threads: list[threading.Thread] = []

    # -- in the window's thread ------------------------------------------------------------

    def put(self, number: int, work: Callable[[], Any], writes: str) -> None:
        """Let a work be done when those before it are."""
        with self._lock:
            self._works[number] = work
            self._waiting.append(number)
            if writes:
                self._writes[number] = writes
            self._lock.notify_all()
            if self._worker is None or not self._worker.is_alive():
                self._begin()

    def put_apart(self, number: int, work: Callable[[], Any]) -> None:
        """Let a work be done in a thread of its own."""
        self._works[number] = work
        self._start(threading.Thread(target=self.carry, args=(number,), name="window-aside"))

    def take_off(self, number: int) -> None:
        """Let go of a work whose answer has come."""
        self._works.pop(number, None)

    def close(self) -> None:
        """Tell nobody any more, and drop what has not begun, unless it writes."""
        with self._lock:
            self._tell = None
            for number in [n for n in self._waiting if n not in self._writes]:
                self._waiting.remove(number)
                self._works.pop(number)
            self._lock.notify_all()

    def writes_first(self) -> None:
        """Let what writes go before what reads."""
        with self._lock:
            self._waiting = deque(sorted(self._waiting, key=lambda n: n not in self._writes))

    def relieve(self) -> None:
        """Let another thread write what lies behind a reading that does not end."""
        with self._lock:
            if self._writes and self._busy_with not in self._writes:
                self._begin()

    def wait_for_writes(self, until: float) -> None:
        """Wait until all is written, or the clock shows a time."""
        with self._lock:
            self._lock.wait_for(lambda: not self._writes, max(0.0, until - time.monotonic()))

    def wait_for_threads(self, until: float) -> bool:
        """Wait until no thread works, or the clock shows a time; tell whether none does."""
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return not self._threads

    @property
    def writes(self) -> list[str]:
        """What is still to be written."""
        with self._lock:
            return list(self._writes.values())

    def _begin(self) -> None:
        self._worker = threading.Thread(target=_work_at, args=(self,), name="window-worker")
        self._busy_with = None
        self._start(self._worker)

    def _start(self, thread: threading.Thread) -> None:
        _BENCHES.add(self)
        self._threads.append(thread)
        thread.daemon = True
        thread.start()

    # -- in a thread -----------------------------------------------------------------------

    def next(self) -> int | None:
        """Return what this thread is to do now, None for nothing any more."""
        with self._lock:
            me = threading.current_thread()
            self._lock.wait_for(
                lambda: self._waiting or self._tell is None or self._worker is not me, LINGER_S
            )
            if self._worker is not me:
                return None  # another has taken its place
            self._busy_with = self._waiting.popleft() if self._waiting else None
            if self._busy_with is None:
                self._worker = None
            return self._busy_with

    def carry(self, number: int) -> None:
        """Do a work, and tell its answer."""
        try:
            answer = self._works[number]()
        except Exception as error:
            _let_go(error)
            self._end(number, error, failed=True)
        else:
            self._end(number, answer, failed=False)

    def _end(self, number: int, answer: object, *, failed: bool) -> None:
        with self._lock:
            self._writes.pop(number, None)
            self._lock.notify_all()
            if self._tell is not None:
                with suppress(RuntimeError):  # the window is gone
                    self._tell(number, answer, failed)


#: Those at which threads work, or worked until lately; the window's thread alone changes it.
_BENCHES: set[_Bench] = set()


def _work_at(bench: _Bench) -> None:
    while (number := bench.next()) is not None:
        bench.carry(number)


def writing() -> list[str]:
    """Return what is still to be written, in the words of those who asked for it."""
    return [words for bench in _BENCHES for words in bench.writes]


def finish_writing(seconds: float) -> list[str]:
    """Wait for what is being written, and return what is not written by then.

    It goes before what is read.  Where a thread reads and does not come back in half the time,
    another one writes.
    """
    benches = [bench for bench in _BENCHES if bench.writes]
    end = time.monotonic() + seconds
    for bench in benches:
        bench.writes_first()
    for bench in benches:
        bench.wait_for_writes(end - seconds / 2)
        bench.relieve()
    for bench in benches:
        bench.wait_for_writes(end)
    return writing()


def threads_ended(seconds: float = 0.0) -> bool:
    """Give threads some time to end, and tell whether all have."""
    end = time.monotonic() + seconds
    _BENCHES.difference_update([b for b in _BENCHES if b.wait_for_threads(end)])
    return not _BENCHES


@dataclass(frozen=True)
class _Listener:
    """Who hears of an errand."""

    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class _Threaded(QObject):
    """Has works done off the window's thread; their answers come back on it."""

    _answered = Signal(int, object, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._listeners: dict[int, _Listener] = {}
        self._answered.connect(self._hand_over)
        self._bench = _Bench(self._tell)
        self._closed = False

    def _note(self, done: Callable[[Any], None], failed: Callable[[Exception], None]) -> int:
        threads_ended()  # lets go of what earlier threads needed
        number = next(self._numbers)
        self._listeners[number] = _Listener(done, failed)
        return number

    def _tell(self, number: int, answer: object, failed: bool) -> None:
        self._answered.emit(number, answer, failed)

    def _hand_over(self, number: int, answer: Any, failed: bool) -> None:
        self._bench.take_off(number)
        listener = self._listeners.pop(number, None)
        if listener is not None and not self._closed:
            (listener.failed if failed else listener.done)(answer)

    def close(self) -> None:
        """Hear of nothing any more, and wait for nothing; what has begun is left behind."""
        self._closed = True
        self._bench.close()
        self._listeners.clear()


class Background(_Threaded):
    """Does works one after another; their answers come back in the same order.

    At the end works that have not begun are dropped, except for those that write.
    """

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        *,
        writes: str = "",
    ) -> None:
        """Call ``work`` in the background, then ``done`` with its answer or ``failed``.

        Parameters
        ----------
        writes : str
            What it writes, as in "few.csv"; "" where it only reads.  The window closes when that
            is written, and says what it waits for.
        """
        if not self._closed:
            self._bench.put(self._note(done, failed), work, writes)


class Aside(_Threaded):
    """Asks what may never be answered, as a disk on the network that is gone.

    Each question has a thread of its own.
    """

    def ask(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        *,
        patience_ms: int = 0,
    ) -> None:
        """Call ``work`` in a thread, then ``done`` with its answer or ``failed``.

        With ``patience_ms`` it is given up after that time: ``failed`` has a `TimeoutError`.
        """
        if self._closed:
            return
        number = self._note(done, failed)
        if patience_ms:
            QTimer.singleShot(patience_ms, self, lambda: self._give_up(number))
        self._bench.put_apart(number, work)

    def _give_up(self, number: int) -> None:
        listener = self._listeners.pop(number, None)
        if listener is not None:
            listener.failed(TimeoutError())


def _let_go(error: BaseException | None) -> None:
    """Forget the variables of the functions that an error, or what led to it, came through."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__context__
