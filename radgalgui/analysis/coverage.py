"""How much of one set of vectors lies where another has seen such: novelty and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.analysis.neighbours import HnswIndex, others_than
from radgalgui.errors import UsageError
from radgalgui.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.analysis.neighbours import NeighbourIndex
    from radgalgui.progress import CancelToken, Progress

__all__ = ["LEAST", "LEVEL", "NEIGHBOURS", "Coverage", "Familiarity", "Judged", "coverage"]

NEIGHBOURS = 20
"""Nearest sources that a source's distance is the mean of."""

LEVEL = 99.0
"""Per cent of the reference's own sources that are called familiar, by each of two measures."""

LEAST = 50
"""Sources that a reference must have: of fewer nothing can be called usual."""

_SAMPLE = 4000  # own sources by which it is known what is usual
_BLOCK = 1024
_OWN_EF = 64  # candidates for own neighbours: they lie close, and are found with fewer
_RESAMPLES = 1000
_ROUNDING = 1e-5  # added to distances: among twins they are rounding, whose ratio tells nothing


@dataclass(frozen=True)
class Judged:
    """What is known of some vectors beside a reference.

    Parameters
    ----------
    ids, similarity : ndarray, shape (Q, k)
        Their nearest sources in the reference, best first, and the cosine similarity.
    distance : ndarray, shape (Q,)
        Mean cosine distance (1 - similarity) to these.
    relative : ndarray, shape (Q,)
        That distance over the mean distance that these sources have from their own nearest: far
        above 1 where a source lies beside a region rather than in it.
    novelty : ndarray, shape (Q,)
        Per cent of the reference's own sources that lie nearer to theirs; by ``distance`` or by
        ``relative``, whichever is more.
    """

    ids: NDArray[np.int64]
    similarity: NDArray[np.float32]
    distance: NDArray[np.float64]
    relative: NDArray[np.float64]
    novelty: NDArray[np.float64]

    @property
    def familiar(self) -> NDArray[np.bool_]:
        """Whether each lies where the reference has sources, shape (Q,)."""
        return np.asarray(self.novelty < LEVEL)


class Familiarity:
    """Knows how far a reference's own sources lie from their nearest, each left out in turn.

    The mean distance alone does not tell noise from galaxies: specks lie close to the many
    compact sources, nearer than rare large galaxies lie to anything, and yet where no source
    is.  So it is also measured against the distances that are usual in that very region, as
    the local outlier factor does [1]_.

    Parameters
    ----------
    index : NeighbourIndex
        Over ``vectors``.
    vectors : ndarray, shape (N, D)
        The reference's, at least `LEAST`.
    neighbours : int
        Nearest sources that are looked at.
    seed : int
        Draws the own sources that are looked at where there are more than some thousands.

    Raises
    ------
    UsageError
        If the reference has too few sources.

    References
    ----------
    .. [1] Breunig et al. 2000, SIGMOD, doi:10.1145/335191.335388
    """

    def __init__(
        self,
        index: NeighbourIndex,
        vectors: NDArray[np.floating],
        *,
        neighbours: int = NEIGHBOURS,
        seed: int = 0,
    ) -> None:
        if len(vectors) < LEAST:
            raise UsageError(
                f"the reference has {len(vectors)} sources, too few to know what is usual",
                remedy=f"take a catalogue of {LEAST} or more as the reference",
            )
        self._index, self._vectors = index, vectors
        self.neighbours = min(neighbours, len(vectors) - 1)
        self._own = np.full(len(vectors), np.nan)
        rng = np.random.default_rng(seed)
        some = rng.permutation(len(vectors))[:_SAMPLE]
        self._waiting = np.sort(some)
        self._seen: list[NDArray[np.float64]] = []
        self.usual = np.empty((0, 2))

    @property
    def ready(self) -> bool:
        """Whether it is known what is usual, and `judge` may be called."""
        return len(self.usual) > 0

    def prepare(self, *, progress: Progress = silent, cancel: CancelToken | None = None) -> None:
        """Find out what is usual; some seconds for tens of thousands of sources."""
        total = len(self._waiting)
        while self.step():
            if cancel is not None:
                cancel.check()
            progress(total - len(self._waiting), total, "looking at the reference")

    def step(self) -> bool:
        """Look at some more own sources; return whether there are more to look at."""
        rows, self._waiting = self._waiting[:_BLOCK], self._waiting[_BLOCK:]
        if len(rows):
            ids, distance = self._own_neighbours(rows)
            self._own[rows] = distance
            self._seen.append(np.column_stack([distance, self._around(ids)]))
        if not len(self._waiting) and not self.ready:
            distance, around = np.concatenate(self._seen).T
            self.usual = np.column_stack([distance, _relative(distance, around)])
            self._seen = []
        return len(self._waiting) > 0

    def judge(self, vectors: NDArray[np.floating]) -> Judged:
        """Tell how familiar other vectors are, shape (Q, D).

        Raises
        ------
        UsageError
            If they are of another length, not finite or zero, or `prepare` was not called.
        """
        if not self.ready:
            raise UsageError("the reference has not been looked at yet")
        ids, similarity = self._index.search(vectors, self.neighbours)
        distance = 1.0 - similarity.astype(np.float64).mean(axis=1)
        relative = _relative(distance, self._around(ids))
        novelty = np.maximum(
            _percentile(self.usual[:, 0], distance), _percentile(self.usual[:, 1], relative)
        )
        return Judged(ids, similarity, distance, relative, novelty)

    def _around(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean own distance of each row of sources (Q, k), looked up or measured."""
        missing = np.unique(ids[np.isnan(self._own[ids])])
        for start in range(0, len(missing), _BLOCK):
            rows = missing[start : start + _BLOCK]
            self._own[rows] = self._own_neighbours(rows)[1]
        return np.asarray(self._own[ids].mean(axis=1))

    def _own_neighbours(
        self, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest other sources of own ones (Q, k), and their mean distance (Q,)."""
        vectors = np.asarray(self._vectors[rows], dtype=np.float32)
        if isinstance(self._index, HnswIndex):
            ids, alike = self._index.search(vectors, self.neighbours + 1, ef=_OWN_EF)
        else:
            ids, alike = self._index.search(vectors, self.neighbours + 1)
        others = others_than(rows, ids)
        shape = (len(rows), self.neighbours)
        distance = 1.0 - alike[others].reshape(shape).astype(np.float64)
        return ids[others].reshape(shape), distance.mean(axis=1)


@dataclass(frozen=True)
class Coverage:
    """Which share of some sources is familiar to a reference.

    Parameters
    ----------
    share : float
        From 0 to 1.
    low, high : float
        95 % interval.
    own : float
        The share of the reference's own sources that is familiar by the same rule, each left
        out in turn: what a perfect match would have.
    """

    share: float
    low: float
    high: float
    own: float


def coverage(
    usual: NDArray[np.floating], others: NDArray[np.floating], *, seed: int = 0
) -> Coverage:
    """Return the share of others that is within what is usual.

    The interval is from a bootstrap: own sources are drawn again, which moves the limits; and
    for those limits a share is drawn from its posterior given the count (Jeffreys' prior),
    rather than sources drawn again, which says nothing of few sources that are all familiar.

    Parameters
    ----------
    usual : ndarray, shape (R, 2)
        `Familiarity.usual`.
    others : ndarray, shape (Q, 2)
        Their ``distance`` and ``relative``.
    seed : int
        Of the bootstrap.

    Raises
    ------
    UsageError
        If there are no others.
    """
    if not len(others):
        raise UsageError("there are no sources to tell the coverage of")
    rng = np.random.default_rng(seed)
    limits = _limits(usual)
    count = _inside(others, limits)
    shares = np.empty(_RESAMPLES)
    for number in range(_RESAMPLES):
        drawn = _limits(usual[rng.integers(0, len(usual), len(usual))])
        inside = _inside(others, drawn)
        shares[number] = rng.beta(inside + 0.5, len(others) - inside + 0.5)
    low, high = np.quantile(shares, (0.025, 0.975))
    share = count / len(others)
    own = _inside(usual, limits) / len(usual)
    return Coverage(share, min(float(low), share), max(float(high), share), own)


def _limits(usual: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the distance and the relative distance that `LEVEL` per cent stay within."""
    at = int(np.ceil(LEVEL / 100 * len(usual))) - 1
    return np.asarray(np.partition(usual, at, axis=0)[at])


def _inside(values: NDArray[np.floating], limits: NDArray[np.floating]) -> int:
    return int((values <= limits).all(axis=1).sum())


def _relative(distance: NDArray[np.float64], around: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((distance + _ROUNDING) / (around + _ROUNDING))


def _percentile(usual: NDArray[np.floating], values: NDArray[np.floating]) -> NDArray[np.float64]:
    below = np.searchsorted(np.sort(usual), values, side="left")
    return np.asarray(100.0 * below / len(usual))
