"""A small picture of the whole map, with the part that is in view outlined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, qRgba
from PySide6.QtWidgets import QWidget

from radgalgui.gui.cells import Cells
from radgalgui.gui.spread import faded, look_of
from radgalgui.gui.tally import CODES, Lattice, Paint, tally
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["Overview"]

LONGEST = 128  # pixels of the longer side
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
PART = 0.8  # shown while less than this part of the map is in view


class Overview(QWidget):
    """Stands in a corner while only part of the map is in view; a press goes there."""

    wanted = Signal(QPointF)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAccessibleName("Overview of the map")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("The whole map, and what is in view; click to go there")
        self._tokens = LIGHT
        self._bounds, self._view = QRectF(), QRectF()
        self._query: tuple[float, float] | None = None
        self._image = QImage()
        self._pixels = np.empty((0, 0), np.uint8)
        self._others: list[QWidget] = []
        self.hide()

    def yield_to(self, other: QWidget) -> None:
        """Keep clear of something that stands on the map, too: below it, or beside what is high."""
        self._others.append(other)
        other.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make room for others, and take it again."""
        if event.type() in MOVES:
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Stand in the upper right corner, or as near to it as others allow."""
        over = self._over.rect().adjusted(0, 2 * GRID, -2 * GRID, 0)
        box = QRect(QPoint(over.right() - self.width() + 1, over.top()), self.size())
        for other in sorted(self._others, key=lambda o: o.height() > o.width()):
            if other.isHidden() or not box.intersects(other.geometry()):
                continue
            if other.height() > other.width():
                box.moveRight(other.x() - GRID - 1)
            else:
                box.moveTop(other.geometry().bottom() + GRID + 1)
        self.setGeometry(box)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def set_points(self, cells: Cells) -> None:
        """Show another map; its points become one grey image."""
        self._bounds = cells.bounds
        longer = max(self._bounds.width(), self._bounds.height())
        scale = (LONGEST - 2 * GRID) / longer
        width, height = (
            round(v * scale) + 2 * GRID for v in (self._bounds.width(), self._bounds.height())
        )
        self.resize(QSize(width, height))
        self._pixels = _density(cells, scale, width, height)
        rows, stride = self._pixels.shape
        self._image = QImage(self._pixels.data, width, rows, stride, QImage.Format.Format_Indexed8)

    def show_view(self, view: QRectF, query: tuple[float, float] | None) -> None:
        """Outline what is in view, and mark the query."""
        self._view, self._query = view, query
        part = max(
            view.width() / max(self._bounds.width(), 1e-9),
            view.height() / max(self._bounds.height(), 1e-9),
        )
        self.setVisible(part < PART)
        self.update()

    def _to_screen(self, x: float, y: float) -> QPointF:
        scale = (max(self.width(), self.height()) - 2 * GRID) / max(
            self._bounds.width(), self._bounds.height(), 1e-9
        )
        left = GRID + (x - self._bounds.left()) * scale
        return QPointF(left, self.height() - GRID - (y - self._bounds.top()) * scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the place under the pointer."""
        longer = max(self._bounds.width(), self._bounds.height())
        scale = (max(self.width(), self.height()) - 2 * GRID) / max(longer, 1e-9)
        x = self._bounds.left() + (event.position().x() - GRID) / scale
        y = self._bounds.top() + (self.height() - GRID - event.position().y()) / scale
        self.wanted.emit(QPointF(x, y))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the points, the view and the query."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._tokens.line), 1))
        painter.setBrush(QColor(self._tokens.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        grey = QColor(self._tokens.muted)
        alpha = qRgba(grey.red(), grey.green(), grey.blue(), 0)
        self._image.setColorTable([alpha | (level << 24) for level in range(256)])
        painter.drawImage(0, 0, self._image)
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        corner = self._to_screen(self._view.left(), self._view.bottom())
        other = self._to_screen(self._view.right(), self._view.top())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._tokens.text), 1))
        painter.drawRect(QRectF(corner, other).normalized())
        if self._query is not None:
            painter.setPen(QPen(QColor(self._tokens.panel), 1.5))
            painter.setBrush(QColor(self._tokens.accent))
            painter.drawEllipse(self._to_screen(*self._query), 4, 4)
        painter.end()


def _density(cells: Cells, scale: float, width: int, height: int) -> NDArray[np.uint8]:
    """Return how dense sources are on each pixel, 0 to 255; rows padded as QImage wants them."""
    left, top = float(cells.low[0]) - GRID / scale, float(cells.low[1]) + (height - GRID) / scale
    to = Lattice(left, top, scale, -scale, width, height)
    tallies = tally(cells, Paint(np.ones(len(cells.index), np.uint8), apart=False), to)
    look = look_of(len(cells.index), width * height, cells.crowding() / scale**2)
    made = np.zeros((height, (width + 3) // 4 * 4), np.uint8)
    made[:, :width] = faded(tallies, look) // CODES
    return made
