"""What class a source is: by all classifiers of one label set on the vectors of one encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.conformal import ConformalSets, agreement, check_level, coverage
from radgalgui.analysis.labelled import NETWORK, LabelledVectors
from radgalgui.analysis.vectors import side_by_side, unit_parts
from radgalgui.errors import RadGalError, UsageError
from radgalgui.jobs.events import Classes, ClassRow, LabelledRow, NoteText
from radgalgui.jobs.fitting import Fits
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["ClassPanel", "Known"]

View = Callable[[Preprocessing], NDArray[np.float32] | None]

_NEIGHBOURS = 20


@dataclass(frozen=True)
class Known:
    """What is known of a source before it is asked about, since it is one of many.

    Parameters
    ----------
    vector : ndarray, shape (1, L * D)
        Those of the L looks side by side.
    chances : mapping
        Probabilities (K,) by classifiers; these are not asked again.
    """

    vector: NDArray[np.float32]
    chances: Mapping[str, NDArray[np.float64]]


@dataclass
class _Asked:
    """One source: how it is seen, its vector (1, D), its place among the labelled ones.

    ``chances`` are told by classifiers, ``refused`` says why one of them cannot tell any.
    """

    view: View
    vector: NDArray[np.float32]
    member: int | None = None
    chances: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


class ClassPanel:
    """Tells what a source is, by as many classifiers as are ready.

    Parameters
    ----------
    labelled, encoder, network, classifiers
        As for `radgalgui.jobs.fitting.Fits`, which raises what is raised.

    Attributes
    ----------
    fits : Fits
        The classifiers.
    """

    def __init__(
        self,
        labelled: LabelledVectors,
        encoder: Encoder,
        *,
        network: Path | None = None,
        classifiers: Sequence[str] | None = None,
    ) -> None:
        self.labelled, self.encoder = labelled, encoder
        self.fits = Fits(labelled, encoder, network=network, classifiers=classifiers)
        self._units = self._unit(self.fits.vectors)
        self._sets: dict[tuple[str, ...], ConformalSets] = {}
        self._coverage: dict[tuple[tuple[str, ...], float], float] = {}

    @property
    def sights(self) -> tuple[Preprocessing, ...]:
        """How the encoder must see a source to compare it with the labelled ones."""
        return tuple(look.sight(self.encoder.preprocessing) for look in self.labelled.looks)

    @property
    def preprocessing(self) -> Preprocessing:
        """The widest of these sights, which shows all that is looked at."""
        return max(self.sights, key=lambda sight: sight.field_of_view)

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
        """Tell what a source is: by what is ready, then again after each step that is left.

        Parameters
        ----------
        job : str
            The name that every event carries.
        view : callable
            Returns what a network with some preprocessing sees, (C, S, S), or None.
        level : float
            Of the conformal sets, in (0, 1).
        row : int, optional
            The source's place in the open catalogue.  If the labels come from there and it is
            one of the labelled sources, it is told by the folds that left it out, and is not
            its own neighbour.
        known : Known, optional
            Its vector, and what some of the classifiers say; found out by default.
        cancel : CancelToken, optional
            Looked at before each step.

        Yields
        ------
        Classes
            None at all where the encoder's own view is not to be had, or where it is a labelled
            source that no classifier is fitted without.

        Raises
        ------
        UsageError
            If the level is out of range.
        ImageError
            If the source cannot be seen as the encoder wants it.
        Cancelled
            If cancelled.
        """
        check_level(level)
        if known is None:
            asked = self._asked(view, row)
        else:
            asked = _Asked(view, known.vector, chances=dict(known.chances))
        if asked is None or (asked.member is not None and not self.fits.holds_out):
            return
        neighbours = self._neighbours(asked)
        complete = False
        while not complete:
            complete = not self.fits.left  # before it is told: other answers take steps meanwhile
            if rows := self._rows(asked):
                told = self._told(job, rows, neighbours, level, complete=complete)
                yield replace(told, notes=self._notes(asked))
            if cancel is not None:
                cancel.check()
            if self.fits.left:
                self.fits.try_step()

    def predict(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the mean probabilities (N, K) by the quick classifiers, NaN for NaN vectors.

        They must have been fitted: see `radgalgui.jobs.fitting.Fits.make_quick`.

        Raises
        ------
        UsageError
            If none of them could be.
        """
        values = np.asarray(vectors, dtype=np.float32)
        sound = np.isfinite(values).all(axis=1)
        chances = np.full((len(values), len(self.labelled.classes)), np.nan)
        fitted = [self.fits.fitted[name] for name in self.fits.quick]
        if not fitted:
            raise UsageError(
                f"no quick classifier could be fitted on the labels {self.labelled.name!r}"
            )
        chances[sound] = np.mean([each.probabilities(values[sound]) for each in fitted], axis=0)
        return chances

    def corrected(self, chances: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what `predict` said of a whole catalogue, mended where it had been told.

        A labelled source is answered by the folds that left it out; by NaN where there are
        none, since a classifier that was fitted on it would only repeat its label.
        """
        if self.labelled.rows is None:
            return chances
        mended = chances.copy()
        held_out = self.fits.held_out
        known = [held_out[name] for name in self.fits.quick if name in held_out]
        mended[self.labelled.rows] = np.mean(known, axis=0) if known else np.nan
        return mended

    def _notes(self, asked: _Asked) -> list[NoteText]:
        """Say of each classifier that does not answer why it does not."""
        silent = {**self.fits.failed, **asked.refused}
        return [
            NoteText(code="classifier", text=f"The classifier {name!r} is left out: {why}")
            for name, why in silent.items()
        ]

    def _asked(self, view: View, row: int | None) -> _Asked | None:
        if row is not None and self.labelled.rows is not None:
            found = np.flatnonzero(self.labelled.rows == row)
            if len(found):
                return _Asked(view, self.fits.vectors[found[:1]], member=int(found[0]))
        views = [view(sight) for sight in self.sights]
        seen = [each for each in views if each is not None]
        if len(seen) < len(views):
            return None
        ignore = self.labelled.ignore_orientation
        shown = np.stack(seen)
        vectors = self.encoder.embed(shown, ignore_orientation=ignore)
        return _Asked(view, side_by_side(vectors, shown, self.labelled.looks))

    def _rows(self, asked: _Asked) -> list[ClassRow]:
        """Return what the classifiers say that can say something by now."""
        names = [name for name in self.fits.classifiers if name not in self.fits.failed]
        for name in names:
            if name in asked.chances or name in asked.refused:
                continue
            try:
                chances = self._chances(name, asked)
            except RadGalError as error:  # the network may want to see what this image has not
                asked.refused[name] = str(error)
                continue
            if chances is not None:
                asked.chances[name] = chances
        return [
            ClassRow(classifier=name, probabilities=[float(p) for p in asked.chances[name]])
            for name in names
            if name in asked.chances
        ]

    def _chances(self, name: str, asked: _Asked) -> NDArray[np.float64] | None:
        fits = self.fits
        if asked.member is not None:  # who was fitted on it would only repeat its label
            table = fits.held_out.get(name)
            return None if table is None else table[asked.member].astype(np.float64)
        if name in fits.fitted:
            chances: NDArray[np.float64] = fits.fitted[name].probabilities(asked.vector)[0]
            return chances
        if name == NETWORK and fits.network is not None:
            views = [asked.view(sight) for sight in fits.network.sights]
            seen = [view[None] for view in views if view is not None]
            if len(seen) == len(views):
                told: NDArray[np.float64] = fits.network.probabilities(*seen)[0]
                return told
        return None

    def _told(
        self,
        job: str,
        rows: list[ClassRow],
        neighbours: list[LabelledRow],
        level: float,
        *,
        complete: bool,
    ) -> Classes:
        table = {row["classifier"]: row["probabilities"] for row in rows}
        votes, mean = agreement(list(table.values()))
        members, share = self._set(table, level)
        return Classes(
            job=job,
            label_set=self.labelled.name,
            encoder=self.encoder.name,
            classes=list(self.labelled.classes),
            rows=rows,
            mean=[float(p) for p in mean],
            votes=votes,
            sources=len(self.labelled),
            level=level,
            members=members,
            coverage=share,
            neighbours=neighbours,
            complete=complete,
        )

    def _set(self, table: dict[str, list[float]], level: float) -> tuple[list[str], float | None]:
        """Return the conformal set of the mean over those that were held out, and its coverage."""
        held_out = self.fits.held_out
        names = tuple(name for name in table if name in held_out)
        if not names:
            return [], None
        if (names, level) not in self._coverage:
            mean = np.mean([held_out[name] for name in names], axis=0)
            codes = self.labelled.codes
            self._sets[names] = ConformalSets(codes, mean)
            self._coverage[names, level] = coverage(codes, mean, level=level).overall
        chances = np.mean([table[name] for name in names], axis=0, keepdims=True)
        inside = self._sets[names].members(chances, level=level)[0]
        members = [name for name, held in zip(self.labelled.classes, inside, strict=True) if held]
        return members, self._coverage[names, level]

    def _unit(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return vectors whose products are similarities, the mean over the looks."""
        looks, own = len(self.labelled.looks), self.encoder.dimension
        return unit_parts(vectors, looks, dimension=own, what="labelled vector")

    def _neighbours(self, asked: _Asked) -> list[LabelledRow]:
        """Return the most similar labelled sources, best first, itself left out."""
        similarity = self._units @ self._unit(asked.vector)[0]
        order = np.argsort(-similarity, kind="stable")
        nearest = order[order != asked.member][:_NEIGHBOURS]
        labels, names, rows = self.labelled.labels, self.labelled.names, self.labelled.rows
        return [
            LabelledRow(
                label=str(labels[i]),
                similarity=float(similarity[i]),
                name="" if names is None else str(names[i]),
                index=None if rows is None else int(rows[i]),
            )
            for i in nearest
        ]
