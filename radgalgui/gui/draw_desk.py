"""Where drawn galaxies are asked for and taken in: samples, walks, single components."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from radgalgui.gui.drawn import Film, Galaxy, Nearest, Order, Sample, Samples
from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Components, Done, Drawn, Refused, Traversal, WalkSteps

__all__ = ["DrawDesk", "Errand"]

BROKEN = "The background worker ended while it drew. Ask again when it is back."
SPAN = 3.0  # standard deviations to either side of a component's mean
STEPS = 13  # of a component; odd, so that the middle is its mean
MOST_FILMS = 64


@dataclass
class Errand:
    """One thing asked of the engine: its job while it is open, and why it was refused."""

    kind: str
    job: str = ""
    problem: str = ""
    asked: Any = field(default=None, repr=False)

    @property
    def open(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self.job)


class DrawDesk(QObject):
    """Puts drawing to the engine, one errand of each kind at a time.

    ``changed(kind)`` tells that something is known of ``"samples"``, ``"walk"``,
    ``"components"`` or ``"traversal"``, or that it began, ended or was refused.
    """

    changed = Signal(str)

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._numbers = itertools.count(1)
        self.samples: Samples | None = None
        self.film: Film | None = None
        self.components: Components | None = None
        self.traversal: Film | None = None
        self.errands = {k: Errand(k) for k in ("samples", "walk", "components", "traversal")}
        self._films: dict[tuple[Galaxy, int], Film] = {}
        link.told.connect(self._take)
        link.ended.connect(self._broken_off)
        link.given_up.connect(self._broken_off)

    def __getitem__(self, kind: str) -> Errand:
        return self.errands[kind]

    # -- asking ----------------------------------------------------------------------------

    def draw(self, order: Order) -> None:
        """Draw new galaxies; what was drawn before is forgotten."""
        job = self._begin("samples", order)
        self.samples = Samples(order)
        self._link.draw(
            job,
            count=order.count,
            temperature=order.temperature,
            seed=order.seed,
            angular_size=order.angular_size,
            around=order.around.request if order.around is not None else None,
            kept=order.kept,
        )
        self.changed.emit("samples")

    def walk(self, first: Galaxy, second: Galaxy, steps: int) -> None:
        """Walk from one galaxy to another."""
        job = self._begin("walk", (first, second))
        self.film = None
        self._link.walk(job, first.request, second.request, steps)
        self.changed.emit("walk")

    def want_components(self) -> None:
        """Ask how much each component tells, unless it is known or on its way."""
        if self.components is None and not self["components"].open:
            self._link.components(self._begin("components", None))
            self.changed.emit("components")

    def traverse(self, galaxy: Galaxy, component: int) -> None:
        """Change one component of a galaxy step by step; what was seen before is kept."""
        known = self._films.get((galaxy, component))
        job = self._begin("traversal", (galaxy, component), known=known is not None)
        self.traversal = known
        if known is None:
            self._link.traverse(job, galaxy.request, component, steps=STEPS, span=SPAN)
        self.changed.emit("traversal")

    def stop(self, kind: str) -> bool:
        """Break off what is being drawn; False where nothing is."""
        errand = self[kind]
        if not errand.open:
            return False
        self._link.cancel(errand.job)
        errand.job = ""
        self.changed.emit(kind)
        return True

    def leave_catalog(self) -> None:
        """Forget what was drawn of sources of a catalogue that is open no more."""
        self.film = self.traversal = None
        self._films = {key: film for key, film in self._films.items() if key[0].row is None}
        for kind in ("walk", "traversal"):
            if not self.stop(kind):
                self.changed.emit(kind)

    def _begin(self, kind: str, asked: Any, *, known: bool = False) -> str:
        errand = self[kind]
        if errand.open:
            self._link.cancel(errand.job)
        errand.job = "" if known else f"draw-{kind}-{next(self._numbers)}"
        errand.problem, errand.asked = "", asked
        return errand.job

    # -- answers ---------------------------------------------------------------------------

    def _take(self, event: Any) -> None:
        errand = next((e for e in self.errands.values() if e.job and e.job == event.job), None)
        if errand is None:
            return  # a question of another desk, or one that nobody waits for any more
        match event:
            case Drawn():
                self._take_drawn(event)
            case WalkSteps():
                self.film = _walked(event, *errand.asked)
            case Components():
                self.components = event
            case Traversal():
                self._take_traversal(event, *errand.asked)
            case Refused():
                errand.job, errand.problem = "", event.message
            case Done():
                errand.job = ""
        self.changed.emit(errand.kind)

    def _take_drawn(self, event: Drawn) -> None:
        samples = self.samples
        if samples is None:
            return
        for i, image in enumerate(event.images):
            number, size = event.first + i, float(event.angular_sizes[i])
            samples.drawn[number] = Sample(number, np.asarray(image), size, samples.order)

    def _take_traversal(self, event: Traversal, galaxy: Galaxy, component: int) -> None:
        values, own = np.asarray(event.values), float(event.own)
        film = Film(galaxy.name, np.asarray(event.images), values, own=own)
        if len(self._films) >= MOST_FILMS:
            del self._films[next(iter(self._films))]
        self._films[galaxy, component] = self.traversal = film

    def _broken_off(self, _text: str) -> None:
        """Let go of what a lost engine was at; it is not asked again by itself.

        Drawing may be what ended it, and a query must not wait behind that again.
        """
        for errand in self.errands.values():
            if errand.open:
                errand.job, errand.problem = "", BROKEN
                self.changed.emit(errand.kind)

    @property
    def working(self) -> str:
        """What is being drawn, in a few words; "" when nothing is."""
        if self["samples"].open and self.samples is not None:
            done, all_ = len(self.samples), self.samples.order.count
            return f"Drawing galaxies… {done} of {all_}"
        if self["walk"].open:
            return "Walking between two galaxies…"
        if self["traversal"].open or self["components"].open:
            return "Looking at components…"
        return ""


def _walked(event: WalkSteps, first: Galaxy, second: Galaxy) -> Film:
    rows = zip(event.nearest_rows, event.nearest_names, event.similarities, strict=True)
    nearest = tuple(Nearest(int(row), str(name), float(alike)) for row, name, alike in rows)
    return Film(
        f"{first.name} to {second.name}",
        np.asarray(event.images),
        np.asarray(event.fractions),
        nearest,
    )
