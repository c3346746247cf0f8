"""Another catalogue beside the open one: asked of the engine, and what is known so far."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from radgalgui.gui.desk import Desk
from radgalgui.gui.errands import sentence
from radgalgui.gui.sources import Sources, read_sources
from radgalgui.jobs.events import Covered, Done, Overlaid, Refused

__all__ = ["Overlay", "OverlayDesk"]


@dataclass(eq=False)
class Overlay:
    """A catalogue laid over the open one.

    ``places`` (N, M, 2) on the maps ``methods``, ``novelty`` (N,), ``nearest`` (N,) and
    ``similarity`` (N,) are as in `Overlaid`; NaN and -1 for sources still to come.
    """

    sources: Sources
    methods: list[str] = field(default_factory=list)
    places: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0, 2), np.float32))
    done: int = 0
    covered: Covered | None = None

    def __post_init__(self) -> None:
        count = len(self.sources)
        self.novelty = np.full(count, np.nan, np.float32)
        self.nearest = np.full(count, -1, np.int64)
        self.similarity = np.full(count, np.nan, np.float32)

    @property
    def title(self) -> str:
        """What it is called."""
        return self.sources.title or self.sources.path.name

    def take(self, event: Overlaid) -> None:
        """Take in what was told of some sources."""
        if not self.places.size:
            self.methods = list(event.methods)
            shape = (len(self.sources), len(self.methods), 2)
            self.places = np.full(shape, np.nan, np.float32)
        rows = slice(event.first, event.first + len(event.novelty))
        self.places[rows], self.novelty[rows] = event.places, event.novelty
        self.nearest[rows], self.similarity[rows] = event.nearest, event.similarity
        self.done = rows.stop

    def on_map(self, method: str) -> NDArray[np.float32] | None:
        """Return the places on a map, shape (N, 2); None where there are none."""
        if not self.places.size or method not in self.methods:
            return None
        return self.places[:, self.methods.index(method)]


class OverlayDesk(QObject):
    """Asks for one catalogue at a time, again when the encoder changes or the engine was lost.

    ``changed()`` tells that another is laid over, that more is known of it, or that there is none.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._numbers = itertools.count(1)
        self._job, self._repeated = "", False
        self._path: Path | None = None
        self.overlay: Overlay | None = None
        desk.link.told.connect(self._take)
        desk.link.ended.connect(self._ask_again)
        desk.link.given_up.connect(self._fail)
        desk.sources_ready.connect(self._renew)
        desk.encoder_changed.connect(self._renew)

    @property
    def open(self) -> bool:
        """Whether there is more to come."""
        return bool(self._job) or self._path is not None

    @property
    def working(self) -> str:
        """What is being done, in a few words; "" when nothing is."""
        if self._path is not None:
            return f"Opening {self._path.name}…"
        if not self._job or self.overlay is None:
            return ""
        done, total = self.overlay.done, len(self.overlay.sources)
        if not done:
            return "Looking at the distances that are usual here…"
        return f"Comparing {self.overlay.title}… {done:,} of {total:,}"

    def ask(self, path: Path) -> None:
        """Lay another catalogue over the open one; what was there before gives way."""
        mine = self._desk.sources
        problem = self._desk.obstacle or ("" if mine is not None else "No catalogue is open yet.")
        if not problem and mine is not None and path.absolute() == mine.path.absolute():
            problem = "This catalogue is the one that is open; choose another to lay over it."
        if problem:
            self._desk.said.emit(problem, "failure")
            return
        self._path = path

        def take(sources: Sources) -> None:
            if self._path == path:
                self.forget()
                self.overlay = Overlay(sources)
                self._put()

        self._desk.background.run(lambda: read_sources(path, ""), take, self._unread)
        self.changed.emit()

    def forget(self) -> None:
        """Take the catalogue off the map."""
        self._cancel()
        self.overlay, self._path, self._repeated = None, None, False
        self.changed.emit()

    def _unread(self, error: Exception) -> None:
        self._path = None
        self._desk.said.emit(sentence(error), "failure")
        self.changed.emit()

    def _put(self) -> None:
        assert self.overlay is not None
        self._job = f"overlay-{next(self._numbers)}"
        self._desk.link.overlay(self._job, self.overlay.sources.path)
        self.changed.emit()

    def _cancel(self) -> None:
        job, self._job = self._job, ""
        if job:
            self._desk.link.cancel(job)

    def _renew(self, sources: Sources) -> None:
        """Ask again: by another encoder all is different, and so it is beside another catalogue."""
        if self.overlay is None:
            return
        self._cancel()
        mine = self.overlay.sources
        if sources.obstacle or sources.path.absolute() == mine.path.absolute():
            self.forget()
        else:
            self.overlay = Overlay(mine)
            self._put()

    def _take(self, event: Any) -> None:
        if not self._job or event.job != self._job or self.overlay is None:
            return
        if isinstance(event, Overlaid):
            self.overlay.take(event)
        elif isinstance(event, Covered):
            self.overlay.covered = event
        elif isinstance(event, Refused):
            self._fail(event.message)
        elif isinstance(event, Done):
            self._job = ""
        self.changed.emit()

    def _ask_again(self, text: str) -> None:
        """Repeat once what a lost engine was asked."""
        if not self._job or self.overlay is None:
            return
        if self._repeated:
            self._fail(f"{text} The comparison was begun twice and is not begun again.")
            return
        self._repeated, self.overlay = True, Overlay(self.overlay.sources)
        self._put()

    def _fail(self, text: str) -> None:
        if self._job:
            self._job = ""
            self._desk.said.emit(text, "failure")
            self.forget()
