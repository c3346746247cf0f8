"""The mouse on a picture while something is measured: a line or a circle follows it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QTransform

from radgalgui.gui.furniture import Ink, paint_words
from radgalgui.gui.imaging.picture import Sky, same_pixels
from radgalgui.gui.measuring.kinds import Kind, Settings
from radgalgui.gui.measuring.measurement import Place, Wish, live_field, reach_of
from radgalgui.gui.measuring.strokes import as_path, stroke
from radgalgui.gui.measuring.words import angle, length
from radgalgui.gui.picture_view import PictureView
from radgalgui.sky.measuring.aperture import Aperture, outline

__all__ = ["MeasuringTool"]

CLICK = 4.0  # screen pixels; less is no drag
FROM_CENTRE = (Kind.FLUX, Kind.RADIAL)
#: Radius of what is first only clicked: in beams, or in pixels without a beam.
FIRST = {Kind.FLUX: (1.5, 8.0), Kind.RADIAL: (5.0, 20.0)}


class MeasuringTool(QObject):
    """A `PictureTool`; ``drawn(view, wish, further)`` tells what was drawn on which view.

    ``further`` is True where Shift was held: what is clicked belongs to what was clicked before.
    Places are 0-based pixels of the view's picture.
    """

    drawn = Signal(object, object, bool)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind = Kind.DISTANCE
        self.settings = Settings()
        self._start: Place | None = None
        self._end: Place | None = None
        self._view: PictureView | None = None
        self._sky: Sky | None = None
        self._last: dict[Kind, float] = {}  # arcsec, or pixels where there is no scale

    # -- the mouse -------------------------------------------------------------------------

    def press(self, event: QMouseEvent, at: Place, view: PictureView) -> bool:
        """Begin."""
        if view.sky is None:
            return False
        self._start = self._end = at
        self._view, self._sky = view, view.sky
        event.accept()
        return True

    def move(self, event: QMouseEvent, at: Place, view: PictureView) -> None:
        """Follow the pointer."""
        if self._start is not None and view is self._view:
            event.accept()
            self._end = at
            view.update()

    def release(self, event: QMouseEvent, at: Place, view: PictureView) -> None:
        """Tell what was drawn."""
        start, sky, before = self._start, view.sky, self._sky
        self.cancel()
        if start is None or sky is None or not same_pixels(sky, before):
            return  # another picture has come meanwhile
        event.accept()
        clicked = math.dist(start, at) * view.pixel_size < CLICK
        further = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        places = self._places(sky, start, at, clicked=clicked)
        if places:
            self.drawn.emit(view, Wish(self.kind, places, self.settings), further)

    def _places(self, sky: Sky, start: Place, end: Place, *, clicked: bool) -> tuple[Place, ...]:
        """Return what was meant by a drag or a click; nothing where a click means none."""
        if self.kind is Kind.SIZE:
            return (end,)
        if self.kind in FROM_CENTRE:
            if clicked:
                end = self._rim(sky, start)
            self._last[self.kind] = reach_of(sky, start, end).length
        elif clicked:
            return ()
        return (start, end)

    def _rim(self, sky: Sky, centre: Place) -> Place:
        """Return a place on the rim of the last aperture, due north where there is a north."""
        beams, pixels = FIRST[self.kind]
        first = beams * sky.beam[0] if sky.beam and sky.beam[0] > 0 else 0.0
        along = reach_of(sky, centre, (centre[0], centre[1] + 1.0)).length
        reach = self._last.get(self.kind) or first or pixels * along
        return centre[0], centre[1] + reach / along

    def cancel(self) -> bool:
        """Drop what is being drawn."""
        begun, view = self._start is not None, self._view
        self._start = self._end = self._view = self._sky = None
        if view is not None:
            view.update()
        return begun

    # -- painting --------------------------------------------------------------------------

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint what is being drawn, with its length beside the pointer."""
        start, end, sky = self._start, self._end, view.sky
        if view is not self._view or start is None or end is None or sky is None:
            return
        if self.kind is Kind.SIZE or start == end:
            return
        paths, words = _SHAPES[self.kind](sky, start, end, self.settings)
        for path in paths:
            stroke(painter, to_screen.map(path), ink)
        at = to_screen.map(QPointF(end[0] + 0.5, end[1] + 0.5)) + QPointF(12, -8)
        wide = painter.fontMetrics().horizontalAdvance(words)
        at.setX(min(at.x(), view.stage.frame.right() - wide - 4))
        at.setY(max(at.y(), view.stage.frame.top() + painter.fontMetrics().height()))
        paint_words(painter, ink, at, words)


Shape = tuple[list[QPainterPath], str]


def _line(sky: Sky, start: Place, end: Place, _settings: Settings) -> Shape:
    told = reach_of(sky, start, end)
    words = length(told.length, in_arcsec=_in_arcsec(sky))
    return [as_path([start, end])], "  ".join(filter(None, (words, angle(told.position_angle))))


def _ellipse(sky: Sky, start: Place, end: Place, settings: Settings) -> Shape:
    told = reach_of(sky, start, end)
    turn = told.position_angle if math.isfinite(told.position_angle) else 0.0
    reach = max(told.length, 1e-9)
    shape = Aperture(*start, reach, reach * settings.ratio, turn)
    paths = [as_path(outline(live_field(sky), shape)), as_path([start, end])]
    return paths, f"r {length(told.length, in_arcsec=_in_arcsec(sky))}"


def _circle(sky: Sky, start: Place, end: Place, _settings: Settings) -> Shape:
    return _ellipse(sky, start, end, Settings())


def _in_arcsec(sky: Sky) -> bool:
    return sky.readout is not None or sky.pixel_scale > 0


_SHAPES: dict[Kind, Callable[[Sky, Place, Place, Settings], Shape]] = {
    Kind.DISTANCE: _line,
    Kind.LINE: _line,
    Kind.FLUX: _ellipse,
    Kind.RADIAL: _circle,
}
