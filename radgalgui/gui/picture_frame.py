"""One picture as large as its room, with a title above it and a line below."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.theme import LIGHT, Tokens, numbers_font

__all__ = ["PictureFrame"]

LEAST = 56


class Canvas(QWidget):
    """The square that is painted; a skeleton where there is no picture yet."""

    clicked = Signal()

    def __init__(self, *, clickable: bool) -> None:
        super().__init__()
        self.picture: QPixmap | None = None
        self.tokens = LIGHT
        self.empty = False
        self._clickable = clickable
        self.setMinimumSize(LEAST, LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Return a comfortable size; the room decides."""
        return QSize(2 * LEAST, 2 * LEAST)

    def square(self) -> QRect:
        """Return where the picture stands: at the upper left, as its words do."""
        side = min(self.width(), self.height())
        return QRect(0, 0, side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture."""
        painter, place = QPainter(self), self.square()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.picture is not None:
            painter.drawPixmap(place, self.picture)
        elif not self.empty:
            painter.fillRect(place, QColor(self.tokens.skeleton))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.tokens.text), 2))
            painter.drawRect(QRectF(place).adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of a click on the picture."""
        if self._clickable and self.square().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do the same with Return."""
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they go elsewhere."""
        super().focusOutEvent(event)
        self.update()


class PictureFrame(QWidget):
    """A picture with its words; ``clicked()`` where it can be chosen."""

    clicked = Signal()

    def __init__(self, name: str, *, clickable: bool = False) -> None:
        super().__init__()
        self.title, self.detail = Elided("strong"), Elided("muted")
        self.detail.setFont(numbers_font(self.font()))
        self.title.setFont(numbers_font(self.font()))
        self.canvas = Canvas(clickable=clickable)
        self._name = name
        self.canvas.setAccessibleName(name)
        self.canvas.clicked.connect(self.clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.detail)
        column.addWidget(self.canvas, 1)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.canvas.tokens = tokens
        self.canvas.update()

    def show_picture(
        self, picture: QPixmap | None, title: str, detail: str, *, empty: bool = False
    ) -> None:
        """Show a picture; its skeleton where it is None, nothing at all where it is ``empty``."""
        self.canvas.picture, self.canvas.empty = picture, empty
        self.title.setText(title)
        self.detail.setText(detail)
        self.canvas.setAccessibleName(f"{self._name}: {title}" if title else self._name)
        self.canvas.setAccessibleDescription(detail)
        self.canvas.update()
