"""The list of pairs, with the sign of what was decided of each."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from radgalgui.gui.duplicates.pairs import Ledger, Pair, apart
from radgalgui.gui.icons import icon
from radgalgui.gui.sources import Sources
from radgalgui.gui.table_model import LEFT, RIGHT, Head, Index, ReadTable
from radgalgui.gui.theme import LIGHT, Tokens, numbers_font

__all__ = ["DECIDED", "PairList"]

HEADS = (
    Head("Left", "One source of the pair", LEFT),
    Head("Right", "The other", LEFT),
    Head("Apart", "Separation on the sky", RIGHT),
    Head("Alike", "Cosine similarity of their vectors: 1 is the same image", RIGHT),
    Head("Decided", "What becomes of the pair", LEFT),
)
#: Decisions in words.
DECIDED = {"left": "Keep left", "right": "Keep right", "both": "Keep both", "merge": "Merge"}


class PairModel(ReadTable):
    """Pairs, one a row; those upon which something was decided may be left out."""

    heads = HEADS

    def __init__(self) -> None:
        super().__init__()
        self.sources: Sources | None = None
        self.pairs: list[Pair] = []
        self.ledger = Ledger()
        self.tick: Any = None
        self.muted: Any = None

    def show_pairs(self, sources: Sources | None, pairs: list[Pair], ledger: Ledger) -> None:
        """Show others."""
        self.beginResetModel()
        self.sources, self.pairs, self.ledger = sources, pairs, ledger
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return (len(self.pairs) if self.sources is not None else 0), len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as text."""
        if not index.isValid() or self.sources is None:
            return None
        pair = self.pairs[index.row()]
        keep = self.ledger.of(pair)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return HEADS[index.column()].alignment
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 4 and keep:
            return self.tick
        if role == Qt.ItemDataRole.ForegroundRole and keep:
            return self.muted
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            alike = "–" if np.isnan(pair.distance) else f"{1 - pair.distance:.4f}"
            words = (
                self.sources.name(pair.left),
                self.sources.name(pair.right),
                apart(pair.separation),
                alike,
                DECIDED[keep] if keep else "",
            )
            return words[index.column()]
        return None


class PairList(QTableView):
    """``turned(row)`` tells the pair that is looked at."""

    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PairModel()
        self.setModel(self.rows)
        self.setAccessibleName("Pairs of sources that may be one")
        self.setFont(numbers_font(self.font()))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + 10)
        across.setHighlightSections(False)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        across.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, text in ((2, "00.00″ "), (3, "0.0000 "), (4, "Keep right")):
            self.setColumnWidth(column, self.fontMetrics().horizontalAdvance(text) + 24)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.set_theme(LIGHT)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.rows.tick = icon("check", tokens.muted, tokens.line, 14)
        self.rows.muted = QBrush(QColor(tokens.muted))
        self.viewport().update()

    def turn_to(self, row: int) -> None:
        """Look at a pair."""
        if 0 <= row < len(self.rows.pairs):
            self.setCurrentIndex(self.rows.index(row, 0))
            self.scrollTo(self.rows.index(row, 0))

    @property
    def at(self) -> int:
        """The row of the pair that is looked at, -1 for none."""
        return self.currentIndex().row()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys that decide to the page."""
        if event.text().isdigit() or event.key() == Qt.Key.Key_Backspace:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.turned.emit(current.row())
