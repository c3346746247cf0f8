"""The recipes there are, below headings, each with what it is for in its tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.theme import GRID

if TYPE_CHECKING:
    from radgalgui.jobs.recipes import RecipeInfo

__all__ = ["RecipeList"]

WIDTH = 264
KEY = Qt.ItemDataRole.UserRole
HEADINGS = {
    ("encoder", "bundled"): "Encoders, for this computer",
    ("encoder", "paper"): "Encoders, as published",
    ("encoder", "smoke"): "Encoders, trials of seconds",
    ("classifier", "bundled"): "Networks that tell classes",
    ("classifier", "smoke"): "Classes, a trial of seconds",
}


class RecipeList(QWidget):
    """A list with headings; ``chosen(str)`` tells the recipe."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.list = QListWidget()
        self.list.setObjectName("roomy")
        self.list.setAccessibleName("Recipes")
        self.file_button = QPushButton("Recipe file…")
        self.file_button.setAutoDefault(False)
        self.file_button.setToolTip("Choose a recipe of your own: a TOML file")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.list, 1)
        column.addWidget(self.file_button)
        self.list.currentItemChanged.connect(self._tell)
        self.file_button.clicked.connect(self.choose_file)

    def show_recipes(self, recipes: Sequence[RecipeInfo]) -> None:
        """Show recipes, in the order in which they came, and keep the one that was chosen."""
        current = self.current()
        self.list.blockSignals(True)
        self.list.clear()
        heading = None
        for each in recipes:
            if HEADINGS.get((each.kind, each.weight)) != heading:
                heading = HEADINGS.get((each.kind, each.weight))
                self._add_heading(heading or "")
            self._add(each.name, _brief(each.title), each.description)
        self.list.blockSignals(False)
        if current:
            self.choose(current)

    def current(self) -> str:
        """Return the recipe that is chosen, "" for none."""
        item = self.list.currentItem()
        return str(item.data(KEY) or "") if item is not None else ""

    def choose(self, recipe: str) -> None:
        """Choose a recipe by its name; a file that is not on the list is put there."""
        for row in range(self.list.count()):
            if self.list.item(row).data(KEY) == recipe:
                self.list.setCurrentRow(row)
                return
        self._add(recipe, recipe.rpartition("/")[2], recipe)
        self.list.setCurrentRow(self.list.count() - 1)

    def choose_file(self) -> None:
        """Let the user choose a recipe of their own."""
        name, _ = QFileDialog.getOpenFileName(
            self, "A recipe", "", "Recipes (*.toml);;All files (*)"
        )
        if name:
            self.choose(name)

    def _add(self, name: str, title: str, tip: str) -> None:
        item = QListWidgetItem(title)
        item.setData(KEY, name)
        item.setToolTip(tip)
        item.setSizeHint(QSize(0, self.fontMetrics().height() + GRID + 2))
        self.list.addItem(item)

    def _add_heading(self, words: str) -> None:
        item = QListWidgetItem(words)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setPointSizeF(font.pointSizeF() * 0.92)
        item.setFont(font)
        item.setSizeHint(QSize(0, self.fontMetrics().height() + 2 * GRID))
        self.list.addItem(item)

    def _tell(self, *_: object) -> None:
        if self.current():
            self.chosen.emit(self.current())


def _brief(title: str) -> str:
    """Return a title without the words that its heading says."""
    for words in ("as published", "a trial of seconds"):
        title = title.replace(f", {words})", ")").replace(f" ({words})", "")
    return title
