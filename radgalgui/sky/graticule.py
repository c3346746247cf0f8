"""Lines of equal longitude and latitude over an image, from its WCS itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from astropy.wcs import WCS
    from numpy.typing import ArrayLike, NDArray

__all__ = ["GridLine", "graticule", "to_frame", "to_pixel"]

Frame = Literal["icrs", "galactic"]

_SAMPLES = 25  # pixels a side at which the region is looked at
_POINTS = 81  # of a line
_POLE = 89.0
_LEAP = 4.0  # no map stretches from one point of a line to the next as much as that
_SECONDS = (1, 2, 5, 10, 15, 20, 30)
#: Steps of latitude, degrees.
_DEGREES = (
    *(m * 10.0**e / 3600 for e in (-3, -2, -1) for m in (1, 2, 5)),
    *(s / 3600 for s in _SECONDS),
    *(s / 60 for s in _SECONDS),
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0),
)
#: Steps of right ascension, degrees: round in time.
_HOURS = (
    *(m * 10.0**e / 240 for e in (-4, -3, -2, -1) for m in (1, 2, 5)),
    *(s / 240 for s in _SECONDS),
    *(s / 4 for s in _SECONDS),
    *(15.0, 30.0, 45.0, 60.0),
)


@dataclass(frozen=True)
class GridLine:
    """A line of the grid.

    Parameters
    ----------
    kind : {"lon", "lat"}
        Which coordinate is the same all along it.
    value : float
        Of that coordinate, degrees.
    x, y : ndarray, shape (P,)
        0-based pixels; NaN where the projection has none, or where the line begins anew.
    text : str
        The coordinate, as exact as the step of the grid asks for.
    """

    kind: Literal["lon", "lat"]
    value: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    text: str


def graticule(
    wcs: WCS, part: tuple[float, float, float, float], *, frame: Frame = "icrs", lines: float = 4.0
) -> list[GridLine]:
    """Return the grid over a part of an image.

    Parameters
    ----------
    wcs : `astropy.wcs.WCS`
        Celestial, in any frame.
    part : tuple of float
        Least x and y, greatest x and y, 0-based pixels; may reach beyond the image.
    frame : {"icrs", "galactic"}
        Of the grid.
    lines : float
        About how many of each kind are wanted.

    Returns
    -------
    list of GridLine
        Steps are round: in right ascension seconds, minutes and hours of time.  Empty where no
        pixel of the part lies on the sky.
    """
    sky = _region(wcs, part, frame)
    if sky is None:
        return []
    (west, east), (south, north) = sky
    middle = np.radians(np.clip((south + north) / 2, -_POLE, _POLE))
    lat_step = _step(_DEGREES, (north - south) / lines)
    time = frame == "icrs"
    # Meridians as far apart as parallels on the sky, unless they run together at a pole.
    wanted = max((east - west) / (1.4 * lines), lat_step / max(np.cos(middle), 0.02) * 0.75)
    lon_step = _step(_HOURS if time else _DEGREES, min(wanted, 60.0))
    lons = _rounds(west, east, lon_step)
    if east - west >= 360.0 - 1e-9:
        lons = np.arange(0.0, 360.0 - lon_step / 2, lon_step)
    made = [
        _line("lon", wcs, frame, np.full(_POINTS, lon), _spread(south, north, -90, 90), part)
        for lon in lons
    ]
    made += [
        _line(
            "lat", wcs, frame, _spread(west, east, west - 1, east + 1), np.full(_POINTS, lat), part
        )
        for lat in _rounds(south, north, lat_step)
        if abs(lat) < 90.0
    ]
    texts = {"lon": (_hours if time else _plain, lon_step), "lat": (_degrees, lat_step)}
    return [
        GridLine(kind, value, x, y, texts[kind][0](value, texts[kind][1]))
        for kind, value, x, y in made
        if np.isfinite(x).any()
    ]


def to_frame(
    wcs: WCS, x: ArrayLike, y: ArrayLike, frame: Frame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude, degrees, of 0-based pixels in a frame; NaN off the sky."""
    from radgalgui.sky.celestial import pixel_to_icrs
    from radgalgui.sky.frames import turned

    ra, dec = pixel_to_icrs(wcs, x, y)
    return (ra, dec) if frame == "icrs" else turned(_galactic().T, ra, dec)


def to_pixel(
    wcs: WCS, lon: ArrayLike, lat: ArrayLike, frame: Frame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 0-based pixels of longitudes and latitudes of a frame; NaN off the projection."""
    from radgalgui.sky.celestial import icrs_to_pixel
    from radgalgui.sky.frames import turned

    if frame == "galactic":
        lon, lat = turned(_galactic(), lon, lat)
    return icrs_to_pixel(wcs, np.asarray(lon, float) % 360.0, lat)


def _galactic() -> NDArray[np.float64]:
    from astropy.coordinates import Galactic

    from radgalgui.sky.frames import rotation

    turn = rotation(Galactic())
    assert turn is not None  # it is one
    return turn


def _region(
    wcs: WCS, part: tuple[float, float, float, float], frame: Frame
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the ranges of longitude and latitude of a part; the first may pass 0 or 360."""
    x0, y0, x1, y1 = part
    x, y = np.meshgrid(np.linspace(x0, x1, _SAMPLES), np.linspace(y0, y1, _SAMPLES))
    lon, lat = (v.ravel() for v in to_frame(wcs, x, y, frame))
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return None
    lon, lat = lon[known], lat[known]
    south, north = float(lat.min()), float(lat.max())
    a = np.radians(lon)
    centre = float(np.degrees(np.arctan2(np.sin(a).mean(), np.cos(a).mean())))
    away = (lon - centre + 180.0) % 360.0 - 180.0
    west, east = centre + float(away.min()), centre + float(away.max())
    for pole in (90.0, -90.0):
        px, py = to_pixel(wcs, centre, pole, frame)
        if x0 <= px <= x1 and y0 <= py <= y1:
            south, north = min(south, pole), max(north, pole)
            west, east = 0.0, 360.0
    if east - west > 300.0:
        west, east = 0.0, 360.0
    return (west, east), (south, north)


def _step(steps: tuple[float, ...], wanted: float) -> float:
    """Return the round step whose ratio to the one wanted is nearest to 1."""
    return min(steps, key=lambda step: abs(np.log(step / max(wanted, 1e-12))))


def _rounds(low: float, high: float, step: float) -> NDArray[np.float64]:
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return np.arange(first, last + 1) * step


def _spread(low: float, high: float, least: float, most: float) -> NDArray[np.float64]:
    """Return points from end to end of a line, and a little beyond."""
    room = (high - low) * 0.05
    return np.linspace(max(low - room, least), min(high + room, most), _POINTS)


def _line(
    kind: Literal["lon", "lat"],
    wcs: WCS,
    frame: Frame,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    part: tuple[float, float, float, float],
) -> tuple[Literal["lon", "lat"], float, NDArray[np.float64], NDArray[np.float64]]:
    """Return a line without what is far from the part, and broken where a map's edge breaks it."""
    x, y = (np.array(v, float) for v in to_pixel(wcs, lon, lat, frame))
    x0, y0, x1, y1 = part
    wide, high = x1 - x0, y1 - y0
    far = (x < x0 - wide) | (x > x1 + wide) | (y < y0 - high) | (y > y1 + high)
    jump = _jumps(x, y, 0.5 * float(np.hypot(wide, high)))
    x[far], y[far] = np.nan, np.nan
    if len(breaks := np.flatnonzero(jump) + 1):
        x, y = np.insert(x, breaks, np.nan), np.insert(y, breaks, np.nan)
    return kind, float(lon[0] % 360.0 if kind == "lon" else lat[0]), x, y


def _jumps(x: NDArray[np.float64], y: NDArray[np.float64], most: float) -> NDArray[np.bool_]:
    """Tell which steps of a line lead from one edge of a map to another, shape (P - 1,).

    Those longer than ``most``, or many times as long as the steps beside them: next to the poles
    the edges of a map of the whole sky lie close together.
    """
    steps = np.hypot(np.diff(x), np.diff(y))
    beside = np.fmax(np.append(np.nan, steps[:-1]), np.append(steps[1:], np.nan))
    with np.errstate(invalid="ignore"):
        jumps: NDArray[np.bool_] = (steps > most) | (steps > _LEAP * beside)
    return jumps


def _hours(lon: float, step: float) -> str:
    """Return a right ascension in hours, minutes and seconds of time."""
    return _split(lon % 360.0 / 15.0, step / 15.0, ("h", "m", "s"), wrap=24)


def _degrees(lat: float, step: float) -> str:
    """Return a latitude in degrees, arcminutes and arcseconds."""
    return ("−" if lat < -1e-12 else "+") + _split(abs(lat), step, ("°", "′", "″"))


def _plain(lon: float, step: float) -> str:
    return _split(lon % 360.0, step, ("°", "′", "″"), wrap=360)


def _split(value: float, step: float, units: tuple[str, str, str], wrap: int = 0) -> str:
    seconds = step * 3600.0
    decimals = max(0, -int(np.floor(np.log10(seconds) + 1e-9))) if seconds < 1 else 0
    ticks = round(value * 3600.0 * 10**decimals)
    if wrap:
        ticks %= wrap * 3600 * 10**decimals
    whole, fraction = divmod(ticks, 10**decimals)
    minutes, second = divmod(whole, 60)
    first, minute = divmod(minutes, 60)
    text = f"{first:02d}{units[0]}"
    if seconds < 3600 or minute or second:
        text += f"{minute:02d}{units[1]}"
    if seconds < 60 or second:
        tail = f".{fraction:0{decimals}d}" if decimals else ""
        text += f"{second:02d}{tail}{units[2]}"
    return text
