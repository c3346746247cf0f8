"""The units and frame of a table's columns: told by the table, or given away by the values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from radgalgui.jobs.survey.profiles import Profile, words_of
from radgalgui.jobs.survey.values import ARCSEC, JANSKY

__all__ = ["told_unit", "units_of"]

_ANGLE_UNITS: Final[Mapping[str, str]] = {
    "deg": "deg", "degree": "deg", "degrees": "deg", "d": "deg", "hour": "hour", "hours": "hour",
    "h": "hour", "hr": "hour", "hourangle": "hour", "rad": "rad", "radian": "rad",
    "radians": "rad",
}  # fmt: skip


_UNIT_ENDINGS: Final[Mapping[str, str]] = {
    "deg": "deg", "degrees": "deg", "hours": "hour", "hour": "hour", "hr": "hour", "h": "hour",
    "rad": "rad", "radians": "rad",
}  # fmt: skip


def units_of(frame: str, roles: Mapping[str, Profile]) -> dict[str, str]:
    """Return units and frame, as far as the table tells them or values give them away."""
    options: dict[str, str] = {}
    if "ra" in roles and "dec" in roles:
        options |= _angle_units(roles["ra"], roles["dec"])
        names = " ".join(words_of(roles["ra"].column.name) + words_of(roles["dec"].column.name))
        ucd = roles["ra"].column.ucd.lower()
        options["frame"] = frame or "icrs"
        if "pos.galactic" in ucd or re.search(r"\bglon\b", names):
            options["frame"] = "galactic"
        elif "1950" in names:
            options["frame"] = "fk4"
    if "angular_size" in roles:
        options |= _measure_unit("angular_size_unit", roles["angular_size"], _SIZE_UNITS)
    if "flux" in roles:
        options |= _measure_unit("flux_unit", roles["flux"], _FLUX_UNITS)
    return options


_SIZE_UNITS: Final = {1.0: "arcsec", 60.0: "arcmin", 3600.0: "deg", 1e-3: "mas"}
_FLUX_UNITS: Final = {1.0: "Jy", 1e-3: "mJy", 1e-6: "uJy"}


def _measure_unit(option: str, profile: Profile, units: Mapping[float, str]) -> dict[str, str]:
    """Return the unit of sizes or fluxes, from the table or from the column's name."""
    known = ARCSEC if units is _SIZE_UNITS else JANSKY
    told = profile.column.unit.strip().lower().replace(" ", "")
    words = [told, *reversed(re.split(r"[\s_()\[\],:;]+", profile.column.name.lower()))]
    for word in words:
        if len(word) > 1 and (unit := units.get(known.get(word, 0.0))):
            return {option: unit}
    return {}


def _angle_units(ra: Profile, dec: Profile) -> dict[str, str]:
    units = {"ra_unit": told_unit(ra), "dec_unit": told_unit(dec)}
    if not units["ra_unit"]:
        units["ra_unit"] = _unit_by_values(ra, dec)
    if not units["dec_unit"]:
        units["dec_unit"] = "rad" if units["ra_unit"] == "rad" else "deg"
    return units


def told_unit(profile: Profile) -> str:
    """Return the unit that a column's unit or name tells, "" where neither does."""
    told = profile.column.unit.strip().strip('"').lower()
    if told in _ANGLE_UNITS:
        return _ANGLE_UNITS[told]
    words = words_of(profile.column.name)
    last = words[-1] if words else ""  # a name such as α has none
    for ending, unit in _UNIT_ENDINGS.items():
        if last in (ending, f"ra{ending}", f"dec{ending}", f"de{ending}"):
            return unit
    return ""


def _unit_by_values(ra: Profile, dec: Profile) -> str:
    """Guess the unit of right ascensions from their range.

    Hours where they fill more than half a day and none goes beyond 24, radians likewise with
    declinations below pi/2: a survey in degrees would have to keep within 24 degrees of the
    equinox to look like that.
    """
    spread, tall = ra.highest - ra.lowest, max(abs(dec.lowest), abs(dec.highest))
    if ra.numbers < 8 or ra.lowest < 0:
        return "deg"
    if ra.highest <= 6.2832 and tall <= 1.5708 and spread > 3.0:
        return "rad"
    return "hour" if ra.highest < 24.0 and spread > 12.0 else "deg"
