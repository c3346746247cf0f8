"""Where a pixel lies on the sky, in words: ICRS sexagesimal and degrees."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

__all__ = ["SkyReadout", "nice_length", "sexagesimal"]


class SkyReadout:
    """The celestial WCS of a picture; for a worker thread, building it imports astropy.

    Parameters
    ----------
    header : str
        A FITS header as text, with celestial axes.
    """

    def __init__(self, header: str) -> None:
        from astropy.io.fits import Header
        from astropy.wcs import WCS
        from astropy.wcs.utils import proj_plane_pixel_scales

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what was odd in the header is told by the notes
            self._wcs: Any = WCS(Header.fromstring(header)).celestial
        scales = proj_plane_pixel_scales(self._wcs) * 3600
        self.pixel_scale = float(np.sqrt(scales[0] * scales[1]))
        self._north: dict[tuple[int, int], float] = {}
        self.at(0.0, 0.0)  # the first conversion reads tables: not on the window's thread

    @property
    def wcs(self) -> Any:
        """The celestial `astropy.wcs.WCS`, for many places at once: see `sky.celestial`."""
        return self._wcs

    def at(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the ICRS position of a 0-based pixel in degrees, None where it has none."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sky = self._wcs.pixel_to_world(x, y).icrs
        ra, dec = float(sky.ra.deg), float(sky.dec.deg)
        return (ra, dec) if math.isfinite(ra) and math.isfinite(dec) else None

    def north(self, x: float, y: float) -> float:
        """Return the direction of north at a pixel: degrees from the y axis towards -x."""
        key = (round(x), round(y))
        if key not in self._north:
            here, up = self.at(x, y), self.at(x, y + 1)
            right = self.at(x + 1, y)
            self._north = {key: _north(here, right, up) if here and right and up else 0.0}
        return self._north[key]


def _north(here: tuple[float, float], right: tuple[float, float], up: tuple[float, float]) -> float:
    """Return the angle of the gradient of declination, from +y towards -x, degrees."""
    return math.degrees(math.atan2(-(right[1] - here[1]), up[1] - here[1]))


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
