"""The galaxy: original, encoder's view, reconstruction and residual, or a similar source."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from radgalgui.gui.colours import COLOUR_MAPS
from radgalgui.gui.display import LIMITS, STRETCHES, Display, Wishes
from radgalgui.gui.elided import Elided
from radgalgui.gui.invitation import Invitation
from radgalgui.gui.measuring.cursor import CursorReadout, value_words
from radgalgui.gui.notes import Notes
from radgalgui.gui.panes import Panes
from radgalgui.gui.picture_view import PictureView
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["ImagePanel"]

LOW = 440  # pixels; less has no room for two lines of readout


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
        self.readout = CursorReadout()
        self.extras = QVBoxLayout()  # others stand here, between pictures and controls
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
        for label in (self.place, self.measured):
            label.setFont(numbers_font(label.font()))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

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
        column.addLayout(self.extras)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the pictures where there is little."""
        super().resizeEvent(event)
        self.readout.be_brief(brief=self.height() < LOW)

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
            self.readout.clear()
        else:
            others = self.panes.alike(view)
            values = self._values(at, [view, *others]) if others else ""
            self.readout.point(view.sky, *at, values)

    def _values(self, at: tuple[float, float], views: list[PictureView]) -> str:
        """Return what several pictures of the same pixels hold under the pointer."""
        panes = self.panes
        names = {panes.reconstruction: "reconstruction", panes.residual: "residual"}
        parts = [
            f"{names.get(pane, 'seen')} "
            + value_words(pane.view.sky, *at, signed=pane is panes.residual)
            for pane in panes.shown
            if pane.view in views and pane.view.sky is not None
        ]
        return "   ".join(parts)
