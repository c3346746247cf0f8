"""What is seen of the map: sources, marks, key and overview, and which part of it is in view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from radgalgui.gui.catalogs.layer import MapLayer
from radgalgui.gui.cells import Cells
from radgalgui.gui.colour_filter import ColourFilter
from radgalgui.gui.colours import Scale
from radgalgui.gui.hover_card import HoverCard
from radgalgui.gui.legend import Legend
from radgalgui.gui.map_marks import MapMarks, Marks
from radgalgui.gui.map_motion import Motion, framed
from radgalgui.gui.map_points import MapPoints
from radgalgui.gui.overview import Overview
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["MapCanvas"]

FARTHEST, NEAREST = 8.0, 1 / 20_000  # of the map's longer side: what can be in view


class MapCanvas(pg.GraphicsView):  # type: ignore[misc]
    """Sources as points, with the marks of an answer above them.

    ``view_settled(QRectF)`` tells what is in view when the hand or a glide has come to rest;
    ``recoloured()`` that `scale` is another, ``shown_changed()`` that others are hidden,
    ``restyled(size, opacity)`` that points are drawn otherwise.
    """

    view_settled = Signal(QRectF)
    recoloured = Signal()
    shown_changed = Signal()
    restyled = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = pg.ViewBox(lockAspect=True, enableMenu=False, defaultPadding=0.04)
        self.setCentralItem(self.box)
        self.points, self.marks, self.layer = MapPoints(), MapMarks(), MapLayer()
        for item in (self.points, self.layer, self.marks):
            self.box.addItem(item, ignoreBounds=True)
        self.legend = Legend(self)
        self.overview = Overview(self)
        self.card = HoverCard(self)
        self.motion = Motion(self.box, self)
        self.motion.settled.connect(self.view_settled)
        self._scale: Scale | None = None
        self._title = ""
        self._tokens = LIGHT
        self._xy: NDArray[np.floating] = np.empty((0, 2))
        self.box.sigRangeChanged.connect(self._show_overview)
        self.overview.wanted.connect(self._centre_on)
        self.legend.wanted.connect(self.set_filter)

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.setBackground(tokens.canvas)
        for part in (self.marks, self.layer, self.legend, self.overview):
            part.set_theme(tokens)
        if self._scale is not None:
            self.points.set_table(self._scale.table(dark=tokens.dark))

    def set_map(
        self, xy: NDArray[np.floating], scale: Scale, title: str, cells: Cells | None = None
    ) -> None:
        """Show sources at ``xy`` (N, 2), coloured by ``scale``, and all of them in view.

        ``cells`` are the same, where they have been sorted before.
        """
        self._xy = xy
        self.points.set_points(xy, cells)
        self.marks.set_bounds(self._everything())
        self._limit()
        self.overview.set_points(self.points.whole)
        self.set_scale(scale, title)
        self.fit(glide=False)

    def set_scale(self, scale: Scale, title: str) -> None:
        """Colour the sources by another column; what the key hides of the same one stays hidden."""
        before, same = self._scale, title == self._title
        kept = same and before is not None and before.categories == scale.categories
        self._scale, self._title = scale, title
        self.points.set_table(scale.table(dark=self._tokens.dark))
        self.points.set_codes(scale.codes, shaped=scale.kind == "categories")
        self.legend.show_scale(title, scale)
        self.set_filter(self.filter if kept else ColourFilter())
        self.recoloured.emit()

    @property
    def scale(self) -> Scale | None:
        """How a column colours the sources; None without a map."""
        return self._scale

    @property
    def filter(self) -> ColourFilter:
        """What of the column is hidden."""
        return self.legend.filter

    def set_filter(self, wanted: ColourFilter) -> None:
        """Hide sources by their colours."""
        hidden = wanted.hidden(self._scale) if self._scale is not None else None
        changed = hidden is not None or self.points.hidden is not None
        if changed:
            self.points.set_hidden(hidden)
        self.legend.show_filter(wanted, len(self.points.cells.index), len(self.points.whole.index))
        self._place_corners()
        if changed:
            self.shown_changed.emit()

    def set_marks(self, marks: Marks) -> None:
        """Show an answer; sources that are no part of it step back."""
        self.marks.set_marks(replace(marks, hovered=self.marks.marks.hovered))
        self._step_back()
        self._show_overview()

    def set_chosen(self, chosen: NDArray[np.bool_] | None) -> None:
        """Let sources that are not ``chosen`` (N,) be pale; None where none is."""
        fits = chosen is not None and len(chosen) == len(self._xy)
        self.points.set_chosen(chosen if fits else None)

    def _step_back(self) -> None:
        """Let the points be pale below what lies over them."""
        pale = 0.75 if self.marks.marks.neighbours else 1.0
        self.points.set_strength(0.5 * pale if self.layer.isVisible() else pale)

    def clear(self) -> None:
        """Show no map."""
        self._scale, self._title, self._xy = None, "", np.empty((0, 2))
        self.points.set_points(self._xy)
        self.points.set_codes(np.empty(0, np.uint8), shaped=False)
        self.set_marks(Marks())
        for widget in (self.legend, self.overview, self.card):
            widget.hide()

    # -- where things are ------------------------------------------------------------------

    @property
    def cells(self) -> Cells:
        """The sources that are shown, by where they lie."""
        return self.points.cells

    def visible_rows(self) -> NDArray[np.int64]:
        """Return the rows of the sources that are shown and in view, in no order."""
        return self.points.cells.rows_in(self.box.viewRect())

    def place_of(self, index: int) -> tuple[float, float]:
        """Return where a source lies on the map."""
        x, y = self._xy[index]
        return float(x), float(y)

    def pixel_of(self, x: float, y: float) -> QPoint:
        """Return where a place of the map stands in the widget."""
        place: QPoint = self.mapFromScene(self.box.mapViewToScene(QPointF(x, y)))
        return place

    # -- moving ----------------------------------------------------------------------------

    @property
    def at_rest(self) -> bool:
        """Whether the view does not move, and where it came to rest has been told."""
        return self.motion.at_rest

    def fit(self, *, glide: bool = True) -> None:
        """Bring all sources into view."""
        if len(self._xy):
            bounds = self.points.whole.bounds
            margin = 0.03 * max(bounds.width(), bounds.height())
            self.go_to(bounds.adjusted(-margin, -margin, margin, margin), glide=glide)

    def go_to(self, rect: QRectF, *, glide: bool = True) -> None:
        """Bring a part of the map into view."""
        self.motion.go(rect, glide=glide and self.isVisible())

    def glide_to(self, places: list[tuple[float, float]]) -> None:
        """Glide until all ``places`` stand in view with room around them, and little void."""
        if places:
            shape = (self.width(), self.height())
            self.go_to(framed(np.asarray(places), shape, self.points.whole.bounds))

    def glide_to_rows(self, rows: NDArray[np.int64]) -> None:
        """Glide until all sources of ``rows`` that have a place stand in view."""
        places = self._xy[rows]
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            ends = (places.min(axis=0), places.max(axis=0))
            self.glide_to([(float(x), float(y)) for x, y in ends])

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 is nearer."""
        self.motion.zoom(factor)

    def _centre_on(self, place: QPointF) -> None:
        view = self.box.viewRect()
        view.moveCenter(place)
        self.go_to(view)

    def _show_overview(self) -> None:
        if len(self._xy):
            self.overview.show_view(self.box.viewRect(), self.marks.marks.query)

    def _everything(self) -> QRectF:
        bounds = self.points.whole.bounds
        margin = max(bounds.width(), bounds.height())
        return bounds.adjusted(-margin, -margin, margin, margin)

    def _limit(self) -> None:
        """Keep the wheel from losing the map, far away or between two sources."""
        bounds = self.points.whole.bounds
        longer = max(bounds.width(), bounds.height())
        most, least = FARTHEST * longer, NEAREST * longer
        self.box.setLimits(minXRange=least, minYRange=least, maxXRange=most, maxYRange=most)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the legend in its corner."""
        super().resizeEvent(event)
        if hasattr(self, "legend"):
            self._place_corners()

    def _place_corners(self) -> None:
        self.legend.resize(self.legend.sizeHint())
        self.legend.move(GRID, self.height() - self.legend.height() - GRID)
        self.overview.place()
