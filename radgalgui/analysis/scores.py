"""How good class probabilities are: accuracy, ROC AUC, specificity, recall, calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.analysis.curves import reliability_curve
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Scores",
    "accuracy",
    "calibration_error",
    "checked",
    "confusion_matrix",
    "recall_of",
    "roc_auc",
    "score",
    "specificity_of",
]


@dataclass(frozen=True)
class Scores:
    """The scores of one set of probabilities.

    Parameters
    ----------
    accuracy : float
        Share of sources whose most probable class is their label.
    roc_auc : float
        See `roc_auc`.
    specificity, recall : float
        Of the positive class against the rest.
    calibration_error : float
        See `calibration_error`.
    """

    accuracy: float
    roc_auc: float
    specificity: float
    recall: float
    calibration_error: float


def score(truth: ArrayLike, probabilities: ArrayLike, *, positive: int) -> Scores:
    """Return all scores at once.

    Parameters
    ----------
    truth : array-like of int, shape (N,)
        Column of each source's class.
    probabilities : array-like, shape (N, K)
        Rows that add up to 1.
    positive : int
        Column of the positive class.

    Raises
    ------
    UsageError
        If shapes do not fit, there is no source, or a class lies outside the columns.
    """
    return Scores(
        accuracy=accuracy(truth, probabilities),
        roc_auc=roc_auc(truth, probabilities),
        specificity=specificity_of(positive, truth, probabilities),
        recall=recall_of(positive, truth, probabilities),
        calibration_error=calibration_error(truth, probabilities),
    )


def accuracy(truth: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the share of sources whose most probable class is their own."""
    true, chances = checked(truth, probabilities)
    return float((chances.argmax(axis=1) == true).mean())


def roc_auc(truth: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the area under the ROC curve: one class against the rest, the mean over classes.

    It is the chance that a source of the class has a higher probability of it than one of
    another class, ties counting half (Hanley & McNeil 1982).  With two classes both give the
    same number.  NaN where a class, or all but one, has no source.
    """
    true, chances = checked(truth, probabilities)
    columns = [1] if chances.shape[1] == 2 else range(chances.shape[1])
    return float(np.mean([_binary_auc(true == k, chances[:, k]) for k in columns]))


def recall_of(positive: int, truth: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the share of the positive class that is recognised; NaN where it has no source."""
    true, chances = checked(truth, probabilities)
    return _mean(chances[true == positive].argmax(axis=1) == positive)


def specificity_of(positive: int, truth: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the share of other classes not taken for the positive one; NaN without any."""
    true, chances = checked(truth, probabilities)
    return _mean(chances[true != positive].argmax(axis=1) != positive)


def confusion_matrix(truth: ArrayLike, probabilities: ArrayLike) -> NDArray[np.int64]:
    """Return counts, shape (K, K): a row a true class, a column a predicted one."""
    true, chances = checked(truth, probabilities)
    counts = np.zeros((chances.shape[1],) * 2, dtype=np.int64)
    np.add.at(counts, (true, chances.argmax(axis=1)), 1)
    return counts


def calibration_error(truth: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the expected calibration error (Guo et al. 2017, arXiv 1706.04599).

    Sources are sorted into bins of equal width by the probability of their most probable
    class; the error is the mean difference between that probability and the share that is
    right, bins counting by their sources.
    """
    true, chances = checked(truth, probabilities)
    curve = reliability_curve(true, chances)
    return float(np.abs(curve.confidence - curve.accuracy) @ curve.count / len(true))


def checked(
    truth: ArrayLike, probabilities: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return classes (N,) and probabilities (N, K) as arrays that fit one another.

    Raises
    ------
    UsageError
        If shapes do not fit, there is no source, or a class lies outside the columns.
    """
    true = np.asarray(truth, dtype=np.int64)
    chances = np.asarray(probabilities, dtype=np.float64)
    if chances.ndim != 2 or chances.shape[1] < 2 or true.shape != (len(chances),) or not len(true):
        raise UsageError(
            f"classes of shape {true.shape} and probabilities of shape {chances.shape} do not fit"
        )
    if true.min() < 0 or true.max() >= chances.shape[1]:
        raise UsageError(f"a class lies outside the {chances.shape[1]} columns of probabilities")
    return true, chances


def _binary_auc(positive: NDArray[np.bool_], chance: NDArray[np.float64]) -> float:
    from scipy.stats import rankdata

    ours, theirs = int(positive.sum()), int((~positive).sum())
    if not (ours and theirs):
        return float("nan")
    ranks = rankdata(chance)
    return float((ranks[positive].sum() - ours * (ours + 1) / 2) / (ours * theirs))


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
