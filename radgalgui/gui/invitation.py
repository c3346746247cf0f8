"""What stands where the galaxy will: one quiet invitation, or why a file was refused."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["Invitation"]


class Invitation(QWidget):
    """A sign, a sentence, a quieter one, two buttons, and the way to a map of one's own."""

    example_wanted = Signal()
    open_wanted = Signal()
    catalogue_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._sign, self._headline, self._words = QLabel(), Elided("strong"), QLabel()
        self._words.setObjectName("muted")
        font = self._headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self._headline.setFont(font)
        for label in (self._sign, self._headline, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.setMaximumWidth(440)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.example = QPushButton("Try an example")
        self.example.setObjectName("primary")
        self.example.setToolTip("Search with a simulated FRII that comes with the program")
        self.open = QPushButton("Open…")
        self.own_words, self.catalogue = QLabel("Have a folder of your own?"), QPushButton()
        self.own_words.setObjectName("muted")
        self.catalogue.setText("Make a map of it…")
        self.catalogue.setToolTip("Make a catalogue and a map of your own images (Ctrl+N)")
        self.catalogue.clicked.connect(self.catalogue_wanted)
        self.example.clicked.connect(self.example_wanted)
        self.open.clicked.connect(self.open_wanted)
        self._lay_out()
        self._refusal = ""
        self.invite()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch()
        buttons.addWidget(self.example)
        buttons.addWidget(self.open)
        buttons.addStretch()
        own = QHBoxLayout()
        own.setSpacing(GRID)
        own.addStretch()
        own.addWidget(self.own_words)
        own.addWidget(self.catalogue)
        own.addStretch()
        words = QHBoxLayout()
        words.addStretch()
        words.addWidget(self._words, 10)
        words.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addStretch(3)
        column.addWidget(self._sign)
        column.addSpacing(GRID)
        column.addWidget(self._headline)
        column.addLayout(words)
        column.addSpacing(GRID)
        column.addLayout(buttons)
        column.addSpacing(GRID)
        column.addLayout(own)
        column.addStretch(4)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        name, colour = ("failure", tokens.failure) if self._refusal else ("drop", tokens.muted)
        self._sign.setPixmap(pixmap(name, colour, 40))

    def invite(self) -> None:
        """Ask for a FITS image."""
        self._refusal = ""
        self._headline.setText("Drop a FITS image here")
        self._words.setText("See where it lies on the map, and which galaxies are most like it.")
        self.example.show()
        self.set_theme(self._tokens)

    def explain(self, name: str, message: str) -> None:
        """Say why ``name`` was refused."""
        self._refusal = message
        self._headline.setText(f"{name} could not be used")
        self._words.setText(message[:1].upper() + message[1:])
        self.example.hide()
        self.set_theme(self._tokens)
