"""The list of a mosaic's sources: name, how bright, how large, and what came of asking."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from radgalgui.gui.mosaic.roster import Entry, Roster, answer_of
from radgalgui.gui.table_model import LEFT, RIGHT, Head, Index, ReadTable
from radgalgui.gui.theme import numbers_font

__all__ = ["SourceList"]

HEADS = (
    Head("Source", "By its position: right ascension and declination, cut off, not rounded", LEFT),
    Head("Peak", "Of the noise around it", RIGHT),
    Head("Size", "Largest extent above 3σ, with all islands that were joined", RIGHT),
    Head("Answer", "Its most probable class, or where its question stands", LEFT),
)
NAME, PEAK, SIZE, ANSWER = range(4)
WIDTHS = {NAME: 150, PEAK: 76, SIZE: 60}


class SourceModel(ReadTable):
    """One row an entry of a roster."""

    heads = HEADS

    def __init__(self, roster: Roster) -> None:
        super().__init__()
        self._roster = roster
        self.scale = 0.0
        self._rows: list[Entry] = []

    def renew(self) -> None:
        """Follow the roster."""
        if len(self._rows) == len(self._roster.entries) and all(
            one is other for one, other in zip(self._rows, self._roster.entries, strict=True)
        ):
            if self._rows:
                last = self.index(len(self._rows) - 1, len(HEADS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = list(self._roster.entries)
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """Return the entry of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, entry: Entry | None) -> int:
        """Return the row of an entry, -1 of none."""
        return next((n for n, each in enumerate(self._rows) if each is entry), -1)

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self._rows), len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says."""
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return HEADS[index.column()].alignment
        if role == Qt.ItemDataRole.ToolTipRole and entry.query is not None:
            return entry.query.reason or entry.name
        return None

    def _text(self, entry: Entry, column: int) -> str:
        source = entry.source
        if column == NAME:
            return entry.name
        if column == ANSWER:
            return answer_of(entry)
        if source is None:
            return ""
        if column == PEAK:
            return f"{source.peak_snr:,.0f} σ" if source.peak_snr < 1e6 else ""
        size = source.extent * (self.scale or 1.0)
        return f"{size:.0f}″" if self.scale else f"{size:.0f} px"


class SourceList(QTableView):
    """``marked(Entry)`` tells of a click or a key; ``asked(Entry)`` of Return or two clicks."""

    marked = Signal(object)
    asked = Signal(object)

    def __init__(self, roster: Roster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = SourceModel(roster)
        self.setModel(self.rows)
        self.setAccessibleName("Sources of the mosaic")
        self.setFont(numbers_font(self.font()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(ANSWER, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(lambda index: self._tell(self.marked, index))
        self.doubleClicked.connect(lambda index: self._tell(self.asked, index))

    def renew(self, marked: Entry | None) -> None:
        """Follow the roster, and mark a row."""
        self.rows.renew()
        row = self.rows.row_of(marked)
        if row < 0:
            self.clearSelection()
        elif row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            self.selectRow(row)
            self.scrollTo(self.rows.index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask by Return, and follow the keys that walk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.asked, self.currentIndex())
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self._tell(self.marked, self.currentIndex())

    def _tell(self, signal: Any, index: QModelIndex) -> None:
        entry = self.rows.entry(index.row())
        if entry is not None:
            signal.emit(entry)
