"""The large field where the user's data are dropped, and what was made of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.icons import pixmap
from radgalgui.gui.paths import paths_from_mime
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["DropField"]


class DropField(QWidget):
    """A dashed frame with a sign, a headline, words and buttons; takes drops.

    ``dropped(list of Path)``; ``folder_wanted()`` and ``files_wanted()`` tell of its buttons.
    """

    dropped = Signal(list)
    folder_wanted = Signal()
    files_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAccessibleName("Your data")
        self._tokens = LIGHT
        self._over = False
        self._sign_name, self._colour = "drop", "muted"
        self._sign, self.headline, self.words = QLabel(), Elided("strong"), QLabel()
        font = self.headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.headline.setFont(font)
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._sign, self.headline, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(160, 3)
        self.bar.setAccessibleName("Looking at your data")
        self.folder, self.files = QPushButton("Choose a folder…"), QPushButton("Choose files…")
        self.folder.setObjectName("primary")
        self.folder.clicked.connect(self.folder_wanted)
        self.files.clicked.connect(self.files_wanted)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addStretch(3)
        column.addWidget(self._sign)
        column.addWidget(self.headline)
        column.addWidget(self.words)
        column.addLayout(_centred(self.bar))
        column.addSpacing(GRID // 2)
        column.addLayout(_centred(self.folder, self.files))
        column.addStretch(4)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        colour = str(getattr(tokens, self._colour))
        self._sign.setPixmap(pixmap(self._sign_name, colour, 36))
        self.update()

    def say(self, headline: str, words: str, *, sign: str = "drop", colour: str = "muted") -> None:
        """Show a headline and words below a sign in one of the theme's colours."""
        self._sign_name, self._colour = sign, colour
        self.headline.setText(headline)
        self.words.setText(words)
        self.set_theme(self._tokens)

    def set_busy(self, *, busy: bool) -> None:
        """Show whether the data are being looked at."""
        self.bar.setVisible(busy)

    def set_first(self, *, first: bool) -> None:
        """Let the folder's button be the one to press, or a quiet one."""
        self.folder.setObjectName("primary" if first else "")
        self.folder.setText("Choose a folder…" if first else "Choose another folder…")
        self.files.setText("Choose files…" if first else "Choose other files…")
        for button in (self.folder, self.files):
            button.style().unpolish(button)
            button.style().polish(button)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up under files."""
        if paths_from_mime(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._light(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Go dark again."""
        super().dragLeaveEvent(event)
        self._light(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take files."""
        self._light(over=False)
        paths: list[Path] = paths_from_mime(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(paths)

    def _light(self, *, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._tokens.raised if self._over else self._tokens.panel))
        colour = self._tokens.text if self._over else self._tokens.strong_line
        pen = QPen(QColor(colour), 1.5)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), GRID, GRID)
        painter.end()


def _centred(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
