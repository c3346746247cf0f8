"""The measurements of the galaxy that is shown, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from radgalgui.gui.measuring.measurement import Measurement
from radgalgui.gui.measuring.telling import details, sentence, title
from radgalgui.gui.sky_readout import sexagesimal
from radgalgui.gui.table_model import LEFT, RIGHT, Head, Index, ReadTable
from radgalgui.gui.theme import numbers_font

__all__ = ["MeasuredTable"]

HEADS = (
    Head("", "Its number on the picture", RIGHT),
    Head("Measured", "What was measured", LEFT),
    Head("Result", "Errors are those of the noise, without the calibration's", LEFT),
    Head("Details", "How it came about, and how sure it is", LEFT),
    Head("Position", "Where it begins: ICRS, or FITS pixels without coordinates", LEFT),
)
WIDTHS = (32, 112, 180, 300, 180)


class MeasuredModel(ReadTable):
    """A row a measurement."""

    heads = HEADS

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Measurement] = []

    def show_rows(self, rows: Sequence[Measurement]) -> None:
        """Show other measurements."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.rows), len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's words; in full on hover."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _cell(self.rows[index.row()], index.column())
        return (
            HEADS[index.column()].alignment if role == Qt.ItemDataRole.TextAlignmentRole else None
        )


def _cell(one: Measurement, column: int) -> str:
    if column == 0:
        return str(one.number)
    if column == 4:
        x, y = one.wish.places[0]
        return sexagesimal(*one.position) if one.position else f"x {x + 1:.1f} y {y + 1:.1f}"
    return (title, sentence, details)[column - 1](one)


class MeasuredTable(QTableView):
    """Rows can be picked; ``picked(list)`` tells which, ``removed()`` asks to let them go."""

    picked = Signal(list)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Measurements")
        self._rows = MeasuredModel()
        self.setModel(self._rows)
        self.setFont(numbers_font(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMinimumSize(160, 64)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(LEFT)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header.setMinimumSectionSize(28)
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width)
        self.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit(self.chosen))

    @property
    def rows(self) -> list[Measurement]:
        """All that are listed."""
        return self._rows.rows

    @property
    def chosen(self) -> list[Measurement]:
        """Those that are picked, in their order."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._rows.rows[place] for place in places]

    def show_rows(self, rows: Sequence[Measurement], picked: Measurement | None) -> None:
        """List measurements, one of them picked."""
        if list(rows) != self.rows:
            self._rows.show_rows(rows)
        if picked in self.rows and self.chosen != [picked]:
            self.selectRow(self.rows.index(picked))

    def keyPressEvent(self, event: Any) -> None:
        """Let the picked go with Delete."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)
