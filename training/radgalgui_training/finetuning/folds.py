"""Cross-validation that parts no source from itself, and the temperature that follows from it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from radgalgui.errors import DataError
from radgalgui.models.network_classifier import softmax
from radgalgui_training.finetuning.data import LabelledSet

__all__ = ["calibrated", "fit_temperature", "learned_from", "split"]

_COLDEST, _HOTTEST = 0.05, 20.0
_SHUFFLE: Final = 0


def split(labelled: LabelledSet, folds: int) -> NDArray[np.int64]:
    """Return the fold (own,) that each of a set's own sources is measured in.

    Every fold has its share of each class, and sources of one group are in one fold.  The
    folds depend on the classes and groups alone, so that two trainings have the same.

    Raises
    ------
    DataError
        If a class has fewer sources than there are folds.
    """
    codes, groups = labelled.codes[: labelled.own], labelled.groups[: labelled.own]
    fewest = int(np.bincount(codes, minlength=len(labelled.classes)).min())
    if folds < 2 or fewest < folds:
        raise DataError(
            f"the smallest class has too few sources, {fewest}, for {folds} folds",
            remedy="set folds to 0, or to a number from 2 to that of the smallest class",
        )
    alone = len(np.unique(groups)) == len(groups)
    splitter = (StratifiedKFold if alone else StratifiedGroupKFold)(
        folds, shuffle=True, random_state=_SHUFFLE
    )
    numbers = np.empty(len(codes), dtype=np.int64)
    parted = splitter.split(codes, codes, None if alone else groups)
    for number, (_, measured) in enumerate(parted):
        numbers[measured] = number
    return numbers


def learned_from(labelled: LabelledSet, numbers: NDArray[np.int64], fold: int) -> NDArray[np.int64]:
    """Return the rows that are learned from for a fold: none of a group that is measured in it."""
    measured = labelled.groups[: labelled.own][numbers == fold]
    rows: NDArray[np.int64] = np.flatnonzero(~np.isin(labelled.groups, measured))
    return rows


def fit_temperature(logits: NDArray[np.floating], codes: NDArray[np.int64]) -> float:
    """Return the temperature that makes true classes most likely (Guo et al. 2017).

    Parameters
    ----------
    logits : ndarray, shape (N, K)
        Of sources that were not learned from.
    codes : ndarray, shape (N,)
        True classes.

    Returns
    -------
    float
        Between 0.05 and 20.
    """

    def surprise(log_temperature: float) -> float:
        chances = softmax(logits / np.exp(log_temperature))[np.arange(len(codes)), codes]
        return float(-np.log(np.maximum(chances, 1e-300)).mean())

    bounds = (float(np.log(_COLDEST)), float(np.log(_HOTTEST)))
    return float(np.exp(minimize_scalar(surprise, bounds=bounds, method="bounded").x))


def calibrated(
    logits: NDArray[np.floating], codes: NDArray[np.int64], numbers: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return probabilities (N, K), each fold's by a temperature fitted to the other folds."""
    chances = np.empty(logits.shape)
    for fold in np.unique(numbers):
        here = numbers == fold
        chances[here] = softmax(logits[here] / fit_temperature(logits[~here], codes[~here]))
    return chances
