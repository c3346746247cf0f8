"""The gallery of the nearest galaxies: pictures with how alike they are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from radgalgui.gui.gallery_model import GalleryModel
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.events import NeighbourRow

__all__ = ["Gallery"]

LEAST = 92  # side of a picture, pixels, before tiles grow to fill the row
MARGIN = 12
WIDE = 680  # from this width on pictures may be larger


class TilePainter(QStyledItemDelegate):
    """Draws a neighbour: picture, rank, similarity and size, class."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT
        self.side = LEAST

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room of a tile."""
        words = 2 * QFontMetrics(option.font).height()
        return QSize(self.side + GRID, self.side + words + 2 * GRID)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a tile."""
        row: NeighbourRow = index.data(Qt.ItemDataRole.UserRole)
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
        self._words(painter, frame, option.font, row)
        painter.restore()

    def _outline(self, painter: QPainter, frame: QRect, option: QStyleOptionViewItem) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(self.tokens.accent), 2.5))
            painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), 3, 3)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(self.tokens.muted), 1.5))
            painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), 3, 3)

    def _words(self, painter: QPainter, frame: QRect, font: QFont, row: NeighbourRow) -> None:
        figures = numbers_font(font)
        strong = QFont(figures)
        strong.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(strong)
        line = QRect(frame.left(), frame.bottom() + 5, frame.width(), metrics.height())
        painter.setFont(strong)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, f"{row['similarity']:.3f}")
        painter.setFont(figures)
        painter.setPen(QColor(self.tokens.muted))
        size = row["angular_size_arcsec"]
        if size is not None:
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{size:.0f}″")
        words = QFontMetrics(figures).elidedText(
            row["label"] or row["name"], Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line.translated(0, metrics.height()), Qt.AlignmentFlag.AlignLeft, words)


class Gallery(QListView):
    """Neighbours as tiles.

    ``stepped(by)`` asks for the neighbour before or after, ``chosen(index)`` shows a source,
    ``searched(index)`` asks for what is like it; indices are catalogue rows.
    ``menu_wanted(index or None, QPoint)`` asks for a source's menu; None is the one selected.
    """

    stepped = Signal(int)
    chosen = Signal(int)
    searched = Signal(int)
    menu_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.neighbours = GalleryModel()
        self.setModel(self.neighbours)
        self._tiles = TilePainter(self)
        self.setItemDelegate(self._tiles)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setViewportMargins(MARGIN, 0, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Nearest galaxies")
        self.waiting = False
        self.hint = ""
        self.clicked.connect(lambda index: self.chosen.emit(self._source(index)))
        self.doubleClicked.connect(lambda index: self.searched.emit(self._source(index)))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tiles.tokens = tokens
        self.viewport().update()

    def show_rows(self, rows: list[NeighbourRow], *, waiting: bool, hint: str) -> None:
        """Show neighbours; skeletons while they are awaited; ``hint`` where there are none."""
        self.waiting, self.hint = waiting and not rows, hint
        if rows != self.neighbours.rows:
            self.neighbours.set_rows(rows)
        self.viewport().update()

    def mark(self, source: int | None) -> None:
        """Light up a source, if it is one of the neighbours."""
        at = self.neighbours.position(source)
        if at < 0:
            self.selectionModel().clear()
            return
        index = self.neighbours.index(at)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def columns(self) -> int:
        """Return how many tiles stand in a row."""
        room = self._room()
        least = LEAST if room < WIDE else LEAST * 4 // 3
        return max(1, room // (least + GRID))

    def _room(self) -> int:
        """Return the width that tiles share; the scroll bar's is kept free."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self.width() - MARGIN - bar - 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tiles fill the row."""
        self._tiles.side = self._room() // self.columns() - GRID
        high = self._tiles.side + 2 * self.fontMetrics().height() + 2 * GRID
        self.setGridSize(QSize(self._tiles.side + GRID, high))
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys; Return searches from the source."""
        across = self.columns()
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: across,
            Qt.Key.Key_Up: -across,
            Qt.Key.Key_Home: -len(self.neighbours.rows),
            Qt.Key.Key_End: len(self.neighbours.rows),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.searched.emit(self._source(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the source under the pointer, or of the current one."""
        keys = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keys else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if keys else event.pos()
            self.menu_wanted.emit(self._source(index), self.viewport().mapToGlobal(at))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles, or their skeletons, or the hint."""
        super().paintEvent(event)
        if self.neighbours.rows:
            return
        painter = QPainter(self.viewport())
        if self.waiting:
            self._paint_skeletons(painter)
        elif self.hint:
            painter.setPen(QColor(self._tiles.tokens.muted))
            room = self.viewport().rect().adjusted(3 * GRID, GRID, -3 * GRID, -GRID)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.hint
            )
        painter.end()

    def _paint_skeletons(self, painter: QPainter) -> None:
        colour = QColor(self._tiles.tokens.skeleton)
        side, grid = self._tiles.side, self.gridSize()
        for i in range(20):
            row, column = divmod(i, self.columns())
            left, top = column * grid.width() + GRID // 2, row * grid.height() + 4
            painter.fillRect(left, top, side, side, colour)

    def _source(self, index: QModelIndex) -> int:
        return self.neighbours.rows[index.row()]["index"]
