"""The page on likelihoods: a window beside the main one, with a tab for each thing to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from radgalgui.gui.desk import Desk
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.front import come_to_front
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["LikelihoodPage", "Tab"]

SIZE = (1240, 760)


class Tab(Protocol):
    """What the page asks of a tab, which is a widget too.

    Its signal ``judge_wanted()`` asks for a job that makes the catalogue's likelihoods.
    """

    title: str
    judge_wanted: Any

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""

    def enter(self) -> None:
        """Be looked at: the tab was chosen, or the page was opened on it."""

    def leave(self) -> None:
        """Be looked at no more: the page was closed, so that nothing need go on."""

    def export(self) -> None:
        """Write what is shown to a file that the user names."""


def tabs() -> list[Callable[[Desk, Settings], Tab]]:
    """Return what makes the tabs, in their order; imported when the page is opened first."""
    from radgalgui.gui.likelihood.compare_tab import CompareTab
    from radgalgui.gui.likelihood.controls_tab import ControlsTab
    from radgalgui.gui.likelihood.histogram_tab import HistogramTab
    from radgalgui.gui.likelihood.outliers_tab import OutliersTab

    return [HistogramTab, OutliersTab, ControlsTab, CompareTab]


class LikelihoodPage(QDialog):
    """The tabs, one at a time.

    ``help_wanted()`` asks for the page's help, ``judge_wanted()`` for a job that makes the
    likelihoods of the catalogue that is open.
    """

    help_wanted = Signal()
    judge_wanted = Signal()

    def __init__(self, parent: QWidget, desk: Desk, settings: Settings) -> None:
        super().__init__(parent)
        self.setWindowTitle("Likelihoods")
        self.setModal(False)
        self.bar, self._stack = QTabBar(), QStackedWidget()
        self.bar.setAccessibleName("What to look at")
        self.bar.setObjectName("pageTabs")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.help_button = quiet_button("info", "What is this? Help on likelihoods (F1)")
        self.tabs: list[Tab] = [make(desk, settings) for make in tabs()]
        for tab in self.tabs:
            self._stack.addWidget(cast(QWidget, tab))
            self.bar.addTab(tab.title)
            tab.judge_wanted.connect(self.judge_wanted)
        self._lay_out()
        self.bar.currentChanged.connect(self._turn)
        self.help_button.clicked.connect(self.help_wanted)
        for keys, slot in (("Ctrl+E", self._export), ("F1", self.help_wanted.emit)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            turn = QShortcut(QKeySequence(keys), self)
            turn.activated.connect(lambda step=step: self._step(step))

    def _lay_out(self) -> None:
        top, column = QHBoxLayout(), QVBoxLayout(self)
        top.setSpacing(GRID)
        top.addWidget(self.bar)
        top.addStretch(1)
        top.addWidget(self.help_button)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)
        for tab in self.tabs:
            tab.set_theme(tokens)

    def open(self) -> None:
        """Come to the front."""
        come_to_front(self, SIZE)
        self._enter()

    def turn_to(self, title: str) -> None:
        """Show the tab of a title."""
        titles = [tab.title for tab in self.tabs]
        self.bar.setCurrentIndex(titles.index(title))

    def _step(self, by: int) -> None:
        if self.tabs:
            self.bar.setCurrentIndex((self.bar.currentIndex() + by) % len(self.tabs))

    def _turn(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self._enter()

    def _enter(self) -> None:
        if self.isVisible() and self.tabs:
            self.tabs[self.bar.currentIndex()].enter()

    def _export(self) -> None:
        if self.tabs:
            self.tabs[self.bar.currentIndex()].export()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape alone: Return belongs to what has the focus."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Close, by Escape or by the window's button, and let nothing go on for nobody."""
        for tab in self.tabs:
            tab.leave()
        super().reject()
