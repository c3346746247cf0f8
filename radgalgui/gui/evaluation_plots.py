"""Pictures of an evaluation: confusion matrix, ROC curves, reliability curves."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from radgalgui.gui.colours import OKABE_ITO, on_ground
from radgalgui.gui.elided import Elided
from radgalgui.gui.evaluation_report import Measured, in_words
from radgalgui.gui.names import classifier_brief, classifier_words, encoder_title
from radgalgui.gui.still_plot import still_plot
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["ConfusionView", "CurveView", "Key", "result_title"]

COLOURS = len(OKABE_ITO) - 1  # yellow is left out
MOST = 2 * COLOURS  # curves that can be told apart: the second of a colour has another line
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
SYMBOLS = "ostdph"
CELL = 72


def result_title(row: Measured) -> str:
    """Return encoder and classifier as a curve is called, and how it differs from its like."""
    title = f"{encoder_title(row.encoder)} {classifier_brief(row.classifier)}"
    return f"{title}, {in_words(row.apart)}" if row.apart else title


def colour_of(number: int, tokens: Tokens) -> str:
    """Return the colour of the curve of that number."""
    return on_ground(OKABE_ITO[number % COLOURS], dark=tokens.dark)


def pen(number: int, tokens: Tokens) -> object:
    """Return the colour and line of the curve of that number."""
    style = STYLES[(number + number // COLOURS) % len(STYLES)]
    return pg.mkPen(colour_of(number, tokens), width=2, style=style)


def _has_curves(row: Measured) -> bool:
    return bool(row.roc.x or row.reliability.x)


def _explained(rows: Sequence[Measured]) -> list[str]:
    """Return what the classifiers of results are, each once."""
    names = dict.fromkeys(row.classifier for row in rows)
    return [f"{classifier_brief(name)}: {classifier_words(name)}" for name in names]


class CurveView(QWidget):
    """Curves within the unit square under a title, with the diagonal for comparison."""

    def __init__(self, title: str, x: str, y: str, *, dots: bool = False) -> None:
        super().__init__()
        self.title = QLabel(title)
        self.title.setObjectName("strong")
        self.plot = still_plot(title)
        self.plot.setRange(xRange=(0, 1), yRange=(0, 1), padding=0.02)
        self.plot.getViewBox().setAspectLocked(lock=False)
        self._labels = {"bottom": x, "left": y}
        self._dots = dots
        self._rows: list[tuple[int, Measured]] = []
        self._tokens = LIGHT
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.title)
        column.addWidget(self.plot, 1)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.plot.setBackground(tokens.window)
        for side, text in self._labels.items():
            axis = self.plot.getAxis(side)
            axis.setPen(tokens.strong_line)
            axis.setTextPen(tokens.muted)
            axis.setLabel(text, color=tokens.muted)
        self._draw()

    def show_rows(self, rows: Sequence[Measured]) -> None:
        """Draw the curves of results."""
        self._rows = list(enumerate(rows[:MOST]))
        self._draw()

    def curve(self, row: Measured) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return what is drawn of a result."""
        told = row.reliability if self._dots else row.roc
        return told.x, told.y

    def _draw(self) -> None:
        self.plot.clear()
        grey = pg.mkPen(self._tokens.strong_line, width=1)
        self.plot.plot((0, 1), (0, 1), pen=grey)
        for number, row in self._rows:
            x, y = self.curve(row)
            if not x:
                continue
            marks = {}
            if self._dots:
                colour = colour_of(number, self._tokens)
                symbol = SYMBOLS[(number + number // COLOURS) % len(SYMBOLS)]
                marks = {"symbol": symbol, "symbolSize": 7}
                marks |= {"symbolBrush": colour, "symbolPen": colour}
            self.plot.plot(x, y, pen=pen(number, self._tokens), **marks)


class Key(QWidget):
    """Which line is which result."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Key to the curves")
        self.setFont(numbers_font(self.font()))
        self._rows: list[Measured] = []
        self._left_out = 0
        self._tokens = LIGHT

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_rows(self, rows: Sequence[Measured]) -> None:
        """Explain the curves of results."""
        self._rows, self._left_out = list(rows[:MOST]), max(len(rows) - MOST, 0)
        self.setAccessibleDescription(", ".join(self.texts()))
        self.setToolTip("\n".join(_explained(self._rows)))
        self.updateGeometry()
        self.update()

    def texts(self) -> list[str]:
        """Return what stands in the key."""
        texts = [
            result_title(row) + ("" if _has_curves(row) else " (no curves kept)")
            for row in self._rows
        ]
        return [*texts, f"and {self._left_out} more, not drawn"] if self._left_out else texts

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self.font())
        return [metrics.horizontalAdvance(text) + 6 * GRID for text in self.texts()]

    def sizeHint(self) -> QSize:
        """Return room for one line, or more."""
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def hasHeightForWidth(self) -> bool:
        """Return that a narrow key is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at a width."""
        return (self._places(width)[1] + 1) * (QFontMetrics(self.font()).height() + 4)

    def _places(self, width: int) -> tuple[list[tuple[int, int]], int]:
        left, line, places = 0, 0, []
        for wide in self._widths():
            if left and left + wide > width:
                left, line = 0, line + 1
            places.append((left, line))
            left += wide
        return places, line

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a piece of line and the words for each."""
        painter, metrics = QPainter(self), QFontMetrics(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = metrics.height() + 4
        places, _ = self._places(self.width())
        for number, ((left, line), text) in enumerate(zip(places, self.texts(), strict=True)):
            middle = line * high + high / 2
            if number < len(self._rows) and _has_curves(self._rows[number]):
                painter.setPen(pen(number, self._tokens))
                painter.drawLine(left, int(middle), left + 3 * GRID, int(middle))
            painter.setPen(QColor(self._tokens.text))
            painter.drawText(left + 4 * GRID, int(middle + metrics.ascent() / 2 - 1), text)
        painter.end()


class ConfusionView(QWidget):
    """Counts of true against predicted classes; the darker, the larger the share of its row."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Elided("strong")
        self.grid = _Grid()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.title)
        column.addWidget(self.grid, 1)
        self.show_row(None, ())

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.grid.tokens = tokens
        self.grid.update()

    def show_row(self, row: Measured | None, classes: Sequence[str]) -> None:
        """Show the matrix of a result; None for none."""
        title = "Confusion matrix"
        self.title.setText(f"{title} of {result_title(row)}" if row is not None else title)
        self.grid.show_counts(row.confusion if row is not None else (), classes)


class _Grid(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Confusion matrix")
        self.setFont(numbers_font(self.font()))
        self.setMinimumSize(220, 180)
        self.tokens = LIGHT
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._classes: tuple[str, ...] = ()

    def show_counts(self, counts: tuple[tuple[int, ...], ...], classes: Sequence[str]) -> None:
        """Show counts, a row a true class."""
        self._counts = counts if len(counts) == len(classes) else ()
        self._classes = tuple(classes)
        lines = [
            f"{count} {true} taken for {taken}"
            for true, row in zip(self._classes, self._counts, strict=False)
            for taken, count in zip(self._classes, row, strict=True)
        ]
        self.setAccessibleDescription("; ".join(lines))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells and what they stand for."""
        painter, metrics = QPainter(self), QFontMetrics(self.font())
        painter.setPen(QColor(self.tokens.muted))
        if not self._counts:
            words = "Select a row to see what was taken for what."
            room = self.rect().adjusted(GRID, GRID, -GRID, -GRID)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            painter.end()
            return
        line, number = metrics.height(), len(self._classes)
        widest = max(metrics.horizontalAdvance(name) for name in self._classes) + 4
        left = min(widest, self.width() // 3) + GRID
        top = 2 * line + GRID // 2
        side = min((self.width() - left) // number, (self.height() - top) // number, 2 * CELL)
        across = QRectF(left, 0, side * number, line)
        painter.drawText(across, Qt.AlignmentFlag.AlignHCenter, "taken for")
        truly = QRectF(0, line, left - GRID, line)
        painter.drawText(truly, Qt.AlignmentFlag.AlignRight, "is")
        mode = Qt.TextElideMode.ElideRight
        for i, name in enumerate(self._classes):
            above = QRectF(left + i * side, line, side - 4, line)
            short = metrics.elidedText(name, mode, side - 4)
            painter.setPen(QColor(self.tokens.muted))
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter, short)
            beside = QRectF(0, top + i * side, left - GRID, side - 2)
            short = metrics.elidedText(name, mode, left - GRID)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | middle, short)
            self._paint_row(painter, i, QRectF(left, top + i * side, side - 2, side - 2))
        painter.end()

    def _paint_row(self, painter: QPainter, i: int, first: QRectF) -> None:
        row = self._counts[i]
        for j, count in enumerate(row):
            cell = first.translated(j * (first.width() + 2), 0)
            share = count / max(sum(row), 1)
            colour = _blend(self.tokens.raised, self.tokens.text, 0.85 * share)
            painter.fillRect(cell, colour)
            painter.setPen(QColor("#ffffff" if colour.lightnessF() < 0.5 else "#101114"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{count:,}\n{100 * share:.0f} %")


def _blend(ground: str, ink: str, share: float) -> QColor:
    """Return a colour between two."""
    low, high = QColor(ground), QColor(ink)
    pairs = (
        (low.red(), high.red()),
        (low.green(), high.green()),
        (low.blue(), high.blue()),
    )
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))
