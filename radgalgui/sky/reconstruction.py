"""What a network drew, in terms of the sky: the residual, its chi-square, and angular sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.sky.islands import find_islands
from radgalgui.sky.sources import choose_source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.sky.image import Cutout
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Residual", "angular_sizes", "residual", "residual_of_seen"]


@dataclass(frozen=True)
class Residual:
    """What is left of a galaxy when its reconstruction is taken away.

    Parameters
    ----------
    values : ndarray, shape (C, S, S), float32
        In units of the noise where it is known, else as a share of the brightest pixel of each
        band; NaN is blank.
    chi_square : float or None
        The mean of the squares over all pixels that are not blank: a chi-square by as many
        degrees of freedom as there are pixels.  None where the noise is not known.
    chi_square_source : float or None
        The same over the islands of emission above the clip.  None also where there are none.
    noise_known : bool
        Whether the unit is the noise.
    """

    values: NDArray[np.float32]
    chi_square: float | None = None
    chi_square_source: float | None = None
    noise_known: bool = False


def residual(
    cutout: Cutout, reconstruction: NDArray[np.floating], preprocessing: Preprocessing
) -> Residual:
    """Return a cutout less its reconstruction, in units of the noise.

    Parameters
    ----------
    cutout : Cutout
        As `radgalgui.sky.cutout.make_cutout` returns it: of several bands each has its own noise.
    reconstruction : ndarray, shape (C, S, S)
        On the encoder's scale, [0, 1]; it is unstretched, and multiplied by the brightest pixel
        above the clip.
    preprocessing : Preprocessing
        By which the cutout was made.

    Notes
    -----
    Islands are those of 4 connected pixels or more above the clip with a peak of 5 sigma, as
    everywhere.  A cutout in which nothing rises above the clip is compared with empty sky.
    """
    data = cutout.data.astype(np.float64)
    noises = np.asarray(cutout.band_noise or [cutout.noise] * len(data))[:, None, None]
    drawn = preprocessing.unstretch(reconstruction) * _peaks(data, noises, preprocessing)
    if not (noises > 0).all():
        return _as_shares(data, drawn)
    values = (data - drawn) / noises
    bright = [
        _island_pixels(plane, float(noise), preprocessing.clip_sigma)
        for plane, noise in zip(data, noises.ravel(), strict=True)
    ]
    with np.errstate(over="ignore"):  # absurd units: what float32 cannot hold is infinite
        return Residual(
            values.astype(np.float32),
            _mean_square(values, np.isfinite(values)),
            _mean_square(values, np.isfinite(values) & np.stack(bright)),
            noise_known=True,
        )


def residual_of_seen(
    seen: NDArray[np.floating],
    reconstruction: NDArray[np.floating],
    preprocessing: Preprocessing,
) -> Residual:
    """Return the residual of an image (C, S, S) of which only what encoders see is left.

    In shares of its brightest pixel: clipped images tell nothing of the noise.
    """
    data = preprocessing.unstretch(seen).astype(np.float64)
    return _as_shares(data, preprocessing.unstretch(reconstruction).astype(np.float64))


def angular_sizes(
    images: NDArray[np.floating], preprocessing: Preprocessing
) -> NDArray[np.float32]:
    """Return the largest angular size of the source in each image, (N,), arcsec.

    Parameters
    ----------
    images : ndarray, shape (N, C, S, S)
        As encoders see, in [0, 1]: what is above 0 is emission.  Of several bands the mean counts.
    preprocessing : Preprocessing
        Tells the pixel scale.

    Returns
    -------
    ndarray, shape (N,), float32
        Measured as that of a query is; 0 where there are no 4 connected pixels of emission.
    """
    middle = ((preprocessing.size - 1) / 2,) * 2
    scale = preprocessing.pixel_scale
    sizes = np.zeros(len(images), dtype=np.float32)
    for place, image in enumerate(images):
        islands = find_islands(preprocessing.unstretch(image).mean(axis=0), noise=0.0)
        source = choose_source(islands, middle, scale=scale, noise=0.0)
        sizes[place] = 0.0 if source is None else source.extent * scale
    return sizes


def _peaks(
    data: NDArray[np.float64], noises: NDArray[np.float64], preprocessing: Preprocessing
) -> NDArray[np.float64]:
    """Return what each plane was divided by to be seen, (C, 1, 1); 0 for an empty one."""
    clip = np.maximum(preprocessing.clip_sigma * noises, 0.0)
    above = np.where(np.isfinite(data) & (data >= clip), data, 0.0)
    peaks: NDArray[np.float64] = above.max(axis=(-2, -1), keepdims=True)
    return peaks


def _as_shares(data: NDArray[np.float64], drawn: NDArray[np.float64]) -> Residual:
    """Return the difference over the brightest pixel of each plane."""
    bright = np.where(np.isfinite(data), data, 0.0).max(axis=(-2, -1), keepdims=True)
    return Residual(((data - drawn) / np.where(bright > 0, bright, 1.0)).astype(np.float32))


def _island_pixels(plane: NDArray[np.float64], noise: float, sigma: float) -> NDArray[np.bool_]:
    inside = np.zeros(plane.shape, dtype=bool)
    for island in find_islands(plane, noise=noise, sigma=sigma):
        inside[island.y, island.x] = True
    return inside


def _mean_square(values: NDArray[np.float64], where: NDArray[np.bool_]) -> float | None:
    return float(np.square(values[where]).mean()) if where.any() else None
