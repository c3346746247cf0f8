"""Two sliders in a small frame: how large points are, and how transparent."""

from __future__ import annotations

from math import log

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSlider, QWidget

from radgalgui.gui.theme import GRID, numbers_font

__all__ = ["PointStyle"]

STEPS = 20  # of a slider to each side of its middle
WIDEST = 2.5  # times the usual size, at the right end; its inverse at the left
CLEAREST = 0.9  # transparency at the right end


class PointStyle(QFrame):
    """Tells of other sizes and opacities by ``changed(size, opacity)``; closes when left.

    A size of 1 and an opacity of 1 are what suits the number of points in view.
    """

    changed = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("hoverCard")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("How points look")
        self.size_slider = _slider(-STEPS, STEPS, "Size of points")
        self.clear_slider = _slider(0, STEPS, "Transparency of points")
        self._size, self._clear = QLabel(), QLabel()
        self.usual = QPushButton("As usual")
        self.usual.setToolTip("Size and transparency that suit the number of points in view")
        self.usual.clicked.connect(self._reset)
        for slider in (self.size_slider, self.clear_slider):
            slider.valueChanged.connect(self._moved)
        self._lay_out()
        self._say()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        title = QLabel("Points of the map")
        title.setObjectName("strong")
        grid.addWidget(title, 0, 0, 1, 3)
        rows = (
            ("Size", self.size_slider, self._size),
            ("Transparency", self.clear_slider, self._clear),
        )
        for row, (words, slider, value) in enumerate(rows, start=1):
            label = QLabel(words)
            label.setObjectName("muted")
            label.setBuddy(slider)
            value.setFont(numbers_font(self.font()))
            value.setMinimumWidth(5 * GRID)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, widget in enumerate((label, slider, value)):
                grid.addWidget(widget, row, column)
        grid.addWidget(self.usual, 3, 1, 1, 2, Qt.AlignmentFlag.AlignRight)

    # -- values ----------------------------------------------------------------------------

    @property
    def style_(self) -> tuple[float, float]:
        """Size and opacity that are chosen."""
        size = WIDEST ** (self.size_slider.value() / STEPS)
        return float(size), 1 - CLEAREST * self.clear_slider.value() / STEPS

    def show_style(self, size: float, opacity: float) -> None:
        """Show size and opacity, without telling of them."""
        for slider, value in (
            (self.size_slider, _steps(size)),
            (self.clear_slider, round((1 - opacity) / CLEAREST * STEPS)),
        ):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        self._say()

    def _say(self) -> None:
        size, opacity = self.style_
        self._size.setText(f"× {size:.2g}")
        self._clear.setText(f"{100 * (1 - opacity):.0f} %")
        self.usual.setEnabled((size, opacity) != (1.0, 1.0))

    def _moved(self) -> None:
        self._say()
        self.changed.emit(*self.style_)

    def _reset(self) -> None:
        self.show_style(1.0, 1.0)
        self.changed.emit(*self.style_)

    def open_at(self, button: QWidget) -> None:
        """Open below a button, within the screen."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + GRID // 2))
        left = corner.x() - self.width()
        screen = button.screen().availableGeometry()
        self.move(max(left, screen.left()), min(corner.y(), screen.bottom() - self.height()))
        self.show()
        self.size_slider.setFocus()


def _slider(low: int, high: int, name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setPageStep(5)
    slider.setFixedWidth(20 * GRID)
    slider.setAccessibleName(name)
    slider.setToolTip(f"{name}; arrow keys move it")
    return slider


def _steps(size: float) -> int:
    return round(STEPS * log(max(size, 0.01)) / log(WIDEST))
