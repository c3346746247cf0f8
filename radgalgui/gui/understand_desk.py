"""Where it is asked what the components of vectors hold, and what was told is kept."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject

from radgalgui.gui.asking import Asking
from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Event, Understanding

__all__ = ["UnderstandDesk"]

MOST_KEPT = 64  # answers: some kilobytes each


class UnderstandDesk(Asking):
    """Asks one question at a time, and keeps the answers.

    Attributes
    ----------
    told : Understanding or None
        What is known of the question, as far as it is.
    """

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(link, parent)
        self._kept: OrderedDict[tuple[Path, str, str], Understanding] = OrderedDict()
        self._asked: tuple[Path, str, str] | None = None
        self.told: Understanding | None = None

    def ask(self, catalog: Path, encoder: str, column: str) -> None:
        """Ask what the vectors of an encoder tell of a column; at once where it is known."""
        key = (catalog, encoder, column)
        if key == self._asked and (self.open or self._whole):
            return
        self._asked, self.told = key, self._kept.get(key)
        if self.told is None:
            self._begin()
        else:
            self._drop()
            self.changed.emit()

    def forget(self) -> None:
        """Forget all answers: another catalogue is open, or the same has changed."""
        self._drop()
        self._kept.clear()
        self._asked, self.told = None, None
        self.changed.emit()

    @property
    def _whole(self) -> bool:
        return self.told is not None and self.told.complete

    def _send(self, job: str) -> None:
        assert self._asked is not None
        self._link.understand(job, self._asked[2])

    def _hear(self, event: Event) -> None:
        if not isinstance(event, Understanding):
            return
        self.told = event
        if event.complete and self._asked is not None:
            self._keep(self._asked[0], event)

    def _keep(self, catalog: Path, told: Understanding) -> None:
        """Keep an answer by the encoder that it is of, which may have changed meanwhile."""
        self._kept[catalog, told.encoder, told.column] = told
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
