"""Two surveys compared: how far B's likelihoods and vectors lie from A's, and whether inside."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.support import Outside, Support, outside, support
from radgalgui.analysis.two_samples import (
    Apart,
    energy_of_numbers,
    energy_of_vectors,
    kolmogorov_smirnov,
)
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.sets import SetToJudge, find_set, judge_of
from radgalgui.progress import CancelToken, Progress, silent

if TYPE_CHECKING:
    from radgalgui.jobs.likelihood.judge import Judge
    from radgalgui.jobs.search import Searcher

__all__ = ["Comparison", "Side", "compare", "comparing"]

_FLOW: Final = METHODS.index("log_likelihood")
_WHERE: Final = tuple(
    map(METHODS.index, ("log_likelihood", "local_outlier_factor", "knn_distance"))
)
"""What tells whether a catalogue has sources there: not what cuts or draws images."""

_VECTORS: Final = 1000  # of each side, for the energy distance between vectors
_FEW: Final = 50
_TAILED: Final = 2000  # sources of which the central 99.9 % leave out one at either end
_WORDS: Final = "judging the sources of the other"


@dataclass(frozen=True)
class Side:
    """One of two sets.

    Parameters
    ----------
    title : str
        What users call it.
    sources : int
    median : float
        Of the log-likelihoods, nats.
    percentile : float
        Median percentile of the log-likelihoods among A's own; 50 for A.
    """

    title: str
    sources: int
    median: float
    percentile: float


@dataclass(frozen=True)
class Comparison:
    """How the sources of B lie to those of A.

    Parameters
    ----------
    a, b : Side
    encoder : str
        By whose vectors.
    ks : Apart
        Kolmogorov-Smirnov between the log-likelihoods.
    energy_likelihood : Apart
        Energy distance between the log-likelihoods, the square root of nats.
    energy_vectors : Apart or None
        Energy distance between the vectors, None where B is a single source.
    outside : Outside
        Of B, outside the central 99.9 % of A's log-likelihoods.
    support : Support
        Of B, where A has sources, by the flow, the local outlier factor and the neighbours.
    notes : tuple of str
        Sentences on what limits the comparison.
    log_likelihood : ndarray, shape (n,), float32
        Of B's sources, in nats.
    """

    a: Side
    b: Side
    encoder: str
    ks: Apart
    energy_likelihood: Apart
    energy_vectors: Apart | None
    outside: Outside
    support: Support
    notes: tuple[str, ...]
    log_likelihood: NDArray[np.float32] = field(repr=False)

    @property
    def sentence(self) -> str:
        """The answer: whether B lies inside A's support, with the numbers it rests on."""
        found, verb = self.support, "lies" if self.b.sources == 1 else "lie"
        return (
            f"{self.b.title} lies {found.verdict} the support of {self.a.title}: "
            f"{_per_cent(found.share)} ({_per_cent(found.low)} to {_per_cent(found.high)}) of its "
            f"{_sources(self.b.sources)} {verb} where the other has sources, as "
            f"{_per_cent(found.own)} of the other's own do by the same rule."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as JSON holds them, without the sources' log-likelihoods."""
        ks = asdict(self.ks)
        ks["statistic"] = ks.pop("value")
        ks.pop("share")
        vectors = None if self.energy_vectors is None else asdict(self.energy_vectors)
        return {
            "a": asdict(self.a),
            "b": asdict(self.b),
            "encoder": self.encoder,
            "ks": ks,
            "energy_likelihood": asdict(self.energy_likelihood),
            "energy_vectors": vectors,
            "outside": asdict(self.outside),
            "support": asdict(self.support),
            "sentence": self.sentence,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class _Judged:
    """What was told of a set's sources: scores (n, 5), and the vectors of some (m, D)."""

    scores: NDArray[np.float32]
    vectors: NDArray[np.float32]


def comparing(
    searcher: Searcher,
    other: str,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Generator[None, None, Comparison]:
    """Compare a set or another catalogue, B, with the catalogue of a searcher, A.

    Vectors of B are those it has stored, where the same weights made them; otherwise its images
    are embedded.

    Parameters
    ----------
    searcher : Searcher
        With the catalogue and the encoder that are the measure.
    other : str
        The folder of a catalogue, or a set as `radgalgui.jobs.likelihood.sets.score_set` takes.

    Yields
    ------
    None
        Between the steps, where other work may go first.

    Returns
    -------
    Comparison

    Raises
    ------
    CatalogError
        If A has no likelihoods of the encoder, or B is no catalogue that the encoder can see.
    DataError
        If the vectors of a set are missing, damaged, or of another encoder.
    UsageError
        If there is no such set, or it has no source.
    Cancelled
        If cancelled.
    """
    cancel = cancel or CancelToken()
    judge = _judge(searcher)
    yield
    found = find_set(searcher, judge, other)
    if not found.total:
        raise UsageError("has no sources to compare", subject=other)
    judged = yield from _judged(found, judge, progress, cancel)
    own, told = judge.reference.scores[:, _FLOW], judged.scores[:, _FLOW]
    standing = judge.percentiles(judged.scores)
    yield from _pause(cancel)
    ks = kolmogorov_smirnov(own, told)
    yield from _pause(cancel)
    energy = energy_of_numbers(own, told)
    yield from _pause(cancel)
    mine = _own_vectors(searcher)
    vectors = energy_of_vectors(mine, judged.vectors) if len(judged.vectors) > 1 else None
    yield from _pause(cancel)
    where = support(judge.reference.own[:, _WHERE], standing[:, _WHERE])
    catalog = searcher.catalog
    return Comparison(
        Side(catalog.manifest.title, len(catalog), float(np.nanmedian(own)), 50.0),
        Side(
            found.title,
            len(told),
            float(np.nanmedian(told)),
            float(np.nanmedian(standing[:, _FLOW])),
        ),
        searcher.encoder.name,
        ks,
        energy,
        vectors,
        outside(own, told),
        where,
        tuple(_notes(searcher, found)),
        told,
    )


def compare(
    searcher: Searcher,
    other: str,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Return what `comparing` does, without giving way to other work."""
    steps = comparing(searcher, other, progress=progress, cancel=cancel)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            told: Comparison = end.value
            return told


def _judge(searcher: Searcher) -> Judge:
    """Return what judges by A; what to run first where nothing does is part of the refusal."""
    catalog, encoder = searcher.catalog, searcher.encoder.name
    if encoder not in catalog.manifest.likelihoods:
        raise CatalogError(
            f"no likelihoods by {encoder!r} are in this catalogue to compare with",
            subject=catalog.path,
            remedy=f"run first: radgalgui catalog likelihood {catalog.path} --encoder {encoder}",
        )
    return judge_of(searcher)


def _judged(
    found: SetToJudge, judge: Judge, progress: Progress, cancel: CancelToken
) -> Generator[None, None, _Judged]:
    """Judge the sources of a set, some at a time, and keep the vectors of some."""
    kept = _some(found.total)
    scores, vectors, done = [], [], 0
    for part in found.portions:
        cancel.check()
        if part is not None:
            scores.append(judge.scores(part.vectors, part.reconstruction))
            inside = kept[(kept >= done) & (kept < done + len(part.vectors))] - done
            vectors.append(np.asarray(part.vectors[inside], dtype=np.float32))
            done += len(part.vectors)
            progress(done, found.total, _WORDS)
        yield
    return _Judged(np.concatenate(scores), np.concatenate(vectors))


def _own_vectors(searcher: Searcher) -> NDArray[np.float32]:
    stored = searcher.catalog.embeddings(searcher.encoder.name)
    return np.asarray(stored[_some(len(stored))], dtype=np.float32)


def _some(count: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Return rows, rising, that are looked at where all would be too many."""
    return np.sort(np.random.default_rng(seed).permutation(count)[:_VECTORS])


def _pause(cancel: CancelToken) -> Generator[None, None, None]:
    cancel.check()
    yield


def _notes(searcher: Searcher, found: SetToJudge) -> list[str]:
    notes = [note["text"] for note in found.notes]
    if searcher.catalog.manifest.simulated:
        notes.append(
            "The measure is a simulated catalogue: what it lacks counts as outside, however "
            "usual it is in the sky."
        )
    if len(searcher.catalog) < _TAILED:
        notes.append(
            f"Of {len(searcher.catalog):,} sources the central 99.9 % are all; with {_TAILED:,} or "
            "more the share outside would tell more."
        )
    if found.total < _FEW:
        notes.append(
            f"{found.title} has {_sources(found.total)}: intervals are wide, and a few more may "
            "change the verdict."
        )
    return notes


def _sources(count: int) -> str:
    return f"{count:,} source{'' if count == 1 else 's'}"


def _per_cent(share: float) -> str:
    return f"{100.0 * share:.1f} %"
