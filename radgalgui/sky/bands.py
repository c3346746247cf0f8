"""Images of several bands: which cubes are such, and the mean in which their source is found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import ImageError
from radgalgui.sky.image import Note, SkyImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["mean_of_bands"]

_ROWS = 512


def mean_of_bands(image: SkyImage, channels: int) -> SkyImage:
    """Return an image whose pixels are the mean of its bands.

    Parameters
    ----------
    image : SkyImage
        With as many bands as the encoder takes.
    channels : int
        Bands that the encoder takes, at least 2.

    Returns
    -------
    SkyImage
        With the same ``bands``.  NaN where all of them are blank; where some are, the mean of
        the others.  The note ``bands`` stands in place of ``planes``.

    Raises
    ------
    ImageError
        If the image has another number of bands.
    """
    if len(image.bands) != channels:
        has = f"{len(image.bands)} planes" if image.bands else "one plane to go by"
        raise ImageError(
            f"the image has {has}, and the encoder takes {channels} bands",
            subject=image.origin or image.name,
            remedy=f"give a FITS cube of {channels} planes, or choose an encoder of one band",
        )
    told = Note(
        "bands",
        f"The image's {channels} planes were taken for the encoder's {channels} bands, in this "
        "order; the source was found in their mean.",
    )
    notes = tuple(told if note.code == "planes" else note for note in image.notes)
    return replace(image, data=_mean(image.bands), notes=notes)


def _mean(bands: tuple[NDArray[np.floating], ...]) -> NDArray[np.float32]:
    """Return the mean of the finite values, some rows at a time, since bands may be huge."""
    mean = np.empty(bands[0].shape, dtype=np.float32)
    for start in range(0, len(mean), _ROWS):
        rows = slice(start, start + _ROWS)
        block = np.stack([np.asarray(band[rows], dtype=np.float64) for band in bands])
        finite = np.isfinite(block)
        known = finite.sum(axis=0)
        total = np.where(finite, block, 0.0).sum(axis=0)
        with np.errstate(over="ignore"):  # what float32 cannot hold counts as blank
            mean[rows] = np.where(known > 0, total / np.maximum(known, 1), np.nan)
    return mean
