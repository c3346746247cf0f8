"""Another catalogue, or another encoder of it, on its way to the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.engine_link import EngineLink
from radgalgui.gui.errands import sentence
from radgalgui.gui.names import encoder_title
from radgalgui.gui.sources import FirstLook, Sources, look_into, read_sources
from radgalgui.gui.switch import Switch
from radgalgui.jobs.events import Ready, Refused

__all__ = ["Opening"]


class Opening(QObject):
    """Lets one `Switch` at a time arrive; a new one takes the place of the last.

    Signals: ``arrived(Switch)`` when all of it is there; ``failed(Switch, str)`` when it is
    missing, damaged or refused, with what to say.  Until then the desk keeps what it has.
    ``looked(Path, FirstLook)``, ``read(Sources)`` and ``unread(str)`` tell of the first
    catalogue, which nothing else stands in for; ``said(text, kind)`` is for messages.
    """

    arrived = Signal(object)
    failed = Signal(object, str)
    looked = Signal(object, object)
    read = Signal(object)
    unread = Signal(str)
    said = Signal(str, str)

    def __init__(
        self, link: EngineLink, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link, self._background = link, background
        self.switch: Switch | None = None
        self._before: Sources | None = None

    def first(self, path: Path, wanted: str) -> None:
        """Read the first catalogue; ``wanted`` is the encoder to be taken if it has that."""

        def looked(look: FirstLook) -> None:
            self._say_missed(look)
            self.looked.emit(path, look)
            self._background.run(
                lambda: read_sources(path, look.encoder, look.obstacle), self.read.emit, unread
            )

        def unread(error: Exception) -> None:
            if self.switch is None:  # what was asked for meanwhile may do better
                self.unread.emit(sentence(error))

        self._background.run(lambda: look_into(path, wanted), looked, unread)

    def begin(self, switch: Switch, before: Sources | None = None) -> None:
        """Let a catalogue or an encoder come, while that of ``before`` is open."""
        self.switch, self._before = switch, before
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
            self._say_missed(look)
            self._load(switch)

    def _say_missed(self, look: FirstLook) -> None:
        if look.missed:
            self.said.emit(
                f"The weights of {encoder_title(look.missed)} are missing, or are not those that"
                f" made this catalogue's vectors, so {encoder_title(look.encoder)} is used.",
                "warning",
            )

    def _load(self, switch: Switch) -> None:
        """Let the engine load it, and read it beside."""
        if not switch.obstacle:
            self._link.open(switch.path, switch.encoder)

        before = self._before

        def read() -> tuple[Sources, bool]:
            sources = read_sources(switch.path, switch.encoder, switch.obstacle)
            return sources, before is not None and _same_rows(before, sources)

        def take(told: tuple[Sources, bool]) -> None:
            switch.sources, switch.same_rows = told
            self._look(switch)

        self._background.run(
            read,
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


def _same_rows(before: Sources, after: Sources) -> bool:
    """Whether a catalogue has the sources that it had, in their order."""
    if before.path != after.path or len(before) != len(after):
        return False
    same: bool = before.columns["name"].values.equals(after.columns["name"].values)
    return same
