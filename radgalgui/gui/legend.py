"""The key to the map's colours: a bar with its values, or one line a category."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from radgalgui.gui.colours import LEVELS, Scale
from radgalgui.gui.stamps import offsets, shape_of
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["Legend"]

BAR = QSize(176, 6)


class Legend(QWidget):
    """Title, colours and values of what colours the map."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(numbers_font(self.font()))
        self.setAccessibleName("Key to the colours of the map")
        self._title, self._scale, self._tokens = "", None, LIGHT
        self.hide()

    _scale: Scale | None

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_scale(self, title: str, scale: Scale) -> None:
        """Explain ``scale`` under ``title``."""
        self._title, self._scale = title, scale if title else None
        self.setAccessibleDescription(f"{title}: {', '.join(scale.categories)}")
        self.resize(self.sizeHint())
        self.setVisible(bool(title))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that title and key need."""
        metrics = QFontMetrics(self.font())
        if self._scale is None:
            return QSize(0, 0)
        line = metrics.height()
        if self._scale.kind != "categories":
            return QSize(BAR.width() + 4 * GRID, 2 * line + BAR.height() + 2 * GRID)
        words = (self._title, *self._scale.categories)
        width = max(metrics.horizontalAdvance(word) for word in words) + 5 * GRID
        return QSize(width, (len(self._scale.categories) + 1) * (line + 2) + GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title and key."""
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_backdrop(painter)
        painter.setPen(QColor(self._tokens.text))
        ascent = QFontMetrics(self.font()).ascent()
        painter.drawText(QPointF(0, ascent), self._title)
        if self._scale.kind == "categories":
            self._paint_categories(painter, self._scale)
        else:
            self._paint_bar(painter, self._scale)
        painter.end()

    def _paint_backdrop(self, painter: QPainter) -> None:
        """Let the points shine through only so much that the words stay readable."""
        veil = QColor(self._tokens.canvas)
        veil.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.translate(GRID, GRID / 2)

    def _paint_bar(self, painter: QPainter, scale: Scale) -> None:
        metrics = QFontMetrics(self.font())
        top = metrics.height() + GRID / 2
        table = scale.table(dark=self._tokens.dark)
        step = BAR.width() / LEVELS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for i in range(LEVELS):
            colour = QColor(*(int(v) for v in table[i + 1]))
            painter.fillRect(QRectF(i * step, top, step + 1, BAR.height()), colour)
        painter.setPen(QColor(self._tokens.muted))
        base = top + BAR.height() + metrics.ascent() + 3
        after = -1.0
        for place, text in ticks(scale):
            width = metrics.horizontalAdvance(text)
            left = max(0.0, place * BAR.width() - width / 2)
            if left > after:
                painter.drawText(QPointF(left, base), text)
                after = left + width + GRID / 2

    def _paint_categories(self, painter: QPainter, scale: Scale) -> None:
        metrics = QFontMetrics(self.font())
        table = scale.table(dark=self._tokens.dark)
        line = metrics.height() + 2
        for i, word in enumerate(scale.categories):
            middle = (i + 1.5) * line
            self._paint_shape(painter, i + 1, middle, QColor(*(int(v) for v in table[i + 1])))
            painter.setPen(QColor(self._tokens.muted))
            painter.drawText(QPointF(2 * GRID, middle + metrics.ascent() / 2 - 1), word)

    def _paint_shape(self, painter: QPainter, code: int, middle: float, colour: QColor) -> None:
        """Draw a category's shape as the map does, pixel by pixel."""
        for dy, dx in offsets(shape_of(code), 4)[0]:
            painter.fillRect(QRectF(GRID / 2 + dx, round(middle) + dy, 1, 1), colour)


def ticks(scale: Scale) -> list[tuple[float, str]]:
    """Return places from 0 to 1 along a continuous scale with the round values there."""
    if not scale.high > scale.low:
        return [(0.0, f"{scale.low:.3g}")]
    values = _log_values(scale) if scale.kind == "log" else _linear_values(scale)
    made = []
    for value in values:
        if scale.kind == "log":
            place = math.log(value / scale.low) / math.log(scale.high / scale.low)
        else:
            place = (value - scale.low) / (scale.high - scale.low)
        made.append((place, f"{value:g}"))
    return made


def _log_values(scale: Scale) -> list[float]:
    first = math.floor(math.log10(scale.low))
    last = math.ceil(math.log10(scale.high))
    values = [m * 10.0**e for e in range(first, last + 1) for m in (1, 2, 5)]
    return [v for v in values if scale.low <= v <= scale.high]


def _linear_values(scale: Scale) -> list[float]:
    rough = (scale.high - scale.low) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(m * unit for m in (1, 2, 5, 10) if m * unit >= rough)
    first = math.ceil(scale.low / step)
    return [i * step for i in range(first, math.floor(scale.high / step) + 1)]
