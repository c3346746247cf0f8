"""The gallery of the nearest galaxies: pictures with how alike they are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QWidget,
)

from radgalgui.gui.gallery_model import GalleryModel
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.tiles import LEAST, TilePainter, TileWords, tile_size
from radgalgui.jobs.events import NeighbourRow

__all__ = ["Gallery"]

MARGIN = 12
WIDE = 680  # from this width on pictures may be larger


class NeighbourPainter(TilePainter):
    """Draws a neighbour: picture, similarity and size, class."""

    def words(self, index: QModelIndex | QPersistentModelIndex) -> TileWords:
        """Return what is said of a neighbour."""
        row: NeighbourRow = index.data(Qt.ItemDataRole.UserRole)
        size = row["angular_size_arcsec"]
        extent = "" if size is None else f"{size:.0f}″"
        return f"{row['similarity']:.3f}", extent, row["label"] or row["name"]


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
        self._tiles = NeighbourPainter(self)
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
        self.setGridSize(tile_size(self._tiles.side, self.font()))
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
