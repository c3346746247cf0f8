"""Where it is asked what the components of vectors hold, and what was told is kept."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Done, Refused, Understanding

__all__ = ["UnderstandDesk"]

MOST_KEPT = 64  # answers: some kilobytes each


class UnderstandDesk(QObject):
    """Puts one question at a time to the engine; a new one takes the place of the last.

    ``changed()`` tells that more is known, or that it began, ended, was stopped or refused.

    Attributes
    ----------
    told : Understanding or None
        What is known of the question, as far as it is.
    problem : str
        Why there is no more, "" where there is nothing to complain of.
    stopped : bool
        Whether the user stopped it.
    """

    changed = Signal()

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._numbers = itertools.count(1)
        self._kept: OrderedDict[tuple[Path, str, str], Understanding] = OrderedDict()
        self._asked: tuple[Path, str, str] | None = None
        self._job = ""
        self._repeated = False
        self.told: Understanding | None = None
        self.problem, self.stopped = "", False
        link.told.connect(self._take)
        link.ended.connect(self._ask_again)
        link.given_up.connect(self._give_up)

    @property
    def open(self) -> bool:
        """Whether there is more to come."""
        return bool(self._job)

    def ask(self, catalog: Path, encoder: str, column: str) -> None:
        """Ask what the vectors of an encoder tell of a column; at once where it is known."""
        key = (catalog, encoder, column)
        if key == self._asked and (self.open or self._whole):
            return
        self._cancel()
        self._asked, self.problem, self.stopped, self._repeated = key, "", False, False
        self.told = self._kept.get(key)
        if self.told is None:
            self._put()
        self.changed.emit()

    def stop(self) -> None:
        """Ask no further; what is known stays."""
        if self.open:
            self._cancel()
            self.stopped = True
            self.changed.emit()

    def forget(self) -> None:
        """Forget all answers: another catalogue is open, or the same has changed."""
        self._cancel()
        self._kept.clear()
        self._asked, self.told = None, None
        self.problem, self.stopped = "", False
        self.changed.emit()

    @property
    def _whole(self) -> bool:
        return self.told is not None and self.told.complete

    def _put(self) -> None:
        assert self._asked is not None
        self._job = f"understand {next(self._numbers)}"
        self._link.understand(self._job, self._asked[2])

    def _cancel(self) -> None:
        job, self._job = self._job, ""
        if job:
            self._link.cancel(job)

    def _take(self, event: Any) -> None:
        if not self._job or event.job != self._job:
            return
        if isinstance(event, Understanding):
            self.told = event
            if event.complete and self._asked is not None:
                self._keep(self._asked[0], event)
        elif isinstance(event, Refused):
            self._job, self.problem = "", event.message
        elif isinstance(event, Done):
            self._job = ""
        self.changed.emit()

    def _keep(self, catalog: Path, told: Understanding) -> None:
        """Keep an answer by the encoder that it is of, which may have changed meanwhile."""
        self._kept[catalog, told.encoder, told.column] = told
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _ask_again(self, text: str) -> None:
        """Repeat once what a lost engine was asked."""
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
