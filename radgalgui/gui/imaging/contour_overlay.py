"""Contours of the original over a picture, in sigma of the noise; arrows to north and east."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from radgalgui.gui import furniture
from radgalgui.gui.imaging.orientation import directions

if TYPE_CHECKING:
    from radgalgui.gui.furniture import Ink
    from radgalgui.gui.picture_view import PictureView
    from radgalgui.sky.contours import Contour

__all__ = ["CompassOverlay", "ContourOverlay"]

SPECK = 1.5  # pixels on the screen; lines of a smaller extent are not painted
LONG, LEAST = 26.0, 13.0  # of the arrows, pixels
SMALL = 200.0  # pixels of a picture


class ContourOverlay:
    """Lines in the pixels of one view; `contours` are set from outside."""

    def __init__(self) -> None:
        self.contours: Sequence[Contour] = ()
        self._bounds: list[NDArray[np.float64]] = []

    def show(self, contours: Sequence[Contour]) -> None:
        """Have other lines; the view is not told."""
        self.contours = contours
        self._bounds = [contour.bounds() for contour in contours]

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint the lines in view, negative ones dashed."""
        if not view.choices.contours or not self.contours:
            return
        stage, line = view.stage, QColor(ink.line)
        shadow = QColor(ink.shadow)
        shadow.setAlpha(110)
        line.setAlpha(225)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for contour, bounds in zip(self.contours, self._bounds, strict=True):
            kept = _in_view(bounds, stage.part, SPECK / stage.scale)
            if not kept.any():
                continue
            path = _path(contour, kept, to_screen)
            for colour, width in ((shadow, 2.4), (line, 1.1)):
                pen = QPen(colour, width)
                if contour.level < 0:
                    pen.setDashPattern([6.0 / width, 4.0 / width])
                painter.setPen(pen)
                painter.drawPath(path)


def _in_view(bounds: NDArray[np.float64], part: QRectF, speck: float) -> NDArray[np.bool_]:
    """Return which lines, by their bounds in 0-based pixels, are in a part of the image."""
    x0, y0, x1, y1 = bounds.T + 0.5
    with np.errstate(invalid="ignore"):
        inside = (x1 >= part.left()) & (x0 <= part.right())
        inside &= (y1 >= part.top()) & (y0 <= part.bottom())
        return np.asarray(inside & (np.maximum(x1 - x0, y1 - y0) > speck))


def _path(contour: Contour, kept: NDArray[np.bool_], to_screen: QTransform) -> QPainterPath:
    """Return the kept lines as one path of the painter."""
    lengths = np.diff(contour.starts)
    points = np.repeat(kept, lengths)
    joined = np.ones(contour.x.size, np.int32)
    joined[contour.starts[1:] - 1] = 0  # the last point of each line
    x, y = contour.x[points] + 0.5, contour.y[points] + 0.5
    px = to_screen.m11() * x + to_screen.m21() * y + to_screen.dx()
    py = to_screen.m12() * x + to_screen.m22() * y + to_screen.dy()
    path: QPainterPath = pg.arrayToQPath(px, py, connect=joined[points])
    return path


class CompassOverlay:
    """Arrows at the upper right, by the WCS in the middle of the view.

    Small pictures beside the first have none: they would hide more than they tell.
    """

    def __init__(self, *, first: bool = True) -> None:
        self._first = first
        self._known: tuple[object, ...] = ()
        self._ways: tuple[QPointF, QPointF] | None = None

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint the arrows where there are coordinates."""
        sky = view.sky
        if not view.choices.compass or sky is None or sky.readout is None:
            return
        frame, part = view.stage.frame, view.stage.part
        side = min(frame.width(), frame.height())
        if side < SMALL and not self._first:
            return
        step = max(part.width() / 8, 1e-9)  # north does not turn faster than is seen
        at = tuple(round(v / step) for v in view.middle)
        linear = (to_screen.m11(), to_screen.m12(), to_screen.m21(), to_screen.m22())
        known = (sky.readout.wcs, at, *linear)
        if known != self._known:
            self._known, self._ways = known, directions(sky.readout, *view.middle, to_screen)
        if self._ways is None:
            return
        north, east = self._ways
        length = min(LONG, max(0.1 * side, LEAST))
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.85, 6.5))
        painter.setFont(font)
        room = length + painter.fontMetrics().capHeight() + 4
        both = (QPointF(), north * room, east * room)
        right, top = max(p.x() for p in both), min(p.y() for p in both)
        origin = QPointF(frame.right() - 6 - right, frame.top() + 6 - top)
        furniture.paint_compass(painter, ink, origin, length, north, east)
