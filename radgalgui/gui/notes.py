"""Warnings in words, beside the picture that they speak of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens
from radgalgui.jobs.events import NoteText

__all__ = ["Notes"]

HIGHEST = 6 * GRID + 2
HIGHEST_IN_LOW = 4 * GRID + 2  # of windows below LOW, where pictures need the room
LOW = 720


class Notes(QScrollArea):
    """One line a warning; scrolls where there are many, and is not there where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Warnings")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tokens = LIGHT
        self._notes: list[NoteText] = []
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self._fill()

    def show_notes(self, notes: list[NoteText]) -> None:
        """Show other warnings."""
        if notes != self._notes:
            self._notes = list(notes)
            self._fill()

    def texts(self) -> list[str]:
        """Return the warnings that are shown."""
        return [note["text"] for note in self._notes]

    def _fill(self) -> None:
        body = QWidget()
        body.setObjectName("notes")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for note in self._notes:
            column.addLayout(self._line(note))
        column.addStretch()
        self.setWidget(body)
        self.setVisible(bool(self._notes))
        self.setAccessibleDescription(" ".join(self.texts()))
        self._fit()

    def _line(self, note: NoteText) -> QHBoxLayout:
        sign, words = QLabel(), QLabel(note["text"])
        sign.setPixmap(pixmap("warning", self._tokens.warning, 14))
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        return row

    def _fit(self) -> None:
        body = self.widget()
        if body is not None:
            high = body.heightForWidth(max(self.width() - 2 * GRID, 120))
            most = HIGHEST if self.window().height() >= LOW else HIGHEST_IN_LOW
            self.setFixedHeight(min(max(high, 18), most))
