"""Large images that positions are cut from: which one covers a position, and a few kept open."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ImageError
from radgalgui.sky.celestial import icrs_to_pixel, local_grid, pixel_to_icrs
from radgalgui.sky.fits import read_footprint, read_image
from radgalgui.sky.image import SkyImage

if TYPE_CHECKING:
    from astropy.wcs import WCS

__all__ = ["Mosaics"]

_HELD_BYTES: Final = 512 * 2**20
"""Pixels of images in memory that are kept; those of memory maps cost nothing."""
_MOST_OPEN: Final = 64
_ROOMY: Final = 120.0
"""Arcsec from an image's edge from which it makes no difference how far off it is."""


@dataclass(frozen=True)
class _Footprint:
    """Where an image lies."""

    path: Path
    wcs: WCS
    shape: tuple[int, int]
    scale: float

    def room(self, ra: float, dec: float) -> float:
        """Return how far inside a position lies, arcsec; negative outside, NaN off its sphere."""
        x, y = (float(value) for value in icrs_to_pixel(self.wcs, ra, dec))
        inside = min(x, y, self.shape[1] - 1 - x, self.shape[0] - 1 - y) + 0.5
        return min(inside * self.scale, _ROOMY)


class Mosaics:
    """Images that overlap or not, from which positions are cut.

    Their headers are read at once, their pixels when they are needed.

    Parameters
    ----------
    paths : sequence of Path
        FITS images with coordinates.

    Raises
    ------
    ImageError
        If none of them can be used.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._footprints: list[_Footprint] = []
        self.refused: list[ImageError] = []
        for path in paths:
            try:
                self._footprints.append(_footprint(path))
            except ImageError as error:
                self.refused.append(error)
        if not self._footprints:
            raise self.refused[0] if self.refused else ImageError("there are no mosaics")
        self._centres = np.array([_direction(*_middle(f)) for f in self._footprints])  # (M, 3)
        self._radii = np.array([_radius(f) for f in self._footprints])  # radians
        self._open: OrderedDict[int, SkyImage] = OrderedDict()

    def __len__(self) -> int:
        return len(self._footprints)

    def covering(self, ra: float, dec: float) -> list[int]:
        """Return the images that hold a position, ICRS degrees, the roomiest first."""
        apart = np.arccos(np.clip(self._centres @ _direction(ra, dec), -1.0, 1.0))
        near = np.flatnonzero(apart <= self._radii)
        rooms = [(self._footprints[n].room(ra, dec), -int(n)) for n in near]
        return [-n for room, n in sorted(rooms, reverse=True) if room >= 0]

    def image_at(self, ra: float, dec: float) -> SkyImage:
        """Return the image that shows a position best.

        Raises
        ------
        ImageError
            If none covers it, or all are blank there.
        """
        covering = self.covering(ra, dec)
        for number in covering:
            image = self._image(number)
            if not _is_blank(image, ra, dec):
                return image
        what = "is blank in the images that cover it" if covering else "lies in none of the images"
        raise ImageError(f"the position {ra:.6f} {dec:+.6f} {what}")

    def close(self) -> None:
        """Let all files go."""
        self._open.clear()

    def _image(self, number: int) -> SkyImage:
        """Return an image, from those that are open where it is one of them."""
        if number not in self._open:
            self._open[number] = read_image(self._footprints[number].path)
        self._open.move_to_end(number)
        while len(self._open) > 1 and (
            len(self._open) > _MOST_OPEN or sum(map(_held_bytes, self._open.values())) > _HELD_BYTES
        ):
            self._open.popitem(last=False)
        return self._open[number]


def _footprint(path: Path) -> _Footprint:
    wcs, shape = read_footprint(path)
    if wcs is None:
        raise ImageError(
            "has no sky coordinates to find positions by",
            subject=path,
            remedy="give mosaics with coordinates in their headers",
        )
    grid = local_grid(wcs, (shape[1] - 1) / 2, (shape[0] - 1) / 2)
    return _Footprint(path, wcs, shape, grid.scale)


def _middle(footprint: _Footprint) -> tuple[float, float]:
    rows, columns = footprint.shape
    ra, dec = pixel_to_icrs(footprint.wcs, (columns - 1) / 2, (rows - 1) / 2)
    return float(ra), float(dec)


def _radius(footprint: _Footprint) -> float:
    """Return the radius of a circle around the middle that holds the image, radians.

    A corner or side that lies off the sphere makes it the whole sky.
    """
    rows, columns = footprint.shape
    x = np.array([0, 0, columns - 1, columns - 1, columns / 2, columns / 2, 0, columns - 1], float)
    y = np.array([0, rows - 1, 0, rows - 1, 0, rows - 1, rows / 2, rows / 2], float)
    ra, dec = pixel_to_icrs(footprint.wcs, x, y)
    if not (np.isfinite(ra).all() and np.isfinite(dec).all()):
        return math.pi
    ends = np.array([_direction(a, d) for a, d in zip(ra, dec, strict=True)])
    cosines = np.clip(ends @ _direction(*_middle(footprint)), -1.0, 1.0)
    return float(np.arccos(cosines).max()) * 1.1 + math.radians(footprint.scale / 3600.0)


def _direction(ra: float, dec: float) -> NDArray[np.float64]:
    a, d = math.radians(ra), math.radians(dec)
    return np.array([math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d)])


def _is_blank(image: SkyImage, ra: float, dec: float) -> bool:
    """Tell whether the pixels around a position are blank."""
    x, y = (round(float(value)) for value in icrs_to_pixel(image.wcs, ra, dec))
    around = image.data[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
    return not np.isfinite(around).any()


def _held_bytes(image: SkyImage) -> int:
    """Return how much memory an image takes: none where it is a memory map."""
    planes = image.bands or (image.data,)
    return sum(plane.nbytes for plane in planes if plane.flags.writeable)
