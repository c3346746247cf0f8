"""All sources of a large image: islands above the local noise, joined and thinned out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.progress import CancelToken, silent
from radgalgui.sky.islands import Island, find_islands
from radgalgui.sky.noise_map import NoiseMap
from radgalgui.sky.sources import Source, joined_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from radgalgui.progress import Progress
    from radgalgui.sky.image import SkyImage

__all__ = ["FieldSource", "all_islands", "find_sources", "join_islands", "pixel_scale"]

_COUNTS = 0.1
"""Of the brightest island's flux; fainter ones, sidelobes perhaps, do not move the centre."""
_GROUND = 3.0
"""Multiples of the noise down to which an island reaches below its peak."""


@dataclass(frozen=True)
class FieldSource:
    """A source found in a large image.

    Parameters
    ----------
    x, y : float
        Its centre, 0-based pixels: that by which it is cut out.
    ra, dec : float
        ICRS degrees; NaN where the image has no coordinates.
    peak : float
        Its brightest pixel above the background, in the image's unit.
    peak_snr : float
        That over the noise there; infinite where the noise is unknown.
    extent : float
        Its largest size above 3 sigma, pixels.
    islands : int
        Of how many islands it was joined.
    touches_edge : bool
        Whether it may go on beyond the image or beneath a blank.
    """

    x: float
    y: float
    ra: float
    dec: float
    peak: float
    peak_snr: float
    extent: float
    islands: int
    touches_edge: bool


def find_sources(
    image: SkyImage,
    *,
    sigma: float = 5.0,
    join: float = 0.0,
    apart: float = 0.0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[FieldSource]:
    """Find every source of an image, brightest peak first.

    Parameters
    ----------
    image : SkyImage
        Of any size; a memory map is read in blocks and stays on disk.
    sigma : float
        A source's peak rises above so many times the noise around it, measured from place to
        place (see `NoiseMap`); it reaches down to 3 times the noise, or ``sigma`` if that is less.
    join : float
        Islands whose edges are at most so far apart are one source: arcsec, or pixels where the
        image has no coordinates.  0 leaves each by itself.
    apart : float
        Of sources whose centres are closer than this, in the same unit, the brightest stays.
    progress, cancel
        Told of, and looked at, along the way.

    Returns
    -------
    list of FieldSource
        Empty where nothing rises above the noise.

    Raises
    ------
    UsageError
        If ``sigma`` is not above 0, or a distance is below 0, or NaN.
    Cancelled
        If cancelled.
    """
    noise = NoiseMap.measure(image.data, progress=progress, cancel=cancel)
    islands = all_islands(image, noise, sigma=sigma, progress=progress, cancel=cancel)
    return join_islands(image, islands, join=join, apart=apart)


def all_islands(
    image: SkyImage,
    noise: NoiseMap,
    *,
    sigma: float,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[Island]:
    """Return every island of an image above ``sigma``; see `find_sources`."""
    if not (math.isfinite(sigma) and sigma > 0):
        raise UsageError(f"a threshold of {sigma:g} sigma finds nothing", remedy="give one above 0")
    return find_islands(
        image.data,
        noise=noise,
        sigma=min(_GROUND, sigma),
        peak_sigma=sigma,
        progress=progress,
        cancel=cancel,
    )


def join_islands(
    image: SkyImage, islands: Sequence[Island], *, join: float, apart: float
) -> list[FieldSource]:
    """Return the sources that islands make; see `find_sources`."""
    if not (join >= 0 and apart >= 0):  # nor NaN
        raise UsageError("a distance between sources is below 0", remedy="give 0 or more")
    if not islands:
        return []
    scale = pixel_scale(image)
    sources = joined_sources(islands, within=join / scale)
    centres = np.array([_centre(source) for source in sources])
    kept = _thinned(centres, apart / scale)
    ra, dec = _on_sky(image, centres[kept])
    return [
        _told(sources[n], centres[n], a, d)
        for n, a, d in zip(kept, ra.tolist(), dec.tolist(), strict=True)
    ]


def pixel_scale(image: SkyImage) -> float:
    """Return arcsec a pixel in the image's middle, 1 without coordinates."""
    if image.wcs is None:
        return 1.0
    from radgalgui.sky.celestial import local_grid

    height, width = image.data.shape
    return local_grid(image.wcs, (width - 1) / 2, (height - 1) / 2).scale


def _centre(source: Source) -> tuple[float, float]:
    """Return the centre (x, y) of a source by those of its islands that count."""
    islands = source.islands
    if len(islands) == 1:
        return islands[0].centroid
    flux = np.array([island.flux for island in islands])
    weights = np.where(flux >= _COUNTS * flux.max(), np.sqrt(np.maximum(flux, 0.0)), 0.0)
    x, y = weights @ np.array([island.centroid for island in islands]) / weights.sum()
    return float(x), float(y)


def _thinned(centres: NDArray[np.float64], apart: float) -> list[int]:
    """Return the numbers of those that have no brighter one, which stays, closer than ``apart``."""
    if apart <= 0:
        return list(range(len(centres)))
    from scipy.spatial import cKDTree

    tree, stays = cKDTree(centres), np.ones(len(centres), dtype=bool)
    for number, centre in enumerate(centres):
        if stays[number]:
            near = np.array(tree.query_ball_point(centre, apart), dtype=np.intp)
            stays[near[near > number]] = False
    return np.flatnonzero(stays).tolist()


def _on_sky(
    image: SkyImage, centres: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if image.wcs is None:
        unknown = np.full(len(centres), np.nan)
        return unknown, unknown
    from radgalgui.sky.celestial import pixel_to_icrs

    return pixel_to_icrs(image.wcs, centres[:, 0], centres[:, 1])


def _told(source: Source, centre: NDArray[np.float64], ra: float, dec: float) -> FieldSource:
    return FieldSource(
        x=float(centre[0]),
        y=float(centre[1]),
        ra=ra,
        dec=dec,
        peak=source.peak_value,
        peak_snr=max(island.peak_snr for island in source.islands),
        extent=source.extent,
        islands=len(source.islands),
        touches_edge=source.touches_edge,
    )
