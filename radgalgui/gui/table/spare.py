"""Buttons of a panel's title that give way where it is narrow; menus have what they do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QToolButton

from radgalgui.gui.dock import DockTitle

__all__ = ["SpareButtons"]

LEFT_FREE = 64  # pixels that the other parts of a title have to spare while the buttons show


class SpareButtons(QObject):
    """Shows buttons while everything else in a title has more room than it must have."""

    def __init__(self, title: DockTitle, buttons: Sequence[QToolButton]) -> None:
        super().__init__(title)
        self._title, self._buttons = title, buttons
        title.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the title, or what stands in it, has another size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        row = self._title.row
        taken = sum(button.sizeHint().width() + row.spacing() for button in self._buttons)
        shown = not self._buttons[0].isHidden()
        least = row.minimumSize().width() - (taken if shown else 0)
        wanted = self._title.width() >= least + taken + LEFT_FREE
        if wanted != shown:
            for button in self._buttons:
                button.setVisible(wanted)
