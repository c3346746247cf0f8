"""Finds and sorts the rows of the table: at once where they are few, else in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from radgalgui.catalog.sorting import sorted_rows
from radgalgui.catalog.where import UnfinishedError, Where
from radgalgui.errors import Cancelled
from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.sources import Sources
from radgalgui.gui.table.finding import asks_condition, begun, containing, example

__all__ = ["Arranger", "Keys"]

#: Columns to sort by, the one that counts most first, and whether the largest comes first.
Keys = tuple[tuple[str, bool], ...]

QUICK = 50_000  # up to so many sources words are found and rows sorted while the hand waits
PAUSE = 250  # ms without a key before a thread is asked, so that not every letter is


class Arranger(QObject):
    """What the filter and the order of the table ask of all sources.

    Signals: ``found(mask)``, a bool for each source or None for all; ``refused(str)``, why a
    condition cannot be used; ``unfinished(str)``, how to go on with what only begins or breaks
    off; ``ranked(Keys, rows)``, all sources in their order or None for the catalogue's;
    ``working(bool)``.  Only the last question of a kind is answered.
    """

    found = Signal(object)
    refused = Signal(str)
    unfinished = Signal(str)
    ranked = Signal(object, object)
    working = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._sources: Sources | None = None
        self._where: Where | None = None
        self._text, self._at_once = "", False
        self._asked = {"find": 0, "rank": 0}
        self._open = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._find_later)

    def set_sources(self, sources: Sources) -> None:
        """Ask about other sources, or more columns of the same, from now on."""
        self._sources = sources
        self._asked = {kind: number + 1 for kind, number in self._asked.items()}
        self._forget_where()

    def close(self) -> None:
        """End what runs."""
        self._pause.stop()
        self._forget_where()
        self._background.close()

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return self._open > 0 or self._pause.isActive()

    # -- finding ---------------------------------------------------------------------------

    def find(self, text: str, *, at_once: bool = False) -> None:
        """Find the sources that a filter asks for; ``at_once`` without waiting for more keys."""
        sources, self._text, self._at_once = self._sources, text, at_once
        self._asked["find"] += 1
        self._pause.stop()
        if self._where is not None:
            self._where.interrupt()
        if sources is None:
            return
        condition = asks_condition(sources, text)
        if not text.strip() or (not condition and len(sources) <= QUICK):
            self._take(sources, text, containing(sources, text))
        elif at_once:
            self._find_later()
        else:
            self._pause.start()

    def _find_later(self) -> None:
        self._pause.stop()
        sources, text = self._sources, self._text
        if sources is None:
            return
        if not asks_condition(sources, text):
            self._run(
                "find",
                lambda: containing(sources, text),
                lambda mask: self._take(sources, text, mask),
            )
            return
        if self._where is None:
            self._where = Where(sources.columns)
        where = self._where

        def fulfilling() -> NDArray[np.bool_]:
            mask = np.zeros(len(sources), dtype=bool)
            mask[where.rows(text)] = True
            return mask

        self._run("find", fulfilling, self.found.emit)

    def _take(self, sources: Sources, text: str, mask: NDArray[np.bool_] | None) -> None:
        """Tell what has words in it; where nothing has, a condition may begin, so that is all."""
        column = begun(sources, text) if mask is not None and not mask.any() else ""
        self.found.emit(None if column else mask)
        if column:
            self.unfinished.emit(f"write on, as in {example(sources, column)}.")

    def _forget_where(self) -> None:
        where, self._where = self._where, None
        if where is not None:
            where.interrupt()
            self._background.run(where.close, lambda _: None, lambda _: None)

    # -- sorting ---------------------------------------------------------------------------

    def rank(self, keys: Keys) -> None:
        """Sort all sources by some columns."""
        sources = self._sources
        self._asked["rank"] += 1
        if sources is None:
            return
        if not keys or len(sources) <= QUICK:
            self.ranked.emit(keys, sorted_rows(sources.columns, keys))
            return
        self._run(
            "rank",
            lambda: sorted_rows(sources.columns, keys),
            lambda order: self.ranked.emit(keys, order),
        )

    # -- the thread ------------------------------------------------------------------------

    def _run(self, kind: str, work: Callable[[], Any], take: Callable[[Any], None]) -> None:
        """Let the thread work, and take its answer unless something else was asked meanwhile."""
        number = self._asked[kind]

        def wanted() -> Any:
            if number != self._asked[kind]:
                raise Cancelled
            return work()

        def done(answer: Any) -> None:
            self._ended()
            if number == self._asked[kind]:
                take(answer)

        def failed(error: Exception) -> None:
            self._ended()
            if number == self._asked[kind] and not isinstance(error, Cancelled):
                if not isinstance(error, UnfinishedError):
                    self.refused.emit(sentence(error))
                elif self._at_once:
                    self.unfinished.emit(sentence(error))

        self._open += 1
        if self._open == 1:
            self.working.emit(True)
        self._background.run(wanted, done, failed)

    def _ended(self) -> None:
        self._open -= 1
        if not self._open:
            self.working.emit(False)
