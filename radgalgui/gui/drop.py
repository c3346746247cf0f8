"""Dropping files anywhere on the window: a curtain says what will happen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from radgalgui.gui.paths import paths_from_mime
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["DropCurtain"]


class DropCurtain(QWidget):
    """Watches its parent for drags; ``dropped(list of Path)`` tells what fell."""

    dropped = Signal(list)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("dropCurtain")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tokens = LIGHT
        self._text = ""
        parent.setAcceptDrops(True)
        parent.installEventFilter(self)
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow a drag over the window."""
        if isinstance(event, QDragMoveEvent):  # a QDragEnterEvent is one, too
            return self._drag(event)
        if isinstance(event, QDropEvent):
            return self._drop(event)
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        return super().eventFilter(watched, event)

    def _drag(self, event: QDragMoveEvent) -> bool:
        paths = paths_from_mime(event.mimeData())
        if not paths:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._text = drop_text(paths)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.hide()
        paths = paths_from_mime(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(paths)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the window and say what dropping does."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self._tokens.canvas)
        veil.setAlphaF(0.9)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(self._tokens.accent), 2))
        frame = QRectF(self.rect()).adjusted(GRID, GRID, -GRID, -GRID)
        painter.drawRoundedRect(frame, GRID, GRID)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        painter.setFont(font)
        painter.setPen(QColor(self._tokens.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


def drop_text(paths: list[Path]) -> str:
    """Return what dropping these does, in words."""
    if len(paths) > 1:
        return f"Find the galaxies most like these {len(paths)} images"
    if paths[0].is_dir():
        return f"Search with every image in {paths[0].name}"
    return f"Find the galaxies most like {paths[0].name}"
