"""Cutouts: the source that is meant, on the encoder's grid, with what there is to say about it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import ImageError
from radgalgui.sky import remarks
from radgalgui.sky.bands import mean_of_bands
from radgalgui.sky.image import Beam, Cutout, SkyImage, SkyPosition
from radgalgui.sky.islands import find_islands
from radgalgui.sky.noise import background
from radgalgui.sky.resample import crop, to_grid
from radgalgui.sky.sources import Source, choose_source, choosing_scale, other_sources
from radgalgui.sky.window import PEDESTAL, Window, cleaned, read_window

if TYPE_CHECKING:
    from astropy.io import fits
    from astropy.wcs import WCS
    from numpy.typing import NDArray

    from radgalgui.sky.celestial import LocalGrid
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["make_cutout", "warm_up", "widened"]

_SAME_SCALE = 0.005
_UPRIGHT = 0.5
"""Degrees off north up at which an image still counts as upright: 0.3 pixels in a corner."""


def make_cutout(
    image: SkyImage,
    preprocessing: Preprocessing,
    *,
    position: SkyPosition | None = None,
    field: float | None = None,
) -> Cutout:
    """Cut a source out of an image as an encoder wants it.

    Parameters
    ----------
    image : SkyImage
        Of any size; of large ones only the part around the source is read.
    preprocessing : Preprocessing
        Size, pixel scale and beam of the encoder.
    position : SkyPosition, optional
        The cutout's centre.  Without it, the centre of the brightest source near the image's
        middle (see `radgalgui.sky.sources.choose_source`).
    field : float, optional
        Arcsec of sky that the encoder is shown, for surveys of other beams than it knows: its
        pixels and beam are taken for that much larger or smaller.  By default its own.

    Returns
    -------
    Cutout
        One plane, or as many as the encoder has bands, each on the same grid and seen above its
        own noise; the source is found in their mean.  North up where the image has coordinates:
        its own pixels where they are upright and of the encoder's scale, else resampled; the
        pixels as they come without coordinates.  A background that lies off zero is subtracted.
        ``notes`` are the image's, and what `radgalgui.sky.remarks` has to say.

    Raises
    ------
    ImageError
        If the position lies outside the image or on blank pixels only, the image has no
        coordinates to find it by, or not as many planes as an encoder of several bands takes.
    """
    preprocessing = widened(preprocessing, field)
    if preprocessing.channels > 1:
        image = mean_of_bands(image, preprocessing.channels)
    middle = _middle(image, position)
    grid = _grid(image, preprocessing, middle)
    window = read_window(image, preprocessing, grid, middle)
    source = _source(image, window, grid, middle, preprocessing)
    if position is None and source is None:
        elsewhere = _search_everywhere(image, preprocessing, window, grid, middle)
        if elsewhere is not None:
            middle = elsewhere
            grid = _grid(image, preprocessing, middle)
            window = read_window(image, preprocessing, grid, middle)
            source = _source(image, window, grid, middle, preprocessing)
    if position is not None:
        source = _if_inside(source, window, grid, middle, preprocessing)
    centre = middle if source is None or position is not None else window.to_image(source.centre)
    return _cut(image, preprocessing, window, grid, source, centre, asked=position is not None)


def widened(preprocessing: Preprocessing, field: float | None) -> Preprocessing:
    """Return what an encoder is to see if so many arcsec stand for its field; None for its own."""
    if field is None:
        return preprocessing
    times = field / preprocessing.field_of_view
    return replace(
        preprocessing,
        pixel_scale=preprocessing.pixel_scale * times,
        beam=preprocessing.beam * times,
        survey_scale=preprocessing.survey_scale * times,
    )


def warm_up() -> None:
    """Import now what the first image would otherwise wait for: a second or two.

    A small image made up here is smoothed, turned and cut, so that what astropy and scipy
    build on first use is built.
    """
    from radgalgui.sky.celestial import read_plane
    from radgalgui.sky.preprocess import Preprocessing

    rows, columns = np.mgrid[:96, :96] - 47.5
    data = np.exp(-(rows**2 + columns**2) / 4.0) + 1e-3 * np.cos(rows * columns)
    header = {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRVAL1": 10.0, "CRVAL2": 10.0}
    header |= {"CRPIX1": 48.0, "CRPIX2": 48.0, "CDELT1": -2.8e-4, "CDELT2": 2.8e-4}
    for frame in ({"RADESYS": "FK5"}, {"RADESYS": "FK4", "EQUINOX": 1950.0}):
        wcs = read_plane(_as_header(header | frame), data.shape).wcs
        image = SkyImage(data, "warm-up", "", wcs=wcs, beam=Beam(2.5, 2.5))
        make_cutout(image, Preprocessing())


def _as_header(cards: dict[str, object]) -> fits.Header:
    from astropy.io import fits

    return fits.Header(cards)


def _cut(
    image: SkyImage,
    preprocessing: Preprocessing,
    window: Window,
    grid: LocalGrid,
    source: Source | None,
    centre: tuple[float, float],
    *,
    asked: bool,
) -> Cutout:
    """Resample around ``centre``, a pixel of the image, and describe the result."""
    data, wcs, centre = _placed(image, preprocessing, window, grid, centre)
    if not np.isfinite(data).any():
        raise ImageError(
            "there are no values at this position, only blanks"
            if asked
            else "its middle is blank, and no source stands out elsewhere",
            subject=image.origin or image.name,
            remedy="give another position",
        )
    peak = source.peak_value if source is not None else float(np.nanmax(data))
    snr = peak / window.noise if window.noise > 0 else math.inf
    size = 0.0 if source is None else source.extent * grid.scale
    notes = remarks.on_cutout(
        image, preprocessing, grid, data, snr=snr, angular_size=size, source=source,
        others=_others(window, source, grid, preprocessing),
        offset=_offset(image, centre, grid), asked=asked,
    )  # fmt: skip
    if preprocessing.channels > 1:
        data, seen, band_noise = _in_bands(image, preprocessing, window, grid, centre)
    else:
        data, band_noise = data[np.newaxis], ()
        seen = preprocessing.see(data, window.noise)
    return Cutout(
        data=data,
        seen=seen,
        noise=window.noise,
        peak_snr=snr,
        angular_size=size,
        pixel=centre,
        position=image.pixel_to_sky(*centre),
        wcs=wcs,
        notes=(*image.notes, *window.notes, *notes),
        band_noise=band_noise,
    )


def _middle(image: SkyImage, position: SkyPosition | None) -> tuple[float, float]:
    """Return the image's middle, or the pixel of a position."""
    height, width = image.data.shape
    if position is None:
        return (width - 1) / 2, (height - 1) / 2
    if image.wcs is None:
        raise ImageError(
            "the image has no sky coordinates to find a position by",
            subject=image.origin or image.name,
            remedy="leave the position out",
        )
    x, y = image.sky_to_pixel(position)
    if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
        raise ImageError(
            f"the position {position.ra:.6f} {position.dec:+.6f} lies outside the image",
            subject=image.origin or image.name,
            remedy="give one inside it, ICRS degrees",
        )
    return x, y


def _grid(image: SkyImage, preprocessing: Preprocessing, pixel: tuple[float, float]) -> LocalGrid:
    """Return the pixel grid at a place; without coordinates, the encoder's."""
    from radgalgui.sky.celestial import LocalGrid, local_grid

    if image.wcs is None:
        return LocalGrid(preprocessing.pixel_scale, 1.0, 0.0, True)
    try:
        return local_grid(image.wcs, *pixel)
    except np.linalg.LinAlgError:
        raise _off_sphere(image, pixel) from None


def _choosing_scale(image: SkyImage, preprocessing: Preprocessing, grid: LocalGrid) -> float:
    """Return arcsec a pixel as they count in the choice of a source."""
    return choosing_scale(grid.scale, image.beam if preprocessing.beam > 0 else None)


def _source(
    image: SkyImage,
    window: Window,
    grid: LocalGrid,
    middle: tuple[float, float],
    preprocessing: Preprocessing,
) -> Source | None:
    """Return the source that is meant among the window's islands."""
    return choose_source(
        window.islands,
        window.from_image(middle),
        scale=_choosing_scale(image, preprocessing, grid),
        noise=window.noise,
    )


def _search_everywhere(
    image: SkyImage,
    preprocessing: Preprocessing,
    window: Window,
    grid: LocalGrid,
    middle: tuple[float, float],
) -> tuple[float, float] | None:
    """Return the pixel of the source nearest the middle in the whole of a larger image."""
    if window.data.shape == image.data.shape:
        return None
    level, noise = background(image.data)
    if abs(level) > PEDESTAL * noise:
        return None
    islands = find_islands(image.data, noise=noise)
    scale = _choosing_scale(image, preprocessing, grid)
    source = choose_source(islands, middle, scale=scale, noise=noise)
    return None if source is None else source.centre


def _if_inside(
    source: Source | None,
    window: Window,
    grid: LocalGrid,
    middle: tuple[float, float],
    preprocessing: Preprocessing,
) -> Source | None:
    """Return the source if it lies in a cutout centred on ``middle``, else None."""
    if source is None:
        return None
    half = preprocessing.field_of_view / grid.scale / 2
    x, y = window.from_image(middle)
    inside = any(
        (abs(i.centroid[0] - x) <= half) and (abs(i.centroid[1] - y) <= half)
        for i in source.islands
    )
    return source if inside else None


def _fits(grid: LocalGrid, preprocessing: Preprocessing) -> bool:
    """Tell whether pixels can be taken as they are: upright, square, of the encoder's scale."""
    return (
        abs(grid.scale / preprocessing.pixel_scale - 1) < _SAME_SCALE
        and grid.stretch < 1 + 2 * _SAME_SCALE
        and abs(grid.rotation) < _UPRIGHT
        and grid.east_left
    )


def _placed(
    image: SkyImage,
    preprocessing: Preprocessing,
    window: Window,
    grid: LocalGrid,
    centre: tuple[float, float],
) -> tuple[NDArray[np.float32], WCS | None, tuple[float, float]]:
    """Return a window's pixels on the encoder's grid, its WCS, and the centre in the image."""
    if image.wcs is None or _fits(grid, preprocessing):
        return _cropped(image.wcs, preprocessing, window, centre)
    return *_resampled(image, preprocessing, window, centre), centre


def _in_bands(
    image: SkyImage,
    preprocessing: Preprocessing,
    window: Window,
    grid: LocalGrid,
    centre: tuple[float, float],
) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[float, ...]]:
    """Return each band (C, S, S) where the mean was cut out, what is seen above its noise, that."""
    (x0, y0), (height, width) = window.origin, window.data.shape
    planes, seen, noises = [], [], []
    for band in image.bands:
        part = band[y0 : y0 + height, x0 : x0 + width]
        data, noise, _ = cleaned(part, image, preprocessing, grid)
        plane = _placed(image, preprocessing, replace(window, data=data), grid, centre)[0]
        planes.append(plane)
        seen.append(preprocessing.see(plane, noise))
        noises.append(noise)
    return np.stack(planes), np.stack(seen), tuple(noises)


def _cropped(
    wcs: WCS | None, preprocessing: Preprocessing, window: Window, centre: tuple[float, float]
) -> tuple[NDArray[np.float32], WCS | None, tuple[float, float]]:
    """Take pixels as they are; the centre moves by up to half a pixel to fit them."""
    from radgalgui.sky.celestial import section

    half = (preprocessing.size - 1) / 2
    x0, y0 = (round(c - half) for c in centre)
    data = crop(window.data, x0 - window.origin[0], y0 - window.origin[1], preprocessing.size)
    return data, None if wcs is None else section(wcs, x0, y0), (x0 + half, y0 + half)


def _resampled(
    image: SkyImage, preprocessing: Preprocessing, window: Window, centre: tuple[float, float]
) -> tuple[NDArray[np.float32], WCS]:
    """Resample onto a north-up ICRS grid of the encoder's scale, centred exactly."""
    from radgalgui.sky.celestial import north_up

    position = image.pixel_to_sky(*centre)
    if position is None:
        raise _off_sphere(image, centre)
    target = north_up(position, preprocessing.size, preprocessing.pixel_scale)
    data = to_grid(window.data, image.wcs, target, preprocessing.size, origin=window.origin)
    return data, target


def _off_sphere(image: SkyImage, pixel: tuple[float, float]) -> ImageError:
    return ImageError(
        f"the source at pixel {pixel[0]:.0f}, {pixel[1]:.0f} lies off the projected sphere",
        subject=image.origin or image.name,
        remedy="give a position",
    )


def _offset(image: SkyImage, centre: tuple[float, float], grid: LocalGrid) -> float:
    """Return arcsec from the image's middle."""
    return math.dist(centre, _middle(image, None)) * grid.scale


def _others(
    window: Window, source: Source | None, grid: LocalGrid, preprocessing: Preprocessing
) -> list[Source]:
    """Return the other sources in the cutout."""
    if source is None:
        return []
    within = preprocessing.field_of_view / grid.scale / 2
    return other_sources(window.islands, source, within=within, scale=grid.scale)
