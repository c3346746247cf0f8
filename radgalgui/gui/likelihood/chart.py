"""What a histogram shows, as plain values: sets in shared bins, marks, a range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.likelihood.bins import Bins, shared_bins

__all__ = ["EMPTY", "QUERIES", "Chart", "Mark", "Series", "make_chart", "ticks"]

#: In place of a colour: that of the query and its neighbours in the theme.
QUERIES = "accent"

#: Percentiles of the open catalogue that are written above a histogram, the first before others.
PERCENTILES = (50, 10, 90, 1, 99, 0.1, 99.9)

#: What is drawn is higher than the highest bin by this factor.
HEADROOM = 1.05


@dataclass(frozen=True)
class Series:
    """A set of galaxies: its values, and how it is drawn.

    ``colour`` is "" for the open catalogue, which is filled with a grey of the theme; ``dash``
    are lengths of strokes and gaps, none for a whole line: a sign beside the colour.  The colour
    `QUERIES` is the theme's.
    """

    key: str
    title: str
    values: NDArray[np.floating] = field(repr=False)
    colour: str = ""
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A single galaxy: its value, words, and whether it is the query rather than a source."""

    value: float
    words: str
    query: bool = True


@dataclass(frozen=True)
class Chart:
    """Sets in the same bins; all that is drawn of them can be asked here.

    Parameters
    ----------
    bins : Bins
        Shared by all sets.
    series : tuple of Series
        Those that are shown, the open catalogue first if it is among them.
    counts : tuple of ndarray (bins.count + 2,)
        Galaxies of each set in each bin, those far off at both ends.
    axis : str
        What is measured, with its unit.
    percentiles : tuple of (float, float)
        A percentile of the open catalogue and the value there.
    density : bool
        Whether heights are per cent of each set in a bin, rather than counts.
    log : bool
        Whether heights are on a logarithmic scale.
    rug : tuple of float
        Values of single galaxies, each a short line on the axis.
    """

    bins: Bins
    series: tuple[Series, ...] = ()
    counts: tuple[NDArray[np.int64], ...] = ()
    axis: str = ""
    percentiles: tuple[tuple[float, float], ...] = ()
    density: bool = False
    log: bool = False
    rug: tuple[float, ...] = ()

    @property
    def below(self) -> bool:
        """Whether anything lies below the bins."""
        return any(counts[0] > 0 for counts in self.counts) or any(
            value < self.bins.low for value in self.rug
        )

    @property
    def above(self) -> bool:
        """Whether anything lies above them."""
        return any(counts[-1] > 0 for counts in self.counts) or any(
            value >= self.bins.high for value in self.rug
        )

    def heights(self, number: int) -> NDArray[np.float64]:
        """Return how high a set's bins are."""
        counts = self.counts[number].astype(np.float64)
        return 100 * counts / max(counts.sum(), 1.0) if self.density else counts

    @cached_property
    def top(self) -> float:
        """The height of the highest bin, at least something."""
        return (
            max((float(self.heights(i).max()) for i in range(len(self.series))), default=1.0) or 1
        )

    @cached_property
    def bottom(self) -> float:
        """Where a logarithmic scale begins: at half of the lowest bin that is not empty."""
        heights = [self.heights(i) for i in range(len(self.series))]
        least = [float(h[h > 0].min()) for h in heights if (h > 0).any()]
        return min(least, default=1.0) / 2

    def level(self, height: float) -> float:
        """Return how far up a height is drawn, as a share of the room."""
        if not self.log:
            return height / (HEADROOM * self.top)
        if height <= self.bottom:
            return 0.0
        return math.log(height / self.bottom) / math.log(HEADROOM * self.top / self.bottom)

    @property
    def height_title(self) -> str:
        """What heights are."""
        return "Per cent of each set in a bin" if self.density else "Galaxies in a bin"

    def height_ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Return round heights and their words."""
        if not self.log:
            return [(v, f"{v:,.6g}") for v in ticks(0, self.top, most)]
        first, last = math.ceil(math.log10(self.bottom)), math.floor(math.log10(self.top))
        step = max(math.ceil((last - first + 1) / most), 1)
        return [(10.0**e, f"{10.0**e:,g}") for e in range(first, last + 1, step)]


EMPTY = Chart(Bins(0.0, 1.0, 1))


def make_chart(
    reference: NDArray[np.floating],
    series: Sequence[Series],
    *,
    axis: str = "",
    density: bool = False,
    log: bool = False,
    rug: Sequence[float] = (),
) -> Chart:
    """Return sets in the bins that they share.

    ``reference`` (N,) are the values of the open catalogue, whether it is shown or not: its bins
    and its percentiles stay where they are when a set is hidden.
    """
    shown = tuple(series)
    bins = shared_bins(reference, [s.values for s in shown])
    known = np.asarray(reference, np.float64)
    known = known[np.isfinite(known)]
    places: tuple[tuple[float, float], ...] = ()
    if known.size:
        values = np.percentile(known, PERCENTILES)
        places = tuple((p, float(v)) for p, v in zip(PERCENTILES, values, strict=True))
    counts = tuple(bins.counts(s.values) for s in shown)
    return Chart(bins, shown, counts, axis, places, density, log, tuple(rug))


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return round values from ``low`` to ``high``, about ``most`` of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / max(most, 1)
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(m * unit for m in (1, 2, 5, 10) if m * unit >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]
