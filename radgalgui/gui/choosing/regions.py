"""Which sources of a map lie in a rectangle or within a line drawn by hand.

Both look at cells first: those that lie within or without as a whole are settled at once, and
only the points of cells that the outline crosses are compared with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF

from radgalgui.gui.map_points import Cells

__all__ = ["in_lasso", "in_rectangle"]

OUT, IN, ACROSS = np.uint8(0), np.uint8(1), np.uint8(2)
AT_ONCE = 4_000_000  # comparisons of a point with an edge: some tens of MB


def in_rectangle(cells: Cells, rect: QRectF) -> NDArray[np.int64]:
    """Return the rows of sources in a rectangle of the map, its edges included, in no order."""
    rect = rect.normalized()
    near = cells.within(rect)
    x, y = cells.xy[near].T
    inside = (x >= rect.left()) & (x <= rect.right()) & (y >= rect.top()) & (y <= rect.bottom())
    rows: NDArray[np.int64] = cells.index[near[inside]]
    return rows


def in_lasso(cells: Cells, outline: ArrayLike) -> NDArray[np.int64]:
    """Return the rows of sources within a closed line, in no order.

    Parameters
    ----------
    cells : Cells
        The sources of the map.
    outline : array_like, shape (K, 2)
        Corners in the map's units; the last is joined to the first.  What the line goes around
        is within, however often it does so and wherever it crosses itself (the winding number
        is not 0).  Fewer than three corners hold nothing.
    """
    corners = np.asarray(outline, dtype=np.float64).reshape(-1, 2)
    if len(corners) < 3 or not len(cells.index):
        return np.empty(0, np.int64)
    unit = cells.span.astype(np.float64) / cells.grid
    edges = _Edges((corners - cells.low) / unit)
    first = max(int(np.floor(edges.low.min())), 0)
    last = min(int(np.floor(edges.high.max())), cells.grid - 1)
    found = [_in_row(cells, edges, row, unit) for row in range(first, last + 1)]
    return np.concatenate(found) if found else np.empty(0, np.int64)


class _Edges:
    """The sides of an outline in units of cells, each with the rows that it spans."""

    def __init__(self, corners: NDArray[np.float64]) -> None:
        self.start, self.end = corners, np.roll(corners, -1, axis=0)
        self.low = np.minimum(self.start[:, 1], self.end[:, 1])
        self.high = np.maximum(self.start[:, 1], self.end[:, 1])

    def spanning(self, row: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return both ends (E, 2) of the sides that come into a row, or all but touch it."""
        there = (self.high >= row - 0.01) & (self.low <= row + 1.01)
        return self.start[there], self.end[there]


def _in_row(cells: Cells, edges: _Edges, row: int, unit: NDArray[np.float64]) -> NDArray[np.int64]:
    starts = cells.start[row * cells.grid : (row + 1) * cells.grid + 1]
    first, last = int(starts[0]), int(starts[-1])
    if first == last:
        return np.empty(0, np.int64)
    a, b = edges.spanning(row)
    state = _columns(a, b, row, cells.grid)
    told = np.repeat(state, np.diff(starts))
    unsure = np.flatnonzero(told == ACROSS)
    inside = told == IN
    places = (cells.xy[first + unsure].astype(np.float64) - cells.low) / unit
    inside[unsure] = _wound(places, a, b)
    rows: NDArray[np.int64] = cells.index[first:last][inside]
    return rows


def _columns(
    a: NDArray[np.float64], b: NDArray[np.float64], row: int, grid: int
) -> NDArray[np.uint8]:
    """Return for each cell of a row whether it is `IN`, `OUT`, or the outline goes `ACROSS`."""
    middles = np.column_stack([np.arange(grid) + 0.5, np.full(grid, row + 0.5)])
    state: NDArray[np.uint8] = np.where(_wound(middles, a, b), IN, OUT)
    rise = b[:, 1] - a[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (b[:, 0] - a[:, 0]) / rise
        ends = [
            a[:, 0] + (np.clip(y, *_ordered(a[:, 1], b[:, 1])) - a[:, 1]) * slope
            for y in (row - 0.01, row + 1.01)
        ]
    level = np.abs(rise) < 1e-12
    x0 = np.where(level, a[:, 0], ends[0])
    x1 = np.where(level, b[:, 0], ends[1])
    left, right = _ordered(x0, x1)
    for low, high in zip(left, right, strict=True):
        state[max(int(np.floor(low - 0.01)), 0) : max(int(np.floor(high + 0.01)) + 1, 0)] = ACROSS
    return state


def _ordered(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.minimum(a, b), np.maximum(a, b)


def _wound(
    places: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which places (P, 2) the sides from ``a`` to ``b`` (E, 2) go around.

    Sides that no line from a place to the right can meet may be left out.
    """
    x, y = places[:, :1], places[:, 1:]
    wound = np.zeros(len(places), dtype=np.int64)
    step = max(1, AT_ONCE // max(len(places), 1))
    for first in range(0, len(a), step):
        p, q = a[first : first + step], b[first : first + step]
        up = (p[:, 1] <= y) & (q[:, 1] > y)
        down = (p[:, 1] > y) & (q[:, 1] <= y)
        # Which side of the line from p to q a place lies on: left of it where this is positive.
        side = (q[:, 0] - p[:, 0]) * (y - p[:, 1]) - (x - p[:, 0]) * (q[:, 1] - p[:, 1])
        wound += (up & (side > 0)).sum(axis=1) - (down & (side < 0)).sum(axis=1)
    around: NDArray[np.bool_] = wound != 0
    return around
