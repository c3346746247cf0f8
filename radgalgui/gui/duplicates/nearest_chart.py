"""How far sources are from their nearest, with the distance within which pairs are looked for."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["NearestChart"]

DECADES = 6  # from 1e-6 to 1
FOOT = 34  # pixels below the bars, for two lines of words
STEP = 1.1  # by which a key changes the distance


class NearestChart(QWidget):
    """Bars over the logarithm of the distance; ``dragged(float)`` tells the end of a drag.

    The line stands for the distance: it is dragged, or moved by the arrow keys.
    """

    dragged = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._counts: list[int] = []
        self.distance = 0.0
        self._told: tuple[list[int], float | None] = ([], None)
        self._tokens = LIGHT
        self.setFont(numbers_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName("How far sources are from their nearest, by cosine distance")
        self.setToolTip("Drag the line to look for pairs within another distance")
        self.hide()

    def sizeHint(self) -> QSize:
        """Return a low, wide chart."""
        return QSize(320, 120)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_counts(self, counts: list[int], distance: float | None) -> None:
        """Show bars, and the line of a distance; none hides the chart, the same change nothing."""
        if (counts, distance) != self._told:
            self._told = (counts, distance)
            self._counts, self.distance = counts, distance or self.distance
        self.setVisible(bool(sum(counts)))
        self.update()

    def place_of(self, distance: float) -> float:
        """Return where a distance stands, in pixels from the left."""
        share = 1 + math.log10(max(distance, 10.0**-DECADES)) / DECADES
        return GRID + min(max(share, 0.0), 1.0) * self._wide

    @property
    def _wide(self) -> float:
        return max(self.width() - 2 * GRID, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bars, those within the distance darker, the line and a scale."""
        if not self._counts:
            return
        painter, tokens = QPainter(self), self._tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor, top = self.height() - FOOT, float(GRID)
        most, each = math.sqrt(max(self._counts)), self._wide / len(self._counts)
        line = self.place_of(self.distance)
        for number, count in enumerate(self._counts):
            high = (floor - top) * math.sqrt(count) / most  # few duplicates must be seen as well
            bar = QRectF(GRID + number * each, floor - high, max(each - 1, 1), high)
            within = bar.center().x() <= line
            painter.fillRect(bar, QColor(tokens.text if within else tokens.strong_line))
        painter.setPen(QPen(QColor(tokens.strong_line), 1))
        painter.drawLine(QPointF(GRID, floor), QPointF(self.width() - GRID, floor))
        self._draw_scale(painter, floor)
        painter.setPen(QPen(QColor(tokens.text), 1.5))
        painter.drawLine(QPointF(line, top), QPointF(line, floor))
        painter.setBrush(QColor(tokens.text))
        head = [QPointF(line - 5, top - 6), QPointF(line + 5, top - 6), QPointF(line, top + 1)]
        painter.drawPolygon(QPolygonF(head))
        painter.end()

    def _draw_scale(self, painter: QPainter, floor: float) -> None:
        painter.setPen(QColor(self._tokens.muted))
        for decade in range(-DECADES, 1):
            at = self.place_of(10.0**decade)
            text = {0: "1", -1: "0.1", -2: "0.01", -3: "0.001"}.get(decade, f"1e{decade}")
            wide = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(at - wide / 2, 0), self.width() - wide)
            painter.drawText(QPointF(left, floor + 14), text)
        words = "cosine distance of each source to its nearest"
        where = QRectF(0, floor + 16, self.width(), FOOT - 16)
        painter.drawText(where, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the line."""
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the line follow the pointer."""
        self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell where the line was left."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.dragged.emit(self.distance)

    def _follow(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            share = (event.position().x() - GRID) / self._wide
            self.distance = 10 ** (DECADES * (min(max(share, 0.0), 1.0) - 1))
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the line by the arrow keys."""
        steps = {Qt.Key.Key_Left: 1 / STEP, Qt.Key.Key_Right: STEP}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        self.distance = min(max(self.distance * step, 10.0**-DECADES), 1.0)
        self.update()
        self.dragged.emit(self.distance)
