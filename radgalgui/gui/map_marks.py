"""What is drawn over the sources: the query, its neighbours, the selection, earlier queries."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from radgalgui.gui.theme import LIGHT, Tokens

__all__ = ["MapMarks", "Marks"]

Point = tuple[float, float]

RING = 13.0  # radius in pixels of the ring around the query's star


@dataclass(frozen=True)
class Marks:
    """Places on the map, in its units; ``spread`` is how far the query may be from its own."""

    query: Point | None = None
    spread: float = 0.0
    neighbours: tuple[Point, ...] = ()
    earlier: tuple[Point, ...] = field(default=())
    selected: Point | None = None
    hovered: Point | None = None


class MapMarks(pg.GraphicsObject):  # type: ignore[misc]
    """Marks of constant size on the screen, each with a halo that parts it from the points."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = Marks()
        self._tokens = LIGHT
        self._bounds = QRectF()
        self.setZValue(10)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def set_marks(self, marks: Marks) -> None:
        """Show other marks."""
        self.marks = marks
        self.update()

    def set_bounds(self, bounds: QRectF) -> None:
        """Say which rectangle of the map marks may stand in."""
        self.prepareGeometryChange()
        self._bounds = bounds

    def boundingRect(self) -> QRectF:
        """Return the rectangle that marks may stand in."""
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw lines first, then rings, then the query on top."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in self.marks.earlier:
            self._star(painter, transform.map(QPointF(*place)), 5.0, QColor(self._tokens.muted))
        self._answer(painter, transform)
        if self.marks.hovered is not None:
            at = transform.map(QPointF(*self.marks.hovered))
            self._ring(painter, at, 6.0, QColor(self._tokens.text), 1.5)
        if self.marks.selected is not None:
            at = transform.map(QPointF(*self.marks.selected))
            self._ring(painter, at, 9.0, QColor(self._tokens.text), 2.0)
        painter.restore()

    def _answer(self, painter: QPainter, transform: QTransform) -> None:
        accent = QColor(self._tokens.accent)
        ends = [transform.map(QPointF(*place)) for place in self.marks.neighbours]
        if self.marks.query is not None:
            centre = transform.map(QPointF(*self.marks.query))
            self._spread(painter, centre, transform)
            self._lines(painter, centre, ends)
            self._ring(painter, centre, RING, accent, 2.0)
        for end in ends:
            self._dot(painter, end, 4.0, accent)
        if self.marks.query is not None:
            self._star(painter, centre, 8.0, accent)

    def _spread(self, painter: QPainter, centre: QPointF, transform: QTransform) -> None:
        """Draw how far the query may lie from its place, where that is more than its ring."""
        reach = self.marks.spread * abs(transform.m11()), self.marks.spread * abs(transform.m22())
        if min(reach) <= RING:
            return
        veil = QColor(self._tokens.accent)
        veil.setAlphaF(0.08)
        painter.setBrush(veil)
        line = QColor(self._tokens.accent)
        line.setAlphaF(0.7)
        painter.setPen(QPen(line, 1.0, Qt.PenStyle.DashLine))
        painter.drawEllipse(centre, *reach)

    def _lines(self, painter: QPainter, centre: QPointF, ends: list[QPointF]) -> None:
        colour = QColor(self._tokens.accent)
        colour.setAlphaF(0.55)
        painter.setPen(QPen(colour, 1.0))
        for end in ends:
            painter.drawLine(centre, end)

    def _dot(self, painter: QPainter, at: QPointF, size: float, colour: QColor) -> None:
        painter.setPen(QPen(QColor(self._tokens.canvas), 1.5))
        painter.setBrush(colour)
        painter.drawEllipse(at, size, size)

    def _ring(
        self, painter: QPainter, at: QPointF, size: float, colour: QColor, width: float
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(self._tokens.canvas), width + 2.5), QPen(colour, width)):
            painter.setPen(pen)
            painter.drawEllipse(at, size, size)

    def _star(self, painter: QPainter, at: QPointF, size: float, colour: QColor) -> None:
        painter.setPen(QPen(QColor(self._tokens.canvas), 1.5))
        painter.setBrush(colour)
        painter.drawPolygon(star(at, size))


def star(at: QPointF, size: float) -> QPolygonF:
    """Return a five-pointed star around a point."""
    corners = []
    for i in range(10):
        reach = size if i % 2 == 0 else size * 0.42
        angle = math.pi * i / 5
        corners.append(QPointF(at.x() + reach * math.sin(angle), at.y() - reach * math.cos(angle)))
    return QPolygonF(corners)
