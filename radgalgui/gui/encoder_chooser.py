"""Which encoder's eyes are used: a list in the toolbar and the same in a menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from radgalgui.gui.names import encoder_title

__all__ = ["EncoderChooser"]

MOST_KEYS = 9


class EncoderChooser(QObject):
    """``chosen(str)`` tells the encoder that was asked for, by the list, the menu or its keys."""

    chosen = Signal(str)

    def __init__(self, menu: QMenu, before: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._menu, self._before, self._window = menu, before, window
        self._group = QActionGroup(self)
        self._separator = menu.insertSeparator(before)
        self.box = QComboBox()
        self.box.setAccessibleName("Encoder")
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.activated.connect(lambda row: self.chosen.emit(str(self.box.itemData(row))))
        self.show_encoders((), "")

    @property
    def names(self) -> list[str]:
        """The encoders on offer."""
        return [str(self.box.itemData(row)) for row in range(self.box.count())]

    def show_encoders(self, names: tuple[str, ...], current: str) -> None:
        """Offer the encoders of a catalogue, and show which one is in use."""
        if self.names != list(names):
            self._fill(names)
        self.box.setCurrentIndex(self.box.findData(current))
        for action in self._group.actions():
            action.setChecked(action.data() == current)
        several = len(names) > 1
        self.box.setEnabled(several)
        self._before.setEnabled(several)
        self.box.setToolTip(_reason(names))

    def _fill(self, names: tuple[str, ...]) -> None:
        self.box.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
            self._menu.removeAction(action)
            self._window.removeAction(action)
            action.deleteLater()
        for number, name in enumerate(names, start=1):
            self.box.addItem(encoder_title(name), name)
            action = self._group.addAction(encoder_title(name))
            action.setData(name)
            action.setCheckable(True)
            if number <= MOST_KEYS:
                action.setShortcut(QKeySequence(f"Ctrl+{number}"))
            action.triggered.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            self._menu.insertAction(self._separator, action)
            self._window.addAction(action)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return the encoders with their keys, for the list of shortcuts."""
        return [(a.text(), a.shortcut().toString()) for a in self._group.actions() if a.shortcut()]


def _reason(names: tuple[str, ...]) -> str:
    """Say what the list is for, or why there is nothing to choose."""
    if len(names) > 1:
        last = min(len(names), MOST_KEYS)
        return (
            "The network through which galaxies are seen; map, neighbours and classes follow"
            f" (Ctrl+1 to Ctrl+{last})"
        )
    if names:
        return (
            f"The open catalogue has vectors of {encoder_title(names[0])} alone;"
            " embed it with another encoder to have a choice"
        )
    return "The open catalogue has no vectors of an encoder"
