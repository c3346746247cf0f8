"""From an image's beam and pixel grid to an encoder's: smoothing, and resampling north up."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.sky.pyramid import block_means

if TYPE_CHECKING:
    from astropy.wcs import WCS
    from numpy.typing import NDArray

    from radgalgui.sky.celestial import LocalGrid
    from radgalgui.sky.image import Beam

__all__ = ["continued", "crop", "smooth", "to_grid"]

_REACH = 32
"""Pixels around those wanted that a cubic spline must know, to the last digit of float64."""
_ENOUGH = 40.0
"""Pixels in a beam that lose nothing of it; images of more are smoothed in larger ones."""
_FWHM_TO_SIGMA = 1.0 / math.sqrt(8.0 * math.log(2.0))


def smooth(
    data: NDArray[np.floating], grid: LocalGrid, beam: Beam, fwhm: float, *, per_beam: bool
) -> NDArray[np.float32]:
    """Smooth an image to a round beam.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        NaN is filled from its neighbours for the sums, and stays NaN.
    grid : LocalGrid
        Scale, turn and handedness of the pixels.
    beam : Beam
        Of the image.  Where an axis is wider than ``fwhm`` it stays as it is.
    fwhm : float
        Of the beam that is wanted, arcsec.
    per_beam : bool
        Whether values are per beam area, and grow with it.

    Returns
    -------
    ndarray, shape (H, W), float32
        Convolved with the elliptical Gaussian whose covariance is the difference of those of
        the two beams.
    """
    widths = [math.sqrt(max(fwhm**2 - axis**2, 0.0)) for axis in (beam.major, beam.minor)]
    turn = beam.position_angle if grid.east_left else -beam.position_angle
    theta = float(np.deg2rad(90.0 + grid.rotation + turn))
    factor = max(int(fwhm / grid.scale / _ENOUGH), 1)
    sigmas = [max(width * _FWHM_TO_SIGMA / grid.scale / factor, 0.05) for width in widths]
    if factor == 1:
        smoothed = _convolved(data, sigmas, theta)
    else:
        smoothed = _finer(_convolved(_coarser(data, factor), sigmas, theta), factor, data)
    area = max(beam.major, fwhm) * max(beam.minor, fwhm) / (beam.major * beam.minor)
    return np.asarray(smoothed * (area if per_beam else 1.0), dtype=np.float32)


def _convolved(
    data: NDArray[np.floating], sigmas: list[float], theta: float
) -> NDArray[np.floating]:
    """Return an image convolved with a Gaussian of two widths, pixels, the first along theta."""
    import scipy.fft
    from astropy.convolution import Gaussian2DKernel, convolve_fft

    kernel = Gaussian2DKernel(*sigmas, theta=theta, mode="oversample", factor=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of kernels that reach beyond small images
        smoothed: NDArray[np.floating] = convolve_fft(
            data,
            kernel,
            nan_treatment="interpolate",
            preserve_nan=True,
            allow_huge=True,
            fftn=scipy.fft.fftn,
            ifftn=scipy.fft.ifftn,
            complex_dtype=np.complex64,
        )
    return smoothed


def _coarser(data: NDArray[np.floating], factor: int) -> NDArray[np.float32]:
    """Return means over blocks, also over those at the end that are not full."""
    rest = [(0, -side % factor) for side in data.shape]
    return block_means(np.pad(data, rest, constant_values=np.nan), factor)


def _finer(
    coarse: NDArray[np.floating], factor: int, like: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return smooth means over blocks at every pixel of the image, blank where that is."""
    from scipy.ndimage import affine_transform

    fine = affine_transform(
        continued(coarse, np.isnan(coarse)).astype(np.float32),
        [1.0 / factor] * 2,
        offset=-(factor - 1) / (2 * factor),  # blocks are told of in their middles
        output_shape=like.shape,
        mode="nearest",
    )
    fine[~np.isfinite(like)] = np.nan
    return np.asarray(fine)


def continued(data: NDArray[np.floating], blank: NDArray[np.bool_]) -> NDArray[np.floating]:
    """Return an image that goes on beneath its blanks as beside them, so that no spline rings.

    Zero everywhere where all of it is blank.
    """
    from scipy.ndimage import distance_transform_edt

    if blank.all():
        return np.zeros_like(data)
    if not blank.any():
        return data
    nearest = distance_transform_edt(blank, return_distances=False, return_indices=True)
    return np.asarray(data[tuple(nearest)])


def crop(data: NDArray[Any], x0: int, y0: int, size: int) -> NDArray[np.float32]:
    """Return ``size`` x ``size`` pixels from (``x0``, ``y0``) on; NaN outside the image."""
    height, width = data.shape
    out = np.full((size, size), np.nan, dtype=np.float32)
    left, right = max(x0, 0), min(x0 + size, width)
    bottom, top = max(y0, 0), min(y0 + size, height)
    if left < right and bottom < top:
        inside = data[bottom:top, left:right]
        out[bottom - y0 : top - y0, left - x0 : right - x0] = inside
    out[~np.isfinite(out)] = np.nan
    return out


def to_grid(
    data: NDArray[np.floating],
    wcs: WCS,
    target: WCS,
    size: int,
    *,
    origin: tuple[int, int] = (0, 0),
) -> NDArray[np.float32]:
    """Resample an image onto another grid with cubic splines.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        NaN is blank.
    wcs, target : `astropy.wcs.WCS`
        Celestial, of any frame each.
    size : int
        Side of the result.
    origin : tuple of int
        The pixel (x, y) of ``wcs`` at which ``data`` begins.

    Returns
    -------
    ndarray, shape (size, size), float32
        NaN outside the image, and where the nearest pixel is blank.
    """
    from scipy.ndimage import map_coordinates

    from radgalgui.sky.celestial import icrs_to_pixel, pixel_to_icrs

    rows, columns = np.divmod(np.arange(size * size), size)
    x, y = icrs_to_pixel(wcs, *pixel_to_icrs(target, columns, rows))
    x, y = x - origin[0], y - origin[1]
    height, width = data.shape
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    if not inside.any():
        return np.full((size, size), np.nan, dtype=np.float32)
    at = np.stack([np.clip(y[inside], 0, height - 1), np.clip(x[inside], 0, width - 1)])
    (top, left), (bottom, right) = at.min(axis=1).astype(int), at.max(axis=1).astype(int)
    part = data[max(top - _REACH, 0) : bottom + _REACH, max(left - _REACH, 0) : right + _REACH]
    at -= np.array([[max(top - _REACH, 0)], [max(left - _REACH, 0)]])
    blank = ~np.isfinite(part)
    filled = np.where(blank, np.float32(0.0), part).astype(np.float32)
    values = np.full(size * size, np.nan, dtype=np.float32)
    values[inside] = map_coordinates(filled, at, order=3, mode="constant", cval=np.nan)
    if blank.any():
        holes = map_coordinates(blank.astype(np.float32), at, order=0, mode="constant", cval=0.0)
        values[inside] = np.where(holes > 0.5, np.float32(np.nan), values[inside])
    return values.reshape(size, size)
