"""A list of what the user has kept, which stays open beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.table_model import Head, Index, ReadTable, show_as_list
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.training.own_row import OwnRow

__all__ = ["KeptModel", "OwnList"]

SIZE = QSize(760, 360)
PARAGRAPH = "\n\n"


class KeptModel(ReadTable):
    """Kept networks, one a row; ``cells`` tells the texts of one."""

    def __init__(self, heads: Sequence[Head], cells: Callable[[OwnRow], Sequence[str]]) -> None:
        super().__init__()
        self.heads = tuple(heads)
        self.rows: list[OwnRow] = []
        self._cells = cells

    def show_rows(self, rows: list[OwnRow]) -> None:
        """Show others."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def renew(self) -> None:
        """Tell something else of the same rows."""
        last = self.index(len(self.rows) - 1, len(self.heads) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.rows), len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as text; the whole of what is known in the tooltip."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.heads[index.column()].alignment
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem or row.words
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells(row)[index.column()]
        return None


class OwnList(QDialog):
    """Lists what was kept.

    ``removed(str)`` tells by name which shall be removed, once the user has said so again.
    ``train_wanted()``, ``file_wanted()`` and ``help_wanted()`` tell of the other buttons.
    """

    removed = Signal(str)
    train_wanted = Signal()
    file_wanted = Signal()
    help_wanted = Signal()

    #: What they are called.
    kinds = ""
    #: What the list is for, what is said while it is empty, its columns; which of these stretches.
    about, nothing = "", ""
    heads: tuple[Head, ...] = ()
    wide = 1

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Your {self.kinds}")
        self.setModal(False)
        self.resize(SIZE)
        self.folder = ""
        self.rows: KeptModel = KeptModel(self.heads, self.cells)
        self.table = QTableView()
        self.words, self.empty, self.stack = (
            QLabel(self.about),
            QLabel(self.nothing),
            QStackedWidget(),
        )
        self.problem = QLabel()
        self.train_button = self.button("Train one…", "On published images or on your own")
        self.file_button = self.button("Add a file…", "Keep one that was trained elsewhere")
        self.remove_button = self.button("Remove…", f"Delete it from your {self.kinds} (Delete)")
        self.help_button = quiet_button("info", f"What is this? Help on {self.kinds} (F1)")
        self._prepare()
        self._lay_out()
        self._connect()

    # -- what each kind says of itself -----------------------------------------------------

    def cells(self, row: OwnRow) -> Sequence[str]:
        """Return the texts of a row."""
        raise NotImplementedError

    def consequences(self, row: OwnRow) -> str:
        """Say what else changes when one is removed, as sentences; "" for nothing."""
        raise NotImplementedError

    def offer(self, one: OwnRow | None) -> None:
        """Enable what can be done with the row that is chosen."""
        self.say("" if one is None else one.problem)
        self.remove_button.setEnabled(one is not None)

    def take(self, row: OwnRow) -> None:
        """Do with a row what Return and a double-click mean."""

    # -- building --------------------------------------------------------------------------

    def button(self, text: str, tip: str) -> QPushButton:
        """Return a button that Return does not press by chance."""
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _prepare(self) -> None:
        for label in (self.words, self.empty):
            label.setObjectName("muted")
            label.setWordWrap(True)
        self.problem.setObjectName("failure")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        table = self.table
        table.setModel(self.rows)
        table.installEventFilter(self)
        table.setAccessibleName(f"Your {self.kinds}")
        show_as_list(table)
        across = table.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setSectionResizeMode(self.wide, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        top, self.foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignTop)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.foot.setSpacing(GRID)
        self.foot.addWidget(self.remove_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.file_button)
        self.foot.addWidget(self.train_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.problem)
        column.addLayout(self.foot)

    def _connect(self) -> None:
        self.remove_button.clicked.connect(lambda: self.with_one(self._ask))
        self.train_button.clicked.connect(self.train_wanted)
        self.file_button.clicked.connect(self.file_wanted)
        self.help_button.clicked.connect(self.help_wanted)
        self.table.doubleClicked.connect(lambda _: self.with_one(self.take))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.offer(self.one()))
        QShortcut(QKeySequence("F1"), self).activated.connect(self.help_wanted.emit)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)

    # -- showing ---------------------------------------------------------------------------

    def open(self) -> None:
        """Come to the front."""
        self.show()
        self.raise_()
        self.activateWindow()
        (self.table if self.rows.rows else self.train_button).setFocus()

    def show_kept(self, rows: list[OwnRow], preferred: str = "") -> None:
        """Show what is kept; the row that was chosen stays so, at first it is ``preferred``."""
        if rows != self.rows.rows:
            at = self.table.currentIndex().row()
            name = self.rows.rows[at].name if at >= 0 else preferred
            names = [row.name for row in rows]
            self.rows.show_rows(rows)
            if rows:
                at = names.index(name) if name in names else min(max(at, 0), len(rows) - 1)
                self.table.selectRow(at)
        self.stack.setCurrentWidget(self.table if rows else self.empty)
        self.offer(self.one())

    def say(self, problem: str) -> None:
        """Say what could not be done; "" for nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def one(self) -> OwnRow | None:
        """Return the row that is chosen."""
        index = self.table.currentIndex()
        return self.rows.rows[index.row()] if index.isValid() else None

    def with_one(self, slot: Callable[[OwnRow], None]) -> None:
        """Do something with the row that is chosen, if one is."""
        if (one := self.one()) is not None:
            slot(one)

    # -- removing --------------------------------------------------------------------------

    def _ask(self, one: OwnRow) -> None:
        """Ask whether one shall really be removed; nothing waits for the answer."""
        box = QMessageBox(
            QMessageBox.Icon.NoIcon, f"Remove one of your {self.kinds}", "", parent=self
        )
        box.setText(f"Remove “{one.name}” from your {self.kinds}?")
        first = self.consequences(one)
        box.setInformativeText(
            f"{first}{PARAGRAPH if first else ''}Its file in {self.folder} is deleted, which cannot"
            " be undone. What its training wrote elsewhere stays."
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        remove = box.addButton("Remove it", QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        remove.clicked.connect(lambda: self.removed.emit(one.name))
        box.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a row by Return in the list, remove it by Delete."""
        if watched is self.table and isinstance(event, QKeyEvent):
            slot = {
                Qt.Key.Key_Return: self.take,
                Qt.Key.Key_Enter: self.take,
                Qt.Key.Key_Delete: self._ask,
                Qt.Key.Key_Backspace: self._ask,
            }.get(Qt.Key(event.key()))
            if slot is not None and event.type() == QEvent.Type.KeyPress:
                self.with_one(slot)
                return True
        return super().eventFilter(watched, event)
