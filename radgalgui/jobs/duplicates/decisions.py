"""What people decided of pairs: which source stays, and what becomes of the other."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.export import write_csv
from radgalgui.errors import UsageError
from radgalgui.jobs.keeping import Beside

__all__ = [
    "COLUMNS",
    "KEEPS",
    "Decision",
    "Keep",
    "Leaving",
    "keep_decisions",
    "kept_decisions",
    "leaving",
    "read_decisions",
    "write_decisions",
]

Keep = Literal["left", "right", "both", "merge"]
KEEPS: Final[tuple[str, ...]] = get_args(Keep)

#: Columns of a table of decisions.
COLUMNS: Final = ("left", "right", "keep", "left_row", "right_row")


@dataclass(frozen=True)
class Decision:
    """A pair of rows, and which of them stays.

    ``merge`` keeps the left one, fills what is unknown of it from the right one, and notes the
    name of the other.
    """

    left: int
    right: int
    keep: Keep


@dataclass(frozen=True)
class Leaving:
    """What decisions come to, all together.

    Parameters
    ----------
    out : ndarray, shape (M,), int64
        Rows that are left out, in increasing order.
    merged : dict of int to list of int
        For rows that stay, the rows that they take unknown values from, in that order.
    spared : list of int
        Rows that stay though each decision alone leaves them out: of sources that are all the
        same one must stay.
    """

    out: NDArray[np.int64]
    merged: dict[int, list[int]] = field(default_factory=dict)
    spared: list[int] = field(default_factory=list)


def leaving(decisions: Iterable[Decision]) -> Leaving:
    """Return which rows decisions leave out, and which values they merge.

    Where decisions go in a circle, the first row of those concerned stays.  What was to be merged
    into a row that is itself left out goes where that one was merged to.
    """
    taken: dict[int, int] = {}  # who is left out in favour of whom, by the last decision
    merges: list[tuple[int, int]] = []
    for one in decisions:
        if one.keep == "both":
            continue
        stays, goes = (one.right, one.left) if one.keep == "right" else (one.left, one.right)
        taken[goes] = stays
        if one.keep == "merge":
            merges.append((goes, stays))
    spared = []
    for row in sorted(taken):
        if _end(row, taken) is None:
            del taken[row]
            spared.append(row)
    merged: dict[int, list[int]] = {}
    for goes, stays in merges:
        end = _end(stays, taken)
        if end is not None and end != goes and goes in taken:
            merged.setdefault(end, []).append(goes)
    return Leaving(np.array(sorted(taken), dtype=np.int64), merged, spared)


def _end(row: int, taken: Mapping[int, int]) -> int | None:
    """Return the row that stays for a row in the end; None where they go in a circle."""
    seen = {row}
    while row in taken:
        row = taken[row]
        if row in seen:
            return None
        seen.add(row)
    return row


def read_decisions(
    path: str | os.PathLike[str], names: Sequence[str], *, strict: bool = True
) -> list[Decision]:
    """Read a table of decisions: CSV with the columns ``left``, ``right`` and ``keep``.

    Rows of pairs upon which nothing is decided are passed over.  Sources are found by their
    names; the columns ``left_row`` and ``right_row`` tell sources of one name apart.

    Parameters
    ----------
    names : sequence of str, length N
        Of the catalogue's sources.
    strict : bool
        Whether decisions on sources that are not there are refused, or else passed over.

    Raises
    ------
    UsageError
        If the file cannot be read, lacks a column, or speaks of sources that are not there.
    """
    rows = _rows_of(path)
    where: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        where.setdefault(str(name), []).append(row)
    made = []
    for number, told in enumerate(rows, start=2):
        keep = (told.get("keep") or "").strip().lower()
        if not keep:
            continue
        if keep not in KEEPS:
            raise UsageError(
                f"line {number} says to keep {keep!r}",
                subject=path,
                remedy=f"write one of {', '.join(KEEPS)}, or nothing",
            )
        line = f"{os.fspath(path)}, line {number}"
        try:
            left, right = (_row(told, side, where, line) for side in SIDES)
        except UsageError:
            if strict:
                raise
            continue
        made.append(Decision(left, right, cast(Keep, keep)))
    return made


def write_decisions(
    path: str | os.PathLike[str], decisions: Iterable[Decision], names: Sequence[str]
) -> int:
    """Write a table of decisions, as `read_decisions` reads it; return how many.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    rows = [(names[d.left], names[d.right], d.keep, d.left, d.right) for d in decisions]
    write_csv(path, COLUMNS, rows)
    return len(rows)


def keep_decisions(place: Beside, decisions: Iterable[Decision], names: Sequence[str]) -> None:
    """Keep decisions in the user's own folder.

    Raises
    ------
    ResourceError, UsageError
        If they cannot be written.
    """
    write_decisions(place.make() / _KEPT, decisions, names)


def kept_decisions(place: Beside, names: Sequence[str]) -> list[Decision]:
    """Return the decisions that were kept, as far as they speak of sources that are still there."""
    path = place.folder / _KEPT
    if not path.exists():
        return []
    try:
        return read_decisions(path, names, strict=False)
    except UsageError:  # damaged: decisions can be made again
        return []


def _rows_of(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return the lines of a table of decisions by its columns."""
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as stream:
            table = csv.DictReader(stream)
            columns, rows = table.fieldnames or (), list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            f"the decisions cannot be read ({error})", subject=path, remedy="give a CSV file"
        ) from error
    for column in (*SIDES, "keep"):
        if column not in columns:
            raise UsageError(
                f"there is no column {column!r}",
                subject=path,
                remedy="begin it with the line left,right,keep; commas part the columns",
            )
    return rows


SIDES: Final = ("left", "right")
_KEPT: Final = "decisions.csv"


def _row(told: Mapping[str, Any], side: str, where: Mapping[str, list[int]], line: str) -> int:
    """Return the row of a source that a line of the table names."""
    name = told.get(side) or ""
    rows = where.get(name, [])
    if len(rows) == 1:
        return rows[0]
    hint = str(told.get(f"{side}_row") or "")
    if hint.isdecimal() and int(hint) in rows:
        return int(hint)
    what = f"{len(rows)} sources are called {name!r}" if rows else f"there is no source {name!r}"
    remedy = f"tell which in a column {side}_row" if rows else "find the pairs again"
    raise UsageError(what, subject=line, remedy=remedy)
