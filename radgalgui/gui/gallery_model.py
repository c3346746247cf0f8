"""The neighbours of the query shown, as an item model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from radgalgui.gui.thumbnails import Thumbnails
from radgalgui.jobs.events import NeighbourRow

__all__ = ["GalleryModel", "describe"]

Index = QModelIndex | QPersistentModelIndex


def describe(row: NeighbourRow) -> str:
    """Return a neighbour in a sentence, for the tooltip and the screen reader."""
    size = row["angular_size_arcsec"]
    parts = [f"{row['rank']}. {row['name']}", f"similarity {row['similarity']:.3f}"]
    if row["label"]:
        parts.append(row["label"])
    if size is not None:
        parts.append(f"{size:.1f}″")
    return ", ".join(parts)


class GalleryModel(QAbstractListModel):
    """One item a neighbour, best first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[NeighbourRow] = []
        self._thumbnails: Thumbnails | None = None

    def set_thumbnails(self, thumbnails: Thumbnails) -> None:
        """Take pictures from there."""
        self._thumbnails = thumbnails
        self.refresh()

    def set_rows(self, rows: list[NeighbourRow]) -> None:
        """Show other neighbours."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def refresh(self) -> None:
        """Say that all pictures may look different now."""
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def position(self, source: int | None) -> int:
        """Return the row of a catalogue source, -1 where it is no neighbour."""
        return next((i for i, row in enumerate(self.rows) if row["index"] == source), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of neighbours."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a neighbour's row, picture or words."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row["name"]
        if role == Qt.ItemDataRole.DecorationRole and self._thumbnails is not None:
            return self._thumbnails.pixmap(row["index"])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{describe(row)}\nCosine similarity of the vectors; 1 is alike in every way."
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return describe(row)
        return None
