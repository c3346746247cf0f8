"""Rows of a user's table made into sources: names, positions, files, labels, everything else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.columns import check_columns
from radgalgui.jobs.survey.files import FileFinder
from radgalgui.jobs.survey.names import name_of
from radgalgui.jobs.survey.plan import Plan, Rejected, Row
from radgalgui.jobs.survey.profiles import Profile, profiles_of
from radgalgui.jobs.survey.tables import Line, Table, open_table
from radgalgui.jobs.survey.values import (
    ARCSEC,
    JANSKY,
    Cell,
    is_blank,
    read_angle,
    read_measure,
    read_number,
    text_of,
)
from radgalgui.sky.coordinates import position_name
from radgalgui.sky.image import Note

__all__ = ["TableRows"]

_BLOCK: Final = 512  # rows whose positions are brought to ICRS at once
_TAKEN: Final = frozenset(
    {"name", "ra", "dec", "angular_size", "flux", "label", "redshift", "peak_snr", "survey",
     "origin", "measured_size", "measured_flux", "notes"}
)  # fmt: skip
"""What a catalogue itself tells of a source: a table's column of such a name is "table_NAME"."""
_OF_SIMULATIONS: Final = frozenset({"peak_flux", "noise"})
"""Likewise: wherever they are shown or written they are in Jy/beam."""
_MEASURES: Final = {"angular_size": ARCSEC, "flux": JANSKY}


class TableRows:
    """The rows of a plan's table.

    Parameters
    ----------
    plan : Plan
        With a table; its columns, units and frame count.
    finder : FileFinder, optional
        Finds the files that rows name; without it rows need none.
    placed : bool, optional
        Whether a row needs a position.

    Raises
    ------
    UsageError
        If the table cannot be read, or lacks a column.
    """

    def __init__(
        self, plan: Plan, *, finder: FileFinder | None = None, placed: bool = False
    ) -> None:
        if plan.table is None:
            raise UsageError("there is no table to read rows from", remedy="give one with --table")
        self._plan, self._finder, self._placed = plan, finder, placed
        self._table: Table = open_table(plan.table, plan.options.dataset)
        check_columns(self._table, plan.columns)
        if placed and not {"ra", "dec"} <= set(plan.columns):
            raise UsageError(
                "no columns are known to hold right ascension and declination",
                subject=self._table.path,
                remedy="say which, with --column ra=NAME --column dec=NAME",
            )
        names = self._table.names
        self._at = {role: names.index(column) for role, column in plan.columns.items()}
        profiles = profiles_of(self._table)
        self._further = _further(profiles, set(self._at.values()))
        signed = profiles[self._at["ra"]] if "ra" in self._at else None
        # Right ascensions may run from -180 to 180; one below 0 elsewhere is a mistake.
        self._signed = signed is not None and -180 <= signed.lowest < 0 and signed.highest <= 180

    def __iter__(self) -> Iterator[Row | Rejected]:
        """Yield each row of the table, in its order."""
        lines = enumerate(self._table.lines())
        while block := list(islice(lines, _BLOCK)):
            yield from self._in_icrs([self._row(number, line) for number, line in block])

    def _row(self, number: int, line: Line) -> Row | Rejected:
        """Return a row, its position still in the table's frame."""
        if line.problem:
            return Rejected(number, "", line.problem)
        name = text_of(self._cell(line, "name"))
        notes = [Note("encoding", line.remark)] if line.remark else []
        try:
            ra, dec = self._position(line)
            path = None if self._finder is None else self._path(line, name)
        except UsageError as error:
            return Rejected(number, name or self._spare(line), error.what)
        columns = self._columns(line, notes)
        if not name:
            name = name_of(path) if path else position_name(ra, dec) or f"row {number + 1}"
            if "name" in self._at:
                notes.append(Note("unnamed", f"The table gives it no name: {name} was taken."))
        label = text_of(self._cell(line, "label"))
        return Row(number, name, ra, dec, path, None, label, columns, tuple(notes))

    def _position(self, line: Line) -> tuple[float, float]:
        """Return the position as the table has it, degrees; NaN where it has none.

        Raises
        ------
        UsageError
            If it cannot be one.
        """
        if not {"ra", "dec"} <= set(self._at):
            return math.nan, math.nan
        options = self._plan.options
        ra = read_angle(self._cell(line, "ra"), options.ra_unit, ra=True)
        dec = read_angle(self._cell(line, "dec"), options.dec_unit, ra=False)
        if math.isnan(ra) and math.isnan(dec):
            if self._placed:
                raise UsageError("the row gives no position")
            return ra, dec
        if math.isnan(ra) or math.isnan(dec):
            lacks = "declination" if math.isnan(dec) else "right ascension"
            raise UsageError(f"the row gives no {lacks}")
        if abs(dec) > 90.0:
            raise UsageError(f"a declination of {dec:g} degrees is not between -90 and +90")
        if not (-180.0 if self._signed else 0.0) <= ra <= 360.0:
            raise UsageError(f"a right ascension of {ra:g} degrees is not between 0 and 360")
        return ra % 360.0, dec

    def _path(self, line: Line, name: str) -> str:
        """Return the file of a row.

        Raises
        ------
        UsageError
            If it names none, or there is none of that name.
        """
        assert self._finder is not None  # asked for only with one
        if "path" in self._at:
            written = text_of(self._cell(line, "path"))
            if is_blank(written):
                raise UsageError("the row names no image file")
            return self._finder.by_path(written)
        if not name:
            raise UsageError("the row names neither an image file nor a source")
        return self._finder.by_name(name)

    def _columns(self, line: Line, notes: list[Note]) -> dict[str, float | str]:
        """Return all other columns; what cannot be read is blank, and noted."""
        columns: dict[str, float | str] = {}
        for role, units in _MEASURES.items():
            if role in self._at:
                unit = getattr(self._plan.options, f"{role}_unit")
                value = read_measure(self._cell(line, role), units, unit)
                columns[role] = self._number(value, role, line, notes)
        if "redshift" in self._at:
            value = read_number(self._cell(line, "redshift"))
            columns["redshift"] = self._number(value, "redshift", line, notes)
        for name, (place, is_number) in self._further.items():
            cell = line.cells[place]
            if not is_number:
                columns[name] = "" if is_blank(cell) else text_of(cell)
                continue
            number = read_number(cell)
            if number is None:
                notes.append(_unreadable(name, cell))
            columns[name] = math.nan if number is None or math.isinf(number) else number
        return columns

    def _number(self, value: float | None, role: str, line: Line, notes: list[Note]) -> float:
        """Return a size, flux or redshift; NaN, and a note, for what cannot be one."""
        impossible = value is None or math.isinf(value) or (role != "flux" and value < 0)
        if impossible:
            notes.append(_unreadable(role.replace("_", " "), self._cell(line, role)))
        return math.nan if value is None or impossible else value

    def _cell(self, line: Line, role: str) -> Cell:
        place = self._at.get(role)
        return None if place is None else line.cells[place]

    def _spare(self, line: Line) -> str:
        """Return what a row without a name may be found by: the file it names."""
        return text_of(self._cell(line, "path"))

    def _in_icrs(self, rows: Sequence[Row | Rejected]) -> Iterable[Row | Rejected]:
        """Bring the positions of a block of rows to ICRS."""
        frame = self._plan.options.frame
        placed = [n for n, row in enumerate(rows) if isinstance(row, Row) and row.ra == row.ra]
        if frame == "icrs" or not placed:
            return rows
        from astropy.coordinates import SkyCoord

        pairs = np.array([(row.ra, row.dec) for row in rows if isinstance(row, Row)
                          and row.ra == row.ra])  # fmt: skip
        sky = SkyCoord(pairs[:, 0], pairs[:, 1], unit="deg", frame=frame).icrs
        moved = list(rows)
        for n, ra, dec in zip(placed, sky.ra.deg, sky.dec.deg, strict=True):
            row = moved[n]
            if isinstance(row, Row):
                moved[n] = replace(row, ra=float(ra), dec=float(dec))
        return moved


def _further(profiles: Sequence[Profile], taken: set[int]) -> dict[str, tuple[int, bool]]:
    """Return place and kind of the columns without a role, by names that are free."""
    further: dict[str, tuple[int, bool]] = {}
    used = set(_TAKEN)
    for place, profile in enumerate(profiles):
        if place in taken:
            continue
        name = wanted = profile.column.name
        number = 1
        while name.lower() in used or name in _OF_SIMULATIONS:
            number += 1
            name = f"table_{wanted}" if number == 2 else f"table_{wanted}_{number}"
        used.add(name.lower())
        further[name] = (place, profile.is_number)
    return further


def _unreadable(name: str, cell: Cell) -> Note:
    return Note("unreadable", f"The {name} {text_of(cell)!r:.60} cannot be used: it was left out.")
