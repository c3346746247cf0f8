"""Controls as a table: a picture and what it is, where it fell by each method, and the outcome."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from radgalgui.gui.likelihood.expected import Fallen, outcome_lines
from radgalgui.gui.likelihood.percent import METHOD_TIPS, OFFERED, paint_percent, percent_text
from radgalgui.gui.table_model import Head, Index, ReadTable
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS

__all__ = ["ControlTable"]

SIDE = 72  # of a picture, pixels
ROW_HEIGHT = SIDE + 2 * GRID
COLUMNS = ("control", *OFFERED, "outcome")
#: Titles of the methods, broken to be narrow.
NARROW = {
    "isolation_forest": "Isolation\nforest",
    "local_outlier_factor": "Local\noutlier\nfactor",
    "knn_distance": "Distance to\nneighbours",
    "reconstruction": "Recon-\nstruction",
}
TITLES = {"control": "Control", "outcome": "Outcome", **METHOD_WORDS, **NARROW}
TIPS = {
    "control": "A picture drawn by code, as the encoder sees it, and where one expects it",
    "outcome": "Whether it fell where one expects: strange up to the 1st percentile, ordinary "
    "from the 5th on",
    **{m: f"{METHOD_TIPS[m]}: percentile in the catalogue, 0 is the strangest" for m in OFFERED},
}


class ControlModel(ReadTable):
    """A row a control."""

    def __init__(self) -> None:
        super().__init__()
        self.controls: Sequence[Fallen] = ()
        self.pictures: Sequence[QPixmap] = ()

    def set_controls(self, controls: Sequence[Fallen], pictures: Sequence[QPixmap]) -> None:
        """Show other controls."""
        self.beginResetModel()
        self.controls, self.pictures = controls, pictures
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.controls), len(COLUMNS)

    def head(self, column: int) -> Head:
        """Return a column's title, what it means, and how it is aligned."""
        key = COLUMNS[column]
        side = Qt.AlignmentFlag.AlignLeft if key not in OFFERED else Qt.AlignmentFlag.AlignRight
        return Head(TITLES[key], TIPS[key], side | Qt.AlignmentFlag.AlignBottom)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell: its words, its picture, or what is told on hover."""
        if not index.isValid():
            return None
        control, key = self.controls[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return control
        if role == Qt.ItemDataRole.DecorationRole and key == "control":
            return self.pictures[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(control, key)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return _tip(control, key)
        return None


def _text(control: Fallen, key: str) -> str:
    if key == "control":
        return control.title
    if key == "outcome":
        return ", ".join(outcome_lines(control))
    return percent_text(control.percentiles.get(key, math.nan))


def _tip(control: Fallen, key: str) -> str:
    if key == "control":
        return f"{control.title}. {control.sentence}"
    if key == "outcome":
        return _text(control, key)
    value = control.percentiles.get(key, math.nan)
    if math.isnan(value):
        return f"{METHOD_WORDS[key]} has no say on this picture."
    return f"{METHOD_WORDS[key]}: percentile {percent_text(value)}, {control.outcome(key)}"


class _CellPainter(QStyledItemDelegate):
    """Draws a control's picture with its words, percentiles with their bars, and the outcome."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the room of a cell."""
        return QSize(8 * GRID, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell."""
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(option.rect, QColor(self.tokens.raised))
        control, key = index.data(Qt.ItemDataRole.UserRole), COLUMNS[index.column()]
        painter.setPen(QColor(self.tokens.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        room = option.rect.adjusted(GRID, GRID, -GRID, -GRID)
        if key == "control":
            self._control(painter, room, option.font, control, index)
        elif key == "outcome":
            self._outcome(painter, room, option.font, control)
        else:
            self._percent(painter, room, option.font, control, key)
        painter.restore()

    def _control(
        self, painter: QPainter, room: QRect, font: QFont, control: Fallen, index: Index
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRect(room.left() - GRID, room.top(), SIDE, SIDE)
        painter.drawPixmap(frame, index.data(Qt.ItemDataRole.DecorationRole))
        words = room.adjusted(SIDE + GRID // 2, 0, 0, 0)
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        high = QFontMetrics(strong).height()
        painter.setFont(strong)
        painter.setPen(QColor(self.tokens.text))
        title = QFontMetrics(strong).elidedText(
            control.title, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(font)
        painter.setPen(QColor(self.tokens.muted))
        lines = words.adjusted(0, high + 1, 0, 0)
        text = _fitted(control.sentence, QFontMetrics(font), lines.width(), 3)
        painter.drawText(lines, Qt.AlignmentFlag.AlignLeft, text)

    def _percent(
        self, painter: QPainter, room: QRect, font: QFont, control: Fallen, key: str
    ) -> None:
        outcome, value = control.outcome(key), control.percentiles.get(key, math.nan)
        off = outcome == "not as expected"
        colour = self.tokens.warning if off else self.tokens.text
        figures = numbers_font(font)
        figures.setWeight(QFont.Weight.DemiBold if off else QFont.Weight.Normal)
        high = QFontMetrics(figures).height()
        top = room.top() + (room.height() - high - 2 * GRID) // 2
        painter.setFont(figures)
        painter.setPen(QColor(colour if outcome != "unknown" else self.tokens.muted))
        line = QRect(room.left(), top, room.width(), high)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, percent_text(value))
        if not math.isnan(value):
            bar = QRect(room.left(), top + high + 2, room.width(), GRID)
            paint_percent(painter, bar, value, self.tokens, colour)

    def _outcome(self, painter: QPainter, room: QRect, font: QFont, control: Fallen) -> None:
        lines, metrics = outcome_lines(control), QFontMetrics(font)
        wrong = control.outcome(COMBINED) in ("not as expected", "doubtful")
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        high = metrics.lineSpacing()
        top = room.top() + max((room.height() - len(lines) * high) // 2, 0)
        for number, line in enumerate(lines):
            second = number == 1
            colour = self.tokens.warning if wrong else self.tokens.text
            marked = second and control.expected != "either"
            painter.setFont(strong if marked else font)
            painter.setPen(QColor(colour if marked else self.tokens.muted))
            place = QRect(room.left(), top + number * high, room.width(), high)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, line)


def _fitted(text: str, metrics: QFontMetrics, width: int, most: int) -> str:
    """Return a text broken into lines of a width, the last of ``most`` shortened."""
    lines: list[str] = []
    for word in text.split():
        if lines and metrics.horizontalAdvance(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    shorten = Qt.TextElideMode.ElideRight
    return "\n".join(metrics.elidedText(line, shorten, width) for line in lines)


class ControlTable(QTableView):
    """A row a control, walked by the arrow keys."""

    def __init__(self) -> None:
        super().__init__()
        self.controls = ControlModel()
        self._cells = _CellPainter(self)
        self.setModel(self.controls)
        self.setItemDelegate(self._cells)
        self.setAccessibleName("Controls")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit_columns()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._cells.tokens = tokens
        self.viewport().update()

    def show_controls(self, controls: Sequence[Fallen], pictures: Sequence[QPixmap]) -> None:
        """Show controls with their pictures; the first is the current one."""
        self.controls.set_controls(controls, pictures)
        if controls:
            self.selectRow(0)

    def _fit_columns(self) -> None:
        """Give each method the room of the longest word of its title, which is broken."""
        metrics = self.fontMetrics()
        for column, key in enumerate(COLUMNS[1:], start=1):
            if key == "outcome":
                wide = metrics.horizontalAdvance("single methods: 5 of 5") + 3 * GRID
            else:
                words = [metrics.horizontalAdvance(word) for word in TITLES[key].split("\n")]
                wide = max(*words, metrics.horizontalAdvance("<0.01 ")) + 3 * GRID
            self.setColumnWidth(column, wide)
