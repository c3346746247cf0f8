"""What a user hands in: recognised, counted and put into a plan."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from radgalgui.errors import ImageError, UsageError
from radgalgui.jobs.survey.columns import ColumnGuess, guess_columns
from radgalgui.jobs.survey.found import find_files, is_picture_name
from radgalgui.jobs.survey.names import name_of, told_by_name
from radgalgui.jobs.survey.plan import Options, Plan, Row
from radgalgui.jobs.survey.profiles import profiles_of
from radgalgui.jobs.survey.published import PUBLISHED, published_in
from radgalgui.jobs.survey.recognised import SHOWN, Recognised, first_lines
from radgalgui.jobs.survey.rows import rows
from radgalgui.jobs.survey.stacks import HDF5_ENDINGS, STACK_ENDINGS, about_hdf5, open_stack
from radgalgui.jobs.survey.tabled import by_table, table_of
from radgalgui.jobs.survey.tables import TABLE_ENDINGS, is_table, open_table

__all__ = ["ColumnGuess", "Recognised", "recognise"]

_FIRST_PIXEL, _FIRST_BEAM = 1.8, 5.4  # arcsec, of images whose names have MiraBest's pattern
_MOST_TABLES: Final = 5  # of a folder that are looked into


def recognise(
    paths: Sequence[str | os.PathLike[str]],
    table: str | os.PathLike[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
) -> Recognised:
    """Tell what files and folders hold, and how a catalogue may be made of them.

    Parameters
    ----------
    paths : sequence of path
        Folders and files: FITS, PNG and JPEG images, tables, .npy or HDF5 stacks, folders of
        published batches.
    table : path, optional
        That tells of the sources; one among the ``paths`` does as well.
    columns : mapping of str to str, optional
        The table's columns by role, as the user chose them; "" for a role that none shall have.
        The others are guessed.

    Raises
    ------
    UsageError
        If there is nothing that a catalogue can be made of.
    ImageError
        If a stack or all mosaics cannot be opened.
    """
    inputs = [_absolute(path) for path in paths]
    if not inputs and table is None:
        raise UsageError("there is nothing to make a catalogue of", remedy="give a folder")
    told = None if table is None else _absolute(table)
    if told is None:
        tables = [path for path in inputs if path.is_file() and is_table(path)]
        if len(tables) > 1:
            names = " and ".join(path.name for path in tables[:2])
            raise UsageError(f"{names} are both tables", remedy="give one")
        told = tables[0] if tables else None
    inputs = [path for path in inputs if path != told]
    if len(inputs) == 1 and told is None and (name := published_in(inputs[0])):
        return _published(inputs[0], name)
    if len(inputs) == 1 and inputs[0].suffix.lower() in STACK_ENDINGS:
        return _stack(inputs[0], told, columns)
    if told is not None:
        return by_table(inputs, told, columns)
    return _folder(inputs, columns)


def _folder(inputs: list[Path], columns: Mapping[str, str] | None) -> Recognised:
    """Recognise image files, with the table that lies among them where it tells of them."""
    files = find_files(inputs)
    tables = [path for folder in inputs if folder.is_dir() for path in _tables_in(folder)]
    if not files:
        return _without_images(inputs, tables, columns)
    beside = table_of(files, inputs, tables)
    if beside is not None:
        return _told_folder(inputs, files, beside, columns)
    told = sum(told_by_name(name_of(path)) is not None for path in files)
    names = "mirabest" if told > 0.9 * len(files) else ""
    known: dict[str, Any] = {"pixel_scale": _FIRST_PIXEL, "beam": _FIRST_BEAM} if names else {}
    plan = Plan(
        _texts(inputs), "folder", title=_title(inputs), options=Options(names=names, **known)
    )
    summary = f"{_counted(files)} in {_title(inputs)}."
    if names:
        summary += " Their names tell class, position, redshift and angular size, as MiraBest's do."
    if tables:
        summary += (
            f" {tables[0].name} lies with them, but does not name them; to cut the positions in it "
            "out of them, give it as the table."
        )
    return Recognised("folder", len(files), summary, plan, first_rows=_first(plan))


def _without_images(
    inputs: list[Path], tables: list[Path], columns: Mapping[str, str] | None
) -> Recognised:
    """Recognise a folder that holds one stack or one table and no images."""
    stacks = [
        path
        for folder in inputs
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".") and _is_stack(path)
    ]
    if len(stacks) == 1:
        return _stack(stacks[0], None, columns)
    if len(tables) == 1 and not stacks:
        return by_table([], tables[0], columns)
    several = f"holds {len(stacks) + len(tables)} stacks and tables, and no images"
    raise UsageError(
        several if stacks or tables else "holds no images (.fits, .png, .jpg)",
        subject=inputs[0],
        remedy="give the folder of your images, a table, or a .npy or HDF5 stack",
    )


def _is_stack(path: Path) -> bool:
    """Tell whether a file holds a stack of images: arrays of labels may lie beside it."""
    if path.suffix.lower() not in STACK_ENDINGS:
        return False
    try:
        open_stack(path).close()
    except ImageError:
        return False
    return True


def _told_folder(
    inputs: list[Path], files: list[Path], beside: Path, columns: Mapping[str, str] | None
) -> Recognised:
    """Recognise image files that a table lying among them tells of."""
    told = by_table(inputs, beside, columns)
    plan = told.plan
    as_files = Plan(
        plan.inputs, "folder", plan.table, plan.columns, _title(inputs), "", plan.options
    )
    summary = f"{_counted(files)} in {_title(inputs)}, and a table, {beside.name}, that names them."
    return Recognised("folder", len(files), summary, as_files, told.columns, told.first_rows)


def _stack(path: Path, table: Path | None, columns: Mapping[str, str] | None) -> Recognised:
    """Recognise an array of images, with what lies beside it."""
    options: dict[str, Any] = {}
    survey = ""
    if path.suffix.lower() in HDF5_ENDINGS:
        about = about_hdf5(path)
        options = {"dataset": about.dataset, "pixel_scale": about.pixel_scale, "beam": about.beam}
        survey = about.survey
        table = table or (path if about.columns else None)
    elif (path.parent / "manifest.json").is_file() and path.name.lstrip("~") == "images.npy":
        options = {"pixels": "ready"}
    stack = open_stack(path, str(options.get("dataset", "")))
    layout = stack.layout
    stack.close()
    bands = "" if layout.bands == 1 else f" in {layout.bands} bands"
    summary = f"{layout.count:,} images of {layout.width} x {layout.height} pixels{bands}."
    table = table or _beside(path)
    plan = Plan((str(path),), "stack", title=path.stem, survey=survey, options=Options(**options))
    if table is None:
        return Recognised("stack", layout.count, summary, plan, first_rows=_first(plan))
    read = open_table(table, plan.options.dataset)
    chosen = {"path": "", **(columns or {})}
    guessed = guess_columns(read, profiles_of(read), chosen)
    count = sum(1 for _ in read.lines())
    where = "its data sets" if table == path else table.name
    summary += f" {where[0].upper()}{where[1:]} tell{'' if table == path else 's'} of each."
    if count != layout.count:
        summary += f" But it has {count:,} rows: only the first of them belong together."
    plan = Plan(
        plan.inputs, "stack", str(table), guessed.roles, path.stem, survey,
        Options(**{**options, **guessed.options}),
    )  # fmt: skip
    return Recognised("stack", layout.count, summary, plan, guessed.columns, first_lines(read))


def _published(path: Path, name: str) -> Recognised:
    """Recognise a published set."""
    about = PUBLISHED[name]
    options = dataclasses.replace(about.options, dataset=name)
    plan = Plan((str(path),), "published", title=about.title, survey=about.survey, options=options)
    every = [row for row in rows(plan) if isinstance(row, Row)]
    classes = Counter(row.label for row in every)
    told = ", ".join(f"{count:,} {label}" for label, count in classes.most_common())
    summary = f"{about.title}, {len(every):,} images of {about.survey}: {told}."
    return Recognised("published", len(every), summary, plan, first_rows=_first(plan))


def _tables_in(folder: Path) -> list[Path]:
    names = sorted(
        path
        for path in folder.iterdir()
        if path.name.lower().removesuffix(".gz").endswith(TABLE_ENDINGS)
        and not path.name.startswith(".")
        and path.is_file()
    )
    return names[:_MOST_TABLES]


def _beside(path: Path) -> Path | None:
    """Return the table or labels that lie beside an array under its name."""
    wanted = [path.with_suffix(ending) for ending in (*TABLE_ENDINGS, ".fits")]
    wanted += [path.with_name(f"{path.stem}_labels.npy"), path.with_name("labels.npy")]
    return next((each for each in wanted if each.is_file() and each != path), None)


def _first(plan: Plan) -> list[dict[str, str]]:
    """Return the first rows of a plan without a table."""
    first = itertools.islice((row for row in rows(plan) if isinstance(row, Row)), SHOWN)
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


def _counted(files: Sequence[Path]) -> str:
    pictures = sum(map(is_picture_name, files))
    kinds = {"FITS images": len(files) - pictures, "pictures (PNG, JPEG)": pictures}
    told = [f"{count:,} {kind}" for kind, count in kinds.items() if count]
    return " and ".join(told) if len(files) > 1 else "1 image"


def _title(inputs: Sequence[Path]) -> str:
    return inputs[0].name if len(inputs) == 1 else f"{len(inputs)} files and folders"


def _texts(paths: Sequence[Path]) -> tuple[str, ...]:
    return tuple(map(str, paths))


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
