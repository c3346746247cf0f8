"""The galaxy: original, encoder's view, reconstruction and residual, or a similar source."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.colours import COLOUR_MAPS
from radgalgui.gui.display import BY_HAND, LIMITS, STRETCHES, TIPS, Display, Wishes
from radgalgui.gui.dock import theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.imaging.limits_strip import LimitsStrip
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
        self.strip = LimitsStrip()
        self.strip.hide()
        self.strip.follow(self.panes.left.view)
        self.strip.chosen.connect(self.limit_by_hand)
        self._by_hand: dict[str, tuple[float, float]] = {}  # limits of each image
        self._image, self._automatic = "", self.display.limits
        self.tools = QHBoxLayout()  # switches of others, beside name and position
        self.place, self.measured = Elided("muted"), Elided("muted")
        self.readout = CursorReadout()
        self.extras = QVBoxLayout()  # others stand here, between pictures and controls
        self._style_text()
        self.stretch = self._chooser("Stretch", STRETCHES, self.display.stretch)
        self.limits = self._chooser("Limits", (*LIMITS, BY_HAND), self.display.limits)
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
        column.addLayout(self._head())
        column.addSpacing(GRID)
        column.addWidget(self.panes, 1)
        column.addSpacing(4)
        column.addWidget(self.readout)
        column.addLayout(self.extras)
        column.addWidget(self.strip)
        column.addSpacing(4)
        column.addLayout(self._controls())
        column.addSpacing(GRID // 2)
        column.addWidget(self.notes)
        return body

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.place, self.measured):
            words.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addLayout(words, 1)
        self.tools.setSpacing(2)
        row.addLayout(self.tools)
        return row

    def add_tool(self, button: QAbstractButton) -> None:
        """Put a quiet button beside name and position, after those that stand there."""
        self.tools.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order."""
        items = (self.tools.itemAt(number) for number in range(self.tools.count()))
        tools = [w for item in items if item is not None and (w := item.widget()) is not None]
        blinking, strip = self.panes.blinking, self.strip
        return [
            *tools,
            *self.panes.views,
            *(blinking.end, blinking.pause, blinking.next, blinking.slider),
            *(strip.black, strip.for_all, strip.histogram, strip.white, strip.in_view),
            *(self.stretch, self.limits, self.colours, self.notes),
        ]

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
        chooser.setToolTip(TIPS[name])
        chooser.addItems(list(choices))
        chooser.setCurrentText(chosen)
        chooser.currentTextChanged.connect(self._choose)
        return chooser

    def _choose(self) -> None:
        limits, span = self.limits.currentText(), None
        if limits == BY_HAND:
            span = self._by_hand.get(self._image) or self._present_span()
            if span is not None:
                self._by_hand[self._image] = span
        else:
            self._automatic = limits
            self._by_hand.pop(self._image, None)
        self.display = Display(self.stretch.currentText(), limits, self.colours.currentText(), span)
        self.display_changed.emit(self.display)

    def _present_span(self) -> tuple[float, float] | None:
        """Return the limits in which the original is shown now."""
        view = self.panes.left.view
        return view.levels.span(view.display) if view.levels is not None else None

    def limit_by_hand(self, low: float, high: float) -> None:
        """Show the original between two values of its unit, for as long as it is looked at."""
        self._by_hand[self._image] = (low, high)
        if self.wishes.same_limits:
            self.wish(replace(self.wishes, same_limits=False))
        if self.limits.currentText() == BY_HAND:
            self._choose()
        else:
            self.limits.setCurrentText(BY_HAND)

    def show_image(self, key: str) -> None:
        """Take the limits that belong to an image: its own by hand, or the last automatic ones."""
        if key == self._image:
            return
        if self.strip.for_all.isChecked() and self._image in self._by_hand:
            self._by_hand[key] = self._by_hand[self._image]
        self._image = key
        span = self._by_hand.get(key)
        limits = BY_HAND if span is not None else self._automatic
        self.limits.blockSignals(True)
        self.limits.setCurrentText(limits)
        self.limits.blockSignals(False)
        self.display = replace(self.display, limits=limits, span=span)

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
        self.strip.set_theme(tokens)
        for number in range(self.tools.count()):
            item = self.tools.itemAt(number)
            button = item.widget() if item is not None else None
            if isinstance(button, QToolButton):
                theme_button(button, tokens)

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
