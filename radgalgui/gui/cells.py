"""Points sorted by a grid of cells: what lies in a rectangle or near a place, without a search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

__all__ = ["Cells", "Layouts"]

SLACK = 1e-4  # of a cell: points at the edge of one may be counted to its neighbour by rounding


class Cells:
    """Points sorted by a grid of cells, so that those in a rectangle are found without a search.

    For a worker thread where they are many: of a million that takes a tenth of a second.

    Parameters
    ----------
    xy : ndarray, shape (N, 2)
        Positions; those that are not finite are left out.
    grid : int
        Cells along each side, 256 at most.

    Attributes
    ----------
    index : ndarray (M,), xy : ndarray (M, 2)
        The rows and positions that are left, cell by cell: those of cell ``c``, which is
        ``row * grid + column``, from ``start[c]`` to ``start[c + 1]``.
    x, y : ndarray (M,), float32
        The columns of ``xy``, each in one piece of memory.
    extent : QRectF
        The smallest rectangle that holds all points.
    low, span : ndarray (2,)
        The corner and the sides of the grid: those of ``extent``, unless points were left out of
        it by `kept`.
    """

    def __init__(self, xy: NDArray[np.floating], grid: int = 256) -> None:
        columns = np.ascontiguousarray(np.asarray(xy, dtype=np.float32).T)
        finite = np.isfinite(columns).all(axis=0)
        rows = np.arange(columns.shape[1]) if finite.all() else np.flatnonzero(finite)
        x, y = columns if len(rows) == columns.shape[1] else columns[:, rows]
        self.grid = grid
        some = len(rows) > 0
        self.low = np.array([x.min(), y.min()] if some else [0, 0], np.float32)
        high = np.array([x.max(), y.max()] if some else [1, 1], np.float32)
        self.span = np.maximum(high - self.low, np.float32(1e-6))
        cell = self._numbers(y, 1) * np.uint16(grid) + self._numbers(x, 0)
        order = np.argsort(cell, kind="stable")  # of 16-bit numbers: digit by digit, in one pass
        self._sort(rows[order], x[order], y[order])
        self.start = _ends(np.bincount(cell, minlength=grid * grid))

    def _numbers(self, values: NDArray[np.float32], axis: int) -> NDArray[np.uint16]:
        scaled = (values - self.low[axis]) * np.float32(self.grid / self.span[axis])
        number: NDArray[np.uint16] = np.minimum(scaled, self.grid - 1).astype(np.uint16)
        return number

    def _sort(
        self, index: NDArray[np.int64], x: NDArray[np.float32], y: NDArray[np.float32]
    ) -> None:
        both = np.empty((2, len(index)), np.float32)
        both[0], both[1] = x, y
        ends = [(float(v.min()), float(v.max())) if len(v) else (0.0, 0.0) for v in both]
        self.extent = QRectF(QPointF(ends[0][0], ends[1][0]), QPointF(ends[0][1], ends[1][1]))
        self.index, self.xy = index, both.T
        self.x, self.y = both

    def kept(self, mask: NDArray[np.bool_]) -> Cells:
        """Return cells of the same grid with those points whose row is true in ``mask`` (N,)."""
        mine = mask[self.index]
        made = Cells.__new__(Cells)
        made.grid, made.low, made.span = self.grid, self.low, self.span
        made._sort(self.index[mine], self.x[mine], self.y[mine])
        made.start = np.concatenate([[0], np.cumsum(mine)])[self.start]
        return made

    @property
    def bounds(self) -> QRectF:
        """The rectangle of the grid, which holds all points."""
        return QRectF(*(float(v) for v in (*self.low, *self.span)))

    def runs(self, rect: QRectF) -> list[tuple[int, int]]:
        """Return the pieces (first, end) of ``xy`` that lie in the cells that touch a rectangle."""
        corners = np.array([[rect.left(), rect.top()], [rect.right(), rect.bottom()]])
        scaled = (corners - self.low) / self.span * self.grid
        if (scaled[1] < -SLACK).any() or (scaled[0] > self.grid + SLACK).any():
            return []
        scaled += [[-SLACK], [SLACK]]
        (x0, y0), (x1, y1) = np.clip(np.floor(scaled), 0, self.grid - 1).astype(np.int64)
        rows = np.arange(y0, y1 + 1) * self.grid
        first, end = self.start[rows + x0], self.start[rows + x1 + 1]
        some = end > first
        first, end = first[some], end[some]
        if not len(first):
            return []
        apart = np.flatnonzero(first[1:] != end[:-1])  # whole rows follow one another
        first = first[np.concatenate([[0], apart + 1])]
        end = end[np.concatenate([apart, [len(end) - 1]])]
        return list(zip(first.tolist(), end.tolist(), strict=True))

    def count(self, rect: QRectF) -> int:
        """Return how many points lie in the cells that touch a rectangle."""
        return sum(end - first for first, end in self.runs(rect))

    def within(self, rect: QRectF) -> NDArray[np.int64]:
        """Return the positions in ``self.xy`` of the cells that touch a rectangle."""
        pieces = [np.arange(first, end) for first, end in self.runs(rect)]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int64)

    def rows_in(self, rect: QRectF) -> NDArray[np.int64]:
        """Return the rows of the points in a rectangle, its edges included, in no order."""
        rect = rect.normalized()
        near = self.within(rect)
        x, y = self.x[near], self.y[near]
        inside = (x >= rect.left()) & (x <= rect.right()) & (y >= rect.top()) & (y <= rect.bottom())
        rows: NDArray[np.int64] = self.index[near[inside]]
        return rows

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """Return the row of the point nearest to a place, or None within ``reach`` of it."""
        near = self.within(QRectF(x - reach, y - reach, 2 * reach, 2 * reach))
        if not len(near):
            return None
        distance = (self.x[near] - np.float32(x)) ** 2 + (self.y[near] - np.float32(y)) ** 2
        best = int(distance.argmin())
        return int(self.index[near[best]]) if distance[best] <= reach * reach else None

    @cached_property
    def _crowding(self) -> float:
        counts = np.sort(np.diff(self.start))
        whole = counts.sum()
        if not whole:
            return 0.0
        place = int(np.searchsorted(np.cumsum(counts), 0.99 * whole))
        area = float(self.span[0]) * float(self.span[1]) / self.grid**2
        return math.inf if area == 0 else float(counts[min(place, len(counts) - 1)]) / area

    def crowding(self) -> float:
        """Return how many points stand on a unit of area where it is crowded.

        Only one point in a hundred stands in a cell that is more crowded; 0 without points.
        """
        return self._crowding


class Layouts:
    """The cells of maps, each sorted once: those given at once, others when they are asked for."""

    def __init__(self, maps: Mapping[str, NDArray[np.floating]] | None = None) -> None:
        self._kept: dict[str, tuple[NDArray[np.floating], Cells]] = {}
        for name, places in (maps or {}).items():
            self.of(name, places)

    def of(self, name: str, places: NDArray[np.floating]) -> Cells:
        """Return sources sorted by their places (N, 2) on a map; anew where these are others."""
        kept = self._kept.get(name)
        if kept is None or kept[0] is not places:
            cells = Cells(places)
            cells.crowding()  # now, not when it is painted
            kept = self._kept[name] = (places, cells)
        return kept[1]


def _ends(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)])
