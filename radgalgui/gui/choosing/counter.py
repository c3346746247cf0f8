"""How many sources lie in an area while it is still being drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QLabel

from radgalgui.gui.choosing.regions import in_lasso, in_rectangle
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.map_points import Cells
from radgalgui.gui.map_view import MapView
from radgalgui.gui.theme import GRID, numbers_font

__all__ = ["AreaCount", "count_within"]

FEW = 20_000  # up to so many sources near an area are counted one by one
BESIDE = 2 * GRID  # pixels between pointer and number
SIGNS = {"add": "+", "subtract": "−", "intersect": "∩ ", "replace": ""}


def count_within(cells: Cells, corners: NDArray[np.float64], *, lasso: bool) -> tuple[int, bool]:
    """Return how many sources lie in an area, and whether the number is exact.

    Where there are many, cells count by the share of them that lies within: a million sources
    take a millisecond.

    Parameters
    ----------
    cells : Cells
        The sources of the map.
    corners : ndarray, shape (K, 2)
        What the area goes around, in the map's units.
    lasso : bool
        Whether it is a line drawn by hand, and not a rectangle.
    """
    low, high = corners.min(axis=0), corners.max(axis=0)
    rect = QRectF(QPointF(*low), QPointF(*high))
    if len(cells.within(rect)) <= FEW:
        rows = in_lasso(cells, corners) if lasso else in_rectangle(cells, rect)
        return len(rows), True
    counts = np.diff(cells.start).reshape(cells.grid, cells.grid)
    return round(float((counts * _covered(cells, corners)).sum())), False


def _covered(cells: Cells, corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which share of each cell lies within an outline, (grid, grid)."""
    size = cells.grid
    image = QImage(size, size, QImage.Format.Format_Grayscale8)
    image.fill(0)
    places = (corners - cells.low) / cells.span * size
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(float(x), float(y)) for x, y in places]))
    path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(path, QColor(Qt.GlobalColor.white))
    painter.end()
    seen = np.frombuffer(image.constBits(), np.uint8).reshape(size, image.bytesPerLine())
    return seen[:, :size] / 255.0


class AreaCount(QLabel):
    """Beside the pointer, how many sources the area holds that is being drawn."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self.setObjectName("areaCount")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(numbers_font(self.font()))
        self.hide()
        view.area.growing.connect(self._follow)

    def _follow(self, corners: NDArray[np.float64] | None, how: str) -> None:
        if corners is None:
            self.hide()
            return
        lasso = self._view.area.tool is Tool.LASSO
        count, exact = count_within(self._view.points.cells, corners, lasso=lasso)
        self.setText(f"{SIGNS[how]}{'' if exact else 'about '}{_rounded(count, exact):,}")
        self.adjustSize()
        x, y = corners[-1] if lasso else corners[2]
        at = self._view.pixel_of(float(x), float(y)) + QPoint(BESIDE, BESIDE)
        room = self._view.rect().adjusted(GRID, GRID, -GRID - self.width(), -GRID - self.height())
        at.setX(max(room.left(), min(at.x(), room.right())))
        at.setY(max(room.top(), min(at.y(), room.bottom())))
        self.move(at)
        self.show()
        self.raise_()


def _rounded(count: int, exact: bool) -> int:
    """Return a number with no more figures than are known."""
    return count if exact or count < 1000 else round(count, -2)
