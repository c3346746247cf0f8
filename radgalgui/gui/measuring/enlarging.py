"""The galaxy's pictures in a window of their own, large enough to draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["enlarge"]

LARGE = QSize(1180, 1080)


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
