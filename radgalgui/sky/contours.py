"""Lines of equal brightness: marching squares over an image of the sky."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.resample import continued

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Contour", "contours"]

_SOME = 500  # points from which their spacing is taken


@dataclass(frozen=True)
class Contour:
    """All lines of one level.

    Parameters
    ----------
    level : float
        In the unit of the image.
    x, y : ndarray, shape (P,)
        Points of all lines, one line after the other, 0-based pixels.
    starts : ndarray, shape (L + 1,), int64
        Where each line begins in them, and the number of points at the end.  The first and the
        last point of a closed line are the same.
    """

    level: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def line(self, number: int) -> NDArray[np.float64]:
        """Return the points of one line, shape (P, 2)."""
        part = slice(self.starts[number], self.starts[number + 1])
        return np.stack([self.x[part], self.y[part]], axis=1)

    def bounds(self) -> NDArray[np.float64]:
        """Return least x, least y, greatest x and greatest y of each line, shape (L, 4).

        Points that are NaN make their line's bounds NaN.
        """
        if not len(self):
            return np.empty((0, 4))
        at = self.starts[:-1]
        ends = (np.minimum.reduceat, np.maximum.reduceat)
        return np.stack([end(v, at) for end in ends for v in (self.x, self.y)], axis=1)

    def spacing(self) -> float:
        """Return how far points are apart within a line, pixels, in the middle of them; or 0."""
        some = slice(0, _SOME)
        steps = np.hypot(np.diff(self.x[some]), np.diff(self.y[some]))
        return float(np.nanmedian(steps)) if np.isfinite(steps).any() else 0.0

    def moved(
        self,
        way: Callable[
            [NDArray[np.float64], NDArray[np.float64]],
            tuple[NDArray[np.float64], NDArray[np.float64]],
        ],
    ) -> Contour:
        """Return the lines in the pixels of another image, to which ``way`` leads (x, y)."""
        if not self.x.size:
            return self
        x, y = way(self.x, self.y)
        return Contour(self.level, np.asarray(x, float), np.asarray(y, float), self.starts)


def contours(
    data: NDArray[np.floating],
    levels: Sequence[float],
    *,
    origin: tuple[int, int] = (0, 0),
    fine: int = 1,
) -> list[Contour]:
    """Return the contours of an image.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        Brightness; NaN is blank, and lines end there.
    levels : sequence of float
        In the unit of ``data``.
    origin : tuple of int
        0-based pixel (x, y) of the larger image in which ``data`` begins.
    fine : int
        1 interpolates linearly between pixels, which is off by up to 0.3 pixels where a beam
        is only three pixels wide.  More lays a cubic spline through the pixels, at so many
        points a pixel, and is within 0.05 there with 4.

    Returns
    -------
    list of Contour
        One a level, in their order; without lines where no pixel, or every pixel, is brighter.
        An image with a side under two pixels has none.
    """
    from contourpy import LineType, contour_generator

    if min(data.shape) < 2:
        return [_empty(level) for level in levels]
    values = np.ma.masked_invalid(np.asarray(data, np.float64))
    if fine > 1:
        values = _splined(values, fine)
    x = np.arange(values.shape[1]) / fine + float(origin[0])
    y = np.arange(values.shape[0]) / fine + float(origin[1])
    made = contour_generator(x, y, values, line_type=LineType.ChunkCombinedOffset)
    found = []
    for level in levels:
        points, starts = (part[0] for part in made.lines(level))
        if points is None or starts is None:
            found.append(_empty(level))
        else:
            x_of, y_of = np.asarray(points, np.float64).T
            found.append(Contour(level, x_of, y_of, np.asarray(starts, np.int64)))
    return found


def _splined(
    values: np.ma.MaskedArray[tuple[int, int], np.dtype[np.float64]], fine: int
) -> np.ma.MaskedArray[tuple[int, int], np.dtype[np.float64]]:
    """Return an image at ``fine`` points a pixel, blank in all cells that have a blank corner."""
    from scipy.ndimage import zoom

    blank = np.ma.getmaskarray(values)
    shape = tuple((n - 1) * fine + 1 for n in values.shape)
    plain = continued(values.data, blank)
    larger = zoom(plain, [n / m for n, m in zip(shape, plain.shape, strict=True)], order=3)
    cells = blank[:-1, :-1] | blank[1:, :-1] | blank[:-1, 1:] | blank[1:, 1:]
    inside = np.repeat(np.repeat(cells, fine, axis=0), fine, axis=1)
    gone = np.zeros(shape, bool)
    for rows, columns in ((0, 0), (0, 1), (1, 0), (1, 1)):
        gone[rows : rows + inside.shape[0], columns : columns + inside.shape[1]] |= inside
    return np.ma.masked_array(larger, gone)


def _empty(level: float) -> Contour:
    return Contour(level, np.empty(0), np.empty(0), np.zeros(1, np.int64))
