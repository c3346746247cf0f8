"""The noise of a large image from place to place: background and noise on a grid of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.progress import CancelToken, silent
from radgalgui.sky.noise import background, sample

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from radgalgui.progress import Progress

__all__ = ["NoiseMap"]

_BOX, _SMALL_BOX, _BOXES = 256, 64, 8
"""Pixels a side of a box: many beams wide, so that most sources fill little of it; less in small
images, so that there are some boxes along a side."""
_PIXELS = 10_000
"""Of a box that are looked at: its noise is then known to 1 %."""


@dataclass(frozen=True, eq=False)
class NoiseMap:
    """Level and noise of the background, told in the middles of boxes and interpolated between.

    Parameters
    ----------
    x, y : ndarray, shapes (C,) and (R,)
        The middles of the boxes, 0-based pixels, ascending.
    level, noise : ndarray, shape (R, C)
        Of the background, in the image's unit; the noise is 0 where nothing is known of it.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    level: NDArray[np.float64]
    noise: NDArray[np.float64]

    @classmethod
    def measure(
        cls,
        data: NDArray[Any],
        *,
        box: int | None = None,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NoiseMap:
        """Measure an image box by box.

        Parameters
        ----------
        data : ndarray, shape (H, W)
            Any number type; a memory map is read a row of boxes at a time.
        box : int, optional
            About how many pixels a side of a box has; all boxes of an image are equally large.
            By default 256, and down to 64 in images of less than 2,048 pixels.
        progress, cancel
            Told of, and looked at, after each row of boxes.

        Returns
        -------
        NoiseMap
            Smoothed by medians over three by three boxes, so that a bright source in one of them
            does not count.  Boxes that are blank, or whose background was taken out, have what
            those around them have.

        Raises
        ------
        Cancelled
            If cancelled.
        """
        cancel = cancel or CancelToken()
        box = box or min(max(max(data.shape) // _BOXES, _SMALL_BOX), _BOX)
        rows, columns = (_edges(side, box) for side in data.shape)
        told = np.full((2, len(rows) - 1, len(columns) - 1), np.nan)
        for r in range(len(rows) - 1):
            cancel.check()
            band = data[rows[r] : rows[r + 1]]
            for c in range(len(columns) - 1):
                told[:, r, c] = _measured(band[:, columns[c] : columns[c + 1]])
            progress(r + 1, len(rows) - 1, "Measuring the noise")
        return cls(
            x=(columns[:-1] + columns[1:] - 1) / 2,
            y=(rows[:-1] + rows[1:] - 1) / 2,
            level=_smoothed(told[0]),
            noise=_smoothed(told[1]),
        )

    @property
    def typical(self) -> float:
        """The median of the noise over the boxes."""
        return float(np.median(self.noise))

    def at(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return level and noise at pixels, of the shape of ``x`` and ``y``.

        Beyond the outermost middles nothing changes.
        """
        above, below, up = _neighbours(self.y, np.asarray(y, dtype=np.float64))
        left, right, along = _neighbours(self.x, np.asarray(x, dtype=np.float64))
        return (
            _between(self.level, (above, below, up), (left, right, along)),
            _between(self.noise, (above, below, up), (left, right, along)),
        )

    def least(self, start: int, stop: int, sigma: float) -> float:
        """Return what no place in some rows has less than: its level and ``sigma`` noises."""
        above, _, _ = _neighbours(self.y, np.array([float(start)]))
        _, below, _ = _neighbours(self.y, np.array([float(stop - 1)]))
        rows = slice(int(above[0]), int(below[0]) + 1)
        return float(self.level[rows].min() + sigma * self.noise[rows].min())


def _between(
    values: NDArray[np.float64],
    rows: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]],
    columns: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Interpolate linearly between rows, and then between columns."""
    above, below, up = rows
    left, right, along = columns
    west = values[above, left] * (1 - up) + values[below, left] * up
    east = values[above, right] * (1 - up) + values[below, right] * up
    made: NDArray[np.float64] = west * (1 - along) + east * along
    return made


def _edges(side: int, box: int) -> NDArray[np.int64]:
    """Return where boxes begin and end along a side."""
    return np.linspace(0, side, max(round(side / box), 1) + 1).round().astype(np.int64)


def _measured(part: NDArray[Any]) -> tuple[float, float]:
    """Return level and noise of a box, NaN where nothing is known."""
    values = sample(part, count=_PIXELS)
    level, noise = background(values[None])
    return (level, noise) if noise > 0 else (np.nan, np.nan)


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return medians over three by three boxes; unknown ones have the median of all, or 0."""
    if not np.isfinite(values).any():
        return np.zeros_like(values)
    padded = np.pad(values, 1, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    flat = np.sort(windows.reshape(*values.shape, 9), axis=-1)  # NaN come last
    known = np.isfinite(flat).sum(axis=-1)
    low, high = (np.maximum(known - 1, 0) // 2, known // 2)
    at = np.take_along_axis
    middle = at(flat, low[..., None], -1)[..., 0] + at(flat, high[..., None], -1)[..., 0]
    return np.where(known > 0, middle / 2, np.nanmedian(values))


def _neighbours(
    middles: NDArray[np.float64], places: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return the middles before and after each place, and how far between them it lies."""
    after = np.clip(np.searchsorted(middles, places), 1, max(len(middles) - 1, 1))
    before, after = after - 1, np.minimum(after, len(middles) - 1)
    apart = middles[after] - middles[before]
    share = np.clip((places - middles[before]) / np.where(apart > 0, apart, 1.0), 0.0, 1.0)
    return before, after, share
