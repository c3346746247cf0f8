"""Which map is shown: a row of names, or a list where there are many; and the button for more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.theme import Tokens

__all__ = ["MapChooser"]

#: As many names stand side by side; more would leave no room for the colours.
MOST_SEGMENTS = 3
#: Letters that these names may have together.
MOST_LETTERS = 18


class MapChooser(QWidget):
    """``chosen(str)`` tells the map that was pressed, by its name.

    ``make_wanted()`` asks for another map to be made, ``axes_wanted()`` for other axes.
    """

    chosen = Signal(str)
    make_wanted = Signal()
    axes_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._titles: dict[str, str] = {}
        self._shown, self._narrow = "", False
        self._group = QButtonGroup(self)
        self.segments = QWidget()
        self.segments.setObjectName("segments")
        self.segments.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row = QHBoxLayout(self.segments)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(2)
        self.list = QToolButton()
        self.list.setObjectName("mapList")
        self.list.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.list.setAccessibleName("Map")
        self.list.setToolTip("Which map is shown (Ctrl+M for the next)")
        self.list.setMenu(QMenu(self.list))
        self.axes = QToolButton()
        self.axes.setObjectName("bar")
        self.axes.setToolTip("Which components are the axes of the map (Shift+A)")
        self.axes.clicked.connect(self.axes_wanted)
        self.more = quiet_button("plus", "Make another map: UMAP, t-SNE or PCA (Ctrl+Alt+U)")
        self.more.clicked.connect(self.make_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.segments, self.list, self.axes, self.more):
            row.addWidget(widget)
            widget.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.more, tokens)

    def show_maps(self, titles: Sequence[tuple[str, str, str]], shown: str) -> None:
        """Offer maps: name, title and what it is in a sentence; ``shown`` is pressed."""
        self._names = [name for name, _, _ in titles]
        self._titles = {name: title for name, title, _ in titles}
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        menu = self.list.menu()
        menu.clear()
        actions = QActionGroup(menu)
        before = self.list.previousInFocusChain() or self
        for name, title, tip in titles:
            button = self._segment(name, title, tip)
            self._row.addWidget(button)
            self.setTabOrder(before, button)  # it would come last of all
            before = button
            actions.addAction(self._action(menu, name, title, tip))
        self.press(shown)
        self._arrange()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show a list in any case, for there is little room."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        several, few = len(self._names) > 1, self._few and not self._narrow
        self.segments.setVisible(several and few)
        self.list.setVisible(several and not few)

    @property
    def _few(self) -> bool:
        letters = sum(len(title) for title in self._titles.values())
        return len(self._names) <= MOST_SEGMENTS and letters <= MOST_LETTERS

    @property
    def saved(self) -> int:
        """How many pixels narrower it can be than it is with all names side by side."""
        if len(self._names) < 2 or not self._few:
            return 0
        return max(self.segments.sizeHint().width() - self.list.sizeHint().width(), 0)

    def minimumSizeHint(self) -> QSize:
        """Return the size with a list in place of the names."""
        now = super().minimumSizeHint()
        spare = 0 if self._narrow else self.saved
        return QSize(now.width() - spare, now.height())

    def press(self, name: str) -> None:
        """Press the button of a map, without telling of it."""
        self._shown = name
        for button in self._group.buttons():
            button.setChecked(button.property("method") == name)
        self.list.setText(f"{self.title}  ▾".replace("&", "&&"))
        for action in self.list.menu().actions():
            action.setChecked(action.data() == name)

    def show_axes(self, text: str) -> None:
        """Name the axes that are shown on a button; "" where there are no others to choose."""
        self.axes.setText(text)
        self.axes.setAccessibleName(f"Axes of the map: {text}")
        self.axes.setVisible(bool(text))

    def offer_more(self, *, can: bool) -> None:
        """Offer to make another map, or do not."""
        self.more.setVisible(can)

    @property
    def names(self) -> list[str]:
        """The maps that are offered, in their order."""
        return list(self._names)

    @property
    def title(self) -> str:
        """What the map shown is called, "" for none."""
        return self._titles.get(self._shown, "")

    def _segment(self, name: str, title: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("segment")
        button.setText(title.replace("&", "&&"))
        button.setToolTip(tip)
        button.setAccessibleName(f"{title} map")
        button.setCheckable(True)
        button.setProperty("method", name)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        return button

    def _action(self, menu: QMenu, name: str, title: str, tip: str) -> QAction:
        action = menu.addAction(title.replace("&", "&&"))
        action.setToolTip(tip)
        action.setCheckable(True)
        action.setData(name)
        action.triggered.connect(lambda: self.chosen.emit(name))
        return action
