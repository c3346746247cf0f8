"""The legend of a histogram: a line a set, and one click that shows or hides it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.likelihood.chart import Series
from radgalgui.gui.likelihood.plotting import series_pen
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["Line", "SetList", "Swatch"]

#: What the numbers of a line mean, for the tooltip.
MEANING = (
    "<p>How many galaxies; the percentile of the middle one among the catalogue's own; how many lie"
    " outside of the central 99.9 % of the catalogue's own.</p>"
)


@dataclass(frozen=True)
class Line:
    """What a line says: the set's key and title, how it is drawn, what is known of it."""

    key: str
    title: str
    colour: str
    dash: tuple[float, ...]
    words: str
    shown: bool
    enabled: bool = True


class Swatch(QWidget):
    """A piece of a set's outline."""

    def __init__(self, series: Series) -> None:
        super().__init__()
        self._series, self._tokens = series, LIGHT
        self.setFixedSize(QSize(26, 14))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a step of the outline, filled for the catalogue."""
        painter = QPainter(self)
        if not self._series.colour:
            fill = QColor(self._tokens.muted)
            fill.setAlphaF(0.28)
            painter.fillRect(QRectF(0, 3, 26, 10), fill)
            painter.setPen(series_pen(self._series, self._tokens, 1.0))
            painter.drawLine(QPointF(0, 3), QPointF(26, 3))
        else:
            painter.setPen(series_pen(self._series, self._tokens, 2.2))
            painter.drawLine(QPointF(0, 7), QPointF(26, 7))
        painter.end()


class SetList(QWidget):
    """``toggled(key, shown)`` tells the set that was clicked."""

    toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._tokens = LIGHT
        self.boxes: dict[str, QCheckBox] = {}
        self.words: dict[str, Elided] = {}
        self._swatches: list[Swatch] = []
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for swatch in self._swatches:
            swatch.set_theme(tokens)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show sets; lines that are there already stay, so that the focus does."""
        if [line.key for line in lines] != [line.key for line in self._lines]:
            self._build(lines)
        self._lines = lines
        for line in lines:
            box, words = self.boxes[line.key], self.words[line.key]
            box.setChecked(line.shown)
            box.setEnabled(line.enabled)
            words.setText(line.words)
            box.setAccessibleDescription(line.words)

    def _build(self, lines: tuple[Line, ...]) -> None:
        if self._body is not None:
            self._body.deleteLater()
            self._column.removeWidget(self._body)
        body = self._body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        self.boxes, self.words, self._swatches = {}, {}, []
        for number, line in enumerate(lines):
            self._add(grid, 3 * number, line)
        self._column.addWidget(body)

    def _add(self, grid: QGridLayout, row: int, line: Line) -> None:
        box, words = QCheckBox(_short(line.title)), Elided("muted")
        box.setToolTip(f"Show or hide {line.title}")
        box.setAccessibleName(line.title)
        words.setFont(numbers_font(words.font()))
        words.explain(MEANING)
        swatch = Swatch(Series(line.key, line.title, (), line.colour, line.dash))  # type: ignore[arg-type]
        swatch.set_theme(self._tokens)
        grid.addWidget(box, row, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(swatch, row, 2, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(words, row + 1, 1, 1, 2)
        grid.setColumnMinimumWidth(0, 14)
        grid.setRowMinimumHeight(row + 2, GRID)
        box.clicked.connect(lambda shown, key=line.key: self.toggled.emit(key, shown))
        self.boxes[line.key], self.words[line.key] = box, words
        self._swatches.append(swatch)


def _short(title: str, most: int = 28) -> str:
    text = title if len(title) <= most else f"{title[: most - 1].rstrip()}…"
    return text.replace("&", "&&")
