"""One picture of the sky: zoom and pan, scale bar, beam, the outline of the cutout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from radgalgui.gui import furniture
from radgalgui.gui.colours import lookup_table
from radgalgui.gui.display import Display, to_levels
from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.gui.theme import DARK, GRID, LIGHT, Tokens
from radgalgui.gui.thumbnails import indexed_image

__all__ = ["PictureView", "Sky"]

OUTLINE = DARK.accent  # pictures are dark in both themes
AROUND = 2.2  # widths of the cutout that are shown around it at first
MOST_ZOOM = 64.0


@dataclass(frozen=True)
class Sky:
    """A picture and what is drawn over it.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        Pixels, NaN is blank; row 0 is at the bottom.
    unit : str
        Their unit, "" where there is none.
    pixel_scale : float
        Arcsec a pixel; 0 where it is unknown, and there is no scale bar.
    readout : SkyReadout, optional
        The picture's WCS.
    beam : tuple of float
        Major, minor (arcsec) and position angle (degrees), or empty.
    box : tuple of float, optional
        Centre x, y and width of the cutout, pixels.
    grid : str
        Pictures of the same pixels of the same sky have the same word here, "" has none.
    """

    values: NDArray[np.floating]
    unit: str = ""
    pixel_scale: float = 0.0
    readout: SkyReadout | None = None
    beam: tuple[float, ...] = ()
    box: tuple[float, float, float] | None = None
    grid: str = ""


class PictureView(QWidget):
    """Shows a `Sky`.

    ``pointed`` tells (x, y) under the pointer, 0-based pixels, or None; ``moved()`` that the hand
    has zoomed or moved the picture.
    """

    pointed = Signal(object)
    moved = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.sky: Sky | None = None
        self.display = Display()
        self._image = QImage()
        self._tokens = LIGHT
        self._zoom, self._centre = 1.0, QPointF()
        self._dragged: QPointF | None = None
        self._focused = False
        self.message = ""
        self._mark: tuple[float, float] | None = None

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_sky(self, sky: Sky | None, display: Display, message: str = "") -> None:
        """Show a picture, the skeleton of one still to come, or why there is none."""
        fresh = not _same(sky, self.sky)
        redraw = fresh or display != self.display
        self.sky, self.display, self.message = sky, display, message
        if sky is not None and redraw:
            self._image = indexed_image(
                to_levels(sky.values, display), lookup_table(display.colour_map)
            )
        if fresh or (sky is not None and sky.box is not None and not self._focused):
            self.focus_on_box()
        self.update()

    def reset_view(self) -> None:
        """Show the whole picture."""
        if self.sky is not None:
            height, width = self.sky.values.shape
            self._centre = QPointF(width / 2, height / 2)
        self._zoom = 1.0
        self.update()

    def focus_on_box(self) -> None:
        """Show the cutout with some sky around it, or the whole of a small picture."""
        self.reset_view()
        self._focused = self.sky is not None and self.sky.box is not None
        if self.sky is not None and self.sky.box is not None:
            x, y, width = self.sky.box
            wanted = min(self.sky.values.shape) / max(AROUND * width, 1.0)
            self._zoom = float(np.clip(wanted, 1.0, MOST_ZOOM))
            self._move_by(QPointF(x + 0.5, y + 0.5) - self._centre)

    def follow(self, other: PictureView) -> None:
        """Show the same part as another view of the same pixels."""
        self._zoom, self._centre = other._zoom, QPointF(other._centre)
        self.update()

    def mark(self, at: tuple[float, float] | None) -> None:
        """Mark a pixel that is pointed at elsewhere, or none."""
        if at != self._mark:
            self._mark = at
            self.update()

    # -- geometry: image coordinates have (0, 0) at the lower left corner of pixel (0, 0) ----

    @property
    def pixel_size(self) -> float:
        """Screen pixels an image pixel."""
        if self.sky is None:
            return 1.0
        height, width = self.sky.values.shape
        return self._zoom * float(min(self.width() / width, self.height() / height))

    def _to_screen(self) -> QTransform:
        scale = self.pixel_size
        made = QTransform.fromTranslate(self.width() / 2, self.height() / 2)
        made.scale(scale, -scale)
        return made.translate(-self._centre.x(), -self._centre.y())

    def pixel_at(self, at: QPointF) -> tuple[float, float] | None:
        """Return the 0-based pixel coordinates under a place of the widget, if on the picture."""
        if self.sky is None:
            return None
        place = self._to_screen().inverted()[0].map(at)
        height, width = self.sky.values.shape
        if not (0 <= place.x() < width and 0 <= place.y() < height):
            return None
        return place.x() - 0.5, place.y() - 0.5

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture and what belongs over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.skeleton))
        if self.sky is not None:
            self._paint_picture(painter, self.sky)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.sky.box is not None:
                self._paint_box(painter, self.sky.box)
            self._paint_furniture(painter, self.sky)
        elif self.message:
            painter.setPen(QColor(self._tokens.muted))
            inside = self.rect().adjusted(GRID, GRID, -GRID, -GRID)
            how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inside, how, self.message)
        painter.end()

    def _paint_picture(self, painter: QPainter, sky: Sky) -> None:
        height, width = sky.values.shape
        target = self._to_screen().mapRect(QRectF(0, 0, width, height))
        smooth = self.pixel_size < 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        painter.drawImage(target, self._image, QRectF(self._image.rect()))

    def _paint_box(self, painter: QPainter, box: tuple[float, float, float]) -> None:
        x, y, width = box
        rect = QRectF(x + 0.5 - width / 2, y + 0.5 - width / 2, width, width)
        corners = self._to_screen().mapRect(rect)
        for colour, pen in ((QColor(0, 0, 0, 170), 3.5), (QColor(OUTLINE), 1.5)):
            painter.setPen(QPen(colour, pen))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(corners)

    def _paint_furniture(self, painter: QPainter, sky: Sky) -> None:
        ink, size = furniture.Ink.on(self.display.colour_map), self.size()
        if self._mark is not None:
            x, y = self._mark
            at = self._to_screen().map(QPointF(x + 0.5, y + 0.5))
            furniture.paint_cross(painter, ink, at)
        if self.display.span is not None and self.display.span[0] < 0:
            furniture.paint_colour_bar(painter, size, self.display, sky.unit)
        elif sky.pixel_scale > 0:
            scale = self.pixel_size / sky.pixel_scale
            furniture.paint_scale_bar(painter, size, ink, scale)
            if sky.beam and sky.beam[0] > 0:
                north = self._north(sky)
                furniture.paint_beam(painter, size, ink, sky.beam, per_arcsec=scale, north=north)

    def _north(self, sky: Sky) -> float:
        if sky.readout is None:
            return 0.0
        height, width = sky.values.shape
        return sky.readout.north(width / 2, height / 2)

    # -- pointer ---------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        if self.sky is None or not event.angleDelta().y():
            return
        before = self._to_screen().inverted()[0].map(event.position())
        self._zoom = float(np.clip(self._zoom * 1.0015 ** event.angleDelta().y(), 1.0, MOST_ZOOM))
        after = self._to_screen().inverted()[0].map(event.position())
        self._move_by(before - after)
        self.moved.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture, and tell what is under the pointer."""
        if self._dragged is not None:
            moved = event.position() - self._dragged
            self._dragged = event.position()
            self._move_by(QPointF(-moved.x(), moved.y()) / self.pixel_size)
            self.moved.emit()
        self.pointed.emit(self.pixel_at(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show the whole picture, or the cutout again."""
        if self._zoom > 1.0:
            self.reset_view()
        else:
            self.focus_on_box()
        self.moved.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Repaint at the new size."""
        super().resizeEvent(event)
        self.update()

    def _move_by(self, by: QPointF) -> None:
        if self.sky is None:
            return
        height, width = self.sky.values.shape
        half_x, half_y = (v / 2 / self.pixel_size for v in (self.width(), self.height()))
        x = _kept(self._centre.x() + by.x(), half_x, width)
        y = _kept(self._centre.y() + by.y(), half_y, height)
        self._centre = QPointF(x, y)
        self.update()


def _kept(centre: float, half: float, size: float) -> float:
    """Return a centre that leaves no room beside the picture where it fills the view."""
    if 2 * half >= size:
        return size / 2
    return min(max(centre, half), size - half)


def _same(one: Sky | None, other: Sky | None) -> bool:
    """Return whether two pictures have the same pixels, so that the view may stay."""
    if one is None or other is None:
        return one is other
    return one.values is other.values or np.array_equal(one.values, other.values, equal_nan=True)
