"""A small card of switches: what lies over the pictures, and how they move."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.imaging.choices import FRAMES, Choices, parse_levels
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID, numbers_font

__all__ = ["Popover"]

SWITCHES = (
    ("grid", "Coordinate grid", "Lines of longitude and latitude by the image's WCS (G)"),
    ("contours", "Contours", "Of the original, over what is seen and drawn of it too (C)"),
    ("negative", "Negative ones, dashed", "At minus the same levels"),
    ("compass", "North and east", "Arrows by the image's WCS (Shift+N)"),
    ("scale_bar", "Scale bar", "A round angle (Shift+K)"),
    ("beam", "Beam", "The ellipse at half its maximum, if the header tells it (Shift+B)"),
    ("outline", "Outline of the cutout", "On the original (Shift+O)"),
)
TOGETHER = (
    ("locked", "Move all together", "Zoom and move all pictures by their positions (J)"),
    ("north_up", "North up", "Turn the pictures so that north is up and east left (N)"),
)
BAD = "Up to twelve positive numbers, such as 3 6 12 24"


class Popover(QFrame):
    """Shows `Choices` and tells of others by ``changed(Choices)``; closes when left."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("hoverCard")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Over the pictures")
        self.choices = Choices()
        self.boxes = {key: self._box(*words) for key, *words in (*SWITCHES, *TOGETHER)}
        for key, box in self.boxes.items():
            box.toggled.connect(lambda on, key=key: self._take(**{key: on}))
        self.frames = Segments([(name, f"Grid of {name} coordinates") for name in FRAMES.values()])
        self.frames.changed.connect(lambda i: self._take(frame=list(FRAMES)[i]))
        self.levels = QLineEdit()
        self.levels.setAccessibleName("Levels of the contours, in sigma of the noise")
        self.levels.setToolTip("Multiples of the noise, apart by spaces")
        self.levels.setFont(numbers_font(self.font()))
        self.levels.setFixedWidth(168)
        self.levels.textEdited.connect(self._typed)
        self.noise = QLabel()
        self.noise.setObjectName("muted")
        self.noise.setFont(numbers_font(self.font()))
        self.problem = QLabel(BAD)
        self.problem.setObjectName("warning")
        self.problem.hide()
        self._lay_out()

    def _box(self, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setToolTip(tip)
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        for row, (key, *_) in enumerate(SWITCHES):
            indent = 3 * GRID if key == "negative" else 0
            holder = QHBoxLayout()
            holder.setContentsMargins(indent, 0, 0, 0)
            holder.addWidget(self.boxes[key])
            grid.addLayout(holder, row, 0)
        grid.addWidget(self.frames, 0, 1, Qt.AlignmentFlag.AlignLeft)
        levels = QHBoxLayout()
        levels.setSpacing(GRID // 2)
        levels.addWidget(self.levels)
        levels.addWidget(QLabel("σ"))
        levels.addStretch()
        grid.addLayout(levels, 1, 1)
        grid.addWidget(self.noise, 2, 1)
        grid.addWidget(self.problem, 3, 1)
        line = QFrame()
        line.setObjectName("line")
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        title = QLabel("Over the pictures")
        title.setObjectName("strong")
        column.addWidget(title)
        column.addLayout(grid)
        column.addWidget(line)
        for key, *_ in TOGETHER:
            column.addWidget(self.boxes[key])

    def show_choices(self, choices: Choices) -> None:
        """Show what is chosen, without telling of it."""
        self.choices = choices
        for key, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(bool(getattr(choices, key)))
            box.blockSignals(False)
        self.frames.show_number(list(FRAMES).index(choices.frame))
        if parse_levels(self.levels.text()) != choices.levels:
            self.levels.setText(" ".join(f"{level:g}" for level in choices.levels))
            self.problem.hide()
        self.boxes["negative"].setEnabled(choices.contours)

    def show_noise(self, text: str) -> None:
        """Say what a sigma is in the image that is shown, or why there are no contours."""
        self.noise.setText(text)

    def open_at(self, button: QWidget) -> None:
        """Open below a button, its right edge under the button's, within the screen."""
        self.adjustSize()
        at = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        room = button.screen().availableGeometry()
        x = max(room.left(), min(at.x(), room.right() - self.width()))
        y = max(room.top(), min(at.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()

    def _take(self, **changes: Any) -> None:
        self.choices = replace(self.choices, **changes)
        self.boxes["negative"].setEnabled(self.choices.contours)
        self.changed.emit(self.choices)

    def _typed(self, text: str) -> None:
        """Take levels as they are typed, as soon as they can be read."""
        levels = parse_levels(text)
        self.problem.setVisible(not levels)
        if levels and levels != self.choices.levels:
            self._take(levels=levels, contours=True)
            self.show_choices(self.choices)
