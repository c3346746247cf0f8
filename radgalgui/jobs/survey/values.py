"""Cells of tables as astronomers fill them: numbers, angles and sizes, with units or without."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from radgalgui.errors import UsageError
from radgalgui.sky.coordinates import parse_position

__all__ = [
    "ARCSEC",
    "JANSKY",
    "Cell",
    "is_blank",
    "is_sexagesimal",
    "read_angle",
    "read_measure",
    "read_number",
    "text_of",
]

Cell = str | int | float | None
"""What a table's cell holds; None where it is blank."""

ARCSEC: Final[Mapping[str, float]] = {
    "arcsec": 1.0, "arcsecs": 1.0, "arcsecond": 1.0, "arcseconds": 1.0, "asec": 1.0, '"': 1.0,
    "″": 1.0, "''": 1.0, "as": 1.0, "arcmin": 60.0, "arcminute": 60.0, "arcminutes": 60.0,
    "amin": 60.0, "'": 60.0, "′": 60.0, "deg": 3600.0, "degree": 3600.0, "degrees": 3600.0,
    "°": 3600.0, "d": 3600.0, "mas": 1e-3,
}  # fmt: skip
"""Angles in arcsec by their units, lower case."""

JANSKY: Final[Mapping[str, float]] = {
    "jy": 1.0, "mjy": 1e-3, "ujy": 1e-6, "µjy": 1e-6, "μjy": 1e-6, "microjy": 1e-6, "njy": 1e-9,
    "jy/beam": 1.0, "mjy/beam": 1e-3, "ujy/beam": 1e-6,
}  # fmt: skip
"""Flux densities in Jy by their units, lower case."""

_BLANK: Final = frozenset(
    {"", "-", "--", "---", "...", "?", "nan", "null", "none", "n/a", "na", "masked", "nil", "\\n"}
)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_MEASURE: Final = re.compile(rf"(?P<value>{_NUMBER.pattern})\s*(?P<unit>[^\s\d].*)")
_SEXAGESIMAL: Final = re.compile(
    r"[+-]?\s*\d{1,3}\s*(?:[:\s]|h|d|°)\s*\d{1,2}(?:\.\d*)?\s*(?:(?:[:\s]|m|′|')\s*(?:\d{1,2}(?:\.\d*)?)?"
    r"\s*(?:s|″|\"|'')?)?",
    re.IGNORECASE,
)
_DEGREES: Final[Mapping[str, float]] = {
    "deg": 1.0, "degree": 1.0, "degrees": 1.0, "d": 1.0, "°": 1.0, "h": 15.0, "hr": 15.0,
    "hour": 15.0, "hours": 15.0, "hourangle": 15.0, "rad": math.degrees(1.0),
    "radian": math.degrees(1.0), "radians": math.degrees(1.0),
}  # fmt: skip


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing: NaN, or one of the many ways to write that."""
    if cell is None:
        return True
    if isinstance(cell, str):
        return cell.strip().lower() in _BLANK
    return isinstance(cell, float) and math.isnan(cell)


def text_of(cell: Cell) -> str:
    """Return a cell as it was written, "" where it is blank; whole numbers without a point."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell).strip()


def read_number(cell: Cell) -> float | None:
    """Return a cell's number, NaN where it is blank, None where it holds something else.

    A decimal comma, the minus sign U+2212 and Fortran's ``1.2D3`` are understood.
    """
    if is_blank(cell):
        return math.nan
    if not isinstance(cell, str):
        return float(cell)  # type: ignore[arg-type]  # None is blank
    text = cell.strip().replace("\N{MINUS SIGN}", "-")
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        return None
    return float(text.upper().replace("D", "E"))


def is_sexagesimal(cell: Cell) -> bool:
    """Tell whether a cell holds an angle like 13:45:41.2, 13 45 41.2 or 13h45m41.2s."""
    return isinstance(cell, str) and bool(_SEXAGESIMAL.fullmatch(_plain(cell)))


def read_angle(cell: Cell, unit: str, *, ra: bool) -> float:
    """Return an angle of a position in degrees; NaN where the cell is blank.

    Parameters
    ----------
    cell : Cell
        A number in ``unit``; or text that says by itself what it is: sexagesimal hours (of a
        right ascension, unless it says ``d``) or degrees, or a number with its unit behind it.
    unit : str
        ``deg``, ``hour`` or ``rad``.
    ra : bool
        Whether it is a right ascension.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    number = read_number(cell)
    if number is not None:
        return number * _DEGREES[unit]
    text = _plain(str(cell))
    if _SEXAGESIMAL.fullmatch(text):
        position = parse_position(f"{text}, 0" if ra else f"0, {text}")
        return position.ra if ra else position.dec
    measure = _MEASURE.fullmatch(text)
    if measure and (degrees := _DEGREES.get(measure["unit"].strip().lower())):
        return (read_number(measure["value"]) or 0.0) * degrees
    what = "right ascension" if ra else "declination"
    raise UsageError(f"the {what} {str(cell).strip()!r:.60} cannot be read")


def read_measure(cell: Cell, units: Mapping[str, float], unit: str) -> float | None:
    """Return a size or flux in the first of the units, NaN where blank, None where unreadable.

    Parameters
    ----------
    cell : Cell
        A number in ``unit``, or with its own unit behind it.
    units : mapping of str to float
        `ARCSEC` or `JANSKY`.
    unit : str
        Of plain numbers, one of ``units`` in any case.
    """
    number = read_number(cell)
    if number is not None:
        return number * units[unit.lower()]
    measure = _MEASURE.fullmatch(str(cell).strip())
    factor = units.get(measure["unit"].strip().lower()) if measure else None
    if measure is None or factor is None:
        return None
    return (read_number(measure["value"]) or 0.0) * factor


def _plain(text: str) -> str:
    return text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
