"""What is painted over a picture of the sky: scale bar, beam, colour bar, a mark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QLinearGradient,
    QPainter,
    QPen,
    QPolygonF,
    QTransform,
)

from radgalgui.gui.colours import is_light, lookup_table
from radgalgui.gui.display import Display
from radgalgui.gui.sky_readout import nice_length
from radgalgui.gui.theme import GRID

__all__ = [
    "Ink",
    "on_light",
    "paint_beam",
    "paint_colour_bar",
    "paint_compass",
    "paint_cross",
    "paint_outline",
    "paint_scale_bar",
    "paint_words",
]

MARGIN = GRID + 2.0


@lru_cache(maxsize=32)
def on_light(colour_map: str) -> bool:
    """Return whether an empty sky is light in a colour map; quick, since it is asked each paint."""
    return is_light(colour_map)


@dataclass(frozen=True)
class Ink:
    """What is legible on pictures: light on dark colours, dark on light ones."""

    line: QColor
    shadow: QColor

    @classmethod
    def on(cls, colour_map: str) -> Ink:
        """Return the ink for pictures in a colour map."""
        white, black = QColor(255, 255, 255), QColor(0, 0, 0)
        line, shadow = (black, white) if on_light(colour_map) else (white, black)
        shadow.setAlpha(180)
        return cls(line, shadow)


def paint_scale_bar(painter: QPainter, size: QSizeF, ink: Ink, per_arcsec: float) -> None:
    """Paint a bar of a round angle at the lower left; ``per_arcsec`` is in screen pixels."""
    length, text = nice_length(0.34 * size.width() / per_arcsec)
    left, base = MARGIN, size.height() - MARGIN
    right = left + length * per_arcsec
    for colour, width in ((ink.shadow, 4.0), (ink.line, 1.8)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(left, base), QPointF(right, base))
    paint_words(painter, ink, QPointF(left, base - 6), text)


def paint_beam(
    painter: QPainter,
    size: QSizeF,
    ink: Ink,
    beam: tuple[float, float, float],
    *,
    per_arcsec: float,
) -> None:
    """Paint the beam's ellipse at the lower right, unless it would cover the picture.

    ``beam`` is major, minor (arcsec) and the direction of the major axis on the screen: degrees
    from up towards the left.
    """
    major, minor = beam[0] * per_arcsec / 2, beam[1] * per_arcsec / 2
    if major > size.width() / 3:
        return
    painter.save()
    reach = max(major, 3.0) + GRID
    painter.translate(size.width() - reach, size.height() - reach)
    painter.rotate(-beam[2])
    filling = QColor(ink.line)
    filling.setAlpha(70)
    for pen, brush in (
        (QPen(ink.shadow, 3.0), QBrush(Qt.BrushStyle.NoBrush)),
        (QPen(ink.line, 1.2), QBrush(filling)),
    ):
        painter.setPen(pen)
        painter.setBrush(brush)
        painter.drawEllipse(QPointF(0, 0), max(minor, 1.0), max(major, 1.0))
    painter.restore()


def paint_colour_bar(painter: QPainter, size: QSizeF, display: Display, unit: str) -> None:
    """Paint what the colours of a span mean along the lower edge, its two ends in numbers."""
    if display.span is None:
        return
    ink = Ink.on(display.colour_map)
    low, high = (f"{value:+g}{unit}".replace("-", "−") for value in display.span)
    start, end, base = MARGIN, size.width() - MARGIN, size.height() - MARGIN
    shades = QLinearGradient(start, 0, end, 0)
    table = lookup_table(display.colour_map, 17)
    for place, colour in enumerate(table):
        shades.setColorAt(place / (len(table) - 1), QColor(*(int(c) for c in colour)))
    painter.setPen(QPen(ink.shadow, 1.0))
    painter.setBrush(shades)
    painter.drawRect(QRectF(start, base - 4, end - start, 5))
    wide = painter.fontMetrics().horizontalAdvance
    if wide(low) + wide(high) + GRID > end - start:
        high, low = high.replace("+", "±"), ""
    paint_words(painter, ink, QPointF(start, base - 9), low)
    paint_words(painter, ink, QPointF(end - wide(high), base - 9), high)


def paint_cross(painter: QPainter, ink: Ink, at: QPointF) -> None:
    """Paint a small open cross around a place."""
    for colour, width in ((ink.shadow, 3.0), (ink.line, 1.2)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            way = QPointF(dx, dy)
            painter.drawLine(at + way * 4.0, at + way * 10.0)


def paint_outline(
    painter: QPainter, box: tuple[float, float, float], to_screen: QTransform, colour: str
) -> None:
    """Paint the outline of the cutout: centre x, y and width, 0-based pixels."""
    x, y, width = box
    rect = QRectF(x + 0.5 - width / 2, y + 0.5 - width / 2, width, width)
    corners = to_screen.map(QPolygonF(rect))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line, pen in ((QColor(0, 0, 0, 170), 3.5), (QColor(colour), 1.5)):
        painter.setPen(QPen(line, pen))
        painter.drawPolygon(corners)


def paint_compass(
    painter: QPainter, ink: Ink, origin: QPointF, length: float, north: QPointF, east: QPointF
) -> None:
    """Paint arrows to north and east from a place; ``north`` and ``east`` have length 1."""
    for way, letter in ((north, "N"), (east, "E")):
        tip = origin + way * length
        side = QPointF(-way.y(), way.x())
        barbs = (tip - way * 5.0 + side * 3.0, tip - way * 5.0 - side * 3.0)
        for colour, width in ((ink.shadow, 3.2), (ink.line, 1.4)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(origin, tip)
            for barb in barbs:
                painter.drawLine(tip, barb)
        metrics = painter.fontMetrics()
        middle = tip + way * (metrics.capHeight() / 2 + 4.0)
        wide = metrics.horizontalAdvance(letter) / 2
        paint_words(painter, ink, middle + QPointF(-wide, metrics.capHeight() / 2), letter)


def paint_words(painter: QPainter, ink: Ink, at: QPointF, text: str) -> None:
    """Paint words that are legible on any picture, their base line from a place on."""
    painter.setPen(ink.shadow)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(ink.line)
    painter.drawText(at, text)
