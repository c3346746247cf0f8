"""The sky as one looks at it: turned by dragging, from all of it to a field of an arcminute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QPointF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from radgalgui.gui.choosing.tool import how_of
from radgalgui.gui.hover_card import HoverCard
from radgalgui.gui.skyview.aim import WHOLE, Aim
from radgalgui.gui.skyview.area import SkyArea
from radgalgui.gui.skyview.scene import SkyMarks, SkyScene
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.gui.theme import Tokens, numbers_font
from radgalgui.sky.projection import angles

__all__ = ["SkyView"]

CLICK = 4.0  # pixels; what moves less is a click
GLIDE_MS = 450
STEP = 0.3  # of half the width: how far an arrow key turns the sky

KEYS = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}
ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class SkyView(QWidget):
    """Sources on the sky, with the marks of an answer above them.

    ``hovered(index or None)`` and ``picked(index)`` tell of the pointer, in catalogue rows;
    ``layer_hovered(row or None)`` and ``layer_picked(row)`` in those of a catalogue laid over it;
    ``marked(index, how)`` of a click with keys held down; ``pointed((ra, dec) or None)`` where the
    pointer is; ``menu_wanted(index or None, QPoint)`` asks for a source's menu, None for the
    selected one's; ``aimed()`` tells that it shows another part of the sky.
    """

    hovered = Signal(object)
    picked = Signal(int)
    layer_hovered = Signal(object)
    layer_picked = Signal(int)
    marked = Signal(int, str)
    pointed = Signal(object)
    menu_wanted = Signal(object, object)
    aimed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 100)
        self.setFont(numbers_font(self.font()))
        self.setAccessibleName("The sources on the sky")
        self.setAccessibleDescription("Arrow keys turn it, plus and minus zoom, Home shows all")
        self.scene = SkyScene()
        self.points = self.scene.points
        self.area, self.card = SkyArea(self), HoverCard(self)
        self.area.changed.connect(self._show_cursor)
        self._hovered: int | None = None
        self._layer_hovered: int | None = None
        self._pointer: QPointF | None = None  # where it is, None elsewhere
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._moved = False
        self._under: tuple[QPointF, NDArray[np.float64] | None] | None = None
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._glide_step)
        self._way = (self.aim, self.aim)

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.scene.set_theme(tokens)
        self.area.outline.set_theme(tokens)
        self.update()

    def set_sphere(self, sphere: Sphere, count: int) -> None:
        """Show sources of a catalogue of ``count``, without colours yet, and all in view."""
        self.points.set_sphere(sphere, count)
        self.scene.sky, self._hovered = SkyMarks(), None
        self.card.hide()
        self.look(self.everything(), glide=False)

    def set_layer(self, sphere: Sphere | None, codes: NDArray[np.uint8] | None = None) -> None:
        """Lay another catalogue's sources over the sky, or none; see `SkyLayer.show_sources`."""
        self._hover_layer(None, QPointF())
        if sphere is None or codes is None:
            sphere, codes = Sphere(np.empty(0), np.empty(0)), np.empty(0, np.uint8)
        self.scene.layer.show_sources(sphere, codes)
        self.points.set_strength(1.0 if self.scene.layer.empty else 0.5)
        self.update()

    def set_marks(self, marks: SkyMarks) -> None:
        """Show an answer and the selection."""
        self.scene.sky = replace(marks, hovered=self.scene.sky.hovered)
        self.update()

    def point_out(self, position: tuple[float, float] | None) -> None:
        """Ring a position, ICRS degrees, that the pointer is on here or elsewhere."""
        if position != self.scene.sky.hovered:
            self.scene.sky = replace(self.scene.sky, hovered=position)
            self.update()

    # -- where one looks -------------------------------------------------------------------

    @property
    def at_rest(self) -> bool:
        """Whether the view is not gliding."""
        return self._glide.state() is not QVariantAnimation.State.Running

    def look(self, aim: Aim, *, glide: bool = True) -> None:
        """Look elsewhere."""
        self._glide.stop()
        aim = aim.kept()
        if glide and self.isVisible() and aim.frame == self.aim.frame:
            self._way = (self.aim, aim)
            self._glide.start()
        else:
            self._set(aim)

    def everything(self) -> Aim:
        """Return the view of all sources: the whole sky, or the field that holds them."""
        sphere = self.points.sphere
        if 0 < sphere.reach < 20:
            return self.aim.towards(sphere.middle, max(self._around(sphere.reach), 0.05))
        return self.whole_sky()

    def whole_sky(self) -> Aim:
        """Return the view of the whole sky with the sources about its middle."""
        sphere = self.points.sphere
        if self.aim.frame == "galactic":  # as the Galaxy is always drawn
            return Aim(0.0, 0.0, WHOLE, "galactic")
        if sphere.reach in (0.0, 180.0):
            return Aim(180.0, 0.0, WHOLE)
        aim = self.aim.towards(sphere.middle, WHOLE)
        return replace(aim, lon=15.0 * round(aim.lon / 15.0)).kept()

    def holding(self, vectors: NDArray[np.floating], least: float) -> Aim:
        """Return the view that holds all of some ICRS unit vectors (3, N)."""
        total = np.asarray(vectors, dtype=np.float64).sum(axis=1)
        middle = total / max(float(np.linalg.norm(total)), 1e-9)
        reach = np.rad2deg(np.arccos(np.clip((middle @ vectors).min(), -1, 1)))
        if reach > 60:
            return self.whole_sky()
        return self.aim.towards(middle, max(self._around(float(reach)), least))

    def _around(self, reach: float) -> float:
        """Return the radius of an aim that shows all up to so many degrees from the middle."""
        wide, high = max(self.width(), 1), max(self.height(), 1)
        return 1.1 * reach * min(wide / 2, high) / (min(wide, high) / 2)

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 is nearer."""
        self.look(self.aim.zoomed(factor), glide=False)

    @property
    def aim(self) -> Aim:
        """Where one looks."""
        return self.scene.aim

    def _set(self, aim: Aim) -> None:
        self.scene.aim = aim
        self.update()
        self.aimed.emit()
        self._read_out()  # under a pointer that rests lies another place

    def _glide_step(self, part: float) -> None:
        self._set(self._way[0].between(self._way[1], part))

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sky, its sources, what is marked among them, and an area being drawn."""
        self.scene.ratio = self.devicePixelRatioF()  # the window may have gone to another screen
        painter = QPainter(self)
        if not self.isEnabled():  # a sentence stands here
            painter.fillRect(self.rect(), QColor(self.scene.tokens.panel))
            painter.end()
            return
        self.scene.paint(painter, self.font())
        if self.area.outline.isVisible():
            self.area.outline.paint(painter, None)  # type: ignore[arg-type]
        painter.end()

    # -- pointer and keys ------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin an area, or take hold of the sky."""
        self._glide.stop()
        self._pressed, self._moved = event.position(), False
        if not self.area.press(event) and event.button() is Qt.MouseButton.LeftButton:
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with an area, turn the sky, or tell what is under the pointer."""
        at = self._pointer = event.position()
        if self.area.move(event):
            self.update()
            return
        if self._dragged is not None:
            self._moved |= (at - (self._pressed or at)).manhattanLength() >= CLICK
            if self._moved:
                self._hover_layer(None, at)
                self._hover(None, at)
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._drag(self._dragged, at)
                self._dragged = at
            return
        if event.buttons() == Qt.MouseButton.NoButton:
            self._point_at(at)
        self._read_out()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish an area, or pick the source under a click that did not move."""
        dragged, self._dragged = self._moved, None
        self._show_cursor()
        if self.area.release(event):
            self.update()
            return
        self.update()
        if dragged or self._pressed is None:
            return
        row = self.scene.layer_row_at(event.position())
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self.layer_picked.emit(row)
            return
        index = self.scene.source_at(event.position())
        how = how_of(event.modifiers())
        if event.button() is Qt.MouseButton.RightButton:
            self.card.hide()
            if index is not None:
                self.menu_wanted.emit(index, event.globalPosition().toPoint())
        elif index is not None and how == "replace":
            self.picked.emit(index)
        elif index is not None:
            self.marked.emit(index, how)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the pointer."""
        super().leaveEvent(event)
        self._hover_layer(None, QPointF())
        self._hover(None, QPointF())
        self._pointer = None
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer: what is under it stays there, however often the wheel turns."""
        self._glide.stop()
        at = event.position()
        if self._under is None or self._under[0] != at:
            self._under = (at, self.scene.direction_at(at))
        self._set(self.aim.zoomed(1.02 ** (event.angleDelta().y() / 8)))
        if self._under[1] is not None:
            self._set(self.scene.turned_to(self._under[1], at))
        event.accept()

    def _drag(self, start: QPointF, end: QPointF) -> None:
        """Turn the sky so that what was at one place comes to another."""
        held, there = self.scene.direction_at(start), self.scene.direction_at(end)
        if held is not None and there is not None:
            self._set(self.scene.turned_to(held, end))
        else:
            scale, step = self.scene.scale, end - start
            self._set(self.aim.moved(step.x() / scale, step.y() / scale))

    def _read_out(self) -> None:
        if self._pointer is not None:
            vector = self.scene.direction_at(self._pointer)
            self.pointed.emit(None if vector is None else _position(vector))

    def _point_at(self, at: QPointF) -> None:
        """Tell what is at a place: a source laid over the sky, or one of the catalogue."""
        row = self.scene.layer_row_at(at)
        index = None if row is not None else self.scene.source_at(at)
        if row is None:
            self._hover_layer(None, at)
        self._hover(index, at)
        if row is not None:  # who shows the card comes last
            self._hover_layer(row, at)

    def _hover_layer(self, row: int | None, at: QPointF) -> None:
        if row != self._layer_hovered:
            self._layer_hovered = row
            self._show_cursor()
            self.hover_at = at.toPoint()
            if row is None:
                self.card.hide()
            self.layer_hovered.emit(row)

    def _hover(self, index: int | None, at: QPointF) -> None:
        if index == self._hovered and (index is None or self.card.isVisible()):
            return
        self._hovered = index
        self._show_cursor()
        self.hover_at = at.toPoint()
        if index is None:
            self.card.hide()
        self.hovered.emit(index)

    hover_at = QPoint()

    def _show_cursor(self) -> None:
        found = self._hovered is not None or self._layer_hovered is not None
        over = found and self.underMouse()
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else self.area.cursor)

    def event(self, event: QEvent) -> bool:
        """Take the keys that move the sky before the window's shortcuts do."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._means(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn and zoom by keys; all others are the window's."""
        aim = self._means(event)
        if aim is None:
            event.ignore()
        else:
            self.look(aim)

    def _means(self, event: QKeyEvent) -> Aim | None:
        """Return the view that a key asks for, None where it asks for none."""
        plain = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if plain:
            return None
        key = Qt.Key(event.key())
        aim = self._way[1] if not self.at_rest else self.aim
        if key in KEYS:
            return aim.zoomed(KEYS[key])
        if key in ARROWS:
            across, up = ARROWS[key]
            step = STEP * aim.radius
            wide = max(float(np.cos(np.deg2rad(aim.lat))), 0.1)
            return aim.moved(across * step / wide, up * step)
        return self.everything() if key == Qt.Key.Key_Home else None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask by the keyboard for the menu of the selected source."""
        selected = self.scene.sky.selected
        at = self.scene.pixel_of(*selected) if selected is not None else None
        if event.reason() is QContextMenuEvent.Reason.Keyboard and at is not None:
            self.menu_wanted.emit(None, self.mapToGlobal(at.toPoint()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that more or less of the sky is seen."""
        super().resizeEvent(event)
        self.scene.size, self.scene.ratio = event.size(), self.devicePixelRatioF()
        self.aimed.emit()


def _position(vector: NDArray[np.float64]) -> tuple[float, float]:
    ra, dec = angles(vector.reshape(3, 1))
    return float(ra[0]), float(dec[0])
