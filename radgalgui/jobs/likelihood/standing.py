"""Where scores stand among those of a catalogue's own sources."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["CENTRAL", "Standing"]

CENTRAL: Final = 0.999
"""The share of a catalogue's own log-likelihoods that counts as inside."""


class Standing:
    """The scores of a catalogue's own sources, and how others compare with them.

    Parameters
    ----------
    scores : ndarray, shape (N, 5)
        In the order of `radgalgui.jobs.likelihood.methods.METHODS`; higher is more usual, NaN
        where a method has no say.
    """

    def __init__(self, scores: NDArray[np.float32]) -> None:
        self.scores = scores

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def own(self) -> NDArray[np.float32]:
        """Percentiles of the own sources, shape (N, 6): by each method, then by all together."""
        each = self._own_each
        return np.column_stack([each, self._together(each)]).astype(np.float32)

    @cached_property
    def central(self) -> tuple[float, float]:
        """Between which log-likelihoods the central 99.9 % of the own sources lie."""
        known = self.scores[:, 0][np.isfinite(self.scores[:, 0])]
        if not len(known):
            return float("nan"), float("nan")
        tail = (1.0 - CENTRAL) / 2.0
        return float(np.quantile(known, tail)), float(np.quantile(known, 1.0 - tail))

    def percentiles(self, scores: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return percentiles among the own sources: by each method, then by all together.

        Parameters
        ----------
        scores : ndarray, shape (n, 5)

        Returns
        -------
        ndarray, shape (n, 6), float32
            Per cent of the own sources that are less usual, ties by half; NaN where unknown.
        """
        each = self._each(scores)
        return np.column_stack([each, self._together(each)]).astype(np.float32)

    def outside(self, scores: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Return whether log-likelihoods are outside the central 99.9 %, at either end, (n,).

        A log-likelihood that is not known is not outside.
        """
        low, high = self.central
        told = np.asarray(scores)[:, 0]
        return (told < low) | (told > high)

    @cached_property
    def agreement(self) -> NDArray[np.float64]:
        """Spearman's rank correlation between the methods over the own sources, shape (5, 5)."""
        both = np.isfinite(self._own_each)
        found = np.full((self.scores.shape[1],) * 2, np.nan)
        for one in range(len(found)):
            for other in range(len(found)):
                rows = both[:, one] & both[:, other]
                if rows.sum() > 1:
                    pair = self._own_each[rows][:, [one, other]]
                    found[one, other] = np.asarray(np.corrcoef(pair, rowvar=False))[0, 1]
        return found

    @cached_property
    def _sorted(self) -> list[NDArray[np.floating]]:
        return [np.sort(column[np.isfinite(column)]) for column in np.asarray(self.scores).T]

    @cached_property
    def _own_each(self) -> NDArray[np.float64]:
        return self._each(self.scores)

    @cached_property
    def _own_together(self) -> NDArray[np.float64]:
        return np.sort(_mean_log(self._own_each))

    def _each(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        columns = zip(self._sorted, np.asarray(scores, dtype=np.float32).T, strict=True)
        return np.column_stack([_percentile(own, column) for own, column in columns])

    def _together(self, each: NDArray[np.floating]) -> NDArray[np.float64]:
        return _percentile(self._own_together, _mean_log(each))


def _percentile(own: NDArray[np.floating], scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return per cent of sorted scores that are lower, ties by half; NaN where unknown."""
    if not len(own):
        return np.full(len(scores), np.nan)
    order = np.argsort(scores)  # neighbours in turn are found many times faster
    rising, places = scores[order], np.empty(len(scores))
    places[order] = np.searchsorted(own, rising) + np.searchsorted(own, rising, side="right")
    return np.where(np.isfinite(scores), 50.0 * places / len(own), np.nan)


def _mean_log(each: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean logarithm of the percentiles that are known; NaN where none is."""
    logs = np.log(np.maximum(each, 1e-3))
    known = np.isfinite(logs)
    total = np.where(known, logs, 0.0).sum(axis=1)
    count = known.sum(axis=1)
    return np.where(count, total / np.maximum(count, 1), np.nan)
