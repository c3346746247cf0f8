"""Large images made small enough to look at, with a WCS that still tells the truth."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.image import SkyImage

__all__ = ["reduce_image"]


def reduce_image(image: SkyImage, factor: int) -> SkyImage:
    """Return the image averaged over blocks of ``factor`` x ``factor`` pixels.

    Parameters
    ----------
    image : SkyImage
        May be memory-mapped; it is read a band of rows at a time.
    factor : int
        1 returns the image itself.  Rows and columns that do not fill a block are dropped.

    Returns
    -------
    SkyImage
        float32; a block is blank (NaN) only where all of it is.  The WCS follows.
    """
    if factor == 1:
        return image
    rows, columns = (side // factor for side in image.data.shape)
    reduced = np.empty((rows, columns), dtype=np.float32)
    for row in range(rows):
        band = image.data[row * factor : (row + 1) * factor, : columns * factor]
        reduced[row] = _block_means(np.asarray(band, dtype=np.float32), factor)
    wcs = None if image.wcs is None else image.wcs[::factor, ::factor]
    return replace(image, data=reduced, wcs=wcs)


def _block_means(band: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    blocks = band.reshape(factor, -1, factor)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a block of blanks alone stays blank
        means: NDArray[np.float32] = np.nanmean(blocks, axis=(0, 2))
    return means
