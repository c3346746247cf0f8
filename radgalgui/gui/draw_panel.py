"""The panel of drawn galaxies: samples, the walk between two, and single components."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.draw_pictures import DrawPictures
from radgalgui.gui.draw_samples import SamplePage
from radgalgui.gui.drawn import Galaxy
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.theme import Tokens
from radgalgui.gui.traverse_page import TraversePage
from radgalgui.gui.walk_page import WalkPage

__all__ = ["DrawPanel"]

SAMPLES, WALK, COMPONENTS = range(3)
TITLES = (
    ("Samples", "New galaxies, from all or around one (Ctrl+Shift+G)"),
    ("Walk", "From one galaxy to another (Ctrl+Shift+W)"),
    ("Components", "What each component of the vector does (Ctrl+Shift+K)"),
)


class DrawPanel(QWidget):
    """Three pages behind ``segments``, which stand in the title of the dock.

    ``enlarge_wanted()`` asks for a window of its own, or for the old place.
    """

    enlarge_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Draw galaxies")
        self.samples, self.walk, self.components = SamplePage(), WalkPage(), TraversePage()
        self.enlarge_button = quiet_button("enlarge", "In a window of its own, or back again")
        self.enlarge_button.clicked.connect(self.enlarge_wanted)
        self.stack = QStackedWidget()
        self.segments = QWidget()
        self.segments.setObjectName("segments")
        self.buttons = QButtonGroup(self)
        row = QHBoxLayout(self.segments)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for number, page in enumerate((self.samples, self.walk, self.components)):
            self.stack.addWidget(scrolled(page))
            row.addWidget(self._segment(number))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.turn_to(SAMPLES)

    def _segment(self, number: int) -> QToolButton:
        title, tip = TITLES[number]
        button = QToolButton()
        button.setObjectName("segment")
        button.setText(title)
        button.setToolTip(tip)
        button.setAccessibleName(f"{title}: {tip}")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.turn_to(number))
        self.buttons.addButton(button, number)
        return button

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.enlarge_button, tokens)
        for page in (self.samples, self.walk, self.components):
            page.set_theme(tokens)

    def set_pictures(self, pictures: DrawPictures) -> None:
        """Take pictures from there."""
        for page in (self.samples, self.walk, self.components):
            page.set_pictures(pictures)

    def set_galaxy(self, galaxy: Galaxy | None) -> None:
        """Take in which galaxy is shown in the window."""
        for page in (self.samples, self.walk, self.components):
            page.set_galaxy(galaxy)

    @property
    def at(self) -> int:
        """Which page is shown."""
        return self.stack.currentIndex()

    def turn_to(self, page: int) -> None:
        """Show a page."""
        self.stack.setCurrentIndex(page)
        self.buttons.button(page).setChecked(True)
        if page == COMPONENTS:
            self.components.look()

    def sizeHint(self) -> QSize:
        """Return the room in which nothing scrolls."""
        return QSize(480, 400)

    def focus_page(self) -> None:
        """Give the keyboard to what the page is about."""
        targets: tuple[QWidget, ...] = (
            self.samples.draw_button,
            self.walk.player.strip if self.walk.film is not None else self.walk.first,
            self.components.list,
        )
        targets[self.at].setFocus()
