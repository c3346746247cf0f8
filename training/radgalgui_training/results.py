"""What a measurement of class probabilities is made of, and how it becomes JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.bootstrap import percentile_intervals, weighted_scores
from radgalgui.analysis.curves import reliability_curve, roc_curve
from radgalgui.analysis.scores import confusion_matrix, score
from radgalgui_training.literature import PublishedResult

__all__ = [
    "SCORES",
    "ConformalResult",
    "Drop",
    "Report",
    "Result",
    "Rounds",
    "measured",
    "named_intervals",
    "resampled",
]

SCORES: Final = ("accuracy", "roc_auc", "specificity", "recall", "calibration_error")


@dataclass(frozen=True)
class Rounds:
    """Sources that were measured on, once or several times.

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
        Column of each source's class.
    classes : tuple of str
        What the columns are.
    positive : str
        The class that recall, specificity and the ROC curve are about.
    weights : ndarray, shape (B, n)
        Bootstrap samples; see `radgalgui.analysis.bootstrap.bootstrap_weights`.
    """

    truth: NDArray[np.int64]
    classes: tuple[str, ...]
    positive: str
    weights: NDArray[np.float64]

    @property
    def column(self) -> int:
        """The column of the positive class."""
        return self.classes.index(self.positive)


@dataclass(frozen=True)
class Result:
    """What one classifier reaches on the vectors of one encoder.

    Parameters
    ----------
    encoder, classifier : str
        Names; the encoder of a fine-tuned network is the one that it set out from.
    accuracy, roc_auc, specificity, recall, calibration_error : float
        See `radgalgui.analysis.scores`; the positive class is measured against all others.
        Cross-validated scores are means over the repeats.
    intervals : dict of str to tuple of float
        Of each score, 95 %, by bootstrap over the sources that it was measured on.
    confusion : list of list of int
        A row a true class, a column a predicted one; repeats are added up.
    roc : dict of str to list of float
        ``fpr`` and ``tpr`` of the positive class against the rest; repeats are pooled.
    reliability : dict of str to list
        ``confidence``, ``accuracy`` and ``count`` of bins of the highest probability, pooled.
    n_train, n_test : int
        Sources fitted on at a time, and sources measured on.
    how : str
        How it was measured, where that differs from the report's protocol.
    """

    encoder: str
    classifier: str
    accuracy: float
    roc_auc: float
    specificity: float
    recall: float
    calibration_error: float
    intervals: dict[str, tuple[float, float]]
    confusion: list[list[int]]
    roc: dict[str, list[float]]
    reliability: dict[str, list[float]]
    n_train: int
    n_test: int
    how: str = ""


@dataclass(frozen=True)
class ConformalResult:
    """How often conformal sets hold the true class, measured by cross-validation.

    Parameters
    ----------
    encoder : str
        The sets are those of the mean of all classifiers on its vectors.
    level : float
        The coverage that was asked for.
    coverage : float
        Share of sources with their class in the set.
    per_class : dict of str to float
        The same, class by class.
    mean_size : float
        Classes in a set.
    empty, singletons : float
        Share of sets with no class, and with one.
    """

    encoder: str
    level: float
    coverage: float
    per_class: dict[str, float]
    mean_size: float
    empty: float
    singletons: float


@dataclass(frozen=True)
class Drop:
    """What is lost when a classifier was fitted on another survey.

    Parameters
    ----------
    encoder, classifier : str
        Names.
    scores : dict of str to float
        Each score fitted on the survey itself, less that fitted on the other.
    intervals : dict of str to tuple of float
        95 %, by bootstrap over groups of sources, each drawn for both.
    """

    encoder: str
    classifier: str
    scores: dict[str, float]
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Report:
    """What was measured on a data set, and how.

    Parameters
    ----------
    dataset : str
        Its name.
    protocol : str
        In words: the published test part, or cross-validation; and what fine-tuned networks
        were measured on.
    classes : tuple of str
        In the order of the confusion matrices.
    positive : str
        The class that recall, specificity and ROC curves are about.
    ignore_orientation : bool
        Whether vectors were means over eight orientations.
    scaling : str
        What was done to vectors first.
    seed : int
        Of folds, classifiers and intervals.
    results : tuple of Result
        Encoder by encoder, classifier by classifier.
    published : tuple of PublishedResult
        What the literature reports on the published test part.
    conformal : tuple of ConformalResult
        Encoder by encoder, level by level.
    drops : tuple of Drop
        Where classifiers of another survey were measured.
    """

    dataset: str
    protocol: str
    classes: tuple[str, ...]
    positive: str
    ignore_orientation: bool
    scaling: str
    seed: int
    results: tuple[Result, ...]
    published: tuple[PublishedResult, ...] = ()
    conformal: tuple[ConformalResult, ...] = ()
    drops: tuple[Drop, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it; None for a score that no source told."""
        plain: dict[str, Any] = _without_nan(asdict(self))
        return plain


def measured(
    encoder: str,
    classifier: str,
    rounds: Rounds,
    probabilities: Sequence[NDArray[np.float64]],
    *,
    n_train: int,
    how: str = "",
) -> Result:
    """Measure probabilities of the same sources, a table (n, K) a repeat."""
    numbers = _scores(rounds, probabilities)
    truths = np.tile(rounds.truth, len(probabilities))
    pooled = np.concatenate(list(probabilities))
    roc = roc_curve(truths == rounds.column, pooled[:, rounds.column])
    bins = reliability_curve(truths, pooled)
    return Result(
        encoder=encoder,
        classifier=classifier,
        **dict(zip(SCORES, numbers.tolist(), strict=True)),
        intervals=named_intervals(resampled(rounds, probabilities)),
        confusion=confusion_matrix(truths, pooled).tolist(),
        roc=_rounded(vars(roc)),
        reliability=_rounded(vars(bins)),
        n_train=n_train,
        n_test=len(rounds.truth),
        how=how,
    )


def resampled(rounds: Rounds, probabilities: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the scores of each bootstrap sample, (B, 5): the mean over repeats."""
    every = [
        weighted_scores(rounds.truth, chances, rounds.weights, positive=rounds.column)
        for chances in probabilities
    ]
    return np.asarray(np.mean(every, axis=0), dtype=np.float64)


def named_intervals(samples: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each score from its bootstrap samples (B, 5)."""
    ends = percentile_intervals(samples)
    return {name: (float(a), float(b)) for name, (a, b) in zip(SCORES, ends, strict=True)}


def _scores(rounds: Rounds, probabilities: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    every = [score(rounds.truth, chances, positive=rounds.column) for chances in probabilities]
    numbers = [[getattr(scores, name) for name in SCORES] for scores in every]
    return np.asarray(np.mean(numbers, axis=0), dtype=np.float64)


def _rounded(arrays: Mapping[str, NDArray[Any]]) -> dict[str, list[float]]:
    """Return curves as lists; five digits draw them, and keep a report small."""
    return {name: np.round(values, 5).tolist() for name, values in arrays.items()}


def _without_nan(value: Any) -> Any:
    """Return the same with None for NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
