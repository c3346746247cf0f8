"""The largest angular size of what rises above the noise around a place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.sky.measuring.distance import measure_distance
from radgalgui.sky.measuring.flux import Flux, flux_of_pixels
from radgalgui.sky.measuring.island import nearest_bright, pixels_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from radgalgui.sky.measuring.field import Field

__all__ = ["LargestSize", "beam_along", "island_edges", "measure_size"]

_NEAR = 3.0
"""Pixels from a click within which an island is meant, or half a beam where that is wider."""


@dataclass(frozen=True, eq=False)
class LargestSize:
    """How large a source is above a multiple of the noise.

    Parameters
    ----------
    length : float
        Largest distance from edge to edge, arcsec (or pixels).
    position_angle : float
        Of the line between the two farthest pixels, degrees from north to east in [0, 180); NaN
        for a single pixel.
    deconvolved : float
        The same without the beam, the root of the difference of the squares; NaN where the beam
        is not known or the source is not resolved.
    resolved : bool
        Whether it is larger, by a pixel at least, than a point as bright as its peak would be at
        this level; True where the beam is not known.
    threshold : float
        The level, in the image's unit.
    sigma : float
        The level over the noise; NaN where that is not known, and all above zero was taken.
    ends : tuple
        The two farthest pixels, (x, y) each.
    pixels : ndarray, shape (n, 2)
        All of its pixels (x, y).
    flux : Flux
        Of these pixels.
    touches_edge : bool
        Whether it may go on outside the image or beneath blanks.
    """

    length: float
    position_angle: float
    deconvolved: float
    resolved: bool
    threshold: float
    sigma: float
    ends: tuple[tuple[float, float], tuple[float, float]]
    pixels: NDArray[np.int64]
    flux: Flux
    touches_edge: bool


def measure_size(
    field: Field, places: Sequence[tuple[float, float]], *, sigma: float = 3.0
) -> LargestSize | None:
    """Measure the islands under one or more places as one source.

    Parameters
    ----------
    field : Field
        The noise is that around the first place.
    places : sequence of tuple
        0-based pixels (x, y); beside an island, the nearest within 3 pixels or half a beam.
    sigma : float
        Pixels above ``sigma`` times the noise belong to islands; neighbours share sides or
        corners.  Where the noise is not known all positive pixels do, which is right for images
        that have been clipped.

    Returns
    -------
    LargestSize or None
        None where no island lies at any of the places.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the place lies off the projected sphere.

    Notes
    -----
    The length is the distance between the centres of the two farthest pixels along the great
    circle, and half a pixel more at each end.
    """
    noise = field.noise_at(*places[0])
    level = sigma * noise
    seeds = [nearest_bright(field.values, level, at, _reach(field, at)) for at in places]
    x, y = pixels_around(field.values, level, [seed for seed in seeds if seed is not None])
    return _measured(field, x, y, sigma, noise) if x.size else None


def _reach(field: Field, place: tuple[float, float]) -> float:
    """Return how far from a place an island may lie that is meant, pixels."""
    per_beam = field.pixels_per_beam(*place)
    return max(_NEAR, math.sqrt(per_beam / math.pi) if math.isfinite(per_beam) else 0.0)


def _measured(
    field: Field, x: NDArray[np.int64], y: NDArray[np.int64], sigma: float, noise: float
) -> LargestSize:
    flux = flux_of_pixels(field, x, y)
    start, end = _farthest(field, x, y)
    along = measure_distance(field, start, end)
    step = _pixel_along(field, start, end)
    length, angle = along.length + step, along.position_angle % 180.0
    threshold = sigma * noise
    width = beam_along(field, angle) if field.in_arcsec else math.nan
    point = math.nan
    if threshold > 0:
        point = width * math.sqrt(math.log2(max(flux.peak / threshold, 1.0))) + step
    resolved = not length <= point + step  # noise at the edges makes for a pixel
    rest = length**2 - width**2
    return LargestSize(
        length=length,
        position_angle=angle,
        deconvolved=math.sqrt(rest) if resolved and rest > 0 else math.nan,
        resolved=resolved,
        threshold=threshold,
        sigma=sigma if noise > 0 else math.nan,
        ends=(start, end),
        pixels=np.stack([x, y], axis=1),
        flux=flux,
        touches_edge=_touches_edge(field, x, y),
    )


def beam_along(field: Field, position_angle: float) -> float:
    """Return the beam's full width along a direction, arcsec; NaN where it is not known.

    The mean of both axes where the direction is NaN.
    """
    if field.beam is None:
        return math.nan
    major, minor = field.beam.major, field.beam.minor
    if not math.isfinite(position_angle):
        return math.sqrt(major * minor)
    turn = math.radians(position_angle - field.beam.position_angle)
    return 1.0 / math.hypot(math.cos(turn) / major, math.sin(turn) / minor)


def _farthest(
    field: Field, x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two pixels farthest apart in arcsec: both are corners of the hull."""
    from scipy.spatial.distance import pdist, squareform

    at = _hull(np.stack([x, y], axis=1))
    if len(at) == 1:
        return (float(at[0, 0]), float(at[0, 1])), (float(at[0, 0]), float(at[0, 1]))
    flat = at @ field.jacobian(float(np.mean(x)), float(np.mean(y))).T
    apart = squareform(pdist(flat))
    one, other = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return (float(at[one, 0]), float(at[one, 1])), (float(at[other, 0]), float(at[other, 1]))


def _hull(at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the corners of the convex hull; all points where they lie on one line."""
    from scipy.spatial import ConvexHull, QhullError

    if len(at) < 4:
        return at
    try:
        return np.asarray(at[ConvexHull(at).vertices])
    except QhullError:
        return np.asarray(at[[np.lexsort(at.T)[0], np.lexsort(at.T)[-1]]])


def _pixel_along(field: Field, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the length of one pixel along a line, arcsec; its side for no line."""
    way = np.subtract(end, start)
    length = float(np.hypot(*way))
    jacobian = field.jacobian(*start)
    if length == 0:
        return math.sqrt(abs(float(np.linalg.det(jacobian))))
    return float(np.hypot(*(jacobian @ way))) / length


def _touches_edge(field: Field, x: NDArray[Any], y: NDArray[Any]) -> bool:
    height, width = field.values.shape
    if x.min() == 0 or y.min() == 0 or x.max() == width - 1 or y.max() == height - 1:
        return True
    around = [field.values[y + down, x + right] for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return not bool(np.isfinite(around).all())


def island_edges(pixels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the outline of pixels as the sides that bound them.

    Parameters
    ----------
    pixels : ndarray, shape (n, 2)
        (x, y) of each.

    Returns
    -------
    ndarray, shape (m, 2, 2)
        Both ends (x, y) of each side, 0-based pixels: the side between 0 and 1 lies at 0.5.
    """
    first = pixels.min(axis=0) - 1
    shape = pixels.max(axis=0) - first + 2
    inside = np.zeros((shape[1], shape[0]), dtype=bool)
    inside[pixels[:, 1] - first[1], pixels[:, 0] - first[0]] = True
    row, column = np.nonzero(inside[:, 1:] != inside[:, :-1])
    upright = _sides(column + 0.5, row - 0.5, column + 0.5, row + 0.5)
    row, column = np.nonzero(inside[1:] != inside[:-1])
    level = _sides(column - 0.5, row + 0.5, column + 0.5, row + 0.5)
    return np.asarray(np.concatenate([upright, level]) + first)


def _sides(*ends: NDArray[Any]) -> NDArray[np.float64]:
    return np.stack(ends, axis=1).reshape(-1, 2, 2)
