"""Two pictures side by side, each under its title: what is compared in the image panel."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QGridLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from radgalgui.gui.display import Display
from radgalgui.gui.elided import Elided
from radgalgui.gui.picture_view import PictureView, Sky
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["Pane", "SquareBox", "TwoPanes"]


class SquareBox(QWidget):
    """Keeps its one child square, and in the middle of what room there is."""

    def __init__(self, child: QWidget) -> None:
        super().__init__()
        self._child = child
        child.setParent(self)
        self.setMinimumSize(120, 120)

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(264, 264)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the child, at the top left."""
        super().resizeEvent(event)
        side = min(self.width(), self.height())
        self._child.setGeometry((self.width() - side) // 2, 0, side, side)


class Pane(QWidget):
    """A picture under a title and a quieter line."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.title, self.detail = Elided("strong"), Elided("muted")
        self.view = PictureView(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.detail)
        column.addSpacing(4)
        column.addWidget(SquareBox(self.view), 1)

    def show_sky(self, title: str, detail: str, sky: Sky | None, display: Display) -> None:
        """Show a picture with its words; None is one still to come."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.view.setAccessibleDescription(f"{title}, {detail}")
        self.view.show_sky(sky, display)


class FactList(QWidget):
    """Titles and values in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(GRID, 0, 0, 0)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(4)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show other facts."""
        while self._form.rowCount():
            self._form.removeRow(0)
        for title, text in facts:
            label = QLabel(title)
            label.setObjectName("muted")
            value = Elided("value")
            value.setText(text)
            value.setFont(numbers_font(self.font()))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._form.addRow(label, value)


class TwoPanes(QWidget):
    """Left a picture; right another, or facts."""

    pointed = Signal(object, object)  # the Sky and the (x, y) under the pointer, or None

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = Pane("Left picture"), Pane("Right picture")
        self.facts = FactList()
        self._side = QStackedWidget()
        self._side.addWidget(self.right)
        self._side.addWidget(self.facts)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.addWidget(self.left, 0, 0)
        grid.addWidget(self._side, 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for view in (self.left.view, self.right.view):
            view.pointed.connect(lambda at, view=view: self.pointed.emit(view.sky, at))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.left.view.set_theme(tokens)
        self.right.view.set_theme(tokens)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show facts at the right."""
        self.facts.show_facts(facts)
        self._side.setCurrentWidget(self.facts)

    def show_right(self) -> None:
        """Show a picture at the right."""
        self._side.setCurrentWidget(self.right)
