"""FIRST fields: the source in the middle of each, and the other sources that lie in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError, ImageError
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Cutout, SkyImage, SkyPosition
from radgalgui.sky.islands import find_islands
from radgalgui.sky.noise import noise_level
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets.held_out import field_position, first_fields, near
from radgalgui_training.datasets.kept import Kept, join, keep

__all__ = ["read_fields"]

# Nearer to the middle an island may be a lobe of the source there.
_APART: Final = 72.0  # arcsec
_PEAK_SIGMA: Final = 6.0


def read_fields(
    root: Path,
    *,
    side: int,
    preprocessing: Preprocessing,
    islands: bool,
    held_out: NDArray[np.floating] | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Kept:
    """Cut sources out of ``first_fields`` below ``root``, as a query's source is cut out.

    Parameters
    ----------
    root : Path
        The folder of the published data.
    side : int
        Pixels to keep around a source.
    preprocessing : Preprocessing
        Pixel scale, and the side that the encoder sees.
    islands : bool
        False for the source in the middle of each field, True for the islands above 6 sigma
        that peak more than 72" from the middle.
    held_out : ndarray, shape (M, 2), optional
        Positions, deg: fields that share sky with these are left out.

    Raises
    ------
    DataError
        If there are no fields.
    """
    paths = first_fields(root)
    if not paths:
        raise DataError("holds no first_fields/*.fits.fz", subject=root)
    if held_out is not None:
        ra, dec = np.asarray([field_position(path) for path in paths]).T
        taken = near(ra, dec, held_out)
        paths = [path for path, out in zip(paths, taken, strict=True) if not out]
    wide = replace(preprocessing, size=side)
    parts: list[Kept] = []
    for number, path in enumerate(paths, start=1):
        if cancel is not None:
            cancel.check()
        parts.extend(
            keep(cutout.data[None], cutout.noise, side=side, seen=preprocessing.size)
            for cutout in _cutouts(read_image(path), wide, islands)
        )
        progress(number, len(paths), "cutting sources out of FIRST fields")
    return join(parts)


def _cutouts(image: SkyImage, wide: Preprocessing, islands: bool) -> Iterator[Cutout]:
    try:
        if not islands:
            yield make_cutout(image, wide)
            return
        for position in _other_sources(image):
            yield make_cutout(image, wide, position=position)
    except ImageError:
        # A field without a source above the noise has nothing to learn from.
        return


def _other_sources(image: SkyImage) -> Iterator[SkyPosition]:
    """Find the islands away from the middle, and not cut by the field's edge."""
    if image.wcs is None:
        return
    data = np.asarray(image.data, dtype=np.float32)
    middle = (np.asarray(data.shape[::-1]) - 1) / 2
    arcsec = 3600 * float(np.sqrt(image.wcs.proj_plane_pixel_area().to_value("deg2")))
    for island in find_islands(data, noise=noise_level(data), peak_sigma=_PEAK_SIGMA):
        away = np.hypot(*(np.asarray(island.peak) - middle)) * arcsec
        if away > _APART and not island.touches_edge:
            sky = image.wcs.pixel_to_world(*island.centroid).icrs
            yield SkyPosition(ra=float(sky.ra.deg), dec=float(sky.dec.deg))
