"""What a view is on paper: a figure with a natural size that paints itself anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from radgalgui.gui.theme import DARK, GRID, LIGHT, Tokens

__all__ = ["Figure", "Look", "RowFigure", "WidgetFigure", "whole_pixels"]

GAP = 2.0 * GRID


@dataclass(frozen=True)
class Look:
    """How a figure is painted.

    Parameters
    ----------
    dark : bool
        Light lines on dark paper, or dark lines on white.
    axes : bool
        Whether axes with ticks, their titles and a bar of colours stand around it.
    ratio : float
        Pixels that a picture within it has for each of the screen's.
    """

    dark: bool = False
    axes: bool = True
    ratio: float = 1.0

    @property
    def tokens(self) -> Tokens:
        """The colours of the theme that belongs to the paper."""
        return DARK if self.dark else LIGHT

    @property
    def paper(self) -> QColor:
        """The colour of the paper."""
        return QColor(DARK.canvas) if self.dark else QColor("#ffffff")

    @property
    def ink(self) -> QColor:
        """The colour of axes and words."""
        return QColor(self.tokens.text)

    def pen(self, width: float = 1.0) -> QPen:
        """Return the pen for axes."""
        return QPen(self.ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


class Figure(Protocol):
    """Paints a view.  Where it can, it has axes; where it cannot choose its paper, it says so."""

    title: str
    has_axes: bool
    has_paper: bool

    def size(self, look: Look) -> QSizeF:
        """Return its natural size in pixels of the screen, with axes if it is to have them."""

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint into a rectangle of a painter without a transformation of its own."""


class WidgetFigure:
    """A view as it stands on the screen, in the theme of the screen."""

    has_axes = has_paper = False

    def __init__(self, title: str, widget: QWidget) -> None:
        self.title, self._widget = title, widget

    def size(self, _look: Look) -> QSizeF:
        """Return the widget's size."""
        return QSizeF(self._widget.size())

    def paint(self, painter: QPainter, rect: QRectF, _look: Look) -> None:
        """Paint the widget and all in it, scaled to the rectangle."""
        widget = self._widget
        scale = min(rect.width() / max(widget.width(), 1), rect.height() / max(widget.height(), 1))
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(scale, scale)
        painter.fillRect(QRectF(widget.rect()), widget.palette().window())
        QWidget.render(widget, painter, QPoint())  # views that scroll have another `render`
        painter.restore()


class RowFigure:
    """Figures side by side, each under its title."""

    has_paper = True

    def __init__(self, title: str, parts: Sequence[Figure]) -> None:
        self.title, self._parts = title, list(parts)
        self.has_axes = any(part.has_axes for part in parts)

    def size(self, look: Look) -> QSizeF:
        """Return the room of all parts, as high as the highest of them."""
        sizes = [part.size(look) for part in self._parts]
        wide = sum(size.width() for size in sizes) + GAP * (len(sizes) - 1)
        return QSizeF(wide, max(size.height() for size in sizes) + 2.5 * GRID)

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint one beside the other."""
        sizes = [part.size(look) for part in self._parts]
        natural = self.size(look)
        grown = rect.width() / natural.width()
        left, top = rect.left(), rect.top() + 2.5 * GRID
        for part, size in zip(self._parts, sizes, strict=True):
            place = QRectF(left, top, size.width() * grown, rect.bottom() - top)
            painter.save()
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(look.ink)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            head = QRectF(QPointF(left, rect.top()), QSizeF(place.width(), 2 * GRID))
            painter.drawText(head, int(flags), part.title)
            painter.restore()
            part.paint(painter, place, look)
            left += place.width() + GAP * grown


def whole_pixels(size: QSizeF, ratio: float) -> QSize:
    """Return the pixels of a picture of a size."""
    return QSize(max(round(size.width() * ratio), 1), max(round(size.height() * ratio), 1))
