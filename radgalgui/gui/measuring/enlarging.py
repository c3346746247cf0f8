"""Room for the galaxy's pictures: beside others while something is measured, or on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt

from radgalgui.gui.layout import is_low

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["Elbow", "bring_list", "enlarge"]

LARGE = QSize(1180, 1080)
SMALL = QSize(620, 400)
SHARE = 0.6  # of the window's height
CHROME = 100  # height of menus, toolbar and status line


class Elbow:
    """Gives the galaxy more of its column while something is measured, and takes it back."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before = 0

    def spread(self, *, wide: bool) -> None:
        """Take more height if pictures are small, or give back what was taken."""
        dock = self._window.docks["image"]
        if dock.isFloating() or not dock.isVisible():
            return
        column = self._window.height() - CHROME
        if wide and not self._before and dock.height() < SHARE * column:
            self._before = dock.height()
            self._resize(round(SHARE * column))
        elif not wide and self._before:
            self._resize(self._before)
            self._before = 0

    def _resize(self, height: int) -> None:
        dock = self._window.docks["image"]
        self._window.resizeDocks([dock], [height], Qt.Orientation.Vertical)


def bring_list(window: MainWindow, key: str) -> None:
    """Open the list of measurements, in a low window as a small one of its own.

    There it would stand in front of the pictures that are measured on.
    """
    dock = window.docks[key]
    if not is_low(window, window.docks) or dock.isFloating():
        window.guests.bring(key)
        return
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    dock.setFloating(True)
    dock.show()
    dock.resize(SMALL)
    corner = window.map.mapToGlobal(window.map.rect().bottomLeft())
    dock.move(corner - QPoint(0, SMALL.height()))


def enlarge(window: MainWindow) -> None:
    """Show the galaxy in a window of its own, or in its place again."""
    dock = window.docks["image"]
    dock.show()
    dock.setFloating(not dock.isFloating())
    if dock.isFloating():
        room = window.screen().availableGeometry()
        dock.resize(LARGE.boundedTo(room.size() * 0.92))
        dock.move(room.center() - dock.rect().center())
        dock.activateWindow()
    else:
        window.proportion()
