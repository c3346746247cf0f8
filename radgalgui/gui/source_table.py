"""The table of all sources: found, sorted and shown as the user wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from radgalgui.gui.source_model import SourceModel
from radgalgui.gui.sources import Sources
from radgalgui.gui.table.arranger import Arranger, Keys
from radgalgui.gui.table.columns import Columns
from radgalgui.gui.table.finding import asks_condition, filter_words
from radgalgui.gui.table.header import TableHeader, next_keys
from radgalgui.gui.table_model import show_as_list

__all__ = ["SourceTable"]

WIDEST = 220
LOOKED_AT = 50  # rows from which a column's width is taken


class SourceTable(QTableView):
    """Sources; ``chosen(index)`` shows one, ``searched(index)`` asks for what is like it.

    ``menu_wanted(index, QPoint)`` asks for a source's menu, ``columns_wanted(QPoint)`` for that
    of the columns.  ``arranged()`` tells that other rows are shown, or in another order;
    ``columns_changed()`` that a user has shown, hidden, moved or widened columns;
    ``told(Sources)`` that there are other sources or columns.
    """

    chosen = Signal(int)
    searched = Signal(int)
    menu_wanted = Signal(object, object)
    columns_wanted = Signal(QPoint)
    arranged = Signal()
    columns_changed = Signal()
    told = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = SourceModel()
        self.arranger = Arranger(self)
        self.columns_of: Callable[[Sources], Columns] = lambda _: Columns()
        self.columns = Columns()
        self.text = ""
        self._placing = False
        self.head = TableHeader(self)
        self.setHorizontalHeader(self.head)
        self.setModel(self.rows)
        self.setAccessibleName("Sources")
        show_as_list(self)
        self.setAcceptDrops(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        down = self.verticalHeader()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + 8)
        self._connect()

    def _connect(self) -> None:
        self.head.sort_wanted.connect(
            lambda section, further: self.sort_by(self.rows.names[section], further=further)
        )
        self.head.menu_wanted.connect(self.columns_wanted)
        self.head.sectionMoved.connect(lambda *_: self._moved_by_hand())
        self.head.sectionResized.connect(self._widened_by_hand)
        self.arranger.found.connect(self._show_found)
        self.arranger.refused.connect(lambda _: self._show_found(None))
        self.arranger.ranked.connect(self._show_ranked)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.doubleClicked.connect(lambda index: self.searched.emit(self._source(index)))

    # -- what is shown ---------------------------------------------------------------------

    def set_sources(self, sources: Sources) -> None:
        """Show a catalogue, its columns as the user wants them and as wide as what is in them."""
        self.arranger.set_sources(sources)
        self.rows.set_sources(sources)
        self.columns = self.columns_of(sources)
        self._fit_columns(self.rows.names)
        self._place_columns()
        self.told.emit(sources)
        if self.text.strip():
            self.filter(self.text, at_once=True)

    def renew(self, sources: Sources) -> None:
        """Take what another encoder tells of the same sources, or more columns of them."""
        if self.rows.sources is None or len(self.rows.sources) != len(sources):
            return
        before, widths = list(self.rows.names), self._widths()
        self.arranger.set_sources(sources)
        again = self.rows.renew(sources)
        if before != self.rows.names:
            with self._by_program():
                for name, width in widths.items():
                    if name in self.rows.names:
                        self.setColumnWidth(self.rows.names.index(name), width)
            self._fit_columns([name for name in self.rows.names if name not in widths])
            self._place_columns()
        self.told.emit(sources)
        if again:
            self.arranger.rank(self.rows.keys)
        if asks_condition(sources, self.text):
            self.filter(self.text, at_once=True)

    def filter(self, text: str, *, at_once: bool = False) -> None:
        """Show only the sources with ``text`` in their words, or that fulfil that condition."""
        self.text = text
        self.arranger.find(text, at_once=at_once)

    @property
    def filter_words(self) -> str:
        """What the filter leaves, in words: "all sources" for none."""
        return filter_words(self.rows.sources, self.text)

    def sort_by(self, name: str, *, further: bool = False) -> None:
        """Sort by a column, the other way round the second time, not any more the third."""
        self.arranger.rank(next_keys(self.rows.keys, name, further=further))

    def _show_found(self, mask: NDArray[np.bool_] | None) -> None:
        with QSignalBlocker(self.selectionModel()):
            self.rows.show_found(mask)
        self.arranged.emit()

    def _show_ranked(self, keys: Keys, ranking: NDArray[np.int64] | None) -> None:
        with QSignalBlocker(self.selectionModel()):
            self.rows.rank(keys, ranking)
        self.arranged.emit()

    def show_chosen(self, rows: NDArray[np.int64] | None, *, only: bool) -> None:
        """Tell the sources that are chosen, None for none, from others, or show no others."""
        with QSignalBlocker(self.selectionModel()):
            self.rows.show_chosen(rows, only=only)

    # -- columns ---------------------------------------------------------------------------

    def shown_columns(self) -> list[str]:
        """Return the columns that are shown, from left to right."""
        return self.columns.shown(self.rows.names)

    def set_columns(self, columns: Columns) -> None:
        """Show columns as the user wants them."""
        self.columns = columns
        self._place_columns()
        self.columns_changed.emit()

    def show_column(self, name: str, *, shown: bool) -> None:
        """Show a column, or hide it."""
        hidden = self.columns.hidden - {name} if shown else self.columns.hidden | {name}
        self.set_columns(Columns(self.columns.order, hidden, self.columns.widths))

    def fit_columns(self) -> None:
        """Make all columns as wide as what is in them, and forget other widths."""
        self._fit_columns(self.rows.names)
        self.set_columns(Columns(self.columns.order, self.columns.hidden))

    def _fit_columns(self, names: list[str]) -> None:
        self.head.setResizeContentsPrecision(LOOKED_AT)
        with self._by_program():
            for name in names:
                column = self.rows.names.index(name)
                self.resizeColumnToContents(column)
                self.setColumnWidth(column, min(self.columnWidth(column) + 8, WIDEST))

    def _place_columns(self) -> None:
        names = self.rows.names
        shown = self.columns.shown(names)
        with self._by_program():
            for place, name in enumerate(self.columns.arranged(names)):
                section = names.index(name)
                self.head.moveSection(self.head.visualIndex(section), place)
                self.setColumnHidden(section, name not in shown)
                if name in self.columns.widths:
                    self.setColumnWidth(section, self.columns.widths[name])

    def _widths(self) -> dict[str, int]:
        return {name: self.columnWidth(i) for i, name in enumerate(self.rows.names)}

    @contextmanager
    def _by_program(self) -> Iterator[None]:
        """Move and widen columns without taking it for a user's wish."""
        before, self._placing = self._placing, True
        try:
            yield
        finally:
            self._placing = before

    def _moved_by_hand(self) -> None:
        if not self._placing:
            order = sorted(self.rows.names, key=lambda n: self.head.visualIndex(self._at(n)))
            self.set_columns(Columns(tuple(order), self.columns.hidden, self.columns.widths))

    def _widened_by_hand(self, section: int, _before: int, width: int) -> None:
        if not self._placing and width > 0 and section < len(self.rows.names):
            widths = {**self.columns.widths, self.rows.names[section]: width}
            self.columns = Columns(self.columns.order, self.columns.hidden, widths)
            self.columns_changed.emit()

    def _at(self, name: str) -> int:
        return self.rows.names.index(name)

    # -- one source ------------------------------------------------------------------------

    def mark(self, source: int | None) -> None:
        """Light up a source, if it is shown."""
        at = -1 if source is None else self.rows.row_of(source)
        with QSignalBlocker(self.selectionModel()):
            if at < 0:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            else:
                first = self._at(self.shown_columns()[0])
                self.setCurrentIndex(self.rows.index(at, first))
                self.selectRow(at)
        if at >= 0:
            self.scrollTo(self.rows.index(at, self._at(self.shown_columns()[0])))
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
