"""Contours of the original over a picture, in sigma of the noise; arrows to north and east."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from radgalgui.gui import furniture
from radgalgui.gui.imaging.orientation import directions

if TYPE_CHECKING:
    from radgalgui.gui.furniture import Ink
    from radgalgui.gui.picture_view import PictureView
    from radgalgui.sky.contours import Contour

__all__ = ["CompassOverlay", "ContourOverlay"]

SPECK = 1.5  # pixels on the screen; lines of a smaller extent are not painted
CLOSE = 0.6  # pixels on the screen between two points of a line, about
LONG, LEAST = 26.0, 13.0  # of the arrows, pixels
SMALL = 200.0  # pixels of a picture


class ContourOverlay:
    """Lines in the pixels of one view; `contours` are set from outside.

    What was painted on the widget is kept, and painted again while the view rests: under the
    pointer, while limits are dragged, and as pictures blink.
    """

    def __init__(self) -> None:
        self.contours: Sequence[Contour] = ()
        self._bounds: list[NDArray[np.float64]] = []
        self._kept: tuple[tuple[object, ...], QImage] | None = None

    def show(self, contours: Sequence[Contour]) -> None:
        """Have other lines; the view is not told."""
        self.contours = contours
        self._bounds = [contour.bounds() for contour in contours]
        self._kept = None

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint the lines in view, negative ones dashed."""
        if not view.choices.contours or not self.contours:
            return
        if view.stage.frame != QRectF(view.rect()):
            self._paint(painter, to_screen, ink, view)  # on paper, as lines
            return
        ratio = view.devicePixelRatioF()
        known = (to_screen, view.size(), ratio, ink.line.rgba())
        if self._kept is None or self._kept[0] != known:
            image = QImage(view.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            own = QPainter(image)
            own.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(own, to_screen, ink, view, fast=True)
            own.end()
            self._kept = (known, image)
        painter.drawImage(QPointF(), self._kept[1])

    def _paint(
        self,
        painter: QPainter,
        to_screen: QTransform,
        ink: Ink,
        view: PictureView,
        *,
        fast: bool = False,
    ) -> None:
        """Paint lines of one pixel: thicker ones take Qt fifty times as long."""
        stage, line = view.stage, QColor(ink.line)
        shadow = QColor(ink.shadow)
        shadow.setAlpha(150)
        line.setAlpha(235)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for contour, bounds in zip(self.contours, self._bounds, strict=True):
            kept = _in_view(bounds, stage.part, SPECK / stage.scale)
            if not kept.any():
                continue
            path = _path(contour, kept, to_screen, stage.scale)
            for colour, by in ((shadow, 1.0), (line, 0.0)):
                pen = QPen(colour, 1.0)
                pen.setCosmetic(fast)
                if contour.level < 0:
                    pen.setDashPattern([5.0, 4.0])
                painter.setPen(pen)
                painter.translate(by, by)
                painter.drawPath(path)
                painter.translate(-by, -by)


def _in_view(bounds: NDArray[np.float64], part: QRectF, speck: float) -> NDArray[np.bool_]:
    """Return which lines, by their bounds in 0-based pixels, are in a part of the image."""
    x0, y0, x1, y1 = bounds.T + 0.5
    with np.errstate(invalid="ignore"):
        inside = (x1 >= part.left()) & (x0 <= part.right())
        inside &= (y1 >= part.top()) & (y0 <= part.bottom())
        return np.asarray(inside & (np.maximum(x1 - x0, y1 - y0) > speck))


def _path(
    contour: Contour, kept: NDArray[np.bool_], to_screen: QTransform, scale: float
) -> QPainterPath:
    """Return the kept lines as one path of the painter.

    Points nearer to each other than half a pixel of the screen are thinned out.
    """
    lengths = np.diff(contour.starts)
    points = np.repeat(kept, lengths)
    if (every := int(CLOSE / max(contour.spacing() * scale, 1e-6))) > 1:
        place = np.arange(contour.x.size) - np.repeat(contour.starts[:-1], lengths)
        points &= place % every == 0
        ends = contour.starts[1:] - 1
        points[ends] = kept
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
