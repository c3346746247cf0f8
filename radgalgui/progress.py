"""How long functions report and stop: progress, notices in words, and a cancel token.

The terminal, a test and the window each bring their own reporter; no function below
``gui`` knows a signal.
"""

from __future__ import annotations

import threading
from typing import Literal, Protocol

from radgalgui.errors import Cancelled

__all__ = ["CancelToken", "Notice", "Progress", "silent", "unheard"]


class Progress(Protocol):
    """Called as ``progress(done, total, what)``; ``total`` is None where it is unknown."""

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        """Report where the work stands."""


def silent(done: int, total: int | None, what: str = "", /) -> None:
    """Report nothing: the default reporter."""


class Notice(Protocol):
    """Called as ``note(level, text)`` with a sentence; ``level`` is "info" or "warning"."""

    def __call__(self, level: Literal["info", "warning"], text: str, /) -> None:
        """Say what happened along the way."""


def unheard(level: Literal["info", "warning"], text: str, /) -> None:
    """Say nothing: the default notice."""


class CancelToken:
    """A flag that another thread may raise and long work looks at between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._event.set()

    def check(self) -> None:
        """Raise `radgalgui.errors.Cancelled` if somebody has asked to stop."""
        if self._event.is_set():
            raise Cancelled
