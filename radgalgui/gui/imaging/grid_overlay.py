"""The coordinate grid over a picture, its lines named at the edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from radgalgui.gui import furniture
from radgalgui.gui.theme import GRID

if TYPE_CHECKING:
    from radgalgui.gui.furniture import Ink
    from radgalgui.gui.picture_view import PictureView
    from radgalgui.sky.graticule import GridLine

__all__ = ["GridOverlay", "crossings"]

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
        self._made: tuple[object, str, float, QRectF] | None = None
        self._wanted: tuple[object, str, float, QRectF] | None = None

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint what is known of the grid, and ask for what is not."""
        sky, choices = view.sky, view.choices
        if not choices.grid or sky is None or sky.readout is None:
            return
        self._renew(view)
        if self._made is None or self._made[0] is not sky.readout.wcs:
            return
        frame = view.stage.frame
        paths = [_path(line, to_screen) for line in self.lines]
        line_colour = QColor(ink.line)
        line_colour.setAlpha(FAINT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(line_colour, 0.9))
        for path in paths:
            painter.drawPath(path)
        self._paint_words(painter, to_screen, ink, frame)

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
                view.update()

        self._run(work, keep)

    def _paint_words(
        self, painter: QPainter, to_screen: QTransform, ink: Ink, frame: QRectF
    ) -> None:
        """Name each line where it leaves the frame, unless something stands there."""
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.82, 6.5))
        painter.setFont(font)
        metrics, taken = painter.fontMetrics(), _corners(frame)
        lon_above = _mostly_cross(self.lines, "lon", to_screen, frame, "top")
        edges = {"lon": "top" if lon_above else "left", "lat": "left" if lon_above else "top"}
        for kind in ("lon", "lat"):
            before = ""
            for line in (line for line in self.lines if line.kind == kind):
                text = _brief(line.text, before)
                for at in crossings(line, to_screen, frame, edges[kind])[:1]:
                    wide, high = metrics.horizontalAdvance(text), metrics.capHeight()
                    if edges[kind] == "top":
                        place = QPointF(at.x() - wide / 2, frame.top() + high + 4)
                    else:
                        place = QPointF(frame.left() + 4, at.y() + high / 2)
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


def _path(line: GridLine, to_screen: QTransform) -> QPainterPath:
    """Return a line on the screen."""
    path, open_ = QPainterPath(), False
    for x, y in zip((line.x + 0.5).tolist(), (line.y + 0.5).tolist(), strict=True):
        if x != x or y != y:
            open_ = False
            continue
        at = to_screen.map(QPointF(x, y))
        path.lineTo(at) if open_ else path.moveTo(at)
        open_ = True
    return path


def _mostly_cross(
    lines: list[GridLine], kind: str, to_screen: QTransform, frame: QRectF, edge: str
) -> bool:
    """Return whether at least half of the lines in view cross an edge."""
    some = [line for line in lines if line.kind == kind]
    seen = [line for line in some if any(crossings(line, to_screen, frame, e) for e in EDGES)]
    return 2 * sum(bool(crossings(line, to_screen, frame, edge)) for line in seen) >= len(seen)


EDGES = ("top", "left", "bottom", "right")


def crossings(line: GridLine, to_screen: QTransform, frame: QRectF, edge: str) -> list[QPointF]:
    """Return where a line crosses an edge of a frame: ``top``, ``left``, ``bottom``, ``right``."""
    x, y = line.x + 0.5, line.y + 0.5
    px = to_screen.m11() * x + to_screen.m21() * y + to_screen.dx()
    py = to_screen.m12() * x + to_screen.m22() * y + to_screen.dy()
    level = {"top": frame.top(), "bottom": frame.bottom()}.get(edge)
    upright = level is not None
    if level is None:
        level = frame.left() if edge == "left" else frame.right()
    over, along = (py - level, px) if upright else (px - level, py)
    low, high = (frame.left(), frame.right()) if upright else (frame.top(), frame.bottom())
    with np.errstate(invalid="ignore"):
        turns = np.flatnonzero((over[:-1] <= 0) != (over[1:] <= 0))
    found = []
    for i in turns:
        step = over[i + 1] - over[i]
        if not np.isfinite(step) or step == 0:
            continue
        place = float(along[i] - over[i] / step * (along[i + 1] - along[i]))
        if low <= place <= high:
            found.append(QPointF(place, level) if upright else QPointF(level, place))
    return found
