"""Images with labels and positions, whichever survey they came from."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["LabelledImages", "central_crop", "framed"]


@dataclass(frozen=True)
class LabelledImages:
    """A published data set in memory; every array has one entry a source.

    Parameters
    ----------
    images : ndarray, shape (N, H, W) or (N, C, H, W)
        Pixels as published, not yet stretched.
    labels : ndarray, shape (N,), int64
        Codes of the published classes.
    names : ndarray, shape (N,), str
        The published names.
    ra, dec : ndarray, shape (N,), float64
        Positions, degrees, ICRS; NaN where the data set does not tell.
    classes : dict of int to str
        What the codes mean.
    pixel_scale : float
        Arcsec a pixel.
    """

    images: NDArray[Any]
    labels: NDArray[np.int64]
    names: NDArray[np.str_]
    ra: NDArray[np.float64]
    dec: NDArray[np.float64]
    classes: dict[int, str]
    pixel_scale: float = 1.8

    def __len__(self) -> int:
        return len(self.images)

    def select(self, chosen: NDArray[Any]) -> LabelledImages:
        """Return the sources of a mask (N,) or of a list of indices."""
        arrays = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if field.name not in ("classes", "pixel_scale")
        }
        return replace(self, **arrays)

    def seen(self, preprocessing: Preprocessing) -> NDArray[np.float32]:
        """Return what an encoder sees of the images, (N, C, S, S) float32 in [0, 1].

        The published images have their background taken out already, so that nothing is
        clipped here: the middle is cut out on the encoder's grid, scaled to its own maximum
        and stretched.
        """
        scale = preprocessing.pixel_scale / self.pixel_scale
        bands = self.images[:, None] if self.images.ndim == 3 else self.images
        return preprocessing.see(framed(bands, scale=scale, side=preprocessing.size), noise=0)


def central_crop(images: NDArray[Any], size: int) -> NDArray[Any]:
    """Return the middle ``size`` x ``size`` pixels of images (..., H, W).

    For even sides the brightest pixel of a source that stood at ``H // 2`` stands at
    ``size // 2``.

    Raises
    ------
    DataError
        If the images are smaller than that.
    """
    height, width = images.shape[-2:]
    if min(height, width) < size:
        raise DataError(f"images of {width} x {height} pixels are smaller than {size} x {size}")
    top, left = height // 2 - size // 2, width // 2 - size // 2
    return images[..., top : top + size, left : left + size]


def framed(images: NDArray[Any], *, scale: float, side: int) -> NDArray[np.float32]:
    """Return the middle of images on another pixel grid.

    Parameters
    ----------
    images : ndarray, shape (..., H, H)
        The source's peak at ``H // 2``; the background taken out.
    scale : float
        Side of a new pixel over that of an old one.
    side : int
        New pixels along a side.

    Returns
    -------
    ndarray, shape (..., side, side), float32
        Bicubic, smoothed first where pixels grow; 0 beyond the image.  With a scale of 1 the
        pixels themselves.
    """
    wanted = 2 * round(side * scale / 2)  # even, so that the middle stays where it was
    there = min(wanted, *images.shape[-2:])
    cut = central_crop(images, there).astype(np.float32)
    inner = side if there == wanted else min(side, 2 * round(there / scale / 2))
    resized = _resized(cut, inner)
    before = side // 2 - inner // 2
    margin = (before, side - inner - before)
    return np.pad(resized, [(0, 0)] * (images.ndim - 2) + [margin, margin])


def _resized(images: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Return images (..., H, H) with ``side`` pixels; smoothed first where they shrink."""
    if images.shape[-1] == side:
        return images
    import torch
    from torch.nn.functional import interpolate

    planes = torch.from_numpy(images.reshape(-1, 1, *images.shape[-2:]))
    resized = interpolate(planes, size=(side, side), mode="bicubic", antialias=True).numpy()
    return np.asarray(resized.reshape(*images.shape[:-2], side, side), dtype=np.float32)
