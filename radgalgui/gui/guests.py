"""Panels that are closed on the first day: when one opens, the others make room for it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMainWindow

from radgalgui.gui.dock import Dock
from radgalgui.gui.layout import guests_of, share_with_guests

__all__ = ["Guests"]


class Guests:
    """Gives room to guests of a window while they are open, and takes it back."""

    def __init__(self, window: QMainWindow, docks: Mapping[str, Dock]) -> None:
        self._window, self._docks = window, docks
        keys = guests_of(docks)
        self._front = keys[0] if keys else ""
        self._sharing = QTimer(window)
        self._sharing.setSingleShot(True)
        self._sharing.timeout.connect(lambda: share_with_guests(window, docks, self._front))
        for key in keys:
            self._follow(docks[key])

    def _follow(self, guest: Dock) -> None:
        def later() -> None:  # a dock that begins to float hides for a moment
            self._front = guest.objectName()
            self._sharing.start()

        guest.toggleViewAction().toggled.connect(lambda _: later())
        guest.topLevelChanged.connect(lambda _: later())

    def bring(self, key: str) -> None:
        """Open one, in front of what shares its place."""
        self._docks[key].show()
        self._front = key
        share_with_guests(self._window, self._docks, key)
        self._docks[key].raise_()
