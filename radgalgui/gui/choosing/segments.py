"""Two or three words side by side, of which one is in force."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

__all__ = ["Segments"]


class Segments(QWidget):
    """``turned(number)`` tells that another segment was pressed; the first is in force at first."""

    turned = Signal(int)

    def __init__(self, *segments: tuple[str, str]) -> None:
        super().__init__()
        self.setObjectName("segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: list[QToolButton] = []
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for number, (text, tip) in enumerate(segments):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"{text}: {tip}")
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.clicked.connect(lambda _=False, number=number: self.turned.emit(number))
            self._group.addButton(button, number)
            self.buttons.append(button)
            row.addWidget(button)

    @property
    def now(self) -> int:
        """Which is in force."""
        return self._group.checkedId()

    def turn(self, number: int) -> None:
        """Put another in force, which is not told."""
        self.buttons[number].setChecked(True)

    def say(self, number: int, text: str) -> None:
        """Give a segment other words."""
        self.buttons[number].setText(text)
        self.buttons[number].setAccessibleName(f"{text}: {self.buttons[number].toolTip()}")
