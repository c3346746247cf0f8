"""The source that is meant in an image, measured without a hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import ImageError
from radgalgui.sky.celestial import local_grid
from radgalgui.sky.islands import find_islands
from radgalgui.sky.measuring.aperture import Aperture
from radgalgui.sky.measuring.field import Field
from radgalgui.sky.measuring.flux import Flux, measure_flux
from radgalgui.sky.measuring.size import LargestSize, measure_size
from radgalgui.sky.sources import choose_source, choosing_scale

if TYPE_CHECKING:
    from radgalgui.sky.image import Beam, SkyImage, SkyPosition

__all__ = ["Ask", "Measured", "measure_source"]

Place = tuple[float, float]


@dataclass(frozen=True)
class Ask:
    """What is to be measured.

    Parameters
    ----------
    position : SkyPosition, optional
        Where the source lies.  By default the source that is meant, all of its islands.
    sigma : float
        Times the noise above which its islands rise.
    aperture : tuple of float, optional
        Semi-axes, arcsec, and position angle, degrees, of an ellipse to add up.
    annulus : bool
        Whether the level of the sky around the ellipse is subtracted.
    beam : Beam, optional
        Of images whose header tells none.
    """

    position: SkyPosition | None = None
    sigma: float = 3.0
    aperture: tuple[float, float, float] | None = None
    annulus: bool = False
    beam: Beam | None = None


@dataclass(frozen=True)
class Measured:
    """What came of it.

    Parameters
    ----------
    pixel : tuple of float
        The source's place, 0-based.
    position : SkyPosition or None
        The same on the sky.
    noise : float
        Around it, in the image's unit.
    size : LargestSize or None
        None where nothing rises above the noise there.
    flux : Flux or None
        Of the aperture, where one was asked for.
    """

    pixel: Place
    position: SkyPosition | None
    noise: float
    size: LargestSize | None
    flux: Flux | None


def measure_source(image: SkyImage, ask: Ask) -> Measured:
    """Measure a source of an image.

    Raises
    ------
    ImageError
        If the image has no coordinates to find the position by, no source stands out in it, or
        it lies at the limb of the projected sphere.
    """
    try:
        return _measured(image, ask)
    except np.linalg.LinAlgError:
        raise ImageError(
            "the source lies off the projected sphere, or at its limb",
            subject=image.origin or image.name,
            remedy="give another position",
        ) from None


def _measured(image: SkyImage, ask: Ask) -> Measured:
    field = Field.of_image(image)
    if field.beam is None:
        field = replace(field, beam=ask.beam)
    places = _meant(image, field, ask.sigma) if ask.position is None else [_asked(image, ask)]
    pixel = places[0]
    flux = None
    if ask.aperture is not None:
        flux = measure_flux(field, Aperture(*pixel, *ask.aperture), annulus=ask.annulus)
    return Measured(
        pixel=pixel,
        position=image.pixel_to_sky(*pixel),
        noise=field.noise_at(*pixel),
        size=measure_size(field, places[1:] or places, sigma=ask.sigma),
        flux=flux,
    )


def _asked(image: SkyImage, ask: Ask) -> Place:
    """Return the pixel of the position."""
    subject = image.origin or image.name
    if image.wcs is None or ask.position is None:
        raise ImageError(
            "the image has no sky coordinates to find a position by",
            subject=subject,
            remedy="leave the position out",
        )
    x, y = image.sky_to_pixel(ask.position)
    height, width = image.data.shape
    if not (-0.5 <= x < width - 0.5 and -0.5 <= y < height - 0.5):
        raise ImageError(
            "the position lies outside the image", subject=subject, remedy="give one inside it"
        )
    return x, y


def _meant(image: SkyImage, field: Field, sigma: float) -> list[Place]:
    """Return the centre of the source that is meant, then the peaks of its islands."""
    height, width = image.data.shape
    middle = ((width - 1) / 2, (height - 1) / 2)
    noise = field.noise_at(*middle)
    scale = 1.8 if image.wcs is None else local_grid(image.wcs, *middle).scale
    scale = choosing_scale(scale, field.beam)
    islands = find_islands(image.data, noise=noise, sigma=sigma, peak_sigma=max(sigma, 5.0))
    source = choose_source(islands, middle, scale=scale, noise=noise)
    if source is None:
        raise ImageError(
            "no source stands out in the image",
            subject=image.origin or image.name,
            remedy="give its position",
        )
    peaks = [(float(island.peak[0]), float(island.peak[1])) for island in source.islands]
    return [source.centre, *peaks]
