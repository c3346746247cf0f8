"""Percentiles in words and as thin bars, the same on every tab: 0 is the strangest."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from radgalgui.gui.theme import Tokens
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS

__all__ = ["METHOD_TIPS", "OFFERED", "paint_percent", "percent_text"]

#: What can be chosen to look by: all together first.
OFFERED = (COMBINED, *METHODS)

#: What each method looks at, in a sentence.
METHOD_TIPS = {
    COMBINED: "All methods that have a say, weighed together",
    "log_likelihood": "The log-likelihood of the vector by the masked autoregressive flow",
    "isolation_forest": "How many cuts at random it takes to part the source from all others",
    "local_outlier_factor": "How thinly its place is populated, beside those of its neighbours",
    "knn_distance": "How far away its nearest sources are",
    "reconstruction": "How well the very deep VAE can draw it again",
}

KNOB = 3.0  # radius of the mark on a bar, pixels


def percent_text(value: float) -> str:
    """Return a percentile with as many digits as mean something, "–" where it is not known."""
    if math.isnan(value):
        return "–"
    if 0 < value < 0.005:
        return "<0.01"
    if value < 1:
        return f"{value:.2f}" if value else "0"
    return f"{value:.1f}" if value < 10 or 99 < value < 100 else f"{value:.0f}"


def paint_percent(
    painter: QPainter, room: QRect, value: float, tokens: Tokens, colour: str = ""
) -> None:
    """Draw a line from 0 to 100 with a mark at a percentile; the line alone where it is NaN."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, reach = room.center().y() + 0.5, room.width() - 2 * KNOB
    left = room.left() + KNOB
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.strong_line))
    painter.drawRoundedRect(QRectF(left, middle - 1, reach, 2), 1, 1)
    if not math.isnan(value):
        at = left + reach * min(max(value, 0.0), 100.0) / 100
        painter.setBrush(QColor(colour or tokens.muted))
        painter.drawEllipse(QRectF(at - KNOB, middle - KNOB, 2 * KNOB, 2 * KNOB))
    painter.restore()
