"""Which part of a picture a view shows, how large, and which way round."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from radgalgui.gui.imaging.hooks import Stage

__all__ = ["MOST_ZOOM", "Viewport"]

MOST_ZOOM = 64.0
FURTHEST = 1e4  # how much more or less than the whole is shown where another view leads


class Viewport:
    """A centre in image coordinates, and a zoom: 1 shows the whole picture.

    Image coordinates have (0, 0) at the lower left corner of pixel (0, 0).  ``turn`` turns the
    picture on the screen, degrees clockwise; ``mirrored`` swaps left and right before that.
    """

    def __init__(self) -> None:
        self.shape = (1, 1)
        self.size = QSizeF(1.0, 1.0)
        self.zoom, self.centre = 1.0, QPointF(0.5, 0.5)
        self.turn, self.mirrored = 0.0, False

    @property
    def whole(self) -> float:
        """Screen pixels an image pixel where the whole picture is shown."""
        height, width = self.shape
        return min(self.size.width() / width, self.size.height() / height)

    @property
    def pixel_size(self) -> float:
        """Screen pixels an image pixel."""
        return self.zoom * self.whole

    def stage(self, frame: QRectF) -> Stage:
        """Return the stage on which a frame holds all that the view shows."""
        wide, high = max(self.size.width(), 1.0), max(self.size.height(), 1.0)
        scale = self.pixel_size * min(frame.width() / wide, frame.height() / high)
        middle = frame.center()
        made = QTransform.fromTranslate(middle.x(), middle.y())
        if self.turn:
            made.rotate(self.turn)
        made.scale(-scale if self.mirrored else scale, -scale)
        return Stage(frame, made.translate(-self.centre.x(), -self.centre.y()))

    def own_stage(self) -> Stage:
        """Return the stage that is the view itself."""
        return self.stage(QRectF(QPointF(), self.size))

    def show_whole(self) -> None:
        """Show the whole picture."""
        height, width = self.shape
        self.zoom, self.centre = 1.0, QPointF(width / 2, height / 2)

    def show_box(self, x: float, y: float, width: float, around: float) -> None:
        """Show a square about a 0-based pixel with some picture around it."""
        self.show_whole()
        wanted = min(self.shape) / max(around * width, 1.0)
        self.zoom = min(max(wanted, 1.0), MOST_ZOOM)
        self.move_by(QPointF(x + 0.5, y + 0.5) - self.centre)

    def zoom_about(self, at: QPointF, factor: float) -> None:
        """Zoom so that what is at a place of the view stays there."""
        before = self.own_stage().to_screen.inverted()[0].map(at)
        self.zoom = min(max(self.zoom * factor, min(self.zoom, 1.0)), MOST_ZOOM)
        after = self.own_stage().to_screen.inverted()[0].map(at)
        self.move_by(before - after)

    def drag(self, start: QPointF, end: QPointF) -> None:
        """Move the picture as a hand does from one place of the view to another."""
        back = self.own_stage().to_screen.inverted()[0]
        self.move_by(back.map(start) - back.map(end))

    def move_by(self, by: QPointF) -> None:
        """Move the centre, leaving no more room beside the picture than there was."""
        height, width = self.shape
        half_x, half_y = (v / 2 / self.pixel_size for v in self._extent())
        x = _kept(self.centre.x(), by.x(), half_x, width)
        y = _kept(self.centre.y(), by.y(), half_y, height)
        self.centre = QPointF(x, y)

    def look_at(self, x: float, y: float, pixel_size: float) -> None:
        """Show a 0-based pixel in the middle at a size, wherever the picture ends."""
        if not all(math.isfinite(v) for v in (x, y, pixel_size)) or pixel_size <= 0:
            return
        self.zoom = min(max(pixel_size / self.whole, 1 / FURTHEST), FURTHEST)
        self.centre = QPointF(x + 0.5, y + 0.5)

    def _extent(self) -> tuple[float, float]:
        """Return width and height that are seen, along the axes of the picture."""
        sideways = abs(math.sin(math.radians(self.turn))) > math.sqrt(0.5)
        wide, high = self.size.width(), self.size.height()
        return (high, wide) if sideways else (wide, high)


def _kept(centre: float, by: float, half: float, size: float) -> float:
    """Return a moved centre that leaves no room beside the picture, unless it was left before."""
    low, high = (size / 2, size / 2) if 2 * half >= size else (half, size - half)
    return min(max(centre + by, min(low, centre)), max(high, centre))
