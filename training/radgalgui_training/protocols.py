"""Classifiers on frozen vectors by the published protocol, beside the published numbers.

Where a data set comes with its test part, classifiers are fitted on the rest and measured on
that part, as published.  Where it does not, they are cross-validated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui.analysis.classifiers import CLASSIFIERS
from radgalgui.errors import DataError
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.look import look_words
from radgalgui_training.confidence import conformal_results
from radgalgui_training.fits import Fits, Part, Split, rounds_of
from radgalgui_training.literature import PUBLISHED_RESULTS
from radgalgui_training.networks import NetworkRecord, network_results
from radgalgui_training.published import Published, read_published
from radgalgui_training.results import ConformalResult, Report, Result, Rounds, measured

__all__ = ["FOLDS", "REPEATS", "Begins", "cross_validation", "evaluate", "unchecked"]

FOLDS: Final = 5
REPEATS: Final = 5

Begins = Callable[[Report], None]
"""Hears how something will be measured, before it is."""


def unchecked(_: Report, /) -> None:
    """Let everything be measured."""


def evaluate(
    dataset: str,
    root: Path,
    encoders: Sequence[Encoder],
    *,
    classifiers: Sequence[str] = tuple(CLASSIFIERS),
    networks: Sequence[NetworkRecord] = (),
    ignore_orientation: bool = True,
    scaling: str = "none",
    seed: int = 0,
    draws: int = 1000,
    begins: Begins = unchecked,
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
    networks : sequence of NetworkRecord
        Fine-tuned networks that answer with the classes of the set; see
        `radgalgui_training.networks.network_results` for how they are measured.
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
    begins : callable
        Called before the first fit with the report as it is then: how it will be measured, and
        no results.  What it raises ends the work before it costs minutes.
    progress, cancel
        Told of, and looked at before, every fit.

    Raises
    ------
    DataError
        If the data set is missing or damaged, or a part holds too few sources of a class.
    UsageError
        If a classifier or scaling is unknown, or an encoder takes another number of bands.
    Cancelled
        If the token is raised.
    """
    data = read_published(dataset, root)
    if not data.test.any():
        data = data.without_repeats()  # or a source would be measured on its own twin
    plan = _Plan.of(data, seed=seed, draws=draws)
    fits = Fits(
        data.labels,
        scaling=scaling,
        seed=seed,
        total=len(encoders) * len(classifiers) * len(plan.splits),
        progress=progress,
        cancel=cancel,
    )
    for encoder in encoders:
        data.check_bands(encoder.preprocessing)  # refused before the work
    report = Report(
        dataset=dataset,
        protocol=_protocol(data),
        classes=plan.rounds.classes,
        positive=data.positive,
        ignore_orientation=ignore_orientation,
        scaling=scaling,
        seed=seed,
        results=(),
        published=PUBLISHED_RESULTS.get(dataset, ()),
    )
    begins(report)
    results: list[Result] = []
    conformal: list[ConformalResult] = []
    embedded: dict[tuple[str, bool], NDArray[np.float32]] = {}
    for encoder in encoders:
        vectors = data.vectors(encoder, ignore_orientation=ignore_orientation, cancel=cancel)
        embedded[encoder.sha256, ignore_orientation] = vectors
        parts = fits.run(vectors, classifiers, plan.splits)
        results += [plan.result(encoder.name, name, parts[name]) for name in parts]
        conformal += plan.conformal(encoder.name, list(parts.values()), seed=seed)
    protocol = report.protocol
    for record in networks:
        rows, words = network_results(
            record, data, draws=draws, seed=seed, embedded=embedded, cancel=cancel
        )
        results += rows
        protocol += f"; {words}"
    return replace(report, protocol=protocol, results=tuple(results), conformal=tuple(conformal))


@dataclass(frozen=True)
class _Plan:
    """Which rows are fitted on and measured.

    Parameters
    ----------
    truth : ndarray of int, shape (N,)
        Column of each source's class.
    splits : list of Split
        First those that are reported, then those that only conformal sets are measured on.
    reported : int
        How many are reported: one, or `FOLDS` a repeat.
    rounds : Rounds
        The sources that are measured on.
    """

    truth: NDArray[np.int64]
    splits: list[Split]
    reported: int
    rounds: Rounds

    @classmethod
    def of(cls, data: Published, *, seed: int, draws: int) -> _Plan:
        classes, truth = np.unique(data.labels, return_inverse=True)
        if data.test.any():
            train, rows = np.flatnonzero(~data.test), np.flatnonzero(data.test)
            _need(data, train, 2, set(data.labels[rows].tolist()))
            splits, reported = [(train, rows), *_folds_of(train, truth, seed)], 1
        else:
            splits, rows = cross_validation(data, seed), np.arange(len(data))
            reported = len(splits)
        groups = None if data.groups is None else data.groups[rows]
        weights = bootstrap_weights(len(rows), draws=draws, seed=seed, groups=groups)
        rounds = Rounds(truth[rows], tuple(classes.tolist()), data.positive, weights)
        return cls(truth, splits, reported, rounds)

    def result(self, encoder: str, classifier: str, parts: list[Part]) -> Result:
        """Put one classifier's parts together."""
        own = parts[: self.reported]
        _, chances = rounds_of(own, folds=min(self.reported, FOLDS))
        n_train = round(float(np.mean([len(part.train) for part in own])))
        return measured(encoder, classifier, self.rounds, chances, n_train=n_train)

    def conformal(
        self, encoder: str, parts: list[list[Part]], *, seed: int
    ) -> list[ConformalResult]:
        """Measure the sets of the mean of all classifiers on sources of the training part."""
        chosen = [own if self.reported > 1 else own[1:] for own in parts]
        if not chosen or not chosen[0]:
            return []
        each = [rounds_of(own, folds=FOLDS) for own in chosen]
        rows = each[0][0]
        means = [np.mean(several, axis=0) for several in zip(*(c for _, c in each), strict=True)]
        return conformal_results(
            encoder, self.truth[rows], means, classes=self.rounds.classes, seed=seed
        )


def cross_validation(data: Published, seed: int) -> list[Split]:
    """Return the rows to fit on and to measure on of each fold of each repeat.

    Folds have their share of each class, and no group is in two of them.

    Raises
    ------
    DataError
        If a class has fewer sources than there are folds.
    """
    _need(data, np.arange(len(data)), FOLDS, {data.positive})
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedKFold if data.groups is None else StratifiedGroupKFold
    return [
        split
        for repeat in range(REPEATS)
        for split in kind(FOLDS, shuffle=True, random_state=seed + repeat).split(
            data.labels, data.labels, data.groups
        )
    ]


def _folds_of(train: NDArray[np.int64], truth: NDArray[np.int64], seed: int) -> Iterator[Split]:
    """Give the folds of a training part; none where a class is too small for them."""
    from sklearn.model_selection import StratifiedKFold

    if np.unique(truth[train], return_counts=True)[1].min() < FOLDS:
        return
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for fitted, held in folds.split(train, truth[train]):
        yield train[fitted], train[held]


def _protocol(data: Published) -> str:
    few = f" ({data.few})" if data.few else ""
    # No semicolon before the looks: results of other looks must not be merged with these.
    seen = f", sources seen {how}" if (how := look_words(data.classifier_looks)) else ""
    if data.test.any():
        return f"fitted on the training part{few}, measured on the published test part{seen}"
    grouped = "" if data.groups is None else ", sources that share sky kept together"
    return (
        f"stratified {FOLDS}-fold cross-validation of the training part{few}{grouped}, "
        f"repeated {REPEATS} times (the published test part is not present){seen}"
    )


def _need(data: Published, rows: NDArray[np.int64], fewest: int, known: set[str]) -> None:
    """Refuse a training part with too few sources of a class, or without one that is asked for."""
    found, counts = np.unique(data.labels[rows], return_counts=True)
    missing = (known | {data.positive}) - set(found.tolist())
    if missing or len(found) < 2 or counts.min() < fewest:
        told = ", ".join(f"{n} {name}" for name, n in zip(found, counts, strict=True))
        raise DataError(
            f"too few training sources of a class ({told or 'none at all'})",
            subject=data.name,
            remedy=f"give the whole data set: every class needs {fewest} or more",
        )
