"""Axes around a picture: a frame, ticks that look outwards, numbers, titles, a bar of colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.theme import numbers_font

__all__ = [
    "BAR",
    "MARGINS",
    "Bar",
    "Tick",
    "inner_rect",
    "paint_axes",
    "paint_bar",
    "round_ticks",
]

MARGINS = (64.0, 12.0, 18.0, 46.0)  # left, top, right, bottom: room for numbers and titles
BAR = 84.0  # room for a bar of colours with its numbers, at the right
BAR_WIDE, BAR_AWAY = 14.0, 14.0
TICK, PAD = 5.0, 4.0


@dataclass(frozen=True)
class Tick:
    """A place along an axis, in the painter's coordinates, and what stands there."""

    at: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A bar of colours: those from the lowest value up, ticks by their share of it, and title."""

    table: NDArray[np.uint8]
    ticks: Sequence[tuple[float, str]]
    title: str


def inner_rect(rect: QRectF, *, bar: bool) -> QRectF:
    """Return what axes leave of a rectangle for the picture."""
    left, top, right, bottom = MARGINS
    return rect.adjusted(left, top, -(right + (BAR if bar else 0.0)), -bottom)


def paint_axes(
    painter: QPainter,
    inner: QRectF,
    look: Look,
    *,
    bottom: Sequence[Tick],
    left: Sequence[Tick],
    titles: tuple[str, str],
) -> None:
    """Paint frame, ticks, numbers and titles around a picture; numbers never overlap."""
    painter.save()
    painter.setFont(numbers_font(painter.font()))
    metrics = QFontMetricsF(painter.font())
    painter.setPen(look.pen())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(inner)
    after = -math.inf
    for tick in sorted(bottom, key=lambda tick: tick.at):
        painter.drawLine(QPointF(tick.at, inner.bottom()), QPointF(tick.at, inner.bottom() + TICK))
        width = metrics.horizontalAdvance(tick.text)
        start = tick.at - width / 2
        if start > after:
            base = inner.bottom() + TICK + PAD + metrics.ascent()
            painter.drawText(QPointF(start, base), tick.text)
            after = start + width + 2 * PAD
    widest, above = 0.0, -math.inf
    for tick in sorted(left, key=lambda tick: tick.at):
        painter.drawLine(QPointF(inner.left() - TICK, tick.at), QPointF(inner.left(), tick.at))
        if tick.at - metrics.height() / 2 > above:
            width = metrics.horizontalAdvance(tick.text)
            start = inner.left() - TICK - PAD - width
            painter.drawText(QPointF(start, tick.at + metrics.ascent() / 2 - 1), tick.text)
            above, widest = tick.at + metrics.height() / 2, max(widest, width)
    base = inner.bottom() + TICK + 2 * PAD + metrics.height() + metrics.ascent()
    _centred(painter, QPointF(inner.center().x(), base), titles[0])
    painter.translate(
        inner.left() - TICK - 2 * PAD - widest - metrics.descent(), inner.center().y()
    )
    painter.rotate(-90)
    _centred(painter, QPointF(0, 0), titles[1])
    painter.restore()


def paint_bar(painter: QPainter, inner: QRectF, look: Look, bar: Bar) -> None:
    """Paint a bar of colours at the right of a picture."""
    painter.save()
    painter.setFont(numbers_font(painter.font()))
    metrics = QFontMetricsF(painter.font())
    place = QRectF(inner.right() + BAR_AWAY, inner.top(), BAR_WIDE, inner.height())
    rgb = np.ascontiguousarray(bar.table[::-1, None, :])
    shades = QImage(rgb.data, 1, len(rgb), 3, QImage.Format.Format_RGB888).copy()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(place, shades, QRectF(shades.rect()))
    painter.setPen(look.pen())
    painter.drawRect(place)
    widest, above = 0.0, math.inf
    for share, text in sorted(bar.ticks):
        y = place.bottom() - share * place.height()
        painter.drawLine(QPointF(place.right(), y), QPointF(place.right() + TICK, y))
        if y + metrics.height() / 2 < above:
            painter.drawText(
                QPointF(place.right() + TICK + PAD, y + metrics.ascent() / 2 - 1), text
            )
            above, widest = y - metrics.height() / 2, max(widest, metrics.horizontalAdvance(text))
    painter.translate(
        place.right() + TICK + 2 * PAD + widest + metrics.ascent(), place.center().y()
    )
    painter.rotate(-90)
    _centred(painter, QPointF(0, 0), bar.title)
    painter.restore()


def round_ticks(low: float, high: float, *, wanted: float = 6.0) -> list[tuple[float, str]]:
    """Return round numbers from ``low`` to ``high`` and their texts; none where there is no way."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    rough = (high - low) / wanted
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(m * unit for m in (1, 2, 5, 10) if m * unit >= rough * (1 - 1e-9))
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    numbers = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [(n * step, f"{n * step + 0.0:.{decimals}f}".replace("-", "−")) for n in numbers]


def _centred(painter: QPainter, at: QPointF, text: str) -> None:
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    painter.drawText(at - QPointF(width / 2, 0), text)
