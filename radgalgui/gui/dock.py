"""A dock with a quiet title: name, a count, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.elided import Elided
from radgalgui.gui.icons import icon
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["Dock", "DockTitle", "quiet_button", "theme_button"]

UNLIMITED = 16_777_215  # pixels, Qt's own limit


def quiet_button(name: str, tip: str) -> QToolButton:
    """Return a small button without a frame, for an icon set by its theme."""
    button = QToolButton()
    button.setObjectName("quiet")
    button.setProperty("icon_name", name)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setIconSize(QSize(14, 14))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def theme_button(button: QToolButton, tokens: Tokens) -> None:
    """Draw a quiet button's icon in the colours of a theme."""
    button.setIcon(icon(str(button.property("icon_name")), tokens.muted, tokens.disabled, 14))


class DockTitle(QWidget):
    """The line above a panel, which cannot be narrower; ``least`` limits what is asked for, pixels.

    With a limit the title itself must see to it that everything fits.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.least = UNLIMITED
        self.title = QLabel(title)
        self.title.setObjectName("title")
        self.count = Elided("count", least=0)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(2 * GRID, 6, GRID, 6)
        self.row.setSpacing(GRID)
        self.row.addWidget(self.title)
        self.row.addWidget(self.count)
        self.row.addStretch(1)
        self.setMinimumHeight(5 * GRID - 2)

    def minimumSizeHint(self) -> QSize:
        """Return the room of what is in it, or the least that is asked for."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.least), hint.height())

    def set_active(self, *, active: bool) -> None:
        """Show whether the panel holds the keyboard focus."""
        if self.property("active") is not active:
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)

    def add(self, widget: QWidget, *, stretch: int = 0) -> None:
        """Put something at the right end; with a stretch it grows to its largest width."""
        self.row.addWidget(widget, stretch)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave dragging to the dock."""
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Leave dragging to the dock."""
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave dragging to the dock."""
        event.ignore()


class Dock(QDockWidget):
    """A panel that can be moved, floated and closed; ``help_page`` is what F1 opens for it.

    A ``guest`` is closed on the first day.
    """

    def __init__(
        self, key: str, title: str, body: QWidget, help_page: str, *, guest: bool = False
    ) -> None:
        super().__init__(title)
        self.setProperty("guest", guest)
        self.setObjectName(key)
        self.help_page = help_page
        self.title = DockTitle(title)
        self.help_button = quiet_button("info", f"What is this? Help on {title} (F1)")
        self.close_button = quiet_button("close", f"Close {title}")
        self.close_button.clicked.connect(self.close)
        self.setTitleBarWidget(self.title)
        frame = QWidget()
        frame.setObjectName("dockBody")
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(body)
        self.setWidget(frame)
        self.setAcceptDrops(False)

    def finish(self) -> None:
        """Put the close button after everything else in the title."""
        self.title.add(self.help_button)
        self.title.add(self.close_button)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for button in self.title.findChildren(QToolButton, "quiet"):
            theme_button(button, tokens)
