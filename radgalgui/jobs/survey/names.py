"""Names of sources: what they tell, and that no two sources bear the same."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from radgalgui.jobs.survey.plan import Rejected, Row
from radgalgui.sky.files import source_name
from radgalgui.sky.image import Note

__all__ = [
    "PICTURE_ENDINGS",
    "UNTOLD",
    "Told",
    "UniqueNames",
    "mirabest_label",
    "name_of",
    "told_by_name",
]

PICTURE_ENDINGS: Final = (".png", ".jpg", ".jpeg")
_MIRABEST = re.compile(
    r"(?P<code>[1-3][01][0124])_(?P<ra>\d{1,3}\.\d+)(?P<dec>[+-]\d{1,3}\.\d+)"
    r"_(?P<redshift>\d+(?:\.\d+)?)_(?P<size>\d+(?:\.\d+)?)"
)
UNTOLD: Final[Mapping[str, float | str]] = {
    "mirabest_class": "",
    "confidence": "",
    "morphology": "",
    "redshift": math.nan,
    "angular_size": math.nan,
}
"""The columns of `Told` for a name of another pattern."""
_MIRABEST_CLASSES: Final = {"1": "FRI", "2": "FRII", "3": "Hybrid"}
_SURE: Final = {"0": "confident", "1": "uncertain"}
_SHAPES: Final = {"0": "standard", "1": "double-double", "2": "wide-angle tail", "4": "head-tail"}


@dataclass(frozen=True)
class Told:
    """What a name tells: class, position (ICRS degrees) and further columns."""

    label: str
    ra: float
    dec: float
    columns: dict[str, float | str]


def name_of(path: str | PurePath) -> str:
    """Return a source's name: that of its file without the endings of images, never rounded.

    Bytes that are no Unicode stand as "\N{REPLACEMENT CHARACTER}".
    """
    name = source_name(path)
    for ending in PICTURE_ENDINGS:
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def told_by_name(name: str) -> Told | None:
    """Read a name of MiraBest's pattern, ``CLASS_RA+DEC_REDSHIFT_ANGULARSIZE``; else None.

    Right ascension and declination are degrees, the angular size is in arcsec.
    """
    found = _MIRABEST.match(name)
    if found is None:
        return None
    ra, dec = float(found["ra"]), float(found["dec"])
    if ra > 360 or abs(dec) > 90:
        return None
    label, columns = mirabest_label(found["code"])
    columns |= {"redshift": float(found["redshift"]), "angular_size": float(found["size"])}
    return Told(label, ra % 360.0, dec, columns)


def mirabest_label(code: str) -> tuple[str, dict[str, float | str]]:
    """Return the class of one of MiraBest's three digits, and what else they tell, as columns."""
    about: dict[str, float | str] = {
        "mirabest_class": code,
        "confidence": _SURE[code[1]],
        "morphology": _SHAPES[code[2]],
    }
    return _MIRABEST_CLASSES[code[0]], about


class UniqueNames:
    """Sees to it that each source has a name of its own.

    A row that repeats an earlier one in everything is rejected.  Another source of the same name
    is kept, with "#2" behind its name, or "#3" and so on, and a note.
    """

    def __init__(self) -> None:
        self._first: dict[str, list[tuple[int, int]]] = {}  # by name: contents and row numbers
        self._given: set[str] = set()

    def admit(self, row: Row) -> Row | Rejected:
        """Return the row with a name of its own, or why it is left out."""
        # As text: NaN is equal to itself there.
        content = hash(repr((row.ra, row.dec, row.path, row.index, row.label, row.columns)))
        seen = self._first.setdefault(row.name, [])
        for before, number in seen:
            if before == content:
                return Rejected(row.number, row.name, f"repeats row {number + 1} in everything")
        seen.append((content, row.number))
        name, count = row.name, len(seen)
        while name in self._given:
            name, count = f"{row.name}#{max(count, 2)}", count + 1
        self._given.add(name)
        if name == row.name:
            return row
        told = Note("name-taken", f"Another source is called {row.name}: this one became {name}.")
        return dataclasses.replace(row, name=name, notes=(*row.notes, told))
