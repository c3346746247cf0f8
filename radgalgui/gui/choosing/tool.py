"""Rectangle and lasso: what is drawn on the map with the mouse to choose sources."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from radgalgui.gui.choosing.chosen import How
from radgalgui.gui.choosing.regions import in_lasso, in_rectangle
from radgalgui.gui.theme import LIGHT, Tokens

if TYPE_CHECKING:
    from radgalgui.gui.map_view import MapView

__all__ = ["AreaTool", "Outline", "Tool", "how_of"]

CLICK = 4.0  # pixels; what moves less is a click
STEP = 3.0  # pixels between the corners of a lasso


class Tool(Enum):
    """What dragging with the left button does on the map."""

    HAND = "hand"
    RECTANGLE = "rectangle"
    LASSO = "lasso"


def how_of(keys: Qt.KeyboardModifier) -> How:
    """Return what keys held down ask for: Shift adds, Alt or Ctrl takes away, both intersect."""
    add = bool(keys & Qt.KeyboardModifier.ShiftModifier)
    minus = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
    take = bool(keys & minus)
    if add and take:
        return "intersect"
    return "add" if add else "subtract" if take else "replace"


class Outline(pg.GraphicsObject):  # type: ignore[misc]
    """The line that is being drawn, over everything else on the map."""

    def __init__(self) -> None:
        super().__init__()
        self.polygon = QPolygonF()
        self._tokens = LIGHT
        self.setZValue(20)
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_line(self, polygon: QPolygonF) -> None:
        """Show a closed line, in the map's units; an empty one hides it."""
        self.prepareGeometryChange()
        self.polygon = polygon
        self.setVisible(not polygon.isEmpty())

    def boundingRect(self) -> QRectF:
        """Return the rectangle around the line."""
        return self.polygon.boundingRect()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the line with a halo, and what is within a little darker."""
        line = painter.worldTransform().map(self.polygon)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addPolygon(line)
        path.closeSubpath()
        path.setFillRule(Qt.FillRule.WindingFill)
        veil = QColor(self._tokens.text)
        veil.setAlphaF(0.07)
        painter.fillPath(path, veil)
        painter.strokePath(path, QPen(QColor(self._tokens.canvas), 3.5))
        painter.strokePath(path, QPen(QColor(self._tokens.text), 1.5, Qt.PenStyle.DashLine))
        painter.restore()


class AreaTool(QObject):
    """Follows the mouse on a map while an area is drawn.

    ``drawn(rows, words, how)`` tells which sources lie in it, what kind of area it was, and what
    is to be done with them; ``changed()`` that another tool is in use.  ``growing(corners, how)``
    tells while it is drawn what it goes around, (K, 2) in the map's units, and None at its end.
    """

    drawn = Signal(object, str, str)
    growing = Signal(object, str)
    changed = Signal()

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view, self.tool = view, Tool.HAND
        self.outline = Outline()
        self._begun: QPointF | None = None
        self._corners: list[QPointF] = []
        self._how: How = "replace"

    def use(self, tool: Tool) -> None:
        """Use another tool."""
        self.cancel()
        if tool is not self.tool:
            self.tool = tool
            self.changed.emit()

    @property
    def cursor(self) -> Qt.CursorShape:
        """The pointer's shape where no source is below it."""
        hand = self.tool is Tool.HAND
        return Qt.CursorShape.ArrowCursor if hand else Qt.CursorShape.CrossCursor

    def cancel(self) -> bool:
        """Give up the area that is being drawn; False where there is none."""
        was, self._begun, self._corners = self._begun is not None, None, []
        self.outline.show_line(QPolygonF())
        if was:
            self.growing.emit(None, self._how)
        return was

    def press(self, event: QMouseEvent) -> bool:
        """Begin an area; False where the hand is in use, or another button was pressed."""
        self.cancel()
        if self.tool is Tool.HAND or event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._begun = event.position()
        self._how = how_of(event.modifiers())
        self._corners = [self._place(event.position())]
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Go on with an area; False where none is being drawn."""
        if self._begun is None:
            return False
        here, at = event.position(), self._place(event.position())
        if self.tool is Tool.RECTANGLE:
            start = self._corners[0]
            self._corners = [
                *(start, QPointF(at.x(), start.y()), at, QPointF(start.x(), at.y())),
            ]
        elif (self._pixel(self._corners[-1]) - here).manhattanLength() >= STEP:
            self._corners.append(at)
        if len(self._corners) > 1:
            self.outline.show_line(QPolygonF(self._corners))
            self.growing.emit(np.array([[p.x(), p.y()] for p in self._corners]), self._how)
        return True

    def release(self, event: QMouseEvent) -> bool:
        """Finish an area and tell what lies in it; False where there was none but a click."""
        if self._begun is None or event.button() is not Qt.MouseButton.LeftButton:
            return False
        self.move(event)
        corners = np.array([[p.x(), p.y()] for p in self._corners])
        self.cancel()
        pixels = [self._pixel(QPointF(x, y)) for x, y in corners]
        if max((p - pixels[0]).manhattanLength() for p in pixels) < CLICK:
            return False
        how = how_of(event.modifiers()) if self._how == "replace" else self._how
        self.drawn.emit(self._rows(corners), self.tool.value, how)
        return True

    def _rows(self, corners: NDArray[np.float64]) -> NDArray[np.int64]:
        cells = self._view.points.cells
        if self.tool is Tool.LASSO:
            return in_lasso(cells, corners)
        low, high = corners.min(axis=0), corners.max(axis=0)
        return in_rectangle(cells, QRectF(QPointF(*low), QPointF(*high)))

    def _place(self, at: QPointF) -> QPointF:
        place: QPointF = self._view.box.mapSceneToView(self._view.mapToScene(at.toPoint()))
        return place

    def _pixel(self, place: QPointF) -> QPointF:
        return QPointF(self._view.pixel_of(place.x(), place.y()))
