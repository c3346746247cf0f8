"""Where the sources of one set, B, lie to those of another, A: within its range, in its support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from radgalgui.analysis.two_samples import CENTRAL, central_limits, known_numbers
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEVEL", "Outside", "Support", "Verdict", "outside", "support"]

LEVEL: Final = 1.0
"""Percentile below which a source is stranger than what counts as A's support."""

Verdict = Literal["inside", "mostly inside", "partly outside", "outside"]

_DRAWS: Final = 1000
_ENDS: Final = (0.025, 0.975)
_NEARLY_ALL, _MOST_OF, _HALF = 0.98, 0.90, 0.50  # of what A's own sources reach


@dataclass(frozen=True)
class Outside:
    """Which share of B lies beyond what nearly all of A lies within, at either end.

    Parameters
    ----------
    below, above : float
        Shares, 0 to 1.
    share : float
        Both together.
    low, high : float
        95 % interval of that.
    limits : tuple of float
        Between which the central 99.9 % of A lie.
    """

    below: float
    above: float
    share: float
    low: float
    high: float
    limits: tuple[float, float]


@dataclass(frozen=True)
class Support:
    """Whether B lies where A has sources.

    Parameters
    ----------
    verdict : str
        See `support`.
    share : float
        Of B, where A has sources, 0 to 1.
    low, high : float
        95 % interval.
    own : float
        Of A's own sources by the same rule.
    """

    verdict: Verdict
    share: float
    low: float
    high: float
    own: float


def outside(a: ArrayLike, b: ArrayLike, *, seed: int = 0) -> Outside:
    """Return which share of B lies outside the central 99.9 % of A, below and above apart.

    The interval holds what is not known of A's limits and of the share of B beyond them
    (Jeffreys' prior).  Of fewer than 2,000 sources of A the central 99.9 % are all, so that more
    of B must lie outside: measured, the interval then tells this A, not the survey behind it.

    Parameters
    ----------
    a, b : array-like, shape (N,), (n,)
        Numbers of the sources; NaN is left out.

    Raises
    ------
    UsageError
        If a set has no number.
    """
    one, other = np.sort(known_numbers(a)), np.sort(known_numbers(b))
    rng = np.random.default_rng(seed)
    limits = central_limits(one)
    below, above = _beyond(other, *limits)
    # So many of N lie beyond the true limit, which lies between them and the next.
    places = rng.binomial(len(one), (1.0 - CENTRAL) / 2.0, size=(2, _DRAWS))
    low_at, high_at = np.clip(places - rng.integers(0, 2, size=places.shape), 0, len(one) - 1)
    counts = np.add(*_beyond(other, one[low_at], one[len(one) - 1 - high_at]))
    shares = rng.beta(counts + 0.5, len(other) - counts + 0.5)
    low, high = np.quantile(shares, _ENDS)
    share = float((below + above) / len(other))
    return Outside(
        float(below / len(other)),
        float(above / len(other)),
        share,
        min(float(low), share),
        max(float(high), share),
        limits,
    )


def support(own: NDArray[np.floating], others: NDArray[np.floating], *, seed: int = 0) -> Support:
    """Tell whether B lies where A has sources.

    A source lies there if by no method it is among the strangest 1 % of A.  As these are not the
    same 1 % for each method, some per cent of A's own sources are left out by this rule, and B
    is measured by what A's own reach: *inside* if as large a share of B lies there (98 %
    of A's, or no less than chance allows), *mostly inside* from 90 % of A's share, *partly
    outside* from half, *outside* below.

    Parameters
    ----------
    own, others : ndarray, shape (N, M), (n, M)
        Percentiles of the sources of A and of B among A's, by each method; NaN, which decides
        nothing, where a method has no say.
    seed : int
        Of the interval.

    Raises
    ------
    UsageError
        If there are no sources in one of them.
    """
    if not len(own) or not len(others):
        raise UsageError("there are no sources to compare")
    reached = float(_supported(own).mean())
    count = int(_supported(others).sum())
    rng = np.random.default_rng(seed)
    low, high = np.quantile(rng.beta(count + 0.5, len(others) - count + 0.5, _DRAWS * 20), _ENDS)
    share = count / len(others)
    part = share / max(reached, 1 / len(own))
    if part >= _NEARLY_ALL or (high >= reached and part >= _MOST_OF):
        verdict: Verdict = "inside"
    elif part >= _MOST_OF:
        verdict = "mostly inside"
    else:
        verdict = "partly outside" if part >= _HALF else "outside"
    return Support(verdict, share, min(float(low), share), max(float(high), share), reached)


def _beyond(
    rising: NDArray[np.float64], low: ArrayLike, high: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many of some sorted numbers lie below ``low`` and above ``high``."""
    below = np.searchsorted(rising, low, side="left")
    return np.asarray(below), np.asarray(len(rising) - np.searchsorted(rising, high, side="right"))


def _supported(percentiles: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which sources are not among the strangest by any method, shape (N,)."""
    return np.asarray(~(np.asarray(percentiles) < LEVEL).any(axis=1))
