"""The line on the map that says how many sources are chosen, and what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["ChosenBar"]

CORNER = 160  # kept free for the overview at the right
FEWEST = 72  # pixels of words that are worth reading


class ChosenBar(QFrame):
    """Stands in the upper left corner, below a card that stands there already.

    ``inverted()``, ``named()``, ``saved()`` and ``cleared()`` tell of its buttons.
    """

    inverted = Signal()
    named = Signal()
    saved = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._above: list[QWidget] = []
        self.setObjectName("chosenBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName("Chosen sources")
        self.setFont(numbers_font(self.font()))
        self.count, self.words = QLabel(), Elided("muted")
        self.count.setObjectName("strong")
        self.invert_button = QPushButton("Invert")
        self.invert_button.setToolTip("Choose all others instead (Ctrl+Alt+I)")
        self.save_button = QPushButton("Save CSV")
        self.save_button.setToolTip("Save exactly these sources as a table (Ctrl+Alt+S)")
        self.name_button = QPushButton("Name…")
        self.name_button.setToolTip("Keep these sources under a name (Ctrl+D)")
        for button in (self.invert_button, self.name_button, self.save_button):
            button.setObjectName("small")
            button.setAccessibleName(button.toolTip())
        self.clear_button = quiet_button("close", "Choose none (Ctrl+Alt+A, or Escape)")
        self.invert_button.clicked.connect(self.inverted)
        self.name_button.clicked.connect(self.named)
        self.save_button.clicked.connect(self.saved)
        self.clear_button.clicked.connect(self.cleared)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GRID + 4, GRID // 2, GRID // 2, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self.count)
        row.addWidget(self.words, 1)
        for widget in self.buttons:
            row.addWidget(widget)
        parent.installEventFilter(self)
        self.hide()

    @property
    def buttons(self) -> tuple[QWidget, ...]:
        """What can be pressed, in reading order."""
        return self.invert_button, self.name_button, self.save_button, self.clear_button

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.clear_button, tokens)

    def stand_below(self, card: QWidget) -> None:
        """Make room for a card whenever it is shown in the same corner."""
        self._above.append(card)
        card.installEventFilter(self)

    def show_chosen(self, count: int, whole: int, words: str) -> None:
        """Say how many of the whole are chosen, and where they came from; none hides it."""
        self.count.setText(f"{count:,} of {whole:,} chosen")
        self.words.setText(words)
        self.setAccessibleDescription(f"{self.count.text()}: {words}")
        self.setVisible(count > 0)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        moves = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move)
        if event.type() in moves and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        for widget in (self.count, self.invert_button, self.name_button, self.save_button):
            widget.ensurePolished()
        width = self.count.fontMetrics().horizontalAdvance(self.count.text())
        self.count.setMinimumWidth(width + 2)
        self._row.invalidate()
        top = max((c.geometry().bottom() + 1 for c in self._above if c.isVisible()), default=GRID)
        room = self._over.width() - 4 * GRID - CORNER
        self.words.show()
        size, least = self._row.sizeHint(), self._row.minimumSize().width()
        spare = max(room, least) - least
        if spare < min(FEWEST, size.width() - least):
            self.words.hide()
            size, least = self._row.sizeHint(), self._row.minimumSize().width()
        wide = min(size.width(), max(room, least))
        self.setGeometry(2 * GRID, top + GRID, wide, size.height())
        self.raise_()
