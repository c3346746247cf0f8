"""How much emission lies how near to the middle of an image: a few numbers, without a network."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["RING_NUMBERS", "emission_in_rings"]

_RADII: Final = (1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 11 / 16, 7 / 8, 2**0.5)
"""Of half a side; the last reaches the corners."""

_FAINT: Final = 1e-3  # of the scale [0, 1]: less is no emission, but what resampling smears
_SIDE: Final = 64  # pixels along the side that areas are told for

RING_NUMBERS: Final = 2 * len(_RADII)
"""How many numbers an image has."""


def emission_in_rings(images: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return how many pixels are bright, and their sum, within eight circles around the middle.

    A source that stands bright and alone on a dark sky has few bright pixels far from it; one that
    is faint against the noise, or lies in a group, has many.  An encoder, taught to give the same
    vector whatever the brightness and noise, tells little of that.

    Parameters
    ----------
    images : ndarray, shape (N, C, S, S)
        What an encoder sees, in [0, 1]; the mean of the bands is looked at.

    Returns
    -------
    ndarray, shape (N, `RING_NUMBERS`), float32
        Natural logarithms of 1 + number and of 1 + sum, circle by circle from the middle, both
        for images of 64 by 64 pixels: other sizes are scaled to that area.  Zeros for an empty
        image; NaN where a pixel is NaN.
    """
    mean = np.asarray(images, dtype=np.float32).mean(axis=1)
    side = mean.shape[-1]
    place = (np.arange(side) + 0.5) / side * 2 - 1
    distance = np.hypot(place[:, None], place[None, :])
    area = (_SIDE / side) ** 2
    told = []
    for radius in _RADII:
        inside = mean[:, distance < radius]
        bright = np.where(np.isnan(inside), np.nan, inside > _FAINT)
        told += [bright.sum(axis=1) * area, inside.sum(axis=1) * area]
    rings: NDArray[np.float32] = np.log1p(np.stack(told, axis=1)).astype(np.float32)
    return rings
