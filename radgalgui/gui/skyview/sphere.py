"""Sources sorted by cells of the sky, so that those in a field are found without a search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.projection import directions

__all__ = ["Sphere"]

ACROSS = 64  # cells from the middle of all sources to the farthest of them
LARGEST, SMALLEST = 2.0, 1e-4  # degrees that a cell is wide


class Sphere:
    """Directions of sources, those of a cell side by side; for a worker thread where they are many.

    Parameters
    ----------
    ra, dec : ndarray, shape (N,)
        ICRS degrees; sources without a position are left out.

    Attributes
    ----------
    index : ndarray (M,), vectors : ndarray (3, M), float32
        The rows and unit vectors that are left, cell by cell.
    middle : ndarray (3,), reach : float
        The direction in the middle of all, and the angle to the farthest, degrees.
    crowding : float
        How many stand on a square degree where it is crowded: in all but the most crowded cells,
        which hold a hundredth of them.
    """

    def __init__(self, ra: NDArray[np.floating], dec: NDArray[np.floating]) -> None:
        known = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec) & (np.abs(dec) <= 90))
        exact = directions(ra[known], dec[known])
        self.middle, self.reach = _around(exact)
        step = float(np.clip(self.reach / ACROSS, SMALLEST, LARGEST))
        cell = _cells(ra[known] % 360.0, dec[known], step)
        order = np.argsort(cell, kind="stable")
        self.index = known[order]
        self.vectors = np.ascontiguousarray(exact[:, order], dtype=np.float32)
        self._start = np.flatnonzero(np.diff(cell[order], prepend=-1))
        self._count = np.diff(self._start, append=len(order))
        self._centres, self._radii = _circles(exact[:, order], self._start, self._count)
        counts = np.sort(self._count)
        place = int(np.searchsorted(np.cumsum(counts), 0.99 * len(order)))
        self.crowding = float(counts[min(place, len(counts) - 1)]) / step**2 if len(counts) else 0.0

    def __len__(self) -> int:
        return len(self.index)

    def within(self, towards: NDArray[np.floating], angle: float) -> list[slice]:
        """Return the pieces of `vectors` that lie in cells within an angle of a direction.

        Parameters
        ----------
        towards : ndarray, shape (3,)
            ICRS unit vector.
        angle : float
            Degrees.

        Returns
        -------
        list of slice
            None where there are none, one where the cells lie side by side, as all of them do.
        """
        cells = np.flatnonzero(_degrees(towards @ self._centres) - self._radii <= angle)
        if not len(cells):
            return []
        apart = np.flatnonzero(np.diff(cells) > 1)
        first = cells[np.concatenate([[0], apart + 1])]
        last = cells[np.concatenate([apart, [len(cells) - 1]])]
        ends = self._start[last] + self._count[last]
        return [
            slice(*ends) for ends in zip(self._start[first].tolist(), ends.tolist(), strict=True)
        ]

    def part(self, pieces: list[slice]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows (K,) and the vectors (3, K) of some pieces."""
        if len(pieces) == 1:
            return self.index[pieces[0]], self.vectors[:, pieces[0]]
        if not pieces:
            return self.index[:0], self.vectors[:, :0]
        vectors = np.concatenate([self.vectors[:, piece] for piece in pieces], axis=1)
        return np.concatenate([self.index[piece] for piece in pieces]), vectors


def _cells(ra: NDArray[np.floating], dec: NDArray[np.floating], step: float) -> NDArray[np.int64]:
    """Return numbers of cells about as wide as high, band by band from south to north."""
    band = np.floor((dec + 90.0) / step).astype(np.int64)
    middle = np.deg2rad(np.minimum((band + 0.5) * step - 90.0, 90.0))
    columns = np.maximum(np.rint(360.0 * np.cos(middle) / step), 1.0)
    most = int(360.0 / step) + 2
    cells: NDArray[np.int64] = band * most + np.floor(ra / 360.0 * columns).astype(np.int64)
    return cells


def _around(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return the direction in the middle of some, and the angle to the farthest, degrees."""
    if not vectors.shape[1]:
        return np.array([1.0, 0.0, 0.0]), 0.0
    total = vectors.sum(axis=1)
    length = float(np.linalg.norm(total))
    if length < 1e-3 * vectors.shape[1]:  # they lie all around
        return np.array([1.0, 0.0, 0.0]), 180.0
    middle = total / length
    return middle, float(_degrees((middle @ vectors).min()))


def _circles(
    vectors: NDArray[np.float64], start: NDArray[np.int64], count: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each cell a direction (3, C) and the angle, degrees, that holds its sources."""
    if not len(start):
        return np.empty((3, 0)), np.empty(0)
    centres = np.add.reduceat(vectors, start, axis=1)
    centres /= np.maximum(np.linalg.norm(centres, axis=0), 1e-30)
    apart = np.linalg.norm(vectors - np.repeat(centres, count, axis=1), axis=0)  # chords
    farthest = np.maximum.reduceat(apart, start)
    return centres, np.rad2deg(2 * np.arcsin(np.minimum(farthest / 2, 1))) + 1e-5


def _degrees(cosine: NDArray[np.floating] | np.floating) -> NDArray[np.floating]:
    return np.asarray(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))
