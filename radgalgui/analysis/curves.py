"""Curves of class probabilities: what a threshold buys (ROC), and whether chances are true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Reliability", "RocCurve", "confidence_bins", "reliability_curve", "roc_curve"]

_BINS: Final = 10
_POINTS: Final = 101


@dataclass(frozen=True)
class RocCurve:
    """A receiver operating characteristic.

    Parameters
    ----------
    fpr : ndarray, shape (P,)
        Share of other sources that a threshold takes for the class, from 0 to 1, ascending.
    tpr : ndarray, shape (P,)
        Share of the class that it recognises, from 0 to 1, ascending.
    """

    fpr: NDArray[np.float64]
    tpr: NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """How often answers of a given confidence are right; one entry a bin that holds sources.

    Parameters
    ----------
    confidence : ndarray, shape (B,)
        Mean probability of the most probable class, ascending.
    accuracy : ndarray, shape (B,)
        Share of sources for which that class is right.
    count : ndarray of int, shape (B,)
        Sources in the bin.
    """

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]


def roc_curve(positive: ArrayLike, chance: ArrayLike, *, points: int = _POINTS) -> RocCurve:
    """Return the ROC curve of a class against the rest.

    Parameters
    ----------
    positive : array-like of bool, shape (N,)
        Which sources are of the class.
    chance : array-like, shape (N,)
        Its probability, or any number that grows with it.
    points : int
        At most so many, 2 or more: corners that change the curve least are left out, so that
        the area under a curve with fewer points is off by 1 / (points - 1) at most.

    Returns
    -------
    RocCurve
        From (0, 0) to (1, 1), a corner for each threshold; sources of equal chance make a
        slope, under which the area is that of `radgalgui.analysis.scores.roc_auc`.  Without a
        point where the class, or the rest, has no source.

    Raises
    ------
    UsageError
        If shapes differ, a chance is NaN, or fewer than 2 points are asked for.
    """
    true, values = np.asarray(positive, dtype=bool), np.asarray(chance, dtype=np.float64)
    if true.ndim != 1 or true.shape != values.shape or np.isnan(values).any() or points < 2:
        raise UsageError(
            f"no curve of {points} points from classes of shape {true.shape} and chances of "
            f"shape {values.shape}"
        )
    ours, theirs = int(true.sum()), int((~true).sum())
    if not (ours and theirs):
        return RocCurve(np.empty(0), np.empty(0))
    order = np.argsort(-values, kind="stable")
    last = np.append(np.diff(values[order]) != 0, True)  # of the sources with one chance
    up = np.append(0, np.cumsum(true[order])[last])
    across = np.append(0, np.cumsum(~true[order])[last])
    keep = _corners(across, up)
    return _thinned(across[keep] / theirs, up[keep] / ours, points)


def confidence_bins(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which of ten bins of equal width, open below and closed above, holds each number."""
    bins: NDArray[np.int64] = np.clip(np.ceil(confidence * _BINS).astype(np.int64) - 1, 0, None)
    return np.minimum(bins, _BINS - 1)


def reliability_curve(truth: ArrayLike, probabilities: ArrayLike) -> Reliability:
    """Return the reliability diagram (Guo et al. 2017, arXiv 1706.04599).

    Parameters
    ----------
    truth : array-like of int, shape (N,)
        Column of each source's class.
    probabilities : array-like, shape (N, K)
        Rows that add up to 1.

    Returns
    -------
    Reliability
        Of the bins (see `confidence_bins`) that hold sources.

    Raises
    ------
    UsageError
        If shapes do not fit.
    """
    true, chances = np.asarray(truth), np.asarray(probabilities, dtype=np.float64)
    if chances.ndim != 2 or not chances.shape[1] or true.shape != (len(chances),):
        raise UsageError(
            f"classes of shape {true.shape} and probabilities of shape {chances.shape} do not fit"
        )
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == true
    bins = confidence_bins(confidence)
    count = np.bincount(bins)
    told = count > 0
    return Reliability(
        confidence=np.bincount(bins, weights=confidence)[told] / count[told],
        accuracy=np.bincount(bins, weights=right)[told] / count[told],
        count=count[told],
    )


def _corners(across: NDArray[np.int64], up: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which points, as counts, are no middle of a straight line."""
    right, rise = np.diff(across), np.diff(up)
    bends = right[:-1] * rise[1:] != right[1:] * rise[:-1]
    return np.concatenate([[True], bends, [True]])


def _thinned(fpr: NDArray[np.float64], tpr: NDArray[np.float64], points: int) -> RocCurve:
    """Keep at most so many points, spread evenly along the way from (0, 0) to (1, 1)."""
    if len(fpr) > points:
        way = (fpr + tpr) / 2
        nearest = np.searchsorted(way, np.linspace(0, 1, points) - 1e-12)
        keep = np.unique(np.clip(nearest, 0, len(way) - 1))
        fpr, tpr = fpr[keep], tpr[keep]
    return RocCurve(fpr, tpr)
