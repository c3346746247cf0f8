"""One measurement: what was drawn, on which picture, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.measuring.kinds import Kind, Settings
from radgalgui.sky.image import Beam
from radgalgui.sky.measuring.aperture import Aperture, outline
from radgalgui.sky.measuring.distance import Distance, measure_distance
from radgalgui.sky.measuring.field import Field
from radgalgui.sky.measuring.flux import ANNULUS, Flux, measure_flux
from radgalgui.sky.measuring.profiles import Profile, line_profile, radial_profile
from radgalgui.sky.measuring.size import LargestSize, island_edges, measure_size

__all__ = [
    "Ground",
    "Measurement",
    "Result",
    "Wish",
    "field_of",
    "live_field",
    "measure",
    "reach_of",
]

Place = tuple[float, float]
Result = Distance | Flux | LargestSize | Profile
Lines = tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, eq=False)
class Ground:
    """What is measured on.

    Parameters
    ----------
    key : str
        Of the galaxy whose measurements belong together.
    galaxy : str
        Its name.
    sky : Sky
        The picture.
    reduction : int
        Pixels a side of the file's image that were averaged for each of the picture.
    """

    key: str
    galaxy: str
    sky: Sky
    reduction: int = 1


@dataclass(frozen=True)
class Wish:
    """What was drawn: places are 0-based pixels (x, y) of the ground."""

    kind: Kind
    places: tuple[Place, ...]
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, eq=False)
class Measurement:
    """What was measured.

    Parameters
    ----------
    number : int
        From 1, as it is written on the picture.
    wish : Wish
        What was drawn.
    ground : Ground
        What it was measured on.
    result : Distance, Flux, LargestSize or Profile
        What came of it.
    lines, faint : tuple of ndarray, each of shape (n, 2) or (n, 2, 2)
        Polylines or single strokes in pixels of the ground; ``faint`` are dashed.
    position : tuple of float or None
        ICRS degrees of the first place.
    """

    number: int
    wish: Wish
    ground: Ground
    result: Result
    lines: Lines
    faint: Lines = ()
    position: tuple[float, float] | None = None

    @property
    def kind(self) -> Kind:
        """What is measured."""
        return self.wish.kind

    @property
    def in_arcsec(self) -> bool:
        """Whether lengths are in arcsec; in pixels otherwise."""
        return self.ground.sky.readout is not None or self.ground.sky.pixel_scale > 0


def field_of(sky: Sky, typed: float = 0.0) -> Field:
    """Return a picture as what is measured on, with a WCS of its own: threads may not share one.

    ``typed`` is the width of a round beam, arcsec, for pictures without one.
    """
    field = live_field(sky)
    wcs = None if field.wcs is None else field.wcs.deepcopy()
    beam = Beam(typed, typed) if typed > 0 and field.beam is None else field.beam
    return replace(field, wcs=wcs, beam=beam)


def live_field(sky: Sky) -> Field:
    """Return a picture as what is measured on, for the window's thread alone."""
    wcs = sky.readout.wcs if sky.readout is not None else None
    beam = Beam(*sky.beam) if sky.beam and sky.beam[0] > 0 else None
    return Field(sky.values, sky.unit, wcs, beam, 0.0 if wcs is not None else sky.pixel_scale)


def reach_of(sky: Sky, start: Place, end: Place) -> Distance:
    """Return how far one pixel lies from another, for words beside the pointer."""
    return measure_distance(live_field(sky), start, end)


def measure(ground: Ground, seen: Field, wish: Wish) -> Measurement | None:
    """Measure what was drawn, number 0; None where there is nothing to be measured.

    Takes a moment: not for the window's thread.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where it lies off the sphere.
    """
    made = _MAKERS[wish.kind](seen, wish)
    if made is None:
        return None
    result, lines, faint = made
    at = seen.sky_of(*wish.places[0])
    position = None if at is None else (float(at[0]), float(at[1]))
    if position is not None and not all(map(math.isfinite, position)):
        position = None
    return Measurement(0, wish, ground, result, lines, faint, position)


Made = tuple[Result, Lines, Lines]


def _distance(seen: Field, wish: Wish) -> Made:
    start, end = wish.places
    return measure_distance(seen, start, end), (np.array(wish.places),), ()


def _flux(seen: Field, wish: Wish) -> Made:
    aperture = _aperture(seen, wish)
    told = measure_flux(seen, aperture, annulus=wish.settings.annulus)
    faint: Lines = ()
    if wish.settings.annulus:
        faint = tuple(outline(seen, aperture.grown(factor)) for factor in ANNULUS)
    return told, (outline(seen, aperture),), faint


def _aperture(seen: Field, wish: Wish) -> Aperture:
    """Return the ellipse whose longer axis was drawn from the centre outwards."""
    (x, y), rim = wish.places
    east, north = seen.jacobian(x, y) @ np.subtract(rim, (x, y))
    reach = math.hypot(east, north)
    angle = math.degrees(math.atan2(east, north)) % 180.0
    return Aperture(x, y, reach, reach * wish.settings.ratio, angle)


def _size(seen: Field, wish: Wish) -> Made | None:
    told = measure_size(seen, wish.places, sigma=wish.settings.sigma)
    if told is None:
        return None
    return told, (np.array(told.ends),), (island_edges(told.pixels),)


def _line(seen: Field, wish: Wish) -> Made:
    start, end = wish.places
    return line_profile(seen, start, end), (np.array(wish.places),), ()


def _radial(seen: Field, wish: Wish) -> Made:
    (x, y), rim = wish.places
    reach = measure_distance(seen, (x, y), rim).length
    ring = outline(seen, Aperture.circle(x, y, reach))
    return radial_profile(seen, (x, y), reach), (ring,), ()


_MAKERS = {
    Kind.DISTANCE: _distance,
    Kind.FLUX: _flux,
    Kind.SIZE: _size,
    Kind.LINE: _line,
    Kind.RADIAL: _radial,
}
