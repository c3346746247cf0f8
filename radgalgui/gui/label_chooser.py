"""Whose labels are learned, or which classifier answers: a list with a heading for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPaintEvent,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
)

from radgalgui.gui.names import SETS, class_words, own_network, set_brief, set_title
from radgalgui.gui.theme import GRID, LIGHT, Tokens
from radgalgui.jobs.networks.kept import NetworkWords

__all__ = ["LabelChooser"]

CHOOSE = "Whose labels are learned, or which classifier of yours answers (F1 tells more)"
PUBLISHED, COLUMNS, OWN = "Published labels", "Columns of this catalogue", "Your classifiers"
NONE_YET = "None yet: + trains one"
SIDES = 32  # of the box beside its words: a margin and the arrow, pixels
BRIEF = Qt.ItemDataRole.UserRole + 1  # what stands below a heading that says the rest


class LabelChooser(QComboBox):
    """Label sets below headings; ``itemData`` of each is its name, that of a heading None."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(96)  # or a narrow window lays the panel over others
        self.setMaximumWidth(220)
        self.setAccessibleName("Labels to learn from, or a classifier of yours")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._lines = _Lines(self)
        self.setItemDelegate(self._lines)
        self.view().installEventFilter(self)
        self._sets: list[str] | None = None

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._lines.tokens = tokens

    def show_sets(
        self, sets: Sequence[str], current: str, words: Mapping[str, NetworkWords]
    ) -> None:
        """Offer label sets, with ``words`` on some; show which one is in use."""
        if self._sets != list(sets):
            self._sets = list(sets)
            self.setModel(_model(sets, self))
        for row in range(self.count()):
            if name := self.itemData(row):
                told = words[name].whole if name in words else class_words(name)
                self.setItemData(row, told or set_title(name), Qt.ItemDataRole.ToolTipRole)
        self.setToolTip(words[current].whole if current in words else CHOOSE)
        self.setCurrentIndex(self.findData(current))
        self.setVisible(bool(sets))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Home and End find the first and the last label set: Qt stops at a heading."""
        key = Qt.Key(event.key()) if isinstance(event, QKeyEvent) else None
        if event.type() != QEvent.Type.KeyPress or key not in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return super().eventFilter(watched, event)
        rows = [row for row in range(self.count()) if self.itemData(row)]
        if rows:
            row = rows[0 if key == Qt.Key.Key_Home else -1]
            self.view().setCurrentIndex(self.model().index(row, 0))
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the choice, shorter where there is little room: a style sheet would cut it off."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room, metrics = self.width() - SIDES, self.fontMetrics()
        if metrics.horizontalAdvance(option.currentText) > room:
            brief = str(self.currentData(BRIEF) or "")
            option.currentText = metrics.elidedText(brief, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        """Open the list, as wide as its longest line."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 3 * GRID)
        super().showPopup()


def _model(sets: Sequence[str], parent: LabelChooser) -> QStandardItemModel:
    own = [name for name in sets if own_network(name)]
    published = [name for name in sets if name in SETS]
    columns = [name for name in sets if name not in own and name not in published]
    model = QStandardItemModel(parent)
    for heading, names in ((PUBLISHED, published), (COLUMNS, columns), (OWN, own)):
        if names or heading == OWN:
            model.appendRow(_heading(heading))
        for name in names:
            item = QStandardItem(set_title(name))
            item.setData(name, Qt.ItemDataRole.UserRole)
            item.setData(set_brief(name), BRIEF)
            model.appendRow(item)
    if not own:
        model.appendRow(_heading(NONE_YET, below=True))
    return model


def _heading(text: str, *, below: bool = False) -> QStandardItem:
    """Return a line that cannot be chosen; ``below`` a heading, it stands in as others do."""
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    if below:
        item.setData(text, BRIEF)
    return item


class _Lines(QStyledItemDelegate):
    """Draws headings small, and what stands below them a little further in."""

    tokens = LIGHT

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if brief := index.data(BRIEF):
            option.text = f"  {brief}"
        else:
            option.displayAlignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            option.font.setPointSizeF(option.font.pointSizeF() * 0.92)
            option.state |= QStyle.StateFlag.State_Enabled  # or it is as faint as a line
            option.palette.setColor(QPalette.ColorRole.Text, QColor(self.tokens.muted))

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return a line with some air, more above a heading."""
        air = GRID - 2 if index.data(BRIEF) else GRID + 4
        return QSize(super().sizeHint(option, index).width(), option.fontMetrics.height() + air)
