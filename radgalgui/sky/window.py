"""The part of an image in which a source is looked for: cleaned, with its noise and islands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.sky import remarks
from radgalgui.sky.image import Beam, Note, SkyImage
from radgalgui.sky.islands import Island, find_islands
from radgalgui.sky.noise import background
from radgalgui.sky.resample import smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.sky.celestial import LocalGrid
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["PEDESTAL", "Window", "cleaned", "read_window"]

PEDESTAL = 3.0
"""Background level, in units of the noise, that is taken for an offset and subtracted."""
_WINDOW_FIELDS = 2.5
"""Half-side of the window that is searched and measured, in fields of view."""
_SMALLEST_WINDOW = 150
_LARGEST_WINDOW = 750
_SAME_BEAM = 0.05
_PIXELS_PER_BEAM = 3.0
"""Assumed where no beam is told, as most radio images are gridded."""


@dataclass(frozen=True)
class Window:
    """A part of the image, smoothed to the encoder's beam, and its noise and islands.

    Coordinates are the window's.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        NaN is blank.
    origin : tuple of int
        The window's first pixel (x, y) in the image.
    noise : float
        In the image's unit.
    islands : list of Island
        Connected emission, brightest first.
    notes : tuple of Note
        What was done to the pixels.
    """

    data: NDArray[np.float32]
    origin: tuple[int, int]
    noise: float
    islands: list[Island]
    notes: tuple[Note, ...]

    def to_image(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """Return the image's pixel (x, y) of one of the window."""
        return pixel[0] + self.origin[0], pixel[1] + self.origin[1]

    def from_image(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """Return the window's pixel (x, y) of one of the image."""
        return pixel[0] - self.origin[0], pixel[1] - self.origin[1]


def read_window(
    image: SkyImage,
    preprocessing: Preprocessing,
    grid: LocalGrid,
    middle: tuple[float, float],
) -> Window:
    """Read the pixels around a place, smooth them where needed, and find their islands.

    Parameters
    ----------
    image : SkyImage
        Of which only the part around the place is read.
    preprocessing : Preprocessing
        Its field of view decides how much, its beam what is smoothed.
    grid : LocalGrid
        The image's pixels there.
    middle : tuple of float
        The place, (x, y) in the image.
    """
    half = _WINDOW_FIELDS * preprocessing.field_of_view / grid.scale
    needed = 0.8 * preprocessing.field_of_view / grid.scale + 10
    half = int(max(min(max(half, _SMALLEST_WINDOW), _LARGEST_WINDOW), needed))
    x0, y0 = (max(round(m) - half, 0) for m in middle)
    x1, y1 = (round(m) + half + 1 for m in middle)
    data, noise, notes = cleaned(image.data[y0:y1, x0:x1], image, preprocessing, grid)
    return Window(data, (x0, y0), noise, find_islands(data, noise=noise), tuple(notes))


def cleaned(
    pixels: NDArray[np.floating], image: SkyImage, preprocessing: Preprocessing, grid: LocalGrid
) -> tuple[NDArray[np.float32], float, list[Note]]:
    """Return pixels without background, smoothed where needed, their noise, and what was done.

    Parameters
    ----------
    pixels : ndarray, shape (H, W)
        A part of the image or of one of its bands; it is copied.
    image : SkyImage
        Its unit, beam and coordinates.
    preprocessing : Preprocessing
        The beam that is wanted.
    grid : LocalGrid
        The image's pixels there.

    Returns
    -------
    data : ndarray, shape (H, W), float32
        NaN is blank.
    noise : float
        After smoothing.
    notes : list of Note
        ``background`` and ``beam-smoothed``, where that was done.
    """
    with np.errstate(over="ignore"):  # what float32 cannot hold counts as blank
        data = np.array(pixels, dtype=np.float32)
    data[~np.isfinite(data)] = np.nan
    notes: list[Note] = []
    level, noise = background(data)
    if abs(level) > PEDESTAL * noise > 0:
        data -= np.float32(level)
        notes.append(remarks.pedestal(level, noise, image.unit))
    beam = _beam_to_smooth(image, preprocessing, grid)
    if beam is not None:
        per_beam = "beam" in image.unit.lower()
        data = smooth(data, grid, beam, preprocessing.beam, per_beam=per_beam)
        noise = background(data)[1]
        notes.append(remarks.smoothed(beam, preprocessing, known=image.beam is not None))
    return data, noise, notes


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
