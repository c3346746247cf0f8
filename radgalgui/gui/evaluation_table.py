"""Results of an evaluation as a sortable table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from radgalgui.gui.evaluation_report import SCORES, Measured, in_words
from radgalgui.gui.names import classifier_brief, classifier_words, encoder_title
from radgalgui.gui.table_model import Head, Index, ReadTable
from radgalgui.gui.theme import GRID, numbers_font

__all__ = ["ResultTable", "ResultsModel", "score_text"]

ROW_HEIGHT = 26
ARROW = 6  # more room for the arrow of the sorted column, pixels
SORT_ROLE = Qt.ItemDataRole.UserRole

#: Columns beside the scores: what is shown, and what it means.
HEADS = {
    "encoder": ("Encoder", ""),
    "classifier": ("Classifier", ""),
    "apart": ("How", "How it differs from the other row of this encoder and classifier"),
    "n_test": ("Sources", "How many sources it was measured on"),
}


def score_text(row: Measured, key: str, *, signed: bool = False) -> str:
    """Return a score with its interval, "–" where it was not measured."""
    value = row.scores[key]
    if math.isnan(value):
        return "–"
    if signed:
        return f"{value:+.3f}".replace("-", "−")
    ends = row.intervals.get(key)
    known = ends is not None and key == "accuracy" and not any(math.isnan(end) for end in ends)
    return f"{value:.3f}  ({ends[0]:.3f}–{ends[1]:.3f})" if known and ends else f"{value:.3f}"


class ResultsModel(ReadTable):
    """A row a result; ``brief`` leaves out what published tables do not tell.

    Where results of one encoder and classifier differ in how they were measured, a column says
    it.  ``signed`` results are differences of accuracy and AUC, shown with their sign.
    """

    def __init__(self, *, brief: bool = False, signed: bool = False) -> None:
        super().__init__()
        self.results: Sequence[Measured] = ()
        self._last = [] if brief else ["calibration_error", "n_test"]
        self._signed = signed
        self.columns = self._columns()

    def set_results(self, results: Sequence[Measured]) -> None:
        """Show other results."""
        self.beginResetModel()
        self.results = results
        self.columns = self._columns()
        self.endResetModel()

    def _columns(self) -> list[str]:
        scores = ["accuracy", "roc_auc"] if self._signed else list(SCORES)[:-1]
        how = ["apart"] if any(row.apart for row in self.results) else []
        return ["encoder", "classifier", *how, *scores, *self._last]

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.results), len(self.columns)

    def head(self, column: int) -> Head:
        """Return a column's title, what it means, and how it is aligned."""
        key = self.columns[column]
        title, tip = HEADS[key] if key in HEADS else SCORES[key]
        return Head(title, tip, _alignment(key))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell: text, what to sort by, or what stands behind it."""
        if not index.isValid():
            return None
        row, key = self.results[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, key)
        if role == SORT_ROLE:
            return self._value(row, key)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(key)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, key)
        return None

    def _text(self, row: Measured, key: str) -> str:
        if key == "encoder":
            return encoder_title(row.encoder)
        if key == "classifier":
            return classifier_brief(row.classifier)
        if key == "n_test":
            return f"{row.n_test:,}" if row.n_test else "–"
        return in_words(row.apart) if key == "apart" else score_text(row, key, signed=self._signed)

    def _value(self, row: Measured, key: str) -> float | str:
        if key in SCORES:
            value = row.scores[key]
            return -1.0 if math.isnan(value) else value
        return float(row.n_test) if key == "n_test" else self._text(row, key).lower()

    def _tip(self, row: Measured, key: str) -> str:
        if key == "classifier":
            words = classifier_words(row.classifier)
            return f"{words}\n{in_words(row.how)}" if row.how else words
        ends = row.intervals.get(key)
        if ends is not None and not any(math.isnan(end) for end in ends):
            return f"95 % interval by bootstrap: {ends[0]:.3f} to {ends[1]:.3f}"
        return f"Fitted on {row.n_train:,} sources" if key == "n_test" and row.n_train else ""


def _alignment(key: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if key in SCORES else Qt.AlignmentFlag.AlignLeft
    if key == "n_test":
        side = Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class ResultTable(QTableView):
    """Sorts by a click on a title; ``marked(list)`` tells the results that are selected."""

    marked = Signal(list)

    def __init__(
        self,
        name: str,
        *,
        brief: bool = False,
        signed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.results = ResultsModel(brief=brief, signed=signed)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.results)
        self.sorted.setSortRole(SORT_ROLE)
        self.setModel(self.sorted)
        self.setAccessibleName(name)
        self.setFont(numbers_font(self.font()))
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(48)
        self.horizontalHeader().setStretchLastSection(False)
        if brief:
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        else:
            self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
            self.selectionModel().selectionChanged.connect(self._tell)

    def set_results(self, results: Sequence[Measured]) -> None:
        """Show other results, best accuracy first."""
        self.results.set_results(results)
        column = self.results.columns.index("accuracy")
        self.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each column the room of its words and numbers, with that of the arrow."""
        metrics, model = self.fontMetrics(), self.results
        for column in range(model.columnCount()):
            title = model.headerData(column, Qt.Orientation.Horizontal)
            words = [model.index(row, column).data() for row in range(model.rowCount())]
            wide = max((metrics.horizontalAdvance(w) for w in words), default=0)
            head = metrics.horizontalAdvance(title) + ARROW
            self.setColumnWidth(column, max(wide, head) + 3 * GRID)

    def select(self, results: Sequence[Measured]) -> None:
        """Select results."""
        self.clearSelection()
        model = self.selectionModel()
        for number, row in enumerate(self.results.results):
            if any(row is result for result in results):
                index = self.sorted.mapFromSource(self.results.index(number, 0))
                flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
                model.select(index, flags)

    def selected(self) -> list[Measured]:
        """Return the selected results, in the order in which they stand."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        places = [self.sorted.mapToSource(self.sorted.index(row, 0)).row() for row in rows]
        return [self.results.results[place] for place in places]

    def _tell(self) -> None:
        self.marked.emit(self.selected())
