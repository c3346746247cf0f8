"""Tables recognised: with paths of images, with their names, or with positions in mosaics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from radgalgui.errors import ImageError, UsageError
from radgalgui.jobs.survey.columns import ColumnGuess, Guessed, guess_columns
from radgalgui.jobs.survey.files import FileFinder
from radgalgui.jobs.survey.found import find_files, is_picture_name
from radgalgui.jobs.survey.mosaics import Mosaics
from radgalgui.jobs.survey.plan import Kind, Options, Plan
from radgalgui.jobs.survey.profiles import Profile, profiles_of
from radgalgui.jobs.survey.recognised import Recognised, first_lines
from radgalgui.jobs.survey.tables import Table, open_table
from radgalgui.jobs.survey.trial import Trial, in_files, in_mosaics
from radgalgui.jobs.survey.values import text_of

__all__ = ["by_table", "table_of"]

_TRIED_NAMES: Final = 200
_TRIED_IMAGES: Final = 100


def by_table(inputs: list[Path], path: Path, columns: Mapping[str, str] | None) -> Recognised:
    """Recognise a table with paths, with names of files, or with positions in mosaics."""
    table = open_table(path)
    profiles = profiles_of(table)
    finder = FileFinder(tuple(map(str, inputs)), str(path))
    chosen = dict(columns or {})
    guessed = guess_columns(table, profiles, chosen)
    if "path" not in chosen and "path" not in guessed.roles:
        naming = _naming_column(table, profiles, guessed, finder)
        if naming is not None and naming != guessed.roles.get("name"):
            guessed = guess_columns(table, profiles, {**chosen, "path": naming})
        by_name = naming is not None
    else:
        by_name = "path" in guessed.roles
    count = sum(1 for _ in table.lines())
    placed = {"ra", "dec"} <= set(guessed.roles)
    if by_name:
        plan = _plan(inputs, path, guessed, "table", centre="position" if placed else "source")
        trial = in_files(plan) if placed else Trial(plan, 0, 0)
        summary = f"{path.name} has {count:,} rows, each with an image of its own."
    elif placed:
        plan, trial, summary = _mosaic(inputs, path, guessed, count)
    else:
        raise UsageError(
            "names no image files that are there, and tells no positions",
            subject=path,
            remedy="say which column holds them, with --column path=NAME, or ra=NAME and dec=NAME",
        )
    if trial.plan != plan:
        unit = {"hour": "hours", "rad": "radians"}.get(trial.plan.options.ra_unit, "degrees")
        summary += f" Its right ascensions are taken for {unit}, which lie in the images."
        guessed = replace(guessed, columns=_with_units(guessed.columns, trial.plan))
    if trial.tried and not trial.inside:
        summary += f" None of the first {trial.tried} positions lies in its image: check them."
    return Recognised(
        trial.plan.kind, count, summary, trial.plan, guessed.columns, first_lines(table)
    )


def _mosaic(
    inputs: list[Path], path: Path, guessed: Guessed, count: int
) -> tuple[Plan, Trial, str]:
    """Recognise positions and the images that they are cut from."""
    inputs = inputs or [path.parent]
    images = [file for file in find_files(inputs) if not is_picture_name(file)]
    if not images:
        raise UsageError(
            "tells positions and names no image files",
            subject=path,
            remedy="give the FITS images to cut them from, too",
        )
    plan = _plan(inputs, path, guessed, "mosaic", centre="position")
    some = images[:: max(len(images) // _TRIED_IMAGES, 1)]
    trial = in_mosaics(plan, Mosaics(some))
    cut = "an image" if len(images) == 1 else f"{len(images):,} images"
    summary = f"{path.name} has {count:,} positions, to be cut out of {cut}."
    if len(some) < len(images) and not trial.inside:
        trial = Trial(plan, 0, 0)  # they may lie in the others
    return plan, trial, summary


def _with_units(columns: Sequence[ColumnGuess], plan: Plan) -> list[ColumnGuess]:
    """Return columns with the units of positions that were found by trial."""
    units = {"ra": plan.options.ra_unit, "dec": plan.options.dec_unit}
    return [
        replace(column, unit=units[column.role], why=f"{column.why}; so it lies in the images")
        if column.role in units
        else column
        for column in columns
    ]


def _plan(inputs: list[Path], table: Path, guessed: Guessed, kind: Kind, *, centre: str) -> Plan:
    known: dict[str, Any] = dict(guessed.options)
    options = Options(centre=centre, **known)
    where = inputs if kind != "table" or inputs else [table.parent]
    return Plan(tuple(map(str, where)), kind, str(table), guessed.roles, table.stem, "", options)


def _naming_column(
    table: Table, profiles: Sequence[Profile], guessed: Guessed, finder: FileFinder
) -> str | None:
    """Return the column by whose values the images are called, None without one."""
    texts = [n for n, profile in enumerate(profiles) if not profile.is_number and profile.filled]
    lines = [line for line in islice(table.lines(), _TRIED_NAMES) if not line.problem]
    name = guessed.roles.get("name")
    shares = [
        (sum(finder.known(text_of(line.cells[n])) for line in lines), table.names[n] == name, n)
        for n in texts
    ]
    best = max(shares, default=(0, False, 0))
    return table.names[best[2]] if best[0] > 0.5 * len(lines) else None


def table_of(files: list[Path], inputs: list[Path], tables: list[Path]) -> Path | None:
    """Return the table that names most of the files, None where none names half of them."""
    finder = FileFinder(tuple(map(str, inputs)), None)
    for path in tables:
        try:
            table = open_table(path)
            profiles = profiles_of(table)
        except (UsageError, ImageError):
            continue
        guessed = guess_columns(table, profiles)
        column = guessed.roles.get("path") or _naming_column(table, profiles, guessed, finder)
        if column is None:
            continue
        place = table.names.index(column)
        named = {text_of(line.cells[place]) for line in table.lines() if not line.problem}
        known = sum(finder.known(Path(text).name) for text in named)
        if known >= 0.5 * len(files):
            return path
    return None
