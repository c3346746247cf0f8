"""The table of what was measured: a row a control, a column a method, areas under the ROC curve."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from radgalgui.gui.likelihood.detection import MEAN, Auc, Detection, kind_words
from radgalgui.gui.likelihood.percent import METHOD_TIPS, OFFERED
from radgalgui.gui.table_model import LEFT, RIGHT, Head, Index, ReadTable
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.likelihood.methods import METHOD_WORDS

__all__ = ["DetectionTable"]

POOR = 0.7  # an area below this is shown as a warning
ROW_HEIGHT = 30


class DetectionModel(ReadTable):
    """What was measured of one training and one encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.detection, self.training, self.encoder = Detection(), "", ""
        self.kinds: list[str] = []

    def show(self, detection: Detection, training: str, encoder: str) -> None:
        """Show another table."""
        self.beginResetModel()
        self.detection, self.training, self.encoder = detection, training, encoder
        self.kinds = detection.controls(training, encoder)
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.kinds), 1 + len(OFFERED)

    def head(self, column: int) -> Head:
        """Return a column's title, what it means, and how it is aligned."""
        if not column:
            return Head("Kind of image", "", LEFT)
        method = OFFERED[column - 1]
        return Head(METHOD_WORDS[method], METHOD_TIPS[method], RIGHT)

    def auc(self, index: Index) -> Auc:
        """Return what a cell shows."""
        kind, method = self.kinds[index.row()], OFFERED[index.column() - 1]
        return self.detection.auc(self.training, self.encoder, kind, method)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell: a number, its interval, its look."""
        if not index.isValid():
            return None
        kind, words = self.kinds[index.row()], index.column() == 0
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if words else RIGHT
        if role == Qt.ItemDataRole.FontRole and kind == MEAN:
            strong = QFont()
            strong.setWeight(QFont.Weight.DemiBold)
            return strong
        if role == Qt.ItemDataRole.DisplayRole:
            return kind_words(kind) if words else _number(self.auc(index).value)
        if words:
            tip = self.detection.mean_of if kind == MEAN else ""
            return tip if role == Qt.ItemDataRole.ToolTipRole else None
        told = self.auc(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(told)
        if role == Qt.ItemDataRole.ForegroundRole and told.value < POOR:
            return QColor(self.tokens.warning)
        return None


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _tip(told: Auc) -> str:
    if math.isnan(told.value):
        return "Not measured"
    if math.isnan(told.low):
        return f"{told.value:.3f}"
    return f"{told.value:.3f}, 95 % interval {told.low:.3f} to {told.high:.3f}"


class DetectionTable(QTableView):
    """Looked at, and walked by the arrow keys."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = DetectionModel()
        self.setModel(self.cells)
        self.setAccessibleName("How well each method detects each kind of image")
        self.setFont(numbers_font(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, method in enumerate(OFFERED, start=1):
            wide = self.fontMetrics().horizontalAdvance(METHOD_WORDS[method])
            self.setColumnWidth(column, max(wide, 6 * GRID) + 3 * GRID)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.cells.tokens = tokens
        self.viewport().update()
