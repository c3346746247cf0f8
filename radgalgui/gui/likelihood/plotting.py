"""How a histogram is drawn: where things stand, and all that is painted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from radgalgui.gui.colours import on_ground
from radgalgui.gui.likelihood.chart import QUERIES, Chart, Mark, Series, ticks
from radgalgui.gui.likelihood.words import edge
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["Frame", "paint", "paint_legend", "series_pen"]

#: Width of the bins for what lies far off, and the gap beside them; pixels.
END, GAP = 22, 6


@dataclass(frozen=True)
class Frame:
    """Where a histogram stands: its bins in ``area``, those far off beside it.

    ``brief`` leaves out all but the values along the axis.
    """

    chart: Chart
    area: QRectF
    brief: bool
    below: bool
    above: bool

    @classmethod
    def of(
        cls, chart: Chart, room: QRectF, font: QFont, marks: tuple[Mark, ...], *, brief: bool
    ) -> Frame:
        """Return the frame that fills a room, with ends where something lies there."""
        metrics = QFontMetricsF(font)
        line = metrics.height()
        below = chart.below or any(mark.value < chart.bins.low for mark in marks)
        above = chart.above or any(mark.value >= chart.bins.high for mark in marks)
        words = [text for _, text in chart.height_ticks()]
        left = 2.0 if brief else max(map(metrics.horizontalAdvance, words), default=0) + line + 14
        top = 2.0 if brief else 2 * line + 10
        bottom = line + 6 if brief else 2 * line + 14
        right = 12.0 if brief else 2.5 * GRID
        ends = (END + GAP) * (0.6 if brief else 1.0)
        area = room.adjusted(left + ends * below, top, -right - ends * above, -bottom)
        return cls(chart, area, brief, below, above)

    @property
    def end(self) -> float:
        """The width of the bins at the ends."""
        return END * (0.6 if self.brief else 1.0)

    @property
    def gap(self) -> float:
        """The gap beside them."""
        return GAP * (0.6 if self.brief else 1.0)

    def sides(self, bin_: int) -> tuple[float, float]:
        """Return the left and right side of a bin."""
        if bin_ <= 0:
            right = self.area.left() - self.gap
            return right - self.end, right
        if bin_ > self.chart.bins.count:
            left = self.area.right() + self.gap
            return left, left + self.end
        step = self.area.width() / self.chart.bins.count
        return self.area.left() + (bin_ - 1) * step, self.area.left() + bin_ * step

    def bin_at(self, x: float) -> int:
        """Return the bin at a place, the nearest one that is drawn."""
        count = self.chart.bins.count
        if self.below and x < self.area.left() - self.gap / 2:
            return 0
        if self.above and x > self.area.right() + self.gap / 2:
            return count + 1
        place = (x - self.area.left()) / max(self.area.width(), 1e-9)
        return min(max(math.floor(place * count) + 1, 1), count)

    def x_of(self, value: float) -> float:
        """Return where a value stands, one far off in the middle of its bin."""
        bins = self.chart.bins
        if value < bins.low:
            return sum(self.sides(0)) / 2
        if value >= bins.high:
            return sum(self.sides(bins.count + 1)) / 2
        return self.area.left() + (value - bins.low) / (bins.high - bins.low) * self.area.width()

    def y_of(self, height: float) -> float:
        """Return where a height stands."""
        return self.area.bottom() - self.chart.level(height) * self.area.height()

    def bins(self) -> list[int]:
        """Return the bins that are drawn, from left to right."""
        count = self.chart.bins.count
        return [*([0] if self.below else []), *range(1, count + 1),
                *([count + 1] if self.above else [])]  # fmt: skip


def series_pen(series: Series, tokens: Tokens, width: float = 1.8) -> QPen:
    """Return the line of a set: its colour, and its strokes as a second sign."""
    own = tokens.accent if series.colour == QUERIES else series.colour or tokens.muted
    pen = QPen(QColor(on_ground(own, dark=tokens.dark)), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if series.dash:
        pen.setDashPattern(list(series.dash))
    return pen


def paint(
    painter: QPainter,
    frame: Frame,
    tokens: Tokens,
    *,
    marks: tuple[Mark, ...] = (),
    chosen: NDArray[np.int64] | None = None,
    span: tuple[int, int] | None = None,
) -> None:
    """Paint a histogram: ``chosen`` counts sources picked out, ``span`` are a range's bins."""
    painter.save()
    if span is not None:
        _paint_span(painter, frame, tokens, span)
    _paint_axes(painter, frame, tokens)
    for i, series in enumerate(frame.chart.series):
        heights = [float(v) for v in frame.chart.heights(i)]
        if series.colour:
            _paint_steps(painter, frame, heights, series_pen(series, tokens))
        else:
            fill = QColor(tokens.muted)
            fill.setAlphaF(0.28 if chosen is None else 0.16)
            _paint_bars(painter, frame, heights, QBrush(fill))
            _paint_steps(painter, frame, heights, series_pen(series, tokens, 1.0))
            if chosen is not None:
                _paint_chosen(painter, frame, tokens, chosen, i)
    if not frame.brief:
        _paint_percentiles(painter, frame, tokens)
    _paint_rug(painter, frame, tokens)
    for mark in sorted(marks, key=lambda mark: mark.query):
        _paint_mark(painter, frame, tokens, mark)
    painter.restore()


def _paint_span(painter: QPainter, frame: Frame, tokens: Tokens, span: tuple[int, int]) -> None:
    left, right = frame.sides(span[0])[0], frame.sides(span[1])[1]
    room = QRectF(left, frame.area.top(), right - left, frame.area.height())
    painter.fillRect(room, QColor(tokens.raised))
    painter.setPen(QPen(QColor(tokens.text), 1))
    painter.drawLine(room.topLeft(), room.bottomLeft())
    painter.drawLine(room.topRight(), room.bottomRight())


def _paint_chosen(
    painter: QPainter, frame: Frame, tokens: Tokens, chosen: NDArray[np.int64], place: int
) -> None:
    """Fill what is chosen of the catalogue, on the catalogue's own scale."""
    whole, heights = frame.chart.counts[place], frame.chart.heights(place)
    shares = heights * chosen / np.maximum(whole, 1)
    fill = QColor(tokens.text)
    fill.setAlphaF(0.5 if tokens.dark else 0.62)
    _paint_bars(painter, frame, [float(v) for v in shares], QBrush(fill))


def _paint_bars(painter: QPainter, frame: Frame, heights: list[float], brush: QBrush) -> None:
    """Fill the bins as one shape, so that no seams are seen between them."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(_steps(frame, heights), brush)


def _paint_steps(painter: QPainter, frame: Frame, heights: list[float], pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_steps(frame, heights))


def _steps(frame: Frame, heights: list[float]) -> QPainterPath:
    """Return the outline of the bins that hold something; those at the ends stand apart."""
    floor, path, end = frame.area.bottom(), QPainterPath(), -math.inf
    for bin_ in frame.bins():
        if heights[bin_] <= 0:
            continue
        left, right = frame.sides(bin_)
        if left > end + 1:  # a gap
            if end > -math.inf:
                path.lineTo(end, floor)
            path.moveTo(left, floor)
        top = frame.y_of(heights[bin_])
        path.lineTo(left, top)
        path.lineTo(right, top)
        end = right
    if end > -math.inf:
        path.lineTo(end, floor)
    return path


def _paint_axes(painter: QPainter, frame: Frame, tokens: Tokens) -> None:
    area, metrics = frame.area, QFontMetricsF(painter.font())
    floor = area.bottom()
    painter.setPen(QPen(QColor(tokens.strong_line), 1))
    painter.drawLine(QPointF(area.left(), floor), QPointF(area.right(), floor))
    for bin_ in (bin_ for bin_ in frame.bins() if not 1 <= bin_ <= frame.chart.bins.count):
        left, right = frame.sides(bin_)
        painter.drawLine(QPointF(left, floor), QPointF(right, floor))
    bins, base = frame.chart.bins, floor + metrics.ascent() + 4
    most = max(int(area.width() / (6 * metrics.averageCharWidth() * 2.2)), 2)
    for value in ticks(bins.low, bins.high, min(most, 12)):
        x = frame.x_of(value) if value < bins.high else area.right()
        painter.setPen(QColor(tokens.strong_line))
        painter.drawLine(QPointF(x, floor), QPointF(x, floor + 3))
        painter.setPen(QColor(tokens.muted))
        text = edge(value)
        width = metrics.horizontalAdvance(text)
        left = min(max(x - width / 2, area.left() - 8), area.right() + 8 - width)
        ends = (frame.below and left < area.left()) or (frame.above and left + width > area.right())
        if not ends:  # there stand the signs of what lies beyond
            painter.drawText(QPointF(left, base), text)
    _paint_ends(painter, frame, base)
    if not frame.brief:
        _paint_heights(painter, frame, tokens)
        _centred(painter, QPointF(area.center().x(), base + metrics.height() + 3), frame.chart.axis)


def _paint_ends(painter: QPainter, frame: Frame, base: float) -> None:
    """Name the bins for what lies far off."""
    bins = frame.chart.bins
    for here, bin_, sign in ((frame.below, 0, "<"), (frame.above, bins.count + 1, "≥")):
        if here:
            left, right = frame.sides(bin_)
            _centred(painter, QPointF((left + right) / 2, base), sign)


def _paint_heights(painter: QPainter, frame: Frame, tokens: Tokens) -> None:
    area, metrics = frame.area, QFontMetricsF(painter.font())
    start = frame.sides(0)[0] if frame.below else area.left()
    for height, text in frame.chart.height_ticks():
        y = frame.y_of(height)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(tokens.muted))
        at = QPointF(start - 8 - metrics.horizontalAdvance(text), y + metrics.ascent() / 2 - 1)
        painter.drawText(at, text)
    widest = max((metrics.horizontalAdvance(t) for _, t in frame.chart.height_ticks()), default=0)
    painter.save()
    painter.translate(start - 14 - widest, area.center().y())
    painter.rotate(-90)
    _centred(painter, QPointF(0, -metrics.descent()), frame.chart.height_title)
    painter.restore()


def _paint_percentiles(painter: QPainter, frame: Frame, tokens: Tokens) -> None:
    """Write the catalogue's percentiles above, as many as have room."""
    metrics, area = QFontMetricsF(painter.font()), frame.area
    if not frame.chart.percentiles:
        return
    title = "Percentile"
    painter.setPen(QColor(tokens.muted))
    base = area.top() - 8
    taken = [(area.left() - 40.0, area.left() + metrics.horizontalAdvance(title) - 20)]
    painter.drawText(QPointF(area.left() - 32, base), title)
    for percentile, value in frame.chart.percentiles:
        if not frame.chart.bins.low <= value < frame.chart.bins.high:
            continue
        x, text = frame.x_of(value), f"{percentile:g}"
        half = metrics.horizontalAdvance(text) / 2 + 4
        if any(x - half < right and x + half > left for left, right in taken):
            continue
        taken.append((x - half, x + half))
        painter.setPen(QColor(tokens.muted))
        _centred(painter, QPointF(x, base), text)
        painter.setPen(QPen(QColor(tokens.strong_line), 1))
        painter.drawLine(QPointF(x, area.top() - 5), QPointF(x, area.top()))


def _paint_rug(painter: QPainter, frame: Frame, tokens: Tokens) -> None:
    painter.setPen(QPen(QColor(tokens.accent), 1.5))
    floor = frame.area.bottom()
    for value in frame.chart.rug:
        x = frame.x_of(value)
        painter.drawLine(QPointF(x, floor - 9), QPointF(x, floor))


def _paint_mark(painter: QPainter, frame: Frame, tokens: Tokens, mark: Mark) -> None:
    """Draw a galaxy's line: the query's in the accent, with its words above."""
    if not math.isfinite(mark.value) and not math.isinf(mark.value):
        return
    metrics, area = QFontMetricsF(painter.font()), frame.area
    colour = QColor(tokens.accent if mark.query else tokens.text)
    x = frame.x_of(mark.value)
    pen = QPen(colour, 2 if mark.query else 1.5)
    if not mark.query:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    if mark.query:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon([QPointF(x - 5, area.top() - 1), QPointF(x + 5, area.top() - 1),
                             QPointF(x, area.top() + 6)])  # fmt: skip
    if frame.brief or not mark.words:
        return
    painter.setPen(QColor(tokens.accent_text if mark.query else tokens.text))
    width = metrics.horizontalAdvance(mark.words)
    left = min(max(x - width / 2, area.left() - END), area.right() + 2 * GRID - width)
    rows = 1 if mark.query else 0
    base = (
        area.top() - metrics.height() * rows - 12 if mark.query else area.top() + metrics.ascent()
    )
    if not mark.query:
        left = x + 5 if x + 5 + width < area.right() else x - 5 - width
    painter.drawText(QPointF(left, base), mark.words)


def _centred(painter: QPainter, at: QPointF, text: str) -> None:
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    painter.drawText(QPointF(at.x() - width / 2, at.y()), text)


def paint_legend(painter: QPainter, frame: Frame, tokens: Tokens) -> None:
    """Write which line is which set at the upper left, for a figure that stands alone."""
    metrics = QFontMetricsF(painter.font())
    y = frame.area.top() + metrics.height()
    for i, series in enumerate(frame.chart.series):
        pen = series_pen(series, tokens)
        left = frame.area.left() + 12
        painter.setPen(pen)
        if series.colour:
            painter.drawLine(QPointF(left, y - 4), QPointF(left + 22, y - 4))
        else:
            fill = QColor(tokens.muted)
            fill.setAlphaF(0.28)
            painter.fillRect(QRectF(left, y - 9, 22, 9), fill)
            painter.drawLine(QPointF(left, y - 9), QPointF(left + 22, y - 9))
        painter.setPen(QColor(tokens.text))
        count = int(frame.chart.counts[i].sum())
        painter.drawText(QPointF(left + 30, y), f"{series.title} ({count:,})")
        y += metrics.height() + 3
