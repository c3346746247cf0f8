"""A large image opened to be looked over: at every scale, and for its sources."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.celestial import pixel_jacobian, pixel_to_icrs
from radgalgui.sky.extraction import (
    FieldSource,
    all_islands,
    join_islands,
    pixel_scale,
)
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Beam, SkyImage, SkyPosition
from radgalgui.sky.islands import Island, find_islands
from radgalgui.sky.measuring.field import box_around
from radgalgui.sky.noise_map import NoiseMap
from radgalgui.sky.pyramid import Pyramid
from radgalgui.sky.reduce import coarser
from radgalgui.sky.sources import choose_source, choosing_scale

__all__ = ["FOUND_FROM", "Mosaic", "Overview"]

FOUND_FROM: Final = 3.0
"""Multiples of the noise; fainter islands are not looked for."""

# Arcsec, more where the beam is wider than FIRST's (see `choosing_scale`).
_REACH: Final = 60.0
"""Around a click, in which a source may be meant."""
_SNAP: Final = 20.0
"""From a click; a source whose centre is farther off is not meant."""


@dataclass(frozen=True)
class Overview:
    """What is shown of a whole mosaic.

    Parameters
    ----------
    values : ndarray, shape (h, w), float32
        Means over blocks of ``factor`` pixels a side.
    factor : int
        So that pixel (x, y) of the mosaic is ((x + 0.5) / factor - 0.5, ...) here.
    header : str
        The WCS of the blocks as a FITS header, "" without coordinates.
    shape : tuple of int
        Rows and columns of the mosaic.
    scale : float
        Arcsec a pixel of the mosaic, the root of its area; 0 without coordinates.
    extent : tuple of float
        Width and height by the sides of the pixel in the middle, arcsec; 0 without coordinates.
    """

    values: NDArray[np.float32]
    factor: int
    header: str
    shape: tuple[int, int]
    scale: float
    extent: tuple[float, float]
    unit: str
    beam: Beam | None
    noise: float


class Mosaic:
    """A large image, its means at every scale, its noise and its islands.

    Parameters
    ----------
    path : path
        A FITS file; its pixels stay on disk where it is large.
    progress, cancel
        Told of, and looked at, along the way.

    Raises
    ------
    ImageError
        If the file holds no image.
    Cancelled
        If cancelled.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> None:
        cancel = cancel or CancelToken()
        self.image: SkyImage = read_image(path)
        self._pointed = _apart(self.image)  # asked for places while all of it is searched
        self.pyramid = Pyramid(self.image.data, progress=progress, cancel=cancel)
        self.noise = NoiseMap.measure(self.image.data, progress=progress, cancel=cancel)
        self._islands: list[Island] | None = None

    @property
    def overview(self) -> Overview:
        """The whole of it, small enough to be looked at."""
        image, factor = self.image, self.pyramid.factor
        wcs = None if image.wcs is None else coarser(image.wcs, factor)
        height, width = image.data.shape
        return Overview(
            values=self.pyramid.overview,
            factor=factor,
            header="" if wcs is None else wcs.to_header(relax=True).tostring(),
            shape=(height, width),
            scale=0.0 if image.wcs is None else pixel_scale(image),
            extent=_extent(image),
            unit=image.unit,
            beam=image.beam,
            noise=self.noise.typical,
        )

    def sources(
        self,
        *,
        sigma: float,
        join: float,
        apart: float,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> list[FieldSource]:
        """Find every source; see `radgalgui.sky.extraction.find_sources`.

        The image is searched once; with other numbers the same islands are chosen from.

        Raises
        ------
        UsageError
            If ``sigma`` is below 3, or a distance is negative.
        Cancelled
            If cancelled.
        """
        if not sigma >= FOUND_FROM:
            raise UsageError(
                f"below {FOUND_FROM:g} sigma most peaks are noise", remedy="ask for more"
            )
        if self._islands is None:
            self._islands = all_islands(
                self.image, self.noise, sigma=FOUND_FROM, progress=progress, cancel=cancel
            )
        chosen = [island for island in self._islands if island.peak_snr >= sigma]
        return join_islands(self.image, chosen, join=join, apart=apart)

    def meant_at(self, x: float, y: float) -> tuple[float, float]:
        """Return the centre of the source that a click at a pixel means, or the pixel itself."""
        scale = choosing_scale(pixel_scale(self._pointed), self.image.beam)
        part, x0, y0 = box_around(self.image.data, x, y, max(round(_REACH / scale), 8))
        level, noise = (float(value) for value in self.noise.at(x, y))
        if part.size == 0 or noise <= 0:
            return x, y
        islands = find_islands(np.asarray(part, np.float32) - np.float32(level), noise=noise)
        source = choose_source(islands, (x - x0, y - y0), scale=scale, noise=noise)
        if source is None:
            return x, y
        centre = source.centre[0] + x0, source.centre[1] + y0
        return centre if math.dist(centre, (x, y)) * scale <= _SNAP else (x, y)

    def position(self, x: float, y: float) -> SkyPosition | None:
        """Return where a pixel lies, ICRS; None without coordinates or off the sphere."""
        return self._pointed.pixel_to_sky(x, y)

    def pixel(self, position: SkyPosition) -> tuple[float, float]:
        """Return the pixel of a position.

        Raises
        ------
        UsageError
            If it lies outside, or there are no coordinates.
        """
        where = f"the position {position.ra:.6f} {position.dec:+.6f}"
        if self._pointed.wcs is None:
            raise UsageError(
                "the image has no sky coordinates to find a position by",
                subject=self.image.origin,
                remedy="click on a source",
            )
        x, y = self._pointed.sky_to_pixel(position)
        height, width = self.image.data.shape
        if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
            ra, dec = (
                float(v)
                for v in pixel_to_icrs(self._pointed.wcs, (width - 1) / 2, (height - 1) / 2)
            )
            raise UsageError(
                f"{where} lies outside the image", remedy=f"its middle is {ra:.4f} {dec:+.4f}"
            )
        return x, y


def _extent(image: SkyImage) -> tuple[float, float]:
    """Return width and height, arcsec: pixels of CAR and the like are no squares on the sky."""
    if image.wcs is None:
        return 0.0, 0.0
    height, width = image.data.shape
    jacobian = pixel_jacobian(image.wcs, (width - 1) / 2, (height - 1) / 2)
    across, up = np.hypot(*jacobian)
    return float(across) * width, float(up) * height


def _apart(image: SkyImage) -> SkyImage:
    """Return the same pixels with a WCS of their own: two threads may not use one at once."""
    return image if image.wcs is None else replace(image, wcs=image.wcs.deepcopy())
