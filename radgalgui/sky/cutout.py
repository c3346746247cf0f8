"""Cutouts: the source that is meant, on the encoder's grid, with what there is to say about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import ImageError
from radgalgui.sky import remarks
from radgalgui.sky.image import Beam, Cutout, SkyImage, SkyPosition
from radgalgui.sky.islands import Island, find_islands
from radgalgui.sky.noise import background
from radgalgui.sky.resample import crop, smooth, to_grid
from radgalgui.sky.sources import Source, choose_source, other_sources

if TYPE_CHECKING:
    from astropy.io import fits
    from astropy.wcs import WCS
    from numpy.typing import NDArray

    from radgalgui.sky.celestial import LocalGrid
    from radgalgui.sky.image import Note
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["make_cutout", "warm_up"]

_WINDOW_FIELDS = 2.5
"""Half-side of the window that is searched and measured, in fields of view."""
_SMALLEST_WINDOW = 150
_LARGEST_WINDOW = 750
_SAME_SCALE = 0.005
_SAME_BEAM = 0.05
_UPRIGHT = 0.5
"""Degrees off north up at which an image still counts as upright: 0.3 pixels in a corner."""
_PIXELS_PER_BEAM = 3.0
"""Assumed where no beam is told, as most radio images are gridded."""
_PEDESTAL = 3.0
"""Background level, in units of the noise, that is taken for an offset and subtracted."""


@dataclass(frozen=True)
class _Window:
    """A part of the image, smoothed to the encoder's beam, and its noise and islands.

    Coordinates are the window's: ``origin`` is its first pixel (x, y) in the image.
    """

    data: NDArray[np.float32]
    origin: tuple[int, int]
    noise: float
    islands: list[Island]
    notes: tuple[Note, ...]

    def to_image(self, pixel: tuple[float, float]) -> tuple[float, float]:
        return pixel[0] + self.origin[0], pixel[1] + self.origin[1]

    def from_image(self, pixel: tuple[float, float]) -> tuple[float, float]:
        return pixel[0] - self.origin[0], pixel[1] - self.origin[1]


def make_cutout(
    image: SkyImage, preprocessing: Preprocessing, *, position: SkyPosition | None = None
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

    Returns
    -------
    Cutout
        One plane.  North up where the image has coordinates: its own pixels where they are
        upright and of the encoder's scale, else resampled; the pixels as they come without
        coordinates.  A background that lies off zero is subtracted.  ``notes`` are the image's,
        and what `radgalgui.sky.remarks` has to say.

    Raises
    ------
    ImageError
        If the position lies outside the image or on blank pixels only, or the image has no
        coordinates to find it by.
    """
    middle = _middle(image, position)
    grid = _grid(image, preprocessing, middle)
    window = _window(image, preprocessing, grid, middle)
    source = _source(image, window, grid, middle, preprocessing)
    if position is None and source is None:
        elsewhere = _search_everywhere(image, preprocessing, window, grid, middle)
        if elsewhere is not None:
            middle = elsewhere
            grid = _grid(image, preprocessing, middle)
            window = _window(image, preprocessing, grid, middle)
            source = _source(image, window, grid, middle, preprocessing)
    if position is not None:
        source = _if_inside(source, window, grid, middle, preprocessing)
    centre = middle if source is None or position is not None else window.to_image(source.centre)
    return _cut(image, preprocessing, window, grid, source, centre, asked=position is not None)


def warm_up() -> None:
    """Import now what the first image would otherwise wait for: a second or two.

    A small image made up here is smoothed, turned and cut, so that what astropy and reproject
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
    window: _Window,
    grid: LocalGrid,
    source: Source | None,
    centre: tuple[float, float],
    *,
    asked: bool,
) -> Cutout:
    """Resample around ``centre``, a pixel of the image, and describe the result."""
    if image.wcs is None or _fits(grid, preprocessing):
        data, wcs, centre = _cropped(image.wcs, preprocessing, window, centre)
    else:
        data, wcs = _resampled(image, preprocessing, window, centre)
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
    return Cutout(
        data=data[np.newaxis],
        seen=preprocessing.see(data[np.newaxis], window.noise),
        noise=window.noise,
        peak_snr=snr,
        angular_size=size,
        pixel=centre,
        position=image.pixel_to_sky(*centre),
        wcs=wcs,
        notes=(*image.notes, *window.notes, *notes),
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


def _window(
    image: SkyImage,
    preprocessing: Preprocessing,
    grid: LocalGrid,
    middle: tuple[float, float],
) -> _Window:
    """Read the pixels around a place, smooth them where needed, and find their islands."""
    half = _WINDOW_FIELDS * preprocessing.field_of_view / grid.scale
    needed = 0.8 * preprocessing.field_of_view / grid.scale + 10
    half = int(max(min(max(half, _SMALLEST_WINDOW), _LARGEST_WINDOW), needed))
    x0, y0 = (max(round(m) - half, 0) for m in middle)
    x1, y1 = (round(m) + half + 1 for m in middle)
    with np.errstate(over="ignore"):  # what float32 cannot hold counts as blank
        data = np.array(image.data[y0:y1, x0:x1], dtype=np.float32)
    data[~np.isfinite(data)] = np.nan
    notes: list[Note] = []
    level, noise = background(data)
    if abs(level) > _PEDESTAL * noise > 0:
        data -= np.float32(level)
        notes.append(remarks.pedestal(level, noise, image.unit))
    beam = _beam_to_smooth(image, preprocessing, grid)
    if beam is not None:
        per_beam = "beam" in image.unit.lower()
        data = smooth(data, grid, beam, preprocessing.beam, per_beam=per_beam)
        noise = background(data)[1]
        notes.append(remarks.smoothed(beam, preprocessing, known=image.beam is not None))
    return _Window(data, (x0, y0), noise, find_islands(data, noise=noise), tuple(notes))


def _beam_to_smooth(image: SkyImage, preprocessing: Preprocessing, grid: LocalGrid) -> Beam | None:
    """Return the image's beam where it is finer than the encoder's, else None.

    Without a beam in the header, and with pixels finer than the encoder's, it is taken to
    measure three pixels: resampling would otherwise pick single pixels of the noise.
    """
    if preprocessing.beam <= 0 or image.wcs is None:
        return None
    beam = image.beam
    if beam is None:
        if grid.scale > 0.75 * preprocessing.pixel_scale:
            return None
        beam = Beam(_PIXELS_PER_BEAM * grid.scale, _PIXELS_PER_BEAM * grid.scale)
    finer = math.sqrt(beam.major * beam.minor) < (1 - _SAME_BEAM) * preprocessing.beam
    return beam if finer else None


def _beams(image: SkyImage, preprocessing: Preprocessing) -> float:
    """Return how many times wider than the encoder's beam the image's is, at least 1."""
    if image.beam is None or preprocessing.beam <= 0:
        return 1.0
    return max(math.sqrt(image.beam.major * image.beam.minor) / preprocessing.beam, 1.0)


def _source(
    image: SkyImage,
    window: _Window,
    grid: LocalGrid,
    middle: tuple[float, float],
    preprocessing: Preprocessing,
) -> Source | None:
    """Return the source that is meant among the window's islands."""
    return choose_source(
        window.islands,
        window.from_image(middle),
        scale=grid.scale / _beams(image, preprocessing),
        noise=window.noise,
    )


def _search_everywhere(
    image: SkyImage,
    preprocessing: Preprocessing,
    window: _Window,
    grid: LocalGrid,
    middle: tuple[float, float],
) -> tuple[float, float] | None:
    """Return the pixel of the source nearest the middle in the whole of a larger image."""
    if window.data.shape == image.data.shape:
        return None
    level, noise = background(image.data)
    if abs(level) > _PEDESTAL * noise:
        return None
    islands = find_islands(image.data, noise=noise)
    scale = grid.scale / _beams(image, preprocessing)
    source = choose_source(islands, middle, scale=scale, noise=noise)
    return None if source is None else source.centre


def _if_inside(
    source: Source | None,
    window: _Window,
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


def _cropped(
    wcs: WCS | None, preprocessing: Preprocessing, window: _Window, centre: tuple[float, float]
) -> tuple[NDArray[np.float32], WCS | None, tuple[float, float]]:
    """Take pixels as they are; the centre moves by up to half a pixel to fit them."""
    from radgalgui.sky.celestial import section

    half = (preprocessing.size - 1) / 2
    x0, y0 = (round(c - half) for c in centre)
    data = crop(window.data, x0 - window.origin[0], y0 - window.origin[1], preprocessing.size)
    return data, None if wcs is None else section(wcs, x0, y0), (x0 + half, y0 + half)


def _resampled(
    image: SkyImage, preprocessing: Preprocessing, window: _Window, centre: tuple[float, float]
) -> tuple[NDArray[np.float32], WCS]:
    """Resample onto a north-up ICRS grid of the encoder's scale, centred exactly."""
    from radgalgui.sky.celestial import north_up, section

    position = image.pixel_to_sky(*centre)
    if position is None:
        raise _off_sphere(image, centre)
    target = north_up(position, preprocessing.size, preprocessing.pixel_scale)
    data = to_grid(window.data, section(image.wcs, *window.origin), target, preprocessing.size)
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
    window: _Window, source: Source | None, grid: LocalGrid, preprocessing: Preprocessing
) -> list[Source]:
    """Return the other sources in the cutout."""
    if source is None:
        return []
    within = preprocessing.field_of_view / grid.scale / 2
    return other_sources(window.islands, source, within=within, scale=grid.scale)
