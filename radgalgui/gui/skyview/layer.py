"""Another catalogue's sources on the sky: the diamonds of the map, where they lie on the sky."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QTransform

from radgalgui.gui.catalogs.layer import MapLayer
from radgalgui.gui.skyview.points import Projected
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.sky.projection import Projection

__all__ = ["LAYER_REACH", "SkyLayer"]

LAYER_REACH = 7.0  # pixels within which the pointer finds a diamond


class SkyLayer(MapLayer):
    """The sources of a sphere, each with its kind; `turn` stands them before a picture is made.

    Attributes
    ----------
    sphere : Sphere
        Those that have a position.
    number : int
        Another one after each change.
    """

    def __init__(self) -> None:
        self.number = 0
        super().__init__()
        self.sphere = Sphere(np.empty(0), np.empty(0))
        self._by_row = np.empty(0, np.uint8)

    def renew(self) -> None:
        """Remember that a picture made before is out of date."""
        self.number += 1

    def show_sources(self, sphere: Sphere, codes: NDArray[np.uint8]) -> None:
        """Show sources of a sphere by kinds (N,), of rows: `FAMILIAR`, `NEW`, or 0 for none."""
        self.sphere, self._by_row = sphere, codes
        self.renew()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be seen, wherever one looks."""
        return not len(self.sphere) or not self._by_row.any()

    def turn(self, projection: Projection, pieces: list[slice]) -> None:
        """Stand pieces of the sphere where a projection has them."""
        index, vectors = self.sphere.part(pieces)
        x, y = projection.project(vectors)
        there = np.isfinite(x) & (self._by_row[index] > 0)
        index = index[there]
        self.cells = Projected(index, x[there], y[there], 0.0)
        self._codes = self._by_row[index]

    def seen(self, scale: float, width: int, height: int, ratio: float) -> QImage:
        """Return a picture with so many logical pixels a degree, the middle of it in the middle."""
        transform = QTransform(-scale, 0, 0, -scale, width / 2, height / 2)
        return self._drawing(transform, width, height, ratio)

    def row_at(self, at: QPointF, scale: float, middle: tuple[float, float]) -> int | None:
        """Return the source under a place in pixels, as it was last turned; None for none."""
        cells = self.cells
        if not len(cells.index):
            return None
        apart = np.hypot(middle[0] - at.x() - cells.x * scale, middle[1] - at.y() - cells.y * scale)
        nearest = int(np.argmin(apart))
        return int(cells.index[nearest]) if apart[nearest] <= LAYER_REACH else None
