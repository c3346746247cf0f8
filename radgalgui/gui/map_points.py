"""Sources on the map as one indexed image: as fast for a million points as for ten thousand."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform, qRgba
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from radgalgui.gui.stamps import CORE, radius, stamp

__all__ = ["Cells", "MapPoints"]

FEW = 40  # chosen sources that are fewer than a part in so many are as wide as if they were that
PALE = 70  # opacity, of 255, of sources that are not chosen while others are


class Cells:
    """Points sorted by a grid of cells, so that those in a rectangle are found without a search.

    Parameters
    ----------
    xy : ndarray, shape (N, 2)
        Positions; those that are not finite are left out.

    Attributes
    ----------
    index : ndarray (M,), xy : ndarray (M, 2)
        The rows and positions that are left, cell by cell: those of cell ``c``, which is
        ``row * grid + column``, from ``start[c]`` to ``start[c + 1]``.
    """

    def __init__(self, xy: NDArray[np.floating], grid: int = 256) -> None:
        finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
        kept = np.asarray(xy[finite], dtype=np.float32)
        self.grid = grid
        self.low = kept.min(axis=0) if len(kept) else np.zeros(2, np.float32)
        high = kept.max(axis=0) if len(kept) else np.ones(2, np.float32)
        self.span = np.maximum(high - self.low, np.float32(1e-6))
        column, row = np.minimum((kept - self.low) / self.span * grid, grid - 1).astype(np.int64).T
        order = np.argsort(row * grid + column, kind="stable")
        self.index = finite[order]
        self.xy = np.ascontiguousarray(kept[order])
        cell = (row * grid + column)[order]
        self.start = np.searchsorted(cell, np.arange(grid * grid + 1))

    @property
    def bounds(self) -> QRectF:
        """The rectangle that holds all points."""
        return QRectF(*(float(v) for v in (*self.low, *self.span)))

    def within(self, rect: QRectF) -> NDArray[np.int64]:
        """Return the positions in ``self.xy`` of the cells that touch a rectangle."""
        corners = np.array([[rect.left(), rect.top()], [rect.right(), rect.bottom()]])
        scaled = (corners - self.low) / self.span * self.grid
        if (scaled[1] < 0).any() or (scaled[0] > self.grid).any():
            return np.empty(0, np.int64)
        (x0, y0), (x1, y1) = np.clip(np.floor(scaled), 0, self.grid - 1).astype(np.int64)
        rows = np.arange(y0, y1 + 1) * self.grid
        first, last = self.start[rows + x0], self.start[rows + x1 + 1]
        pieces = [np.arange(a, b) for a, b in zip(first, last, strict=True) if b > a]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int64)

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """Return the source nearest to a place, or None within ``reach`` of it."""
        near = self.within(QRectF(x - reach, y - reach, 2 * reach, 2 * reach))
        if not len(near):
            return None
        distance = ((self.xy[near] - np.array([x, y], np.float32)) ** 2).sum(axis=1)
        best = int(distance.argmin())
        return int(self.index[near[best]]) if distance[best] <= reach * reach else None


class MapPoints(pg.GraphicsObject):  # type: ignore[misc]
    """All sources, painted as one image of colour numbers; redrawn only when the view moves.

    While some are chosen there is a second image, of these, and the others below it are pale.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cells = Cells(np.empty((0, 2)))
        self._codes = np.empty(0, np.uint8)
        self._shaped = False
        self._table: list[int] = [0] * 256
        self._pale: list[int] = [0] * 256
        self._chosen: NDArray[np.bool_] | None = None
        self._drawn: tuple[object, ...] | None = None
        self._images: list[tuple[QImage, NDArray[np.uint8]]] = []

    def set_points(self, xy: NDArray[np.floating]) -> None:
        """Show sources at ``xy`` (N, 2), without colour before `set_codes`."""
        self.prepareGeometryChange()
        self.cells = Cells(xy)
        self._chosen = None

    def set_chosen(self, chosen: NDArray[np.bool_] | None) -> None:
        """Let the sources that are not ``chosen`` (N,) be pale; None where none is."""
        self._chosen = None if chosen is None else chosen[self.cells.index]
        self._drawn = None
        self.update()

    def set_codes(self, codes: NDArray[np.uint8], *, shaped: bool) -> None:
        """Colour the sources by numbers (N,), each number in a shape of its own if ``shaped``."""
        self._codes = codes[self.cells.index]
        self._shaped = shaped
        self._drawn = None
        self.update()

    def set_table(self, table: NDArray[np.uint8]) -> None:
        """Give each colour number its colour, shape (M, 3)."""
        rows = [tuple(int(v) for v in row) for row in table]
        self._table, self._pale = [0] * 256, [0] * 256
        for code, (red, green, blue) in enumerate(rows[1:], start=1):
            self._table[code] = qRgba(red, green, blue, 96)
            self._table[CORE + code] = qRgba(red, green, blue, 255)
            grey = (red + green + blue) // 3
            r, g, b = ((value + 2 * grey) // 3 for value in (red, green, blue))
            self._pale[code] = qRgba(r, g, b, PALE // 3)
            self._pale[CORE + code] = qRgba(r, g, b, PALE)
        self._drawn = None
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle that holds all points."""
        return self.cells.bounds

    def viewTransformChanged(self) -> None:
        """Repaint: the size of points does not follow the zoom."""
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the image of the points in view."""
        device = widget or painter.device()
        ratio = device.devicePixelRatio()
        transform = painter.worldTransform()
        wanted = (_numbers(transform), device.width(), device.height(), ratio)
        if wanted != self._drawn:
            self._draw(transform, device.width(), device.height(), ratio)
            self._drawn = wanted
        painter.save()
        painter.resetTransform()
        for image, _pixels in self._images:
            painter.drawImage(QPointF(0, 0), image)
        painter.restore()

    def _draw(self, transform: QTransform, width: int, height: int, ratio: float) -> None:
        inverse, _ = transform.inverted()
        shown = self.cells.within(inverse.mapRect(QRectF(-8, -8, width + 16, height + 16)))
        m11, m22, dx, dy = (np.float32(v * ratio) for v in _numbers(transform))
        x = (self.cells.xy[shown, 0] * m11 + dx).astype(np.int32)
        y = (self.cells.xy[shown, 1] * m22 + dy).astype(np.int32)
        w, h = round(width * ratio), round(height * ratio)
        reach = self._reach(len(shown), width * height, ratio)
        parts: list[tuple[slice | NDArray[np.bool_], list[int], int]]
        parts = [(slice(None), self._table, reach)]
        if self._chosen is not None:
            chosen = self._chosen[shown]
            wider = self._reach(max(int(chosen.sum()), len(shown) // FEW), width * height, ratio)
            parts = [(~chosen, self._pale, reach), (chosen, self._table, wider)]
        self._images = []
        for part, table, wide in parts:
            pixels = self._stamped(x[part], y[part], shown[part], (w, h), reach=wide)
            rows, stride = pixels.shape
            image = QImage(pixels.data, w, rows, stride, QImage.Format.Format_Indexed8)
            image.setColorTable(table)
            image.setDevicePixelRatio(ratio)
            self._images.append((image, pixels))

    def _reach(self, count: int, area: int, ratio: float) -> int:
        """Return how wide points are of which ``count`` stand on so many logical pixels."""
        return radius(count, area, ratio)

    def _stamped(
        self,
        x: NDArray[np.int32],
        y: NDArray[np.int32],
        shown: NDArray[np.int64],
        size: tuple[int, int],
        *,
        reach: int,
    ) -> NDArray[np.uint8]:
        """Return colour numbers for an image of (width, height) pixels."""
        return stamp(x, y, self._codes[shown], *size, reach=reach, shaped=self._shaped)


def _numbers(transform: QTransform) -> tuple[float, float, float, float]:
    return transform.m11(), transform.m22(), transform.dx(), transform.dy()
