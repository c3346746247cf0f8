"""Classifiers on frozen vectors by the published protocol, beside the published numbers.

Where a data set comes with its test part, classifiers are fitted on the rest and measured on
that part, as published.  Where it does not, they are cross-validated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.classifiers import CLASSIFIERS, fit_classifier
from radgalgui.analysis.scores import bootstrap_intervals, confusion_matrix, score
from radgalgui.errors import DataError
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.published import Published, read_published

__all__ = ["PUBLISHED_RESULTS", "PublishedResult", "Report", "Result", "evaluate"]

_FOLDS: Final = 5
_REPEATS: Final = 5
_POSITIVE: Final = "FRII"
_SCORES: Final = ("accuracy", "roc_auc", "specificity", "recall", "calibration_error")


@dataclass(frozen=True)
class PublishedResult:
    """A number from the literature; None where it is not told."""

    encoder: str
    classifier: str
    accuracy: float
    roc_auc: float
    specificity: float | None = None
    recall: float | None = None


# The best classifier of each encoder in Table 2 of Andrianomena & Tang (arXiv 2311.08331).
PUBLISHED_RESULTS: Final[dict[str, tuple[PublishedResult, ...]]] = {
    "mirabest-confident": (
        PublishedResult("vdvae", "ext", 0.82, 0.90, 0.82, 0.82),
        PublishedResult("simclr", "svc", 0.72, 0.82),
        PublishedResult("byol", "svc", 0.73, 0.77),
        PublishedResult("simsiam", "ext", 0.73, 0.80),
    ),
    "frdeep-nvss": (
        PublishedResult("vdvae", "ext", 0.80, 0.87),
        PublishedResult("simclr", "lr", 0.86, 0.84),
        PublishedResult("byol", "svc", 0.84, 0.88),
        PublishedResult("simsiam", "lr", 0.82, 0.83),
    ),
    "rgd": (),
}


@dataclass(frozen=True)
class Result:
    """What one classifier reaches on the vectors of one encoder.

    Parameters
    ----------
    encoder, classifier : str
        Names.
    accuracy, roc_auc, specificity, recall, calibration_error : float
        See `radgalgui.analysis.scores`; FRII is the positive class, against all others.
        Cross-validated scores are means over the repeats.
    intervals : dict of str to tuple of float
        Of each score, 95 %, by bootstrap over the sources that it was measured on.
    confusion : list of list of int
        A row a true class, a column a predicted one; repeats are added up.
    n_train, n_test : int
        Sources fitted on at a time, and sources measured on.
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
    n_train: int
    n_test: int


@dataclass(frozen=True)
class Report:
    """What `evaluate` measured, and how.

    Parameters
    ----------
    dataset : str
        Its name.
    protocol : str
        In words: the published test part, or cross-validation.
    classes : tuple of str
        In the order of the confusion matrices.
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
    """

    dataset: str
    protocol: str
    classes: tuple[str, ...]
    ignore_orientation: bool
    scaling: str
    seed: int
    results: tuple[Result, ...]
    published: tuple[PublishedResult, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it; None for a score that no source told."""
        plain: dict[str, Any] = _without_nan(asdict(self))
        return plain


def evaluate(
    dataset: str,
    root: Path,
    encoders: Sequence[Encoder],
    *,
    classifiers: Sequence[str] = tuple(CLASSIFIERS),
    ignore_orientation: bool = True,
    scaling: str = "none",
    seed: int = 0,
    draws: int = 1000,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Report:
    """Measure classifiers on the vectors of encoders.

    Parameters
    ----------
    dataset : str
        One of `radgalgui_training.published.DATASETS`.
    root : Path
        Where it lies; see `radgalgui_training.published.read_published`.
    encoders : sequence of Encoder
        Whose vectors.
    classifiers : sequence of str
        Some of `radgalgui.analysis.classifiers.CLASSIFIERS`.
    ignore_orientation : bool
        Use the mean vector over the eight orientations.  Cross-validated, accuracy and AUC over
        the six classifiers: MiraBest Confident 0.908, 0.977 against 0.898, 0.971 as images lie;
        FR-DEEP 0.825, 0.893 against 0.809, 0.886.
    scaling : str
        One of `radgalgui.analysis.classifiers.SCALINGS`.
    seed : int
        Of folds, classifiers and intervals.
    draws : int
        Of the bootstrap.
    progress, cancel
        Told of, and looked at before, every fit.

    Raises
    ------
    DataError
        If the data set is missing or damaged, or a part holds too few sources of a class.
    UsageError
        If a classifier or scaling is unknown.
    Cancelled
        If the token is raised.
    """
    data = read_published(dataset, root)
    if not data.test.any():
        data = data.without_repeats()  # or a source would be measured on its own twin
    classes, truth = np.unique(data.labels, return_inverse=True)
    splits = list(_splits(data, truth, seed))
    steps = _Steps(len(encoders) * len(classifiers) * len(splits), progress, cancel)
    results: list[Result] = []
    for encoder in encoders:
        vectors = encoder.embed(
            data.seen(encoder.preprocessing), ignore_orientation=ignore_orientation, cancel=cancel
        )
        for name in classifiers:
            parts: list[_Part] = []
            for train, test in splits:
                steps.next()
                fitted = fit_classifier(
                    name, vectors[train], data.labels[train], scaling=scaling, seed=seed
                )
                parts.append(_Part(train, test, fitted.probabilities(vectors[test])))
            results.append(
                _result(
                    encoder.name,
                    name,
                    parts,
                    classes=classes.tolist(),
                    truth=truth,
                    seed=seed,
                    draws=draws,
                )
            )
    return Report(
        dataset=dataset,
        protocol=_protocol(data),
        classes=tuple(classes.tolist()),
        ignore_orientation=ignore_orientation,
        scaling=scaling,
        seed=seed,
        results=tuple(results),
        published=PUBLISHED_RESULTS[dataset],
    )


class _Steps:
    """Counts fits, tells the reporter, and looks at the token before each."""

    def __init__(self, total: int, progress: Progress, cancel: CancelToken | None) -> None:
        self._total, self._done = total, 0
        self._progress, self._cancel = progress, cancel

    def next(self) -> None:
        if self._cancel is not None:
            self._cancel.check()
        self._progress(self._done, self._total, "fitting classifiers")
        self._done += 1


@dataclass(frozen=True)
class _Part:
    """The probabilities (len(test), K) that a fit on rows ``train`` gives for rows ``test``."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def _protocol(data: Published) -> str:
    if data.test.any():
        return "fitted on the training part, measured on the published test part"
    return (
        f"stratified {_FOLDS}-fold cross-validation of the training part, "
        f"repeated {_REPEATS} times (the published test part is not present)"
    )


def _splits(
    data: Published, truth: NDArray[np.int64], seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Give rows to fit on and rows to measure on: one pair as published, or 25."""
    if data.test.any():
        train, test = np.flatnonzero(~data.test), np.flatnonzero(data.test)
        _need(data, train, 2, set(data.labels[test].tolist()))
        yield train, test
        return
    _need(data, np.arange(len(data)), _FOLDS, {_POSITIVE})
    from sklearn.model_selection import RepeatedStratifiedKFold

    folds = RepeatedStratifiedKFold(n_splits=_FOLDS, n_repeats=_REPEATS, random_state=seed)
    yield from folds.split(truth, truth)


def _need(data: Published, rows: NDArray[np.int64], fewest: int, known: set[str]) -> None:
    """Refuse a training part with too few sources of a class, or without one that is asked for."""
    found, counts = np.unique(data.labels[rows], return_counts=True)
    missing = (known | {_POSITIVE}) - set(found.tolist())
    if missing or len(found) < 2 or counts.min() < fewest:
        told = ", ".join(f"{n} {name}" for name, n in zip(found, counts, strict=True))
        raise DataError(
            f"too few training sources of a class ({told or 'none at all'})",
            subject=data.name,
            remedy=f"give the whole data set: every class needs {fewest} or more",
        )


def _result(
    encoder: str,
    classifier: str,
    parts: Sequence[_Part],
    *,
    classes: list[str],
    truth: NDArray[np.int64],
    seed: int,
    draws: int,
) -> Result:
    """Put one classifier's parts together."""
    rows, chances = _rounds(parts)
    true, positive = truth[rows], classes.index(_POSITIVE)

    def means(chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        every = [score(true[chosen], c[chosen], positive=positive) for c in chances]
        numbers = [[getattr(scores, name) for name in _SCORES] for scores in every]
        return np.asarray(np.mean(numbers, axis=0), dtype=np.float64)

    ends = bootstrap_intervals(means, len(rows), draws=draws, seed=seed)
    confusion = np.sum([confusion_matrix(true, c) for c in chances], axis=0)
    return Result(
        encoder=encoder,
        classifier=classifier,
        **dict(zip(_SCORES, means(np.arange(len(rows))).tolist(), strict=True)),
        intervals={n: (float(a), float(b)) for n, (a, b) in zip(_SCORES, ends, strict=True)},
        confusion=confusion.tolist(),
        n_train=round(float(np.mean([len(part.train) for part in parts]))),
        n_test=len(rows),
    )


def _rounds(
    parts: Sequence[_Part],
) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """Return rows measured on, in order, and their probabilities (n, K) once a repeat."""
    folds = len(parts) // _REPEATS or 1
    rows: NDArray[np.int64] = np.sort(np.concatenate([part.test for part in parts[:folds]]))
    chances = []
    for start in range(0, len(parts), folds):
        several = parts[start : start + folds]
        order = np.argsort(np.concatenate([part.test for part in several]))
        chances.append(np.concatenate([part.probabilities for part in several])[order])
    return rows, chances


def _without_nan(value: Any) -> Any:
    """Return the same with None for NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
