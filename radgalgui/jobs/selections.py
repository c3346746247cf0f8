"""Named sets of a catalogue's sources, kept in the user's own folder."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ResourceError, UsageError
from radgalgui.files import replaced_file
from radgalgui.jobs.keeping import Beside, read_json, write_json

__all__ = [
    "Kept",
    "check_name",
    "find_again",
    "keep_selection",
    "list_selections",
    "read_selections",
]

_INDEX: Final = "selections.json"
_FOLDER: Final = "selections"
LONGEST: Final = 60


@dataclass(frozen=True, eq=False)
class Kept:
    """A named set of sources as it is kept.

    Parameters
    ----------
    key : str
        What it is known by, whatever it is called.
    name : str
        What the user calls it.
    words : str
        Where the sources came from: "a lasso on the UMAP map".
    made : str
        When, in UTC as ISO 8601 writes it.
    rows : ndarray, shape (M,), int64
        Rows of the catalogue as it is now, in increasing order.
    lost : int
        How many of the sources are no longer in the catalogue.
    doubtful : int
        How many could not be told from others, since they share a name or have none.
    """

    key: str
    name: str
    words: str
    made: str
    rows: NDArray[np.int64]
    lost: int = 0
    doubtful: int = 0

    @property
    def remark(self) -> str:
        """What the user must know, in a sentence; "" for nothing."""
        told = []
        if self.lost:
            told.append(f"{self.lost:,} of its sources are no longer in this catalogue")
        if self.doubtful:
            told.append(f"{self.doubtful:,} share a name with others, or have none, and may differ")
        return f"“{self.name}”: {'; '.join(told)}." if told else ""


def check_name(name: str, taken: Sequence[str], columns: Sequence[str] = ()) -> str:
    """Return a name without white space around it.

    Raises
    ------
    UsageError
        If it is empty or too long, or another selection, or a column of the table, has it.
    """
    made = " ".join(name.split())
    if not made:
        raise UsageError("a selection needs a name", remedy="type one")
    if len(made) > LONGEST:
        raise UsageError(f"a name has {LONGEST} letters at most", remedy="choose a shorter one")
    if made.casefold() in {other.casefold() for other in taken}:
        raise UsageError(f"there is a selection {made!r} already", remedy="choose another name")
    if made.casefold() in {other.casefold() for other in columns}:
        raise UsageError(f"the table has a column {made!r}", remedy="choose another name")
    return made


def keep_selection(
    place: Beside, names: Sequence[str], name: str, rows: NDArray[np.int64], words: str
) -> Kept:
    """Write the sources of a new selection, and return it; `list_selections` makes it count.

    Parameters
    ----------
    place : Beside
        Where things of the catalogue are kept.
    names : sequence of str
        Of the sources of ``rows``.
    name, words : str
        What it is called, and where it came from.
    rows : ndarray, shape (M,), int64
        Rows of the catalogue, in increasing order.

    Raises
    ------
    ResourceError
        If it cannot be written.
    """
    made = datetime.now(UTC).isoformat(timespec="seconds")
    key = f"{made[:10]}-{secrets.token_hex(4)}"
    folder = place.make() / _FOLDER
    lines = "".join(f"{' '.join(str(each).split())}\n" for each in names)
    try:
        folder.mkdir(exist_ok=True)
        with replaced_file(folder / f"{key}.txt") as part:
            part.write_text(lines, encoding="utf-8", errors="surrogateescape")
        with replaced_file(folder / f"{key}.npy") as part:
            np.save(part, rows)
    except OSError as error:
        raise ResourceError(
            f"the selection cannot be kept there ({error.strerror or error})",
            subject=folder,
            remedy="make room on that disk, or let RADGALGUI_HOME name another folder",
        ) from error
    return Kept(key, name, words, made, rows)


def list_selections(place: Beside, kept: Sequence[Kept]) -> None:
    """Write which selections there are, in their order; files of others are deleted.

    Raises
    ------
    ResourceError
        If it cannot be written.
    """
    before = _entries(place)
    tables = {str(entry.get("key")): entry.get("table") for entry in before}
    entries = [
        {
            "key": one.key,
            "name": one.name,
            "words": one.words,
            "made": one.made,
            "table": tables.get(one.key, place.table),
        }
        for one in kept
    ]
    write_json(place.make() / _INDEX, {"version": 1, "selections": entries})
    keys = {one.key for one in kept}
    for path in (place.folder / _FOLDER).glob("*-*.[nt][px][yt]"):
        if path.stem not in keys and path.stem in tables:
            path.unlink(missing_ok=True)


def read_selections(place: Beside, names: Sequence[str]) -> list[Kept]:
    """Return the selections of a catalogue, found again among its sources.

    Parameters
    ----------
    place : Beside
        Where things of the catalogue are kept.
    names : sequence of str, length N
        Of all sources, as they are now.
    """
    found, where = [], None
    for entry in _entries(place):
        try:
            key, name, words, made = (str(entry[k]) for k in ("key", "name", "words", "made"))
            stored = place.folder / _FOLDER / key
            if entry.get("table") == place.table:
                rows = np.load(stored.with_suffix(".npy"), allow_pickle=False).astype(np.int64)
                if len(rows) and not 0 <= rows.min() <= rows.max() < len(names):
                    continue
                found.append(Kept(key, name, words, made, rows))
                continue
            where = _places(names) if where is None else where
            lines = _lines(stored.with_suffix(".txt"))
        except (KeyError, OSError, ValueError, EOFError):
            continue  # a damaged selection must not stand in the way of the others
        rows, lost, doubtful = find_again(lines, where)
        found.append(Kept(key, name, words, made, rows, lost, doubtful))
    return found


def find_again(
    lines: Sequence[str], where: dict[str, int | list[int]]
) -> tuple[NDArray[np.int64], int, int]:
    """Return the rows of sources by their names, how many are lost, and how many doubtful.

    Parameters
    ----------
    lines : sequence of str
        Names; of those that several sources have, all are taken.
    where : dict of str to int or list of int
        Which rows have a name.
    """
    rows: list[int] = []
    lost = doubtful = 0
    for name in lines:
        at = where.get(name) if name else None
        if at is None:
            lost += 1
        elif isinstance(at, list):
            rows.extend(at)
            doubtful += 1
        else:
            rows.append(at)
    return np.unique(np.array(rows, dtype=np.int64)), lost, doubtful


def _places(names: Sequence[str]) -> dict[str, int | list[int]]:
    """Return for each name its row, or its rows where several sources have it."""
    where: dict[str, int | list[int]] = {}
    for row, name in enumerate(names):
        key = " ".join(str(name).split())
        before = where.get(key)
        if before is None:
            where[key] = row
        elif isinstance(before, list):
            before.append(row)
        else:
            where[key] = [before, row]
    return where


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")[:-1]


def _entries(place: Beside) -> list[dict[str, Any]]:
    listed = read_json(place.folder / _INDEX).get("selections")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
