"""Which line of a histogram is which of two surveys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.likelihood.chart import Series
from radgalgui.gui.likelihood.set_list import Swatch
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["PairLegend"]


class PairLegend(QWidget):
    """A piece of each line with its title and how many sources it has."""

    def __init__(self) -> None:
        super().__init__()
        self._tokens = LIGHT
        self._swatches: list[Swatch] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for swatch in self._swatches:
            swatch.set_theme(tokens)

    def show_series(self, series: Sequence[Series]) -> None:
        """Name other lines."""
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._swatches = [Swatch(one) for one in series]
        for swatch, one in zip(self._swatches, series, strict=True):
            words = Elided("legendWords")
            words.setText(f"{one.title} ({len(one.values):,})")
            swatch.set_theme(self._tokens)
            self._row.addWidget(swatch)
            self._row.addWidget(words)
