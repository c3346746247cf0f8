"""A classifying network of the user's own answers: alone, or beside the six classifiers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.conformal import ConformalSets, check_level, coverage
from radgalgui.analysis.held_out import FEWEST
from radgalgui.analysis.labelled import NETWORK, LabelledVectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import RadGalError, UsageError
from radgalgui.jobs.classes import ClassPanel, Known, View
from radgalgui.jobs.events import CatalogClasses, Classes, ClassRow, Done, Event, NoteText
from radgalgui.jobs.networks.taught import OutOfFold, Taught
from radgalgui.jobs.sight import sees_alike
from radgalgui.models.encoder import Encoder
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Alone", "Beside"]

_AT_ONCE: Final = 32  # sources of a catalogue that are told in one step
_LONGEST: Final = 180.0  # seconds: nobody is told how far it has come

NOTE: Final = "network"
"""The code of the note that says which network answers."""

NO_SET: Final = "no-set"
"""The code of the note that says why there is no set of classes."""


@dataclass(frozen=True)
class _Ready:
    """Stands for the classifiers of a panel that has nothing to fit."""

    classifiers: tuple[str, ...] = (NETWORK,)
    quick: tuple[str, ...] = ()
    left: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def try_step(self) -> None:
        """Do nothing: the network is loaded."""

    def prepare(self, *, progress: Progress = silent, cancel: CancelToken | None = None) -> None:
        """Do nothing, likewise."""


@dataclass(frozen=True)
class _Labels:
    """What there is to say of the labels of a panel that has no labelled vectors."""

    name: str
    classes: tuple[str, ...]
    sources: int
    about: dict[str, Any] = field(default_factory=dict)
    looks: tuple[Any, ...] = ()  # how encoders see them, of which there is none

    def __len__(self) -> int:
        return self.sources


class Alone:
    """Tells what a source is by one network and nothing else: no vector is needed.

    Parameters
    ----------
    network : NetworkClassifier
        What answers.
    taught : Taught
        What its card says of it.
    answers : OutOfFold or str
        What it said of its labelled sources out of fold, or why that is not known, in words.
    called : str
        What the answers call their label set.
    encoder : str
        The encoder in use beside it, "" for none; the network has no need of it.

    Attributes
    ----------
    labelled, fits
        As far as `radgalgui.jobs.classes.ClassPanel` has them too.
    """

    def __init__(
        self,
        network: NetworkClassifier,
        taught: Taught,
        answers: OutOfFold | str,
        *,
        called: str,
        encoder: str = "",
    ) -> None:
        self.network, self.taught, self.encoder_name = network, taught, encoder
        self.labelled = _Labels(called, network.classes, taught.sources)
        self.fits = _Ready()
        self._answers = _enough(answers)
        self._coverage: dict[float, float] = {}

    @property
    def preprocessing(self) -> Preprocessing:
        """How the network, or the first of several, sees a source."""
        return self.network.sights[0]

    @property
    def notes(self) -> list[NoteText]:
        """Which network answers, and why there is no set of classes where there is none."""
        who = NoteText(code=NOTE, text=self.taught.brief)
        if not isinstance(self._answers, str):
            return [who]
        return [who, NoteText(code=NO_SET, text=f"There is no set of classes: {self._answers}.")]

    def answer(
        self,
        job: str,
        view: View,
        *,
        level: float,
        row: int | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Classes]:
        """Tell what a source is, once; as `radgalgui.jobs.classes.ClassPanel.answer`.

        Nothing is told where a view that the network needs is not to be had.  Whether a source
        of the catalogue (``row``) is among those that it was taught with is not known.
        """
        del row
        check_level(level)
        views = [view(sight) for sight in self.network.sights]
        seen = [each[None] for each in views if each is not None]
        if len(seen) < len(views):
            return
        chances = self.network.probabilities(*seen)
        if cancel is not None:
            cancel.check()
        members, share = self._set(chances, level)
        told = [float(p) for p in chances[0]]
        yield Classes(
            job=job,
            label_set=self.labelled.name,
            encoder=self.encoder_name,
            classes=list(self.network.classes),
            rows=[ClassRow(classifier=NETWORK, probabilities=told)],
            mean=told,
            votes=1,
            sources=self.taught.sources,
            level=level,
            members=members,
            coverage=share,
            neighbours=[],
            complete=True,
            notes=self.notes,
        )

    def predict_catalog(
        self, job: str, catalog: Catalog, *, cancel: CancelToken | None = None
    ) -> Iterator[Event | None]:
        """Tell the class of every source, image by image.

        Yields
        ------
        Event or None
            `CatalogClasses`, `Done`; None between the steps, where other work may go first.

        Raises
        ------
        UsageError
            If the catalogue keeps its images otherwise than the network sees them, or has so
            many that it would take many minutes.
        Cancelled
            If cancelled.
        """
        started, cancel = time.perf_counter(), cancel or CancelToken()
        if not all(sees_alike(s, catalog.manifest.preprocessing) for s in self.network.sights):
            raise UsageError(
                f"{self.taught.name!r} sees sources otherwise than the catalogue keeps them",
                remedy="ask about images, or choose other labels",
            )
        chances = np.empty((len(catalog), len(self.network.classes)), dtype=np.float32)
        for start in range(0, len(chances), _AT_ONCE):
            cancel.check()
            images = catalog.images[start : start + _AT_ONCE]
            views = [images] * len(self.network.sights)
            chances[start : start + len(images)] = self.network.probabilities(*views)
            if not start:
                _check_time(time.perf_counter() - started, len(images), len(chances))
            yield None
        yield CatalogClasses(
            job=job,
            label_set=self.labelled.name,
            encoder=self.encoder_name,
            classes=list(self.network.classes),
            classifiers=[NETWORK],
            probabilities=chances,
        )
        yield Done(job, time.perf_counter() - started)

    def _set(self, chances: NDArray[np.float64], level: float) -> tuple[list[str], float | None]:
        known = self._answers
        if isinstance(known, str):
            return [], None
        if level not in self._coverage:
            told = coverage(known.codes, known.probabilities, level=level)
            self._coverage[level] = told.overall
        sets = ConformalSets(known.codes, known.probabilities)
        inside = sets.members(chances, level=level)[0]
        members = [c for c, held in zip(self.network.classes, inside, strict=True) if held]
        return members, self._coverage[level]


class Beside(ClassPanel):
    """Tells what a source is by the six classifiers and a user's own network.

    Parameters
    ----------
    labelled : LabelledVectors
        What the six learn from; of the network's classes.
    encoder : Encoder
        Whose vectors.
    network : NetworkClassifier
        Checked to be whole; it is loaded again when its turn comes.
    taught, answers
        As for `Alone`.  Answers out of fold count for the set of classes only if they are of
        the same sources in the same order.
    called : str
        What the answers call their label set.
    same_sources : bool
        Whether the network was taught with what the six learn from.
    classifiers : sequence of str, optional
        Some of `radgalgui.jobs.fitting.ALL_CLASSIFIERS`.

    Raises
    ------
    DataError, UsageError
        As `radgalgui.jobs.fitting.Fits`, or if the classes are others.
    """

    def __init__(
        self,
        labelled: LabelledVectors,
        encoder: Encoder,
        network: NetworkClassifier,
        taught: Taught,
        answers: OutOfFold | str,
        *,
        called: str,
        same_sources: bool,
        classifiers: Sequence[str] | None = None,
    ) -> None:
        if labelled.classes != network.classes:
            raise UsageError(
                f"tells {', '.join(network.classes)}; the classes of the labels "
                f"{labelled.name!r} are {', '.join(labelled.classes)}",
                subject=taught.path,
                remedy="leave --labels out, and it answers alone",
            )
        self.taught = taught
        table = None
        if same_sources and isinstance(answers, OutOfFold):
            alike = np.array_equal(answers.codes, labelled.codes)
            table = answers.probabilities if alike else None
        self._in_the_set = table is not None
        self._learned_name = labelled.name
        own = replace(labelled, name=called, network=network.sha256, network_held_out=table)
        super().__init__(own, encoder, network=taught.path, classifiers=classifiers)

    @property
    def note(self) -> str:
        """Which network answers beside the others, and what these learned from."""
        text = f"{self.taught.brief} The others learned from the labels “{self._learned_name}”."
        if not self._in_the_set:
            text += " The set of classes is by these others alone."
        return text

    def answer(
        self,
        job: str,
        view: View,
        *,
        level: float,
        row: int | None = None,
        known: Known | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Classes]:
        """Tell what a source is, and which network is among those that answer."""
        note = NoteText(code=NOTE, text=self.note)
        for told in super().answer(job, view, level=level, row=row, known=known, cancel=cancel):
            yield replace(told, notes=[note, *told.notes])


def _check_time(spent: float, done: int, total: int) -> None:
    """Refuse, after the first step, what would take longer than anybody waits for colours."""
    wanted = spent * total / done
    if wanted > _LONGEST:
        raise UsageError(
            f"it looks at each of the {total:,} images, which would take {wanted / 60:.0f} minutes",
            remedy="choose labels that the six classifiers learn from too, to colour the map",
        )


def _enough(answers: OutOfFold | str) -> OutOfFold | str:
    """Return answers that sets can be calibrated with, or why they cannot."""
    if isinstance(answers, str):
        return answers
    if np.bincount(answers.codes, minlength=answers.probabilities.shape[1]).min() < FEWEST:
        return f"it was measured on fewer than {FEWEST} sources of a class"
    try:
        ConformalSets(answers.codes, answers.probabilities)
    except RadGalError as error:
        return error.what
    return answers
