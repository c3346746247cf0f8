"""The map on paper: points as a picture, marks and axes as lines, the key to its colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QTransform

from radgalgui.gui.keeping.axes import MARGINS, Tick, inner_rect, paint_axes, round_ticks
from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.map_points import PointImage
from radgalgui.gui.map_view import MapView
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["MapFigure"]


class MapFigure:
    """What a map shows now, with the axes of its method."""

    has_axes = has_paper = True

    def __init__(
        self, title: str, view: MapView, axis_titles: tuple[str, str], shown: Tokens
    ) -> None:
        self.title, self._view = title, view
        self._titles, self._shown = axis_titles, shown

    def size(self, look: Look) -> QSizeF:
        """Return the map's size on the screen, and the room of its axes."""
        left, top, right, bottom = MARGINS if look.axes else (0.0, 0.0, 0.0, 0.0)
        return QSizeF(self._view.width() + left + right, self._view.height() + top + bottom)

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint the map in the colours of the paper."""
        inner = inner_rect(rect, bar=False) if look.axes else rect
        part = _widened(self._view.box.viewRect(), inner)
        scale = inner.width() / part.width()
        to_paper = QTransform(
            scale, 0, 0, -scale, inner.left() - part.left() * scale,
            inner.bottom() + part.top() * scale,
        )  # fmt: skip
        with self._in_theme(look.tokens):
            painter.save()
            painter.setClipRect(inner)
            self._paint_items(painter, inner, to_paper, look.ratio)
            self._paint_legend(painter, inner)
            painter.restore()
        if look.axes:
            across = round_ticks(part.left(), part.right())
            up = round_ticks(part.top(), part.bottom())
            paint_axes(
                painter,
                inner,
                look,
                bottom=[Tick(to_paper.map(QPointF(x, 0)).x(), text) for x, text in across],
                left=[Tick(to_paper.map(QPointF(0, y)).y(), text) for y, text in up],
                titles=self._titles,
            )

    @contextmanager
    def _in_theme(self, tokens: Tokens) -> Iterator[None]:
        """Lend the view the colours of the paper."""
        self._view.set_theme(tokens)
        try:
            yield
        finally:
            self._view.set_theme(self._shown)

    def _paint_items(
        self, painter: QPainter, inner: QRectF, to_paper: QTransform, ratio: float
    ) -> None:
        """Paint what lies on the map, the lowest first."""
        items = self._view.box.childGroup.childItems()
        for item in sorted(items, key=lambda item: float(item.zValue())):
            if not item.isVisible():
                continue
            painter.save()
            if isinstance(item, PointImage):
                wide, high = round(inner.width()), round(inner.height())
                moved = to_paper * QTransform.fromTranslate(-inner.left(), -inner.top())
                image = item.picture(moved, wide, high, ratio)
                painter.setOpacity(item.opacity())
                painter.drawImage(inner, image, QRectF(image.rect()))
            else:
                painter.setWorldTransform(to_paper)
                item.paint(painter, None, None)
            painter.restore()

    def _paint_legend(self, painter: QPainter, inner: QRectF) -> None:
        legend = self._view.legend
        if not legend.isVisible():
            return
        painter.save()
        painter.translate(inner.left() + GRID, inner.bottom() - legend.height() - GRID)
        legend.paint_on_paper(painter)
        painter.restore()


def _widened(part: QRectF, shape: QRectF) -> QRectF:
    """Return a part of the map, grown to the shape of a rectangle about its middle."""
    wide = max(part.width(), part.height() * shape.width() / shape.height())
    made = QRectF(0, 0, wide, wide * shape.height() / shape.width())
    made.moveCenter(part.center())
    return made
