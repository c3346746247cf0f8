"""Leaves room to the pictures: of what stands below them only what was opened last, if need be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from radgalgui.gui.panes import Panes

__all__ = ["Room"]

LEAST = 100  # pixels a side of a picture
SETTLED_MS = 80  # after which panels have taken their sizes


class Room(QObject):
    """Watches widgets, each with what closes it; closes others where pictures become too small."""

    def __init__(self, panes: Panes, closers: dict[QWidget, Callable[[], None]]) -> None:
        super().__init__(panes)
        self._panes, self._closers = panes, closers
        self._opened: QObject | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._close_others)
        for widget in closers:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the pictures when a widget was opened."""
        if event.type() == QEvent.Type.Show and watched in self._closers:
            self._opened = watched
            self._settled.start()
        return False

    def _close_others(self) -> None:
        sides = [pane.view.width() for pane in self._panes.shown if pane.isVisible()]
        if not sides or min(sides) >= LEAST:
            return
        for widget, close in self._closers.items():
            if widget is not self._opened and widget.isVisible():
                close()
