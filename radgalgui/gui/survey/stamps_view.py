"""Cutouts side by side as large as there is room for, each with its name; one of them marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["Stamp", "StampsView"]

LARGEST = 200  # side of a picture, pixels


@dataclass(frozen=True)
class Stamp:
    """A cutout to show: name, a line of numbers, the same in words, and warnings."""

    picture: QPixmap
    name: str
    measured: str
    words: str = ""
    warnings: tuple[str, ...] = ()


class StampsView(QWidget):
    """A grid of cutouts; ``marked(index)`` tells of a click or a key, -1 of none."""

    marked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self.stamps: tuple[Stamp, ...] = ()
        self.expected = 0
        self.at = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def expect(self, count: int) -> None:
        """Show empty frames for cutouts that are still to come."""
        self.expected = count
        self.show_stamps(())

    def show_stamps(self, stamps: Sequence[Stamp]) -> None:
        """Show other cutouts; none is marked."""
        self.stamps = tuple(stamps)
        if stamps:
            self.expected = len(stamps)
        self.mark(-1)

    def mark(self, at: int) -> None:
        """Mark a cutout, -1 for none."""
        self.at = at if 0 <= at < len(self.stamps) else -1
        told = ""
        if self.at >= 0:
            stamp = self.stamps[self.at]
            told = " ".join((stamp.name, stamp.words, *stamp.warnings))
        self.setAccessibleDescription(told)
        self.marked.emit(self.at)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for four by three."""
        return QSize(560, 480)

    # -- where each stands -----------------------------------------------------------------

    def _caption(self) -> int:
        return 2 * self.fontMetrics().height() + 2

    def columns(self) -> int:
        """Return how many stand side by side, so that pictures are largest."""
        count = max(self.expected, 1)
        return max(range(1, count + 1), key=lambda n: (self._side(n), -n))

    def _side(self, columns: int) -> int:
        rows = -(-max(self.expected, 1) // columns)
        wide = (self.width() - GRID * (columns - 1)) // columns
        high = (self.height() - GRID * (rows - 1)) // rows - self._caption() - 2
        return max(min(wide, high, LARGEST), 0)

    def place_of(self, index: int) -> QRect:
        """Return where a picture stands."""
        columns = self.columns()
        side = self._side(columns)
        step = min((self.width() + GRID) // columns, side + 5 * GRID)
        row, column = divmod(index, columns)
        return QRect(
            column * step + 4, row * (side + self._caption() + GRID) + 4, side - 8, side - 8
        )

    def index_at(self, point: QPointF) -> int:
        """Return which cutout or its caption is at a point, -1 for none."""
        for index in range(len(self.stamps)):
            if self.place_of(index).adjusted(0, 0, 0, self._caption()).contains(point.toPoint()):
                return index
        return -1

    # -- drawing ---------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw pictures and captions."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(numbers_font(self.font()))
        for index in range(self.expected):
            place = self.place_of(index)
            if index < len(self.stamps):
                self._paint_stamp(painter, self.stamps[index], place, marked=index == self.at)
            else:
                painter.fillRect(place, QColor(self._tokens.raised))
        painter.end()

    def _paint_stamp(self, painter: QPainter, stamp: Stamp, place: QRect, *, marked: bool) -> None:
        painter.drawPixmap(place, stamp.picture)
        if stamp.warnings:
            spot = QRectF(place.right() - 21, place.top() + 3, 18, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._tokens.panel))
            painter.drawRoundedRect(spot, 4, 4)
            sign = pixmap("warning", self._tokens.warning, 14)
            painter.drawPixmap(spot.topLeft() + QPointF(2, 2), sign)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if marked:
            colour = self._tokens.text if self.hasFocus() else self._tokens.muted
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawRoundedRect(QRectF(place).adjusted(-3, -3, 3, 3), 3, 3)
        metrics, line = self.fontMetrics(), QRect(place)
        line.setTop(place.bottom() + 5)
        line.setHeight(metrics.height())
        left = Qt.AlignmentFlag.AlignLeft
        short = metrics.elidedText(stamp.name, Qt.TextElideMode.ElideMiddle, place.width())
        painter.setPen(QColor(self._tokens.text))
        painter.drawText(line, left, short)
        painter.setPen(QColor(self._tokens.muted))
        short = metrics.elidedText(stamp.measured, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(line.translated(0, metrics.height()), left, short)

    # -- hands -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the pointer."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.mark(self.index_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys."""
        columns, last = self.columns(), len(self.stamps) - 1
        wanted = {
            Qt.Key.Key_Left: self.at - 1,
            Qt.Key.Key_Right: self.at + 1,
            Qt.Key.Key_Up: self.at - columns,
            Qt.Key.Key_Down: self.at + columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.mark(min(max(wanted, 0), last))

    def event(self, event: QEvent) -> bool:
        """Tell the whole name and the warnings under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(QPointF(event.pos()))
            if index >= 0:
                stamp = self.stamps[index]
                QToolTip.showText(
                    event.globalPos(), "\n".join((stamp.name, stamp.words, *stamp.warnings)), self
                )
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
