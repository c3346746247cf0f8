"""What galaxies look like, counted: sizes, concentration, islands, measured on images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.islands import find_islands
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.sources import choose_source

__all__ = ["Morphology", "concentration", "kolmogorov_smirnov", "measure_morphology"]

_LEVELS: Final = 255  # as stored images have
_SMALLEST_RADIUS: Final = 0.5  # pixels


@dataclass(frozen=True)
class Morphology:
    """One number a galaxy of each kind.

    Parameters
    ----------
    size : ndarray, shape (N,)
        Largest angular size, arcsec; 0 for an empty image.
    concentration : ndarray, shape (N,)
        See `concentration`; NaN for an empty image.
    islands : ndarray, shape (N,)
        Islands of emission of 4 pixels or more in the image.
    """

    size: NDArray[np.float64]
    concentration: NDArray[np.float64]
    islands: NDArray[np.float64]

    @property
    def empty(self) -> float:
        """Share of images without an island."""
        return float((self.islands == 0).mean())


def measure_morphology(images: NDArray[np.floating], preprocessing: Preprocessing) -> Morphology:
    """Measure images (N, C, S, S) as encoders see them, real ones and drawn ones alike.

    All are rounded to 256 levels first, as stored images are; what is above 0 then is emission.
    The size is that of the source in the middle, as `radgalgui.sky.reconstruction.angular_sizes`
    measures it.
    """
    middle = ((preprocessing.size - 1) / 2,) * 2
    scale = preprocessing.pixel_scale
    rows = []
    for image in images:
        level = np.round(image * _LEVELS) / _LEVELS
        plane = preprocessing.unstretch(level).mean(axis=0)
        islands = find_islands(plane, noise=0.0)
        source = choose_source(islands, middle, scale=scale, noise=0.0)
        size = 0.0 if source is None else source.extent * scale
        rows.append((size, concentration(plane), len(islands)))
    columns = np.asarray(rows, dtype=np.float64).reshape(-1, 3).T
    return Morphology(*columns)


def concentration(plane: NDArray[np.floating]) -> float:
    """Return how concentrated the flux of an image (S, S) is: ``5 log10(r80 / r20)``.

    The radii hold 80 % and 20 % of the flux around its centroid, and are half a pixel at least.
    A point source has about 2, a uniform disc 1.5, a double source less; NaN without any flux.

    References
    ----------
    Conselice 2003, ApJS 147, 1.
    """
    values = np.clip(np.nan_to_num(plane), 0.0, None)
    whole = values.sum()
    if whole <= 0:
        return float("nan")
    y, x = np.indices(values.shape)
    radius = np.hypot(y - (y * values).sum() / whole, x - (x * values).sum() / whole).ravel()
    order = np.argsort(radius, kind="stable")
    inside = np.cumsum(values.ravel()[order]) / whole
    r20, r80 = (
        max(float(radius[order][np.searchsorted(inside, share)]), _SMALLEST_RADIUS)
        for share in (0.2, 0.8)
    )
    return float(5 * np.log10(r80 / r20))


def kolmogorov_smirnov(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Return the largest difference of the cumulative distributions of two sets of numbers.

    NaN is left out; NaN where nothing is left.
    """
    a, b = (np.sort(values[np.isfinite(values)]) for values in (first, second))
    if not (len(a) and len(b)):
        return float("nan")
    at = np.concatenate([a, b])
    shares = [np.searchsorted(values, at, side="right") / len(values) for values in (a, b)]
    return float(np.abs(shares[0] - shares[1]).max())
