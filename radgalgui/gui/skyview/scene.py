"""What is seen of the sky at one size: where things stand in pixels, and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPixmap

from radgalgui.gui.map_marks import MapMarks, Marks
from radgalgui.gui.skyview.aim import Aim
from radgalgui.gui.skyview.backdrop import Backdrop
from radgalgui.gui.skyview.layer import SkyLayer
from radgalgui.gui.skyview.points import SkyPoints
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.gui.theme import LIGHT, Tokens
from radgalgui.sky.projection import RIM, TO_GALACTIC, angles

__all__ = ["SkyMarks", "SkyScene"]

REACH = 10.0  # pixels within which the pointer finds a source

Position = tuple[float, float]


@dataclass(frozen=True)
class SkyMarks:
    """Positions in ICRS degrees: of the query, its neighbours, earlier queries, one source."""

    query: Position | None = None
    neighbours: tuple[Position, ...] = ()
    earlier: tuple[Position, ...] = ()
    selected: Position | None = None
    hovered: Position | None = None


class SkyScene:
    """An aim, a size in pixels, and sources; the parts of a picture are kept until they change."""

    def __init__(self) -> None:
        self.aim, self.points, self.sky = Aim(), SkyPoints(), SkyMarks()
        self.layer = SkyLayer()
        self.size, self.ratio = QSize(2, 1), 1.0
        self.tokens: Tokens = LIGHT
        self.marks = MapMarks()
        self._ground: tuple[object, QPixmap, Backdrop] | None = None
        self._turned: object = None
        self._drawn: tuple[object, QImage] | None = None
        self._laid: tuple[object, QImage] | None = None

    @property
    def scale(self) -> float:
        """Pixels a degree in the middle."""
        return self.aim.scale(self.size.width(), self.size.height())

    @property
    def middle(self) -> tuple[float, float]:
        """The pixel in the middle."""
        return self.size.width() / 2, self.size.height() / 2

    # -- between sky and pixels --------------------------------------------------------------

    def pixel_of(self, ra: float, dec: float) -> QPointF | None:
        """Return where a position stands in the view, None where it is not to be seen."""
        place = self.aim.projection.place(ra, dec)
        if place is None:
            return None
        (across, down), scale = self.middle, self.scale
        return QPointF(across - place[0] * scale, down - place[1] * scale)

    def direction_at(self, at: QPointF) -> NDArray[np.float64] | None:
        """Return the ICRS unit vector (3,) at a place of the view, None beyond the rim."""
        (across, down), scale = self.middle, self.scale
        x, y = (across - at.x()) / scale, (down - at.y()) / scale
        vector = self.aim.projection.unproject(x, y)[:, 0]
        return vector if np.isfinite(vector[0]) else None

    def turned_to(self, vector: NDArray[np.floating], at: QPointF) -> Aim:
        """Return the aim with which a direction (3,) stands at a place of the view; north stays up.

        It comes as near as the limits of an aim allow.
        """
        before = self.aim
        position = _position(vector)
        for _ in range(6):  # a step is exact in the middle, and nearly so elsewhere
            now = self.pixel_of(*position)
            if now is None or (now - at).manhattanLength() < 0.1:
                break
            here, there = self.angles_at(now), self.angles_at(at)
            if here is None or there is None:
                break
            around = (here[0] - there[0] + 180.0) % 360.0 - 180.0
            self.aim = self.aim.moved(around, here[1] - there[1])
        made, self.aim = self.aim, before
        return made

    def angles_at(self, at: QPointF) -> Position | None:
        """Return longitude and latitude at a place, in the frame whose north is up."""
        vector = self.direction_at(at)
        if vector is None:
            return None
        turned = TO_GALACTIC @ vector if self.aim.frame == "galactic" else vector
        lon, lat = angles(turned.reshape(3, 1))
        return float(lon[0]), float(lat[0])

    def places_within(self, box: QRectF) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the places in pixels (K, 2), and the rows, of sources in a rectangle."""
        self._turn()
        cells, (across, down), scale = self.points.standing, self.middle, self.scale
        corner = QPointF((across - box.right()) / scale, (down - box.bottom()) / scale)
        there = QRectF(corner, box.size() / scale)
        inside = np.flatnonzero(cells.inside(there))
        x, y = across - cells.x[inside] * scale, down - cells.y[inside] * scale
        return np.stack([x, y], axis=1).astype(np.float64), cells.index[inside]

    def source_at(self, at: QPointF) -> int | None:
        """Return the source under a place of the view, or None."""
        towards, hidden = self.direction_at(at), self.points.hidden
        if towards is None:
            return None
        sphere = self.points.sphere
        rows, vectors = sphere.part(sphere.within(towards, 1.6 * REACH / self.scale))
        x, y = self.aim.projection.project(vectors)
        (across, down), scale = self.middle, self.scale
        apart = np.hypot(across - at.x() - x * scale, down - at.y() - y * scale)
        good = apart <= REACH if hidden is None else (apart <= REACH) & ~hidden[rows]
        return int(rows[good][np.argmin(apart[good])]) if good.any() else None

    def layer_row_at(self, at: QPointF) -> int | None:
        """Return the source of what is laid over that is under a place of the view, or None."""
        if self.layer.empty:
            return None
        self._layer_picture()  # which turns it
        return self.layer.row_at(at, self.scale, self.middle)

    def _in_view(self, sphere: Sphere) -> list[slice]:
        """Return the pieces of a sphere that may be in view."""
        wide, high = self.size.width(), self.size.height()
        corners = [QPointF(x, y) for x in (0, wide) for y in (0, high)]
        ends = [self.direction_at(corner) for corner in corners]
        cosines = [float(self.aim.vector @ end) for end in ends if end is not None]
        if len(cosines) < len(corners):  # the rim of the sky is in view
            return [slice(0, len(sphere))]
        farthest = float(np.rad2deg(np.arccos(np.clip(min(cosines), -1, 1))))
        return sphere.within(self.aim.vector, farthest * 1.02)

    def _turn(self) -> None:
        """Stand the sources where the aim has them, if they do not stand there yet."""
        key = (self.aim, self.size.toTuple(), id(self.points.sphere), id(self.points.hidden))
        if key != self._turned:
            self._turned = key
            reach = RIM * self.scale
            uncut = self.aim.share >= 1 and reach <= self.middle[0] and reach <= 2 * self.middle[1]
            pieces = self._in_view(self.points.sphere)
            self.points.turn(self.aim.projection, pieces, uncut=uncut)

    # -- painting --------------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens, self._ground = tokens, None
        self.marks.set_theme(tokens)
        self.layer.set_theme(tokens)

    def paint(self, painter: QPainter, font: QFont) -> None:
        """Draw the sky, its sources, and what is marked among them."""
        ground, backdrop = self._backdrop(font)
        painter.setFont(font)
        painter.drawPixmap(0, 0, ground)
        painter.drawImage(QPointF(0, 0), self._picture())
        if not self.layer.empty:
            painter.drawImage(QPointF(0, 0), self._layer_picture())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        backdrop.paint_over(painter, self.tokens)
        self.marks.marks = self._marks_in_view()
        self.marks.paint(painter, None)  # type: ignore[arg-type]

    def paint_on_paper(self, painter: QPainter, font: QFont, tokens: Tokens, ratio: float) -> None:
        """Draw the same in other colours, with ``ratio`` pixels of the sources' picture to each."""
        self._turn()
        size = (self.size.width(), self.size.height())
        backdrop = Backdrop(self.aim, *size, QFontMetricsF(font))
        tokens = replace(tokens, panel=tokens.canvas)  # paper has one colour
        painter.setFont(font)
        backdrop.paint(painter, tokens)
        self.points.set_ground(dark=tokens.dark)
        picture = self.points.seen(self.scale, *size, ratio).copy()  # a PDF keeps it until its end
        self._drawn = None  # it has given its memory
        picture.setDevicePixelRatio(1.0)
        painter.drawImage(QRectF(QPointF(0, 0), self.size), picture, QRectF(picture.rect()))
        self.points.set_ground(dark=self.tokens.dark)
        self._paint_layer_on_paper(painter, tokens, ratio)
        backdrop.paint_over(painter, tokens)
        self.marks.set_theme(tokens)
        self.marks.marks = self._marks_in_view()
        self.marks.paint(painter, None)  # type: ignore[arg-type]
        self.marks.set_theme(self.tokens)

    def _paint_layer_on_paper(self, painter: QPainter, tokens: Tokens, ratio: float) -> None:
        if self.layer.empty:
            return
        self._layer_picture()  # which turns it
        self.layer.set_theme(tokens)
        picture = self.layer.seen(self.scale, *self.size.toTuple(), ratio)
        picture.setDevicePixelRatio(1.0)
        painter.drawImage(QRectF(QPointF(0, 0), self.size), picture, QRectF(picture.rect()))
        self.layer.set_theme(self.tokens)

    def _backdrop(self, font: QFont) -> tuple[QPixmap, Backdrop]:
        key = (self.aim, self.size.toTuple(), self.ratio, font.key())
        if self._ground is None or self._ground[0] != key:
            made = Backdrop(self.aim, *self.size.toTuple(), QFontMetricsF(font))
            picture = QPixmap(self.size * self.ratio)
            picture.setDevicePixelRatio(self.ratio)
            painter = QPainter(picture)
            made.paint(painter, self.tokens)
            painter.end()
            self._ground = (key, picture, made)
        return self._ground[1:]

    def _picture(self) -> QImage:
        self._turn()
        size = (self.size.width(), self.size.height())
        key = (self.points.number, size, self.ratio)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, self.points.seen(self.scale, *size, self.ratio))
        return self._drawn[1]

    def _layer_picture(self) -> QImage:
        size = (self.size.width(), self.size.height())
        key = (self.aim, size, self.ratio, self.layer.number)
        if self._laid is None or self._laid[0] != key:
            self.layer.turn(self.aim.projection, self._in_view(self.layer.sphere))
            self._laid = (key, self.layer.seen(self.scale, *size, self.ratio))
        return self._laid[1]

    def _marks_in_view(self) -> Marks:
        sky = self.sky
        return Marks(
            query=self._at(sky.query),
            neighbours=tuple(at for p in sky.neighbours if (at := self._at(p)) is not None),
            earlier=tuple(at for p in sky.earlier if (at := self._at(p)) is not None),
            selected=self._at(sky.selected),
            hovered=self._at(sky.hovered),
        )

    def _at(self, position: Position | None) -> Position | None:
        at = self.pixel_of(*position) if position is not None else None
        return (at.x(), at.y()) if at is not None else None


def _position(vector: NDArray[np.floating]) -> Position:
    ra, dec = angles(np.reshape(vector, (3, 1)))
    return float(ra[0]), float(dec[0])
