"""The sources of a catalogue as a table that sorts and filters without copying."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor

from radgalgui.gui.sources import PERCENTILES, Sources, column_title, format_value
from radgalgui.gui.theme import LIGHT

__all__ = ["SourceModel", "matching"]

Index = QModelIndex | QPersistentModelIndex


def matching(sources: Sources, text: str) -> NDArray[np.int64]:
    """Return the sources with ``text`` in any of their words, whatever the case; all for ""."""
    wanted = text.strip().casefold()
    if not wanted:
        return np.arange(len(sources))
    found = np.zeros(len(sources), dtype=bool)
    for name, values in sources.columns.items():
        if not sources.numeric(name):
            found |= np.fromiter((wanted in str(v).casefold() for v in values), bool, len(values))
    return np.flatnonzero(found)


class SourceModel(QAbstractTableModel):
    """Rows of the catalogue in ``order``, an array of catalogue rows.

    While sources are chosen the others are grey, or left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sources: Sources | None = None
        self.order: NDArray[np.int64] = np.empty(0, np.int64)
        self._names: list[str] = []
        self._matched: NDArray[np.int64] = self.order
        self._chosen: NDArray[np.bool_] | None = None
        self._only_chosen = False
        self._muted = QBrush(QColor(LIGHT.muted))
        self._sorting: tuple[int, Qt.SortOrder] | None = None

    def set_sources(self, sources: Sources) -> None:
        """Show a catalogue."""
        self.beginResetModel()
        self.sources = sources
        self._names = list(sources.columns)
        self._matched = self.order = np.arange(len(sources))
        self._chosen = None
        self.endResetModel()

    def renew(self, sources: Sources) -> None:
        """Take what another encoder tells of the same sources; rows stay where they are."""
        if list(sources.columns) != self._names:
            self.beginResetModel()
            self.sources, self._names = sources, list(sources.columns)
            self._sorting = None
            self.endResetModel()
        elif len(self.order):
            self.sources = sources
            last = self.index(len(self.order) - 1, len(self._names) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            if self._sorting is not None and self._names[self._sorting[0]] in PERCENTILES:
                self.sort(*self._sorting)

    def set_muted(self, colour: str) -> None:
        """Take the colour of what is not chosen."""
        self._muted = QBrush(QColor(colour))
        self._repaint()

    def show_chosen(self, rows: NDArray[np.int64] | None, *, only: bool) -> None:
        """Tell the sources that are chosen, None for none, from others, or show no others."""
        changed = self._only_chosen or (only and rows is not None)
        self._chosen, self._only_chosen = None, False
        if rows is not None and self.sources is not None:
            self._chosen = np.zeros(len(self.sources), dtype=bool)
            self._chosen[rows] = True
            self._only_chosen = only
        if not changed:
            self._repaint()
            return
        self.beginResetModel()
        self._sort()
        self.endResetModel()

    def _repaint(self) -> None:
        if len(self.order):
            last = self.index(len(self.order) - 1, len(self._names) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.ForegroundRole])

    def filter(self, text: str) -> None:
        """Show only the sources with ``text`` in their words."""
        if self.sources is None:
            return
        self.beginResetModel()
        self._matched = matching(self.sources, text)
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; unknown values stay at the end."""
        self._sorting = (column, order) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        self._sort()
        self.layoutChanged.emit()

    def _sort(self) -> None:
        kept = self._matched
        if self._only_chosen and self._chosen is not None:
            kept = kept[self._chosen[kept]]
        self.order = self.in_order(kept)

    def in_order(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return sources as the table sorts them, unknown values at the end."""
        if self._sorting is None or self.sources is None:
            return rows
        column, direction = self._sorting
        values = self.sources.columns[self._names[column]][rows]
        if self.sources.numeric(self._names[column]):
            values = values.astype(np.float64)
            unknown = np.isnan(values)
        else:
            values = values.astype(str)
            unknown = values == ""
        order = np.argsort(values, kind="stable")
        if direction == Qt.SortOrder.DescendingOrder:
            order = order[::-1]
        order = np.concatenate([order[~unknown[order]], order[unknown[order]]])
        return rows[order]

    def row_of(self, source: int) -> int:
        """Return the row that shows a source, -1 where it is filtered away."""
        found = np.flatnonzero(self.order == source)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of sources shown."""
        return 0 if parent is not None and parent.isValid() else len(self.order)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title and alignment."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._names):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(self._names[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a value as text, aligned as its kind wants it."""
        if not index.isValid() or self.sources is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            dim = self._chosen is not None and not self._chosen[self.order[index.row()]]
            return self._muted if dim else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            name = self._names[index.column()]
            return format_value(name, self.sources.columns[name][self.order[index.row()]])
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        numeric = self.sources is not None and self.sources.numeric(self._names[column])
        side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
