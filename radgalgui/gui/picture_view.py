"""One picture of the sky: zoom and pan, scale bar, beam, the outline of the cutout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
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
from radgalgui.gui.imaging.hooks import Overlay, PictureTool, Stage
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
    has zoomed or moved the picture.  What stands in ``overlays`` is painted over the picture; who
    changes it calls ``update``.  `render_to` paints the same on paper.
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
        self.overlays: list[Overlay] = []
        self._tool: PictureTool | None = None
        self._using = False
        self._stage: Stage | None = None

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

    # -- tools -----------------------------------------------------------------------------

    @property
    def tool(self) -> PictureTool | None:
        """What the left button does instead of moving the picture."""
        return self._tool

    @tool.setter
    def tool(self, tool: PictureTool | None) -> None:
        if tool is not self._tool:
            self._tool, self._using = tool, False
            self.setCursor(Qt.CursorShape.CrossCursor if tool is None else tool.cursor)
            self.update()

    # -- geometry: image coordinates have (0, 0) at the lower left corner of pixel (0, 0) ----

    @property
    def pixel_size(self) -> float:
        """Screen pixels an image pixel."""
        if self.sky is None:
            return 1.0
        height, width = self.sky.values.shape
        return self._zoom * float(min(self.width() / width, self.height() / height))

    @property
    def stage(self) -> Stage:
        """Where the picture is painted: while `render_to` paints its paper, else the widget."""
        return self._stage or self._staged(QRectF(self.rect()))

    def _staged(self, frame: QRectF) -> Stage:
        """Return the stage on which a frame holds all that the widget shows."""
        grown = min(frame.width() / max(self.width(), 1), frame.height() / max(self.height(), 1))
        scale, middle = self.pixel_size * grown, frame.center()
        made = QTransform.fromTranslate(middle.x(), middle.y())
        made.scale(scale, -scale)
        return Stage(frame, made.translate(-self._centre.x(), -self._centre.y()))

    def _to_screen(self) -> QTransform:
        return self._staged(QRectF(self.rect())).to_screen

    def place_at(self, at: QPointF) -> tuple[float, float]:
        """Return the 0-based pixel under a place of the widget, also beside the picture."""
        place = self._to_screen().inverted()[0].map(at)
        return place.x() - 0.5, place.y() - 0.5

    def pixel_at(self, at: QPointF) -> tuple[float, float] | None:
        """Return the 0-based pixel coordinates under a place of the widget, if on the picture."""
        if self.sky is None:
            return None
        x, y = self.place_at(at)
        height, width = self.sky.values.shape
        return (x, y) if -0.5 <= x < width - 0.5 and -0.5 <= y < height - 0.5 else None

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture and what belongs over it."""
        painter = QPainter(self)
        self.render_to(painter, QRectF(self.rect()))
        painter.end()

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint all that the widget shows into a rectangle of any painter.

        Lines and words are drawn as such, at their size on the screen: scale the painter for
        others.  A rectangle of another shape shows more of the sky at two of its edges.
        """
        painter.save()
        painter.setClipRect(rect)
        self._stage = self._staged(rect)
        try:
            painter.fillRect(rect, QColor(self._tokens.skeleton))
            if self.sky is not None:
                self._paint_all(painter, self.sky, self._stage)
            elif self.message:
                painter.setPen(QColor(self._tokens.muted))
                inside = rect.adjusted(GRID, GRID, -GRID, -GRID)
                how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(inside, int(how), self.message)
        finally:
            self._stage = None
            painter.restore()

    def _paint_all(self, painter: QPainter, sky: Sky, stage: Stage) -> None:
        ink = furniture.Ink.on(self.display.colour_map)
        self.paint_picture(painter, stage)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for overlay in self.overlays:
            painter.save()
            overlay.paint(painter, stage.to_screen, ink, self)
            painter.restore()
        if sky.box is not None:
            self._paint_box(painter, sky.box, stage)
        painter.save()
        painter.translate(stage.frame.topLeft())
        self._paint_furniture(painter, sky, ink, stage.frame.size())
        painter.restore()
        if self._mark is not None:
            furniture.paint_cross(painter, ink, stage.place(*self._mark))
        if self._tool is not None:
            painter.save()
            self._tool.paint(painter, stage.to_screen, ink, self)
            painter.restore()

    def paint_picture(self, painter: QPainter, stage: Stage) -> None:
        """Paint the pixels alone."""
        if self.sky is None:
            return
        height, width = self.sky.values.shape
        target = stage.to_screen.mapRect(QRectF(0, 0, width, height))
        smooth = stage.scale < 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        painter.drawImage(target, self._image, QRectF(self._image.rect()))

    def _paint_box(self, painter: QPainter, box: tuple[float, float, float], stage: Stage) -> None:
        x, y, width = box
        rect = QRectF(x + 0.5 - width / 2, y + 0.5 - width / 2, width, width)
        corners = stage.to_screen.mapRect(rect)
        for colour, pen in ((QColor(0, 0, 0, 170), 3.5), (QColor(OUTLINE), 1.5)):
            painter.setPen(QPen(colour, pen))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(corners)

    def _paint_furniture(
        self, painter: QPainter, sky: Sky, ink: furniture.Ink, size: QSizeF
    ) -> None:
        if self.display.span is not None and self.display.span[0] < 0:
            furniture.paint_colour_bar(painter, size, self.display, sky.unit)
        elif sky.pixel_scale > 0:
            scale = self.stage.scale / sky.pixel_scale
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
        """Take hold of the picture, or let the tool begin."""
        if self._begun(event):
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged = event.position()

    def _begun(self, event: QMouseEvent) -> bool:
        """Return whether the tool took a press."""
        if (tool := self._tool) is None or self.sky is None:
            return False
        if event.button() is Qt.MouseButton.LeftButton:
            self._using = tool.press(event, self.place_at(event.position()), self)
            return self._using
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture, and tell what is under the pointer."""
        if self._dragged is not None:
            moved = event.position() - self._dragged
            self._dragged = event.position()
            self._move_by(QPointF(-moved.x(), moved.y()) / self.pixel_size)
            self.moved.emit()
        elif self._tool is not None and self.sky is not None:
            self._tool.move(event, self.place_at(event.position()), self)
        self.pointed.emit(self.pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = None
        if self._using and self._tool is not None and event.button() is Qt.MouseButton.LeftButton:
            self._using = False
            self._tool.release(event, self.place_at(event.position()), self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole picture, or the cutout again; a tool may take it."""
        if self._begun(event):
            return
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
