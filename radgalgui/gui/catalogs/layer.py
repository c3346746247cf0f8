"""A second catalogue on the map: diamonds over the points, hollow where familiar."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QTransform, qRgba

from radgalgui.gui.cells import Cells
from radgalgui.gui.map_points import PointImage
from radgalgui.gui.theme import Tokens

__all__ = ["FAMILIAR", "NEW", "MapLayer", "new_colour"]

HALO, FAMILIAR, NEW = 1, 2, 3

#: Of what is new, by theme: Okabe & Ito's vermilion, and a lighter one on dark.
NEW_COLOURS = {False: "#b84300", True: "#ff9d5c"}
MANY = 20_000  # above this many in view they are small


def new_colour(tokens: Tokens) -> str:
    """Return the colour of sources that are unlike all of the reference."""
    return NEW_COLOURS[tokens.dark]


class MapLayer(PointImage):
    """Sources of another catalogue: a hollow diamond each, a full one in colour if it is new."""

    def __init__(self) -> None:
        super().__init__()
        self._codes = np.empty(0, np.uint8)
        self._table: list[int] = [0] * 256
        self._pixels: NDArray[Any] = np.empty((0, 0), np.uint8)
        self.setZValue(5)  # above the points, below an answer's marks
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        table = [0] * 256
        for code, name in ((HALO, tokens.canvas), (FAMILIAR, tokens.text), (NEW, None)):
            colour = QColor(name or new_colour(tokens))
            table[code] = qRgba(colour.red(), colour.green(), colour.blue(), 255)
        self._table = table
        self.renew()

    def set_sources(self, xy: NDArray[np.floating], codes: NDArray[np.uint8]) -> None:
        """Show sources at ``xy`` (N, 2), NaN for those not placed yet, each `FAMILIAR` or `NEW`."""
        self.prepareGeometryChange()
        self.cells = Cells(xy)
        self._codes = codes[self.cells.index]
        self.renew()

    def _drawing(self, transform: QTransform, width: int, height: int, ratio: float) -> QImage:
        inverse, _ = transform.inverted()
        shown = self.cells.within(inverse.mapRect(QRectF(-8, -8, width + 16, height + 16)))
        to_x, to_y = transform.m11() * ratio, transform.m22() * ratio
        x = np.floor(self.cells.x[shown] * to_x + transform.dx() * ratio).astype(np.int64)
        y = np.floor(self.cells.y[shown] * to_y + transform.dy() * ratio).astype(np.int64)
        reach = max(2, round((3 if len(shown) > MANY else 5) * ratio))
        size = round(width * ratio), round(height * ratio)
        pixels = self._pixels = _stamped(x, y, self._codes[shown], size, reach=reach)
        rows, stride = pixels.shape
        image = QImage(pixels.data, size[0], rows, stride, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        image.setDevicePixelRatio(ratio)
        return image


def _stamped(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    codes: NDArray[np.uint8],
    size: tuple[int, int],
    *,
    reach: int,
) -> NDArray[np.uint8]:
    width, height = size
    stride = (width + 3) // 4 * 4
    edge = reach + 2
    wide = np.zeros((height + 2 * edge, stride + 2 * edge), np.uint8)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    at = (y[inside] + edge) * wide.shape[1] + x[inside] + edge
    codes = codes[inside]
    flat, line = wide.ravel(), max(1, round(0.28 * reach))
    for code in (FAMILIAR, NEW):  # what is new lies on top
        mine = at[codes == code]
        for places, number in _diamond(reach, line, full=code == NEW):
            for dy, dx in places:
                flat[mine + (dy * wide.shape[1] + dx)] = number or code
    return wide[edge : edge + height, edge : edge + stride].copy()


@lru_cache(maxsize=16)
def _diamond(reach: int, line: int, *, full: bool) -> tuple[tuple[NDArray[np.int64], int], ...]:
    """Return the offsets (dy, dx) of a diamond's halo with its number, and of its lines with 0."""
    dy, dx = np.mgrid[-reach - 2 : reach + 3, -reach - 2 : reach + 3]
    away = abs(dy) + abs(dx)
    drawn = (away <= reach) if full else (away <= reach) & (away > reach - line)
    halo = (away <= reach + 1) & (away > reach)
    if not full:
        halo |= (away <= reach - line) & (away > reach - line - 1)
    return (np.stack([dy[halo], dx[halo]], 1), HALO), (np.stack([dy[drawn], dx[drawn]], 1), 0)
