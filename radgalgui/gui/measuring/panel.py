"""The list of measurements, and the profile that is picked in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from radgalgui.gui.dock import quiet_button
from radgalgui.gui.measuring.kinds import KINDS
from radgalgui.gui.measuring.measurement import Measurement
from radgalgui.gui.measuring.profile_plot import ProfilePlot
from radgalgui.gui.measuring.table import MeasuredTable
from radgalgui.gui.theme import GRID, LIGHT, Tokens
from radgalgui.sky.measuring.profiles import Profile

__all__ = ["MeasuredPanel"]

EMPTY = (
    "<p>Nothing measured on this galaxy yet.<br>Take a tool and draw on its picture:</p>"
    "<table align='center' cellspacing='4'>"
    + "".join(f"<tr><td><b>{w.keys}</b></td><td>{w.tip}</td></tr>" for w in KINDS.values())
    + "</table>"
)


LOW, WIDE = 440, 520  # pixels


class MeasuredPanel(QWidget):
    """What was measured on the galaxy that is shown; ``buttons`` belong into its title.

    ``picked(Measurement or None)`` tells the one in the list, ``removed(list)`` those to let go;
    ``copied()``, ``exported()`` and ``profile_exported(Measurement)`` ask for what they say;
    ``pointed(Measurement, float)`` tells the distance along a profile under the pointer.
    """

    picked = Signal(object)
    removed = Signal(list)
    copied = Signal()
    exported = Signal()
    profile_exported = Signal(object)
    pointed = Signal(object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = MeasuredTable()
        self.profile: ProfilePlot | None = None  # made with the first profile
        self._tokens = LIGHT
        self.empty = QLabel(EMPTY)
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.copy_button = quiet_button("copy", "Copy the picked lines, or all of them")
        self.export_button = quiet_button(
            "export", "Export all measurements of this session, of all galaxies, as CSV"
        )
        self.remove_button = quiet_button("minus", "Let the picked ones go (Delete)")
        self.buttons = (self.remove_button, self.copy_button, self.export_button)
        self._stack = QStackedWidget()
        self._lay_out()
        self.table.picked.connect(self._pick)
        self.table.removed.connect(self._remove)
        self.copy_button.clicked.connect(self.copied)
        self.export_button.clicked.connect(self.exported)
        self.remove_button.clicked.connect(self._remove)
        self.show_rows([], None)

    def _lay_out(self) -> None:
        body = QWidget()
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom, body)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self.table, 1)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        if self.profile is not None:
            self.profile.set_theme(tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the profile beside the list where it is low, below it elsewhere."""
        super().resizeEvent(event)
        beside = self.height() < LOW and self.width() >= WIDE
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._body.direction() is not way:
            self._body.setDirection(way)
            self._body.setStretch(0, 5 if beside else 1)
            self._body.setStretch(1, 6 if beside else 2)

    def show_rows(self, rows: Sequence[Measurement], picked: Measurement | None) -> None:
        """List measurements, one of them picked; say how to begin where there are none."""
        self._stack.setCurrentIndex(1 if rows else 0)
        self.table.show_rows(rows, picked)
        self._show_profile(picked)
        self.remove_button.setEnabled(bool(self.table.chosen))
        self.copy_button.setEnabled(bool(rows))

    def _pick(self, chosen: list[Measurement]) -> None:
        self.remove_button.setEnabled(bool(chosen))
        self.picked.emit(chosen[-1] if chosen else None)

    def _remove(self) -> None:
        if self.table.chosen:
            self.removed.emit(self.table.chosen)

    def _show_profile(self, picked: Measurement | None) -> None:
        wanted = picked is not None and isinstance(picked.result, Profile)
        if wanted and self.profile is None:
            self.profile = ProfilePlot()
            self.profile.layout().setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)  # type: ignore[union-attr]
            self.profile.set_theme(self._tokens)
            self.profile.pointed.connect(self._point)
            self.profile.export_wanted.connect(self._export_profile)
            self._body.insertWidget(1, self.profile, 2)
        if self.profile is not None:
            self.profile.setVisible(wanted)
            if wanted and picked is not None and picked is not self.profile.shown:
                self.profile.show_profile(picked)

    def _point(self, distance: float) -> None:
        if self.profile is not None and self.profile.shown is not None:
            self.pointed.emit(self.profile.shown, distance)

    def _export_profile(self) -> None:
        if self.profile is not None and self.profile.shown is not None:
            self.profile_exported.emit(self.profile.shown)
