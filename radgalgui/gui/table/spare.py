"""What gives way in a panel's title where it is narrow: its words, and buttons that menus have."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from radgalgui.gui.dock import DockTitle
from radgalgui.gui.theme import GRID

__all__ = ["SpareParts"]

LEFT_FREE = 64  # pixels, so that a box to write in is wide enough before what may go first
HARDLY = GRID  # before what goes last
NARROWEST = 296  # pixels of a title on the smallest screen, whatever is shown in it just now


class SpareParts(QObject):
    """Shows ``first`` while all else in a title has room to spare, and ``last`` while it has any.

    A panel cannot be narrower than its title, so this asks for little: what appears in it is to
    push the parts aside, not the panels beside it.
    """

    def __init__(
        self, title: DockTitle, first: Sequence[QWidget], last: Sequence[QWidget] = ()
    ) -> None:
        super().__init__(title)
        self._title = title
        self._parts = ((tuple(last), HARDLY), (tuple(first), LEFT_FREE))
        title.least = NARROWEST
        title.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the title, or what stands in it, has another size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        row = self._title.row
        widths = {
            part: part.sizeHint().width() + row.spacing() for own, _ in self._parts for part in own
        }
        shown = sum(width for part, width in widths.items() if not part.isHidden())
        room = self._title.width() - (row.minimumSize().width() - shown)
        for own, free in self._parts:
            room -= sum(widths[part] for part in own)
            for part in own:
                if part.isHidden() is (room >= free):
                    part.setVisible(room >= free)
