"""What all pages of the wizard have in common: a question, a body, and whether one may go on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["Page", "Remark", "Remarks"]


class Page(QWidget):
    """A page: ``changed()`` tells that something was chosen or has become known."""

    changed = Signal()

    def __init__(self, question: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = LIGHT
        self.question, self.words = QLabel(question), QLabel(words)
        self.question.setObjectName("headline")
        font = self.question.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self.question.setFont(font)
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID)
        self.column.addWidget(self.question)
        self.column.addWidget(self.words)

    @property
    def ready(self) -> bool:
        """Whether one may go on to the next page."""
        return True

    @property
    def hint(self) -> str:
        """Why one may not, in a few words; "" where one may."""
        return ""

    def enter(self) -> None:
        """Become the page that is shown."""

    def first_focus(self) -> QWidget | None:
        """Return what the keys go to at first; None for the button that goes on."""
        return None

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens


class Remark(QWidget):
    """A sign and a sentence: ``kind`` is an icon, "warning", "failure", "check" or "info"."""

    def __init__(self, kind: str, text: str, tokens: Tokens) -> None:
        super().__init__()
        sign, words = QLabel(), QLabel(text)
        colours = {"warning": tokens.warning, "failure": tokens.failure}
        sign.setPixmap(pixmap(kind, colours.get(kind, tokens.muted), 14))
        sign.setContentsMargins(0, 2, 0, 0)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)


class Remarks(QWidget):
    """Remarks below one another; keeps what it shows through a change of theme."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._tokens = LIGHT
        self._shown: list[tuple[str, str]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2 + 2)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self._fill()

    def show_remarks(self, remarks: list[tuple[str, str]]) -> None:
        """Show (kind, text) below one another."""
        if remarks != self._shown:
            self._shown = list(remarks)
            self._fill()

    def texts(self) -> list[str]:
        """Return the sentences that are shown."""
        return [text for _, text in self._shown]

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for kind, text in self._shown:
            self._column.addWidget(Remark(kind, text, self._tokens))
        self.setAccessibleDescription(" ".join(self.texts()))
        self.setVisible(bool(self._shown))
