"""How like an image its reconstruction is: signal to noise, and structural similarity."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d

from radgalgui.errors import UsageError

__all__ = ["psnr", "ssim"]

# The constants of Wang et al. 2004, for values between 0 and 1.
_RADIUS: Final = 5
_SIGMA: Final = 1.5
_LUMINANCE: Final = 0.01**2
_CONTRAST: Final = 0.03**2


def psnr(images: NDArray[np.floating], drawn: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratio of each image, decibels.

    Parameters
    ----------
    images, drawn : ndarray, shape (N, ...)
        In [0, 1]; 1 is the peak.

    Returns
    -------
    ndarray, shape (N,)
        ``-10 log10`` of the mean squared difference; infinite where there is none.

    Raises
    ------
    UsageError
        If the shapes differ.
    """
    first, second = _alike(images, drawn)
    error = np.square(first - second).reshape(len(first), -1).mean(axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(-10.0 * np.log10(error), dtype=np.float64)


def ssim(images: NDArray[np.floating], drawn: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean structural similarity of each image, at most 1.

    Within a Gaussian window of 11 x 11 pixels, 1.5 pixels wide, at every place where it lies
    wholly in the image.

    Parameters
    ----------
    images, drawn : ndarray, shape (N, ..., S, S)
        In [0, 1], at least 11 pixels a side.

    Returns
    -------
    ndarray, shape (N,)
        The mean over all places, and over the bands.

    Raises
    ------
    UsageError
        If the shapes differ, or the images are smaller than the window.

    References
    ----------
    Wang, Bovik, Sheikh & Simoncelli 2004, IEEE Trans. Image Process. 13, 600.
    """
    first, second = _alike(images, drawn)
    if min(first.shape[-2:]) <= 2 * _RADIUS:
        raise UsageError(f"images of {first.shape[-2:]} pixels are smaller than the window")
    mean_a, mean_b = _windowed(first), _windowed(second)
    spread_a = _windowed(first * first) - mean_a * mean_a
    spread_b = _windowed(second * second) - mean_b * mean_b
    shared = _windowed(first * second) - mean_a * mean_b
    above = (2 * mean_a * mean_b + _LUMINANCE) * (2 * shared + _CONTRAST)
    below = (mean_a**2 + mean_b**2 + _LUMINANCE) * (spread_a + spread_b + _CONTRAST)
    return np.asarray((above / below).reshape(len(first), -1).mean(axis=1), dtype=np.float64)


def _alike(
    images: NDArray[np.floating], drawn: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if images.shape != drawn.shape:
        raise UsageError(f"images of shapes {images.shape} and {drawn.shape} do not compare")
    return images.astype(np.float64), drawn.astype(np.float64)


def _windowed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means in the window around each pixel, without the pixels too near the edge."""
    kernel = np.exp(-0.5 * (np.arange(-_RADIUS, _RADIUS + 1) / _SIGMA) ** 2)
    kernel /= kernel.sum()
    for axis in (-2, -1):
        values = correlate1d(values, kernel, axis=axis)
    inside: NDArray[np.float64] = values[..., _RADIUS:-_RADIUS, _RADIUS:-_RADIUS]
    return inside
