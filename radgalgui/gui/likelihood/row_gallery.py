"""A gallery of catalogue sources by their rows: pictures with two lines of words each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QWidget

from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.thumbnails import Thumbnails
from radgalgui.gui.tiles import TilePainter, TileWords, tile_size

__all__ = ["RowGallery"]

Index = QModelIndex | QPersistentModelIndex

LEAST = 108  # side of a picture, pixels, before tiles grow to fill the row
TIP = Qt.ItemDataRole.ToolTipRole


class RowModel(QAbstractListModel):
    """One item a source, in the order given; pictures and words are made when they are seen."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.thumbnails: Thumbnails | None = None
        self.words: Callable[[int], TileWords] = lambda _row: ("", "", "")
        self.tip: Callable[[int], str] = lambda _row: ""

    def set_rows(self, rows: NDArray[np.int64]) -> None:
        """Show other sources."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def refresh(self) -> None:
        """Say that pictures or words may be others now."""
        if len(self.rows):
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def position(self, row: int | None) -> int:
        """Return at which place a source stands, -1 where it is not shown."""
        found = np.flatnonzero(self.rows == (-1 if row is None else row))
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of sources."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a source's row, picture or words."""
        if not index.isValid():
            return None
        row = int(self.rows[index.row()])
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row)
        if role == Qt.ItemDataRole.DecorationRole and self.thumbnails is not None:
            return self.thumbnails.pixmap(row)
        if role in (TIP, Qt.ItemDataRole.AccessibleTextRole):
            return self.tip(row)
        return None


class RowGallery(QListView):
    """Sources as tiles; the arrow keys walk.

    ``chosen(row)`` tells the source that was clicked or walked to, ``searched(row)`` one that
    was clicked twice or for which Return was pressed.
    """

    chosen = Signal(int)
    searched = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sources = RowModel()
        self.setModel(self.sources)
        self._tiles = TilePainter(self)
        self.setItemDelegate(self._tiles)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(name)
        self._telling = True
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(
            lambda index: self.searched.emit(index.data(Qt.ItemDataRole.UserRole))
        )

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tiles.tokens = tokens
        self.viewport().update()

    def show_rows(
        self,
        rows: NDArray[np.int64],
        thumbnails: Thumbnails | None,
        words: Callable[[int], TileWords],
        tip: Callable[[int], str],
    ) -> None:
        """Show sources by their rows, with what is written below each and told on hover."""
        self.sources.thumbnails, self.sources.words, self.sources.tip = thumbnails, words, tip
        self._telling = False
        if np.array_equal(rows, self.sources.rows):
            self.sources.refresh()
        else:
            self.sources.set_rows(rows)
        self._telling = True
        self.viewport().update()

    def mark(self, row: int | None) -> None:
        """Light up a source, if it is shown; nothing is told of it."""
        at = self.sources.position(row)
        self._telling = False
        if at < 0:
            self.selectionModel().clear()
        else:
            self.setCurrentIndex(self.sources.index(at))
            self.scrollTo(self.sources.index(at))
        self._telling = True

    def columns(self) -> int:
        """Return how many tiles stand in a row."""
        return max(1, self._room() // (LEAST + GRID))

    def _room(self) -> int:
        """Return the width that tiles share; the scroll bar's is kept free."""
        return self.width() - self.verticalScrollBar().sizeHint().width() - 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tiles fill the row."""
        self._tiles.side = self._room() // self.columns() - GRID
        self.setGridSize(tile_size(self._tiles.side, self.font()))
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return searches from the source; the rest is a list's."""
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.searched.emit(current.data(Qt.ItemDataRole.UserRole))
        else:
            super().keyPressEvent(event)

    def _tell(self, current: QModelIndex) -> None:
        if self._telling and current.isValid():
            self.chosen.emit(current.data(Qt.ItemDataRole.UserRole))
