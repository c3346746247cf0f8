"""Sets of galaxies judged by the open catalogue: published ones, drawn ones, controls, surveys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.analysis.opinions import reconstruction_score
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import DataError, ImageError, RadGalError, UsageError
from radgalgui.jobs.draw import sky_of
from radgalgui.jobs.events import Done, Event, NoteText, ScoredSet
from radgalgui.jobs.labels import shipped_label_sets
from radgalgui.jobs.likelihood.answer import without_reconstruction
from radgalgui.jobs.likelihood.judge import Judge
from radgalgui.jobs.likelihood.redrawn import known_redrawn
from radgalgui.jobs.overlay import check_fit, same_weights, vectors_of
from radgalgui.jobs.sight import Sight
from radgalgui.progress import CancelToken
from radgalgui.sky.controls import controls
from radgalgui.sky.look import look_words
from radgalgui_resources import labels_path, sets_path

if TYPE_CHECKING:
    from radgalgui.jobs.search import Searcher
    from radgalgui.models.encoder import Encoder
    from radgalgui.models.generator import Generator

__all__ = [
    "CONTROLS",
    "DRAWN",
    "TITLES",
    "Portion",
    "SetToJudge",
    "find_set",
    "judge_of",
    "score_set",
    "shipped_set",
]

CONTROLS: Final = "controls"
DRAWN: Final = "drawn"

TITLES: Final = {
    "mirabest": "MiraBest",
    "frdeep": "FR-DEEP",
    "rgd": "Radio Galaxy Dataset",
    DRAWN: "Drawn galaxies",
    CONTROLS: "Controls",
}
"""What users call the sets that have a name."""

_AT_ONCE: Final = 1024  # stored vectors judged before another question may go first
_EMBEDDED: Final = 128  # the same of images that are embedded first
_MOST_DRAWN: Final = 20_000
_NO_IMAGES: Final[NDArray[np.float32]] = np.zeros((0, 1, 1, 1), dtype=np.float32)


@dataclass(frozen=True)
class Portion:
    """Some galaxies of a set, (n): their vectors, and what is known of them beside."""

    vectors: NDArray[np.floating]
    reconstruction: NDArray[np.floating] | None = None
    names: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    images: NDArray[np.float32] = field(default_factory=lambda: _NO_IMAGES)


@dataclass(frozen=True)
class SetToJudge:
    """A set of ``total`` galaxies, told some at a time; None is where it may give way."""

    title: str
    total: int
    portions: Iterator[Portion | None]
    notes: list[NoteText] = field(default_factory=list)


def shipped_set(name: str) -> LabelledVectors:
    """Return the vectors of a published set, as its images lie.

    Parameters
    ----------
    name : str
        A label set that comes with the program, or a file of labelled vectors.  Where it was
        made for classifiers alone, its vectors are means over orientations, as
        ``ignore_orientation`` says: these are likelier than those of any image.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    if name not in shipped_label_sets():
        return LabelledVectors.load(name)
    upright = sets_path(name)
    return LabelledVectors.load(upright if upright.is_file() else labels_path(name))


def score_set(
    searcher: Searcher,
    name: str,
    *,
    job: str,
    count: int = 500,
    temperature: float = 1.0,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Iterator[Event | None]:
    """Judge a set of galaxies by the catalogue of a searcher.

    Parameters
    ----------
    searcher : Searcher
        With an assessor; with a studio, reconstructions have a say and galaxies can be drawn.
    name : str
        A label set that comes with the program, `CONTROLS`, `DRAWN`, a file of labelled
        vectors, or the folder of another catalogue.
    job : str
        The name that every event carries.
    count, temperature, seed : int, float, int
        Of drawn galaxies.
    cancel : CancelToken, optional
        Looked at between the steps.

    Yields
    ------
    Event or None
        `ScoredSet` for some galaxies after others, in their order; `Done`.  None between the
        steps, where other work may go first.

    Raises
    ------
    CatalogError
        If the open catalogue has no likelihoods of its encoder, or the folder is no catalogue
        that the encoder can see.
    DataError
        If the vectors of a set are missing, damaged, or of another encoder.
    UsageError
        If there is no such set, or nothing draws.
    Cancelled
        If cancelled.
    """
    started, cancel = time.perf_counter(), cancel or CancelToken()
    judge = judge_of(searcher)
    found = find_set(searcher, judge, name, count=count, temperature=temperature, seed=seed)
    first = 0
    for part in found.portions:
        cancel.check()
        if part is not None:
            yield _scored(part, judge, job=job, name=name, first=first, of=found)
            first += len(part.vectors)
        yield None
    yield Done(job, time.perf_counter() - started)


def judge_of(searcher: Searcher) -> Judge:
    """Return what judges sources by the catalogue and the encoder of a searcher.

    Raises
    ------
    CatalogError
        If there is none.
    """
    if searcher.assessor is None:
        return Judge.load(searcher.catalog, searcher.encoder.name)
    return searcher.assessor.judge


def _scored(
    part: Portion, judge: Judge, *, job: str, name: str, first: int, of: SetToJudge
) -> ScoredSet:
    scores = judge.scores(part.vectors, part.reconstruction)
    percentiles = judge.percentiles(scores)
    blank = [""] * len(scores)
    return ScoredSet(
        job=job,
        name=name,
        title=of.title,
        encoder=judge.encoder,
        first=first,
        total=of.total,
        scores=scores,
        percentiles=percentiles,
        names=part.names or blank,
        labels=part.labels or blank,
        words=part.words,
        images=part.images,
        notes=[*of.notes, *without_reconstruction(percentiles)],
    )


def find_set(
    searcher: Searcher,
    judge: Judge,
    name: str,
    *,
    count: int = 500,
    temperature: float = 1.0,
    seed: int = 0,
) -> SetToJudge:
    """Return a set by its name, before any of it is judged; see `score_set`."""
    if name == CONTROLS:
        return _controls(searcher, judge)
    if name == DRAWN:
        return _drawn(searcher, judge, count=count, temperature=temperature, seed=seed)
    if name in shipped_label_sets() or Path(name).suffix == ".safetensors":
        return _labelled(searcher, judge, name)
    if Path(name).is_dir():
        return _survey(searcher, judge, Path(name))
    named = ", ".join([*shipped_label_sets(), DRAWN, CONTROLS])
    raise UsageError(
        f"there is no set {name!r}", remedy=f"choose one of {named}, or the folder of a catalogue"
    )


def _labelled(searcher: Searcher, judge: Judge, name: str) -> SetToJudge:
    """Return a published set: its vectors, and how it was drawn again, are stored."""
    labelled = shipped_set(name)
    encoder = searcher.encoder
    if not labelled.plain:
        raise DataError(
            f"its vectors are those of sources seen {look_words(labelled.looks)}, "
            "and a catalogue's are of one look",
            subject=name,
            remedy="make it as images lie, with 'radgalgui labels --upright'",
        )
    vectors = labelled.vectors_of(encoder.name, encoder.sha256, dimension=encoder.dimension)
    labels = labelled.labels.tolist()
    redrawn = _told_redrawn(labelled, judge.generator_sha256)

    def portions() -> Iterator[Portion]:
        for start in range(0, len(vectors), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            told = None if redrawn is None else redrawn[rows]
            yield Portion(vectors[rows], told, labels=labels[rows])

    notes = []
    if labelled.ignore_orientation:
        text = (
            "Its vectors are means over eight orientations, which are likelier than those of "
            "images as they lie."
        )
        notes.append(NoteText(code="orientation", text=text))
    if (shown := labelled.looks[0].field) is not None:
        own = encoder.preprocessing.field_of_view
        text = (
            f"Its images show {shown / 60:.3g}′ of the sky, those of the catalogue "
            f"{own / 60:.2g}′: another telescope, and another way of seeing."
        )
        notes.append(NoteText(code="field", text=text))
    title = TITLES.get(labelled.name, labelled.name)
    return SetToJudge(title, len(vectors), portions(), notes)


def _told_redrawn(labelled: LabelledVectors, sha256: str) -> NDArray[np.float32] | None:
    """Return how well the sources of a set were drawn again by these weights, None if unknown."""
    told = labelled.about.get("reconstruction")
    if not sha256 or labelled.about.get("generator") != sha256 or not isinstance(told, list):
        return None
    try:
        scores = np.asarray(told, dtype=np.float32)
    except (TypeError, ValueError):
        return None
    return scores if scores.shape == (len(labelled),) else None


def _controls(searcher: Searcher, judge: Judge) -> SetToJudge:
    """Return pictures drawn by code, each with what it is called and what it is."""
    eyes, generator = searcher.encoder.preprocessing, _generator(searcher, judge)
    made = controls(eyes)
    as_generator_sees = made
    if generator is not None and generator.preprocessing != eyes:
        as_generator_sees = controls(generator.preprocessing)

    def portions() -> Iterator[Portion | None]:
        yield None
        for control, other in zip(made, as_generator_sees, strict=True):
            image = control.seen[None]
            yield Portion(
                searcher.encoder.embed(image),
                None if generator is None else _redrawn(other.seen[None], generator),
                names=[control.title],
                labels=[control.kind],
                words=[control.sentence],
                images=image,
            )

    return SetToJudge(TITLES[CONTROLS], len(made), portions())


def _drawn(
    searcher: Searcher, judge: Judge, *, count: int, temperature: float, seed: int
) -> SetToJudge:
    """Return galaxies that the generator draws, each as it would come back as a query."""
    if searcher.studio is None:
        raise UsageError("nothing draws galaxies here", remedy="ask the window's engine")
    if not 1 <= count <= _MOST_DRAWN:
        raise UsageError(
            f"{count} galaxies cannot be drawn", remedy=f"ask for 1 to {_MOST_DRAWN:,}"
        )
    generator = searcher.studio.generator
    teller = _generator(searcher, judge)
    samples = generator.sample(count, temperature=temperature, seed=seed)

    def portions() -> Iterator[Portion]:
        for images in samples:
            views = [_as_query(image, searcher.encoder, generator) for image in images]
            seen, again = (np.stack(each) for each in zip(*views, strict=True))
            told = None if teller is None else _redrawn(again, teller)
            yield Portion(searcher.encoder.embed(seen), told, images=seen)

    return SetToJudge(TITLES[DRAWN], count, portions())


def _survey(searcher: Searcher, judge: Judge, path: Path) -> SetToJudge:
    """Return the sources of another catalogue: their vectors as stored, or embedded now."""
    other = Catalog.open(path)
    check_fit(searcher, other)
    stored, redrawn = same_weights(searcher, other), None
    if judge.generator_sha256:
        redrawn = known_redrawn(other, judge.generator_sha256)
    at_once = _AT_ONCE if stored else _EMBEDDED
    names = [str(name) for name in other.names]
    labels = [str(text) for text in other.column("label")] if "label" in other.columns else []

    def portions() -> Iterator[Portion]:
        with other:
            for start in range(0, len(other), at_once):
                rows = slice(start, min(start + at_once, len(other)))
                yield Portion(
                    vectors_of(searcher, other, rows, stored=stored),
                    None if redrawn is None else redrawn[rows],
                    names=names[rows],
                    labels=labels[rows],
                )

    return SetToJudge(other.manifest.title or path.name, len(other), portions())


def _as_query(
    image: NDArray[np.float32], encoder: Encoder, generator: Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what the encoder and the generator see of a drawn galaxy dropped on the window."""
    try:
        sight = Sight(sky_of(image, generator.preprocessing, name=""))
        return sight.view(encoder.preprocessing), sight.view(generator.preprocessing)
    except ImageError:
        if encoder.preprocessing != generator.preprocessing:
            raise
        return image, image  # nothing in it to be cut out


def _generator(searcher: Searcher, judge: Judge) -> Generator | None:
    """Return the network that drew the catalogue's own sources again, where it is at hand."""
    if searcher.studio is None or not judge.generator_sha256:
        return None
    try:
        generator = searcher.studio.generator
    except RadGalError:
        return None
    return generator if generator.sha256 == judge.generator_sha256 else None


def _redrawn(images: NDArray[np.float32], generator: Generator) -> NDArray[np.floating]:
    softening = generator.preprocessing.softening
    return reconstruction_score(images, generator.reconstruct(images), softening=softening)
