"""Another catalogue, or another encoder of it, on its way to the desk."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.engine_link import EngineLink
from radgalgui.gui.errands import sentence
from radgalgui.gui.sources import FirstLook, Sources, look_into, read_sources
from radgalgui.gui.switch import Switch
from radgalgui.jobs.events import Ready, Refused

__all__ = ["Opening"]


class Opening(QObject):
    """Lets one `Switch` at a time arrive; a new one takes the place of the last.

    Signals: ``arrived(Switch)`` when all of it is there; ``failed(Switch, str)`` when it is
    missing, damaged or refused, with what to say.  Until then the desk keeps what it has.
    """

    arrived = Signal(object)
    failed = Signal(object, str)

    def __init__(
        self, link: EngineLink, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link, self._background = link, background
        self.switch: Switch | None = None

    def begin(self, switch: Switch) -> None:
        """Let a catalogue or an encoder come."""
        self.switch = switch
        if switch.another:
            self._background.run(
                lambda: look_into(switch.path, switch.encoder),
                lambda look: self._looked_into(switch, look),
                lambda error: self._fail(switch, sentence(error)),
            )
        else:
            self._load(switch)

    def _looked_into(self, switch: Switch, look: FirstLook) -> None:
        if switch is self.switch:
            switch.encoder, switch.obstacle = look.encoder, look.obstacle
            self._load(switch)

    def _load(self, switch: Switch) -> None:
        """Let the engine load it, and read it beside."""
        if not switch.obstacle:
            self._link.open(switch.path, switch.encoder)

        def take(sources: Sources) -> None:
            switch.sources = sources
            self._look(switch)

        self._background.run(
            lambda: read_sources(switch.path, switch.encoder, switch.obstacle),
            take,
            lambda error: self._fail(switch, sentence(error)),
        )

    def take(self, event: Any) -> bool:
        """Take in what the engine says of an opening; return whether it was waited for."""
        switch = self.switch
        if switch is None:
            return False
        if isinstance(event, Refused):
            self._fail(switch, event.message)
        elif isinstance(event, Ready):
            switch.ready = event
            self._look(switch)
        return True

    def give_up(self, problem: str) -> bool:
        """Let nothing come any more, for the engine is gone; return whether anything was to."""
        switch = self.switch
        if switch is not None:
            self._fail(switch, problem)
        return switch is not None

    def _look(self, switch: Switch) -> None:
        if switch is self.switch and switch.complete:
            self.switch = None
            self.arrived.emit(switch)

    def _fail(self, switch: Switch, problem: str) -> None:
        if switch is self.switch:
            self.switch = None
            self.failed.emit(switch, problem)
