"""Below the pictures while something is measured: what, how, and what came of it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.measuring.kinds import KINDS, Kind, Settings
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["MeasuringBar"]

ORDER = tuple(Kind)


class MeasuringBar(QWidget):
    """Shown while a tool is taken.

    ``kind_chosen(Kind)`` asks for another tool, ``settings_changed(Settings)`` tells how is to be
    measured, ``list_wanted()`` and ``closed()`` ask for the list and for the hand.
    """

    kind_chosen = Signal(object)
    settings_changed = Signal(object)
    list_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Measuring")
        self.settings = Settings()
        self.segments = Segments([(KINDS[k].brief, _tip(k)) for k in ORDER])
        self.ratio, self.sigma = QDoubleSpinBox(), QDoubleSpinBox()
        self.annulus = QCheckBox("Subtract sky around")
        self.told = Elided("value")
        self.list_button = quiet_button("list", "All measurements (Ctrl+Alt+M)")
        self.close_button = quiet_button("close", "Measure no more (Esc)")
        self._labels = QLabel("Axis ratio"), QLabel("Above")
        self._prepare()
        self._lay_out()
        self.segments.changed.connect(lambda number: self.kind_chosen.emit(ORDER[number]))
        self.list_button.clicked.connect(self.list_wanted)
        self.close_button.clicked.connect(self.closed)
        for box in (self.ratio, self.sigma):
            box.valueChanged.connect(self._change)
        self.annulus.toggled.connect(self._change)
        self.hide()

    def _prepare(self) -> None:
        for label, box in zip(self._labels, (self.ratio, self.sigma), strict=True):
            label.setObjectName("muted")
            label.setBuddy(box)
        self.ratio.setRange(0.1, 1.0)
        self.ratio.setSingleStep(0.05)
        self.ratio.setValue(self.settings.ratio)
        self.ratio.setAccessibleName("Axis ratio of the aperture")
        self.ratio.setToolTip("Shorter over longer axis of the aperture; 1 is a circle")
        self.sigma.setRange(1.0, 50.0)
        self.sigma.setSingleStep(0.5)
        self.sigma.setDecimals(1)
        self.sigma.setSuffix(" σ")
        self.sigma.setValue(self.settings.sigma)
        self.sigma.setAccessibleName("Level of the islands")
        self.sigma.setToolTip("What rises above so many times the noise belongs to the source")
        self.annulus.setToolTip(
            "Take away the level of the sky: the median between 1.5 and 2.5 times the aperture"
        )
        self.told.setFont(numbers_font(self.told.font()))

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(GRID)
        first.addWidget(self.segments)
        first.addStretch(1)
        first.addWidget(self.list_button)
        first.addWidget(self.close_button)
        for widget in (self._labels[0], self.ratio, self.annulus, self._labels[1], self.sigma):
            second.addWidget(widget)
        second.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID // 2, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(first)
        column.addLayout(second)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for button in (self.list_button, self.close_button):
            theme_button(button, tokens)

    def show_kind(self, kind: Kind | None) -> None:
        """Offer what belongs to a kind, with a hint; hide for None."""
        self.setVisible(kind is not None)
        if kind is None:
            return
        self.segments.show_number(ORDER.index(kind))
        for widget in (self._labels[0], self.ratio, self.annulus):
            widget.setVisible(kind is Kind.FLUX)
        for widget in (self._labels[1], self.sigma):
            widget.setVisible(kind is Kind.SIZE)
        self.say(KINDS[kind].hint)

    def say(self, text: str) -> None:
        """Show a hint or a result."""
        self.told.setText(text)
        self.told.setAccessibleDescription(text)

    def _change(self) -> None:
        self.settings = replace(
            self.settings,
            ratio=round(self.ratio.value(), 2),
            annulus=self.annulus.isChecked(),
            sigma=self.sigma.value(),
        )
        self.settings_changed.emit(self.settings)


def _tip(kind: Kind) -> str:
    return f"{KINDS[kind].tip} ({KINDS[kind].keys})"
