"""The sources of a catalogue as a table that sorts and filters without copying."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QBrush, QColor

from radgalgui.catalog.sorting import sorted_rows
from radgalgui.gui.sources import PERCENTILES, Sources, column_title, format_value
from radgalgui.gui.table.arranger import Keys
from radgalgui.gui.table.finding import containing
from radgalgui.gui.table_model import Index
from radgalgui.gui.theme import LIGHT

__all__ = ["SourceModel", "matching"]

UP, DOWN = "▲", "▼"  # in front of the titles of columns that the table is sorted by


def matching(sources: Sources, text: str) -> NDArray[np.int64]:
    """Return the sources with ``text`` in any of their words, whatever the case; all for ""."""
    mask = containing(sources, text)
    return np.arange(len(sources)) if mask is None else np.flatnonzero(mask)


class SourceModel(QAbstractTableModel):
    """Rows of the catalogue in ``order``, an array of catalogue rows.

    Rows are those that a filter found, in the order of all sources by ``keys``.  While sources
    are chosen the others are grey, or left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sources: Sources | None = None
        self.order: NDArray[np.int64] = np.empty(0, np.int64)
        self.names: list[str] = []
        self.keys: Keys = ()
        self._ranking: NDArray[np.int64] | None = None
        self._found: NDArray[np.bool_] | None = None
        self._chosen: NDArray[np.bool_] | None = None
        self._only_chosen = False
        self._muted = QBrush(QColor(LIGHT.muted))

    def set_sources(self, sources: Sources) -> None:
        """Show a catalogue, as it is ordered."""
        self.beginResetModel()
        self.sources = sources
        self.names = list(sources.columns)
        self.order = np.arange(len(sources))
        self.keys, self._ranking, self._found, self._chosen = (), None, None, None
        self.endResetModel()

    def renew(self, sources: Sources) -> bool:
        """Take what else is told of the same sources; rows stay where they are.

        Return whether they are to be sorted again.
        """
        other = list(sources.columns) != self.names
        if other:
            self.beginResetModel()
            self.sources, self.names = sources, list(sources.columns)
            if not {name for name, _ in self.keys} <= set(self.names):
                self.keys, self._ranking = (), None
                self._arrange()
            self.endResetModel()
        else:
            self.sources = sources
            self._repaint()
        own = {n for n in self.names if n in PERCENTILES or sources.kind_of(n) == "yes/no"}
        return bool(own & {name for name, _ in self.keys})

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
        if changed:
            self._reset()
        else:
            self._repaint()

    def show_found(self, mask: NDArray[np.bool_] | None) -> None:
        """Show only the sources that a filter found (N,); all for None."""
        self._found = mask
        self._reset()

    def filter(self, text: str) -> None:
        """Show only the sources with ``text`` in their words."""
        if self.sources is not None:
            self.show_found(containing(self.sources, text))

    def rank(self, keys: Keys, ranking: NDArray[np.int64] | None) -> None:
        """Show rows in another order: that of all sources by ``keys``, None for none."""
        self.layoutAboutToBeChanged.emit()
        self.keys, self._ranking = keys, ranking
        self._arrange()
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(len(self.names) - 1, 0))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; unknown values stay at the end."""
        if self.sources is not None:
            falling = order is Qt.SortOrder.DescendingOrder
            keys = ((self.names[column], falling),) if column >= 0 else ()
            self.rank(keys, sorted_rows(self.sources.columns, keys))

    def in_order(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return sources, in increasing order, as the table sorts them."""
        if self._ranking is None or self.sources is None:
            return rows
        mask = np.zeros(len(self.sources), dtype=bool)
        mask[rows] = True
        return self._ranking[mask[self._ranking]]

    def _reset(self) -> None:
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        count = len(self.sources) if self.sources is not None else 0
        mask = self._found
        if self._only_chosen and self._chosen is not None:
            mask = self._chosen if mask is None else mask & self._chosen
        if mask is None:
            self.order = np.arange(count) if self._ranking is None else self._ranking
        elif self._ranking is None:
            self.order = np.flatnonzero(mask)
        else:
            self.order = self._ranking[mask[self._ranking]]

    def _repaint(self) -> None:
        if len(self.order) and self.names:
            last = self.index(len(self.order) - 1, len(self.names) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def row_of(self, source: int) -> int:
        """Return the row that shows a source, -1 where it is filtered away."""
        found = np.flatnonzero(self.order == source)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of sources shown."""
        return 0 if parent is not None and parent.isValid() else len(self.order)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title with the direction that it is sorted in, and its alignment."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.names):
            return None
        name = self.names[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._arrow(name)}{column_title(name)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                f"{column_title(name)}, in conditions: {name}\n"
                "Click to sort, Shift and click to sort by it as well; drag to move the column"
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def _arrow(self, name: str) -> str:
        for number, (key, falling) in enumerate(self.keys, start=1):
            if key == name:
                return f"{DOWN if falling else UP}{number if len(self.keys) > 1 else ''} "
        return ""

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
            name = self.names[index.column()]
            return format_value(name, self.sources.columns[name][self.order[index.row()]])
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        numeric = self.sources is not None and self.sources.numeric(self.names[column])
        side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
