"""One worker thread for what would stall the window: opening files, importing libraries."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

__all__ = ["Background"]


class Background(QObject):
    """Runs functions one after another off the window's thread.

    Their answers come back on the window's thread, in the same order.
    """

    _answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="window-worker")
        self._answered.connect(self._hand_over)
        self._closed = False

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call ``work`` in the background, then ``done`` with its answer or ``failed``."""

        def carry() -> None:
            try:
                answer = work()
            except Exception as error:
                self._emit(failed, error)
            else:
                self._emit(done, answer)

        if not self._closed:
            self._pool.submit(carry)

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _emit(self, receiver: Callable[[Any], None], answer: object) -> None:
        if not self._closed:
            self._answered.emit(receiver, answer)

    def _hand_over(self, receiver: Callable[[Any], None], answer: object) -> None:
        if not self._closed:
            receiver(answer)
