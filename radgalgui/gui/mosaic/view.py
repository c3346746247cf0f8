"""The mosaic itself: an overview that sharpens where one looks, with its sources marked."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from radgalgui.gui.class_text import leading
from radgalgui.gui.colours import class_colour, lookup_table
from radgalgui.gui.display import Display
from radgalgui.gui.furniture import Ink
from radgalgui.gui.imaging.hooks import Stage
from radgalgui.gui.mosaic.desk import Detail, Opened
from radgalgui.gui.mosaic.roster import Entry, Roster, answer_of
from radgalgui.gui.picture_view import PictureView, Sky
from radgalgui.gui.theme import DARK
from radgalgui.sky.celestial import pixel_to_icrs
from radgalgui.sky.projection import directions

__all__ = ["REACH", "MosaicView", "scale_at"]

REST_MS = 40  # after a movement, before the view looks closer
REACH = 12.0  # screen pixels in which a marker is meant by a click
STILL = 4.0  # screen pixels that a click may move
RING, MARKED = 8.0, 12.0  # radii of markers, screen pixels
ROOMY, SMALLEST = 120, 4.0  # markers in view up to which rings are large; the least radius
CROWDED = 800  # markers in view, from which on they are dots
NAMED_FROM = 60  # markers in view, up to which all that were answered bear their class
SCALED = 20.0  # screen pixels to both sides of the middle, from which the scale is told
CLOSE = 4.0  # screen pixels a mosaic pixel that a source is shown with at least


class MosaicView(PictureView):
    """Shows an overview, and closer parts of it where they are wanted.

    ``clicked(x, y)`` tells of a click, in 0-based pixels of the mosaic;
    ``detail_wanted(columns, rows, factor)`` asks for blocks of ``factor`` pixels.
    """

    clicked = Signal(float, float)
    detail_wanted = Signal(tuple, tuple, int)

    def __init__(self, roster: Roster, parent: QWidget | None = None) -> None:
        super().__init__("Mosaic", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._roster = roster
        self._opened: Opened | None = None
        self._detail: Detail | None = None
        self._pressed: QPointF | None = None
        self._scaled = (QTransform(), 0.0)  # where one looks, and what a pixel measures there
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._want_detail)
        self.moved.connect(self._rest.start)
        self.overlays.append(Markers(roster))

    # -- what is shown ---------------------------------------------------------------------

    def show_mosaic(self, opened: Opened, display: Display) -> None:
        """Show a mosaic that was opened."""
        told = opened.overview
        beam = told.beam
        sky = Sky(
            told.values,
            told.unit,
            told.scale * told.factor,
            opened.readout,
            (beam.major, beam.minor, beam.position_angle) if beam is not None else (),
        )
        self._opened, self._detail, self._scaled = opened, None, (QTransform(), 0.0)
        self.show_sky(sky, display)
        self._rest.start()

    def show_display(self, display: Display) -> None:
        """Show it in other colours or limits."""
        self._detail = None
        self.show_sky(self.sky, display, self.message)
        self._rest.start()

    def take_detail(self, detail: Detail) -> None:
        """Show a part more sharply."""
        self._detail = detail
        self.update()

    def go_to(self, x: float, y: float) -> None:
        """Bring a pixel of the mosaic into the middle, no farther away than now."""
        if self._opened is not None:
            factor = self._opened.overview.factor
            at = (x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5
            self.look_at(*at, max(self.pixel_size, CLOSE * factor / 2))
            self._moved()

    # -- pixels of the mosaic --------------------------------------------------------------

    @property
    def factor(self) -> int:
        """How many pixels of the mosaic a side of a pixel of the overview has."""
        return self._opened.overview.factor if self._opened is not None else 1

    def to_mosaic(self, x: float, y: float) -> tuple[float, float]:
        """Return the mosaic's 0-based pixel of one of the overview."""
        return (x + 0.5) * self.factor - 0.5, (y + 0.5) * self.factor - 0.5

    def value_at(self, x: float, y: float) -> float:
        """Return the value under an overview's pixel, as sharp as it is known."""
        sharp = self._detail.value(x, y) if self._detail is not None else None
        if sharp is not None or self.sky is None:
            return math.nan if sharp is None else sharp
        height, width = self.sky.values.shape
        return float(self.sky.values[min(round(y), height - 1), min(round(x), width - 1)])

    def reach(self) -> float:
        """Return how many pixels of the mosaic a click may be off."""
        return REACH / self.pixel_size * self.factor

    # -- painting --------------------------------------------------------------------------

    def paint_picture(self, painter: QPainter, stage: Stage) -> None:
        """Paint the overview, and over it what is known more sharply."""
        sky = QColor(*(int(v) for v in lookup_table(self.display.colour_map, 2)[0]))
        painter.fillRect(stage.frame, sky)  # beside the picture the scale bar must be seen, too
        super().paint_picture(painter, stage)
        detail = self._detail
        if detail is None:
            return
        painter.save()
        smooth = stage.scale * detail.step < 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        place = detail.place
        painter.setTransform(stage.to_screen, combine=True)
        painter.translate(place.left(), place.bottom())
        painter.scale(1, -1)  # images have their first row at the top
        whole = QRectF(0, 0, place.width(), place.height())
        painter.drawImage(whole, detail.image, QRectF(detail.image.rect()))
        painter.restore()

    def _paint_furniture(self, painter: QPainter, sky: Sky, ink: Ink, size: QSizeF) -> None:
        """Paint the scale bar for where one looks: wide mosaics are not alike everywhere."""
        here = self._scale_here(sky)
        super()._paint_furniture(painter, replace(sky, pixel_scale=here), ink, size)

    def _scale_here(self, sky: Sky) -> float:
        """Return arcsec a pixel of the overview, to the right in the middle of the view."""
        stage = self.stage
        if sky.readout is None or stage.to_screen != self._scaled[0]:
            self._scaled = (stage.to_screen, scale_at(stage, sky))
        return self._scaled[1]

    def _want_detail(self) -> None:
        if self._opened is None or self.sky is None:
            return
        stage, factor = self.stage, self.factor
        wanted = factor / (stage.scale * self.devicePixelRatioF())
        closer = 1
        while closer * 2 <= wanted:
            closer *= 2
        if closer >= factor:
            self._detail = None
            return
        part = stage.part.intersected(QRectF(0, 0, *reversed(self.sky.values.shape)))
        times = factor / closer
        columns = math.floor(part.left() * times), math.ceil(part.right() * times)
        rows = math.floor(part.top() * times), math.ceil(part.bottom() * times)
        self.detail_wanted.emit(columns, rows, closer)

    # -- pointer ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold, or begin a click."""
        super().mousePressEvent(event)
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = event.position() if left else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go, or tell of a click."""
        super().mouseReleaseEvent(event)
        start, self._pressed = self._pressed, None
        if start is None or (event.position() - start).manhattanLength() > STILL:
            return
        at = self.pixel_at(event.position())
        if at is not None and self._opened is not None:
            self.clicked.emit(*self.to_mosaic(*at))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Leave the view as it is: the first of the clicks has asked about a source."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again at the new size."""
        super().resizeEvent(event)
        self._rest.start()


class Markers:
    """Paints the sources of a roster: rings, dots where there are very many."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint what is in view; ``view`` is a `MosaicView`."""
        assert isinstance(view, MosaicView)
        places = self._roster.places
        if not len(places):
            return
        at = _mapped((places + 0.5) / view.factor, to_screen)
        frame = view.stage.frame.adjusted(-RING, -RING, RING, RING)
        inside = (at[:, 0] >= frame.left()) & (at[:, 0] <= frame.right())
        inside &= (at[:, 1] >= frame.top()) & (at[:, 1] <= frame.bottom())
        roster, asked = self._roster, self._roster.asked
        count = int(inside.sum())
        self._paint_plain(painter, ink, at[inside & ~asked], count)
        special = inside & (asked | [entry is roster.marked for entry in roster.entries])
        for number in np.flatnonzero(special)[::-1]:
            entry = roster.entries[number]
            marked = entry is roster.marked
            named = marked or count <= NAMED_FROM
            _paint_entry(painter, ink, QPointF(*at[number]), entry, marked=marked, named=named)

    def _paint_plain(
        self, painter: QPainter, ink: Ink, at: NDArray[np.float64], count: int
    ) -> None:
        """Paint what was found and not asked about, the smaller the more ``count`` are in view."""
        if count > CROWDED:
            dots = QPolygonF([QPointF(x, y) for x, y in at.tolist()])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            for colour, width in ((ink.shadow, 4.0), (ink.line, 2.0)):
                cap = Qt.PenCapStyle.SquareCap  # painted many times as fast as round ones
                painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, cap))
                painter.drawPoints(dots)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            return
        radius = min(max(RING * math.sqrt(ROOMY / max(count, 1)), SMALLEST), RING)
        for colour, width in ((ink.shadow, 3.0), (ink.line, 1.2)):
            painter.setPen(QPen(colour, width))
            for x, y in at.tolist():
                painter.drawEllipse(QPointF(x, y), radius, radius)


def _paint_entry(
    painter: QPainter, ink: Ink, at: QPointF, entry: Entry, *, marked: bool, named: bool
) -> None:
    """Paint a source that was asked about, in the colour of its class once that is known."""
    colour, radius = _colour(entry), MARKED if marked else RING
    for shade, width in ((ink.shadow, 5.0), (colour, 2.2)):
        painter.setPen(QPen(shade, width))
        painter.drawEllipse(at, radius, radius)
    text = answer_of(entry) or (entry.name if marked else "")
    if named and text:
        corner = at + QPointF(radius + 4, QFontMetricsF(painter.font()).ascent() / 2 - 1)
        for shade, offset in ((ink.shadow, QPointF(1, 1)), (ink.line, QPointF())):
            painter.setPen(shade)
            painter.drawText(corner + offset, text)


def scale_at(stage: Stage, sky: Sky) -> float:
    """Return arcsec a pixel along the screen's horizontal, the usual ones off the sky."""
    if sky.readout is None:
        return sky.pixel_scale
    to_image, middle = stage.to_screen.inverted()[0], stage.frame.center()
    ends = [to_image.map(middle + QPointF(step, 0)) for step in (-SCALED, SCALED)]
    x, y = (np.array([end.x() for end in ends]), np.array([end.y() for end in ends]))
    ra, dec = pixel_to_icrs(sky.readout.wcs, x - 0.5, y - 0.5)
    one, other = directions(ra, dec).T
    arcsec = math.degrees(2 * math.asin(min(float(np.linalg.norm(one - other)) / 2, 1.0))) * 3600
    per_pixel = arcsec / (2 * SCALED) * stage.scale
    return per_pixel if math.isfinite(per_pixel) and per_pixel > 0 else sky.pixel_scale


def _colour(entry: Entry) -> QColor:
    query = entry.query
    if query is not None and query.classes is not None:
        name, _ = leading(query.classes.classes, query.classes.mean)
        if name:
            return QColor(class_colour(name, query.classes.classes, dark=True))
    return QColor(DARK.accent)  # pictures are dark in both themes


def _mapped(places: NDArray[np.float64], to_screen: QTransform) -> NDArray[np.float64]:
    """Return image coordinates (N, 2) as the painter's."""
    turn = np.array(
        [[to_screen.m11(), to_screen.m12()], [to_screen.m21(), to_screen.m22()]], np.float64
    )
    made: NDArray[np.float64] = places @ turn + [to_screen.dx(), to_screen.dy()]
    return made
