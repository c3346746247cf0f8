"""The head of the table: a click sorts, Shift sorts by one more column, dragging moves columns."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from radgalgui.gui.table.arranger import Keys

__all__ = ["TableHeader", "next_keys"]


def next_keys(keys: Keys, name: str, *, further: bool) -> Keys:
    """Return what the table is sorted by after a click on a column.

    The first click lets the smallest come first, the second the largest, the third ends it;
    ``further`` keeps the other columns, and a new one counts less than they.
    """
    falling = dict(keys).get(name)
    others = [key for key in keys if key[0] != name] if further else []
    if falling is None:
        return (*others, (name, False))
    if falling:
        return tuple(others)
    turned = [(key, True) if key == name else (key, down) for key, down in keys]
    return tuple(key for key in turned if further or key[0] == name)


class TableHeader(QHeaderView):
    """``sort_wanted(section, further)`` tells of a click, ``menu_wanted(QPoint)`` of the menu."""

    sort_wanted = Signal(int, bool)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName("Columns of the table")
        self._further = False
        self.sectionClicked.connect(lambda section: self.sort_wanted.emit(section, self._further))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take note of Shift before the click is told."""
        self._further = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the columns."""
        self.menu_wanted.emit(event.globalPos())
