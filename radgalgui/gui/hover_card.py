"""The card beside the pointer on the map: a source's picture, name and values."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from radgalgui.gui.theme import GRID, numbers_font

__all__ = ["HoverCard"]

PICTURE = 80


class HoverCard(QFrame):
    """A picture with a few lines beside it; the pointer passes through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("hoverCard")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture = QLabel()
        self._picture.setFixedSize(PICTURE, PICTURE)
        self._name = QLabel()
        self._name.setObjectName("strong")
        self._lines = QLabel()
        self._lines.setObjectName("muted")
        self._lines.setFont(numbers_font(self.font()))
        text = self._text = QVBoxLayout()
        text.setSpacing(GRID // 2)
        text.addWidget(self._name)
        text.addWidget(self._lines)
        text.addStretch()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID + 4, GRID)
        row.setSpacing(GRID + 4)
        row.addWidget(self._picture)
        row.addLayout(text)
        self.hide()

    def show_source(self, at: QPoint, picture: QPixmap, name: str, lines: list[str]) -> None:
        """Show a source beside ``at``, kept inside the parent."""
        self._picture.setPixmap(
            picture.scaled(
                PICTURE,
                PICTURE,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        self._name.setText(name)
        self._lines.setText("\n".join(lines))
        for label in (self._name, self._lines):
            label.ensurePolished()  # the width of bold text is known only then
        for layout in (self._text, self._row):
            layout.invalidate()  # a card that is hidden does not hear of other words
        self.resize(self._row.sizeHint())
        self.move(self._beside(at))
        self.show()
        self.raise_()

    @property
    def name(self) -> str:
        """The name that is shown."""
        return self._name.text()

    @property
    def lines(self) -> list[str]:
        """The lines below the name."""
        return self._lines.text().split("\n")

    def _beside(self, at: QPoint) -> QPoint:
        room = self._over.rect().adjusted(GRID, GRID, -GRID, -GRID)
        x, y = at.x() + 2 * GRID, at.y() + 2 * GRID
        if x + self.width() > room.right():
            x = at.x() - 2 * GRID - self.width()
        if y + self.height() > room.bottom():
            y = at.y() - 2 * GRID - self.height()
        return QPoint(max(x, room.left()), max(y, room.top()))
