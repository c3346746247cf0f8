"""The components of vectors as a sortable table."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import (
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from radgalgui.gui.table_model import Head, Index, ReadTable
from radgalgui.gui.theme import GRID, numbers_font
from radgalgui.jobs.events import Understanding

__all__ = ["ComponentTable", "signed"]

ROW_HEIGHT = 24
ARROW = 6  # more room for the arrow of the sorted column, pixels
SORT_ROLE = Qt.ItemDataRole.UserRole

#: Columns: what is shown, and what it means.
TITLES = {
    "component": ("Component", "Its number in the vector, from 0"),
    "importance": (
        "Importance",
        "Share of what the forest learned by splitting at this component, with its standard error",
    ),
    "mean": ("Mean", "Mean value over the catalogue"),
    "spread": ("Spread", "Standard deviation over the catalogue"),
    "correlation": (
        "Correlation",
        "Of the component with the column (Pearson): its sign says which way it goes",
    ),
}
KEYS = tuple(TITLES)


def signed(value: float) -> str:
    """Return a number with two decimals and its sign; one that rounds to nothing has none."""
    near = round(float(value), 2)
    return f"{near:+.2f}".replace("-", "−") if near else "0.00"


class ComponentModel(ReadTable):
    """A row a component."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Understanding | None = None

    def show_told(self, told: Understanding | None) -> None:
        """Show what is known; rows stay where there are as many as before."""
        if self._width(told) != self.rowCount():
            self.beginResetModel()
            self.told = told
            self.endResetModel()
        elif told is not None:
            self.told = told
            last = self.index(self.rowCount() - 1, len(KEYS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _width(self, told: Understanding | None) -> int:
        return len(told.mean) if told is not None else 0

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return self._width(self.told), len(KEYS)

    def head(self, column: int) -> Head:
        """Return a column's title, what it means, and how it is aligned."""
        return Head(
            *TITLES[KEYS[column]], Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell: its text, or what to sort by."""
        if not index.isValid() or self.told is None:
            return None
        number, key = index.row(), KEYS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(number, key)
        if role == SORT_ROLE:
            value = self._value(number, key)
            return -math.inf if math.isnan(value) else value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _value(self, number: int, key: str) -> float:
        return float(number) if key == "component" else float(getattr(self.told, key)[number])

    def _text(self, number: int, key: str) -> str:
        value = self._value(number, key)
        if key == "component":
            return str(number)
        if math.isnan(value):
            return "–"
        if key == "importance":
            assert self.told is not None
            error = float(self.told.error[number])
            return f"{value:.3f}" if math.isnan(error) else f"{value:.3f} ± {error:.3f}"
        return f"{value:.2f}" if key == "spread" else signed(value)


class ComponentTable(QTableView):
    """Sorts by a click on a title; ``chosen(int)`` tells the component that is selected."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.components = ComponentModel()
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.components)
        self.sorted.setSortRole(SORT_ROLE)
        self.sorted.setDynamicSortFilter(True)
        self.setModel(self.sorted)
        self.setAccessibleName("Components")
        self.setFont(numbers_font(self.font()))
        self.setSortingEnabled(True)
        self.sortByColumn(KEYS.index("importance"), Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(48)
        self.horizontalHeader().setStretchLastSection(True)
        self.selectionModel().selectionChanged.connect(self._tell)
        self._fit_columns()

    def show_told(self, told: Understanding | None) -> None:
        """Show what is known, in the order that was chosen; the selection stays."""
        self.components.show_told(told)

    def mark(self, number: int) -> None:
        """Select a component, and bring it into view."""
        index = self.sorted.mapFromSource(self.components.index(number, 0))
        if index.isValid() and number != self.selected():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def selected(self) -> int:
        """Return the component that is selected, -1 for none."""
        rows = self.selectionModel().selectedRows()
        return self.sorted.mapToSource(rows[0]).row() if rows else -1

    def _fit_columns(self) -> None:
        """Give each column the room of its title and of its longest number."""
        metrics, needed = self.fontMetrics(), 0
        longest = {"importance": "0.000 ± 0.000", "mean": "+00.00", "spread": "00.00"}
        for column, key in enumerate(KEYS):
            head = metrics.horizontalAdvance(TITLES[key][0]) + ARROW
            wide = metrics.horizontalAdvance(longest.get(key, "+0.00"))
            self.setColumnWidth(column, max(head, wide) + 3 * GRID)
            needed += max(head, wide) + 3 * GRID
        self.setMinimumWidth(needed + self.verticalScrollBar().sizeHint().width() + 2)

    def _tell(self) -> None:
        self.chosen.emit(self.selected())
