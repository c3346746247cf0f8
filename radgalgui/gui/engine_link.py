"""The engine as the window sees it: signals for callbacks, and a second life after a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from radgalgui.errors import EngineError
from radgalgui.jobs.events import Galaxy

__all__ = ["EngineFactory", "EngineLike", "EngineLink", "bundled_engine"]

OPEN_JOB = "open"
CLOSE_JOB = "close"
CLASSES_JOB = "classes"
PREDICT_JOB = "predict"
NEAREST = 20  # neighbours of an answer
LIVES = 3  # ends before it was ever ready, after which the engine is left alone


class EngineLike(Protocol):
    """What the window asks of `radgalgui.jobs.supervisor.Engine`."""

    def start(self) -> None:
        """Start the child process."""

    def open(self, job: str, catalog: Path, encoder: str) -> None:
        """Load a catalogue and an encoder."""

    def close_catalog(self, job: str) -> None:
        """Answer from no catalogue any more."""

    def search(
        self,
        job: str,
        path: Path,
        *,
        top: int = 20,
        ignore_orientation: bool = False,
        position: tuple[float, float] | None = None,
    ) -> None:
        """Answer an image."""

    def neighbours(self, job: str, index: int, *, top: int = 20) -> None:
        """Find what is like a source of the catalogue."""

    def classes_of(self, job: str, label_set: str, level: float) -> None:
        """Classify from now on by the labels of a set, with conformal sets at a level."""

    def predict_catalog(self, job: str) -> None:
        """Classify every source of the catalogue."""

    def overlay(self, job: str, catalog: Path) -> None:
        """Lay another catalogue over the open one."""

    def draw(
        self,
        job: str,
        *,
        count: int,
        temperature: float = 1.0,
        seed: int = 0,
        angular_size: float | None = None,
        around: Galaxy | None = None,
        kept: int = 2,
    ) -> None:
        """Draw new galaxies."""

    def walk(self, job: str, first: Galaxy, second: Galaxy, steps: int = 9) -> None:
        """Go from one galaxy to another."""

    def traverse(
        self, job: str, galaxy: Galaxy, component: int, steps: int = 9, span: float = 3.0
    ) -> None:
        """Change one component of a galaxy's vector."""

    def components(self, job: str) -> None:
        """Tell the components of the generator's vector by importance."""

    def understand(self, job: str, column: str) -> None:
        """Tell what the components of the vectors hold."""

    def score_set(
        self, job: str, name: str, *, count: int = 500, temperature: float = 1.0, seed: int = 0
    ) -> None:
        """Tell how likely the galaxies of a set are among those of the open catalogue."""

    def compare(self, job: str, other: str) -> None:
        """Compare a set, or the folder of a catalogue, with the open one."""

    def cancel(self, job: str) -> None:
        """Drop a request."""

    def stop(self) -> Any:
        """End the child process."""


EngineFactory = Callable[[Callable[[Any], None], Callable[[Any], None]], EngineLike]


def bundled_engine(on_event: Callable[[Any], None], on_end: Callable[[Any], None]) -> EngineLike:
    """Return the engine that comes with the program, not started."""
    from radgalgui.jobs.supervisor import Engine

    return Engine(on_event, on_end)


class EngineLink(QObject):
    """Keeps one engine alive.

    ``told(Event)`` carries what the engine says; ``ended(text)`` that it died and is started
    again; ``given_up(text)`` that it will not be.  What a catalogue or encoder is answered with
    is told of the last that was asked for alone; one that was refused, or that the engine died
    of, is not opened in its next life: the last that it was ready with is.
    """

    told = Signal(object)
    ended = Signal(str)
    given_up = Signal(str)
    _arrived = Signal(int, object)
    _gone = Signal(int, object)

    def __init__(self, factory: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._factory = factory
        self._engine: EngineLike | None = None
        self._generation = 0
        self._deaths = 0
        self._catalog: tuple[Path, str] | None = None  # asked for last
        self._good: tuple[Path, str] | None = None  # loaded last
        self._openings, self._open_job = 0, OPEN_JOB
        self._classes: tuple[str, float] | None = None
        self._arrived.connect(self._take)
        self._gone.connect(self._mourn)

    @property
    def pid(self) -> int | None:
        """The number of the engine's process, None where there is none."""
        return getattr(self._engine, "pid", None)

    def start(self) -> None:
        """Start the engine; it says Ready after `open`."""
        self._generation += 1
        number = self._generation
        self._engine = self._factory(
            lambda event: self._arrived.emit(number, event),
            lambda outcome: self._gone.emit(number, outcome),
        )
        self._engine.start()
        self._send_opening()
        self._send_classes()

    def revive(self) -> None:
        """Start an engine that was given up."""
        self._deaths = 0
        self.start()

    def open(self, catalog: Path, encoder: str) -> None:
        """Load a catalogue, now and after every restart."""
        self._catalog = (catalog, encoder)
        self._send_opening()

    def close_catalog(self) -> None:
        """Have no catalogue open, now and after every restart."""
        self._catalog = self._good = None
        self._open_job = ""
        self._send(lambda engine: engine.close_catalog(CLOSE_JOB))

    @property
    def catalog(self) -> tuple[Path, str] | None:
        """The catalogue and encoder that are open or on their way, None where there are none."""
        return self._catalog

    @property
    def alive(self) -> bool:
        """Whether there is an engine that has not been given up."""
        return self._engine is not None

    def _send_opening(self) -> None:
        if self._catalog is not None:
            catalog, encoder = self._catalog
            self._openings += 1
            self._open_job = job = f"{OPEN_JOB}-{self._openings}"
            self._send(lambda engine: engine.open(job, catalog, encoder))

    def classes_of(self, label_set: str, level: float) -> None:
        """Classify by the labels of a set, now and after every restart."""
        self._classes = (label_set, level)
        self._send_classes()

    def _send_classes(self) -> None:
        if self._classes is not None and self._catalog is not None:
            label_set, level = self._classes
            self._send(lambda engine: engine.classes_of(CLASSES_JOB, label_set, level))

    def predict_catalog(self) -> None:
        """Ask for the class of every source of the catalogue."""
        self._send(lambda engine: engine.predict_catalog(PREDICT_JOB))

    def search(self, job: str, path: Path, **options: Any) -> None:
        """Ask about a file; ``options`` are as in `EngineLike.search`."""
        self._send(lambda engine: engine.search(job, path, **options))

    def neighbours(self, job: str, index: int, *, top: int = NEAREST) -> None:
        """Ask about a source of the catalogue."""
        self._send(lambda engine: engine.neighbours(job, index, top=top))

    def overlay(self, job: str, catalog: Path) -> None:
        """Ask where another catalogue's sources lie beside the open one's."""
        self._send(lambda engine: engine.overlay(job, catalog))

    def draw(self, job: str, **order: Any) -> None:
        """Ask for new galaxies; ``order`` is as in `EngineLike.draw`."""
        self._send(lambda engine: engine.draw(job, **order))

    def walk(self, job: str, first: Galaxy, second: Galaxy, steps: int) -> None:
        """Ask for the way from one galaxy to another."""
        self._send(lambda engine: engine.walk(job, first, second, steps))

    def traverse(
        self, job: str, galaxy: Galaxy, component: int, *, steps: int, span: float
    ) -> None:
        """Ask for a galaxy with one component changed step by step."""
        self._send(lambda engine: engine.traverse(job, galaxy, component, steps, span))

    def components(self, job: str) -> None:
        """Ask how much each component tells."""
        self._send(lambda engine: engine.components(job))

    def understand(self, job: str, column: str) -> None:
        """Ask what the components of the vectors in use tell of a column."""
        self._send(lambda engine: engine.understand(job, column))

    def score_set(self, job: str, name: str, **options: Any) -> None:
        """Ask how likely a set's galaxies are; ``options`` are as in `EngineLike.score_set`."""
        self._send(lambda engine: engine.score_set(job, name, **options))

    def compare(self, job: str, other: str) -> None:
        """Ask how another set, or catalogue, lies to the open one."""
        self._send(lambda engine: engine.compare(job, other))

    def cancel(self, job: str) -> None:
        """Ask no longer."""
        self._send(lambda engine: engine.cancel(job))

    def stop(self) -> None:
        """End the engine; nothing is heard of it any more."""
        engine, self._engine = self._engine, None
        self._generation += 1
        if engine is not None:
            engine.stop()

    def _send(self, request: Callable[[EngineLike], None]) -> None:
        if self._engine is None:
            return
        try:
            request(self._engine)
        except EngineError:
            return  # it has just died: its end is on the way, and the query will be repeated

    def _take(self, number: int, event: Any) -> None:
        if number != self._generation:
            return
        name = type(event).__name__
        if event.job == self._open_job and name in ("Ready", "Refused"):
            self._opened(ready=name == "Ready")
            event = replace(event, job=OPEN_JOB)
        elif event.job.startswith(f"{OPEN_JOB}-") or event.job == CLOSE_JOB:
            return  # of what is not wanted any more
        self.told.emit(event)

    def _opened(self, *, ready: bool) -> None:
        if ready:
            self._deaths = 0
            self._good = self._catalog
        else:
            self._catalog = self._good

    def _mourn(self, number: int, outcome: Any) -> None:
        if number != self._generation or self._engine is None:
            return
        self._deaths += 1
        self._catalog = self._good or self._catalog
        if self._deaths >= LIVES or outcome.how == "never-started":
            self._engine = None
            self.given_up.emit(outcome.text)
            return
        self.start()
        self.ended.emit(outcome.text)
