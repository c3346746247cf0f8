"""One picture of the sky: zoom and pan, scale bar, beam, the outline of the cutout."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from radgalgui.gui import furniture
from radgalgui.gui.display import Display
from radgalgui.gui.imaging.choices import Choices
from radgalgui.gui.imaging.hooks import Overlay, PictureTool, Stage
from radgalgui.gui.imaging.levels import Levels
from radgalgui.gui.imaging.orientation import upright
from radgalgui.gui.imaging.picture import Sky, same_pixels
from radgalgui.gui.imaging.viewport import Viewport
from radgalgui.gui.theme import DARK, GRID, LIGHT, Tokens

__all__ = ["PictureView", "Sky"]

OUTLINE = DARK.accent  # pictures are dark in both themes
AROUND = 2.2  # widths of the cutout that are shown around it at first
STEP = 24.0  # pixels that a key moves the picture
ARROWS = {
    Qt.Key.Key_Left: QPointF(STEP, 0),
    Qt.Key.Key_Right: QPointF(-STEP, 0),
    Qt.Key.Key_Up: QPointF(0, STEP),
    Qt.Key.Key_Down: QPointF(0, -STEP),
}
ZOOMS = {
    Qt.Key.Key_Plus: 1.25,
    Qt.Key.Key_Equal: 1.25,
    Qt.Key.Key_Minus: 0.8,
}


class PictureView(QWidget):
    """Shows a `Sky`.

    ``pointed`` tells (x, y) under the pointer, 0-based pixels, or None; ``moved()`` that the hand
    has zoomed or moved the picture; ``shown()`` that another picture, or other colours, are shown.
    What stands in ``overlays`` is painted over the picture; who changes it calls
    ``update``.  `render_to` paints the same on paper.  With the focus, + and - zoom, Shift with
    arrows moves, and Home shows the whole.
    """

    pointed = Signal(object)
    moved = Signal()
    shown = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.sky: Sky | None = None
        self.display, self.choices = Display(), Choices()
        self.port = Viewport()
        self.message = ""
        self.overlays: list[Overlay] = []
        self.levels: Levels | None = None
        self._image = QImage()
        self._lie = (0.0, False)  # how it is turned and mirrored to have north up
        self._tokens = LIGHT
        self._dragged: QPointF | None = None
        self._focused = False
        self._mark: tuple[float, float] | None = None
        self._tool: PictureTool | None = None
        self._using = False
        self._stage: Stage | None = None

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def choose(self, choices: Choices) -> None:
        """Show or hide what lies over the picture."""
        if choices != self.choices:
            self.choices = choices
            self._turn()
            self.update()

    def show_sky(self, sky: Sky | None, display: Display, message: str = "") -> None:
        """Show a picture, the skeleton of one still to come, or why there is none."""
        fresh = not same_pixels(sky, self.sky)
        redraw = fresh or display != self.display
        self.sky, self.display, self.message = sky, display, message
        if fresh:
            self.levels = (sky.levels or Levels(sky.values)) if sky is not None else None
        self._lie = _lie(sky)
        if self.levels is not None and redraw:
            self._image = self.levels.image(display)
        self._turn()
        if fresh or (sky is not None and sky.box is not None and not self._focused):
            self.focus_on_box()
        self.update()
        self.shown.emit()

    def _turn(self) -> None:
        """Turn the picture as is wished, as far as its WCS tells how."""
        up = self.choices.north_up
        self.port.turn, self.port.mirrored = self._lie if up else (0.0, False)

    def reset_view(self) -> None:
        """Show the whole picture."""
        if self.sky is not None:
            height, width = self.sky.values.shape
            self.port.shape = (height, width)
        self.port.show_whole()
        self.update()

    def focus_on_box(self) -> None:
        """Show the cutout with some sky around it, or the whole of a small picture."""
        self.reset_view()
        self._focused = self.sky is not None and self.sky.box is not None
        if self.sky is not None and self.sky.box is not None:
            self.port.show_box(*self.sky.box, AROUND)

    def follow(self, other: PictureView) -> None:
        """Show the same part as another view of the same pixels."""
        self.port.zoom, self.port.centre = other.port.zoom, QPointF(other.port.centre)
        self.update()

    def look_at(self, x: float, y: float, pixel_size: float) -> None:
        """Show a 0-based pixel in the middle, so many screen pixels an image pixel."""
        self.port.look_at(x, y, pixel_size)
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
        return self.port.pixel_size if self.sky is not None else 1.0

    @property
    def middle(self) -> tuple[float, float]:
        """The 0-based pixel in the middle of the view."""
        return self.port.centre.x() - 0.5, self.port.centre.y() - 0.5

    @property
    def stage(self) -> Stage:
        """Where the picture is painted: while `render_to` paints its paper, else the widget."""
        return self._stage or self.port.own_stage()

    def place_at(self, at: QPointF) -> tuple[float, float]:
        """Return the 0-based pixel under a place of the widget, also beside the picture."""
        place = self.port.own_stage().to_screen.inverted()[0].map(at)
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
        if (
            self.sky is not None
            and furniture.on_light(self.display.colour_map) is not self._tokens.dark
        ):
            painter.setPen(QColor(self._tokens.line))  # white on white would have no edge
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._tokens.text), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint all that the widget shows into a rectangle of any painter.

        Lines and words are drawn as such, at their size on the screen: scale the painter for
        others.  A rectangle of another shape shows more of the sky at two of its edges.
        """
        painter.save()
        painter.setClipRect(rect)
        self._stage = self.port.stage(rect)
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
        if sky.box is not None and self.choices.outline:
            furniture.paint_outline(painter, sky.box, stage.to_screen, OUTLINE)
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
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=stage.scale < 1.0)
        painter.setTransform(stage.to_screen, combine=True)
        painter.translate(0, height)
        painter.scale(1, -1)  # images have their first row at the top
        painter.drawImage(QRectF(0, 0, width, height), self._image, QRectF(self._image.rect()))
        painter.restore()

    def _paint_furniture(
        self, painter: QPainter, sky: Sky, ink: furniture.Ink, size: QSizeF
    ) -> None:
        if self.display.signed:
            furniture.paint_colour_bar(painter, size, self.display, sky.unit)
            return
        if sky.pixel_scale <= 0:
            return
        scale = self.stage.scale / sky.pixel_scale
        if self.choices.scale_bar:
            furniture.paint_scale_bar(painter, size, ink, scale)
        if self.choices.beam and sky.beam and sky.beam[0] > 0:
            furniture.paint_beam(painter, size, ink, self._beam(sky), per_arcsec=scale)

    def _beam(self, sky: Sky) -> tuple[float, float, float]:
        """Return the beam as it lies on the screen: its angle from up towards the left."""
        turn, mirrored = (0.0, False) if self.choices.north_up else self._lie
        angle = sky.beam[2] if len(sky.beam) > 2 else 0.0
        return sky.beam[0], sky.beam[1], -turn - angle if mirrored else turn + angle

    # -- pointer and keys ------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        if self.sky is not None and event.angleDelta().y():
            self.port.zoom_about(event.position(), 1.0015 ** event.angleDelta().y())
            self._moved()
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture, or let the tool begin."""
        if self._begun(event):
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged = event.position()

    def _begun(self, event: QMouseEvent) -> bool:
        """Return whether the tool took a press."""
        left = event.button() is Qt.MouseButton.LeftButton
        if self._tool is None or self.sky is None or not left:
            return False
        self._using = self._tool.press(event, self.place_at(event.position()), self)
        return self._using

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture, and tell what is under the pointer."""
        if self._dragged is not None and self.sky is not None:
            self.port.drag(self._dragged, event.position())
            self._dragged = event.position()
            self._moved()
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
        if not self._begun(event):
            self.other_view()

    def other_view(self) -> None:
        """Show the whole picture, or the cutout again."""
        if self.port.zoom > 1.0:
            self.reset_view()
        else:
            self.focus_on_box()
        self._moved()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move the picture from being taken by the window."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if plain and event.key() in ZOOMS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and move by the keyboard."""
        key, shift = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if self.sky is None:
            super().keyPressEvent(event)
        elif key in ZOOMS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.port.zoom_about(QRectF(self.rect()).center(), ZOOMS[Qt.Key(key)])
            self._moved()
        elif shift and key in ARROWS:
            self.port.drag(QPointF(), ARROWS[Qt.Key(key)])
            self._moved()
        elif key == Qt.Key.Key_Home:
            self.other_view()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys go here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Repaint at the new size."""
        super().resizeEvent(event)
        self.port.size = QSizeF(self.size())
        self.update()

    def _moved(self) -> None:
        self.update()
        self.moved.emit()


def _lie(sky: Sky | None) -> tuple[float, bool]:
    """Return how a picture is turned and mirrored to have north up, in its middle."""
    if sky is None or sky.readout is None:
        return 0.0, False
    height, width = sky.values.shape
    return upright(sky.readout, (width - 1) / 2, (height - 1) / 2)
