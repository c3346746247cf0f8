"""Limits by hand: typed at both ends of a histogram, or dragged in it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from radgalgui.gui.imaging.brightness import Ruler
from radgalgui.gui.imaging.histogram import Histogram
from radgalgui.gui.imaging.pixel_counts import PixelCounts
from radgalgui.gui.picture_view import PictureView
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["LimitsStrip"]

NO_ORIGINAL = "Limits belong to original images; this is shown as the encoder sees it."
REST_MS = 120  # after which the pixels in view are counted again


class LimitsStrip(QWidget):
    """Black, the histogram, white; for the original.

    Signals: ``wanted(values, part)`` asks for counts, to be given to `show_counts`;
    ``dragged(low, high)`` while limits move, ``chosen(low, high)`` when they stand;
    ``in_view_changed(bool)``.
    """

    wanted = Signal(object, object)
    dragged = Signal(float, float)
    chosen = Signal(float, float)
    in_view_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.histogram = Histogram()
        self.black, self.white = self._field("Black"), self._field("White")
        self.in_view = QCheckBox("In view")
        self.in_view.setToolTip("Count the pixels that are in view, instead of all")
        self.for_all = QCheckBox("All images")
        self.for_all.setToolTip("Keep limits set by hand for the other images too")
        self.problem = QLabel(NO_ORIGINAL)
        self.problem.setObjectName("muted")
        self.problem.setWordWrap(True)
        self._view: PictureView | None = None
        self._asked: object = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        self._lay_out()
        self.histogram.dragged.connect(self._dragging)
        self.histogram.dropped.connect(self.chosen)
        self.in_view.toggled.connect(self._change_part)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(f"Value shown as {name.lower()}")
        field.setToolTip(
            f"Value shown as {name.lower()}: a number in the unit shown, "
            "or with one, such as 0.5 mJy or 3 σ"
        )
        field.setFont(numbers_font(self.font()))
        field.setFixedWidth(96)
        field.editingFinished.connect(self._typed)
        return field

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.black, 0, 0)
        grid.addWidget(self.histogram, 0, 1, 2, 1)
        grid.addWidget(self.white, 0, 2)
        grid.addWidget(self.for_all, 1, 0)
        grid.addWidget(self.in_view, 1, 2)
        grid.addWidget(self.problem, 0, 0, 2, 3)
        grid.setColumnStretch(1, 1)
        self._offer(there=False)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.histogram.set_theme(tokens)

    def _offer(self, *, there: bool) -> None:
        for widget in (self.black, self.white, self.histogram, self.for_all, self.in_view):
            widget.setVisible(there)
        self.problem.setVisible(not there)

    # -- what is shown ---------------------------------------------------------------------

    def follow(self, view: PictureView) -> None:
        """Show the pixels of a view, now and whenever it shows others."""
        self._view = view
        view.shown.connect(self.renew)
        view.moved.connect(self._moved)

    def renew(self) -> None:
        """Show what the view shows: count anew if the pixels are others."""
        view = self._view
        there = view is not None and view.sky is not None and not view.sky.grid
        self._offer(there=there)
        if view is None or view.sky is None or view.levels is None or not there:
            return
        self.histogram.show_display(view.display, view.levels.span(view.display))
        self._tell()
        if not self.isHidden() and self._asked is not view.sky.values:
            self._asked = view.sky.values
            self.histogram.show_counts(None, Ruler())
            self._ask()

    def show_counts(self, values: object, counts: PixelCounts | None) -> None:
        """Take counts that were wanted, unless another picture has come since."""
        view = self._view
        if view is None or view.sky is None or view.sky.values is not values:
            return
        noise = counts.noise if counts is not None else 0.0
        ruler = Ruler.of(view.sky.unit, noise)
        self.histogram.show_counts(counts, ruler)
        self._tell()

    def _ask(self) -> None:
        view = self._view
        if view is not None and view.sky is not None and not self.isHidden():
            part = view.stage.part.toAlignedRect()
            corners = (part.left(), part.top(), part.right() + 1, part.bottom() + 1)
            self.wanted.emit(view.sky.values, corners if self.in_view.isChecked() else None)

    def _moved(self) -> None:
        if self.in_view.isChecked() and not self.isHidden():
            self._rest.start()

    def _change_part(self, on: bool) -> None:
        self._ask()
        self.in_view_changed.emit(on)

    def _tell(self) -> None:
        """Write the limits into their fields."""
        for field, value in zip((self.black, self.white), self.histogram.span, strict=True):
            if not field.hasFocus() or not field.isModified():
                field.setText(self.histogram.ruler.number(value, 4))

    # -- limits by hand --------------------------------------------------------------------

    def _dragging(self, low: float, high: float) -> None:
        self._tell()
        if self._view is not None and self._view.sky is not None:
            display = replace(self._view.display, span=(low, high))
            self._view.show_sky(self._view.sky, display)
        self.dragged.emit(low, high)

    def _typed(self) -> None:
        """Take typed limits; what cannot be read, or is the wrong way round, is put back."""
        fields = (self.black, self.white)
        if not any(field.isModified() for field in fields):
            return
        ruler, span = self.histogram.ruler, self.histogram.span
        read = [
            ruler.read(field.text()) if field.isModified() else value
            for field, value in zip(fields, span, strict=True)
        ]
        for field in fields:
            field.setModified(False)
        low, high = read
        if low is not None and high is not None and low < high:
            self.chosen.emit(low, high)
        self._tell()
