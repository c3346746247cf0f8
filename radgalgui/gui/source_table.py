"""The table of all sources, with a box that filters it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from radgalgui.gui.source_model import SourceModel
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import numbers_font

__all__ = ["SourceTable"]

WIDEST = 220


class SourceTable(QTableView):
    """Sources; ``chosen(index)`` shows one, ``searched(index)`` asks for what is like it.

    ``menu_wanted(index, QPoint)`` asks for a source's menu.
    """

    chosen = Signal(int)
    searched = Signal(int)
    menu_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = SourceModel()
        self.setModel(self.rows)
        self.setAccessibleName("Sources")
        self.setFont(numbers_font(self.font()))
        self.setAcceptDrops(False)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        down = self.verticalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + 8)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setSortIndicatorClearable(True)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSortingEnabled(True)
        across.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.doubleClicked.connect(lambda index: self.searched.emit(self._source(index)))

    def set_sources(self, sources: Sources) -> None:
        """Show a catalogue, its columns as wide as what is in them."""
        self.rows.set_sources(sources)
        self._fit_columns(0)

    def _fit_columns(self, first: int) -> None:
        self.horizontalHeader().setResizeContentsPrecision(50)
        for column in range(first, self.rows.columnCount()):
            self.resizeColumnToContents(column)
            self.setColumnWidth(column, min(self.columnWidth(column) + 8, WIDEST))

    def renew(self, sources: Sources) -> None:
        """Take what another encoder tells of the same sources."""
        before = self.rows.columnCount()
        if self.rows.sources is not None and len(self.rows.sources) == len(sources):
            self.rows.renew(sources)
        if 0 < before != self.rows.columnCount():  # likelihoods that only one of them has
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self._fit_columns(before)

    def filter(self, text: str) -> None:
        """Show only the sources with ``text`` in their words."""
        with QSignalBlocker(self.selectionModel()):
            self.rows.filter(text)

    def show_chosen(self, rows: NDArray[np.int64] | None, *, only: bool) -> None:
        """Tell the sources that are chosen, None for none, from others, or show no others."""
        with QSignalBlocker(self.selectionModel()):
            self.rows.show_chosen(rows, only=only)

    def mark(self, source: int | None) -> None:
        """Light up a source, if it is shown."""
        at = -1 if source is None else self.rows.row_of(source)
        with QSignalBlocker(self.selectionModel()):
            if at < 0:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            else:
                self.selectRow(at)
        if at >= 0:
            self.scrollTo(self.rows.index(at, 0))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Search from the source with Return."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.searched.emit(self._source(self.currentIndex()))
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the source under the pointer, or of the current one."""
        keys = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keys else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if keys else event.pos()
            self.menu_wanted.emit(self._source(index), self.viewport().mapToGlobal(at))

    def _source(self, index: QModelIndex) -> int:
        return int(self.rows.order[index.row()])

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._source(current))
