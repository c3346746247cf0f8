"""A layout that puts widgets side by side and begins another line where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QWidget

from radgalgui.gui.theme import GRID

__all__ = ["Flow", "labelled"]


def labelled(words: str, *widgets: QWidget) -> QWidget:
    """Return widgets behind their label, which never part; the label serves the first."""
    body, label = QWidget(), QLabel(words)
    label.setObjectName("muted")
    label.setBuddy(widgets[0])
    row = QHBoxLayout(body)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID // 2 + 2)
    for widget in (label, *widgets):
        row.addWidget(widget)
    return body


class Flow(QLayout):
    """Widgets in reading order, in as many lines as the width asks for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(GRID)

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Return none: it asks for no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Return True: the narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, room: QRect) -> None:
        """Put the widgets in their places."""
        super().setGeometry(room)
        self._place(room, move=True)

    def sizeHint(self) -> QSize:
        """Return the room of all widgets in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        wide = sum(size.width() for size in sizes) + self.spacing() * max(len(sizes) - 1, 0)
        return self._with_margins(QSize(wide, max((s.height() for s in sizes), default=0)))

    def minimumSize(self) -> QSize:
        """Return the room of the widest widget."""
        made = QSize()
        for item in self._shown():
            made = made.expandedTo(item.minimumSize())
        return self._with_margins(made)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _with_margins(self, size: QSize) -> QSize:
        edge: QMargins = self.contentsMargins()
        return size + QSize(edge.left() + edge.right(), edge.top() + edge.bottom())

    def _place(self, room: QRect, *, move: bool) -> int:
        edge = self.contentsMargins()
        inner = room.marginsRemoved(edge)
        y = inner.top()
        for line in self._lines(inner.width()):
            high = max(item.sizeHint().height() for item in line)
            x = inner.left()
            for item in line:
                size = item.sizeHint()
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += high + self.spacing() - 2
        return max(y - self.spacing() + 2, inner.top()) - room.top() + edge.bottom()

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._shown():
            wide = item.sizeHint().width() + self.spacing()
            if not lines or wide - self.spacing() > left:
                lines.append([])
                left = width
            lines[-1].append(item)
            left -= wide
        return lines
