"""Brightness against distance: around a place, and along a line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.sky.measuring.aperture import Aperture, covered
from radgalgui.sky.measuring.distance import measure_distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.sky.measuring.field import Field

__all__ = ["Profile", "line_profile", "radial_profile"]

_MOST_RINGS = 200
_MOST_SAMPLES = 4000
_PER_PIXEL = 2
"""Samples along a line for each pixel: all that lies between pixels is seen."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Brightness against distance.

    Parameters
    ----------
    distance : ndarray, shape (n,)
        Arcsec (or pixels): from the centre to the middle of each ring, or along the line.
    value, error : ndarray, shape (n,)
        In ``unit``; NaN where all is blank.  The error is that of the noise; NaN where the noise
        is not known.
    scatter : ndarray, shape (n,)
        Standard deviation of the pixels in each ring; empty for a line.
    noise : float
        Of a pixel, in ``unit``; 0 where it is not known.
    unit : str
        The image's.
    in_arcsec : bool
        Whether distances are in arcsec.
    """

    distance: NDArray[np.float64]
    value: NDArray[np.float64]
    error: NDArray[np.float64]
    scatter: NDArray[np.float64]
    noise: float
    unit: str
    in_arcsec: bool

    @property
    def in_sigma(self) -> NDArray[np.float64]:
        """The values over the noise; NaN where that is not known."""
        return self.value / (self.noise if self.noise > 0 else math.nan)


def radial_profile(
    field: Field, centre: tuple[float, float], radius: float, *, step: float | None = None
) -> Profile:
    """Return the mean in rings about a place.

    Parameters
    ----------
    field : Field
        Blanks are left out.
    centre : tuple of float
        0-based pixel (x, y).
    radius : float
        Arcsec (or pixels) to the outer edge of the last ring.
    step : float, optional
        Width of the rings; by default half a beam, at least a pixel.

    Returns
    -------
    Profile
        At least one ring, at most 200.  Pixels on a ring's edge count by the share that lies
        inside.  The error of a mean is the noise over the root of the number of beams in the ring.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the centre lies off the projected sphere.
    """
    x, y = centre
    pixel = math.sqrt(field.pixel_area(x, y))
    per_beam = field.pixels_per_beam(x, y)
    if step is None:
        beam = math.sqrt(field.beam.major * field.beam.minor) if field.beam is not None else 0.0
        step = max(beam / 2 if math.isfinite(per_beam) else 0.0, pixel)
    count = min(max(round(radius / step), 1), _MOST_RINGS)
    edges = np.linspace(0.0, max(radius, pixel), count + 1)
    outer = covered(field, Aperture.circle(x, y, float(edges[-1])))
    known = np.isfinite(outer.values)
    values = np.where(known, outer.values, 0.0)
    noise = field.noise_at(x, y)
    told, before = [], np.zeros_like(values)
    for edge in edges[1:]:
        within = outer.weights_of(covered(field, Aperture.circle(x, y, float(edge)))) * known
        told.append(_ring(values, within - before, noise, per_beam))
        before = within
    value, error, scatter = np.array(told).T
    middles = (edges[1:] + edges[:-1]) / 2
    return Profile(middles, value, error, scatter, noise, field.unit, field.in_arcsec)


def _ring(
    values: NDArray[np.float64], weights: NDArray[np.float64], noise: float, per_beam: float
) -> tuple[float, float, float]:
    """Return mean, error of the mean and standard deviation in a ring."""
    pixels = float(weights.sum())
    if pixels <= 1e-9:
        return math.nan, math.nan, math.nan
    mean = float(np.sum(values * weights)) / pixels
    square = float(np.sum((values - mean) ** 2 * weights)) / pixels
    together = max(per_beam, 1.0) if math.isfinite(per_beam) else 1.0
    independent = max(pixels / together, 1.0)
    error = noise / math.sqrt(independent) if noise > 0 else math.nan
    return mean, error, math.sqrt(max(square, 0.0))


def line_profile(field: Field, start: tuple[float, float], end: tuple[float, float]) -> Profile:
    """Return the brightness along a line, interpolated between the four pixels around.

    Parameters
    ----------
    start, end : tuple of float
        0-based pixels (x, y).

    Returns
    -------
    Profile
        About two samples a pixel, at most 4,000; NaN outside the image and beside blanks.
    """
    pixels = math.dist(start, end)
    count = min(max(math.ceil(pixels * _PER_PIXEL) + 1, 2), _MOST_SAMPLES)
    share = np.linspace(0.0, 1.0, count)
    x = start[0] + share * (end[0] - start[0])
    y = start[1] + share * (end[1] - start[1])
    length = measure_distance(field, start, end).length
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    noise = field.noise_at(*middle)
    value = _between(field.values, x, y)
    error = np.where(np.isfinite(value), noise if noise > 0 else math.nan, math.nan)
    nothing = np.empty(0)
    return Profile(share * length, value, error, nothing, noise, field.unit, field.in_arcsec)


def _between(
    values: NDArray[np.floating], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return values between pixels, bilinear; NaN outside the outermost pixels' sides."""
    height, width = values.shape
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left = np.minimum(np.floor(x).astype(int), max(width - 2, 0))
    low = np.minimum(np.floor(y).astype(int), max(height - 2, 0))
    across, up = x - left, y - low
    found = np.zeros(x.shape)
    for down, share_y in ((0, 1 - up), (1, up)):
        for right, share_x in ((0, 1 - across), (1, across)):
            share = share_x * share_y
            taken = values[np.minimum(low + down, height - 1), np.minimum(left + right, width - 1)]
            found += np.where(share > 0, np.asarray(taken, np.float64) * share, 0.0)
    return np.where(inside, found, np.nan)
