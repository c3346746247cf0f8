"""Two sources side by side: their images, how far they are apart, and what differs in them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.duplicates.pairs import UNKNOWN, Pair, differing
from radgalgui.gui.elided import Elided
from radgalgui.gui.facts import position_text, source_position
from radgalgui.gui.sources import Sources
from radgalgui.gui.table_model import Head, Index, ReadTable
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.gui.thumbnails import Thumbnails

__all__ = ["PairView"]

CELL = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SAME = "Both have the same values in all columns."


class Picture(QWidget):
    """An image as large as there is room, square; ``clicked()`` tells that it was clicked."""

    clicked = Signal()

    def __init__(self, side: str) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._tokens = LIGHT
        self.kept: bool | None = None  # whether its source stays; None where nothing is decided
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Show it in the main window")
        self.setAccessibleName(f"Image of the {side} source")

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_image(self, pixmap: QPixmap | None, *, kept: bool | None) -> None:
        """Show an image, and whether its source stays."""
        self._pixmap, self.kept = pixmap, kept
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size at which an image of 64 pixels can be seen well."""
        return QSize(320, 320)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the image; that of a source that goes is pale and struck through."""
        if self._pixmap is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        frame = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        if self.kept is False:
            veil = QColor(self._tokens.canvas)
            veil.setAlphaF(0.62)
            painter.fillRect(frame, veil)
            painter.setPen(QPen(QColor(self._tokens.text), 2))
            painter.drawLine(frame.topLeft(), frame.bottomRight())
        if self.kept is not None:
            self._write(painter, frame, "Stays" if self.kept else "Goes")
        painter.end()

    def _write(self, painter: QPainter, frame: QRectF, text: str) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * GRID
        label = QRectF(frame.left() + GRID, frame.top() + GRID, width, 3 * GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.inverse))
        painter.drawRoundedRect(label, 4, 4)
        painter.setPen(QColor(self._tokens.inverse_text))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()


class DifferModel(ReadTable):
    """Columns that tell two sources apart."""

    heads = (
        Head("Column", "Columns in which they differ", CELL),
        Head("Left", "Of the left source", CELL),
        Head("Right", "Of the right source", CELL),
    )

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str, str]] = []
        self.muted: Any = None

    def show_told(self, told: list[tuple[str, str, str]]) -> None:
        """Show others."""
        self.beginResetModel()
        self.told = told
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.told), len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as text."""
        if not index.isValid():
            return None
        text = self.told[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return CELL
        if role == Qt.ItemDataRole.ToolTipRole:
            empty = text == UNKNOWN and index.column() > 0
            return "Unknown; merging fills it from the other" if empty else text
        return text if role == Qt.ItemDataRole.DisplayRole else None


class PairView(QWidget):
    """Shows a pair; ``picked(row)`` tells of a source whose image was clicked."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._pair: Pair | None = None
        self.pictures = (Picture("left"), Picture("right"))
        self.names = (Elided("strong"), Elided("strong"))
        self.places = (Elided("muted"), Elided("muted"))
        self.words, self.same = QLabel(), QLabel(SAME)
        self.differ, self.table = DifferModel(), QTableView()
        self._prepare()
        self._lay_out()
        for picture, side in zip(self.pictures, ("left", "right"), strict=True):
            picture.clicked.connect(lambda side=side: self._pick(side))

    def _prepare(self) -> None:
        self.setFont(numbers_font(self.font()))
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.same.setObjectName("muted")
        self.same.setAlignment(Qt.AlignmentFlag.AlignCenter)
        table = self.table
        table.setModel(self.differ)
        table.setAccessibleName("Columns in which the two sources differ")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(CELL)

    def _lay_out(self) -> None:
        halves = QHBoxLayout()
        halves.setSpacing(2 * GRID)
        for name, place, picture in zip(self.names, self.places, self.pictures, strict=True):
            half = QVBoxLayout()
            half.setSpacing(2)
            half.addWidget(name)
            half.addWidget(place)
            half.addSpacing(GRID // 2)
            half.addWidget(picture, 1)
            halves.addLayout(half, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(halves, 3)
        column.addWidget(self.words)
        column.addWidget(self.table, 2)
        column.addWidget(self.same)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for picture in self.pictures:
            picture.set_theme(tokens)

    def show_pair(
        self, sources: Sources, pair: Pair, keep: str | None, thumbnails: Thumbnails
    ) -> None:
        """Show a pair, and what was decided of it."""
        self._pair = pair
        stay = {"left": (True, False), "right": (False, True), "merge": (True, False)}
        both = (True, True) if keep == "both" else (None, None)
        kept = stay.get(keep or "", both)
        for number, row in enumerate((pair.left, pair.right)):
            self.names[number].setText(sources.name(row))
            where = source_position(sources, row)
            self.places[number].setText(position_text(*where) if where else "position unknown")
            self.pictures[number].show_image(thumbnails.pixmap(row), kept=kept[number])
        self.words.setText(pair.words)
        told = differing(sources, pair)
        if told != self.differ.told:
            self.differ.show_told(told)
        self.table.setVisible(bool(told))
        self.same.setVisible(not told)

    def _pick(self, side: str) -> None:
        if self._pair is not None:
            self.picked.emit(self._pair.left if side == "left" else self._pair.right)
