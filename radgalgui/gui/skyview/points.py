"""Sources on the sky as images of colour numbers, painted as those of the map are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, qRgba

from radgalgui.gui.colours import Scale
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.gui.stamps import CORE, radius, stamp

__all__ = ["SkyPoints"]

FEW = 40  # chosen sources that are fewer than a part in so many are as wide as if they were that
PALE = 70  # opacity, of 255, of sources that are not chosen while others are

Part = NDArray[np.int64] | slice


class SkyPoints:
    """Which colours the sources of a sphere have, and which of them are chosen or hidden."""

    def __init__(self) -> None:
        self.sphere = Sphere(np.empty(0), np.empty(0))
        self.number = 0  # another one after each change
        self._codes = np.empty(0, np.uint8)
        self._chosen: NDArray[np.bool_] | None = None
        self._shown: NDArray[np.bool_] | None = None
        self._shaped = False
        self._table: list[int] = [0] * 256
        self._pale: list[int] = [0] * 256

    def set_sphere(self, sphere: Sphere) -> None:
        """Show other sources, without colours before `set_scale`."""
        self.sphere = sphere
        self._codes = np.zeros(len(sphere), np.uint8)
        self._chosen = self._shown = None
        self.number += 1

    def set_scale(self, scale: Scale, *, dark: bool) -> None:
        """Colour sources as the map does; codes of another catalogue are left alone."""
        if len(self.sphere) and len(scale.codes) > self.sphere.index.max():
            self._codes = scale.codes[self.sphere.index]
        self._shaped = scale.kind == "categories"
        self._table, self._pale = [0] * 256, [0] * 256
        for code, (red, green, blue) in enumerate(scale.table(dark=dark).tolist()):
            if code:
                grey = (red + green + blue) // 3
                pale = [(value + 2 * grey) // 3 for value in (red, green, blue)]
                for table, (r, g, b), edge, solid in (
                    (self._table, (red, green, blue), 96, 255),
                    (self._pale, pale, PALE // 3, PALE),
                ):
                    table[code], table[CORE + code] = qRgba(r, g, b, edge), qRgba(r, g, b, solid)
        self.number += 1

    def set_chosen(self, chosen: NDArray[np.bool_] | None) -> None:
        """Let sources that are not ``chosen`` (N,) be pale; None where none is."""
        self._chosen = None if chosen is None else chosen[self.sphere.index]
        self.number += 1

    def set_hidden(self, hidden: NDArray[np.bool_] | None) -> None:
        """Leave out sources that are ``hidden`` (N,); None where none is."""
        self._shown = None if hidden is None else ~hidden[self.sphere.index]
        self.number += 1

    def shown(self, part: Part) -> Part:
        """Return those of a part of the sphere that are not hidden."""
        if self._shown is None:
            return part
        there = self._shown[part]
        if isinstance(part, slice):
            return np.flatnonzero(there) + (part.start or 0)
        return part[there]

    def images(
        self,
        x: NDArray[np.int32],
        y: NDArray[np.int32],
        part: Part,
        size: tuple[int, int],
        ratio: float,
    ) -> list[tuple[QImage, NDArray[np.uint8]]]:
        """Return what is drawn of a part of the sphere that stands at pixels (x, y).

        Parameters
        ----------
        x, y : ndarray, shape (K,)
            Device pixels; those outside are left out.
        part : slice or ndarray of int
            Which of the sphere's sources they are.
        size : tuple of int
            Width and height of the view, logical pixels.
        ratio : float
            Device pixels a logical pixel.

        Returns
        -------
        list of (QImage, ndarray)
            The images, those on top last, each with the array that holds its pixels.
        """
        codes, area = self._codes[part], size[0] * size[1]
        reach = radius(len(x), area, ratio)
        layers: list[tuple[slice | NDArray[np.bool_], list[int], int]]
        layers = [(slice(None), self._table, reach)]
        if self._chosen is not None:
            chosen = self._chosen[part]
            wider = radius(max(int(chosen.sum()), len(x) // FEW), area, ratio)
            layers = [(~chosen, self._pale, reach), (chosen, self._table, wider)]
        width, height = round(size[0] * ratio), round(size[1] * ratio)
        made = []
        for which, table, wide in layers:
            pixels = stamp(
                x[which], y[which], codes[which], width, height, reach=wide, shaped=self._shaped
            )
            rows, stride = pixels.shape
            image = QImage(pixels.data, width, rows, stride, QImage.Format.Format_Indexed8)
            image.setColorTable(table)
            image.setDevicePixelRatio(ratio)
            made.append((image, pixels))
        return made
