"""The galaxy: original, encoder's view, reconstruction and residual, or a similar source."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from radgalgui.gui.colours import COLOUR_MAPS
from radgalgui.gui.display import LIMITS, STRETCHES, Display, Wishes
from radgalgui.gui.elided import Elided
from radgalgui.gui.facts import position_text
from radgalgui.gui.invitation import Invitation
from radgalgui.gui.notes import Notes
from radgalgui.gui.panes import Panes
from radgalgui.gui.picture_view import PictureView, Sky
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["ImagePanel"]


class ImagePanel(QWidget):
    """Header, panes, how well they fit, the readout under the pointer, controls and warnings.

    Signals: ``display_changed(Display)``; ``wishes_changed(Wishes)``; ``titled(str)`` with the
    name of what is shown.
    """

    display_changed = Signal(object)
    wishes_changed = Signal(object)
    titled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.display, self.wishes = Display(), Wishes()
        self.invitation = Invitation()
        self.panes = Panes()
        self.notes = Notes()
        self.place, self.measured = Elided("muted"), Elided("muted")
        self.readout = Elided("muted")
        self._style_text()
        self.stretch = self._chooser("Stretch", STRETCHES, self.display.stretch)
        self.limits = self._chooser("Limits", LIMITS, self.display.limits)
        self.colours = self._chooser("Colour map", COLOUR_MAPS, self.display.colour_map)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.invitation)
        self._stack.addWidget(self._galaxy())
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID + 4)
        column.addWidget(self._stack)
        self.panes.pointed.connect(self._read_out)

    def _style_text(self) -> None:
        for label in (self.place, self.measured, self.readout):
            label.setFont(numbers_font(label.font()))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.readout.setAccessibleName("Readout under the pointer")

    def _galaxy(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for label in (self.place, self.measured):
            column.addWidget(label)
        column.addSpacing(GRID)
        column.addWidget(self.panes, 1)
        column.addSpacing(4)
        column.addWidget(self.readout)
        column.addSpacing(4)
        column.addLayout(self._controls())
        column.addSpacing(GRID // 2)
        column.addWidget(self.notes)
        return body

    def _controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for title, chooser in (
            ("Stretch", self.stretch),
            ("Limits", self.limits),
            ("Colours", self.colours),
        ):
            label = QLabel(title)
            label.setObjectName("muted")
            label.setBuddy(chooser)
            row.addWidget(label)
            row.addWidget(chooser)
        row.addStretch()
        return row

    def _chooser(self, name: str, choices: tuple[str, ...], chosen: str) -> QComboBox:
        chooser = QComboBox()
        chooser.setAccessibleName(name)
        chooser.addItems(list(choices))
        chooser.setCurrentText(chosen)
        chooser.currentTextChanged.connect(self._choose)
        return chooser

    def _choose(self) -> None:
        self.display = Display(
            self.stretch.currentText(), self.limits.currentText(), self.colours.currentText()
        )
        self.display_changed.emit(self.display)

    def set_display(self, display: Display) -> None:
        """Take remembered settings."""
        self.stretch.setCurrentText(display.stretch)
        self.limits.setCurrentText(display.limits)
        self.colours.setCurrentText(display.colour_map)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.invitation.set_theme(tokens)
        self.panes.set_theme(tokens)
        self.notes.set_theme(tokens)

    def invite(self) -> None:
        """Show the empty state."""
        self.invitation.invite()
        self._stack.setCurrentIndex(0)
        self.titled.emit("")

    def refuse(self, name: str, message: str) -> None:
        """Say why a file was refused."""
        self.invitation.explain(name, message)
        self.titled.emit(name)
        self._stack.setCurrentIndex(0)

    def show_header(self, name: str, place: str, measured: str) -> None:
        """Show name and position of the galaxy, and what was measured."""
        self._stack.setCurrentIndex(1)
        self.titled.emit(name)
        self.place.setText(place)
        self.measured.setText(measured)

    def wish(self, wishes: Wishes) -> None:
        """Want other pictures, or other limits."""
        if wishes != self.wishes:
            self.wishes = wishes
            for chooser in (self.stretch, self.limits):
                chooser.setEnabled(not wishes.same_limits)
            self.wishes_changed.emit(wishes)

    def _read_out(self, view: PictureView, at: tuple[float, float] | None) -> None:
        if view.sky is None or at is None:
            self.readout.setText("")
        elif others := self.panes.alike(view):
            self.readout.setText(self._values(view.sky, at, [view, *others]))
        else:
            self.readout.setText(readout(view.sky, *at))

    def _values(self, sky: Sky, at: tuple[float, float], views: list[PictureView]) -> str:
        """Return what several pictures of the same pixels hold under the pointer."""
        panes = self.panes
        names = {panes.reconstruction: "reconstruction", panes.residual: "residual"}
        parts = [
            f"{names.get(pane, 'seen')} {_value(pane.view.sky, *at, signed=pane is panes.residual)}"
            for pane in panes.shown
            if pane.view in views and pane.view.sky is not None
        ]
        where = sky.readout.at(*at) if sky.readout is not None else None
        parts.append(f"x {at[0] + 1:.1f}  y {at[1] + 1:.1f}")
        return "   ".join([*parts, *([position_text(*where)] if where is not None else [])])


def readout(sky: Sky, x: float, y: float) -> str:
    """Return position, pixel (1-based, as FITS counts) and value under the pointer."""
    where = sky.readout.at(x, y) if sky.readout is not None else None
    parts = [position_text(*where)] if where is not None else []
    return "   ".join([*parts, f"x {x + 1:.1f}  y {y + 1:.1f}", _value(sky, x, y)])


def _value(sky: Sky, x: float, y: float, *, signed: bool = False) -> str:
    row, column = round(y), round(x)
    height, width = sky.values.shape
    value = float(sky.values[min(max(row, 0), height - 1), min(max(column, 0), width - 1)])
    if value != value:
        return "blank"
    if signed:
        return f"{value:+.1f} {sky.unit}".replace("-", "−")
    return f"{value:.4g} {sky.unit}".strip()
