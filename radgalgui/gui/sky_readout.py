"""Where a pixel lies on the sky: ICRS, Galactic, and the frame of the header; and in words."""

from __future__ import annotations

import math
import warnings
from copy import copy
from typing import Any

import numpy as np

from radgalgui.sky.celestial import icrs_to_pixel, pixel_jacobian, pixel_to_icrs
from radgalgui.sky.frames import rotation, turned

__all__ = ["SkyReadout", "nice_length", "sexagesimal"]


class SkyReadout:
    """The celestial WCS of a picture; for a worker thread, building it imports astropy.

    Parameters
    ----------
    header : str
        A FITS header as text, with celestial axes.
    """

    def __init__(self, header: str) -> None:
        from astropy.coordinates import Galactic
        from astropy.io.fits import Header
        from astropy.wcs import WCS
        from astropy.wcs.utils import proj_plane_pixel_scales, wcs_to_celestial_frame

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what was odd in the header is told by the notes
            self._wcs: Any = WCS(Header.fromstring(header)).celestial
            frame = wcs_to_celestial_frame(self._wcs)
        scales = proj_plane_pixel_scales(self._wcs) * 3600
        self.pixel_scale = float(np.sqrt(scales[0] * scales[1]))
        self.frame = str(frame.name)
        self.equinox = float(frame.equinox.byear) if self.frame == "fk4" else 2000.0
        self._to_icrs: Any = rotation(Galactic())
        self._north: dict[tuple[int, int], float] = {}
        self.at(0.0, 0.0)  # the first conversion reads tables: not on the window's thread

    @property
    def wcs(self) -> Any:
        """The celestial `astropy.wcs.WCS`, for many places at once: see `sky.celestial`."""
        return self._wcs

    def apart(self) -> SkyReadout:
        """Return the same with a WCS of its own: two threads may not use one at once."""
        made = copy(self)
        made._wcs, made._north = self._wcs.deepcopy(), {}
        return made

    def at(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the ICRS position of a 0-based pixel in degrees, None where it has none."""
        return _pair(pixel_to_icrs(self._wcs, x, y))

    def pixel_at(self, ra: float, dec: float) -> tuple[float, float] | None:
        """Return the 0-based pixel (x, y) of an ICRS position, None where it has none."""
        return _pair(icrs_to_pixel(self._wcs, ra, dec))

    def galactic(self, ra: float, dec: float) -> tuple[float, float]:
        """Return Galactic longitude and latitude of an ICRS position, degrees."""
        lon, lat = turned(self._to_icrs.T, ra, dec)
        return float(lon), float(lat)

    def besselian(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the FK4 position of a 0-based pixel where the header is in FK4, else None.

        Right ascension and declination of the header's ``equinox``, nearly always B1950.
        """
        if self.frame != "fk4":
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            world = self._wcs.all_pix2world(x, y, 0)
        found = _pair((world[self._wcs.wcs.lng], world[self._wcs.wcs.lat]))
        return None if found is None else (found[0] % 360.0, found[1])

    def north(self, x: float, y: float) -> float:
        """Return the direction of north at a pixel: degrees from the y axis towards -x."""
        key = (round(x), round(y))
        if key not in self._north:
            self._north = {key: _north(self._wcs, x, y)}
        return self._north[key]


def _pair(values: tuple[Any, Any]) -> tuple[float, float] | None:
    one, other = float(values[0]), float(values[1])
    return (one, other) if math.isfinite(one) and math.isfinite(other) else None


def _north(wcs: Any, x: float, y: float) -> float:
    """Return where one arcsec north leads, from +y towards -x, degrees; 0 off the sphere."""
    try:
        step = np.linalg.solve(pixel_jacobian(wcs, x, y), [0.0, 1.0])
    except np.linalg.LinAlgError:
        return 0.0
    return math.degrees(math.atan2(-step[0], step[1]))


def sexagesimal(ra: float, dec: float, *, decimals: int = 2) -> str:
    """Return ``13:45:41.23 +23:22:53.4``, rounded to ``decimals`` of a second of time."""
    return f"{_split(ra % 360 / 15, decimals, wrap=24)} {_signed(dec, max(decimals - 1, 0))}"


def _signed(dec: float, decimals: int) -> str:
    return ("-" if dec < 0 else "+") + _split(abs(dec), decimals)


def _split(value: float, decimals: int, *, wrap: int | None = None) -> str:
    unit = 10**decimals
    ticks = round(value * 3600 * unit)
    if wrap is not None:
        ticks %= wrap * 3600 * unit
    seconds, fraction = divmod(ticks, unit)
    minutes, second = divmod(seconds, 60)
    whole, minute = divmod(minutes, 60)
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{whole:02d}:{minute:02d}:{second:02d}{tail}"


def nice_length(most: float) -> tuple[float, str]:
    """Return the largest round angle up to ``most`` arcsec, and its name."""
    seconds = [m * 10.0**e for e in range(-2, 2) for m in (1, 2, 5)] + [30.0]
    rounds = sorted(
        {*seconds, *(60.0 * m for m in (1, 2, 5, 10, 20, 30)), *(3600.0 * d for d in (1, 2, 5, 10))}
    )
    best = max((r for r in rounds if r <= most), default=rounds[0])
    if best >= 3600:
        return best, f"{best / 3600:g}°"
    return best, f"{best / 60:g}′" if best >= 60 else f"{best:g}″"
