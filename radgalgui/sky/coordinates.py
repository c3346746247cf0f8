"""Positions as astronomers write and type them: sexagesimal, degrees, Galactic, and as names."""

from __future__ import annotations

import math
import re

from radgalgui.errors import UsageError
from radgalgui.sky.image import SkyPosition

__all__ = ["parse_position", "position_name"]

_REMEDY = "write it like 13:45:41.23 +23:22:53.4, or in degrees like 206.421792 +23.381500"
_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_MARKS = str.maketrans(
    {"′": "m", "'": "m", "’": "m", "″": "s", '"': "s", "”": "s", "°": "d", "−": "-", "–": "-"}
)
_PACKED = re.compile(r"(\d\d)(\d\d)(\d\d(?:\.\d*)?)([+-]\d\d)(\d\d)(\d\d(?:\.\d*)?)")
_GALACTIC = re.compile(
    rf"(?:gal(?:actic)?|g(?=\d)|l\s*[=,]?)\s*(?P<l>[-+]?(?:{_NUMBER}))"
    rf"(?:\s*[,;\s]\s*(?:b\s*=?\s*)?|(?=[-+]))(?P<b>[-+]?(?:{_NUMBER}))",
    re.IGNORECASE,
)
_NEW, _OLD = r"icrs|fk5|j2000(?:\.0)?", r"fk4|b1950(?:\.0)?"
_FRAMED = re.compile(
    rf"(?:(?:{_NEW}|j|(?P<before>{_OLD}|b(?=\d{{6}})))[\s:]*(?=[\d+.-]))?"
    rf"(?P<place>.*?)(?:[\s,]*\(?(?:{_NEW}|(?P<behind>{_OLD}))\)?)?"
)


def parse_position(text: str) -> SkyPosition:
    """Read a position as people type it.

    Parameters
    ----------
    text : str
        Right ascension and declination, ICRS.  Two numbers are degrees.  Six are hours, minutes,
        seconds and degrees, minutes, seconds, and four the same without seconds, parted by
        colons, blanks or units (``h m s``, ``d m s``, ``° ′ ″``); a comma may stand between the
        two.  ``-00 30 00`` lies south of the equator.  ``J134541.2+232253`` is read as
        catalogues name sources.  With ``B1950`` or ``FK4`` before or behind it, and with a ``B``
        in place of the ``J``, it is of that equinox.  ``l=20.1 b=+75.2``, ``galactic 20.1 75.2``
        and ``G020.1+75.2`` are Galactic degrees.

    Raises
    ------
    UsageError
        If it cannot be read, or is not on the sphere.
    """
    if galactic := _GALACTIC.fullmatch(text.strip()):
        return _from_galactic(float(galactic["l"]), float(galactic["b"]), text)
    plain = text.strip().lower()
    framed = _FRAMED.fullmatch(plain)
    old = framed is not None and bool(framed["before"] or framed["behind"])
    plain = (framed["place"] if framed is not None else plain).replace("''", '"').translate(_MARKS)
    plain = _PACKED.sub(r"\1:\2:\3 \4:\5:\6", plain)
    first, second = _halves(plain, text)
    in_hours = _is_sexagesimal(first) and not re.search(r"\d\s*d", first)
    ra = _angle(first, text) * (15.0 if in_hours else 1.0)
    dec = _angle(second, text)
    place = _on_sphere(ra, dec, text)
    return _from_b1950(place) if old else place


def position_name(ra: float, dec: float) -> str:
    """Return ``Jhhmmss.s+ddmmss`` for ICRS degrees, "" where a position is NaN or infinite.

    Truncated, never rounded, as the IAU asks.
    """
    if not (math.isfinite(ra) and math.isfinite(dec)):
        return ""
    # What floating point took off the last digit is given back before it is cut.
    tenths = math.floor(round(ra % 360.0 / 15.0 * 36000.0, 6)) % (24 * 36000)
    hours, rest = divmod(tenths, 36000)
    minutes, rest = divmod(rest, 600)
    seconds = math.floor(round(abs(dec) * 3600.0, 6))
    sign = "-" if dec < 0 else "+"
    degrees = f"{sign}{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"
    return f"J{hours:02d}{minutes:02d}{rest // 10:02d}.{rest % 10}{degrees}"


def _halves(plain: str, text: str) -> tuple[str, str]:
    """Split into right ascension and declination."""
    if "," in plain or ";" in plain:
        parts = [part.strip() for part in re.split(r"[,;]", plain)]
        if len(parts) == 2 and all(parts):
            return parts[0], parts[1]
        raise _unreadable(text)
    signed = re.fullmatch(r"(\+?[^+-]+?)\s*([+-][^+-]+)", plain)
    if signed:
        return signed[1].strip(), signed[2].strip()
    words = plain.split()
    if len(words) % 2 or not words:
        raise _unreadable(text)
    half = len(words) // 2
    return " ".join(words[:half]), " ".join(words[half:])


def _is_sexagesimal(part: str) -> bool:
    return len(re.findall(_NUMBER, part)) > 1 or "h" in part


def _angle(part: str, text: str) -> float:
    """Return a signed angle in the unit of its first number."""
    sign = r"(?P<sign>[+-])?\s*"
    units = (r"[:hd\s]", r"[:m\s]", r"s?")
    pattern = (
        rf"{sign}(?P<a>{_NUMBER})\s*(?:{units[0]}\s*(?:(?P<b>{_NUMBER})\s*"
        rf"(?:{units[1]}\s*(?:(?P<c>{_NUMBER})\s*{units[2]})?)?)?)?"
    )
    found = re.fullmatch(pattern, part.strip())
    if found is None:
        raise _unreadable(text)
    numbers = [float(found[name]) for name in "abc" if found[name]]
    if any(number >= 60.0 for number in numbers[1:]):
        raise UsageError(
            "minutes and seconds are below 60", subject=f"position {text!r}", remedy=_REMEDY
        )
    value = math.fsum(number / 60.0**power for power, number in enumerate(numbers))
    return -value if found["sign"] == "-" else value


def _on_sphere(ra: float, dec: float, text: str) -> SkyPosition:
    if not -90.0 <= dec <= 90.0:
        raise UsageError(
            f"a declination of {dec:g} degrees is not on the sphere",
            subject=f"position {text!r}",
            remedy="declinations run from -90 to +90",
        )
    if not 0.0 <= ra <= 360.0:
        raise UsageError(
            f"a right ascension of {ra:g} degrees is not on the sphere",
            subject=f"position {text!r}",
            remedy="right ascensions run from 0 to 360 degrees, or 0 to 24 hours",
        )
    return SkyPosition(ra % 360.0, dec)


def _from_galactic(longitude: float, latitude: float, text: str) -> SkyPosition:
    from astropy.coordinates import SkyCoord

    _on_sphere(longitude % 360.0, latitude, text)
    icrs = SkyCoord(longitude, latitude, unit="deg", frame="galactic").icrs
    return SkyPosition(float(icrs.ra.deg), float(icrs.dec.deg))


def _from_b1950(place: SkyPosition) -> SkyPosition:
    from astropy.coordinates import SkyCoord

    icrs = SkyCoord(place.ra, place.dec, unit="deg", frame="fk4", equinox="B1950").icrs
    return SkyPosition(float(icrs.ra.deg), float(icrs.dec.deg))


def _unreadable(text: str) -> UsageError:
    return UsageError("cannot be read", subject=f"position {text!r}", remedy=_REMEDY)
