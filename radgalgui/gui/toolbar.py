"""The bar below the menus: open, path box, encoder, orientation, export."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from radgalgui.gui.actions import Actions
from radgalgui.gui.icons import icon
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["Toolbar"]


class Toolbar(QToolBar):
    """``typed(str)`` carries a path from the box."""

    typed = Signal(str)

    def __init__(
        self, actions: Actions, encoders: QComboBox, parent: QWidget | None = None
    ) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self.path = QLineEdit()
        self.path.setPlaceholderText("Drop FITS images anywhere, or paste a path")
        self.path.setAccessibleName("Path of a FITS image or a folder")
        self.path.setToolTip("Type or paste where an image or a folder of them lies, then Return")
        self.path.setAcceptDrops(False)
        self.path.setClearButtonEnabled(True)
        self.path.returnPressed.connect(lambda: self.typed.emit(self.path.text()))
        self.buttons = {
            "open": self._button(actions["open"], "Open", "open"),
            "orientation": self._button(
                actions["orientation"], "Ignore orientation", "orientation"
            ),
            "export": self._button(actions["export"], "Export CSV", "export"),
        }
        self._lay_out(encoders)

    def _lay_out(self, encoders: QComboBox) -> None:
        body = QWidget()
        body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(body)
        row.setContentsMargins(GRID + 4, 6, GRID + 4, 6)
        row.setSpacing(GRID)
        row.addWidget(self.buttons["open"])
        row.addWidget(self.path, 1)
        label = QLabel("Encoder")
        label.setObjectName("muted")
        label.setBuddy(encoders)
        row.addWidget(label)
        row.addWidget(encoders)
        row.addWidget(self.buttons["orientation"])
        row.addWidget(self.buttons["export"])
        self.addWidget(body)

    def _button(self, action: QAction, text: str, name: str) -> QToolButton:
        button = QToolButton()
        action.setIconVisibleInMenu(False)
        button.setDefaultAction(action)
        button.setAccessibleName(text)
        button.setObjectName("bar")
        button.setProperty("icon_name", name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        if (outer := self.layout()) is not None:  # Qt asks the style for these when it changes only
            outer.setContentsMargins(2, 2, 2, 2)
        for button in self.buttons.values():
            name = str(button.property("icon_name"))
            button.defaultAction().setIcon(icon(name, tokens.text, tokens.disabled))
