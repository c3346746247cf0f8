"""Below the pictures while something is measured: what, how, and what came of it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.flow import Flow, labelled
from radgalgui.gui.measuring.kinds import KINDS, Kind, Settings
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["MeasuringBar"]

ORDER = tuple(Kind)
NARROW = 72  # of a box for a number, pixels


class MeasuringBar(QWidget):
    """Shown while a tool is taken.

    ``kind_chosen(Kind)`` asks for another tool, ``settings_changed(Settings)`` tells how is to be
    measured; ``list_wanted()`` and ``closed()`` ask for the list and for the hand.
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
        self.ratio, self.sigma, self.beam = QDoubleSpinBox(), QDoubleSpinBox(), QDoubleSpinBox()
        self.annulus = QCheckBox("Less sky")
        self.told = Elided("value")
        self.list_button = quiet_button("list", "All measurements (Ctrl+Alt+M)")
        self.close_button = quiet_button("close", "Measure no more (Esc)")
        self._options = (
            (Kind.FLUX, labelled("Axis ratio", self.ratio)),
            (Kind.FLUX, self.annulus),
            (Kind.SIZE, labelled("Above", self.sigma)),
            (None, labelled("Beam", self.beam)),
        )
        self.kind: Kind | None = None
        self._lacks_beam = False
        self._prepare()
        self._lay_out()
        self.segments.changed.connect(lambda number: self.kind_chosen.emit(ORDER[number]))
        self.list_button.clicked.connect(self.list_wanted)
        self.close_button.clicked.connect(self.closed)
        for box in (self.ratio, self.sigma, self.beam):
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._change)
        self.annulus.toggled.connect(self._change)
        self.hide()

    def _prepare(self) -> None:
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
        for box in (self.ratio, self.sigma, self.beam):
            box.setFixedWidth(NARROW)
        self.beam.setRange(0.0, 3600.0)
        self.beam.setDecimals(2)
        self.beam.setSuffix("″")
        self.beam.setSpecialValueText("unknown")
        self.beam.setAccessibleName("Width of the beam")
        self.beam.setToolTip(
            "The header tells no beam: its full width at half maximum, as 5.4″ for FIRST or 45″"
            " for NVSS. Without it there is no flux and no size without the beam"
        )
        self.annulus.setToolTip(
            "Take away the level of the sky: the median between 1.5 and 2.5 times the aperture"
        )
        self.told.setFont(numbers_font(self.told.font()))

    def _lay_out(self) -> None:
        first, options, buttons = QHBoxLayout(), Flow(), QHBoxLayout()
        options.addWidget(self.segments)
        for _, widget in self._options:
            options.addWidget(widget)
        buttons.setSpacing(GRID // 2)
        for button in (self.list_button, self.close_button):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        first.addLayout(options, 1)
        first.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID // 2, 0, 0)
        column.setSpacing(2)
        column.addLayout(first)
        column.addWidget(self.told)

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
        self.kind = kind
        self._offer()
        self.say(KINDS[kind].hint)

    def lack_beam(self, *, lacking: bool) -> None:
        """Offer to type the beam where the header of the picture tells none."""
        if lacking is not self._lacks_beam:
            self._lacks_beam = lacking
            self._offer()

    def _offer(self) -> None:
        """Show the options that belong to the tool."""
        for kind, widget in self._options:
            wanted = kind is self.kind
            if kind is None:
                wanted = self._lacks_beam and self.kind is Kind.FLUX
            widget.setVisible(wanted)

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
            beam=round(self.beam.value(), 3),
        )
        self.settings_changed.emit(self.settings)


def _tip(kind: Kind) -> str:
    return f"{KINDS[kind].tip} ({KINDS[kind].keys})"
