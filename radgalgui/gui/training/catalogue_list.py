"""The catalogue folders that are learned from: a short list, and buttons that change it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import GRID

__all__ = ["CatalogueList"]

ROWS = 3  # shown at once


class CatalogueList(QWidget):
    """Folders by name, the whole path in their tooltips; ``changed()`` tells of another list."""

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._open: Path | None = None
        self.list = QListWidget()
        self.list.setObjectName("roomy")
        self.list.setAccessibleName("Catalogues to learn from")
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setFixedHeight(ROWS * (self.fontMetrics().height() + GRID) + 2)
        self.open_button = QPushButton("Add the open one")
        self.add_button = QPushButton("Add…")
        self.remove_button = QPushButton("Remove")
        self.add_button.setToolTip("Choose the folder of a catalogue")
        self._lay_out()
        self.open_button.clicked.connect(self._add_open)
        self.add_button.clicked.connect(self.choose)
        self.remove_button.clicked.connect(self.remove)
        self.list.itemSelectionChanged.connect(self._refresh)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.remove)
        self.setFocusProxy(self.add_button)
        self._refresh()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.open_button, self.add_button, self.remove_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.list)
        column.addLayout(buttons)

    def value(self) -> list[str]:
        """Return the folders."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in items]

    def show_value(self, folders: list[str]) -> None:
        """Show folders without telling of it."""
        self.list.clear()
        for folder in folders:
            self._append(folder)
        self._refresh()

    def offer_open(self, folder: Path | None) -> None:
        """Offer the catalogue that is open in the window."""
        self._open = folder
        self._refresh()

    def choose(self) -> None:
        """Let the user choose a folder."""
        start = self._settings.folder("catalogues") or str(Path.home())
        name = QFileDialog.getExistingDirectory(self, "A catalogue to learn from", start)
        if name:
            self._settings.keep_folder("catalogues", str(Path(name).parent))
            self._add(name)

    def remove(self) -> None:
        """Take the selected folders off the list."""
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self._tell()

    def _add_open(self) -> None:
        if self._open is not None:
            self._add(str(self._open))

    def _add(self, folder: str) -> None:
        if folder not in self.value():
            self._append(folder)
            self._tell()

    def _append(self, folder: str) -> None:
        item = QListWidgetItem(Path(folder).name or folder)
        item.setData(Qt.ItemDataRole.UserRole, folder)
        item.setToolTip(folder)
        self.list.addItem(item)

    def _tell(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        known = self._open is not None and str(self._open) not in self.value()
        self.open_button.setVisible(self._open is not None)
        self.open_button.setEnabled(known)
        name = self._open.name if self._open is not None else ""
        self.open_button.setToolTip(f"The catalogue that is open in the window: {name}")
        self.remove_button.setEnabled(bool(self.list.selectedItems()))
