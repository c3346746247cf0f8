"""The bright pixels that hang together around a place, found without a look at the whole image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["nearest_bright", "pixels_around"]

_FIRST = 64
"""Pixels to each side of a place where an island is looked for at first."""
_EIGHT = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True)
class _Box:
    """Columns and rows of an image, the last ones left out."""

    left: int
    right: int
    low: int
    high: int

    def within(self, shape: tuple[int, int]) -> _Box:
        height, width = shape
        left, right = max(self.left, 0), min(self.right, width)
        return _Box(left, right, max(self.low, 0), min(self.high, height))

    def grown(self, west: bool, east: bool, south: bool, north: bool) -> _Box:
        """Return a box that reaches on by its own length at those of its sides."""
        wide, high = self.right - self.left, self.high - self.low
        return _Box(
            self.left - wide * west,
            self.right + wide * east,
            self.low - high * south,
            self.high + high * north,
        )

    def of(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        return values[self.low : self.high, self.left : self.right]


def nearest_bright(
    values: NDArray[np.floating], level: float, place: tuple[float, float], reach: float
) -> tuple[int, int] | None:
    """Return the pixel above a level that lies nearest to a place.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        NaN is below every level; may be a memory map.
    level : float
        In the unit of the values.
    place : tuple of float
        0-based pixel (x, y), which may lie outside.
    reach : float
        Pixels beyond which none is taken.

    Returns
    -------
    tuple of int or None
        (x, y); of those that are equally near the first one, row by row.
    """
    x, y = place
    box = _Box(
        math.floor(x - reach),
        math.ceil(x + reach) + 1,
        math.floor(y - reach),
        math.ceil(y + reach) + 1,
    ).within((values.shape[0], values.shape[1]))
    if box.left >= box.right or box.low >= box.high:
        return None
    rows, columns = np.nonzero(_above(box.of(values), level))
    apart = np.hypot(columns + box.left - x, rows + box.low - y)
    if apart.size == 0 or apart.min() > reach:
        return None
    best = int(np.argmin(apart))
    return int(columns[best]) + box.left, int(rows[best]) + box.low


def pixels_around(
    values: NDArray[np.floating], level: float, seeds: Iterable[tuple[int, int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pixels above a level that hang together with some that are.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        NaN is below every level.  Of a memory map only what lies around the islands is read.
    level : float
        In the unit of the values.
    seeds : iterable of tuple of int
        Pixels (x, y) above the level.

    Returns
    -------
    x, y : ndarray, shape (n,)
        Each pixel once, row by row; empty without seeds.  Neighbours share sides or corners.

    Notes
    -----
    A box around each seed grows at the sides that its island touches, until it touches none but
    those of the image.  What is closed within a box is the same in the whole image.
    """
    width = values.shape[1]
    found = np.empty(0, dtype=np.int64)
    for x, y in seeds:
        if y * width + x not in found:
            rows, columns = _closed(values, level, x, y)
            found = np.union1d(found, rows * width + columns)
    y_of, x_of = np.divmod(found, width)
    return x_of, y_of


def _closed(
    values: NDArray[np.floating], level: float, x: int, y: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of the island that holds a pixel."""
    from scipy.ndimage import label

    height, width = values.shape
    box = _Box(x - _FIRST, x + _FIRST + 1, y - _FIRST, y + _FIRST + 1)
    while True:
        box = box.within((height, width))
        labels, _ = label(_above(box.of(values), level), structure=_EIGHT)
        island = labels == labels[y - box.low, x - box.left]
        open_sides = (
            box.left > 0 and bool(island[:, 0].any()),
            box.right < width and bool(island[:, -1].any()),
            box.low > 0 and bool(island[0].any()),
            box.high < height and bool(island[-1].any()),
        )
        if not any(open_sides):
            rows, columns = np.nonzero(island)
            return rows + box.low, columns + box.left
        box = box.grown(*open_sides)


def _above(values: NDArray[np.floating], level: float) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(values > level)
