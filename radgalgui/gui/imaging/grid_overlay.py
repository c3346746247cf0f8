"""The coordinate grid over a picture, its lines named at the edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from radgalgui.gui import furniture
from radgalgui.gui.theme import GRID

if TYPE_CHECKING:
    from radgalgui.gui.furniture import Ink
    from radgalgui.gui.picture_view import PictureView
    from radgalgui.sky.graticule import GridLine

__all__ = ["GridOverlay", "leaving"]

#: Called with work for another thread and what takes its answer.
Run = Callable[[Callable[[], Any], Callable[[Any], None]], None]

BETWEEN = 84.0  # pixels of the screen between two lines, about
BEYOND = 0.75  # widths of the view beside it for which lines are made, so that it can be moved
CORNER = 46.0  # pixels at the lower corners and the upper right one that belong to others
FAINT = 130


class GridOverlay:
    """Lines and words of one view; lines are made in another thread, for more than is in view."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.lines: list[GridLine] = []
        self._x, self._y = np.empty((0, 2)), np.empty((0, 2))
        self._made: tuple[object, str, float, QRectF] | None = None
        self._wanted: tuple[object, str, float, QRectF] | None = None

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint what is known of the grid, and ask for what is not."""
        sky, choices = view.sky, view.choices
        if not choices.grid or sky is None or sky.readout is None:
            return
        if view.isVisible() and view.stage.frame == QRectF(view.rect()):
            self._renew(view)
            self._paint(painter, to_screen, ink, view)
            return
        paper = GridOverlay(lambda work, done: done(work()))  # at once, and for this size
        paper._renew(view)
        paper._paint(painter, to_screen, ink, view)

    def _paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        wcs = (
            view.sky.readout.wcs if view.sky is not None and view.sky.readout is not None else None
        )
        if self._made is None or self._made[0] is not wcs:
            return
        px, py = _on_screen(self._x, self._y, to_screen)
        ink_of_lines = QColor(ink.line)
        ink_of_lines.setAlpha(FAINT)
        pen = QPen(ink_of_lines, 1.0)
        pen.setCosmetic(view.stage.frame == QRectF(view.rect()))  # a hundred times faster
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(_path(px, py, view.stage.frame))
        self._paint_words(painter, ink, view.stage.frame, px, py)

    def _renew(self, view: PictureView) -> None:
        """Ask for other lines where those there are do not suit the view."""
        sky, stage = view.sky, view.stage
        assert sky is not None
        assert sky.readout is not None
        part, wcs = stage.part, sky.readout.wcs
        size = min(stage.frame.width(), stage.frame.height())
        lines = min(max(size / BETWEEN, 2.0), 8.0)
        span = min(part.width(), part.height()) / lines  # pixels of the image between two lines
        last = self._wanted
        if (
            last is not None
            and last[0] is wcs
            and last[1] == view.choices.frame
            and 0.8 < last[2] / span < 1.25
            and last[3].contains(part)
        ):
            return
        by = QPointF(part.width() * BEYOND, part.height() * BEYOND)
        room = QRectF(part.topLeft() - by, part.bottomRight() + by)
        asked = self._wanted = (wcs, view.choices.frame, span, room)
        corners = (room.left() - 0.5, room.top() - 0.5, room.right() - 0.5, room.bottom() - 0.5)
        across, own = min(room.width(), room.height()) / span, wcs.deepcopy()  # for a thread

        def work() -> list[GridLine]:
            from radgalgui.sky.graticule import graticule

            galactic = asked[1] == "galactic"
            return graticule(own, corners, frame="galactic" if galactic else "icrs", lines=across)

        def keep(lines: list[GridLine]) -> None:
            if self._wanted is asked:
                self.lines, self._made = lines, asked
                self._x, self._y = _padded([li.x for li in lines]), _padded([li.y for li in lines])
                view.update()

        self._run(work, keep)

    def _paint_words(
        self,
        painter: QPainter,
        ink: Ink,
        frame: QRectF,
        px: NDArray[np.float64],
        py: NDArray[np.float64],
    ) -> None:
        """Name each line where it leaves the frame, unless something stands there."""
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.82, 6.5))
        painter.setFont(font)
        metrics, taken = painter.fontMetrics(), _corners(frame)
        top, left = (_leaving(px, py, frame, edge) for edge in ("top", "left"))
        lon = np.array([line.kind == "lon" for line in self.lines], bool)
        lon_above = np.isfinite(top[lon]).sum() >= np.isfinite(left[lon]).sum()
        for kind, is_top in (("lon", lon_above), ("lat", not lon_above)):
            before, high = "", metrics.capHeight()
            ends = top if is_top else left
            for number in np.argsort(ends)[: np.isfinite(ends).sum()]:  # as one reads
                line, along = self.lines[number], float(ends[number])
                if line.kind != kind:
                    continue
                text = _brief(line.text, before)
                wide = metrics.horizontalAdvance(text)
                place = QPointF(frame.left() + 4, along + high / 2)
                if is_top:
                    place = QPointF(along - wide / 2, frame.top() + high + 4)
                room = QRectF(place.x(), place.y() - high, wide, high).adjusted(-4, -3, 4, 3)
                if not frame.contains(room.adjusted(3, 2, -3, -2)) or any(
                    room.intersects(other) for other in taken
                ):
                    continue
                furniture.paint_words(painter, ink, place, text)
                taken.append(room)
                before = line.text


def _corners(frame: QRectF) -> list[QRectF]:
    """Return where scale bar, beam and arrows may stand."""
    low = frame.bottom() - CORNER + GRID
    return [
        QRectF(frame.left(), low, 0.4 * frame.width(), CORNER),
        QRectF(frame.right() - CORNER, low, CORNER, CORNER),
        QRectF(frame.right() - CORNER, frame.top(), CORNER, CORNER),
    ]


def _brief(text: str, before: str) -> str:
    """Return a coordinate without what the line before has told: ``40s`` after ``13h45m20s``."""
    for mark in ("m", "′", "h", "°"):
        if mark in text and mark in before:
            head, tail = text.split(mark, 1)
            if tail and head == before.split(mark, 1)[0]:
                return tail
    return text


def _padded(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return lines as rows of one array, filled up with NaN."""
    made = np.full((len(parts), 1 + max((len(part) for part in parts), default=1)), np.nan)
    for row, part in zip(made, parts, strict=True):
        row[: len(part)] = part
    return made


def _on_screen(
    x: NDArray[np.float64], y: NDArray[np.float64], to_screen: QTransform
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the middles of 0-based pixels are painted."""
    x, y = x + 0.5, y + 0.5
    return (
        to_screen.m11() * x + to_screen.m21() * y + to_screen.dx(),
        to_screen.m12() * x + to_screen.m22() * y + to_screen.dy(),
    )


def _path(px: NDArray[np.float64], py: NDArray[np.float64], frame: QRectF) -> QPainterPath:
    """Return lines, the rows of both arrays, as one path, without what is far from the frame."""
    far = (px < frame.left() - frame.width()) | (px > frame.right() + frame.width())
    far |= (py < frame.top() - frame.height()) | (py > frame.bottom() + frame.height())
    x = np.where(far, np.nan, px).ravel()
    path: QPainterPath = pg.arrayToQPath(x, np.where(far, np.nan, py).ravel(), connect="finite")
    return path


def _leaving(
    px: NDArray[np.float64], py: NDArray[np.float64], frame: QRectF, edge: str
) -> NDArray[np.float64]:
    """Return where each line first crosses an edge of a frame, along that edge; NaN if nowhere."""
    level = {"top": frame.top(), "bottom": frame.bottom()}.get(edge)
    upright = level is not None
    if level is None:
        level = frame.left() if edge == "left" else frame.right()
    over, along = (py - level, px) if upright else (px - level, py)
    low, high = (frame.left(), frame.right()) if upright else (frame.top(), frame.bottom())
    with np.errstate(invalid="ignore", divide="ignore"):
        step = over[:, 1:] - over[:, :-1]
        places = along[:, :-1] - over[:, :-1] / step * (along[:, 1:] - along[:, :-1])
        cross = (over[:, :-1] <= 0) != (over[:, 1:] <= 0)
        cross &= np.isfinite(places) & (places >= low) & (places <= high)
    found = np.full(len(px), np.nan)
    rows = np.flatnonzero(cross.any(axis=1))
    found[rows] = places[rows, cross[rows].argmax(axis=1)]
    return found


def leaving(line: GridLine, to_screen: QTransform, frame: QRectF, edge: str) -> float:
    """Return where a line crosses an edge: ``top``, ``left``, ``bottom`` or ``right``; or NaN.

    That is x along the upper and lower edge, and y along the others, the first if several.
    """
    px, py = _on_screen(line.x[None, :], line.y[None, :], to_screen)
    return float(_leaving(px, py, frame, edge)[0])
