"""Probabilities of sources by a classifier that was not fitted on them, fold by fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.analysis.classifiers import fit_classifier
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FEWEST", "HeldOut", "stratified_folds"]

FEWEST: Final = 3  # sources of a class: so that two are left to fit on when one is held out


class HeldOut:
    """The out-of-fold probabilities of one classifier, made in steps of one fold.

    Each source is answered once, by a classifier fitted on the other folds.  Several rounds
    are not averaged: the mean of several classifiers is better than the one that will answer
    a new source, and sets that were calibrated with it would be too small.

    Parameters
    ----------
    name : str
        One of `radgalgui.analysis.classifiers.CLASSIFIERS`.
    vectors : ndarray, shape (N, D)
        Of labelled sources.
    labels : array-like, shape (N,)
        At least `FEWEST` sources of each of two or more classes; compared as text.
    folds, seed : int
        How many folds (fewer where a class has fewer sources), and which.

    Raises
    ------
    UsageError
        If a class has too few sources.
    """

    def __init__(
        self,
        name: str,
        vectors: NDArray[np.floating],
        labels: ArrayLike,
        *,
        folds: int = 5,
        seed: int = 0,
    ) -> None:
        self.name = name
        self._vectors, self._labels = vectors, np.asarray(labels).astype(str)
        self._seed = seed
        self._folds = stratified_folds(self._labels, folds=folds, seed=seed)
        self._left = list(range(int(self._folds.max()) + 1))
        self._found = np.full((len(self._labels), len(np.unique(self._labels))), np.nan)

    @property
    def left(self) -> int:
        """How many folds are still to be done."""
        return len(self._left)

    def step(self) -> None:
        """Fit on all folds but one, and answer that one."""
        held = self._folds == self._left.pop(0)
        fitted = fit_classifier(
            self.name, self._vectors[~held], self._labels[~held], seed=self._seed
        )
        self._found[held] = fitted.probabilities(self._vectors[held])

    def run(self) -> NDArray[np.float64]:
        """Do all that is left and return the probabilities, shape (N, K), classes sorted."""
        while self._left:
            self.step()
        return self._found


def stratified_folds(labels: ArrayLike, *, folds: int = 5, seed: int = 0) -> NDArray[np.int64]:
    """Return the fold of each source, shape (N,), classes shared out evenly.

    There are at most as many folds as the rarest class has sources, so that each is held out
    once and never missing from the rest.

    Raises
    ------
    UsageError
        If there are fewer than two classes, or one has fewer than `FEWEST` sources.
    """
    names = np.asarray(labels).astype(str)
    found, counts = np.unique(names, return_counts=True)
    if len(found) < 2:
        raise UsageError("holding out needs two classes or more", remedy="label other sources too")
    rarest = int(counts.argmin())
    if counts[rarest] < FEWEST:
        raise UsageError(
            f"the class {str(found[rarest])!r} has {counts[rarest]} sources, and holding one out "
            f"takes {FEWEST}",
            remedy="label more of it",
        )
    number = min(folds, int(counts[rarest]))
    rng = np.random.default_rng(seed)
    result = np.empty(len(names), dtype=np.int64)
    start = 0
    for name in found:
        rows = rng.permutation(np.flatnonzero(names == name))
        # Go on where the last class ended, so that folds differ by one source at most.
        result[rows] = (start + np.arange(len(rows))) % number
        start += len(rows)
    return result
