"""A large image at every scale: means over blocks, kept where they are small, else read anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.progress import CancelToken, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.progress import Progress

__all__ = ["Pyramid", "block_means", "reduced"]

_OVERVIEW = 1024
"""Pixels of the longer side of the overview, at most."""
_KEPT = 2**23
"""Pixels of the largest level that is kept in memory: 32 MiB."""
_ROWS = 256
"""Of the image that are read at once."""


class Pyramid:
    """An image averaged over blocks of 2, 4, 8... pixels a side.

    Levels of up to 8 million pixels are kept; finer ones are made of the image itself where they
    are looked at, so that memory does not grow with it.  A block is blank (NaN) where all of it
    is, and next to blanks kept levels are means of means; rows and columns that fill none are left
    out.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        Any number type and byte order; a memory map stays on disk.
    progress, cancel
        Told of, and looked at, along the way; the image is read once.

    Raises
    ------
    Cancelled
        If cancelled.
    """

    def __init__(
        self,
        data: NDArray[Any],
        *,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> None:
        self._data = data
        self._levels: dict[int, NDArray[np.float32]] = {}
        factor = 1
        while (data.shape[0] // factor) * (data.shape[1] // factor) > _KEPT:
            factor *= 2
        level = reduced(data, factor, progress=progress, cancel=cancel)
        self._levels[factor] = level
        while max(level.shape) > _OVERVIEW:
            factor *= 2
            level = reduced(level, 2)
            self._levels[factor] = level
        self.factor = factor

    @property
    def overview(self) -> NDArray[np.float32]:
        """The whole image, averaged over blocks of ``factor`` pixels a side."""
        return self._levels[self.factor]

    def finest(self, wanted: float) -> int:
        """Return the factor to look with where a pixel of the screen is ``wanted`` of the image."""
        factor = 1
        while factor * 2 <= wanted and factor < self.factor:
            factor *= 2
        return factor

    def part(
        self, columns: tuple[int, int], rows: tuple[int, int], factor: int
    ) -> NDArray[np.float32]:
        """Return a part of the image at a scale.

        Parameters
        ----------
        columns, rows : tuple of int
            First block and the one after the last; what lies outside the image is left out.
        factor : int
            Pixels a side of a block: 1, 2, 4, up to that of the overview.

        Returns
        -------
        ndarray, shape (h, w), float32
            May be empty.
        """
        height, width = (side // factor for side in self._data.shape)
        x0, x1 = (min(max(x, 0), width) for x in columns)
        y0, y1 = (min(max(y, 0), height) for y in rows)
        if factor in self._levels:
            return self._levels[factor][y0:y1, x0:x1]
        finer = next((f for f in sorted(self._levels, reverse=True) if f < factor), None)
        source, times = (self._data, factor) if finer is None else (self._levels[finer], 2)
        return reduced(source[y0 * times : y1 * times, x0 * times : x1 * times], times)


def block_means(block: NDArray[Any], factor: int) -> NDArray[np.float32]:
    """Return means over ``factor`` x ``factor`` pixels, of the finite ones; NaN where none is.

    Both sides are multiples of the factor; what float32 cannot hold counts as blank.
    """
    with np.errstate(over="ignore"):
        values = np.array(block, dtype=np.float32)
    if factor == 1:
        values[~np.isfinite(values)] = np.nan
        return values
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs
        means = _sums(values, factor) / np.float32(factor * factor)
    if np.isfinite(means).all():  # and so is every pixel: the usual case, at half the price
        return np.asarray(means, dtype=np.float32)
    finite = np.isfinite(values)
    values[~finite] = 0.0
    count = _sums(finite.astype(np.float32), factor)
    blank = np.full(count.shape, np.nan, dtype=np.float32)
    np.divide(_sums(values, factor), count, out=blank, where=count > 0)
    return blank


def _sums(values: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Return sums over blocks: whole rows first, which are read in order."""
    height, width = values.shape
    rows = values.reshape(height // factor, factor, width).sum(axis=1, dtype=np.float32)
    total: NDArray[np.float32] = rows[:, ::factor].copy()
    for column in range(1, factor):
        total += rows[:, column::factor]
    return total


def reduced(
    data: NDArray[Any],
    factor: int,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return means over blocks of an image (H, W), some rows of which are read at a time.

    Rows and columns that fill no block are left out; see `block_means` for blanks.

    Raises
    ------
    Cancelled
        If cancelled.
    """
    cancel = cancel or CancelToken()
    rows, columns = (side // factor for side in data.shape)
    made = np.empty((rows, columns), dtype=np.float32)
    step = max(_ROWS // factor, 1)
    for start in range(0, rows, step):
        cancel.check()
        stop = min(start + step, rows)
        band = data[start * factor : stop * factor, : columns * factor]
        made[start:stop] = block_means(band, factor)
        progress(stop * factor, rows * factor, "Reading the image")
    return made
