"""Numbers below each other, each with its title and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from radgalgui.gui.likelihood.comparison import Fact
from radgalgui.gui.theme import GRID, numbers_font

__all__ = ["FactList"]


class FactList(QWidget):
    """Shows facts; each can be read by a screen reader as one line."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, GRID, 0)
        self._column.setSpacing(2 * GRID)
        self._column.addStretch(1)
        self.shown: tuple[Fact, ...] = ()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        if tuple(facts) == self.shown:
            return
        self.shown = tuple(facts)
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            if (widget := item.widget() if item is not None else None) is not None:
                widget.deleteLater()
        for place, fact in enumerate(facts):
            self._column.insertWidget(place, _fact(fact))


def _fact(fact: Fact) -> QWidget:
    body = QWidget()
    body.setAccessibleName(f"{fact.title}: {fact.value}. {fact.meaning}")
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    title, value, meaning = QLabel(fact.title), QLabel(fact.value), QLabel(fact.meaning)
    title.setObjectName("muted")
    value.setObjectName("warning" if fact.warning else "strong")
    figures = numbers_font(value.font())
    figures.setWeight(QFont.Weight.DemiBold)
    value.setFont(figures)
    meaning.setObjectName("muted")
    for label in (title, value, meaning):
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label)
    return body
