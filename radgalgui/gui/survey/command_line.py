"""The command that does what the page does: shown, explained and copied."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.theme import GRID

__all__ = ["CommandLine"]

COPIED_MS = 1500


class CommandLine(QWidget):
    """A command in one line, shortened where it is long, with a button that copies it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Elided("muted")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPointSizeF(self.font().pointSizeF() * 0.95)
        self.text.setFont(font)
        self.copy_button = QPushButton("Copy command")
        self.copy_button.setObjectName("small")
        self.copy_button.setToolTip("Copy the command that does the same in a terminal")
        self.copy_button.clicked.connect(self.copy)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self.copy_button.setText("Copy command"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.text, 1)
        row.addWidget(self.copy_button)

    def show_command(self, command: str) -> None:
        """Show another command."""
        self.text.setText(command)
        self.text.setAccessibleName(f"Command: {command}")

    def copy(self) -> None:
        """Put the command into the clipboard."""
        QGuiApplication.clipboard().setText(self.text.whole)
        self.copy_button.setText("Copied")
        self._timer.start(COPIED_MS)
