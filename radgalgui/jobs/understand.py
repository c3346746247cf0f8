"""What the components of an encoder's vectors hold: for a catalogue and one of its columns.

Nothing here needs the encoder itself: vectors and columns are read from the catalogue.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.components import (
    FEWEST,
    ImportanceForest,
    Spectrum,
    correlations,
)
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.events import Done, NoteText, Understanding
from radgalgui.progress import CancelToken

__all__ = ["DEFAULT_COLUMN", "numeric_columns", "understand"]

DEFAULT_COLUMN: Final = "angular_size"
"""What the paper asks of the components."""

_MOST_SOURCES: Final = 50_000  # from which trees are grown: more would tell nothing new
_TELL: Final = 0.2  # seconds between two tellings, at least


def numeric_columns(catalog: Catalog) -> list[str]:
    """Return the columns of a catalogue that hold numbers, positions last."""
    names = [name for name in catalog.columns if catalog.column(name).dtype.kind in "biuf"]
    return sorted(names, key=lambda name: name in ("ra", "dec"))


def understand(
    catalog: Catalog,
    encoder: str,
    column: str,
    *,
    job: str = "understand",
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Iterator[Understanding | Done | None]:
    """Tell how vectors are spread, and which of their components tell a column.

    Parameters
    ----------
    catalog : Catalog
        With vectors of the encoder.
    encoder, column : str
        Names; the column holds numbers.  Sources whose number is NaN or infinite are
        left out of the importance, and counted.
    job : str
        The name that every event carries.
    seed : int
        Of the forest.
    cancel : CancelToken, optional
        Looked at after each tree.

    Yields
    ------
    Understanding, Done or None
        `Understanding` first without importances, then as the forest grows, several times a
        second at most; None after each tree, where other work may go first.

    Raises
    ------
    CatalogError
        If there is no such column, or no vectors of the encoder.
    UsageError
        If the column holds no numbers, or (after the first event) too few, or all the same.
    Cancelled
        If cancelled.
    """
    started, cancel = time.perf_counter(), cancel or CancelToken()
    values = _values(catalog, column)
    vectors = catalog.embeddings(encoder)
    known = _Known(encoder, column, vectors, Spectrum.of(vectors), values)
    first = known.spread_alone(job)
    yield first
    cancel.check()
    known.check()
    forest = ImportanceForest(*known.for_forest(seed), seed=seed)
    first = replace(first, most_trees=forest.most_trees, notes=known.notes())
    told = 0.0
    while not forest.finished:
        forest.step()
        cancel.check()
        if time.perf_counter() - told >= _TELL and not forest.finished:
            told = time.perf_counter()
            yield _grown(first, forest)
        yield None
    yield _grown(first, forest)
    yield Done(job, time.perf_counter() - started)


def _values(catalog: Catalog, column: str) -> NDArray[np.float64]:
    values = catalog.column(column)
    if values.dtype.kind not in "biuf":
        raise UsageError(
            f"the column {column!r} holds words, not numbers",
            subject=catalog.path,
            remedy=f"choose one of {', '.join(numeric_columns(catalog))}",
        )
    return values.astype(np.float64)


@dataclass(frozen=True)
class _Known:
    """Vectors, how they are spread, and what is to be told of them."""

    encoder: str
    column: str
    vectors: NDArray[np.floating]
    spectrum: Spectrum
    values: NDArray[np.float64]

    @property
    def used(self) -> NDArray[np.bool_]:
        """The sources with a sound vector and a value."""
        return self.spectrum.sound & np.isfinite(self.values)

    def check(self) -> None:
        """Refuse what a forest could not be grown from, naming the column."""
        numbers = self.values[self.used]
        if len(numbers) < FEWEST:
            raise UsageError(
                f"{len(numbers)} of {len(self.values):,} sources have a number in the column "
                f"{self.column!r}, and the importance of components needs {FEWEST}",
                remedy="choose another column",
            )
        if numbers.min() == numbers.max():
            raise UsageError(
                f"all sources have the same value in the column {self.column!r}, so that there is "
                "nothing to tell apart",
                remedy="choose another column",
            )

    def for_forest(self, seed: int) -> tuple[NDArray[np.floating], NDArray[np.float64]]:
        """Return vectors and values that trees are grown from: of many sources, some by chance."""
        rows = np.flatnonzero(self.used)
        if len(rows) > _MOST_SOURCES:
            chosen = np.random.default_rng(seed).choice(rows, _MOST_SOURCES, replace=False)
            rows = np.sort(chosen)
        return self.vectors[rows], self.values[rows]

    def notes(self) -> list[NoteText]:
        """Say what was left out."""
        notes, sound, used = [], self.spectrum.sound, self.used
        if broken := int((~sound).sum()):
            text = f"{_sources(broken)} left out whose vector holds NaN or infinity."
            notes.append(NoteText(code="vectors", text=text))
        if unknown := int((sound & ~used).sum()):
            text = f"{_sources(unknown)} left out of the importance for want of a value."
            notes.append(NoteText(code="unknown", text=text))
        if used.sum() > _MOST_SOURCES:
            text = f"The forest was grown from {_MOST_SOURCES:,} sources drawn by chance."
            notes.append(NoteText(code="many", text=text))
        return notes

    def spread_alone(self, job: str) -> Understanding:
        """Return what is known before the first tree."""
        used, width = self.used, self.vectors.shape[1]
        numbers = self.values[used]
        varied = len(numbers) > 1 and numbers.min() < numbers.max()
        nothing = np.full(width, np.nan, dtype=np.float32)
        return Understanding(
            job=job,
            encoder=self.encoder,
            column=self.column,
            sources=int(self.spectrum.sound.sum()),
            unknown=int((self.spectrum.sound & ~used).sum()),
            explained=self.spectrum.explained.astype(np.float32),
            mean=self.spectrum.mean.astype(np.float32),
            spread=self.spectrum.spread.astype(np.float32),
            correlation=(
                correlations(self.vectors[used], numbers).astype(np.float32) if varied else nothing
            ),
            importance=nothing,
            error=nothing,
            trees=0,
            most_trees=0,
            passes=0,
            score=None,
            change=None,
            settled=False,
            complete=False,
            notes=self.notes(),
        )


def _grown(first: Understanding, forest: ImportanceForest) -> Understanding:
    score, change = forest.score, forest.change
    return replace(
        first,
        importance=forest.importance.astype(np.float32),
        error=forest.error.astype(np.float32),
        trees=forest.trees,
        passes=forest.passes,
        score=None if math.isnan(score) else score,
        change=None if math.isnan(change) else change,
        settled=forest.settled,
        complete=forest.finished,
    )


def _sources(count: int) -> str:
    return "1 source is" if count == 1 else f"{count:,} sources are"
