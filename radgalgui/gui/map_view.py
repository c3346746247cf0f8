"""The map of latent space: zoom, pan, hover and click; it glides to where an answer lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from radgalgui.gui.choosing.tool import AreaTool, how_of
from radgalgui.gui.map_canvas import MapCanvas
from radgalgui.gui.map_points import PointImage
from radgalgui.gui.theme import Tokens

__all__ = ["MapView"]

REACH = 10.0  # pixels within which the pointer finds a source
LAYER_REACH = 6.0  # the same for one laid over the map: those below must be found beside it
STAR_REACH = 13.0  # the same for the query's star, which has a ring around it


class MapView(MapCanvas):
    """The map under the hand.

    ``hovered(index or None)`` and ``picked(index)`` tell of the pointer, in catalogue rows;
    ``marked(index, how)`` of a click with keys held down, which adds to what is chosen, or takes
    away; ``area`` tells of rectangles and lassos; ``query_hovered(bool)`` whether the pointer is
    on the query's star;
    ``layer_hovered(row or None)`` and ``layer_picked(row)`` in those of a catalogue laid over it;
    ``menu_wanted(index or None, QPoint)`` asks for a source's menu, None for the selected one's;
    ``place_menu_wanted(QPointF, QPoint)`` for that of a place of the map where there is none.
    What lies over the points may answer for them: ``pointed`` is asked first which source is at
    a place of the widget.
    """

    hovered = Signal(object)
    picked = Signal(int)
    marked = Signal(int, str)
    query_hovered = Signal(bool)
    layer_hovered = Signal(object)
    layer_picked = Signal(int)
    menu_wanted = Signal(object, object)
    place_menu_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = AreaTool(self)
        self.box.addItem(self.area.outline, ignoreBounds=True)
        self.setObjectName("map")
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of latent space")
        self.setAccessibleDescription("Sources that look alike to the encoder lie close together")
        self.pointed: Callable[[QPointF], int | None] | None = None
        self.hover_at = QPoint()
        self._pressed: QPointF | None = None
        self._hovered: int | None = None
        self._layer_hovered: int | None = None
        self._on_query = False
        self.viewport().setMouseTracking(True)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().set_theme(tokens)
        self.area.outline.set_theme(tokens)

    def set_layer(
        self, xy: NDArray[np.floating] | None, codes: NDArray[np.uint8] | None = None
    ) -> None:
        """Lay another catalogue's sources over the map, or none; see `MapLayer.set_sources`."""
        self._hover_layer(None, QPoint())
        if xy is not None and codes is not None:
            self.layer.set_sources(xy, codes)
        self.layer.setVisible(xy is not None)
        self._step_back()

    def clear(self) -> None:
        """Show no map."""
        super().clear()
        self.set_layer(None)

    # -- pointer and keys ------------------------------------------------------------------

    def source_at(self, at: QPointF) -> int | None:
        """Return the source under a place of the widget, or None."""
        if self.pointed is not None and (row := self.pointed(at)) is not None:
            return row
        return self._nearest(self.points, at, REACH)

    def layer_row_at(self, at: QPointF) -> int | None:
        """Return the source laid over the map that is under a place of the widget, or None."""
        return self._nearest(self.layer, at, LAYER_REACH) if self.layer.isVisible() else None

    def _nearest(self, points: PointImage, at: QPointF, reach: float) -> int | None:
        place = self.box.mapSceneToView(self.mapToScene(at.toPoint()))
        pixel = self.box.viewPixelSize()[0]
        return points.cells.nearest(place.x(), place.y(), reach * pixel)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began."""
        self.motion.stop()
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        self._pressed = event.position() if event.button() in buttons else None
        if not self.area.press(event):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the source under a click that did not move; the right button asks for its menu.

        Dragging with the right button zooms, so that the menu waits for the release.
        """
        if self.area.release(event):
            self._pressed = None
            return
        super().mouseReleaseEvent(event)
        start, self._pressed = self._pressed, None
        if start is None or (event.position() - start).manhattanLength() >= 4 or not len(self._xy):
            return
        row = self.layer_row_at(event.position())
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self.layer_picked.emit(row)
            return
        index = self.source_at(event.position())
        if index is None:
            if event.button() is Qt.MouseButton.RightButton:
                place = self.box.mapSceneToView(self.mapToScene(event.position().toPoint()))
                self.place_menu_wanted.emit(place, event.globalPosition().toPoint())
            return
        how = how_of(event.modifiers())
        if event.button() is not Qt.MouseButton.LeftButton:
            self.card.hide()
            self.menu_wanted.emit(index, event.globalPosition().toPoint())
        elif how == "replace":
            self.picked.emit(index)
        else:
            self.marked.emit(index, how)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask by the keyboard for the menu of the selected source."""
        place = self.marks.marks.selected
        if event.reason() is QContextMenuEvent.Reason.Keyboard and place is not None:
            self.menu_wanted.emit(None, self.viewport().mapToGlobal(self.pixel_of(*place)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which source is under the pointer, or go on drawing an area."""
        if self.area.move(event):
            return
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton and len(self._xy):
            self._point_at(event.position())

    def _point_at(self, at: QPointF) -> None:
        """Tell what is at a place: the query's star, a source laid over the map, or one of it."""
        pixel, on_query = at.toPoint(), self._query_at(at)
        row = None if on_query else self.layer_row_at(at)
        index = None if on_query or row is not None else self.source_at(at)
        left = (on_query is False, row is None, index is None)
        for gone in (True, False):  # what is left first: whoever shows the card comes last
            if left[0] is gone:
                self._hover_query(on_query, pixel)
            if left[1] is gone:
                self._hover_layer(row, pixel)
            if left[2] is gone:
                self._hover(index, pixel)

    def _query_at(self, at: QPointF) -> bool:
        place = self.marks.marks.query
        if place is None:
            return False
        return (QPointF(self.pixel_of(*place)) - at).manhattanLength() <= STAR_REACH

    def _hover_query(self, there: bool, at: QPoint) -> None:
        if there != self._on_query:
            self._on_query, self.hover_at = there, at
            self.query_hovered.emit(there)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the pointer."""
        super().leaveEvent(event)
        self._hover_query(False, QPoint())
        self._hover_layer(None, QPoint())
        self._hover(None, QPoint())

    def _hover_layer(self, row: int | None, at: QPoint) -> None:
        if row != self._layer_hovered:
            self._layer_hovered, self.hover_at = row, at
            if row is None:
                self.card.hide()
            self.layer_hovered.emit(row)

    def _hover(self, index: int | None, at: QPoint) -> None:
        if index == self._hovered and (index is None or self.card.isVisible()):
            return
        self._hovered = index
        place = None if index is None else self.place_of(index)
        self.marks.set_marks(replace(self.marks.marks, hovered=place))
        self.viewport().setCursor(
            self.area.cursor if index is None else Qt.CursorShape.PointingHandCursor
        )
        self.hover_at = at
        if index is None:
            self.card.hide()
        self.hovered.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all keys to the window's actions."""
        event.ignore()
