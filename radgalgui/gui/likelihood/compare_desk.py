"""Another survey compared with the open catalogue: asked of the engine, and what it told."""

from __future__ import annotations

import itertools
from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Compared, Done, Refused

__all__ = ["CompareDesk"]


class CompareDesk(QObject):
    """Puts one comparison at a time to the engine, once more if it was lost meanwhile.

    ``changed()`` tells that it began, was told, ended, was stopped or refused.

    Attributes
    ----------
    told : Compared or None
        What was found.
    problem : str
        Why there is nothing, "" where there is nothing to complain of.
    stopped : bool
        Whether the user stopped it.
    """

    changed = Signal()

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._numbers = itertools.count(1)
        self._job, self._other, self._repeated = "", "", False
        self.told: Compared | None = None
        self.problem, self.stopped = "", False
        link.told.connect(self._take)
        link.ended.connect(self._ask_again)
        link.given_up.connect(self._give_up)

    @property
    def open(self) -> bool:
        """Whether the answer is still to come."""
        return bool(self._job)

    def ask(self, other: str) -> None:
        """Compare a set by its name, or a catalogue by its folder, with the open one."""
        self._cancel()
        self._other, self._repeated = other, False
        self._put()

    def stop(self) -> None:
        """Let it be."""
        if self.open:
            self._cancel()
            self.stopped = True
            self.changed.emit()

    def forget(self) -> None:
        """Know of nothing any more."""
        self._cancel()
        self.told, self.problem, self.stopped = None, "", False
        self.changed.emit()

    def _put(self) -> None:
        self.told, self.problem, self.stopped = None, "", False
        self._job = f"compare-{next(self._numbers)}"
        self._link.compare(self._job, self._other)
        self.changed.emit()

    def _cancel(self) -> None:
        job, self._job = self._job, ""
        if job:
            self._link.cancel(job)

    def _take(self, event: Any) -> None:
        if not self._job or event.job != self._job:
            return
        match event:
            case Compared():
                self.told = event
            case Refused():
                self._job, self.problem = "", event.message
            case Done():
                self._job = ""
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
