"""How far two sets of sources, A and B, lie apart: Kolmogorov-Smirnov and energy distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CENTRAL",
    "Apart",
    "central_limits",
    "energy_of_numbers",
    "energy_of_vectors",
    "known_numbers",
    "kolmogorov_smirnov",
]

CENTRAL: Final = 0.999
"""The share of A's own sources between the two limits beyond which a source is outside."""

_MOST: Final = 50_000  # numbers of a set that are looked at: of more, some
_MOST_VECTORS: Final = 1000
_DRAWS: Final = 200
_ENDS: Final = (0.025, 0.975)


@dataclass(frozen=True)
class Apart:
    """How far two samples lie apart.

    Parameters
    ----------
    value : float
        0 where they are the same.
    low, high : float
        95 % interval, by drawing the sources of both again.
    by_chance : float
        What is not exceeded in 95 of 100 cases where both are drawn from the same sources.
    p_value : float
        How often two samples of the same sources would lie so far apart.
    share : float
        The distance as a share of what is possible: 0 the same, 1 without anything in common.
    sampled : int
        How many sources of each set were looked at, at most.
    """

    value: float
    low: float
    high: float
    by_chance: float
    p_value: float
    share: float
    sampled: int


def kolmogorov_smirnov(a: ArrayLike, b: ArrayLike, *, seed: int = 0) -> Apart:
    """Return the largest difference of the two cumulative distributions [1]_.

    Parameters
    ----------
    a, b : array-like, shape (N,), (n,)
        Numbers of the sources; NaN is left out.
    seed : int
        Of what is drawn.

    Raises
    ------
    UsageError
        If a set has no number.

    References
    ----------
    .. [1] Hodges 1958, Arkiv för Matematik 3, 469
    """
    from scipy.stats import ks_2samp

    one, other = _numbers(a, b, seed)
    pooled = _Pooled(one, other)
    value = float(pooled.largest(pooled.counts()))
    again, mixed = pooled.drawn(pooled.largest, seed)
    low, high = np.quantile(again, _ENDS)
    p_value = float(ks_2samp(one, other).pvalue)
    return Apart(
        value,
        min(float(low), value),
        max(float(high), value),
        float(np.quantile(mixed, 0.95)),
        p_value,
        value,
        max(len(one), len(other)),
    )


def energy_of_numbers(a: ArrayLike, b: ArrayLike, *, seed: int = 0) -> Apart:
    """Return the energy distance [1]_ of numbers, in their own unit's square root.

    Parameters
    ----------
    a, b : array-like, shape (N,), (n,)
        Numbers of the sources; NaN is left out.  A number that lies further from the central
        99.9 % of A than these are wide counts as if it lay there: one far-off source, which may
        have a log-likelihood of -1e10, would be all that the distance tells.
    seed : int
        Of what is drawn.

    Returns
    -------
    Apart
        ``value`` as `scipy.stats.energy_distance`, ``share`` its square over the largest it could
        be with the same mean distance between sources of A and B.

    Raises
    ------
    UsageError
        If a set has no number.

    References
    ----------
    .. [1] Székely & Rizzo 2013, J. Stat. Planning and Inference 143, 1249
    """
    one, other = _numbers(a, b, seed)
    low, high = central_limits(one)
    width = high - low
    one, other = (np.clip(each, low - width, high + width) for each in (one, other))
    pooled = _Pooled(one, other)
    square = float(pooled.area(pooled.counts()))
    between = float(pooled.between(pooled.counts()))
    again, mixed = pooled.drawn(pooled.area, seed)
    return _energy(square, between, again, mixed, max(len(one), len(other)))


def energy_of_vectors(a: NDArray[np.floating], b: NDArray[np.floating], *, seed: int = 0) -> Apart:
    """Return the energy distance of vectors (N, D) and (n, D), by their Euclidean distances.

    At most 1000 of each are looked at.  The same as `energy_of_numbers` otherwise, but free of
    the bias of small samples, so that it may be 0 for samples that differ a little.

    Raises
    ------
    UsageError
        If a set has fewer than two vectors, or they are of different lengths.
    """
    if min(len(a), len(b)) < 2 or np.shape(a)[1:] != np.shape(b)[1:]:
        raise UsageError(
            f"vectors of shapes {np.shape(a)} and {np.shape(b)} do not compare",
            remedy="compare two sets with two sources or more, by the same encoder",
        )
    rng = np.random.default_rng(seed)
    one, other = (
        np.asarray(each[np.sort(rng.permutation(len(each))[:_MOST_VECTORS])], dtype=np.float64)
        for each in (a, b)
    )
    n, m = len(one), len(other)
    split = _Split(_distances(np.concatenate([one, other])))
    first = np.arange(n + m)[None] < n
    square, between = split.energies(first, ~first, (n * (n - 1), m * (m - 1)))
    # Drawn again, a source is often beside itself, which the divisors make up for.
    some = rng.multinomial(n, np.full(n, 1 / n), size=_DRAWS)
    others = rng.multinomial(m, np.full(m, 1 / m), size=_DRAWS)
    again = split.energies(
        np.pad(some, ((0, 0), (0, m))),
        np.pad(others, ((0, 0), (n, 0))),
        ((n - 1) ** 2, (m - 1) ** 2),
    )[0]
    mixed = rng.permuted(np.repeat(first, _DRAWS, axis=0), axis=1)
    chance = split.energies(mixed, ~mixed, (n * (n - 1), m * (m - 1)))[0]
    return _energy(float(square[0]), float(between[0]), again, chance, max(n, m))


def central_limits(values: NDArray[np.floating]) -> tuple[float, float]:
    """Return the numbers between which the central 99.9 % lie."""
    low, high = np.quantile(values, [(1.0 - CENTRAL) / 2.0, (1.0 + CENTRAL) / 2.0])
    return float(low), float(high)


def known_numbers(values: ArrayLike) -> NDArray[np.float64]:
    """Return numbers without NaN, shape (N,).

    Raises
    ------
    UsageError
        If none is left.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    numbers = numbers[~np.isnan(numbers)]
    if not len(numbers):
        raise UsageError("there are no numbers to compare")
    return numbers


class _Pooled:
    """Two samples of numbers sorted together, and what their cumulative distributions tell.

    A draw is how often each number counts, in the sorted order.
    """

    def __init__(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> None:
        values = np.concatenate([one, other])
        order = np.argsort(values, kind="stable")
        self._first = order < len(one)
        self._values = values[order]
        self._last = np.append(np.diff(self._values) > 0, True)  # of equal numbers

    def counts(self) -> NDArray[np.float64]:
        """Return each number once, (N + n,)."""
        return np.ones(len(self._values))

    def largest(self, counts: NDArray[np.float64], first: NDArray[np.bool_] | None = None) -> float:
        """Return the largest difference of the two cumulative distributions."""
        one, other = self._cumulative(counts, first)
        return float(np.abs(one - other)[self._last].max())

    def area(self, counts: NDArray[np.float64], first: NDArray[np.bool_] | None = None) -> float:
        """Return twice the area of their squared difference: the energy distance squared."""
        one, other = self._cumulative(counts, first)
        return float(2.0 * ((one - other)[:-1] ** 2 @ np.diff(self._values)))

    def between(self, counts: NDArray[np.float64]) -> float:
        """Return twice the mean distance between a number of one and of the other."""
        one, other = self._cumulative(counts, None)
        each = one * (1.0 - other) + other * (1.0 - one)
        return float(2.0 * (each[:-1] @ np.diff(self._values)))

    def drawn(
        self, told: Callable[..., float], seed: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return a statistic with the sources drawn again, and with the samples mixed."""
        rng = np.random.default_rng(seed)
        again, mixed = np.empty(_DRAWS), np.empty(_DRAWS)
        places = [np.flatnonzero(self._first), np.flatnonzero(~self._first)]
        for number in range(_DRAWS):
            counts = np.zeros(len(self._values))
            for some in places:
                counts[some] = np.bincount(
                    rng.integers(0, len(some), len(some)), minlength=len(some)
                )
            again[number] = told(counts)
            mixed[number] = told(self.counts(), rng.permutation(self._first))
        return again, mixed

    def _cumulative(
        self, counts: NDArray[np.float64], first: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        first = self._first if first is None else first
        one = np.cumsum(np.where(first, counts, 0.0))
        other = np.cumsum(np.where(first, 0.0, counts))
        return one / one[-1], other / other[-1]


class _Split:
    """Distances between sources, summed over two samples of them.

    Parameters
    ----------
    apart : ndarray, shape (R, R)
    """

    def __init__(self, apart: NDArray[np.float64]) -> None:
        self._apart = apart

    def energies(
        self,
        first: NDArray[np.generic],
        second: NDArray[np.generic],
        divisors: tuple[float, float],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return energy distances squared, and twice the mean distances between the samples.

        Parameters
        ----------
        first, second : ndarray, shape (B, R)
            How often each source counts in each of several draws of either sample.
        divisors : tuple of float
            Pairs that there are within a sample.
        """
        one, other = (np.asarray(each, dtype=np.float64) for each in (first, second))
        from_one, from_other = one @ self._apart, other @ self._apart
        pairs = one.sum(axis=1) * other.sum(axis=1)
        between = 2.0 * (from_one * other).sum(axis=1) / pairs
        within = (from_one * one).sum(axis=1) / divisors[0]
        within = within + (from_other * other).sum(axis=1) / divisors[1]
        return between - within, between


def _energy(
    square: float,
    between: float,
    again: NDArray[np.float64],
    mixed: NDArray[np.float64],
    sampled: int,
) -> Apart:
    """Return an energy distance, from squares: its own, drawn again, and by chance."""
    value = float(np.sqrt(max(square, 0.0)))
    low, high = np.sqrt(np.maximum(np.quantile(again, _ENDS), 0.0))
    return Apart(
        value,
        min(float(low), value),
        max(float(high), value),
        float(np.sqrt(max(float(np.quantile(mixed, 0.95)), 0.0))),
        float((1 + (mixed >= square).sum()) / (1 + len(mixed))),
        max(square, 0.0) / between if between > 0 else 0.0,
        sampled,
    )


def _distances(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Euclidean distances between vectors, shape (R, R)."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(vectors, vectors))


def _numbers(a: ArrayLike, b: ArrayLike, seed: int) -> tuple[NDArray[np.float64], ...]:
    """Return the numbers of both sets, of many some."""
    rng = np.random.default_rng(seed)
    return tuple(rng.permutation(known_numbers(each))[:_MOST] for each in (a, b))
