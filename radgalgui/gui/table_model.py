"""What tables that are only read have in common: their size, and heads with a meaning."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from radgalgui.gui.theme import numbers_font

__all__ = ["LEFT", "RIGHT", "Head", "Index", "ReadTable", "show_as_list"]

Index = QModelIndex | QPersistentModelIndex
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Head(NamedTuple):
    """The head of a column: its title, what it means, and how it is aligned."""

    title: str
    tip: str
    alignment: Qt.AlignmentFlag


class ReadTable(QAbstractTableModel):
    """A table without a tree, whose columns have heads; a subclass tells cells by ``data``.

    ``heads`` are those of its columns, where they are always the same.
    """

    heads: tuple[Head, ...] = ()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        raise NotImplementedError

    def head(self, column: int) -> Head:
        """Return the head of a column."""
        return self.heads[column]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else self.size()[0]

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else self.size()[1]

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a column's title, what it means, or how it is aligned."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        head = self.head(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return head.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return head.tip
        return head.alignment if role == Qt.ItemDataRole.TextAlignmentRole else None


def show_as_list(table: QTableView) -> None:
    """Let a table be a list of rows that are read, and chosen one at a time."""
    table.setFont(numbers_font(table.font()))
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)
