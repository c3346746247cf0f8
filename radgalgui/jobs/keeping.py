"""What is kept of a catalogue outside of it, in the user's own folder: what people decided."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from radgalgui.catalog.manifest import Manifest
from radgalgui.errors import ResourceError
from radgalgui.files import replaced_file, sha256
from radgalgui.jobs.work.library import data_folder

__all__ = ["Beside", "beside", "kept_beside", "read_json", "write_json"]

_ABOUT: Final = "about.json"
_FORMAT: Final = "radgalgui-beside"


@dataclass(frozen=True)
class Beside:
    """Where things are kept that belong to a catalogue and are no part of it.

    Parameters
    ----------
    folder : Path
        A folder for this catalogue alone; it may not exist yet.
    catalog : Path
        The catalogue.
    table : str
        SHA-256 of its table of sources, by which rows are known to be the same.
    """

    folder: Path
    catalog: Path
    table: str

    def make(self) -> Path:
        """Return the folder, made where it is not there, with a note of what it belongs to.

        Raises
        ------
        ResourceError
            If it cannot be written.
        """
        path = self.folder / _ABOUT
        told = read_json(path)
        wanted = {
            "format": _FORMAT,
            "catalogue": str(self.catalog),
            "tables": [*(t for t in _tables(told) if t != self.table), self.table],
        }
        if told != wanted:
            write_json(path, wanted)
        return self.folder


def beside(path: str | os.PathLike[str]) -> Beside:
    """Return where things are kept that belong to a catalogue.

    It is found again by the hash of its table, wherever it was moved to, or else by its place,
    after sources were added or taken out.  The table is read once: a million sources take some
    tenths of a second.

    Raises
    ------
    CatalogError
        If there is no catalogue.
    """
    place = Path(path).absolute()
    table = sha256(place / Manifest.read(place).sources.file)
    folder, told = data_folder() / "beside", {}
    for about in sorted(folder.glob(f"*/{_ABOUT}")):
        told[about.parent] = read_json(about)
    of_table = (one for one, facts in told.items() if table in _tables(facts))
    at_place = (one for one, facts in told.items() if facts.get("catalogue") == str(place))
    found = next(of_table, None) or next(at_place, None)
    return Beside(found or folder / table[:16], place, table)


def kept_beside() -> list[Path]:
    """Return the places of the catalogues of which something is kept, where they were last."""
    abouts = sorted((data_folder() / "beside").glob(f"*/{_ABOUT}"))
    places = (read_json(about).get("catalogue") for about in abouts)
    return [Path(place) for place in places if place and isinstance(place, str)]


def _tables(facts: dict[str, Any]) -> list[Any]:
    """Return the hashes of the tables that a folder belongs to."""
    known = facts.get("tables")
    return known if isinstance(known, list) else []


def read_json(path: Path) -> dict[str, Any]:
    """Return what a file holds, and nothing where it is missing or damaged."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write a file that appears whole or not at all, with its folder.

    Raises
    ------
    ResourceError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(path) as part:
            part.write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise ResourceError(
            f"cannot be written ({error.strerror or error})",
            subject=path,
            remedy="make room on that disk, or let RADGALGUI_HOME name another folder",
        ) from error
