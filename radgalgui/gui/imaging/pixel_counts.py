"""How often each brightness occurs in a picture, on an axis fine where pixels are faint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.noise import background

__all__ = ["PixelCounts", "count_pixels"]

BINS = 220
FAINT = 2.0  # sigma about the background within which the axis is nearly linear
BELOW, BEYOND = 8.0, 12.0  # sigma that are always on the axis, at most and at least


@dataclass(frozen=True)
class PixelCounts:
    """Counts of pixels in bins of equal width on a bent axis: asinh((value - level) / knee).

    Parameters
    ----------
    level, noise : float
        Of the background, in the unit of the picture; the noise is 0 where it is not known.
    knee : float
        Values nearer to the level than this are spread evenly.
    low, high : float
        Ends of the axis, bent.
    counts : ndarray, shape (B,), int64
        Pixels in each bin; what lies beyond the ends counts in the last ones.
    """

    level: float
    noise: float
    knee: float
    low: float
    high: float
    counts: NDArray[np.int64]

    def place(self, value: float) -> float:
        """Return where a value stands: 0 is the lower end of the axis, 1 the upper."""
        bent = np.arcsinh((value - self.level) / self.knee)
        return float((bent - self.low) / (self.high - self.low))

    def value(self, place: float) -> float:
        """Return the value at a place; the inverse of `place`."""
        return float(self.level + self.knee * np.sinh(self.low + place * (self.high - self.low)))

    def values(self, count: int) -> NDArray[np.float64]:
        """Return the values at equal steps from end to end."""
        bent = np.linspace(self.low, self.high, count)
        return np.asarray(self.level + self.knee * np.sinh(bent))


def count_pixels(
    values: NDArray[np.floating], part: tuple[int, int, int, int] | None = None
) -> PixelCounts | None:
    """Count the pixels of a picture, or of the columns and rows from and up to ``part``.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        NaN and infinity are not counted.
    part : tuple of int, optional
        First column, first row, last column and last row plus one.

    Returns
    -------
    PixelCounts or None
        On the axis of the whole picture, so that parts can be compared; None where nothing is
        finite.
    """
    whole = values[np.isfinite(values)]
    if not whole.size:
        return None
    level, noise = background(values)
    least, most = float(whole.min()), float(whole.max())
    knee = FAINT * noise if noise > 0 else max((most - least) / 20, 1e-30)
    sigma = noise or knee
    ends = (max(least, level - BELOW * sigma), max(most, level + BEYOND * sigma))
    low, high = (float(np.arcsinh((end - level) / knee)) for end in ends)
    if part is not None:
        x0, y0, x1, y1 = part
        inside = values[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
        whole = inside[np.isfinite(inside)]
    bent = np.arcsinh((whole.astype(np.float64) - level) / knee)
    counts, _ = np.histogram(np.clip(bent, low, high), BINS, (low, high))
    return PixelCounts(level, noise, knee, low, high, counts.astype(np.int64))
