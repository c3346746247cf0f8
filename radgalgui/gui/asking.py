"""What asks the engine one thing at a time, beside the queries."""

from __future__ import annotations

import itertools
from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Done, Event, Refused

__all__ = ["Asking"]


class Asking(QObject):
    """Puts one question at a time; a new one takes the place of the last.

    If the engine is lost meanwhile, the question is put once more.  ``changed()`` tells that it
    began, that more is known, or that it ended, was stopped or refused.

    Attributes
    ----------
    problem : str
        Why there is no more, in a sentence; "" where there is nothing to complain of.
    stopped : bool
        Whether the user stopped it.
    """

    changed = Signal()

    _NUMBERS = itertools.count(1)

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._job, self._repeated = "", False
        self.problem, self.stopped = "", False
        link.told.connect(self._take)
        link.ended.connect(self._ask_again)
        link.given_up.connect(self._give_up)

    @property
    def open(self) -> bool:
        """Whether there is more to come."""
        return bool(self._job)

    def stop(self) -> None:
        """Ask no further; what is known stays."""
        if self.open:
            self._drop()
            self.stopped = True
            self.changed.emit()

    # -- for those that ask ----------------------------------------------------------------

    def _send(self, job: str) -> None:
        """Put the question; what was told before is of no use any more."""
        raise NotImplementedError

    def _hear(self, event: Event) -> None:
        """Take in an answer to the question."""
        raise NotImplementedError

    def _begin(self) -> None:
        """Put a new question."""
        self._drop()
        self._repeated = False
        self._put()

    def _drop(self) -> None:
        """Hear no more of the question, and complain of nothing."""
        job, self._job = self._job, ""
        self.problem, self.stopped = "", False
        if job:
            self._link.cancel(job)

    # -- the engine ------------------------------------------------------------------------

    def _put(self) -> None:
        self._job = f"{type(self).__name__} {next(self._NUMBERS)}"
        self._send(self._job)
        self.changed.emit()

    def _take(self, event: Any) -> None:
        if not self._job or event.job != self._job:
            return
        if isinstance(event, Refused):
            self._job, self.problem = "", event.message
        elif isinstance(event, Done):
            self._job = ""
        else:
            self._hear(event)
        self.changed.emit()

    def _ask_again(self, text: str) -> None:
        if not self.open:
            return
        if self._repeated:
            self._give_up(f"{text} It was asked twice and is not asked again.")
            return
        self._repeated = True
        self._put()

    def _give_up(self, text: str) -> None:
        if self.open:
            self._job, self.problem = "", text
            self.changed.emit()
