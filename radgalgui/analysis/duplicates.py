"""Pairs that may be one source twice: close together on the sky, or all but equal as vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.analysis.vectors import unit_vectors
from radgalgui.errors import UsageError
from radgalgui.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.analysis.neighbours import NeighbourIndex
    from radgalgui.progress import CancelToken, Progress

__all__ = [
    "BINS",
    "MOST_PAIRS",
    "Pairs",
    "cosine_distances",
    "distance_counts",
    "separations",
    "sky_pairs",
    "suggested_distance",
    "vector_pairs",
]

#: More pairs than this are no list that anybody looks through.
MOST_PAIRS: Final = 1_000_000

#: Up to so many vectors all are compared with all: seconds, and nothing is missed.
ALL_WITH_ALL: Final = 30_000

#: Bins of `distance_counts`: twelve a decade.
BINS: Final = 72

_BLOCK, _ROWS = 1024, 50_000
_FEW, _MOST = 8, 256  # neighbours asked of an index, at first and where there are many twins


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, each once.

    Parameters
    ----------
    first, second : ndarray, shape (P,), int64
        Rows, the first of a pair smaller than its second; in order of both.
    distance : ndarray, shape (P,), float64
        How far they are apart: arcsec, or cosine distance.
    nearest : ndarray, shape (N,), float64
        Of each row the distance to its nearest other one; NaN where it is not known.  Empty for
        pairs on the sky.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distance: NDArray[np.float64]
    nearest: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)


def sky_pairs(
    ra: NDArray[np.floating],
    dec: NDArray[np.floating],
    *,
    arcsec: float,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Pairs:
    """Return the pairs that lie within a separation on the sky, by astropy's matching.

    Parameters
    ----------
    ra, dec : ndarray, shape (N,)
        Positions in degrees, ICRS; those that are not finite are in no pair.
    arcsec : float
        The largest separation, arcsec; pairs that are just so far apart count.

    Raises
    ------
    UsageError
        If the separation is not positive and below ten degrees, or there are more than
        `MOST_PAIRS` pairs.
    Cancelled
        If ``cancel`` was raised.
    """
    if not 0 < arcsec < 36_000:
        raise UsageError(f"{arcsec:g}″ is no separation to look within", remedy="give 1 to 3600")
    known = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec) & (np.abs(dec) <= 90))
    if len(known) < 2:
        return _pairs([], [], [], np.empty(0))
    from astropy import units
    from astropy.coordinates import SkyCoord, search_around_sky

    every = SkyCoord(ra[known] * units.deg, dec[known] * units.deg)
    first: list[NDArray[np.int64]] = []
    second: list[NDArray[np.int64]] = []
    apart: list[NDArray[np.float64]] = []
    for start in range(0, len(known), _ROWS):
        if cancel is not None:
            cancel.check()
        progress(start, len(known), "looking for pairs on the sky")
        some = every[start : start + _ROWS]
        one, other, separation, _ = search_around_sky(some, every, arcsec * units.arcsec)
        one = one + start
        once = one < other
        first.append(known[one[once]])
        second.append(known[other[once]])
        apart.append(separation[once].to_value(units.arcsec))
        _refuse_many(sum(map(len, first)), f"{arcsec:g}″")
    progress(len(known), len(known), "looking for pairs on the sky")
    return _pairs(first, second, apart, np.empty(0))


def vector_pairs(
    vectors: NDArray[np.floating],
    *,
    distance: float | None = None,
    index: NeighbourIndex | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[Pairs, float]:
    """Return the pairs of vectors within a cosine distance, and which distance that was.

    Up to `ALL_WITH_ALL` vectors all are compared with all; more are looked up in an index, which
    asks for more neighbours wherever all of them are within the distance.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        One a source; any length but zero.
    distance : float, optional
        One minus the cosine similarity, in (0, 1]; by default `suggested_distance`.
    index : NeighbourIndex, optional
        Of these vectors; for few of them it is not needed.

    Raises
    ------
    UsageError
        If the distance is out of range, a vector is not finite or zero, there are many and no
        index, or there are more than `MOST_PAIRS` pairs.
    Cancelled
        If ``cancel`` was raised.
    """
    if distance is not None and not 0 < distance <= 1:
        raise UsageError(f"a cosine distance of {distance:g} is out of range", remedy="give 0 to 1")
    if len(vectors) < 2:
        return _pairs([], [], [], np.full(len(vectors), np.nan)), distance or 0.0
    if len(vectors) <= ALL_WITH_ALL:
        return _all_with_all(unit_vectors(vectors), distance, progress, cancel)
    if index is None:
        raise UsageError(
            f"{len(vectors):,} vectors are too many without a neighbour index",
            remedy="make the index first: radgalgui catalog refresh",
        )
    return _by_index(vectors, index, distance, progress, cancel)


def suggested_distance(nearest: NDArray[np.floating]) -> float:
    """Return a distance within which hardly any two different sources lie.

    The distances to nearest neighbours are taken as log-normal, as their median and the spread of
    the lower half have it; of N sources one is expected to have a stranger that near by chance.

    Parameters
    ----------
    nearest : ndarray, shape (N,)
        Of each source the distance to its nearest other one; NaN is left out.

    Returns
    -------
    float
        The distance, 1e-6 at least; that for too few sources.
    """
    from scipy.special import ndtri

    known = np.log10(np.maximum(nearest[np.isfinite(nearest)], 1e-7))
    if len(known) < 10:
        return 1e-6
    low, middle = np.percentile(known, (16, 50))
    return float(max(10 ** (middle + (middle - low) * ndtri(1 / len(known))), 1e-6))


def distance_counts(nearest: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return how many distances fall into each of `BINS` bins, equal in the logarithm.

    They reach from 1e-6 to 1; what lies beyond is counted in the bins at the ends.
    """
    known = np.log10(np.clip(nearest[np.isfinite(nearest)], 1e-6, 1.0))
    counts: NDArray[np.int64] = np.histogram(known, bins=BINS, range=(-6.0, 0.0))[0]
    return counts


def separations(
    ra: NDArray[np.floating],
    dec: NDArray[np.floating],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return how far pairs of rows are apart on the sky, arcsec (P,); NaN where unknown.

    By Vincenty's formula, which is right for all separations.
    """
    one, other = np.radians(ra[first].astype(float)), np.radians(ra[second].astype(float))
    low, high = np.radians(dec[first].astype(float)), np.radians(dec[second].astype(float))
    across = np.cos(high) * np.sin(other - one)
    up = np.cos(low) * np.sin(high) - np.sin(low) * np.cos(high) * np.cos(other - one)
    along = np.sin(low) * np.sin(high) + np.cos(low) * np.cos(high) * np.cos(other - one)
    apart: NDArray[np.float64] = np.degrees(np.arctan2(np.hypot(across, up), along)) * 3600.0
    return apart


def cosine_distances(
    vectors: NDArray[np.floating], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return one minus the cosine similarity of pairs of rows (P,), never negative."""
    made = np.empty(len(first))
    for start in range(0, len(first), _ROWS):
        rows = slice(start, start + _ROWS)
        a = unit_vectors(vectors[first[rows]])
        b = unit_vectors(vectors[second[rows]])
        made[rows] = 1.0 - np.einsum("ij,ij->i", a, b, dtype=np.float64)
    return np.maximum(made, 0.0)


def _all_with_all(
    units: NDArray[np.float32],
    distance: float | None,
    progress: Progress,
    cancel: CancelToken | None,
) -> tuple[Pairs, float]:
    """Compare all with all; twice where the distance is first to be suggested."""
    count, best = len(units), np.full(len(units), -np.inf, np.float32)
    limit = 1.0 - distance if distance is not None else np.inf
    passes = 1 if distance is not None else 2
    for turn in range(passes):
        first, second = [], []
        for start in range(0, count, _BLOCK):
            if cancel is not None:
                cancel.check()
            progress(turn * count + start, passes * count, "comparing vectors")
            block = units[start : start + _BLOCK]
            near = block @ units[start:].T
            near[np.tril_indices(len(block))] = -np.inf  # each pair once, and nothing with itself
            here = slice(start, start + len(block))
            best[here] = np.maximum(best[here], near.max(axis=1))
            best[start:] = np.maximum(best[start:], near.max(axis=0))
            one, other = np.nonzero(near >= limit)
            first.append(one + start)
            second.append(other + start)
            _refuse_many(sum(map(len, first)), f"a cosine distance of {1 - limit:g}")
        if distance is None and turn == 0:
            distance = suggested_distance(1.0 - best)
            limit = 1.0 - distance
    progress(passes * count, passes * count, "comparing vectors")
    nearest = np.maximum(1.0 - best.astype(np.float64), 0.0)
    assert distance is not None
    apart = [cosine_distances(units, a, b) for a, b in zip(first, second, strict=True)]
    return _pairs(first, second, apart, nearest), distance


def _by_index(
    vectors: NDArray[np.floating],
    index: NeighbourIndex,
    distance: float | None,
    progress: Progress,
    cancel: CancelToken | None,
) -> tuple[Pairs, float]:
    """Ask an index for the nearest of each vector, and for more where these are all near."""
    count = len(vectors)
    ids, far = np.empty((count, _FEW), np.int64), np.empty((count, _FEW), np.float32)
    for start in range(0, count, _BLOCK):
        if cancel is not None:
            cancel.check()
        progress(start, count, "looking for vectors that are alike")
        rows = slice(start, start + _BLOCK)
        ids[rows], near = index.search(np.asarray(vectors[rows]), _FEW)
        far[rows] = 1.0 - near
    itself = ids == np.arange(count)[:, None]
    nearest = np.where(itself, np.inf, far).min(axis=1).astype(np.float64)
    limit = suggested_distance(nearest) if distance is None else distance
    one, place = np.nonzero((far <= limit) & ~itself)
    first, second = [one], [ids[one, place]]
    crowded = np.flatnonzero(far[:, -1] <= limit)
    for row in crowded:  # few, unless the same image lies there many times
        if cancel is not None:
            cancel.check()
        more, near = index.search(np.asarray(vectors[row]), min(_MOST, count))
        others = more[0][1.0 - near[0] <= limit]
        first.append(np.full(len(others), row))
        second.append(others)
        _refuse_many(sum(map(len, first)) // 2, f"a cosine distance of {limit:g}")
    a, b = np.concatenate(first), np.concatenate(second)
    pairs = np.unique(np.stack([np.minimum(a, b), np.maximum(a, b)], 1)[a != b], axis=0)
    _refuse_many(len(pairs), f"a cosine distance of {limit:g}")
    progress(count, count, "looking for vectors that are alike")
    apart = cosine_distances(vectors, pairs[:, 0], pairs[:, 1])
    return _pairs([pairs[:, 0]], [pairs[:, 1]], [apart], nearest), limit


def _pairs(
    first: list[NDArray[np.int64]],
    second: list[NDArray[np.int64]],
    distance: list[NDArray[np.float64]],
    nearest: NDArray[np.float64],
) -> Pairs:
    none = np.empty(0, np.int64)
    a, b = np.concatenate([none, *first]), np.concatenate([none, *second])
    order = np.lexsort((b, a))
    return Pairs(a[order], b[order], np.concatenate([np.empty(0), *distance])[order], nearest)


def _refuse_many(count: int, within: str) -> None:
    if count > MOST_PAIRS:
        raise UsageError(
            f"more than {MOST_PAIRS:,} pairs lie within {within}", remedy="look within less"
        )
