"""How the key to the map's colours is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen

from radgalgui.gui.colour_filter import ColourFilter
from radgalgui.gui.colours import LEVELS, MISSING, Scale
from radgalgui.gui.stamps import offsets, shape_of
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["BAR", "Entry", "Pens", "paint_bar", "paint_entry", "range_words", "ticks"]

BAR = QSize(184, 8)


@dataclass(frozen=True)
class Entry:
    """A line of the key: its words, how many sources it stands for, whether these are hidden."""

    name: str
    count: int
    code: int
    off: bool


@dataclass(frozen=True)
class Pens:
    """Colours of a theme and sizes of a font."""

    tokens: Tokens
    metrics: QFontMetrics

    def backdrop(self, painter: QPainter, rect: QRectF, *, focus: bool) -> None:
        """Let the points shine through only so much that the words stay readable."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self.tokens.canvas)
        veil.setAlphaF(0.88)
        painter.setPen(QPen(QColor(self.tokens.text), 1.5) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)

    def text(self, painter: QPainter, corner: QPointF, words: str, *, strong: bool = False) -> None:
        """Write words below and right of a corner."""
        painter.setPen(QColor(self.tokens.text if strong else self.tokens.muted))
        painter.drawText(corner + QPointF(0, self.metrics.ascent() + 1), words)

    def light(self, painter: QPainter, rect: QRectF) -> None:
        """Show that a line can be clicked."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.pressed))
        painter.drawRoundedRect(rect, 4, 4)

    def link(self, painter: QPainter, rect: QRectF, words: str, *, lit: bool) -> None:
        """Write underlined words that can be clicked."""
        if lit:
            self.light(painter, rect)
        corner = QPointF(GRID, rect.top())
        self.text(painter, corner, words, strong=True)
        base = corner.y() + self.metrics.ascent() + 3
        painter.setPen(QPen(QColor(self.tokens.strong_line), 1))
        painter.drawLine(
            QPointF(GRID, base), QPointF(GRID + self.metrics.horizontalAdvance(words), base)
        )


def paint_entry(
    painter: QPainter,
    pens: Pens,
    rect: QRectF,
    entry: Entry,
    table: NDArray[np.uint8],
    *,
    lit: bool,
) -> None:
    """Draw a category's shape as the map does, pixel by pixel, its name and how many there are."""
    if lit:
        pens.light(painter, rect)
    colour = QColor(*(int(v) for v in table[entry.code]))
    if entry.off:
        painter.setOpacity(0.45)
        colour = QColor(pens.tokens.strong_line)
    shape = "disc" if entry.code == MISSING else shape_of(entry.code)
    middle = rect.center().y()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for dy, dx in offsets(shape, 4)[0]:
        painter.fillRect(QRectF(1.5 * GRID + dx, round(middle) + dy, 1, 1), colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    corner = QPointF(3 * GRID, rect.top())
    pens.text(painter, corner, entry.name, strong=not entry.off)
    if entry.off:
        base = corner.y() + 0.62 * pens.metrics.ascent() + 1
        length = pens.metrics.horizontalAdvance(entry.name)
        painter.drawLine(QPointF(corner.x(), base), QPointF(corner.x() + length, base))
    number = f"{entry.count:,}"
    right = rect.right() - GRID / 2 - pens.metrics.horizontalAdvance(number)
    pens.text(painter, QPointF(right, rect.top()), number)
    painter.setOpacity(1.0)


def paint_bar(
    painter: QPainter, pens: Pens, bar: QRectF, scale: Scale, filter_: ColourFilter
) -> None:
    """Draw the colours of a continuous scale, grey beyond the range, its ends and its values."""
    table = scale.table(dark=pens.tokens.dark)[1 : LEVELS + 1].astype(np.uint8)
    rgb = np.ascontiguousarray(np.stack([table, table]))
    image = QImage(rgb.data, LEVELS, 2, 3 * LEVELS, QImage.Format.Format_RGB888)
    painter.drawImage(bar, image, QRectF(0, 0, LEVELS, 1))
    step = bar.width() / LEVELS
    ends = (bar.left() + (filter_.low - 1) * step, bar.left() + filter_.high * step)
    veil = QColor(pens.tokens.canvas)
    veil.setAlphaF(0.85)
    painter.fillRect(QRectF(bar.left(), bar.top(), ends[0] - bar.left(), bar.height()), veil)
    painter.fillRect(QRectF(ends[1], bar.top(), bar.right() - ends[1], bar.height()), veil)
    painter.setPen(QPen(QColor(pens.tokens.canvas), 1))
    painter.setBrush(QColor(pens.tokens.text))
    for x in ends:
        painter.drawRoundedRect(QRectF(x - 2.5, bar.top() - 2.5, 5, bar.height() + 5), 2, 2)
    after, top = -1.0, bar.bottom() + 3
    for place, text in ticks(scale):
        width = pens.metrics.horizontalAdvance(text)
        left = bar.left() + max(0.0, place * bar.width() - width / 2)
        if left > after:
            pens.text(painter, QPointF(left, top), text)
            after = left + width + GRID / 2


def range_words(scale: Scale, filter_: ColourFilter) -> str:
    """Return in words which values of a continuous scale are shown, "" where all are."""
    if scale.kind == "categories" or (filter_.low, filter_.high) == (1, LEVELS):
        return ""
    low = f"{_value(scale, filter_.low - 1.5):.3g}"
    high = f"{_value(scale, filter_.high - 0.5):.3g}"
    if filter_.low == 1:
        return f"up to {high}"
    return f"{low} and more" if filter_.high == LEVELS else f"{low} to {high}"


def _value(scale: Scale, step: float) -> float:
    """Return the value that lies so many levels above the lowest."""
    share = step / (LEVELS - 1)
    if scale.kind == "log":
        return float(scale.low * (scale.high / scale.low) ** share)
    return scale.low + (scale.high - scale.low) * share


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
