"""The Fréchet distance between two sets of vectors, and what so many of them tell of it.

Estimated from few vectors it comes out too large, by an amount that falls with their number
(Chong & Forsyth 2020), so distances are compared for equal numbers, and extrapolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError

__all__ = ["Distances", "frechet_distance", "measure_distances"]

_SHARES: Final = (0.5, 0.6, 0.75, 1.0)


@dataclass(frozen=True)
class Distances:
    """The distance of a set from the real sources.

    Parameters
    ----------
    value : float
        Between as many of each as half of the real sources; the mean over several splits.
    spread : float
        Standard deviation over the splits.
    extrapolated : float
        To infinitely many of each, by a straight line over the reciprocal of their number; the
        estimate scatters around the truth, so a distance of nothing may come out below 0.
    """

    value: float
    spread: float
    extrapolated: float


def frechet_distance(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Return the squared distance between the normal distributions nearest to two sets.

    ``|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2))``.

    Parameters
    ----------
    first, second : ndarray, shapes (N, D) and (M, D)
        At least 2 vectors each.

    Raises
    ------
    UsageError
        If widths differ or there are too few vectors.

    References
    ----------
    Heusel et al. 2017, "GANs trained by a two time-scale update rule", arXiv 1706.08500.
    """
    if first.shape[1:] != second.shape[1:] or min(len(first), len(second)) < 2:
        raise UsageError(f"no distance between vectors of shapes {first.shape}, {second.shape}")
    (mean_a, spread_a), (mean_b, spread_b) = _moments(first), _moments(second)
    root = _root(spread_a)
    # The trace of the root of a product is that of the root of this symmetric one.
    middle = np.linalg.eigvalsh(root @ spread_b @ root)
    shared = float(np.sqrt(np.maximum(middle, 0.0)).sum())
    apart = float(np.square(mean_a - mean_b).sum())
    return apart + float(np.trace(spread_a) + np.trace(spread_b)) - 2 * shared


def measure_distances(
    real: NDArray[np.floating],
    others: Sequence[NDArray[np.floating]],
    *,
    splits: int = 8,
    seed: int = 0,
) -> list[Distances]:
    """Return the distances of several sets from real sources, all from equal numbers.

    Parameters
    ----------
    real : ndarray, shape (N, D)
        In each split, one half is what all are compared with, and the other is compared too.
    others : sequence of ndarray, each of shape (M, D)
        Where M is less than N / 2, this set alone is compared with fewer.
    splits, seed : int
        How often the real sources are split, and how.

    Returns
    -------
    list of Distances
        First that of the other half of the real sources, then those of ``others``.

    Raises
    ------
    UsageError
        As for `frechet_distance`.
    """
    rng = np.random.default_rng(seed)
    half = len(real) // 2
    found: list[list[list[float]]] = [[] for _ in range(1 + len(others))]
    for _ in range(splits):
        order = rng.permutation(len(real))
        against, rest = real[order[:half]], real[order[half:]]
        for place, vectors in enumerate([rest, *others]):
            drawn = vectors[rng.permutation(len(vectors))]
            most = min(half, len(drawn))
            numbers = [max(2, round(share * most)) for share in _SHARES]
            found[place].append([frechet_distance(drawn[:n], against[:n]) for n in numbers])
    mosts = [min(half, len(vectors)) for vectors in (real, *others)]
    return [_summary(np.asarray(f), most) for f, most in zip(found, mosts, strict=True)]


def _summary(found: NDArray[np.float64], most: int) -> Distances:
    """Return what (splits, shares) distances tell."""
    inverse = 1.0 / np.asarray([max(2, round(share * most)) for share in _SHARES])
    _, intercept = np.polyfit(inverse, found.mean(axis=0), 1)
    spread = float(found[:, -1].std(ddof=1)) if len(found) > 1 else 0.0
    return Distances(float(found[:, -1].mean()), spread, float(intercept))


def _moments(
    vectors: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = vectors.astype(np.float64)
    return values.mean(axis=0), np.atleast_2d(np.cov(values, rowvar=False))


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric square root of a covariance."""
    values, axes = np.linalg.eigh(matrix)
    root: NDArray[np.float64] = (axes * np.sqrt(np.maximum(values, 0.0))) @ axes.T
    return root
