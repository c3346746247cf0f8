"""Images with labels and positions, whichever survey they came from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["LabelledImages", "central_crop"]


@dataclass(frozen=True)
class LabelledImages:
    """A published data set in memory; every array has one entry a source.

    Parameters
    ----------
    images : ndarray, shape (N, H, W)
        Pixels as published, not yet stretched.
    labels : ndarray, shape (N,), int64
        Codes of the published classes.
    names : ndarray, shape (N,), str
        The published names.
    ra, dec : ndarray, shape (N,), float64
        Positions, degrees, ICRS; NaN where the data set does not tell.
    classes : dict of int to str
        What the codes mean.
    """

    images: NDArray[Any]
    labels: NDArray[np.int64]
    names: NDArray[np.str_]
    ra: NDArray[np.float64]
    dec: NDArray[np.float64]
    classes: dict[int, str]

    def __len__(self) -> int:
        return len(self.images)

    def select(self, chosen: NDArray[Any]) -> LabelledImages:
        """Return the sources of a mask (N,) or of a list of indices."""
        arrays = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if field.name != "classes"
        }
        return LabelledImages(**arrays, classes=self.classes)

    def seen(self, preprocessing: Preprocessing) -> NDArray[np.float32]:
        """Return what an encoder sees of the images, (N, 1, S, S) float32 in [0, 1].

        The published images have their background taken out already, so that nothing is
        clipped here: the middle is cut out, scaled to its own maximum and stretched.
        """
        return preprocessing.see(central_crop(self.images, preprocessing.size), noise=0)[:, None]


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
