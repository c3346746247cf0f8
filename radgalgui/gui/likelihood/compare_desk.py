"""Another survey compared with the open catalogue: asked of the engine, and what it told."""

from __future__ import annotations

from PySide6.QtCore import QObject

from radgalgui.gui.asking import Asking
from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Compared, Event

__all__ = ["CompareDesk"]


class CompareDesk(Asking):
    """Asks for one comparison at a time.

    Attributes
    ----------
    told : Compared or None
        What was found.
    """

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(link, parent)
        self._other = ""
        self.told: Compared | None = None

    def ask(self, other: str) -> None:
        """Compare a set by its name, or a catalogue by its folder, with the open one."""
        self._other = other
        self._begin()

    def forget(self) -> None:
        """Know of nothing any more."""
        self._drop()
        self.told = None
        self.changed.emit()

    def _send(self, job: str) -> None:
        self.told = None
        self._link.compare(job, self._other)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Compared):
            self.told = event
