"""An engine that draws galaxies without a network, a portion at a time, for tests of the panel."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

import numpy as np
from fakes import FakeEngine, galaxies

from radgalgui.jobs.events import Components, Done, Drawn, Refused, Traversal, WalkSteps

PORTION = 4
DIMENSION = 12
#: What each component tells, nats: the most telling are 7, 2, 0; two tell nothing.
KL = np.array([1.5, 0.4, 2.0, 0.3, 0.2, 0.1, 0.05, 3.5, 0.02, 0.02, 0.0, 0.0], np.float32)


class DrawingEngine(FakeEngine):
    """Draws doubles; with ``held`` cleared it waits after each portion until it is set again."""

    held: ClassVar[threading.Event] = threading.Event()
    refusal: ClassVar[str] = ""  # said of everything; "dies" ends the engine
    fatal: ClassVar[bool] = False  # ends the engine after the portion at which it is held
    drawn: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def __init__(self, on_event, on_end) -> None:
        super().__init__(on_event, on_end)
        self._cancelled: set[str] = set()

    def draw(self, job: str, **order: Any) -> None:
        self._ask("draw", job, order, lambda: self._draw(job, **order))

    def walk(self, job: str, first, second, steps: int = 9) -> None:
        order = {"first": first, "second": second, "steps": steps}
        self._ask("walk", job, order, lambda: self._walk(job, first, second, steps))

    def traverse(self, job: str, galaxy, component: int, steps: int = 9, span: float = 3.0) -> None:
        order = {"galaxy": galaxy, "component": component, "steps": steps, "span": span}
        self._ask(
            "traverse", job, order, lambda: self._traverse(job, galaxy, component, steps, span)
        )

    def components(self, job: str) -> None:
        self._ask("components", job, {}, lambda: self._components(job))

    def cancel(self, job: str) -> None:
        super().cancel(job)
        self._cancelled.add(job)
        DrawingEngine.held.set()

    def stop(self):
        DrawingEngine.held.set()
        return super().stop()

    def _ask(self, kind: str, job: str, order: dict[str, Any], answer) -> None:
        DrawingEngine.drawn.append((kind, order))

        def carry() -> None:
            if DrawingEngine.refusal == "dies":
                raise ChildProcessError
            if DrawingEngine.refusal:
                self._on_event(Refused(job, DrawingEngine.refusal))
            elif job not in self._cancelled:
                answer()

        self._requests.put(carry)

    def _draw(self, job: str, *, count: int, seed: int, **order: Any) -> None:
        images, sizes, _ = galaxies(count, np.random.default_rng(seed))
        for first in range(0, count, PORTION):
            part = slice(first, first + PORTION)
            self._on_event(Drawn(job, first, images[part], sizes[part].astype(np.float32)))
            self.hold(DrawingEngine.held)
            if DrawingEngine.fatal:
                raise ChildProcessError
            if job in self._cancelled:
                return
        self._on_event(Done(job, 0.1))

    def _image(self, galaxy) -> np.ndarray:
        return self._catalog.images[galaxy.get("row", 0)]

    def _walk(self, job: str, first, second, steps: int) -> None:
        ends, fractions = (self._image(first), self._image(second)), np.linspace(0, 1, steps)
        images = np.stack([(1 - f) * ends[0] + f * ends[1] for f in fractions]).astype(np.float32)
        rows = np.arange(10, 10 + steps)
        names = [str(name) for name in self._catalog.column("name")[rows]]
        alike = np.linspace(0.99, 0.9, steps).astype(np.float32)
        self._on_event(WalkSteps(job, images, fractions.astype(np.float32), rows, names, alike))
        self._on_event(Done(job, 0.1))

    def _traverse(self, job: str, galaxy, component: int, steps: int, span: float) -> None:
        values = np.linspace(-span, span, steps).astype(np.float32)
        image = self._image(galaxy)
        images = np.stack([np.roll(image, round(4 * v), axis=-1) for v in values])
        self._on_event(Traversal(job, component, values, images, 0.5))
        self._on_event(Done(job, 0.1))

    def _components(self, job: str) -> None:
        order = np.argsort(-KL, kind="stable")
        self._on_event(Components(job, order, KL, np.ones(DIMENSION, np.float32), 10))
        self._on_event(Done(job, 0.1))
