"""A part of an image as a FITS file of its own: the same pixels, at the same places of the sky."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.sky.writer import write_fits

if TYPE_CHECKING:
    from radgalgui.sky.image import SkyImage

__all__ = ["write_section"]


def write_section(
    path: str | os.PathLike[str],
    image: SkyImage,
    columns: tuple[int, int],
    rows: tuple[int, int],
) -> Path:
    """Write a part of an image, pixel by pixel as it is.

    Parameters
    ----------
    path : path
        Where to.
    image : SkyImage
        May be memory-mapped; only the part is read.
    columns, rows : tuple of int
        First pixel and the one after the last, 0-based; what lies outside the image is left out.

    Returns
    -------
    Path
        The file: with unit, beam and a WCS that tells of every pixel what the image's does.

    Raises
    ------
    UsageError
        If no pixel of the image is in the part, or the file cannot be written.
    """
    height, width = image.data.shape
    x0, x1 = (min(max(x, 0), width) for x in columns)
    y0, y1 = (min(max(y, 0), height) for y in rows)
    if x1 <= x0 or y1 <= y0:
        raise UsageError("no pixel of the image is in view", remedy="move it into view")
    wcs = None
    if image.wcs is not None:
        from radgalgui.sky.celestial import section

        wcs = section(image.wcs, x0, y0)
    data = image.data[y0:y1, x0:x1]
    name = Path(image.origin).name or image.name
    return write_fits(
        path,
        np.ascontiguousarray(data, dtype=data.dtype.newbyteorder("=")),
        wcs=wcs,
        unit=image.unit,
        beam=image.beam,
        header={"HISTORY": f"Pixels {x0 + 1}:{x1}, {y0 + 1}:{y1} of {name}"},
    )
