"""Tiles on the map: a sheet made before, moved and scaled with what it covers."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from radgalgui.gui.theme import LIGHT, Tokens
from radgalgui.gui.tiling.sheet import Sheet

__all__ = ["TileLayer"]


class TileLayer(pg.GraphicsObject):  # type: ignore[misc]
    """Paints one sheet: pixel by pixel at the scale that it was made for, else enlarged."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: Sheet | None = None
        self._image = QImage()
        self._pointed: int | None = None
        self._tokens = LIGHT
        self.setZValue(0.5)  # above the points, below marks and catalogues laid over them

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show another sheet, or none."""
        self.prepareGeometryChange()
        self.sheet, self._pointed = sheet, None
        if sheet is not None:
            rows, columns = sheet.pixels.shape
            form = QImage.Format.Format_ARGB32_Premultiplied
            self._image = QImage(sheet.pixels.data, columns, rows, 4 * columns, form)
        self.update()

    def point_at(self, number: int | None) -> None:
        """Outline the tile of a part, or none."""
        if number != self._pointed:
            self._pointed = number
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle of the map that the tiles cover."""
        return self.sheet.tiles.parts.rect if self.sheet is not None else QRectF()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the tiles."""
        if self.sheet is None:
            return
        ratio = (widget or painter.device()).devicePixelRatio()
        transform = painter.worldTransform()
        target = transform.mapRect(self.boundingRect())
        painter.save()
        painter.resetTransform()
        if self._fits(transform, ratio):
            self._image.setDevicePixelRatio(ratio)
            corner = QPointF(round(target.x() * ratio), round(target.y() * ratio)) / ratio
            painter.drawImage(corner, self._image)
        else:
            self._image.setDevicePixelRatio(1.0)
            still = QPainter.RenderHint.SmoothPixmapTransform
            painter.setRenderHint(still, widget is None)  # on paper; a screen waits for a new one
            painter.drawImage(target, self._image)
        if self._pointed is not None:
            self._outline(painter, transform, self._pointed)
        painter.restore()

    def _fits(self, transform: QTransform, ratio: float) -> bool:
        """Whether pixels of the sheet are pixels of the screen."""
        if self.sheet is None:
            return False
        now = (transform.m11() * ratio, -transform.m22() * ratio)
        return all(
            math.isclose(a, b, rel_tol=1e-6) for a, b in zip(now, self.sheet.scale, strict=True)
        )

    def _outline(self, painter: QPainter, transform: QTransform, number: int) -> None:
        if self.sheet is None:
            return
        frame = transform.mapRect(self.sheet.tiles.parts.rect_of(number)).adjusted(0, 0, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._tokens.canvas, 4.0), (self._tokens.text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(frame)
