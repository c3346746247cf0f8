"""A gallery of any number of sources: it is a table of tiles, so that a million cost no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.thumbnails import Thumbnails
from radgalgui.gui.tiles import LEAST, TilePainter, TileWords, tile_size

__all__ = ["TileGrid"]

Index = QModelIndex | QPersistentModelIndex

MARGIN = 12  # at the left, as the style sheet has it


class TileModel(QAbstractTableModel):
    """Sources in reading order, so many in a line; what is not looked at is not made."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.across = 1
        self.thumbnails: Thumbnails | None = None
        self.words: Callable[[int], TileWords] = lambda _: ("", "", "")
        self.tip: Callable[[int], str] = lambda _: ""

    def set_rows(self, rows: NDArray[np.int64]) -> None:
        """Show other sources."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def set_across(self, across: int) -> None:
        """Put so many in a line."""
        if across != self.across:
            self.beginResetModel()
            self.across = across
            self.endResetModel()

    def at(self, position: int) -> QModelIndex:
        """Return where the source of a position stands."""
        return self.index(position // self.across, position % self.across)

    def position(self, index: Index) -> int:
        """Return the position of the source that stands there, -1 where none does."""
        at = index.row() * self.across + index.column()
        return at if index.isValid() and at < len(self.rows) else -1

    def find(self, source: int | None) -> int:
        """Return the position of a source, -1 where it is not shown."""
        if source is None:
            return -1
        found = np.flatnonzero(self.rows == source)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of lines."""
        inner = parent is not None and parent.isValid()
        return 0 if inner else -(-len(self.rows) // self.across)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many stand in a line."""
        return 0 if parent is not None and parent.isValid() else self.across

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let nothing be done where the last line is not full."""
        empty = self.position(index) < 0
        return Qt.ItemFlag.NoItemFlags if empty else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a source's row, picture or words."""
        at = self.position(index)
        if at < 0:
            return None
        source = int(self.rows[at])
        if role == Qt.ItemDataRole.UserRole:
            return source
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(source)
        if role == Qt.ItemDataRole.DecorationRole and self.thumbnails is not None:
            return self.thumbnails.pixmap(source)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tip(source)
        return None


class TileGrid(QTableView):
    """Sources as tiles; the arrow keys walk.

    ``chosen(row)`` tells the source that was clicked or walked to, ``searched(row)`` one that was
    clicked twice or for which Return was pressed; ``menu_wanted(row, QPoint)`` asks for a menu.
    """

    chosen = Signal(int)
    searched = Signal(int)
    menu_wanted = Signal(object, object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sources = TileModel()
        self.setModel(self.sources)
        self._tiles = TilePainter(self)
        self.setItemDelegate(self._tiles)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setObjectName("tiles")
        self.setAcceptDrops(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._search)

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
        if not np.array_equal(rows, self.sources.rows):
            with QSignalBlocker(self.selectionModel()):
                self.sources.set_rows(rows)
            self.scrollToTop()
        self.viewport().update()

    def mark(self, source: int | None) -> None:
        """Light up a source, if it is shown; nothing is told of it."""
        at = self.sources.find(source)
        with QSignalBlocker(self.selectionModel()):
            self.clearSelection()
            self.setCurrentIndex(self.sources.at(at) if at >= 0 else QModelIndex())
        if at >= 0:
            self.scrollTo(self.sources.at(at))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tiles fill the line, and keep the source in view that was lit."""
        super().resizeEvent(event)
        bar = self.verticalScrollBar().sizeHint().width()  # kept free whether it is there or not
        room = self.width() - MARGIN - bar - 2
        across = max(1, room // (LEAST + GRID))
        lit = self.sources.position(self.currentIndex())
        with QSignalBlocker(self.selectionModel()):
            self.sources.set_across(across)
            if lit >= 0:
                self.setCurrentIndex(self.sources.at(lit))
        self._tiles.side = room // across - GRID
        size = tile_size(self._tiles.side, self.font())
        self.horizontalHeader().setDefaultSectionSize(size.width())
        self.verticalHeader().setDefaultSectionSize(size.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, from the end of a line to the next; Return searches."""
        key = Qt.Key(event.key())
        at, last = self.sources.position(self.currentIndex()), len(self.sources.rows) - 1
        across = self.sources.across
        page = across * max(1, self.viewport().height() // max(1, self.rowHeight(0)))
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: across,
            Qt.Key.Key_Up: -across,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_Home: -last,
            Qt.Key.Key_End: last,
        }
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if key in steps and plain and last >= 0:
            there = max(0, min(at + steps[key], last)) if at >= 0 else 0
            self.setCurrentIndex(self.sources.at(there))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self._search(self.currentIndex())
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the source under the pointer, or of the current one."""
        keys = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keys else self.indexAt(event.pos())
        if (at := self.sources.position(index)) >= 0:
            where = self.visualRect(index).center() if keys else event.pos()
            self.menu_wanted.emit(int(self.sources.rows[at]), self.viewport().mapToGlobal(where))

    def _moved(self, current: QModelIndex) -> None:
        if (at := self.sources.position(current)) >= 0:
            self.chosen.emit(int(self.sources.rows[at]))

    def _search(self, index: QModelIndex) -> None:
        if (at := self.sources.position(index)) >= 0:
            self.searched.emit(int(self.sources.rows[at]))
