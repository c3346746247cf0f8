"""Words side by side, of which one is in force."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

__all__ = ["Segments"]


class Segments(QWidget):
    """Named by a text and a tip each; ``changed(int)`` tells the one that was pressed."""

    changed = Signal(int)

    def __init__(self, names: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._group = QButtonGroup(self)
        self.buttons: list[QToolButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for number, (text, tip) in enumerate(names):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"{text}: {tip}" if tip else text)
            button.setCheckable(True)
            self._group.addButton(button, number)
            self.buttons.append(button)
            row.addWidget(button)
        self.buttons[0].setChecked(True)
        self._group.idClicked.connect(self.changed)

    @property
    def number(self) -> int:
        """The one that is down, from 0."""
        return self._group.checkedId()

    def show_number(self, number: int) -> None:
        """Press one without telling of it."""
        self.buttons[number].setChecked(True)

    def say(self, number: int, text: str) -> None:
        """Give one other words."""
        button = self.buttons[number]
        button.setText(text)
        button.setAccessibleName(f"{text}: {button.toolTip()}" if button.toolTip() else text)
