"""The list of named selections, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.choosing.chosen import How
from radgalgui.gui.colours import class_colour
from radgalgui.gui.elided import Elided
from radgalgui.gui.table_model import LEFT, RIGHT, Head, Index, ReadTable, show_as_list
from radgalgui.gui.theme import GRID
from radgalgui.jobs.selections import Kept

if TYPE_CHECKING:
    from radgalgui.gui.choosing.naming import Naming
    from radgalgui.gui.window import MainWindow

__all__ = ["NamedDialog"]

SIZE = QSize(760, 420)
HEADS = (
    Head("Name", "What it is called; F2 renames", LEFT),
    Head("Sources", "How many sources it holds", RIGHT),
    Head("From", "Where they came from", LEFT),
    Head("Kept", "When it was kept", LEFT),
)
EMPTY = (
    "No selection has been kept of this catalogue yet.\n"
    "Choose sources on the map with a lasso (L), and give them a name above."
)
#: Words, keys and tip of what joins one with what is chosen.
JOINS: tuple[tuple[str, How, str], ...] = (
    ("Choose", "replace", "Choose its sources instead of those that are chosen (Return)"),
    ("Add", "add", "Add its sources to those that are chosen"),
    ("Take away", "subtract", "Take its sources out of those that are chosen"),
    ("Intersect", "intersect", "Keep those chosen that are in it too"),
)


class NamedModel(ReadTable):
    """Named selections, one a row."""

    heads = HEADS

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Kept] = []
        self.colours: dict[str, str] = {}

    def show_kept(self, kept: list[Kept], colours: dict[str, str]) -> None:
        """Show others."""
        self.beginResetModel()
        self.kept, self.colours = list(kept), colours
        self.endResetModel()

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.kept), len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as text, with the selection's colour before its name."""
        if not index.isValid():
            return None
        one = self.kept[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return HEADS[index.column()].alignment
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return dot(self.colours.get(one.name, ""))
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.remark or one.words
        if role == Qt.ItemDataRole.DisplayRole:
            return (one.name, f"{len(one.rows):,}", one.words, when(one.made))[index.column()]
        return None


def dot(colour: str) -> QIcon | None:
    """Return a disc of a colour, None for none."""
    if not colour:
        return None
    picture = QPixmap(20, 20)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(4, 4, 12, 12)
    painter.end()
    return QIcon(picture)


def when(made: str) -> str:
    """Return a time in UTC as that of the user's clock."""
    try:
        return datetime.fromisoformat(made).astimezone().strftime("%d %b %Y %H:%M")
    except ValueError:
        return ""


class NamedDialog(QDialog):
    """Lists what is kept of the open catalogue; stays open beside the map."""

    def __init__(self, window: MainWindow, naming: Naming) -> None:
        super().__init__(window)
        self._window, self._naming = window, naming
        self.setWindowTitle("Named selections")
        self.setModal(False)
        self.resize(SIZE)
        self.chosen = Elided("strong")
        self.name, self.keep_button = QLineEdit(), QPushButton("Keep")
        self.rows, self.table = NamedModel(), QTableView()
        self.empty, self.stack = QLabel(EMPTY), QStackedWidget()
        self.joins = [self._button(text, tip) for text, _, tip in JOINS]
        self.rename_button = self._button("Rename…", "Give it another name (F2)")
        self.colour_button = self._button(
            "Colour the map", "Colour the map by the named selections"
        )
        self.export_button = self._button("Export CSV…", "Its sources with all columns")
        self.delete_button = self._button("Forget", "Forget it; its sources stay (Delete)")
        self._prepare()
        self._lay_out()
        self._connect()
        naming.named.changed.connect(self.refresh)
        window.theme.changed.connect(self.refresh)
        self.refresh()

    # -- building --------------------------------------------------------------------------

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {tip}")
        button.setAutoDefault(False)
        return button

    def _prepare(self) -> None:
        self.name.setPlaceholderText("Name for what is chosen")
        self.name.setAccessibleName("Name for what is chosen")
        self.keep_button.setAutoDefault(False)
        self.keep_button.setToolTip("Keep what is chosen under this name")
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        table = self.table
        table.setModel(self.rows)
        table.installEventFilter(self)
        table.setAccessibleName("Named selections")
        show_as_list(table)
        across = table.horizontalHeader()
        across.setDefaultAlignment(LEFT)
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.chosen, 1)
        self.name.setMinimumWidth(200)
        top.addWidget(self.name)
        top.addWidget(self.keep_button)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        for button in self.joins:
            below.addWidget(button)
        below.addStretch(1)
        for button in (
            *(self.colour_button, self.export_button, self.rename_button, self.delete_button),
        ):
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.keep_button.clicked.connect(self._keep)
        self.name.returnPressed.connect(self._keep)
        self.name.textChanged.connect(lambda _: self.refresh_buttons())
        for button, (_, how, _) in zip(self.joins, JOINS, strict=True):
            button.clicked.connect(lambda _=False, how=how: self._with_one(self._choose(how)))
        self.table.doubleClicked.connect(lambda _: self._with_one(self._choose_it))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.refresh_buttons())
        self.rename_button.clicked.connect(lambda: self._with_one(self._rename))
        self.delete_button.clicked.connect(lambda: self._with_one(self._naming.remove))
        self.export_button.clicked.connect(lambda: self._with_one(self._naming.export))
        self.colour_button.clicked.connect(lambda: self._naming.colour())

    # -- showing ---------------------------------------------------------------------------

    def open(self) -> None:
        """Come to the front."""
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()
        target: QWidget = self.name if self._window.desk.session.chosen else self.table
        target.setFocus()

    def refresh(self) -> None:
        """Show what there is, and what is chosen."""
        kept, session = self._naming.named.kept, self._window.desk.session
        colours = self._colours(kept)
        if (kept, colours) != (self.rows.kept, self.rows.colours):
            at = self.table.currentIndex().row()
            self.rows.show_kept(kept, colours)
            if kept:
                self.table.selectRow(max(0, min(at, len(kept) - 1)))
        self.stack.setCurrentWidget(self.table if kept else self.empty)
        count, words = len(session.chosen), session.chosen.words
        self.chosen.setText(f"{count:,} chosen: {words}" if count else "Nothing is chosen")
        self.refresh_buttons()

    def refresh_buttons(self) -> None:
        """Offer only what can be done now."""
        some, one = bool(self._window.desk.session.chosen), self._one() is not None
        self.name.setEnabled(some)
        self.keep_button.setEnabled(some and bool(self.name.text().strip()))
        for number, button in enumerate(self.joins):
            button.setEnabled(one and (some or number == 0))
        for button in (self.rename_button, self.export_button, self.delete_button):
            button.setEnabled(one)
        self.colour_button.setEnabled(bool(self.rows.kept))

    def _colours(self, kept: list[Kept]) -> dict[str, str]:
        """Return the colour that the map gives to each, as far as there are any."""
        sources = self._window.desk.sources
        if sources is None or "selections" not in sources.columns:
            return {}
        _, words = sources.codes("selections")
        dark = self._window.theme.tokens.dark
        coloured = (one.name for one in kept if one.name in words)
        return {name: class_colour(name, words, dark=dark) for name in coloured}

    # -- doing -----------------------------------------------------------------------------

    def _one(self) -> Kept | None:
        index: QModelIndex = self.table.currentIndex()
        return self.rows.kept[index.row()] if index.isValid() else None

    def _with_one(self, slot: Callable[[Kept], None]) -> None:
        one = self._one()
        if one is not None:
            slot(one)

    def _choose(self, how: How) -> Callable[[Kept], None]:
        return lambda one: self._naming.choose(one, how)

    def _keep(self) -> None:
        if self.keep_button.isEnabled() and self._naming.keep(self.name.text()):
            self.name.clear()

    def _rename(self, one: Kept) -> None:
        name, well = QInputDialog.getText(self, "Rename", "New name:", text=one.name)
        if well:
            self._naming.rename(one, name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose by Return in the list, rename by F2, forget by Delete."""
        slot = KEYS.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if watched is not self.table or slot is None or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        self._with_one(lambda one: slot(self, one))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape alone: Return belongs to what has the focus."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _choose_it(self, one: Kept) -> None:
        self._naming.choose(one, "replace")

    def _forget(self, one: Kept) -> None:
        self._naming.remove(one)


KEYS: dict[Qt.Key, Callable[[NamedDialog, Kept], None]] = {
    Qt.Key.Key_Return: NamedDialog._choose_it,
    Qt.Key.Key_Enter: NamedDialog._choose_it,
    Qt.Key.Key_F2: NamedDialog._rename,
    Qt.Key.Key_Delete: NamedDialog._forget,
}
