"""The catalogue laid over the map, on the sky too: its diamonds, their key, and the pointer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from radgalgui.gui.background import Background
from radgalgui.gui.catalogs.layer_card import Sign
from radgalgui.gui.catalogs.overlay_presenter import codes_of, counted
from radgalgui.gui.elided import Elided
from radgalgui.gui.facts import source_position
from radgalgui.gui.skyview.panel import SkyPanel
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import GRID, Tokens, numbers_font

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["LaidOnSky", "SkyKey"]


class SkyKey(QWidget):
    """A line that names the catalogue laid over, and says what its diamonds mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Catalogue laid over the sky")
        self.setFont(numbers_font(self.font()))
        self.title, self.note = Elided("strong"), Elided("muted")
        self.signs = (Sign(new=False), Sign(new=True))
        self.counts = (Elided("muted"), Elided("muted"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 4, 2 * GRID, 2)
        row.setSpacing(GRID)
        row.addWidget(self.title)
        for sign, count in zip(self.signs, self.counts, strict=True):
            row.addWidget(sign)
            row.addWidget(count)
        row.addWidget(self.note)
        row.addStretch(1)
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for sign in self.signs:
            sign.set_theme(tokens)

    def tell(self, title: str, counts: tuple[str, str], note: str) -> None:
        """Show a catalogue's name, how many of its sources are of each kind, and a remark."""
        self.title.setText(title)
        self.title.setToolTip(title)
        signs = zip(self.signs, self.counts, counts, ("familiar", "new"), strict=True)
        for sign, label, text, brief in signs:
            number = text.split(" ")[0]
            label.setText(text, f"{number} {brief}", number)
            for widget in (sign, label):
                widget.setToolTip(text)
                widget.setVisible(bool(text))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.setAccessibleDescription(". ".join(filter(None, (title, *counts, note))))
        self.show()


class LaidOnSky(QObject):
    """Follows what is laid over the map; positions are sorted once, in a thread."""

    def __init__(self, window: MainWindow, panel: SkyPanel, thread: Background) -> None:
        super().__init__(panel)
        view = panel.view
        self._window, self._view, self._thread = window, view, thread
        self.key = SkyKey()
        panel.stand_below(self.key)
        self._sorted: tuple[Sources, Sphere] | None = None
        self._asked: Sources | None = None
        self._overlay = window.commands.catalogs.overlay
        view.layer_hovered.connect(self._hover)
        if self._overlay is not None:
            self._overlay.drawn.connect(self.show)
            view.layer_picked.connect(self._overlay.pick)
        window.map.view.layer_hovered.connect(self._pointed_on_map)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.key.set_theme(tokens)

    def show(self) -> None:
        """Show what is laid over, if the sky can be seen."""
        overlay = self._overlay.shown if self._overlay is not None else None
        if overlay is None:
            self._view.set_layer(None)
            self.key.hide()
            if self._overlay is None or self._overlay.asking.overlay is None:
                self._sorted = self._asked = None  # the catalogue is let go
        elif not self._view.isVisible() or not self._view.isEnabled():
            return
        elif self._sorted is None or self._sorted[0] is not overlay.sources:
            self._sort(overlay.sources)
        else:
            sphere = self._sorted[1]
            self._view.set_layer(sphere, codes_of(overlay))
            lacking = len(overlay.sources) - len(sphere)
            note = f"{lacking:,} have no position" if len(sphere) else "no positions on the sky"
            counts = counted(overlay) if len(sphere) else ("", "")
            self.key.tell(overlay.title, counts, note if lacking else "")

    def _sort(self, sources: Sources) -> None:
        if sources is self._asked:
            return
        self._asked = sources

        def take(sphere: Sphere) -> None:
            if sources is self._asked:
                self._sorted, self._asked = (sources, sphere), None
                self.show()

        def fail(error: Exception) -> None:
            raise error

        self._thread.run(lambda: _sphere_of(sources), take, fail)

    # -- pointer ---------------------------------------------------------------------------

    def _hover(self, row: int | None) -> None:
        """Show the card of a diamond, and ring it on the map as well."""
        overlay = self._overlay.shown if self._overlay is not None else None
        told = self._overlay.tell(row) if self._overlay is not None and row is not None else None
        if row is None or overlay is None or told is None:
            self._view.point_out(None)
            self._ring_on_map(None)
            return
        self._view.point_out(source_position(overlay.sources, row))
        places = overlay.on_map(self._window.presenter.method)
        place = None if places is None else (float(places[row, 0]), float(places[row, 1]))
        self._ring_on_map(place)
        self._view.card.show_source(self._view.hover_at, *told)

    def _ring_on_map(self, place: tuple[float, float] | None) -> None:
        marks = self._window.map.view.marks
        if place is None or np.isfinite(place).all():
            marks.set_marks(replace(marks.marks, hovered=place))

    def _pointed_on_map(self, row: int | None) -> None:
        overlay = self._overlay.shown if self._overlay is not None else None
        if self._view.isVisible() and overlay is not None:
            position = None if row is None else source_position(overlay.sources, row)
            self._view.point_out(position)


def _sphere_of(sources: Sources) -> Sphere:
    """Return the sources by where they lie on the sky; none where the table does not say."""
    columns = [sources.columns[name] for name in ("ra", "dec") if name in sources.columns]
    if len(columns) < 2 or not (sources.numeric("ra") and sources.numeric("dec")):
        return Sphere(np.empty(0), np.empty(0))
    ra, dec = (np.asarray(column, dtype=float) for column in columns)
    return Sphere(ra, dec)
