"""The labelled neighbours that speak for a class, as a row of small chips."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from radgalgui.gui.class_text import speaker_words
from radgalgui.gui.colours import class_colour
from radgalgui.gui.theme import GRID, Tokens, numbers_font
from radgalgui.jobs.events import Classes, LabelledRow

__all__ = ["Chips"]

MOST = 12
LONGEST = 14  # letters of a label
TITLES = ("Most like it, by similarity", "Most like it")
ROOMY = 400  # from this width on the longer title, pixels


class Chips(QWidget):
    """``chosen(index)`` tells that a labelled neighbour of the open catalogue was clicked.

    As many stand in the row as fit it; all of them are in the tooltip of its title.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(numbers_font(self.font()))
        self.title = QLabel(TITLES[0])
        self.title.setObjectName("muted")
        self.title.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID // 2)
        self._row.addWidget(self.title)
        self._row.addSpacing(GRID // 2)
        self._row.addStretch(1)
        self.buttons: list[QToolButton] = []
        self._rows: list[LabelledRow] = []
        self._classes: list[str] = []
        self._dark = False

    def minimumSizeHint(self) -> QSize:
        """Return the title's room; chips stand where there is more."""
        return QSize(96, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return room for some chips."""
        return QSize(320, max(super().sizeHint().height(), 24))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._dark = tokens.dark
        for button, row in zip(self.buttons, self._rows, strict=True):
            button.setIcon(self._square(row))

    def show_classes(self, told: Classes | None) -> None:
        """Show the labelled neighbours of an answer; None for none."""
        rows = list(told.neighbours[:MOST]) if told is not None else []
        classes = list(told.classes) if told is not None else []
        if (rows, classes) == (self._rows, self._classes):
            return
        self._rows, self._classes = rows, classes
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._chip(row) for row in rows]
        for number, button in enumerate(self.buttons):
            self._row.insertWidget(2 + number, button)
        self.title.setVisible(bool(rows))
        lines = [f"{row['label']}  {row['similarity']:.3f}" for row in rows]
        told_text = (
            "The labelled sources most like it, with the cosine similarity of their vectors:\n"
            "1 is the same, 0 has nothing in common. It is no probability."
        )
        self.title.setToolTip("\n".join([told_text, *lines]))
        self._fit()

    def _chip(self, row: LabelledRow) -> QToolButton:
        index, button = row["index"], QToolButton(self)
        label = row["label"]
        short = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
        button.setObjectName("chip" if index is not None else "plainChip")
        button.setText(f" {short} {row['similarity']:.2f}")  # a gap after the square
        button.setFont(self.font())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(8, 8))
        button.setIcon(self._square(row))
        button.setToolTip(speaker_words(row))
        button.setAccessibleName(speaker_words(row).split("\n")[0])
        if index is None:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        else:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, index=index: self.chosen.emit(index))
        return button

    def _square(self, row: LabelledRow) -> QIcon:
        picture = QPixmap(8, 8)
        picture.fill(QColor(class_colour(row["label"], self._classes, dark=self._dark)))
        return QIcon(picture)

    def mark(self, source: int | None) -> None:
        """Light up the chip of the selected source."""
        for button, row in zip(self.buttons, self._rows, strict=True):
            lit = source is not None and row["index"] == source
            if button.property("lit") is not lit:
                button.setProperty("lit", lit)
                button.style().unpolish(button)
                button.style().polish(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.title.setText(TITLES[0 if self.width() >= ROOMY else 1])
        room = self.width() - self.title.sizeHint().width() - 2 * GRID
        for button in self.buttons:
            room -= button.sizeHint().width() + GRID // 2
            button.setVisible(room >= 0)
