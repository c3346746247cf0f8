"""Threads for what would stall the window: opening files, importing libraries, slow disks."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from traceback import clear_frames
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

__all__ = ["Aside", "Background"]


@dataclass(frozen=True)
class _Errand:
    """What a thread does, and who hears of it."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class _Threaded(QObject):
    """Runs errands off the window's thread; their answers come back on it.

    A thread knows an errand by its number alone.  Whoever is to hear of it may be gone by the
    time it ends, and a widget must not be let go of last, and so destroyed, in that thread.
    """

    _answered = Signal(int, object, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._errands: dict[int, _Errand] = {}
        self._answered.connect(self._hand_over)
        self._closed = False

    def _note(self, errand: _Errand) -> int:
        number = next(self._numbers)
        self._errands[number] = errand
        return number

    def _carry(self, number: int) -> None:
        """Do an errand, in a thread."""
        try:
            answer = self._errands[number].work()
        except Exception as error:
            _let_go(error)
            self._tell(number, error, failed=True)
        else:
            self._tell(number, answer, failed=False)

    def _tell(self, number: int, answer: object, *, failed: bool) -> None:
        if not self._closed:
            self._answered.emit(number, answer, failed)

    def _hand_over(self, number: int, answer: Any, failed: bool) -> None:
        errand = self._errands.pop(number, None)
        if errand is not None and not self._closed:
            (errand.failed if failed else errand.done)(answer)


class Background(_Threaded):
    """Runs functions one after another in one thread, which is waited for at the end.

    Their answers come back in the same order.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="window-worker")

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call ``work`` in the background, then ``done`` with its answer or ``failed``."""
        if not self._closed:
            self._pool.submit(self._carry, self._note(_Errand(work, done, failed)))

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._errands.clear()


class Aside(_Threaded):
    """Asks what may never be answered, as a disk on the network that is gone.

    Each question has a thread of its own, which nobody waits for.
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
        number = self._note(_Errand(work, done, failed))
        if patience_ms:
            QTimer.singleShot(patience_ms, self, lambda: self._give_up(number))
        thread = threading.Thread(
            target=self._carry, args=(number,), name="window-aside", daemon=True
        )
        thread.start()

    def close(self) -> None:
        """Hear of nothing any more."""
        self._closed = True

    def _give_up(self, number: int) -> None:
        errand = self._errands.get(number)
        if errand is not None and not self._closed:
            self._errands[number] = _Errand(errand.work, _ignore, _ignore)
            errand.failed(TimeoutError())

    def _tell(self, number: int, answer: object, *, failed: bool) -> None:
        with suppress(RuntimeError):  # the window is gone
            super()._tell(number, answer, failed=failed)


def _ignore(_answer: object) -> None:
    pass


def _let_go(error: BaseException | None) -> None:
    """Forget the variables of the functions that an error, or what led to it, came through."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__context__
