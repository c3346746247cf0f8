"""How cutouts are made: how much sky, around what, of what pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from radgalgui.gui.theme import GRID

if TYPE_CHECKING:
    from radgalgui.jobs.survey.plan import Plan
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["EyesForm"]

CENTRES = {"source": "the source nearest the middle", "position": "the position told"}
PIXELS = {"sky": "brightness on the sky", "ready": "ready as encoders see"}


class EyesForm(QWidget):
    """A few choices; ``chosen(dict)`` tells the options of the plan that were changed."""

    chosen = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _spin("Sky that encoders are shown", 36000, 0)
        self.scale = _spin("Pixel scale of images without coordinates", 3600, 3)
        self.centre, self.pixels = QComboBox(), QComboBox()
        for box, choices, name in (
            (self.centre, CENTRES, "Centred on"),
            (self.pixels, PIXELS, "Pixels are"),
        ):
            for key, words in choices.items():
                box.addItem(words, key)
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(16)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        self._rows = {
            "field": self._add("Sky shown", self.field),
            "centre": self._add("Centred on", self.centre),
            "pixel_scale": self._add("Pixel scale", self.scale),
            "pixels": self._add("Pixels are", self.pixels),
        }
        self.field.setToolTip(
            "Side of the square of sky around each source. Sources should fill the frame as they"
            " did where the encoders learned."
        )
        self.scale.setToolTip("Arcsec a pixel of images that have no sky coordinates")
        self.field.valueChanged.connect(lambda value: self.chosen.emit({"field": value or None}))
        self.scale.valueChanged.connect(
            lambda value: self.chosen.emit({"pixel_scale": value or None})
        )
        self.centre.activated.connect(
            lambda row: self.chosen.emit({"centre": self.centre.itemData(row)})
        )
        self.pixels.activated.connect(
            lambda row: self.chosen.emit({"pixels": self.pixels.itemData(row)})
        )

    def _add(self, words: str, widget: QWidget) -> tuple[QLabel, QWidget]:
        label, row = QLabel(words), self._grid.rowCount()
        label.setObjectName("muted")
        label.setBuddy(widget)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(widget, row, 1)
        return label, widget

    def show_plan(self, plan: Plan, eyes: Preprocessing | None, *, blind: bool) -> None:
        """Show what is chosen; only what matters is there, ``blind`` without coordinates."""
        options = plan.options
        own = f"as learned ({eyes.field_of_view:.0f}″)" if eyes is not None else "as learned"
        pixel = f"as learned ({eyes.pixel_scale:g}″)" if eyes is not None else "as learned"
        _set(self.field, options.field, own)
        _set(self.scale, options.pixel_scale, pixel)
        self.centre.setCurrentIndex(self.centre.findData(options.centre))
        self.pixels.setCurrentIndex(self.pixels.findData(options.pixels))
        ready = options.pixels == "ready"
        positions = {"ra", "dec"} <= set(plan.columns) or bool(options.names)
        self._show("field", shown=not ready)
        self._show("centre", shown=positions and not ready)
        stack = plan.kind in ("stack", "published")
        self._show("pixel_scale", shown=(stack or blind) and not ready)
        self._show("pixels", shown=plan.kind == "stack")

    def _show(self, name: str, *, shown: bool) -> None:
        for widget in self._rows[name]:
            widget.setVisible(shown)


class _Arcsec(QDoubleSpinBox):
    """A number in arcsec; Return takes it, and does not turn the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Return for itself."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


def _spin(name: str, most: float, digits: int) -> QDoubleSpinBox:
    """Return a number in arcsec whose lowest value, 0, stands for none."""
    spin = _Arcsec()
    spin.setAccessibleName(name)
    spin.setRange(0, most)
    spin.setDecimals(digits)
    spin.setSingleStep(10 ** -min(digits, 1) * (10 if digits == 0 else 1))
    spin.setSuffix("″")
    spin.setKeyboardTracking(False)
    return spin


def _set(spin: QDoubleSpinBox, value: float | None, none: str) -> None:
    spin.blockSignals(True)
    spin.setSpecialValueText(none)
    spin.setValue(value or 0)
    spin.blockSignals(False)
