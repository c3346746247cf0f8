"""Where scores stand among those of a catalogue's own sources."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.combine import Combination, agreement
from radgalgui.analysis.percentiles import Reference
from radgalgui.analysis.two_samples import central_limits

__all__ = ["Standing"]


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
        return np.column_stack([self._each, self._together.own]).astype(np.float32)

    @cached_property
    def central(self) -> tuple[float, float]:
        """Between which log-likelihoods the central 99.9 % of the own sources lie."""
        known = self.scores[:, 0][np.isfinite(self.scores[:, 0])]
        if not len(known):
            return float("nan"), float("nan")
        return central_limits(known)

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
        each = self._reference.percentile(scores)
        return np.column_stack([each, self._together.percentile(each)]).astype(np.float32)

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
        return agreement(self.scores)

    @cached_property
    def _reference(self) -> Reference:
        return Reference(self.scores)

    @cached_property
    def _each(self) -> NDArray[np.float64]:
        return self._reference.percentile(self.scores)

    @cached_property
    def _together(self) -> Combination:
        return Combination(self._each)
