"""Sources on the map as one image: points where few are in view, density where there are many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from radgalgui.gui.cells import Cells
from radgalgui.gui.colours import MISSING
from radgalgui.gui.spread import LARGEST, Drawn, Look, look_of
from radgalgui.gui.tally import CODES, Lattice, Paint, Room, Scrolling

__all__ = ["Cells", "MapPoints", "PointImage"]

FEW = 40  # chosen sources that are fewer than a part in so many are as wide as if they were that
PALE = 100  # opacity, of 255, of sources that are not chosen while others are
MOST_SIZE = 2.5  # times larger than usual that points can be
BAND = 64  # rows of pixels that are drawn at once
CHOSEN = 1 << 15  # marks pixels on which a chosen source stands, above all others


class PointImage(pg.GraphicsObject):  # type: ignore[misc]
    """Points painted as an image of the whole device; drawn anew only when the view moves."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = Cells(np.empty((0, 2)))
        self._drawn: tuple[object, ...] | None = None
        self._image = QImage()
        self._pixels: NDArray[Any] = np.empty((0, 0), np.uint32)

    def boundingRect(self) -> QRectF:
        """Return the rectangle that holds all points."""
        return self.cells.bounds

    def viewTransformChanged(self) -> None:
        """Repaint: the size of points does not follow the zoom."""
        self.update()

    def renew(self) -> None:
        """Draw the image anew at the next paint."""
        self._drawn = None
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the image of the points in view."""
        device = widget or painter.device()
        ratio = device.devicePixelRatio()
        transform = painter.worldTransform()
        if not transform.isInvertible():
            return  # of a view without any room
        wanted = (_numbers(transform), device.width(), device.height(), ratio)
        if wanted != self._drawn:
            self._image = self._drawing(transform, device.width(), device.height(), ratio)
            self._drawn = wanted
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(0, 0), self._image)
        painter.restore()

    def picture(self, transform: QTransform, width: int, height: int, ratio: float) -> QImage:
        """Return the points on ``width`` times ``height`` logical pixels of ``ratio`` each.

        ``transform`` leads from the map to logical pixels, without rotation.
        """
        picture = self._drawing(transform, width, height, ratio).copy()  # which owns its memory
        self._drawn = None  # the image that was drawn may have given its memory
        return picture

    def _drawing(self, transform: QTransform, width: int, height: int, ratio: float) -> QImage:
        """Return the points as an image that is valid until the next one is asked for."""
        raise NotImplementedError


@dataclass
class _Group:
    """Some of the sources, and what is counted of them."""

    cells: Cells
    tallies: Scrolling
    crowding: float


class MapPoints(PointImage):
    """All sources; those that are not chosen are pale, and those that are hidden are not there.

    Attributes
    ----------
    cells : Cells
        The sources that are shown.
    whole : Cells
        All that have a place.
    hidden : ndarray (N,), bool, or None
        Those left out, by rows of the catalogue; None where none is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.whole = self.cells
        self.hidden: NDArray[np.bool_] | None = None
        self._codes = np.empty(0, np.uint8)
        self._shaped = False
        self._colours = np.zeros((CODES, 3), np.uint8)
        self._tables: dict[bool, NDArray[np.uint32]] = {}
        self._chosen: NDArray[np.bool_] | None = None
        self._size, self._opacity, self._strength = 1.0, 1.0, 1.0
        self._shown: _Group | None = None
        self._lit: _Group | None = None
        self._room = Room()

    # -- what is shown ---------------------------------------------------------------------

    def set_points(self, xy: NDArray[np.floating], cells: Cells | None = None) -> None:
        """Show sources at ``xy`` (N, 2), grey before `set_codes`; none is hidden.

        ``cells`` are the same, where they have been sorted before.
        """
        self.prepareGeometryChange()
        self.cells = self.whole = Cells(xy) if cells is None else cells
        self.hidden = self._chosen = None
        self._codes = np.zeros(len(xy), np.uint8)
        self._regroup()

    def set_codes(self, codes: NDArray[np.uint8], *, shaped: bool) -> None:
        """Colour the sources by numbers (N,), each number in a shape of its own if ``shaped``.

        Where many stand on a pixel it has the mean of their numbers or, ``shaped``, one of them.
        """
        self._codes, self._shaped = codes, shaped
        self._regroup()

    def set_chosen(self, chosen: NDArray[np.bool_] | None) -> None:
        """Let the sources that are not ``chosen`` (N,) be pale; None where none is."""
        self._chosen = chosen
        self._regroup(chosen_only=True)

    def set_hidden(self, hidden: NDArray[np.bool_] | None) -> None:
        """Leave out the sources that are ``hidden`` (N,); None shows all."""
        self.hidden = hidden
        self.cells = self.whole if hidden is None else self.whole.kept(~hidden)
        self._regroup()

    def set_table(self, table: NDArray[np.uint8]) -> None:
        """Give each colour number its colour, shape (M, 3)."""
        self._colours = np.zeros((CODES, 3), np.uint8)
        self._colours[: len(table)] = table[:CODES]
        if len(table) > MISSING:
            self._colours[0] = table[MISSING]
        self._tables.clear()
        self.renew()

    def set_style(self, size: float, opacity: float) -> None:
        """Draw points ``size`` times as large as usual, and so opaque, from 0 to 1."""
        self._size, self._opacity = min(max(size, 0.2), MOST_SIZE), min(max(opacity, 0.02), 1.0)
        self._tables.clear()
        self.renew()

    def set_strength(self, strength: float) -> None:
        """Let all points step back behind what lies over them; 1 is all there."""
        if strength != self._strength:
            self._strength = strength
            self._tables.clear()
            self.renew()

    @property
    def strength(self) -> float:
        """How strong all points are, 1 unless something lies over them."""
        return self._strength

    def _regroup(self, *, chosen_only: bool = False) -> None:
        """Sort sources anew into those shown and those lit, when they are next painted."""
        self._lit = None
        if not chosen_only:
            self._shown = None
        self.renew()

    def _groups(self) -> list[_Group]:
        if self._shown is None:
            self._shown = self._group(self.cells)
        if self._chosen is None or self._chosen.all():
            return [self._shown]
        if self._lit is None:
            self._lit = self._group(self.cells.kept(self._chosen))
        return [self._shown, self._lit]

    def _codes_of(self, cells: Cells) -> NDArray[np.uint8]:
        """Return the colour numbers of points, in an array of their own."""
        return self._codes[cells.index]

    def _group(self, cells: Cells) -> _Group:
        codes = self._codes_of(cells)
        unknown = codes == MISSING
        missing = not self._shaped and bool(unknown.any())
        if missing:
            codes[unknown] = 0
        paint = Paint(codes, apart=self._shaped, missing=missing)
        return _Group(cells, Scrolling(cells, paint, self._room), cells.crowding())

    # -- painting --------------------------------------------------------------------------

    def _drawing(self, transform: QTransform, width: int, height: int, ratio: float) -> QImage:
        columns, rows = round(width * ratio), round(height * ratio)
        margin = math.ceil(LARGEST * MOST_SIZE * ratio) + 2
        lattice = _lattice(transform, columns, rows, margin, ratio)
        groups = self._drawn_groups(lattice, width * height, ratio)
        table = self._table(lit=len(groups) > 1)
        if self._pixels.shape != (rows, columns):
            self._pixels = np.empty((rows, columns), np.uint32)
        pixels = self._pixels  # of the image before, which was valid until now
        for top in range(0, rows, BAND):  # so many stay in the processor's cache
            end = min(top + BAND, rows)
            bands = [group.rows(margin + top, margin + end) for group in groups]
            there = [band for band in bands if band is not None]
            if not there:
                pixels[top:end] = 0
                continue
            band = there[0] if len(there) == 1 else np.maximum(*there)
            np.take(table, band[:, margin : margin + columns], out=pixels[top:end], mode="clip")
        format_ = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, columns, rows, 4 * columns, format_)
        image.setDevicePixelRatio(ratio)
        return image

    def _drawn_groups(self, lattice: Lattice, area: float, ratio: float) -> list[Drawn]:
        groups = self._groups()
        counts = [group.cells.count(lattice.rect()) for group in groups]
        if len(groups) == 2:  # few that are chosen are larger, but not as large as if alone
            counts[1] = max(counts[1], counts[0] // FEW)
        made = []
        for number, (group, count) in enumerate(zip(groups, counts, strict=True)):
            look = self._look(group, lattice, count, area, ratio)
            tallies, mark = group.tallies.image(lattice), CHOSEN if number else 0
            _, columns = lattice.covered(group.cells.extent)
            made.append(
                Drawn(tallies, look, count, shaped=self._shaped, mark=mark, columns=columns)
            )
        return made

    def _look(self, group: _Group, lattice: Lattice, count: int, area: float, ratio: float) -> Look:
        crowd = group.crowding / abs(lattice.mx * lattice.my)
        return look_of(count, area, crowd, size=self._size, ratio=ratio)

    def _table(self, *, lit: bool) -> NDArray[np.uint32]:
        """Return the premultiplied colours of opacities and codes; those of chosen ones behind."""
        if lit not in self._tables:
            whole = self._opacity * self._strength
            vivid = _premultiplied(self._colours, whole)
            if lit:
                pale = _premultiplied(_faint(self._colours), self._strength * PALE / 255)
                self._tables[lit] = np.concatenate([pale, vivid])
            else:
                self._tables[lit] = np.concatenate([vivid, vivid])
        return self._tables[lit]


def _lattice(transform: QTransform, columns: int, rows: int, margin: int, ratio: float) -> Lattice:
    """Return the pixels of a device with a margin around."""
    m11, m22, dx, dy = (v * ratio for v in _numbers(transform))
    corner = ((-margin - dx) / m11, (-margin - dy) / m22)
    return Lattice(*corner, m11, m22, columns + 2 * margin, rows + 2 * margin)


def _faint(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return colours that are two thirds grey."""
    grey = colours.mean(axis=1, keepdims=True)
    faint: NDArray[np.uint8] = np.rint((colours + 2 * grey) / 3).astype(np.uint8)
    return faint


def _premultiplied(colours: NDArray[np.uint8], strength: float) -> NDArray[np.uint32]:
    """Return 256 opacities of all colours, as QImage wants them, at ``level * 128 + code``."""
    alpha = np.rint(np.arange(256) * strength).astype(np.uint32)[:, None]
    red, green, blue = ((colours[:, i] * alpha + 127) // 255 for i in range(3))
    made: NDArray[np.uint32] = (alpha << 24) | (red << 16) | (green << 8) | blue
    return made.ravel()


def _numbers(transform: QTransform) -> tuple[float, float, float, float]:
    return transform.m11(), transform.m22(), transform.dx(), transform.dy()
