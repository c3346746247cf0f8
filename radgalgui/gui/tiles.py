"""Galaxies as tiles: a picture with two lines of words below it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from radgalgui.gui.theme import GRID, LIGHT, numbers_font

__all__ = ["LEAST", "TilePainter", "TileWords", "tile_size"]

LEAST = 92  # side of a picture, pixels, before tiles grow to fill the row

#: What stands below a picture: strong at the left, quiet at the right, and the second line.
TileWords = tuple[str, str, str]

Index = QModelIndex | QPersistentModelIndex


def tile_size(side: int, font: QFont) -> QSize:
    """Return the room of a tile whose picture has that side."""
    return QSize(side + GRID, side + 2 * QFontMetrics(font).height() + 2 * GRID)


class TilePainter(QStyledItemDelegate):
    """Draws an item's picture (decoration), and below it what `words` says of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens, self.side = LIGHT, LEAST

    def words(self, index: Index) -> TileWords:
        """Return what is written below a picture: the item's own words."""
        words: TileWords = index.data(Qt.ItemDataRole.DisplayRole)
        return words

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the room of a tile."""
        return tile_size(self.side, option.font)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a tile."""
        if index.data(Qt.ItemDataRole.UserRole) is None:
            return  # the last row of a grid may not be full
        frame = QRect(option.rect.left() + GRID // 2, option.rect.top() + 4, self.side, self.side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if picture is None:
            painter.fillRect(frame, QColor(self.tokens.skeleton))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(frame, picture)
        self._outline(painter, frame, option)
        self._write(painter, frame, option.font, self.words(index))
        painter.restore()

    def _outline(self, painter: QPainter, frame: QRect, option: QStyleOptionViewItem) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(self.tokens.accent), 2.5))
            painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), 3, 3)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(self.tokens.muted), 1.5))
            painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), 3, 3)

    def _write(self, painter: QPainter, frame: QRect, font: QFont, words: TileWords) -> None:
        figures = numbers_font(font)
        strong = QFont(figures)
        strong.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(strong)
        line = QRect(frame.left(), frame.bottom() + 5, frame.width(), metrics.height())
        painter.setFont(strong)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, words[0])
        painter.setFont(figures)
        painter.setPen(QColor(self.tokens.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, words[1])
        elided = QFontMetrics(figures).elidedText(
            words[2], Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line.translated(0, metrics.height()), Qt.AlignmentFlag.AlignLeft, elided)
