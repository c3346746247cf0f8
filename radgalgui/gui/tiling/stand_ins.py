"""Which source stands for each part of the map: a usual one near the middle of those there.

Parts are squares whose sides are powers of two in the map's units, counted from its origin: they
belong to the map and not to the window, so that moving the map changes none of them, and zooming
in parts each into four.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from radgalgui.gui.cells import Cells
from radgalgui.gui.colours import MISSING

__all__ = ["Crowd", "Parts", "StandIns", "stand_ins"]

USUAL = 20.0  # a colour so many numbers from the mean weighs as much as a place one side away
MOST = 65_000  # parts at once: their numbers have 16 bits, which sort in one pass


@dataclass(frozen=True)
class Parts:
    """Squares of the map: columns ``left`` to ``left + columns`` and rows alike, from below.

    Parameters
    ----------
    wide, high : int
        The sides of a square are two to these powers, in the map's units.
    """

    wide: int
    high: int
    left: int
    bottom: int
    columns: int
    rows: int

    @classmethod
    def over(cls, rect: QRectF, wide: int, high: int) -> Parts:
        """Return the squares that touch a rectangle of the map."""
        x, y = 2.0**wide, 2.0**high
        left, bottom = math.floor(rect.left() / x), math.floor(rect.top() / y)
        right, top = math.ceil(rect.right() / x), math.ceil(rect.bottom() / y)
        return cls(wide, high, left, bottom, max(right - left, 1), max(top - bottom, 1))

    @property
    def rect(self) -> QRectF:
        """The rectangle of the map that they cover."""
        x, y = 2.0**self.wide, 2.0**self.high
        return QRectF(self.left * x, self.bottom * y, self.columns * x, self.rows * y)

    def number_at(self, x: float, y: float) -> int | None:
        """Return the number of the part at a place, row by row from below; None outside."""
        column = math.floor(x / 2.0**self.wide) - self.left
        row = math.floor(y / 2.0**self.high) - self.bottom
        inside = 0 <= column < self.columns and 0 <= row < self.rows
        return row * self.columns + column if inside else None

    def rect_of(self, number: int) -> QRectF:
        """Return the rectangle of one part."""
        row, column = divmod(number, self.columns)
        x, y = 2.0**self.wide, 2.0**self.high
        return QRectF((self.left + column) * x, (self.bottom + row) * y, x, y)


@dataclass(frozen=True)
class Crowd:
    """The sources of a map, from which some are to be chosen.

    Parameters
    ----------
    cells : Cells
        Those that are shown, with their places.
    codes : ndarray (N,), uint8
        Colour numbers by catalogue row.
    apart : bool
        Whether these are categories.
    chosen : ndarray (N,), bool, or None
        Those that come first, by catalogue row.
    """

    cells: Cells
    codes: NDArray[np.uint8]
    apart: bool = False
    chosen: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class StandIns:
    """One source for each part that holds any, in the order of the parts' numbers.

    Parameters
    ----------
    parts : Parts
        The squares.
    number : ndarray (T,)
        Those that hold sources.
    row : ndarray (T,)
        The source that stands for each, a row of the catalogue.
    code : ndarray (T,), uint8
        Its colour number.
    count : ndarray (T,)
        How many sources a part holds.
    lit : ndarray (T,), bool
        Whether one of them is chosen; all are, where none is chosen anywhere.
    """

    parts: Parts
    number: NDArray[np.int64]
    row: NDArray[np.int64]
    code: NDArray[np.uint8]
    count: NDArray[np.int64]
    lit: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.number)

    def at(self, x: float, y: float) -> int | None:
        """Return which stands at a place of the map, as a position in these arrays, or None."""
        number = self.parts.number_at(x, y)
        if number is None:
            return None
        place = int(np.searchsorted(self.number, number))
        there = place < len(self) and int(self.number[place]) == number
        return place if there else None


def stand_ins(crowd: Crowd, parts: Parts) -> StandIns:
    """Return for each part the source that stands for all in it.

    It is near to the middle of them, and of a usual colour: the most frequent category, or a
    number near to their mean.  Where some are chosen it is one of these.  Two calls with other
    parts of the same size tell the same of each part.

    Raises
    ------
    ValueError
        If there are more than 65,000 parts.
    """
    if parts.columns * parts.rows > MOST:
        raise ValueError(f"{parts.columns} x {parts.rows} parts are too many at once")
    number, row, x, y = _inside(crowd.cells, parts)
    size = parts.columns * parts.rows
    count = np.bincount(number, minlength=size)
    middle = [_means(number, values, count) for values in (x, y)]
    score = (x - middle[0][number]) ** 2 + (y - middle[1][number]) ** 2
    codes = crowd.codes[row]
    kept = np.ones(len(row), dtype=bool)
    lit = np.ones(size, dtype=bool)
    if crowd.chosen is not None:
        chosen = crowd.chosen[row]
        lit = np.bincount(number[chosen], minlength=size) > 0
        kept = chosen | ~lit[number]
    if crowd.apart:
        kept &= codes == _most_frequent(number[kept], codes[kept], size)[number]
    else:
        score += _unusual(number, codes, kept, size)
    best = _least(number, np.where(kept, score, np.inf).astype(np.float32), count)
    there = np.flatnonzero(count)
    return StandIns(parts, there, row[best], codes[best], count[there], lit[there])


def _inside(
    cells: Cells, parts: Parts
) -> tuple[NDArray[np.uint16], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Return the part of each source in any, its row, and its place within the part, in sides."""
    near = cells.within(parts.rect)
    columns, x = _split(cells.x[near], parts.wide, parts.left)
    rows, y = _split(cells.y[near], parts.high, parts.bottom)
    inside = (columns >= 0) & (columns < parts.columns) & (rows >= 0) & (rows < parts.rows)
    number = (rows[inside] * parts.columns + columns[inside]).astype(np.uint16)
    order = np.argsort(number, kind="stable")
    return number[order], cells.index[near[inside][order]], x[inside][order], y[inside][order]


def _split(
    values: NDArray[np.float32], power: int, first: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    scaled = values * 2.0**-power  # a power of two: nothing is rounded
    whole = np.floor(scaled)
    return whole.astype(np.int64) - first, (scaled - whole).astype(np.float32)


def _means(
    number: NDArray[np.uint16], values: NDArray[np.floating], count: NDArray[np.int64]
) -> NDArray[np.float64]:
    sums = np.bincount(number, weights=values, minlength=len(count))
    means: NDArray[np.float64] = sums / np.maximum(count, 1)
    return means


def _most_frequent(
    number: NDArray[np.uint16], codes: NDArray[np.uint8], size: int
) -> NDArray[np.int64]:
    kinds = int(codes.max(initial=0)) + 1
    counts = np.bincount(number.astype(np.int64) * kinds + codes, minlength=size * kinds)
    frequent: NDArray[np.int64] = counts.reshape(size, kinds).argmax(axis=1)
    return frequent


def _unusual(
    number: NDArray[np.uint16], codes: NDArray[np.uint8], kept: NDArray[np.bool_], size: int
) -> NDArray[np.float64]:
    """Return how far colours are from the mean of their part; unknown ones are far."""
    known = kept & (codes != MISSING)
    counted = np.bincount(number[known], minlength=size)
    mean = _means(number[known], codes[known], counted)
    far = (codes - mean[number]) / USUAL
    unusual: NDArray[np.float64] = np.where(codes == MISSING, 25.0, far * far)
    return np.where(counted[number] > 0, unusual, 0.0)


def _least(
    number: NDArray[np.uint16], score: NDArray[np.float32], count: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return where the least score of each part stands, the first of several."""
    if not len(score):
        return np.empty(0, np.int64)
    some = count[count > 0]
    start = np.cumsum(some) - some
    least = np.repeat(np.minimum.reduceat(score, start), some)
    found = np.flatnonzero(score == least)
    first = np.unique(number[found], return_index=True)[1]
    best: NDArray[np.int64] = found[first]
    return best
