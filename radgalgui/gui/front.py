"""Pages beside the window come to the front, no larger than the screen has room for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

__all__ = ["come_to_front"]

MARGIN = 64  # pixels of the screen that stay free


def come_to_front(page: QWidget, size: tuple[int, int]) -> None:
    """Show a page above all others; one that was closed has ``size``, or what there is room for."""
    if not page.isVisible():
        room = page.screen().availableSize()
        page.resize(min(size[0], room.width() - MARGIN), min(size[1], room.height() - MARGIN))
    page.show()
    page.raise_()
    page.activateWindow()
