"""Bins that several histograms share, with room at both ends for what lies far off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bins", "shared_bins"]

FEWEST, MOST = 16, 120
#: How far beyond the reference's own central 98 % bins may reach, in widths of that.
REACH = 2.5
#: Values nearer to the middle than these percentiles have a bin, if they are within reach.
ENDS = (0.1, 99.9)
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Bins:
    """``count`` bins of equal ``width`` from ``low``, one for all that is below, one above.

    Bin 0 holds what lies below ``low``, bin ``count + 1`` what lies above the last edge.
    """

    low: float
    width: float
    count: int

    @property
    def high(self) -> float:
        """The upper edge of the last bin."""
        return self.low + self.width * self.count

    def edge(self, number: int) -> float:
        """Return the lower edge of a bin; infinite at the ends."""
        if number <= 0:
            return -math.inf
        return math.inf if number > self.count + 1 else self.low + self.width * (number - 1)

    def bin_of(self, values: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the bins of values that are not NaN."""
        # clipped in float64 first: no integer holds what lies furthest off
        steps = np.floor((np.asarray(values, np.float64) - self.low) / self.width) + 1
        numbers: NDArray[np.int64] = np.clip(steps, 0, self.count + 1).astype(np.int64)
        return numbers

    def counts(self, values: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return how many values each bin holds, shape (count + 2,); NaN counts nowhere."""
        values = np.asarray(values)
        known = values[~np.isnan(values)]
        counts: NDArray[np.int64] = np.bincount(self.bin_of(known), minlength=self.count + 2)
        return counts

    def inside(self, values: NDArray[np.floating], first: int, last: int) -> NDArray[np.int64]:
        """Return which values lie in the bins ``first`` to ``last``, NaN in none; ascending."""
        values = np.asarray(values)
        known = np.flatnonzero(~np.isnan(values))
        bins = self.bin_of(values[known])
        rows: NDArray[np.int64] = known[(bins >= first) & (bins <= last)]
        return rows


def shared_bins(
    reference: NDArray[np.floating], others: Sequence[NDArray[np.floating]] = ()
) -> Bins:
    """Return bins in which sets can be compared.

    Their width is that of Freedman & Diaconis (1981) for the reference, rounded to 1, 2, 2.5 or
    5 times a power of ten, so that edges are round numbers.  They reach over the central 99.8 %
    of every set, but no further than 2.5 widths of the reference's central 98 % beyond that:
    a single value far off, such as -1e10, does not squeeze the others together.

    Parameters
    ----------
    reference : ndarray, shape (N,)
        Values of the open catalogue; NaN and infinity are left out.  Where there are none, all
        of ``others`` together take their place; without any, bins are between 0 and 1.
    others : sequence of ndarray, shape (n,)
        Values of the sets beside it.
    """
    sets = [known for known in map(_finite, [reference, *others]) if known.size]
    if not sets:
        return Bins(0.0, 1 / FEWEST, FEWEST)
    own = _finite(reference)
    own = own if own.size else np.concatenate(sets)
    first, q1, q3, last = (float(v) for v in np.percentile(own, (1, 25, 75, 99)))
    span = (last - first) or max(abs(last), 1.0) * 1e-3
    ends = [np.percentile(values, ENDS) for values in sets]
    low = max(min(float(end[0]) for end in ends), first - REACH * span)
    high = min(max(float(end[1]) for end in ends), last + REACH * span)
    width = 2 * (q3 - q1) / len(own) ** (1 / 3) or span / FEWEST
    width = _rounded(min(max(width, (high - low) / MOST), max(high - low, span) / FEWEST))
    start = math.floor(low / width)
    count = max(math.floor(high / width) + 1 - start, 1)
    return Bins(start * width, width, count)


def _finite(values: NDArray[np.floating]) -> NDArray[np.float64]:
    values = np.asarray(values, dtype=np.float64)
    finite: NDArray[np.float64] = values[np.isfinite(values)]
    return finite


def _rounded(width: float) -> float:
    """Return the next larger round number."""
    unit: float = 10.0 ** math.floor(math.log10(width))
    return next(step * unit for step in ROUND if step * unit >= width * (1 - 1e-9))
