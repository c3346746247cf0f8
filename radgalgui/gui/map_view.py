"""The map of latent space: zoom, pan, hover and click; it glides to where an answer lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from radgalgui.gui.catalogs.layer import MapLayer
from radgalgui.gui.choosing.tool import AreaTool, how_of
from radgalgui.gui.colours import Scale
from radgalgui.gui.hover_card import HoverCard
from radgalgui.gui.legend import Legend
from radgalgui.gui.map_marks import MapMarks, Marks
from radgalgui.gui.map_points import MapPoints, PointImage
from radgalgui.gui.overview import Overview
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["MapView"]

REACH = 10.0  # pixels within which the pointer finds a source
LAYER_REACH = 6.0  # the same for one laid over the map: those below must be found beside it
GLIDE_MS = 450
REST_MS = 300  # how long the view has not moved when it has settled
NEAREST_VIEW = 0.4  # of the map's longer side: what a glide shows at least
MOST_SHIFT = 0.22  # of the view's sides: how far it moves to show less void
MARGIN = 0.04  # of the map's sides: the void that a glide may show around it


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """Sources as points, with the marks of an answer above them.

    ``hovered(index or None)`` and ``picked(index)`` tell of the pointer, in catalogue rows;
    ``marked(index, how)`` of a click with keys held down, which adds to what is chosen, or takes
    away; ``area`` tells of rectangles and lassos;
    ``layer_hovered(row or None)`` and ``layer_picked(row)`` in those of a catalogue laid over it;
    ``menu_wanted(index or None, QPoint)`` asks for a source's menu, None for the selected one's;
    ``place_menu_wanted(QPointF, QPoint)`` for that of a place of the map where there is none;
    ``view_settled(QRectF)`` tells what is in view when the hand or a glide has come to rest;
    ``recoloured()`` tells that `scale` is another, ``shown_changed()`` that others are hidden.
    What lies over the points may answer for them: ``pointed`` is asked first which source is at
    a place of the widget.
    """

    hovered = Signal(object)
    picked = Signal(int)
    marked = Signal(int, str)
    layer_hovered = Signal(object)
    layer_picked = Signal(int)
    menu_wanted = Signal(object, object)
    place_menu_wanted = Signal(object, object)
    view_settled = Signal(QRectF)
    recoloured = Signal()
    shown_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map")
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of latent space")
        self.setAccessibleDescription("Sources that look alike to the encoder lie close together")
        self.box = pg.ViewBox(lockAspect=True, enableMenu=False, defaultPadding=0.04)
        self.setCentralItem(self.box)
        self.points, self.marks, self.layer = MapPoints(), MapMarks(), MapLayer()
        self.area = AreaTool(self)
        for item in (self.points, self.layer, self.marks, self.area.outline):
            self.box.addItem(item, ignoreBounds=True)
        self.legend = Legend(self)
        self.overview = Overview(self)
        self.card = HoverCard(self)
        self._scale: Scale | None = None
        self.pointed: Callable[[QPointF], int | None] | None = None
        self._tokens = LIGHT
        self._pressed: QPointF | None = None
        self._hovered: int | None = None
        self._layer_hovered: int | None = None
        self._xy: NDArray[np.floating] = np.empty((0, 2))
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.valueChanged.connect(self._glide_step)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.view_settled.emit(self.box.viewRect()))
        self._glide.finished.connect(self._rest.start)
        self.box.sigRangeChangedManually.connect(lambda *_: self._rest.start())
        self.viewport().setMouseTracking(True)
        self.box.sigRangeChanged.connect(self._show_overview)
        self.overview.wanted.connect(self._centre_on)

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.setBackground(tokens.canvas)
        self.marks.set_theme(tokens)
        self.layer.set_theme(tokens)
        self.area.outline.set_theme(tokens)
        self.legend.set_theme(tokens)
        self.overview.set_theme(tokens)
        if self._scale is not None:
            self.points.set_table(self._scale.table(dark=tokens.dark))

    def set_map(self, xy: NDArray[np.floating], scale: Scale, title: str) -> None:
        """Show sources at ``xy`` (N, 2), coloured by ``scale``, and all of them in view."""
        self._xy = xy
        self.points.set_points(xy)
        self.marks.set_bounds(self._everything())
        self.overview.set_points(self.points.cells)
        self.set_scale(scale, title)
        self.fit(glide=False)

    def set_scale(self, scale: Scale, title: str) -> None:
        """Colour the sources by another column."""
        self._scale = scale
        self.points.set_table(scale.table(dark=self._tokens.dark))
        self.points.set_codes(scale.codes, shaped=scale.kind == "categories")
        self.legend.show_scale(title, scale)
        self._place_legend()
        self.recoloured.emit()

    @property
    def scale(self) -> Scale | None:
        """How a column colours the sources; None without a map."""
        return self._scale

    def set_marks(self, marks: Marks) -> None:
        """Show an answer; sources that are no part of it step back."""
        self.marks.set_marks(replace(marks, hovered=self.marks.marks.hovered))
        self._step_back()
        self._show_overview()

    def set_chosen(self, chosen: NDArray[np.bool_] | None) -> None:
        """Let sources that are not ``chosen`` (N,) be pale; None where none is."""
        fits = chosen is not None and len(chosen) == len(self._xy)
        self.points.set_chosen(chosen if fits else None)

    def set_layer(
        self, xy: NDArray[np.floating] | None, codes: NDArray[np.uint8] | None = None
    ) -> None:
        """Lay another catalogue's sources over the map, or none; see `MapLayer.set_sources`."""
        self._hover_layer(None, QPoint())
        if xy is not None and codes is not None:
            self.layer.set_sources(xy, codes)
        self.layer.setVisible(xy is not None)
        self._step_back()

    def _step_back(self) -> None:
        """Let the points be pale below what lies over them."""
        pale = 0.75 if self.marks.marks.neighbours else 1.0
        self.points.set_strength(0.5 * pale if self.layer.isVisible() else pale)

    def clear(self) -> None:
        """Show no map."""
        self._scale, self._xy = None, np.empty((0, 2))
        self.points.set_points(self._xy)
        self.points.set_codes(np.empty(0, np.uint8), shaped=False)
        self.set_marks(Marks())
        self.set_layer(None)
        for widget in (self.legend, self.overview, self.card):
            widget.hide()

    def place_of(self, index: int) -> tuple[float, float]:
        """Return where a source lies on the map."""
        x, y = self._xy[index]
        return float(x), float(y)

    @property
    def at_rest(self) -> bool:
        """Whether the view is not gliding."""
        return self._glide.state() is not QVariantAnimation.State.Running

    def pixel_of(self, x: float, y: float) -> QPoint:
        """Return where a place of the map stands in the widget."""
        place: QPoint = self.mapFromScene(self.box.mapViewToScene(QPointF(x, y)))
        return place

    # -- moving ----------------------------------------------------------------------------

    def fit(self, *, glide: bool = True) -> None:
        """Bring all sources into view."""
        if len(self._xy):
            bounds = self.points.cells.bounds
            margin = 0.03 * max(bounds.width(), bounds.height())
            self._go(bounds.adjusted(-margin, -margin, margin, margin), glide=glide)

    def go_to(self, rect: QRectF, *, glide: bool = True) -> None:
        """Bring a part of the map into view."""
        self._go(rect, glide=glide)

    def glide_to(self, places: list[tuple[float, float]]) -> None:
        """Glide until all ``places`` stand in view with room around them, and little void."""
        if not places:
            return
        low, high = np.min(places, axis=0), np.max(places, axis=0)
        bounds = self.points.cells.bounds
        least = NEAREST_VIEW * max(bounds.width(), bounds.height())
        size = np.maximum((high - low) * 1.6, least)
        shape = np.array([max(self.width(), 1), max(self.height(), 1)], dtype=float)
        size = shape * (size / shape).max()  # as wide for its height as the window is
        corner = _kept_inside((low + high - size) / 2, size, bounds)
        self._go(QRectF(*(float(v) for v in (*corner, *size))), glide=True)

    def glide_to_rows(self, rows: NDArray[np.int64]) -> None:
        """Glide until all sources of ``rows`` that have a place stand in view."""
        places = self._xy[rows]
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            ends = (places.min(axis=0), places.max(axis=0))
            self.glide_to([(float(x), float(y)) for x, y in ends])

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 is nearer."""
        self._glide.stop()
        self.box.scaleBy((1 / factor, 1 / factor))
        self._rest.start()

    def _centre_on(self, place: QPointF) -> None:
        view = self.box.viewRect()
        view.moveCenter(place)
        self._go(view, glide=True)

    def _show_overview(self) -> None:
        if len(self._xy):
            self.overview.show_view(self.box.viewRect(), self.marks.marks.query)

    def _go(self, rect: QRectF, *, glide: bool) -> None:
        self._glide.stop()
        if not (glide and self.isVisible()):
            self.box.setRange(rect, padding=0)
            return
        self._glide.setStartValue(self.box.viewRect())
        self._glide.setEndValue(rect)
        self._glide.start()

    def _glide_step(self, rect: QRectF) -> None:
        self.box.setRange(rect, padding=0)

    def _everything(self) -> QRectF:
        bounds = self.points.cells.bounds
        margin = max(bounds.width(), bounds.height())
        return bounds.adjusted(-margin, -margin, margin, margin)

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
        self._glide.stop()
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
            at, row = event.position().toPoint(), self.layer_row_at(event.position())
            if row is None:
                self._hover_layer(None, at)
                self._hover(self.source_at(event.position()), at)
            else:
                self._hover(None, at)
                self._hover_layer(row, at)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the pointer."""
        super().leaveEvent(event)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the legend in its corner."""
        super().resizeEvent(event)
        if hasattr(self, "legend"):
            self._place_legend()

    def _place_legend(self) -> None:
        self.legend.resize(self.legend.sizeHint())
        self.legend.move(GRID, self.height() - self.legend.height() - GRID)
        self.overview.move(self.width() - self.overview.width() - 2 * GRID, 2 * GRID)


def _kept_inside(
    corner: NDArray[np.floating], size: NDArray[np.floating], bounds: QRectF
) -> NDArray[np.floating]:
    """Move a view to show less of the void around the map, its middle not too near an edge.

    The overview lies in a corner: what the view was centred on must not come to lie under it.
    """
    sides = np.array([bounds.width(), bounds.height()])
    low = np.array([bounds.left(), bounds.top()]) - MARGIN * sides
    high = low + (1 + 2 * MARGIN) * sides - size
    inside = np.clip(corner, low, np.maximum(low, high))
    inside = np.where(high < low, (low + high) / 2, inside)
    return np.clip(inside, corner - MOST_SHIFT * size, corner + MOST_SHIFT * size)
