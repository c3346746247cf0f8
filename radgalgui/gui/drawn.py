"""What is drawn by a generative network, as plain objects: galaxies, orders, samples, films."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.session import Query, Session, State
from radgalgui.gui.sources import Sources
from radgalgui.jobs.events import Galaxy as Request

__all__ = [
    "Film",
    "Galaxy",
    "Nearest",
    "Order",
    "Sample",
    "Samples",
    "galaxy_in_view",
    "of_query",
    "sigma_words",
]

Image = NDArray[np.float32]


@dataclass(frozen=True)
class Galaxy:
    """A galaxy to draw from: a source of the catalogue by its row, or a file."""

    name: str
    row: int | None = None
    path: Path | None = None
    picture: Image | None = field(default=None, compare=False, repr=False)

    @property
    def request(self) -> Request:
        """The galaxy as the engine is asked for it."""
        if self.row is not None:
            return {"row": self.row}
        return {"path": str(self.path), "position": None}


def of_query(query: Query | None) -> Galaxy | None:
    """Return the galaxy of a query, None where there is none that can be read."""
    if query is None or query.state is State.REFUSED:
        return None
    if query.index is not None:
        return Galaxy(query.name, row=query.index)
    seen = query.seen.seen if query.seen is not None else None
    return Galaxy(query.name, path=query.path, picture=seen)


def galaxy_in_view(session: Session, sources: Sources | None) -> Galaxy | None:
    """Return the selected source, or else the galaxy of the query shown."""
    if session.selected is not None and sources is not None:
        return Galaxy(sources.name(session.selected), row=session.selected)
    return of_query(session.current)


@dataclass(frozen=True)
class Order:
    """What galaxies are to be drawn: from the prior, or ``around`` one.

    ``kept`` counts the coarsest resolutions that stay as in it, the vector being the first;
    ``angular_size`` is in arcsec, None for any.
    """

    count: int = 64
    temperature: float = 1.0
    seed: int = 0
    angular_size: float | None = None
    around: Galaxy | None = None
    kept: int = 2

    @property
    def words(self) -> str:
        """The order in a line, for the header of a file."""
        parts = [f"seed {self.seed}", f"temperature {self.temperature:g}"]
        if self.angular_size is not None:
            parts.append(f"asked for {self.angular_size:g} arcsec")
        if self.around is not None:
            parts.append(f"around {self.around.name}, {self.kept} coarsest resolutions kept")
        return ", ".join(parts)


@dataclass
class Sample:
    """One drawn galaxy; ``size`` is measured on it, arcsec, 0 where it is empty."""

    number: int
    image: Image
    size: float
    order: Order

    @property
    def name(self) -> str:
        """What it is called, also as a file."""
        kind = "variant" if self.order.around is not None else "drawn"
        return f"{kind}-seed{self.order.seed}-{self.number + 1:03d}"


@dataclass
class Samples:
    """The galaxies drawn so far for an order; places without one are still to come."""

    order: Order
    drawn: dict[int, Sample] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.drawn)

    def in_order(self) -> list[Sample]:
        """Return those that are there, by their number."""
        return [self.drawn[number] for number in sorted(self.drawn)]


@dataclass(frozen=True)
class Nearest:
    """The source of the catalogue most like a step of a walk."""

    row: int
    name: str
    similarity: float


@dataclass(frozen=True)
class Film:
    """Images in a row: a walk between two galaxies, or one component changed step by step.

    ``places`` are fractions of the way, or values of the component in standard deviations;
    ``own`` is where the galaxy itself lies among these, ``nearest`` a source for each image.
    """

    title: str
    images: Image
    places: NDArray[np.floating]
    nearest: tuple[Nearest, ...] = ()
    own: float = 0.0

    @property
    def start(self) -> int:
        """The image nearest to the galaxy itself."""
        return int(np.abs(self.places - self.own).argmin())


def sigma_words(value: float) -> str:
    """Return a number of standard deviations, with its sign; "unknown" where it is NaN."""
    if not np.isfinite(value):
        return "unknown"
    tenths = round(float(value), 1) + 0.0  # no minus before a zero
    return f"{tenths:+.1f} σ".replace("-", "−") if tenths else "0.0 σ"
