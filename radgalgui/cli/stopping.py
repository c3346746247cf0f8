"""Ctrl+C and signals that ask a command to stop: kindly first, then wherever it is."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from radgalgui.progress import CancelToken

__all__ = ["stopping"]

_PATIENCE: Final = 2.0  # seconds that work has to look at its token


@contextmanager
def stopping(token: CancelToken) -> Iterator[None]:
    """Raise a token at the first SIGINT or SIGTERM, and `KeyboardInterrupt` thereafter.

    The latter comes by itself after two seconds: not all work looks at its token.  In another
    thread than the main one nothing is done, where Python hears no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    timers: list[threading.Timer] = []

    def asked(_: int, __: FrameType | None) -> None:
        if token.cancelled:
            raise KeyboardInterrupt
        token.cancel()
        timer = threading.Timer(_PATIENCE, _interrupt)
        timer.daemon = True
        timer.start()
        timers.append(timer)

    heard = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        heard.append(signal.SIGBREAK)
    before = {number: signal.signal(number, asked) for number in heard}
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _interrupt() -> None:
    """Make the main thread hear SIGINT, also where it waits for something."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        ident = threading.main_thread().ident
        if ident is not None:
            signal.pthread_kill(ident, signal.SIGINT)
