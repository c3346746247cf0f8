"""Sets of classes that hold the true one as often as asked for: conformal prediction.

Class by class (Mondrian), on out-of-fold probabilities, which makes every labelled source
one to calibrate with: cross-conformal prediction (Vovk 2015, Annals of Mathematics and
Artificial Intelligence 74, 9; Angelopoulos & Bates 2021, arXiv 2107.07511, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.analysis.held_out import stratified_folds
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ConformalSets", "Coverage", "agreement", "check_level", "coverage"]

_DECIMALS: Final = 12  # 19 votes in 20 are the same number however they were added up


class ConformalSets:
    """Sets of classes, calibrated on sources that the probabilities had not been fitted on.

    The p-value of a class is the share of the labelled sources of that class, the new one
    counted among them, that conform no better: whose probability of the class is at most the
    new one's.  A class is in the set at a level of confidence where its p-value is above 1 -
    level.  So of the sources of each class that share or more have it in their set, however
    badly calibrated the probabilities are; more have it where many probabilities are the same,
    such as exactly 1, since ties count for the class.  This holds for sources like the labelled
    ones, and as far as a classifier fitted on all of them says of a new one what those that
    were fitted on most of them said of the rest: nearly, which `coverage` measures.

    The set may be empty (like nothing that was seen) or hold all classes (one with fewer than
    level / (1 - level) sources is always in).

    Parameters
    ----------
    truth : array-like of int, shape (N,)
        Column of each source's class.
    probabilities : array-like, shape (N, K)
        Out of fold.

    Raises
    ------
    UsageError
        If shapes do not fit, a probability is NaN, or there is no source.
    """

    def __init__(self, truth: ArrayLike, probabilities: ArrayLike) -> None:
        true, chances = _checked(truth, probabilities)
        self._scores = [np.sort(chances[true == k, k]) for k in range(chances.shape[1])]

    def p_values(self, probabilities: ArrayLike) -> NDArray[np.float64]:
        """Return the p-value of each class, shape (M, K), of probabilities of that shape.

        Raises
        ------
        UsageError
            If there are other columns, or NaN.
        """
        chances = _finite(probabilities)
        if chances.shape[1] != len(self._scores):
            raise UsageError(
                f"{chances.shape[1]} probabilities do not fit {len(self._scores)} classes"
            )
        columns = [
            (1 + np.searchsorted(scores, chances[:, k], side="right")) / (len(scores) + 1)
            for k, scores in enumerate(self._scores)
        ]
        return np.stack(columns, axis=1)

    def members(self, probabilities: ArrayLike, *, level: float) -> NDArray[np.bool_]:
        """Return which classes are in the sets at a level in (0, 1), shape (M, K).

        Raises
        ------
        UsageError
            If the level is out of range, or the probabilities do not fit.
        """
        check_level(level)
        # A hair's breadth: 1 - 0.9 is more than 0.1 in floating point.
        inside: NDArray[np.bool_] = self.p_values(probabilities) > 1 - level + 1e-12
        return inside


@dataclass(frozen=True)
class Coverage:
    """How often sets held the true class.

    Parameters
    ----------
    overall : float
        Share of all sources.
    by_class : tuple of float
        Share of the sources of each class; NaN for a class without sources.
    size : float
        Mean number of classes in a set.
    empty, singletons : float
        Share of sets with no class, and with one.
    """

    overall: float
    by_class: tuple[float, ...]
    size: float
    empty: float
    singletons: float


def coverage(
    truth: ArrayLike,
    probabilities: ArrayLike,
    *,
    level: float,
    folds: int = 5,
    repeats: int = 10,
    seed: int = 0,
) -> Coverage:
    """Measure by cross-validation how often the sets at a level hold the true class.

    The sources are split again and again: calibrated on all folds but one, measured on that.

    Parameters
    ----------
    truth : array-like of int, shape (N,)
        Column of each source's class; at least three sources of each class that occurs.
    probabilities : array-like, shape (N, K)
        Out of fold.
    level : float
        In (0, 1).
    folds, repeats, seed : int
        How the sources are split, how often, and how the splits are drawn.

    Raises
    ------
    UsageError
        If the level is out of range, shapes do not fit, or a class has too few sources.
    """
    check_level(level)
    true, chances = _checked(truth, probabilities)
    held, sizes = np.zeros(len(true)), np.zeros(chances.shape[1] + 1)
    for repeat in range(repeats):
        split = stratified_folds(true, folds=folds, seed=seed + repeat)
        for fold in range(int(split.max()) + 1):
            test = split == fold
            sets = ConformalSets(true[~test], chances[~test])
            inside = sets.members(chances[test], level=level)
            held[test] += inside[np.arange(len(inside)), true[test]]
            sizes += np.bincount(inside.sum(axis=1), minlength=len(sizes))
    held /= repeats
    sizes /= sizes.sum()
    shares = [held[true == k] for k in range(chances.shape[1])]
    return Coverage(
        overall=float(held.mean()),
        by_class=tuple(float(share.mean()) if len(share) else float("nan") for share in shares),
        size=float(sizes @ np.arange(len(sizes))),
        empty=float(sizes[0]),
        singletons=float(sizes[1]),
    )


def agreement(probabilities: ArrayLike) -> tuple[int, NDArray[np.float64]]:
    """Return how many classifiers agree with their mean, and that mean.

    Parameters
    ----------
    probabilities : array-like, shape (C, K)
        One source, a row a classifier; at least one.

    Returns
    -------
    votes : int
        Classifiers whose most probable class is that of the mean; the first where two are even.
    mean : ndarray, shape (K,)

    Raises
    ------
    UsageError
        If there is no classifier, or a probability is NaN.
    """
    chances = np.asarray(probabilities, dtype=np.float64)
    if chances.ndim != 2 or chances.size == 0 or not np.isfinite(chances).all():
        raise UsageError(f"no classifiers agree on probabilities of shape {chances.shape}")
    mean = chances.mean(axis=0)
    return int((chances.argmax(axis=1) == mean.argmax()).sum()), mean


def check_level(level: float) -> None:
    """Raise `UsageError` unless a level of confidence lies between 0 and 1, ends left out."""
    if not 0 < level < 1:
        raise UsageError(
            f"{level:g} is no level of confidence", remedy="give one between 0 and 1, such as 0.9"
        )


def _checked(
    truth: ArrayLike, probabilities: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    true, chances = np.asarray(truth, dtype=np.int64), _finite(probabilities)
    if true.shape != (len(chances),) or not len(true):
        raise UsageError(
            f"classes of shape {true.shape} and probabilities of shape {chances.shape} do not fit"
        )
    if true.min() < 0 or true.max() >= chances.shape[1]:
        raise UsageError(f"a class lies outside the {chances.shape[1]} columns of probabilities")
    return true, chances


def _finite(probabilities: ArrayLike) -> NDArray[np.float64]:
    chances = np.asarray(probabilities, dtype=np.float64)
    if chances.ndim != 2 or not np.isfinite(chances).all():
        raise UsageError(f"probabilities of shape {chances.shape} hold NaN, or are no table")
    rounded: NDArray[np.float64] = np.round(chances, _DECIMALS)
    return rounded
