"""Many classifiers fitted side by side, on parts of the same vectors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.classifiers import fit_classifier, import_classifiers
from radgalgui.progress import CancelToken, Progress

__all__ = ["Fits", "Part", "Split", "rounds_of"]

Split: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows to fit on, and rows to measure on."""


@dataclass(frozen=True)
class Part:
    """The probabilities (len(test), K) that a fit on rows ``train`` gives for rows ``test``."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    probabilities: NDArray[np.float64]


class Fits:
    """Fits classifiers in threads, as many as there are cores; the numbers do not depend on it.

    Trees, which take most of the time, are grown without the interpreter's lock.

    Parameters
    ----------
    labels : ndarray, shape (N,)
        Classes by name.
    scaling, seed
        As for `radgalgui.analysis.classifiers.fit_classifier`.
    total : int
        How many fits there will be in all.
    progress, cancel
        Told of, and looked at before, every fit.
    """

    def __init__(
        self,
        labels: NDArray[np.str_],
        *,
        scaling: str,
        seed: int,
        total: int,
        progress: Progress,
        cancel: CancelToken | None,
    ) -> None:
        self._labels, self._scaling, self._seed = labels, scaling, seed
        self._total, self._done = total, 0
        self._progress, self._cancel = progress, cancel

    def run(
        self, vectors: NDArray[np.floating], names: Sequence[str], splits: Sequence[Split]
    ) -> dict[str, list[Part]]:
        """Return the parts of each classifier, in the order of the splits.

        Raises
        ------
        UsageError
            If a classifier is unknown.
        Cancelled
            If the token is raised.
        """

        def fit(name: str, split: Split) -> Part:
            train, test = split
            fitted = fit_classifier(
                name, vectors[train], self._labels[train], scaling=self._scaling, seed=self._seed
            )
            return Part(train, test, fitted.probabilities(vectors[test]))

        import_classifiers()
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            jobs = {name: [pool.submit(fit, name, split) for split in splits] for name in names}
            parts: dict[str, list[Part]] = {name: [] for name in names}
            for name, several in jobs.items():
                for job in several:
                    self._step()
                    parts[name].append(job.result())
            return parts
        finally:
            pool.shutdown(cancel_futures=True)

    def _step(self) -> None:
        if self._cancel is not None:
            self._cancel.check()
        self._progress(self._done, self._total, "fitting classifiers")
        self._done += 1


def rounds_of(
    parts: Sequence[Part], *, folds: int
) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """Put the parts of one classifier together, of which ``folds`` in turn are a repeat.

    Returns
    -------
    rows : ndarray, shape (n,)
        Rows measured on, in order.
    probabilities : list of ndarray, shape (n, K)
        One a repeat.
    """
    rows: NDArray[np.int64] = np.sort(np.concatenate([part.test for part in parts[:folds]]))
    chances = []
    for start in range(0, len(parts), folds):
        several = parts[start : start + folds]
        order = np.argsort(np.concatenate([part.test for part in several]))
        chances.append(np.concatenate([part.probabilities for part in several])[order])
    return rows, chances
