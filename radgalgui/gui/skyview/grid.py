"""Lines of equal longitude and latitude: how far apart, where they run, and what is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.skyview.aim import GLOBE, Aim
from radgalgui.sky.projection import TO_GALACTIC, Frame, directions

__all__ = ["Label", "Lines", "grid_lines", "latitude_text", "longitude_text", "plane_of_galaxy"]

APART = 110.0  # pixels between lines, at least
ALONG = 61  # places that a line is drawn through

#: Steps in degrees: parts of an hour for right ascension, parts of a degree for all others.
HOURS = tuple(
    15.0 * hours
    for hours in (
        *(2, 1, 1 / 2, 1 / 6, 1 / 12, 1 / 30, 1 / 60),
        *(s / 3600 for s in (30, 20, 10, 5, 2, 1, 1 / 2, 1 / 5, 1 / 10)),
    )
)
DEGREES = (
    *(30.0, 15.0, 10.0, 5.0, 2.0, 1.0),
    *(m / 60 for m in (30, 20, 10, 5, 2, 1)),
    *(s / 3600 for s in (30, 20, 10, 5, 2, 1)),
)


@dataclass(frozen=True)
class Lines:
    """Lines on the plane.

    Parameters
    ----------
    x, y : ndarray, shape (K, P)
        Degrees on the plane, line by line; NaN where a line has no place.
    values : ndarray, shape (K,)
        The longitude or latitude of each, degrees.
    step : float
        How far apart they are, degrees.
    """

    x: NDArray[np.floating]
    y: NDArray[np.floating]
    values: NDArray[np.float64]
    step: float


@dataclass(frozen=True)
class Label:
    """What is written at a place of the view, pixels."""

    x: float
    y: float
    text: str


def grid_lines(aim: Aim, width: float, height: float) -> tuple[Lines, Lines]:
    """Return meridians and parallels of a view of that many pixels."""
    scale = aim.scale(width, height)
    around, up = width / scale / 2, height / scale / 2
    step = _step(DEGREES, APART / scale)
    far = 1.1 * float(np.hypot(around, up))
    south, north = max(aim.lat - far, -90.0), min(aim.lat + far, 90.0)
    if aim.radius >= GLOBE or far > 55:
        south, north = -90.0, 90.0
    latest = max(abs(south), abs(north))
    wide = np.cos(np.deg2rad(min(abs(aim.lat), 85.0)))
    across = 180.0
    if latest < 85 and south > -90.0:
        across = min(180.0, 1.5 * around / np.cos(np.deg2rad(latest)))
    steps = HOURS if aim.frame == "icrs" else DEGREES
    hours = _step(steps, APART / scale / max(wide, 0.05), least=360 / 24 if across > 179 else 0)
    west, east = aim.lon - across, aim.lon + across
    return (
        _meridians(aim, hours, west, east, south, north),
        _parallels(aim, step, west, east, south, north),
    )


def plane_of_galaxy(aim: Aim) -> Lines | None:
    """Return the plane of the Galaxy; None where it is a parallel of the grid anyway."""
    if aim.frame == "galactic":
        return None
    lon = np.linspace(0.0, 360.0, 181)
    x, y = aim.projection.project(TO_GALACTIC.T @ directions(lon, np.zeros_like(lon)))
    return Lines(x[None], y[None], np.zeros(1), 0.0)


def longitude_text(value: float, step: float, frame: Frame) -> str:
    """Return a longitude with as many digits as its step needs; right ascension in hours."""
    if frame == "galactic":
        return f"{latitude_text(value % 360.0, step).lstrip('+')}"
    unit = 10 if step < 15 / 3600 - 1e-9 else 1
    ticks = round(value % 360.0 / 15 * 3600 * unit) % (86400 * unit)
    seconds, tenth = divmod(ticks, unit)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if step >= 15 - 1e-9:
        return f"{hour}h"
    text = f"{hour}h {minute:02d}m"
    if step >= 15 / 60 - 1e-9:
        return text
    return f"{text} {second:02d}{f'.{tenth}' if unit > 1 else ''}s"


def latitude_text(value: float, step: float) -> str:
    """Return a latitude with as many digits as its step needs."""
    sign = "-" if value < -1e-9 else "+" if value > 1e-9 else ""
    seconds = round(abs(value) * 3600)
    degree, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if step >= 1 - 1e-9:
        return f"{sign}{degree}°".replace("-", "−")
    text = f"{sign}{degree}° {minute:02d}′".replace("-", "−")
    return text if step >= 1 / 60 - 1e-9 else f"{text} {second:02d}″"


def _step(steps: tuple[float, ...], wanted: float, least: float = 0.0) -> float:
    """Return the finest step that is no finer than wanted; the coarsest where all are finer."""
    fits = [step for step in steps if step >= max(wanted, least)]
    return min(fits, default=steps[0])


def _multiples(step: float, low: float, high: float) -> NDArray[np.float64]:
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step


def _meridians(
    aim: Aim, step: float, west: float, east: float, south: float, north: float
) -> Lines:
    values = _multiples(step, west, east)
    values = values[np.abs(values - aim.lon) < 180.0 - 1e-6]  # that one is the rim
    lat = np.linspace(south, north, ALONG)
    return _lines(aim, values[:, None], lat[None, :], values, step)


def _parallels(
    aim: Aim, step: float, west: float, east: float, south: float, north: float
) -> Lines:
    values = _multiples(step, south, north)
    values = values[np.abs(values) < 90 - 1e-9]
    lon = np.linspace(west + 1e-6, east - 1e-6, ALONG)
    return _lines(aim, lon[None, :], values[:, None], values, step)


def _lines(
    aim: Aim,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    values: NDArray[np.float64],
    step: float,
) -> Lines:
    lon, lat = np.broadcast_arrays(lon, lat)
    vectors = directions(lon.ravel(), lat.ravel())
    if aim.frame == "galactic":
        vectors = TO_GALACTIC.T @ vectors
    x, y = aim.projection.project(vectors)
    return Lines(x.reshape(lon.shape), y.reshape(lon.shape), values, step)
