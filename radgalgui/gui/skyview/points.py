"""Sources on the sky, painted as those of the map are: only where they stand is another matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QTransform

from radgalgui.gui.cells import Cells
from radgalgui.gui.colours import Scale
from radgalgui.gui.map_points import MapPoints
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.sky.projection import RIM, Projection

__all__ = ["Projected", "SkyPoints"]

#: Rectangles that hold all of the sky in Aitoff's projection, and whatever has a place at all.
SKY = QRectF(-RIM, -RIM / 2, 2 * RIM, RIM).adjusted(-0.1, -0.1, 0.1, 0.1)
PLANE = QRectF(-1e3, -1e3, 2e3, 2e3)


class Projected(Cells):
    """Places on a plane that the next turn of the sky makes anew: too short-lived to be sorted.

    Parameters
    ----------
    index : ndarray (M,)
        Rows of the catalogue.
    x, y : ndarray (M,), float32
        Degrees on the plane.
    crowd : float
        How many stand on a square degree where it is crowded.
    uncut : bool
        Whether all of them lie in every picture that is made of them.
    """

    def __init__(
        self,
        index: NDArray[np.int64],
        x: NDArray[np.float32],
        y: NDArray[np.float32],
        crowd: float,
        *,
        uncut: bool = False,
    ) -> None:
        self.index, self.x, self.y = index, x, y
        # Who counts pixels asks how far points may lie outside: in one cell as large as may be.
        self.grid, self.span = 1, np.full(2, 0 if uncut else np.inf, np.float32)
        self.extent = SKY if uncut else PLANE
        self._crowd, self._uncut = crowd, uncut

    @property
    def bounds(self) -> QRectF:
        """The rectangle that holds all points."""
        if not len(self.x):
            return QRectF()
        low, high = (float(self.x.min()), float(self.y.min())), (self.x.max(), self.y.max())
        return QRectF(*low, float(high[0]) - low[0], float(high[1]) - low[1])

    def runs(self, _rect: QRectF) -> list[tuple[int, int]]:
        """Return all points as one piece."""
        return [(0, len(self.x))] if len(self.x) else []

    def inside(self, rect: QRectF) -> NDArray[np.bool_]:
        """Return which points lie in a rectangle, its edges included."""
        made: NDArray[np.bool_] = (self.x >= rect.left()) & (self.x <= rect.right())
        made &= self.y >= rect.top()
        made &= self.y <= rect.bottom()
        return made

    def count(self, rect: QRectF) -> int:
        """Return how many points lie in a rectangle."""
        if self._uncut:
            return len(self.x)
        return int(np.count_nonzero(self.inside(rect.normalized())))

    def kept(self, mask: NDArray[np.bool_]) -> Projected:
        """Return those points whose row is true in ``mask`` (N,)."""
        mine = mask[self.index]
        places = (self.index[mine], self.x[mine], self.y[mine])
        return Projected(*places, self._crowd, uncut=self._uncut)

    def crowding(self) -> float:
        """Return how many points stand on a square degree where it is crowded."""
        return self._crowd


class SkyPoints(MapPoints):
    """The sources of a sphere; `turn` stands them before a picture is made."""

    def __init__(self) -> None:
        self.number = 0  # another one after each change
        self.scale: Scale | None = None
        super().__init__()
        self.sphere = Sphere(np.empty(0), np.empty(0))
        self.standing = _nowhere()
        self._pieces: list[slice] | None = None  # of the sphere, where all of them stand
        self._in_order = self._codes

    def set_sphere(self, sphere: Sphere, count: int) -> None:
        """Show the sources of a sphere, of a catalogue of ``count``, in no colours yet."""
        self.sphere = sphere
        self.hidden = self._chosen = None
        self.set_codes(np.zeros(count, np.uint8), shaped=False)
        self.turn(Projection(0.0, 0.0), [])

    def set_scale(self, scale: Scale, *, dark: bool) -> None:
        """Colour the sources as the map does."""
        self.scale = scale
        self.set_codes(scale.codes, shaped=scale.kind == "categories")
        self.set_ground(dark=dark)

    def set_ground(self, *, dark: bool) -> None:
        """Take the colours for a dark ground, or a light one."""
        if self.scale is not None:
            self.set_table(self.scale.table(dark=dark))

    def set_codes(self, codes: NDArray[np.uint8], *, shaped: bool) -> None:
        """Colour the sources by numbers (N,)."""
        self._in_order = codes[self.sphere.index]
        super().set_codes(codes, shaped=shaped)

    def _codes_of(self, cells: Cells) -> NDArray[np.uint8]:
        """Return colour numbers; those of all that stand lie side by side already."""
        if cells is not self.whole or not self._pieces:
            return super()._codes_of(cells)
        return np.concatenate([self._in_order[piece] for piece in self._pieces])

    def set_hidden(self, hidden: NDArray[np.bool_] | None) -> None:
        """Leave out the sources that are ``hidden`` (N,) when they are turned again."""
        self.hidden = hidden

    def renew(self) -> None:
        """Remember that a picture made before is out of date."""
        self.number += 1

    def turn(self, projection: Projection, pieces: list[slice], *, uncut: bool = False) -> None:
        """Stand pieces of the sphere where a projection has them; the rest is left out.

        ``uncut`` promises that all of them lie in every picture until they are turned again.
        """
        index, vectors = self.sphere.part(pieces)
        x, y = projection.project(vectors)
        self._pieces = pieces
        if projection.whole < 1 and not (known := np.isfinite(x)).all():
            index, x, y = index[known], x[known], y[known]
            self._pieces = None
        self.whole = self.standing = Projected(index, x, y, self.sphere.crowding, uncut=uncut)
        if self.hidden is not None:
            self.standing = self.standing.kept(~self.hidden)
        self.cells = self.standing
        self._regroup()

    def seen(self, scale: float, width: int, height: int, ratio: float) -> QImage:
        """Return a picture with so many logical pixels a degree, the middle of it in the middle.

        It is valid until the next one is asked for.
        """
        transform = QTransform(-scale, 0, 0, -scale, width / 2, height / 2)
        return self._drawing(transform, width, height, ratio)


def _nowhere() -> Projected:
    none = np.empty(0, np.float32)
    return Projected(np.empty(0, np.int64), none, none, 0.0)
