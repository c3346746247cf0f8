"""What is measured on: pixels with their place on the sky, their unit, beam and noise."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.sky.celestial import icrs_to_pixel, pixel_jacobian, pixel_to_icrs
from radgalgui.sky.image import Beam
from radgalgui.sky.noise import background

if TYPE_CHECKING:
    from astropy.wcs import WCS
    from numpy.typing import ArrayLike, NDArray

    from radgalgui.sky.image import SkyImage

__all__ = ["Field", "box_around"]

_NOISE_BOX = 401
"""Pixels a side from which the noise at a place is told: mosaics are not alike everywhere."""


@dataclass(frozen=True, eq=False)
class Field:
    """An image that is measured on.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        NaN is blank; may be a memory map.
    unit : str
        ``BUNIT``, "" where it is unknown.
    wcs : `astropy.wcs.WCS` or None
        Celestial, two axes.
    beam : Beam or None
        The restoring beam.
    scale : float
        Arcsec a pixel where there is no WCS, north up and east left; 0 where that is unknown too.
        Lengths are then in pixels.
    noise : float or None
        Standard deviation of the background in ``unit``.  By default that of the pixels around
        each place.
    """

    values: NDArray[np.floating]
    unit: str = ""
    wcs: WCS | None = None
    beam: Beam | None = None
    scale: float = 0.0
    noise: float | None = None
    _grids: dict[tuple[float, float], NDArray[np.float64]] = field(
        default_factory=dict, init=False, repr=False
    )

    @classmethod
    def of_image(cls, image: SkyImage) -> Field:
        """Return an image as it was read."""
        return cls(image.data, image.unit, image.wcs, image.beam)

    @property
    def in_arcsec(self) -> bool:
        """Whether lengths are in arcsec; in pixels otherwise."""
        return self.wcs is not None or self.scale > 0

    def jacobian(self, x: float, y: float) -> NDArray[np.float64]:
        """Return arcsec (or pixels) east and north for a pixel in x and one in y, (2, 2).

        Raises
        ------
        numpy.linalg.LinAlgError
            Where the pixel lies off the projected sphere.
        """
        if self.wcs is not None:
            if (x, y) not in self._grids:  # a millisecond or ten each, where the frame is FK4
                self._grids[x, y] = pixel_jacobian(self.wcs, x, y)
            return self._grids[x, y]
        return (self.scale or 1.0) * np.diag([-1.0, 1.0])

    def sky_of(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """Return right ascension and declination, ICRS degrees, of 0-based pixels; None without."""
        return None if self.wcs is None else pixel_to_icrs(self.wcs, x, y)

    def pixel_of(self, ra: ArrayLike, dec: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """Return 0-based pixels of ICRS degrees; None without a WCS."""
        return None if self.wcs is None else icrs_to_pixel(self.wcs, ra, dec)

    def pixel_area(self, x: float, y: float) -> float:
        """Return the area of a pixel, square arcsec (or 1)."""
        return abs(float(np.linalg.det(self.jacobian(x, y))))

    def pixels_per_beam(self, x: float, y: float) -> float:
        """Return the beam's area in pixels; NaN if unknown."""
        if self.beam is None or not self.in_arcsec:
            return math.nan
        return self.beam.area / self.pixel_area(x, y)

    def noise_at(self, x: float, y: float) -> float:
        """Return the noise around a pixel, in the image's unit; 0 where it is not known."""
        if self.noise is not None:
            return self.noise
        part, _, _ = box_around(self.values, x, y, _NOISE_BOX / 2)
        return background(part)[1] if part.size else 0.0

    def value_at(self, x: float, y: float) -> float:
        """Return the value of the pixel at a place; NaN where it is blank or outside."""
        height, width = self.values.shape
        column, row = math.floor(x + 0.5), math.floor(y + 0.5)
        if not (0 <= column < width and 0 <= row < height):
            return math.nan
        return float(self.values[row, column])


def box_around(
    values: NDArray[np.floating], x: float, y: float, half_x: float, half_y: float | None = None
) -> tuple[NDArray[np.floating], int, int]:
    """Return the pixels that a box touches, as far as there are any, and their first (x, y).

    Parameters
    ----------
    half_x, half_y : float
        From the middle to the sides, pixels; by default both the same.
    """
    height, width = values.shape
    half_y = half_x if half_y is None else half_y
    left, right = max(math.floor(x - half_x + 0.5), 0), min(math.floor(x + half_x + 0.5), width - 1)
    low, high = max(math.floor(y - half_y + 0.5), 0), min(math.floor(y + half_y + 0.5), height - 1)
    part = values[low : max(high, low - 1) + 1, left : max(right, left - 1) + 1]
    return part, left, low
