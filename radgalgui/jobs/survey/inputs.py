"""What a user hands in: recognised, counted and put into a plan."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.found import find_files
from radgalgui.jobs.survey.names import name_of, told_by_name
from radgalgui.jobs.survey.plan import Options, Plan, Row
from radgalgui.jobs.survey.rows import rows
from radgalgui.jobs.survey.stacks import STACK_ENDINGS, open_stack

__all__ = ["ColumnGuess", "Recognised", "recognise"]

_SHOWN: Final = 10  # first rows
_FIRST_PIXEL: Final = 1.8  # arcsec, of the images that names of MiraBest's pattern come from


@dataclass(frozen=True)
class ColumnGuess:
    """A column of the table, and what it seems to mean.

    Parameters
    ----------
    name : str
        As the table has it.
    role : str or None
        One of `radgalgui.jobs.survey.plan.ROLES`; None where it just comes along.
    unit : str
        As the table tells it or as it was guessed, "" where neither.
    why : str
        What the guess rests on, in a few words; "" without one.
    example : str
        Its first value that is not blank.
    """

    name: str
    role: str | None
    unit: str = ""
    why: str = ""
    example: str = ""


@dataclass(frozen=True)
class Recognised:
    """What an input was recognised as.

    Parameters
    ----------
    kind : str
        As that of the plan.
    count : int
        Rows, good and bad.
    summary : str
        One or two sentences for the user.
    plan : Plan
        To go on with, as it is or changed.
    columns : list of ColumnGuess
        Of the table, in its order; empty without one.
    first_rows : list of dict
        Of the table as written, by its columns; without one name, position, label and file.
    """

    kind: str
    count: int
    summary: str
    plan: Plan
    columns: list[ColumnGuess] = field(default_factory=list)
    first_rows: list[dict[str, str]] = field(default_factory=list)


def recognise(
    paths: Sequence[str | os.PathLike[str]], table: str | os.PathLike[str] | None = None
) -> Recognised:
    """Tell what files and folders hold, and how a catalogue may be made of them.

    Parameters
    ----------
    paths : sequence of path
        Folders and files: FITS, PNG and JPEG images, tables, .npy or HDF5 stacks, folders of
        published batches.
    table : path, optional
        That tells of the sources.

    Raises
    ------
    UsageError
        If there is nothing that a catalogue can be made of.
    ImageError
        If a stack cannot be opened.
    """
    inputs = [_absolute(path) for path in paths]
    if table is not None:
        raise UsageError("a table beside images cannot be read yet", subject=table)
    if not inputs:
        raise UsageError("there is nothing to make a catalogue of", remedy="give a folder")
    if len(inputs) == 1 and inputs[0].suffix.lower() in STACK_ENDINGS:
        return _stack(inputs[0])
    return _folder(inputs)


def _folder(inputs: list[Path]) -> Recognised:
    files = find_files(inputs)
    if not files:
        raise UsageError(
            "holds no images (.fits, .png, .jpg)",
            subject=inputs[0],
            remedy="give the folder of your images, a table, or a .npy or HDF5 stack",
        )
    told = sum(told_by_name(name_of(path)) is not None for path in files)
    names = "mirabest" if told > 0.9 * len(files) else ""
    options = Options(names=names, pixel_scale=_FIRST_PIXEL if names else None)
    where = inputs[0].name if len(inputs) == 1 else f"{len(inputs)} places"
    plan = Plan(tuple(map(str, inputs)), "folder", title=where, options=options)
    summary = f"{len(files):,} images in {where}."
    if names:
        summary += " Their names tell class, position, redshift and angular size, as MiraBest's do."
    return Recognised("folder", len(files), summary, plan, first_rows=_first(plan))


def _stack(path: Path) -> Recognised:
    plan = Plan((str(path),), "stack", title=path.stem)
    stack = open_stack(path)
    layout = stack.layout
    stack.close()
    bands = "" if layout.bands == 1 else f" in {layout.bands} bands"
    summary = f"{layout.count:,} images of {layout.width} x {layout.height} pixels{bands}."
    return Recognised("stack", layout.count, summary, plan, first_rows=_first(plan))


def _first(plan: Plan) -> list[dict[str, str]]:
    """Return the first rows of a plan without a table."""
    first = itertools.islice((row for row in rows(plan) if isinstance(row, Row)), _SHOWN)
    return [_shown(row) for row in first]


def _shown(row: Row) -> dict[str, str]:
    shown = {"name": row.name}
    if row.ra == row.ra:
        shown |= {"ra": f"{row.ra:.6f}", "dec": f"{row.dec:+.6f}"}
    if row.label:
        shown["label"] = row.label
    shown |= {name: str(value) for name, value in row.columns.items()}
    if row.path is not None:
        shown["path"] = row.path
    return shown


def _absolute(path: str | os.PathLike[str]) -> Path:
    """Return a path that means the same wherever a build goes on.

    Raises
    ------
    UsageError
        If there is nothing there.
    """
    absolute = Path(os.path.abspath(os.path.expanduser(os.fspath(path))))  # noqa: PTH100, PTH111
    if not absolute.exists():
        raise UsageError("no such file or folder", subject=path, remedy="check the path")
    return absolute
