"""What is kept for people: what became of every input row, and what was done to a catalogue."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError

__all__ = ["ACCOUNT", "HISTORY", "Line", "lines_of", "past", "report_path", "told", "write_account"]

ACCOUNT: Final = "account"
HISTORY: Final = "history"
COLUMNS: Final = ("step", "row", "name", "verdict", "reason")

Line = dict[str, Any]
"""A row of the input: its ``number`` and ``name``, the ``values`` of a source or a ``reason``."""


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the lines that `radgalgui.jobs.survey.gather` wrote, one for each row of the input."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for line in stream:
            yield json.loads(line)


def write_account(
    path: Path, step: str, lines: Iterable[Line], *, before: Path | None = None
) -> None:
    """Write a CSV with what became of every row, after what an earlier account tells.

    Parameters
    ----------
    path : Path
        Where to write it.
    step : str
        What was done: "1 build", "2 append".
    lines : iterable of Line
        A line without ``reason`` is of a source that was kept; one without a ``number`` is of a
        source that the user removed.
    before : Path, optional
        The account so far.
    """
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        if before is not None:
            with before.open(encoding="utf-8", newline="") as earlier:
                table.writerows(row for number, row in enumerate(csv.reader(earlier)) if number)
        for line in lines:
            row = line["number"] + 1 if "number" in line else ""  # people count from 1
            table.writerow((step, row, line["name"], *_verdict(line)))


def _verdict(line: Line) -> tuple[str, str]:
    if "number" not in line:
        return "removed", line["reason"]
    return ("rejected", line["reason"]) if "reason" in line else ("kept", "")


def past(catalog: Catalog) -> list[dict[str, Any]]:
    """Return what was done to a catalogue, the latest last; empty where nobody wrote it down.

    Raises
    ------
    CatalogError
        If the file is damaged.
    """
    part = catalog.manifest.papers.get(HISTORY)
    if part is None:
        return []
    path = catalog.path / part.file
    try:
        steps = json.loads(path.read_bytes())
        if not all(isinstance(step, dict) for step in steps):
            raise ValueError("a step is no object")
    except (OSError, ValueError, TypeError) as error:
        raise CatalogError(
            "the history of the catalogue cannot be read",
            subject=path,
            remedy="build the catalogue again, or take a fresh copy",
        ) from error
    return list(steps)


def report_path(catalog: Catalog) -> Path | None:
    """Return the file that tells what became of every row, None where there is none."""
    part = catalog.manifest.papers.get(ACCOUNT)
    return None if part is None else catalog.path / part.file


def told(step: Mapping[str, Any]) -> str:
    """Return a step of a catalogue's history in words."""
    if "removed" in step:
        return f"{_counted(step['removed'], 'source')} removed"
    inputs = step.get("plan", {}).get("inputs", [])
    table = step.get("plan", {}).get("table")
    places = [Path(place).name for place in (*inputs, *([table] if table else []))]
    verb = "built of" if step.get("what") == "build" else "added from"
    rejected = step.get("rejected", 0)
    left_out = f" ({_counted(rejected, 'row')} left out)" if rejected else ""
    return f"{_counted(step.get('sources', 0), 'source')} {verb} {' and '.join(places)}{left_out}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
