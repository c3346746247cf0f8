"""A histogram of several sets, in which a range is taken by mouse or keyboard."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from radgalgui.gui.likelihood.chart import EMPTY, Chart, Mark, Series
from radgalgui.gui.likelihood.plotting import Frame, paint
from radgalgui.gui.likelihood.words import edge, share
from radgalgui.gui.theme import LIGHT, Tokens, numbers_font

__all__ = ["Histogram", "How", "how_of"]

How = Literal["replace", "add", "subtract"]

#: Nearer than this, in pixels, two places are one: a click, and no range.
CLICK = 4


def how_of(modifiers: Qt.KeyboardModifier) -> How:
    """Return what a range does to what is chosen already: Shift adds to it, Alt takes away."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return "add"
    return "subtract" if modifiers & Qt.KeyboardModifier.AltModifier else "replace"


class Histogram(QWidget):
    """Sets in shared bins, the query marked among them.

    ``ranged(first, last, how)`` tells the bins of a range that was taken, ``hovered(text)`` what
    is under the pointer, ``cleared()`` that the range was given up, ``clicked()`` of a brief one
    that it was pressed.  A ``brief`` one is a small picture: no heights, no range.
    """

    ranged = Signal(int, int, str)
    hovered = Signal(str)
    cleared = Signal()
    clicked = Signal()

    def __init__(self, *, brief: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.brief = brief
        self.chart: Chart = EMPTY
        self.marks: tuple[Mark, ...] = ()
        self.chosen: Series | None = None
        self._counted: NDArray[np.int64] | None = None
        self.span: tuple[int, int] | None = None
        self._cursor = self._anchor = -1
        self._pressed: QPointF | None = None
        self._tokens = LIGHT
        self.setFont(numbers_font(self.font()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if brief else Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if brief else Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_chart(self, chart: Chart) -> None:
        """Show sets; a range stays only where the bins are the same."""
        if chart.bins != self.chart.bins:
            self._forget()
        self.chart = chart
        self._describe()
        self.show_chosen(self.chosen)

    def mark(self, *marks: Mark) -> None:
        """Mark single galaxies."""
        self.marks = marks
        self._describe()
        self.update()

    def show_chosen(self, chosen: Series | None) -> None:
        """Fill what is chosen of the catalogue; None for nothing."""
        self.chosen = chosen
        self._counted = None if chosen is None else self.chart.bins.counts(chosen.values)
        self.update()

    def take_span(self, first: int, last: int) -> None:
        """Show a range without telling of it."""
        self.span = (first, last)
        self._anchor, self._cursor = first, last
        self.update()

    def clear_span(self) -> None:
        """Give the range up."""
        self._forget()
        self.update()
        self.cleared.emit()

    def _forget(self) -> None:
        self.span, self._pressed = None, None
        self._cursor = self._anchor = -1

    def _describe(self) -> None:
        parts = [f"{s.title}, {int(c.sum()):,}" for s, c in zip(
            self.chart.series, self.chart.counts, strict=True)]  # fmt: skip
        parts += [mark.words for mark in self.marks if mark.words]
        self.setAccessibleDescription("; ".join(parts))

    def sizeHint(self) -> QSize:
        """Return the room in which it reads well."""
        return QSize(260, 84) if self.brief else QSize(760, 420)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(112, 56) if self.brief else QSize(320, 180)

    # -- places ----------------------------------------------------------------------------

    @property
    def counted(self) -> NDArray[np.int64] | None:
        """How many of what is chosen each bin holds, None where nothing is."""
        return self._counted

    @property
    def frame(self) -> Frame:
        """Where everything stands now."""
        room = QRectF(self.rect())
        return Frame.of(self.chart, room, self.font(), self.marks, brief=self.brief)

    def place_of(self, bin_: int) -> QPointF:
        """Return the middle of a bin on the widget."""
        frame = self.frame
        return QPointF(sum(frame.sides(bin_)) / 2, frame.area.center().y())

    def bin_words(self, first: int, last: int) -> str:
        """Return a range in words: ``−540 to −530``, ``below −700``."""
        low, high = self.chart.bins.edge(first), self.chart.bins.edge(last + 1)
        if math.isinf(low) and math.isinf(high):
            return "all"
        if math.isinf(low):
            return f"below {edge(high)}"
        if math.isinf(high):
            return f"{edge(low)} and above"
        return f"{edge(low)} to {edge(high)}"

    def words_at(self, bin_: int) -> str:
        """Return how many galaxies of each set a bin holds."""
        told = []
        for series, counts in zip(self.chart.series, self.chart.counts, strict=True):
            here, whole = int(counts[bin_]), int(counts.sum())
            if whole:
                told.append(f"{series.title} {here:,} ({share(here / whole)})")
        return f"{self.bin_words(bin_, bin_)}: {', '.join(told)}" if told else ""

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        frame = self.frame
        paint(painter, frame, self._tokens, marks=self.marks, chosen=self._counted, span=self.span)
        if self.hasFocus():
            self._paint_focus(painter, frame)
        painter.end()

    def _paint_focus(self, painter: QPainter, frame: Frame) -> None:
        painter.setPen(QPen(QColor(self._tokens.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.brief:
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        elif self._cursor >= 0:  # below the axis, where no bar can be meant
            left, right = frame.sides(self._cursor)
            floor = frame.area.bottom()
            painter.fillRect(QRectF(left, floor, right - left, 3), QColor(self._tokens.text))

    # -- by mouse --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a range."""
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif not self.brief and self.chart.series:
            self._pressed = event.position()
            self._anchor = self._cursor = self.frame.bin_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Widen the range, or tell what is under the pointer."""
        if self.brief or not self.chart.series:
            return
        bin_ = self.frame.bin_at(event.position().x())
        if self._pressed is not None and self._far(event.position()):
            self._cursor = bin_
            self.span = (min(self._anchor, bin_), max(self._anchor, bin_))
            self.update()
        self.hovered.emit(self.words_at(bin_))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the range, or by a click give it up."""
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        if self.brief:
            self.clicked.emit()
            return
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if self.span is not None and abs(event.position().x() - pressed.x()) > CLICK:
            self.ranged.emit(*self.span, how_of(event.modifiers()))
        else:
            self.clear_span()

    def _far(self, place: QPointF) -> bool:
        return self._pressed is not None and abs(place.x() - self._pressed.x()) > CLICK

    def leaveEvent(self, event: QEvent) -> None:
        """Tell of nothing."""
        super().leaveEvent(event)
        self.hovered.emit("")

    # -- by keyboard -----------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin where the query is, or in the middle."""
        super().focusInEvent(event)
        if self._cursor < 0 and self.chart.series and not self.brief:
            queries = [mark.value for mark in self.marks if mark.query]
            middle = self.chart.bins.count // 2 + 1
            frame = self.frame
            self._cursor = frame.bin_at(frame.x_of(queries[0])) if queries else middle
            self._anchor = self._cursor
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the bins by arrow keys, widen a range with Shift, take it with Return."""
        key, held = Qt.Key(event.key()), event.modifiers()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        if self.brief:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
                self.clicked.emit()
            else:
                super().keyPressEvent(event)
        elif not self.chart.series:
            super().keyPressEvent(event)
        elif key in steps or key in ends:
            bins = self.frame.bins()
            at = bins.index(self._cursor) if self._cursor in bins else len(bins) // 2
            to = ends[key] if key in ends else min(max(at + steps[key], 0), len(bins) - 1)
            self._walk(bins[to], widen=bool(held & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            first, last = self.span or (self._cursor, self._cursor)
            self.take_span(first, last)
            self.ranged.emit(first, last, how_of(held))
        elif key == Qt.Key.Key_Escape and self.span is not None:
            self.clear_span()
        else:
            super().keyPressEvent(event)

    def _walk(self, bin_: int, *, widen: bool) -> None:
        self._cursor = bin_
        if widen:
            self.span = (min(self._anchor, bin_), max(self._anchor, bin_))
        else:
            self._anchor = bin_
        self.hovered.emit(self.words_at(bin_))
        self.update()
