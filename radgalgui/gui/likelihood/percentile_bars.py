"""What each method says of a galaxy: a thin bar each, from strange to ordinary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from radgalgui.gui.likelihood.words import OTHERS, UNUSUAL, agreement_words, brief, usual
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS, METHODS

__all__ = ["PercentileBars"]

BAR = 4  # height, pixels
BRIEF = {
    METHODS[0]: "Flow",
    "isolation_forest": "Isolation forest",
    "local_outlier_factor": "Outlier factor",
    "knn_distance": "Neighbours",
    "reconstruction": "Reconstruction",
    COMBINED: "Together",
}
#: What each method looks at.
MEANING = {
    METHODS[0]: "how densely the catalogue's vectors lie around the galaxy's, the log-likelihood"
    " (masked autoregressive flow, Papamakarios et al. 2017)",
    "isolation_forest": "how few random cuts part the galaxy from all others"
    " (isolation forest, Liu et al. 2008)",
    "local_outlier_factor": "how much emptier it is around the galaxy than around its nearest"
    " sources (local outlier factor, Breunig et al. 2000)",
    "knn_distance": "how far off its nearest sources are",
    "reconstruction": "how much of it the network that draws galaxies cannot draw",
    COMBINED: "all five methods put together, the flow among them",
}


class PercentileBars(QWidget):
    """A row a method: its name, a bar from 0 to 100, the percentile.

    ``methods`` are the second opinions and all together, unless told otherwise.
    """

    def __init__(self, parent: QWidget | None = None, *, methods: Sequence[str] = OTHERS) -> None:
        super().__init__(parent)
        self.methods = tuple(methods)
        opinions = self.methods == OTHERS
        self.setAccessibleName("Second opinions" if opinions else "Percentiles by each method")
        self.setFont(numbers_font(self.font()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._tokens = LIGHT
        self.percentiles: dict[str, float] | None = None
        self._ranks: dict[str, Mapping[str, float]] = {}
        self._query = True
        self._marked = -1

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_ranks(self, ranks: dict[str, Mapping[str, float]]) -> None:
        """Take how alike methods rank the catalogue, for the tooltips."""
        self._ranks = ranks

    def show_percentiles(
        self, percentiles: Mapping[str, float] | None, *, query: bool = True
    ) -> None:
        """Show what is known; None for nothing yet, NaN of a method that has no say."""
        self.percentiles = dict(percentiles) if percentiles is not None else None
        self._query, self._marked = query, -1
        words = [f"{METHOD_WORDS[m]}: {self._value_words(m)}" for m in self.methods]
        self.setAccessibleDescription("; ".join(words) if self.percentiles is not None else "")
        self.update()

    def _value(self, method: str) -> float:
        return (self.percentiles or {}).get(method, math.nan)

    def _value_words(self, method: str) -> str:
        value = self._value(method)
        if not math.isfinite(value):
            return "not known"
        return f"{brief(value)} percentile, {usual(value)}"

    def words(self, row: int) -> str:
        """Return what the tooltip of a row says."""
        method = self.methods[row]
        lines = [METHOD_WORDS[method], f"Looks at {MEANING[method]}."]
        if self.percentiles is not None:
            lines.insert(
                1, f"{self._value_words(method)[:1].upper()}{self._value_words(method)[1:]}"
            )
        ranks = agreement_words(method, self._ranks.get(method, {}))
        return "\n".join([*lines, *(["", ranks] if ranks else [])])

    # -- places ----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return the room in which nothing is crowded."""
        return QSize(300, len(self.methods) * (QFontMetrics(self.font()).height() + 3))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which names and numbers can be read."""
        return QSize(180, len(self.methods) * QFontMetrics(self.font()).height())

    def row(self, number: int) -> QRectF:
        """Return where a row stands."""
        high = min(self.height() / len(self.methods), QFontMetrics(self.font()).height() + 8)
        return QRectF(0, number * high, self.width(), high)

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        names = (
            max(metrics.horizontalAdvance(name) for name in map(BRIEF.__getitem__, self.methods))
            + GRID
        )
        numbers = metrics.horizontalAdvance("highest") + GRID // 2
        for number, method in enumerate(self.methods):
            row = self.row(number)
            bar = QRectF(names, row.center().y() - BAR / 2, row.width() - names - numbers, BAR)
            self._paint_row(painter, row, bar, method)
        if self.hasFocus() and self._marked >= 0:
            painter.setPen(QColor(self._tokens.muted))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.row(self._marked).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRectF, bar: QRectF, method: str) -> None:
        tokens, value = self._tokens, self._value(method)
        font = QFont(self.font())
        if method == COMBINED:
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text if method == COMBINED else tokens.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, BRIEF[method])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(bar, BAR / 2, BAR / 2)
        if not math.isfinite(value):
            if self.percentiles is not None:
                painter.setPen(QColor(tokens.muted))
                painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, "–")
            return
        part = QRectF(bar)
        part.setWidth(max(bar.width() * value / 100, BAR))
        painter.setBrush(QColor(tokens.muted))
        painter.drawRoundedRect(part, BAR / 2, BAR / 2)
        painter.setBrush(QColor(tokens.accent if self._query else tokens.text))
        painter.drawEllipse(QPointF(bar.left() + bar.width() * value / 100, bar.center().y()), 4, 4)
        font.setWeight(QFont.Weight.DemiBold if value < UNUSUAL else font.weight())
        painter.setFont(font)
        painter.setPen(QColor(tokens.warning if value < UNUSUAL else tokens.text))
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, brief(value))

    # -- explaining ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the rows with the arrow keys; each says what its tooltip says."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._marked = max(0, min(self._marked + step, len(self.methods) - 1))
        at = self.row(self._marked).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(at), self.words(self._marked), self)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say what the method under the pointer is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for number in range(len(self.methods)):
                if self.row(number).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), self.words(number), self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)
