"""A folder, typed or chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import GRID

__all__ = ["PlaceLine"]


class PlaceLine(QWidget):
    """A line with a button; ``changed()`` tells of another folder.

    The folder that was chosen last for the same ``purpose`` is where choosing begins.
    """

    changed = Signal()

    def __init__(self, name: str, purpose: str, settings: Settings) -> None:
        super().__init__()
        self._name, self._purpose, self._settings = name, purpose, settings
        self.line, self.button = QLineEdit(), QPushButton("Choose…")
        self.line.setAccessibleName(name)
        self.button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(lambda _: self.changed.emit())
        self.button.clicked.connect(self.choose)

    def value(self) -> str:
        """Return the folder as it was typed."""
        return self.line.text().strip()

    def show_value(self, folder: str) -> None:
        """Show a folder without telling of it."""
        self.line.setText(folder)

    def choose(self) -> None:
        """Let the user choose."""
        start = self.value() or self._settings.folder(self._purpose) or str(Path.home())
        name = QFileDialog.getExistingDirectory(self, self._name, start)
        if name:
            self._settings.keep_folder(self._purpose, name)
            self.line.setText(name)
            self.changed.emit()
