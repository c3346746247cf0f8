"""The small card on which the two axes of a map are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID, Tokens

if TYPE_CHECKING:
    from radgalgui.jobs.maps.axes import Axes, AxisVectors, Kind

__all__ = ["AxesCard"]

KINDS: tuple[Kind, ...] = ("components", "numbers")
WIDTH = 368


class AxesCard(QFrame):
    """``wanted(Axes)`` tells of another choice; the card stays open until the next click beside."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("axesCard")
        self.setAccessibleName("Axes of the map")
        self._vectors: AxisVectors | None = None
        self.title = QLabel("Axes of the map")
        self.title.setObjectName("strong")
        self.kinds = Segments(
            [
                ("Principal components", "Directions along which the galaxies differ most"),
                ("Vector numbers", "Numbers that the encoder gives each galaxy"),
            ]
        )
        self.right, self.up = QComboBox(), QComboBox()
        self.swap = quiet_button("swap", "Let the axes change places")
        self.words = QLabel()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        for box, name in ((self.right, "Axis to the right"), (self.up, "Axis upwards")):
            box.setAccessibleName(name)
            box.setMaxVisibleItems(20)
            box.activated.connect(self._choose)
        self.kinds.changed.connect(self._change_kind)
        self.swap.clicked.connect(self._swap)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID)
        for row, (text, box) in enumerate((("To the right", self.right), ("Upwards", self.up))):
            label = QLabel(text)
            label.setBuddy(box)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        grid.addWidget(self.swap, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addWidget(self.kinds)
        column.addLayout(grid)
        column.addWidget(self.words)
        self.setFixedWidth(WIDTH)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.swap, tokens)

    def open_below(self, button: QWidget) -> None:
        """Open below a button, inside the screen."""
        self.adjustSize()
        at = button.mapToGlobal(QPoint(0, button.height() + 4))
        room = button.screen().availableGeometry()
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        at.setY(max(room.top(), min(at.y(), room.bottom() - self.height())))
        self.move(at)
        self.show()
        self.right.setFocus()

    def wait(self) -> None:
        """Say that the components are being found."""
        self._vectors = None
        self.words.setText("Finding the principal components…")
        for widget in (self.kinds, self.right, self.up, self.swap):
            widget.setEnabled(False)

    def say(self, words: str) -> None:
        """Say something in place of what the axes hold; "" for that again."""
        if words:
            self.words.setText(words)
        elif self._vectors is not None:
            self._tell()

    def show_axes(self, vectors: AxisVectors, axes: Axes) -> None:
        """Offer the axes of some vectors; ``axes`` are those shown."""
        self._vectors = vectors
        for widget in (self.kinds, self.right, self.up, self.swap):
            widget.setEnabled(True)
        self.kinds.show_number(KINDS.index(axes.kind))
        self._fill(axes.kind)
        self.right.setCurrentIndex(axes.x)
        self.up.setCurrentIndex(axes.y)
        self._tell()

    def _fill(self, kind: Kind) -> None:
        assert self._vectors is not None
        names = axis_names(self._vectors, kind)
        for box in (self.right, self.up):
            box.clear()
            box.addItems(list(names))

    @property
    def kind(self) -> Kind:
        """What axes are offered."""
        return KINDS[self.kinds.number]

    def _change_kind(self) -> None:
        if self._vectors is not None:
            self._fill(self.kind)
            self.up.setCurrentIndex(1)
            self._choose()

    def _swap(self) -> None:
        right, up = self.right.currentIndex(), self.up.currentIndex()
        self.right.setCurrentIndex(up)
        self.up.setCurrentIndex(right)
        self._choose()

    def _choose(self) -> None:
        from radgalgui.jobs.maps.axes import Axes

        self._tell()
        self.wanted.emit(Axes(self.kind, self.right.currentIndex(), self.up.currentIndex()))

    def _tell(self) -> None:
        """Say in a sentence what the axes hold."""
        assert self._vectors is not None
        x, y, vectors = self.right.currentIndex(), self.up.currentIndex(), self._vectors
        if self.kind == "numbers":
            words = f"Two of the {vectors.dimension} numbers that the encoder gives each galaxy."
        else:
            both = sum(vectors.shares[axis] for axis in {x, y})
            words = f"They hold {100 * both:.0f} % of what differs between the galaxies."
        self.words.setText(words)


def axis_names(vectors: AxisVectors, kind: Kind) -> Sequence[str]:
    """Return what the axes are called in a list: ``1 (31 %)``, ``number 17``."""
    from radgalgui.jobs.maps.axes import share_words

    if kind == "numbers":
        return [f"Number {axis + 1}" for axis in range(vectors.dimension)]
    return [f"{axis + 1}   ({share_words(share)})" for axis, share in enumerate(vectors.shares)]
