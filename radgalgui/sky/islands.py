"""Islands of emission: connected pixels above a multiple of the noise, in images of any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.progress import CancelToken, silent
from radgalgui.sky.noise_map import NoiseMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.progress import Progress

__all__ = ["Island", "extent", "find_islands"]

_BLOCK_ROWS = 512
_DIRECTIONS = np.deg2rad(np.arange(0.0, 180.0, 5.0))


@dataclass(frozen=True, eq=False)
class Island:
    """Connected pixels that rise above the noise.

    Parameters
    ----------
    label : int
        1 for the brightest peak, 2 for the next, and so on.
    bounds : tuple of slice
        Rows and columns of the smallest box around it.
    centroid : tuple of float
        (x, y), 0-based, weighted by brightness.
    peak : tuple of int
        (x, y) of the brightest pixel.
    peak_value : float
        In the image's unit.
    flux : float
        Sum over the pixels, in the image's unit times pixels.
    extent : float
        Largest distance from edge to edge, pixels; see `extent`.
    touches_edge : bool
        Whether it may go on outside the image or beneath a blank.
    x, y : ndarray, shape (n,), int64
        Its pixels.
    peak_snr : float
        How far it rises above the noise there, in units of that; infinite where that is 0.
    """

    label: int
    bounds: tuple[slice, slice]
    centroid: tuple[float, float]
    peak: tuple[int, int]
    peak_value: float
    flux: float
    extent: float
    touches_edge: bool
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    peak_snr: float = float("inf")


def find_islands(
    data: NDArray[Any],
    *,
    noise: float | NoiseMap,
    sigma: float = 3.0,
    peak_sigma: float = 5.0,
    min_pixels: int = 4,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[Island]:
    """Find islands of emission, brightest peak first.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        Any number type and byte order; read in blocks, so a memory map stays on disk.  NaN and
        infinities belong to no island.
    noise : float or NoiseMap
        In the image's unit; 0 takes every positive pixel.  With a map, what is measured stands
        above the level of the background, too.
    sigma : float
        Pixels above ``sigma * noise`` belong to islands; neighbours share sides or corners.
    peak_sigma : float
        An island's peak reaches at least ``peak_sigma * noise``.
    min_pixels : int
        And it has at least so many pixels.
    progress, cancel
        Told of, and looked at, after each block of rows that was read.

    Returns
    -------
    list of Island
        Empty where nothing rises above the noise.

    Raises
    ------
    Cancelled
        If cancelled.

    Notes
    -----
    The islands are those of ``photutils.segmentation.detect_sources`` with a cut on the peak,
    made from the list of bright pixels alone: a mosaic of 12,000 x 12,000 pixels needs no
    label image of its own size.
    """
    flat, values, noises = _bright_pixels(data, noise, sigma, progress, cancel or CancelToken())
    if flat.size == 0:
        return []
    order, starts = _groups(flat, data.shape[1])
    flat, values, noises = flat[order], values[order], noises[order]
    ends = np.append(starts[1:], flat.size)
    peaks = np.maximum.reduceat(values, starts)
    heights = np.maximum.reduceat(_over_noise(values, noises), starts)
    kept = np.flatnonzero((ends - starts >= min_pixels) & (heights >= peak_sigma))
    kept = kept[np.argsort(-peaks[kept], kind="stable")]
    return [
        _island(label, flat[starts[i] : ends[i]], values[starts[i] : ends[i]], heights[i], data)
        for label, i in enumerate(kept, start=1)
    ]


def extent(x: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the largest distance across pixels, edge to edge, in pixels.

    The longest of the shadows in 36 directions, at most 0.1 % short, plus one pixel; 0 for no
    pixels.
    """
    if len(x) == 0:
        return 0.0
    shadows = np.outer(np.cos(_DIRECTIONS), x) + np.outer(np.sin(_DIRECTIONS), y)
    return float(np.ptp(shadows, axis=1).max() + 1.0)


def _bright_pixels(
    data: NDArray[Any],
    noise: float | NoiseMap,
    sigma: float,
    progress: Progress,
    cancel: CancelToken,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return flat indices, ascending, of the finite pixels above the threshold.

    And their values above the background, and the noise there.
    """
    found: list[tuple[NDArray[Any], ...]] = []
    for start in range(0, data.shape[0], _BLOCK_ROWS):
        cancel.check()
        block = np.asarray(data[start : start + _BLOCK_ROWS])
        bright = _bright_in(block, noise, sigma, start)
        found.append((bright[0] + start * data.shape[1], *bright[1:]))
        progress(min(start + _BLOCK_ROWS, data.shape[0]), data.shape[0], "Looking for sources")
    flat, values, noises = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return flat, values, noises


def _bright_in(
    block: NDArray[Any], noise: float | NoiseMap, sigma: float, start: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return indices, values above the background, and noises of a block's bright pixels."""
    if isinstance(noise, NoiseMap):
        # Interpolated only where a pixel might be bright: one in a thousand, mostly.
        least = noise.least(start, start + len(block), sigma)
        at = np.flatnonzero(block > np.float32(least))
        row, column = np.divmod(at, block.shape[1])
        level, noises = noise.at(column, row + start)
        values = np.ravel(block)[at].astype(np.float64) - level
        bright = values > sigma * noises
        at, values, noises = at[bright], values[bright], noises[bright]
    else:
        at = np.flatnonzero(block > sigma * noise)
        values = np.ravel(block)[at].astype(np.float64)
        noises = np.full(at.size, noise, dtype=np.float64)
    finite = np.isfinite(values)
    return at[finite], values[finite], noises[finite]


def _over_noise(values: NDArray[np.float64], noises: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values in units of the noise, infinite where that is 0."""
    unknown = np.full(values.shape, np.inf)
    np.divide(values, noises, out=unknown, where=noises > 0)
    return unknown


def _groups(flat: NDArray[np.int64], width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Group connected pixels: return an order that puts groups together, and their starts."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    column = flat % width
    first: list[NDArray[np.intp]] = []
    second: list[NDArray[np.intp]] = []
    for step_x, step_y in ((1, 0), (-1, 1), (0, 1), (1, 1)):
        wanted = flat + step_y * width + step_x
        at = np.minimum(np.searchsorted(flat, wanted), flat.size - 1)
        inside = (column + step_x >= 0) & (column + step_x < width)
        joined = np.flatnonzero(inside & (flat[at] == wanted))
        first.append(joined)
        second.append(at[joined])
    pairs = (np.concatenate(first), np.concatenate(second))
    graph = coo_array((np.ones(pairs[0].size, np.int8), pairs), shape=(flat.size, flat.size))
    _, labels = connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    return order, starts


def _island(
    label: int,
    flat: NDArray[np.int64],
    values: NDArray[np.float64],
    peak_snr: float,
    data: NDArray[Any],
) -> Island:
    """Measure one island."""
    y, x = np.divmod(flat, data.shape[1])
    brightest = int(np.argmax(values))
    flux = float(values.sum())
    rows = slice(int(y.min()), int(y.max()) + 1)
    columns = slice(int(x.min()), int(x.max()) + 1)
    return Island(
        label=label,
        bounds=(rows, columns),
        centroid=(float(x @ values / flux), float(y @ values / flux)),
        peak=(int(x[brightest]), int(y[brightest])),
        peak_value=float(values[brightest]),
        flux=flux,
        extent=extent(x, y),
        touches_edge=_touches_edge(rows, columns, data),
        x=x,
        y=y,
        peak_snr=float(peak_snr),
    )


def _touches_edge(rows: slice, columns: slice, data: NDArray[Any]) -> bool:
    """Tell whether the box meets the image's edge, or a blank lies in or next to it."""
    height, width = data.shape
    if rows.start == 0 or columns.start == 0 or rows.stop == height or columns.stop == width:
        return True
    around = data[rows.start - 1 : rows.stop + 1, columns.start - 1 : columns.stop + 1]
    return not bool(np.isfinite(around).all())
