"""Whose images are learned from: published ones, those of one's own catalogues, or both."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from radgalgui.gui.training.draft import Source

__all__ = ["SourceBar"]

WORDS: dict[Source, str] = {
    "published": "Published images",
    "own": "My catalogues",
    "both": "Both",
}


class SourceBar(QWidget):
    """Three buttons of which one is down; ``changed()`` tells that it is another."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[Source, QToolButton] = {}
        self._group = QButtonGroup(self)
        inner = QWidget()
        inner.setObjectName("segments")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(inner)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for source in get_args(Source):
            button = self.buttons[source] = QToolButton()
            button.setObjectName("segment")
            button.setText(WORDS[source])
            button.setCheckable(True)
            self._group.addButton(button)
            row.addWidget(button)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(inner)
        outer.addStretch(1)
        self._group.buttonClicked.connect(lambda _: self.changed.emit())

    def value(self) -> Source:
        """Return whose images."""
        return next(source for source, button in self.buttons.items() if button.isChecked())

    def show_value(self, source: Source) -> None:
        """Show whose images without telling of it."""
        self.buttons[source].setChecked(True)
