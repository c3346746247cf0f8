"""The box that filters the table: words to look for, or a condition on columns."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QListView, QMenu, QToolButton, QWidget

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.sources import Sources, column_title
from radgalgui.gui.table.completing import Offer, Vocabulary
from radgalgui.gui.table.finding import asks_condition, example
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["FilterBox"]

NARROWEST, AT_REST, WIDEST = 96, 176, 420
BUTTON = 20  # side of the buttons in the box
EXAMPLES = 6  # columns of which the menu shows a condition
WORDS, BRIEFLY = "Word, or flux > 0.1", "Filter"
TIP = (
    "Words are looked for in names and classes.\n"
    "Conditions compare columns, as after WHERE in SQL: angular_size > 30 AND label = 'FRII',\n"
    "flux IS NULL, name LIKE 'J12%'. What is unknown fulfils none but IS NULL.\n"
    "To look for words that seem to be a condition, put them in single quotes."
)


class FilterBox(QLineEdit):
    """``entered()`` tells that Return was pressed, so that nothing is waited for.

    ``help_wanted()`` asks how conditions are written.
    """

    entered = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(WORDS)
        self.setAccessibleName("Filter the sources")
        self.setToolTip(TIP)
        self.setAcceptDrops(False)
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(WIDEST)
        self.setTextMargins(BUTTON, 0, BUTTON, 0)
        self._sources: Sources | None = None
        self._vocabulary = Vocabulary()
        self._offer = Offer(0)
        self._tokens: Tokens | None = None
        self.note = QLabel(self)  # of the window, once there is something to say
        self.note.setObjectName("filterNote")
        self.note.setWordWrap(True)
        self.note.hide()
        self.face = self._button("search", "Conditions to begin with", self.show_examples)
        self.wipe = self._button("close", "Show all sources again", self.clear)
        self._texts = QStringListModel(self)
        self._list = QListView()
        self._list.setObjectName("offers")
        self._completer = QCompleter(self._texts, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setPopup(self._list)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._complete)
        self.textEdited.connect(lambda _: self._look_ahead())
        self.textChanged.connect(lambda _: self._changed())
        self._changed()

    def _button(self, name: str, tip: str, slot: Callable[[], None]) -> QToolButton:
        button = quiet_button(name, tip)
        button.setParent(self)
        button.setObjectName("inBox")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setFixedSize(BUTTON, BUTTON)
        button.clicked.connect(slot)
        return button

    # -- what is told ----------------------------------------------------------------------

    def set_sources(self, sources: Sources) -> None:
        """Offer the columns of a catalogue."""
        self._sources, self._vocabulary = sources, Vocabulary.of(sources)
        self._show_face()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self._show_face()

    def say(self, text: str, *, failure: bool = False) -> None:
        """Tell under the box why it cannot be used, or how to go on; "" takes that away."""
        text = text[:1].upper() + text[1:]
        self.note.setText(text)
        self.note.setProperty("failure", failure)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.setProperty("failure", failure)
        self.style().unpolish(self)
        self.style().polish(self)
        self.note.setVisible(False)
        if text and self.isVisible() and not self._list.isVisible():
            self._place_note()
            self.note.show()
            self.note.raise_()

    @property
    def condition(self) -> bool:
        """Whether a condition stands in the box."""
        return self._sources is not None and asks_condition(self._sources, self.text())

    def _changed(self) -> None:
        if self.note.isVisible() and not self.note.property("failure"):
            self.say("")
        self.wipe.setVisible(bool(self.text()))
        self.setToolTip(f"{self.text()}\n\n{TIP}".lstrip())
        self.updateGeometry()
        self._show_face()

    def _show_face(self) -> None:
        if self._tokens is not None:
            self.face.setProperty("icon_name", "filter" if self.condition else "search")
            for button in (self.face, self.wipe):
                theme_button(button, self._tokens)

    def sizeHint(self) -> QSize:
        """Return the room of what is written, so that conditions can be read."""
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2 * BUTTON + 4 * GRID
        return QSize(max(AT_REST, min(wide, WIDEST)), super().sizeHint().height())

    def _place_note(self) -> None:
        """Put the note under the box, as wide as the text needs, and within the window."""
        window = self.window()
        if self.note.parentWidget() is not window:
            self.note.setParent(window)
        needed = self.note.fontMetrics().horizontalAdvance(self.note.text()) + 4 * GRID
        width = min(max(self.width(), min(needed, WIDEST)), window.width() - 2 * GRID)
        self.note.setFixedWidth(width)
        self.note.adjustSize()
        corner = self.mapTo(window, QPoint(0, self.height() + 2))
        left = max(GRID, corner.x() + self.width() - width)
        self.note.move(left, corner.y())

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the note along when the panel goes."""
        self.note.hide()
        super().hideEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the note under the box."""
        super().moveEvent(event)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the note under the box."""
        super().resizeEvent(event)
        top = (self.height() - BUTTON) // 2
        self.face.move(GRID // 2, top)
        self.wipe.move(self.width() - BUTTON - GRID // 2, top)
        room = self.width() - 2 * BUTTON - 2 * GRID - 6  # frame, and the margins of a line edit
        fits = self.fontMetrics().horizontalAdvance(WORDS) <= room
        self.setPlaceholderText(WORDS if fits else BRIEFLY)
        self._follow()

    def _follow(self) -> None:
        if self.note.isVisible():
            self._place_note()

    # -- completing ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask at once with Return; show what may come next with Ctrl+Space."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Space and control:
            self._look_ahead(anything=True)
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._list.hide()
            self.entered.emit()

    def event(self, event: QEvent) -> bool:
        """Take the first of what is offered with Tab."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            offered = self._list.isVisible() and self._offer.texts
            if event.key() == Qt.Key.Key_Tab and offered:
                self._complete(self._offer.texts[0])
                return True
        return super().event(event)

    def _look_ahead(self, *, anything: bool = False) -> None:
        before = self.text()[: self.cursorPosition()]
        self._offer = self._vocabulary.offer(before)
        if anything and not self._offer.texts:
            self._offer = Offer(len(before), self._vocabulary.spelt)
        if not self._offer.texts:
            self._list.hide()
            return
        self.note.hide()
        self._texts.setStringList(list(self._offer.texts))
        start = self.fontMetrics().horizontalAdvance(self.text()[: self._offer.start])
        wide = max(map(self.fontMetrics().horizontalAdvance, self._offer.texts)) + 6 * GRID
        left = max(0, min(start, self.width() - wide))
        self._completer.complete(QRect(left, 0, wide, self.height()))

    def _complete(self, text: str) -> None:
        """Put what was offered in the place of what was typed of it."""
        self._list.hide()
        whole, end = self.text(), self.cursorPosition()
        self.setText(whole[: self._offer.start] + text + whole[end:])
        self.setCursorPosition(self._offer.start + len(text))

    def show_examples(self) -> None:
        """Open a menu of conditions that can be asked of this catalogue."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for condition, title in self._examples():
            action = menu.addAction(f"{condition}\t{title}".replace("&", "&&"))
            action.triggered.connect(lambda _=False, text=condition: self._take_example(text))
        menu.addSeparator()
        menu.addAction("&How conditions are written").triggered.connect(
            lambda _=False: self.help_wanted.emit()
        )
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _examples(self) -> list[tuple[str, str]]:
        sources = self._sources
        if sources is None:
            return []
        names = ["name", *(name for name in sources.columns if name in sources.colourable())]
        return [(example(sources, name), column_title(name)) for name in names[:EXAMPLES]]

    def _take_example(self, text: str) -> None:
        self.setFocus()
        self.setText(text)
        self.entered.emit()
