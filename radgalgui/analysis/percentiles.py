"""Where numbers stand among those of a reference, as percentiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Reference"]


class Reference:
    """The scores of a reference's own sources, by one method or several.

    Parameters
    ----------
    scores : ndarray, shape (N, M)
        A column a method, higher for the more usual source.  NaN is not known and left out;
        -inf is a score like others, below all that are finite.  Kept as float32, as scores
        are stored: so a source that is asked about again stands level with itself.

    Raises
    ------
    UsageError
        If the scores are of another shape.
    """

    def __init__(self, scores: NDArray[np.floating]) -> None:
        self._columns = []
        for column in _table(scores).T:
            known = np.sort(column)  # NaN is sorted to the end
            self._columns.append(known[: len(known) - int(np.isnan(known).sum())])

    @property
    def methods(self) -> int:
        """M, how many methods there are."""
        return len(self._columns)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many scores of each method are known."""
        return tuple(len(column) for column in self._columns)

    def percentile(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return 100 x the share of own sources with a lower score, half of those level with it.

        Parameters
        ----------
        scores : ndarray, shape (n, M)

        Returns
        -------
        ndarray, shape (n, M), float64
            0 where nothing in the reference is stranger, 50 where half is; NaN where the score is
            NaN, or nothing is known of the reference by that method.

        Raises
        ------
        UsageError
            If the scores are of another shape.
        """
        table = _table(scores)
        if table.shape[1] != self.methods:
            raise UsageError(
                f"scores by {table.shape[1]} methods do not compare with those by {self.methods}"
            )
        told = np.full(table.shape, np.nan)
        for number, (own, asked) in enumerate(zip(self._columns, table.T, strict=True)):
            if len(own):
                told[:, number] = _standing(own, asked)
        return told


def _standing(own: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the percentiles of numbers among sorted ones."""
    order = np.argsort(asked)  # numbers that lie close are found far quicker one after the other
    rising = asked[order]
    twice = np.searchsorted(own, rising, side="left") + np.searchsorted(own, rising, side="right")
    told = np.empty(len(asked))
    told[order] = 50.0 * twice / len(own)
    told[np.isnan(asked)] = np.nan
    return told


def _table(scores: NDArray[np.floating]) -> NDArray[np.float32]:
    table = np.asarray(scores)
    if table.ndim != 2 or not table.shape[1]:
        raise UsageError(f"scores of shape (N, M) are needed, not {table.shape}")
    with np.errstate(over="ignore"):  # beyond float32 it is infinite, and stays in order
        return np.asarray(table, dtype=np.float32)
