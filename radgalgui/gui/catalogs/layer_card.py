"""The card on the map that names the catalogue laid over it, and tells how it is covered."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.catalogs.layer import new_colour
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["LayerCard"]

WIDTH = 296


class Sign(QWidget):
    """A diamond as it stands on the map."""

    def __init__(self, *, new: bool) -> None:
        super().__init__()
        self._new, self._tokens = new, LIGHT
        self.setFixedSize(QSize(14, 14))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it, hollow or full."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, reach = QRectF(self.rect()).center(), 5.0
        colour = QColor(new_colour(self._tokens) if self._new else self._tokens.text)
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(colour if self._new else Qt.BrushStyle.NoBrush)
        sides = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in sides]))
        painter.end()


class LayerCard(QFrame):
    """``closed()``, ``help_wanted()`` and ``shown(bool)`` tell of its buttons and its box."""

    closed = Signal()
    help_wanted = Signal()
    shown = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("layerCard")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName("Catalogue laid over the map")
        self.setFont(numbers_font(self.font()))
        self.title, self.words = Elided("strong"), QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.box = QCheckBox("Show")
        self.box.setToolTip("Show or hide it on the map (Ctrl+Alt+L)")
        self.box.setAccessibleName("Show the catalogue laid over the map")
        self.box.setChecked(True)
        self.help_button = quiet_button("info", "What is this? Help on catalogues")
        self.close_button = quiet_button("close", "Take it off the map (Ctrl+Alt+W)")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self._signs = [Sign(new=False), Sign(new=True)]
        self._counts = [QLabel(), QLabel()]
        self._lay_out()
        self.box.toggled.connect(self.shown)
        self.help_button.clicked.connect(self.help_wanted)
        self.close_button.clicked.connect(self.closed)
        parent.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.title, 1)
        top.addWidget(self.box)
        top.addWidget(self.help_button)
        top.addWidget(self.close_button)
        key = QGridLayout()
        key.setHorizontalSpacing(GRID)
        key.setVerticalSpacing(2)
        for row, (sign, count) in enumerate(zip(self._signs, self._counts, strict=True)):
            count.setObjectName("muted")
            key.addWidget(sign, row, 0)
            key.addWidget(count, row, 1)
        key.setColumnStretch(1, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(GRID + 4, GRID, GRID, GRID + 2)
        column.setSpacing(GRID // 2 + 2)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addLayout(key)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for button in (self.help_button, self.close_button):
            theme_button(button, tokens)
        for sign in self._signs:
            sign.set_theme(tokens)

    def show_overlay(
        self, title: str, words: str, counts: tuple[str, str], progress: tuple[int, int] | None
    ) -> None:
        """Show what is known: a sentence, how many are familiar and new, how far it has come."""
        self.title.setText(title)
        self.title.setToolTip(title)
        self.words.setText(words)
        self.setAccessibleDescription(f"{title}. {words}")
        for label, sign, text in zip(self._counts, self._signs, counts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
            sign.setVisible(bool(text))
        self.bar.setVisible(progress is not None)
        if progress is not None:
            self.bar.setRange(0, progress[1] if progress[0] else 0)
            self.bar.setValue(progress[0])
        self.show()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the upper left corner."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.words.ensurePolished()
        self._column.invalidate()
        wide = min(WIDTH, self._over.width() - 4 * GRID)
        self.setGeometry(2 * GRID, 2 * GRID, wide, self._column.totalHeightForWidth(wide))
        self.raise_()
