"""The user's own classifiers in a list: what each learned, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
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
from radgalgui.gui.table_model import LEFT, RIGHT, Head, Index, ReadTable, show_as_list
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.training.own_row import OwnRow

__all__ = ["OwnDialog"]

SIZE = QSize(760, 360)
HEADS = (
    Head("Name", "What you have called it", LEFT),
    Head("Tells apart", "The classes that it learned", LEFT),
    Head("Learned from", "Labelled images", RIGHT),
    Head(
        "Accuracy",
        "Share of sources whose class it told rightly without having learned from them",
        RIGHT,
    ),
    Head("", "Whether it answers in the panel Class", LEFT),
)
WORDS = (
    "Networks that learned classes from labelled images. One that you choose answers in the panel"
    " Class, where possible beside six classifiers that learn the same classes."
)
EMPTY = (
    "You have no classifiers of your own yet.\n\n"
    "Train one on labelled images: published ones, or yours.\n"
    "Or add the file of one that was trained elsewhere, by radgalgui train."
)


class OwnModel(ReadTable):
    """Kept classifiers, one a row."""

    heads = HEADS

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[OwnRow] = []
        self.in_use = ""

    def show_rows(self, rows: list[OwnRow], in_use: str) -> None:
        """Show others, and which of them answers."""
        self.beginResetModel()
        self.rows, self.in_use = rows, in_use
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.rows), len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as text; the whole of what is known in the tooltip."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return HEADS[index.column()].alignment
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem or row.words
        if role == Qt.ItemDataRole.DisplayRole:
            use = ("chosen" if row.problem else "answers now") if row.name == self.in_use else ""
            told = "cannot be used" if row.problem else row.classes
            return (row.name, told, row.images, row.accuracy, use)[index.column()]
        return None


class OwnDialog(QDialog):
    """Lists kept classifiers; stays open beside the window.

    ``used(str)`` and ``removed(str)`` tell by name which shall answer, or be removed: the latter
    once the user has said so again.  ``train_wanted()``, ``file_wanted()`` and ``help_wanted()``
    tell of the other buttons.
    """

    used = Signal(str)
    removed = Signal(str)
    train_wanted = Signal()
    file_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Your classifiers")
        self.setModal(False)
        self.resize(SIZE)
        self.folder = ""
        self.rows, self.table = OwnModel(), QTableView()
        self.words, self.empty, self.stack = QLabel(WORDS), QLabel(EMPTY), QStackedWidget()
        self.problem = QLabel()
        self.use_button = self._button("Classify with it", "It answers from now on (Return)")
        self.train_button = self._button("Train one…", "On published images or on your own")
        self.file_button = self._button("Add a file…", "Keep one that was trained elsewhere")
        self.remove_button = self._button("Remove…", "Delete it from your classifiers (Delete)")
        self.help_button = quiet_button("info", "What is this? Help on classes (F1)")
        self._prepare()
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _button(self, text: str, tip: str) -> QPushButton:
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
        table.setAccessibleName("Your classifiers")
        show_as_list(table)
        across = table.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignTop)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        below.setSpacing(GRID)
        below.addWidget(self.use_button)
        below.addWidget(self.remove_button)
        below.addStretch(1)
        below.addWidget(self.file_button)
        below.addWidget(self.train_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.problem)
        column.addLayout(below)

    def _connect(self) -> None:
        self.use_button.clicked.connect(lambda: self._with_one(self._use))
        self.remove_button.clicked.connect(lambda: self._with_one(self._ask))
        self.train_button.clicked.connect(self.train_wanted)
        self.file_button.clicked.connect(self.file_wanted)
        self.help_button.clicked.connect(self.help_wanted)
        self.table.doubleClicked.connect(lambda _: self._with_one(self._use))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._offer())
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

    def show_rows(self, rows: list[OwnRow], in_use: str) -> None:
        """Show what is kept, and which answers; the row that was chosen stays so."""
        if (rows, in_use) != (self.rows.rows, self.rows.in_use):
            at = self.table.currentIndex().row()
            name = self.rows.rows[at].name if at >= 0 else in_use
            names = [row.name for row in rows]
            self.rows.show_rows(rows, in_use)
            if rows:
                at = names.index(name) if name in names else min(max(at, 0), len(rows) - 1)
                self.table.selectRow(at)
        self.stack.setCurrentWidget(self.table if rows else self.empty)
        self._offer()

    def say(self, problem: str) -> None:
        """Say what could not be done; "" for nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _one(self) -> OwnRow | None:
        index = self.table.currentIndex()
        return self.rows.rows[index.row()] if index.isValid() else None

    def _with_one(self, slot: Callable[[OwnRow], None]) -> None:
        if (one := self._one()) is not None:
            slot(one)

    def _offer(self) -> None:
        one = self._one()
        self.say("" if one is None else one.problem)
        self.remove_button.setEnabled(one is not None)
        usable = one is not None and not one.problem and one.name != self.rows.in_use
        self.use_button.setEnabled(usable)

    # -- doing -----------------------------------------------------------------------------

    def _use(self, one: OwnRow) -> None:
        if not one.problem:
            self.used.emit(one.name)

    def _ask(self, one: OwnRow) -> None:
        """Ask whether one shall really be removed; nothing waits for the answer."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Remove a classifier", "", parent=self)
        box.setText(f"Remove “{one.name}” from your classifiers?")
        now = "It answers in the panel Class now; other labels take its place. "
        box.setInformativeText(
            f"{now if one.name == self.rows.in_use else ''}Its file in {self.folder} is deleted,"
            " which cannot be undone. What its training wrote elsewhere stays."
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        remove = box.addButton("Remove it", QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        remove.clicked.connect(lambda: self.removed.emit(one.name))
        box.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let one answer by Return in the list, remove it by Delete."""
        if watched is self.table and isinstance(event, QKeyEvent):
            slot = {
                Qt.Key.Key_Return: self._use,
                Qt.Key.Key_Enter: self._use,
                Qt.Key.Key_Delete: self._ask,
                Qt.Key.Key_Backspace: self._ask,
            }.get(Qt.Key(event.key()))
            if slot is not None and event.type() == QEvent.Type.KeyPress:
                self._with_one(slot)
                return True
        return super().eventFilter(watched, event)
