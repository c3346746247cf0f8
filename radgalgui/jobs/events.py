"""What a running job tells those who asked: one small frozen dataclass an event.

The same events reach a test as objects, the terminal as JSON lines (``--events``) and the
window over the pipe from the engine; `radgalgui.jobs.wire` turns them into bytes and back.
Arrays may be NumPy arrays; everything else is what JSON can hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict, final

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.event import Event, NoteText
from radgalgui.jobs.likelihood.events import Compared, Likelihood, OpinionRow, ScoredSet

__all__ = [
    "CatalogClasses",
    "ClassRow",
    "Classes",
    "Compared",
    "Components",
    "Covered",
    "Done",
    "Drawn",
    "Event",
    "FileGalaxy",
    "Galaxy",
    "LabelledRow",
    "Likelihood",
    "NeighbourRow",
    "Neighbours",
    "NoteText",
    "OpinionRow",
    "Overlaid",
    "Picture",
    "Place",
    "Ready",
    "Reconstruction",
    "Refused",
    "ScoredSet",
    "Seen",
    "StoredGalaxy",
    "Traversal",
    "Understanding",
    "WalkSteps",
]


class NeighbourRow(TypedDict):
    """One similar source, as the gallery and the CSV show it; None where unknown."""

    index: int
    rank: int
    name: str
    ra: float | None
    dec: float | None
    similarity: float
    label: str
    angular_size_arcsec: float | None


class ClassRow(TypedDict):
    """What one classifier says: a probability a class, in the order of `Classes.classes`."""

    classifier: str
    probabilities: list[float]


class LabelledRow(TypedDict):
    """A labelled source that speaks for a class; name and row where the open catalogue has it."""

    label: str
    similarity: float
    name: str
    index: int | None


@final
class FileGalaxy(TypedDict):
    """A galaxy named in a request: the one in a file, at (ra, dec) in ICRS degrees or None."""

    path: str
    position: tuple[float, float] | None


@final
class StoredGalaxy(TypedDict):
    """A galaxy named in a request: a row of the open catalogue."""

    row: int


Galaxy = FileGalaxy | StoredGalaxy


@dataclass(frozen=True)
class Ready(Event):
    """Catalogue, index and encoder are loaded; the next query needs no waiting."""

    catalog: str
    encoder: str
    dimension: int
    sources: int
    device: str
    threads: int


@dataclass(frozen=True)
class Picture(Event):
    """The image as it was read; ``original`` is reduced by ``reduction`` where it is huge.

    ``original`` has shape (H, W), float32, NaN blank.  ``header`` is the celestial WCS
    of ``original`` as FITS header text, "" without one.  ``beam`` is (major, minor, angle) in
    arcsec, arcsec, degrees, or empty.  ``noise`` is that of ``original``, 0 where unknown.
    """

    name: str
    origin: str
    original: NDArray[np.float32]
    reduction: int
    header: str
    unit: str
    beam: tuple[float, ...]
    notes: list[NoteText] = field(default_factory=list)
    noise: float = 0.0


@dataclass(frozen=True)
class Seen(Event):
    """The cutout (C, S, S) in the image's unit, and the encoder's view of it in [0, 1].

    ``pixel`` is the centre (x, y), 0-based, in ``Picture.original``; ``box`` the cutout's width
    there, in its pixels.  ``peak_snr`` is None where the image has no noise.  ``header`` is the
    cutout's WCS.  ``notes`` are all of the query's.
    """

    cutout: NDArray[np.float32]
    seen: NDArray[np.float32]
    pixel: tuple[float, float]
    box: float
    pixel_scale: float
    header: str
    ra: float | None
    dec: float | None
    noise: float
    peak_snr: float | None
    angular_size: float
    notes: list[NoteText] = field(default_factory=list)


@dataclass(frozen=True)
class Place(Event):
    """Where the vector falls on each stored map: name of the map to (x, y, spread).

    ``spread`` is the radius of the circle around it that holds two thirds of the neighbours that
    placed it, in map units: the larger, the less sure; 0 for an exact projection.  ``vector``
    (D,) float32 is the unit vector that was placed, for maps that are stored nowhere; empty where
    it is not told.
    """

    positions: dict[str, tuple[float, float, float]]
    vector: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))


@dataclass(frozen=True)
class Neighbours(Event):
    """The most similar sources, best first."""

    rows: list[NeighbourRow]


@dataclass(frozen=True)
class Classes(Event):
    """What the source is, by every classifier that has answered so far.

    It is told anew whenever another classifier has answered; ``complete`` is True in the last.
    ``label_set`` names whose labels were learned (``mirabest``, ``rgd``, a column of the
    catalogue, or ``network:NAME`` for a network of the user's own), ``sources`` how many.
    ``mean`` is the mean probability over ``rows``, and ``votes`` how many of them have the same
    most probable class as it.  ``members`` are the
    classes in the conformal set at ``level``, which may be none or all; ``coverage`` is the
    share of labelled sources whose set, cross-validated at that level, held their label; None
    as long as it is not known, and ``members`` is empty then.  ``neighbours`` are the most
    similar labelled sources, best first.  ``notes`` say which classifiers are left out, and why;
    of a user's own network, what it is.
    """

    label_set: str
    encoder: str
    classes: list[str]
    rows: list[ClassRow]
    mean: list[float]
    votes: int
    sources: int
    level: float
    members: list[str]
    coverage: float | None
    neighbours: list[LabelledRow]
    complete: bool
    notes: list[NoteText] = field(default_factory=list)


@dataclass(frozen=True)
class CatalogClasses(Event):
    """What every source of the open catalogue is, to colour a map by.

    ``probabilities`` has shape (N, K), float32: rows in the catalogue's order, columns in that
    of ``classes``; NaN where a source could not be classified.  It is the mean over
    ``classifiers``, those that are quick over many sources.
    """

    label_set: str
    encoder: str
    classes: list[str]
    classifiers: list[str]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class Reconstruction(Event):
    """What the generator draws again of a galaxy from what it kept of it, and what it missed.

    ``image`` (C, S, S) is on the encoder's scale, [0, 1], as `Seen.seen` is.  ``residual``
    (C, S, S) is the cutout less the reconstruction, NaN where the cutout is blank: in units of
    the noise where ``noise_known``, else as a share of the galaxy's brightest pixel.
    ``chi_square`` is the mean square of the residual over all pixels, ``chi_square_source`` over
    those of the islands of emission; None where the noise is not known, or there are no islands.
    """

    image: NDArray[np.float32]
    residual: NDArray[np.float32]
    chi_square: float | None
    chi_square_source: float | None
    noise_known: bool


@dataclass(frozen=True)
class Drawn(Event):
    """Some of the galaxies that were asked for, as soon as they are drawn.

    ``images`` (n, C, S, S) in [0, 1] are the galaxies ``first`` to ``first + n - 1``;
    ``angular_sizes`` (n,) is measured on each, arcsec, 0 where it is empty.
    """

    first: int
    images: NDArray[np.float32]
    angular_sizes: NDArray[np.float32]


@dataclass(frozen=True)
class WalkSteps(Event):
    """The way from one galaxy to another: what is drawn at each step, and who lies nearest.

    ``images`` (n, C, S, S) in [0, 1]; ``fractions`` (n,) from 0, the first galaxy's
    reconstruction, to 1, the second's.  ``nearest_rows`` (n,) are rows of the open catalogue,
    ``similarities`` (n,) how alike they are; -1, "" and NaN without a catalogue.
    """

    images: NDArray[np.float32]
    fractions: NDArray[np.float32]
    nearest_rows: NDArray[np.int64]
    nearest_names: list[str]
    similarities: NDArray[np.float32]


@dataclass(frozen=True)
class Traversal(Event):
    """A galaxy drawn with one component of its vector set to several values.

    ``values`` (n,) and ``own``, that of the galaxy itself, are standard deviations from the mean
    over the training images; ``images`` (n, C, S, S) in [0, 1].
    """

    component: int
    values: NDArray[np.float32]
    images: NDArray[np.float32]
    own: float


@dataclass(frozen=True)
class Components(Event):
    """The components of the generator's vector, the most telling first.

    ``order`` (D,) are their numbers by falling ``kl``; ``kl`` (D,) is what each tells of a
    galaxy, in nats, and ``spread`` (D,) its standard deviation over the training images, both
    by number; NaN where the weights file does not tell.  ``active`` of them tell something.
    """

    order: NDArray[np.int64]
    kl: NDArray[np.float32]
    spread: NDArray[np.float32]
    active: int


@dataclass(frozen=True)
class Understanding(Event):
    """What the components of an encoder's vectors hold: told anew as a forest grows.

    ``sources`` vectors were looked at; ``unknown`` of these sources have no value in ``column``
    and tell nothing of importance.  ``explained`` (D,) are shares of the variance along the
    principal axes, falling; ``mean`` and ``spread`` (D,) those of each component by its
    number, ``correlation`` (D,) that with the column.  ``importance`` (D,) adds up to 1,
    ``error`` (D,) is its standard error; both NaN before the first trees.  ``trees`` were grown
    in ``passes`` over the sources, of at most ``most_trees``; ``score`` is R² on sources that a
    tree had not seen, None as long as it is not known.  ``change`` is the share of the
    importance that moved in the last round of trees, None before the second; ``settled`` that
    it was little.  ``complete`` is True in the last.
    """

    encoder: str
    column: str
    sources: int
    unknown: int
    explained: NDArray[np.float32]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    correlation: NDArray[np.float32]
    importance: NDArray[np.float32]
    error: NDArray[np.float32]
    trees: int
    most_trees: int
    passes: int
    score: float | None
    change: float | None
    settled: bool
    complete: bool
    notes: list[NoteText] = field(default_factory=list)


@dataclass(frozen=True)
class Overlaid(Event):
    """Some sources of another catalogue beside the open one, the reference.

    ``catalog`` is its folder; told are its rows ``first`` to ``first + n - 1`` of ``total``.
    ``places`` (n, M, 2) are where they fall on the maps ``methods`` of the reference;
    ``novelty`` (n,) per cent of the reference's own sources that lie nearer to theirs, from 99 a
    source is unlike all that the encoder was shown; ``nearest`` (n,) rows of the reference with
    the most similar source, ``similarity`` (n,) how alike.
    """

    catalog: str
    first: int
    total: int
    methods: list[str]
    places: NDArray[np.float32]
    novelty: NDArray[np.float32]
    nearest: NDArray[np.int64]
    similarity: NDArray[np.float32]


@dataclass(frozen=True)
class Covered(Event):
    """Which ``share`` of another catalogue's sources lies where the reference has sources.

    ``low`` and ``high`` are its 95 % interval, ``own`` the share of the reference's own sources
    by the same rule; ``neighbours`` nearest sources were looked at for each.  ``stored`` says
    that the other's own vectors were used, for the same weights made them.
    """

    catalog: str
    title: str
    encoder: str
    sources: int
    reference: int
    neighbours: int
    share: float
    low: float
    high: float
    own: float
    stored: bool


@dataclass(frozen=True)
class Refused(Event):
    """The request could not be answered; ``message`` is one sentence for the user."""

    message: str


@dataclass(frozen=True)
class Done(Event):
    """The request is answered; ``seconds`` is how long it took inside the engine."""

    seconds: float
