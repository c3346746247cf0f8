"""The pixels of a picture by brightness, with the two limits to drag."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from radgalgui.gui.colours import lookup_table
from radgalgui.gui.display import Display, to_levels
from radgalgui.gui.imaging.brightness import Ruler
from radgalgui.gui.imaging.pixel_counts import PixelCounts
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["Histogram"]

HIGH, RAMP, TICKS = 44, 7, 15  # pixels of the counts, the colours and the numbers below
REACH = 9.0  # pixels at which a limit is taken hold of
STEP = 0.005  # of the axis, for a key
ROOM = 46.0  # pixels between two numbers


class Histogram(QWidget):
    """Counts, logarithmic, over the colours that the pixels have; black and white to drag.

    Between the two both are dragged.  With the focus the arrows move the limit that was held
    last, Tab or a click chooses it.  ``dragged(low, high)`` while a limit moves,
    ``dropped(low, high)`` when it is let go.
    """

    dragged = Signal(float, float)
    dropped = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Histogram of the pixels, with the limits to drag")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFont(numbers_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.counts: PixelCounts | None = None
        self.display, self.span, self.ruler = Display(), (0.0, 1.0), Ruler()
        self._tokens = LIGHT
        self._held: int | None = None  # 0 black, 1 white, 2 both
        self._last, self._from = 1, 0.0

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(240, HIGH + RAMP + TICKS)

    def minimumSizeHint(self) -> QSize:
        """Return the least in which limits can be dragged."""
        return QSize(120, HIGH + RAMP + TICKS)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_counts(self, counts: PixelCounts | None, ruler: Ruler) -> None:
        """Show other pixels; None shows an empty axis."""
        self.counts, self.ruler = counts, ruler
        self.update()

    def show_display(self, display: Display, span: tuple[float, float]) -> None:
        """Show in which limits, stretch and colours the pixels are."""
        self.display, self.span = display, span
        self.update()

    # -- places ----------------------------------------------------------------------------

    def place_of(self, value: float) -> float:
        """Return where a value stands, pixels from the left edge."""
        share = self.counts.place(value) if self.counts is not None else 0.0
        return self._frame().left() + share * self._frame().width()

    def value_at(self, x: float) -> float:
        """Return the value at a place."""
        if self.counts is None:
            return 0.0
        return self.counts.value((x - self._frame().left()) / max(self._frame().width(), 1.0))

    def _frame(self) -> QRectF:
        return QRectF(5.0, 1.0, max(self.width() - 10.0, 1.0), HIGH - 1.0)

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw counts, colours, limits and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.counts is not None:
            self._paint_counts(painter, self.counts)
            self._paint_colours(painter, self.counts)
            self._paint_numbers(painter)
            for number in (0, 1):
                self._paint_limit(painter, number)
        painter.end()

    def _paint_counts(self, painter: QPainter, counts: PixelCounts) -> None:
        frame = self._frame()
        share = np.log1p(counts.counts) / max(float(np.log1p(counts.counts.max())), 1e-9)
        edges = np.linspace(frame.left(), frame.right(), len(share) + 1)
        path = QPainterPath(QPointF(frame.left(), frame.bottom()))
        for left, right, value in zip(edges[:-1], edges[1:], share, strict=True):
            top = frame.bottom() - value * (frame.height() - 2)
            path.lineTo(left, top)
            path.lineTo(right, top)
        path.lineTo(frame.right(), frame.bottom())
        fill = QColor(self._tokens.strong_line)
        painter.fillPath(path, fill)
        low, high = (self.place_of(v) for v in self.span)
        painter.save()
        painter.setClipRect(QRectF(low, 0, max(high - low, 0), HIGH))
        painter.fillPath(path, QColor(self._tokens.muted))
        painter.restore()

    def _paint_colours(self, painter: QPainter, counts: PixelCounts) -> None:
        frame = self._frame()
        columns = max(round(frame.width()), 1)
        display = Display(
            "linear" if self.display.stretch == "histeq" else self.display.stretch,
            self.display.limits,
            self.display.colour_map,
            self.span,
        )
        levels = to_levels(counts.values(columns)[None, :], display)[0]
        table = lookup_table(self.display.colour_map)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for column, level in enumerate(levels):
            painter.fillRect(
                QRectF(frame.left() + column, HIGH, 1, RAMP),
                QColor(*(int(c) for c in table[level])),
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._tokens.line), 1))
        painter.drawRect(QRectF(frame.left(), HIGH, frame.width(), RAMP))

    def _paint_numbers(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._tokens.muted))
        metrics, taken = painter.fontMetrics(), -1e9
        end = self.width() - 6 - metrics.horizontalAdvance(self.ruler.unit)
        painter.drawText(QPointF(end, HIGH + RAMP + TICKS - 3), self.ruler.unit)
        for value in self._round_values():
            text = self.ruler.number(value)
            wide = metrics.horizontalAdvance(text)
            left = self.place_of(value) - wide / 2
            if left < max(taken, 0) or left + wide > end - GRID:
                continue
            painter.drawText(QPointF(left, HIGH + RAMP + TICKS - 3), text)
            taken = left + wide + GRID

    def _round_values(self) -> list[float]:
        """Return round values from end to end that stand well apart: 0, 1, 2 and 5 of each size."""
        counts, factor = self.counts, self.ruler.factor
        if counts is None:
            return []
        ends = [counts.value(0.0) / factor, counts.value(1.0) / factor]
        top = max(abs(v) for v in ends)
        if top <= 0:
            return [0.0]
        exponent = math.floor(math.log10(top))
        sizes = [m * 10.0**e for e in range(exponent - 6, exponent + 1) for m in (1, 2, 5)]
        wanted = [0.0, *sorted((s * v for v in sizes for s in (1, -1)), key=lambda v: (-abs(v), v))]
        kept: list[float] = []
        for value in (v * factor for v in wanted if ends[0] <= v <= ends[1]):
            if all(abs(self.place_of(value) - self.place_of(k)) > ROOM for k in kept):
                kept.append(value)
        return sorted(kept)

    def _paint_limit(self, painter: QPainter, number: int) -> None:
        x, frame = self.place_of(self.span[number]), self._frame()
        x = min(max(x, frame.left()), frame.right())
        held = self._held in (number, 2) or (self.hasFocus() and self._last == number)
        ink = QColor(self._tokens.text)
        painter.setPen(QPen(ink, 2.0 if held else 1.2))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, HIGH + RAMP))
        painter.setBrush(QColor("#000000") if number == 0 else QColor("#ffffff"))
        painter.setPen(QPen(ink, 1.4))
        half = 5.0 if held else 4.0
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - half, frame.top()),
                    QPointF(x + half, frame.top()),
                    QPointF(x, frame.top() + 1.6 * half),
                ]
            )
        )

    # -- hand ------------------------------------------------------------------------------

    def _under(self, x: float) -> int | None:
        """Return which limit is under the pointer: 0, 1, 2 for both, None for none."""
        if self.counts is None:
            return None
        away = [abs(self.place_of(v) - x) for v in self.span]
        if min(away) <= REACH:
            if abs(away[0] - away[1]) < 1.0:  # one upon the other: the side tells
                return int(x > self.place_of(self.span[0]))
            return int(away[1] < away[0])
        return 2 if self.place_of(self.span[0]) < x < self.place_of(self.span[1]) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a limit; beside both, the nearer one comes."""
        if event.button() is not Qt.MouseButton.LeftButton or self.counts is None:
            return
        x = event.position().x()
        self._held, self._from = self._under(x), x
        if self._held is None:
            self._held = int(x > self.place_of(self.span[1]))
            self._pull(x)
        if self._held != 2:
            self._last = self._held
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        x = event.position().x()
        if self._held is not None:
            self._pull(x)
            return
        shapes = {None: Qt.CursorShape.ArrowCursor, 2: Qt.CursorShape.SizeAllCursor}
        self.setCursor(shapes.get(self._under(x), Qt.CursorShape.SizeHorCursor))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() is Qt.MouseButton.LeftButton and self._held is not None:
            self._held = None
            self.update()
            self.dropped.emit(*self.span)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the limit held last with the arrows, choose the other one with up and down."""
        key, sign = event.key(), {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self.counts is not None and key in sign:
            at = self.counts.place(self.span[self._last]) + sign[Qt.Key(key)] * STEP
            self._set(self._last, self.counts.value(at))
            self.dropped.emit(*self.span)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._last = int(key == Qt.Key.Key_Up)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which limit the keys move."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def _pull(self, x: float) -> None:
        if self._held in (0, 1):
            self._set(self._held, self.value_at(x))
        elif self._held == 2:
            moved = [self.value_at(self.place_of(v) + x - self._from) for v in self.span]
            self._from = x
            self._take(moved[0], moved[1])

    def _set(self, number: int, value: float) -> None:
        """Move one limit, which never passes the other."""
        other = self.span[1 - number]
        x = self.place_of(other) + (2.0 if number else -2.0)
        edge = self.value_at(x)
        value = max(value, edge) if number else min(value, edge)
        self._take(*((value, other) if number == 0 else (other, value)))

    def _take(self, low: float, high: float) -> None:
        if low < high:
            self.span = (low, high)
            self.update()
            self.dragged.emit(low, high)
