"""What the values of a table's columns are like, from its first rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from radgalgui.jobs.survey.tables import Column, Table
from radgalgui.jobs.survey.values import Cell, is_blank, is_sexagesimal, read_number, text_of

__all__ = ["FEW", "Profile", "profiles_of", "words_of"]

FEW: Final = 50
"""Values that may be classes."""
_SAMPLE: Final = 5000  # rows from which values are judged
_MOSTLY: Final = 0.9
_FILE_NAME: Final = re.compile(r".*\.(fits?|fts|png|jpe?g)(\.[fg]z)?", re.IGNORECASE)


@dataclass
class Profile:
    """What a column's values are like, of the first rows.

    Parameters
    ----------
    column : Column
    filled, numbers, sexagesimal, files : int
        How many values are not blank, and what they are.
    lowest, highest : float
        Of the numbers.
    exact : bool
        Whether every number survives as one: none is longer than 15 digits or begins with 0.
    example : str
        The first value.
    values : set of str
        Different ones, up to some fifty.
    """

    column: Column
    filled: int = 0
    numbers: int = 0
    sexagesimal: int = 0
    files: int = 0
    lowest: float = float("inf")
    highest: float = float("-inf")
    exact: bool = True
    example: str = ""
    values: set[str] = field(default_factory=set)

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers, rather than text."""
        return self.exact and self.numbers > 0 and self.numbers >= _MOSTLY * self.filled

    def look(self, cell: Cell) -> None:
        """Take a value into account."""
        if is_blank(cell):
            return
        self.filled += 1
        text = text_of(cell)
        self.example = self.example or text
        if len(self.values) <= FEW:
            self.values.add(text)
        number = read_number(cell)
        if number is not None:
            self.numbers += 1
            self.lowest, self.highest = min(self.lowest, number), max(self.highest, number)
            self.exact = self.exact and not _would_change(cell)
        elif is_sexagesimal(cell):
            self.sexagesimal += 1
        elif _FILE_NAME.fullmatch(text):
            self.files += 1


def profiles_of(table: Table) -> list[Profile]:
    """Return what each column's values are like, from the first rows."""
    profiles = [Profile(column) for column in table.columns]
    for line in islice(table.lines(), _SAMPLE):
        for profile, cell in zip(profiles, line.cells, strict=False):
            profile.look(cell)
    return profiles


def words_of(name: str) -> list[str]:
    """Return the words of a column's name, lower case: RA_host, hostRA and "RA (host)" alike."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{2,}\b)", " ", name)
    return [word for word in re.split(r"[^a-z0-9.]+", parted.lower()) if word]


def _would_change(cell: Cell) -> bool:
    """Tell whether a number written this way is rather an identifier."""
    if isinstance(cell, int):
        return abs(cell) >= 2**53
    if not isinstance(cell, str):
        return False
    digits = cell.strip().lstrip("+-")
    return (len(digits) > 15 and digits.isdigit()) or (
        len(digits) > 1 and digits.isdigit() and digits.startswith("0")
    )
