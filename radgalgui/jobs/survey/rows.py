"""The rows of an input, one by one: each becomes a source, or is rejected with a reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from radgalgui.jobs.survey.files import FileFinder
from radgalgui.jobs.survey.found import find_files
from radgalgui.jobs.survey.names import UNTOLD, UniqueNames, name_of, told_by_name
from radgalgui.jobs.survey.plan import Plan, Rejected, Row
from radgalgui.jobs.survey.published import open_published
from radgalgui.jobs.survey.stacks import open_stack
from radgalgui.jobs.survey.tablerows import TableRows
from radgalgui.progress import CancelToken
from radgalgui.sky.image import Note

__all__ = ["rows"]


def rows(plan: Plan, *, cancel: CancelToken | None = None) -> Iterator[Row | Rejected]:
    """Yield the rows of an input in its order; no pixel is read.

    Every row gives exactly one, with ascending numbers from 0.  Of two rows that are equal in
    everything the second is rejected; of two sources of the same name the second is called
    "NAME#2".  All rows have the same ``columns``, each of one type.

    Raises
    ------
    ImageError
        If a stack cannot be opened.
    UsageError
        If the table cannot be read, or lacks what the plan asks of it.
    Cancelled
        If the user asked to stop.
    """
    names = UniqueNames()
    for row in _READERS[plan.kind](plan):
        if cancel is not None:
            cancel.check()
        yield names.admit(row) if isinstance(row, Row) else row


def _folder_rows(plan: Plan) -> Iterator[Row | Rejected]:
    """Yield a row for each image file, with what the table has to say of it."""
    told = _TableOfFiles(plan) if plan.table else None
    for number, path in enumerate(find_files(plan.inputs)):
        if told is not None:
            yield told.row(number, path)
        else:
            yield named_row(number, path, mirabest=plan.options.names == "mirabest")


def named_row(number: int, path: Path, *, mirabest: bool) -> Row:
    """Return the row of an image file, with what its name tells."""
    name = name_of(path)
    told = told_by_name(name) if mirabest else None
    if told is not None:
        return Row(number, name, told.ra, told.dec, str(path), None, told.label, told.columns)
    return Row(number, name, path=str(path), columns=dict(UNTOLD) if mirabest else {})


class _TableOfFiles:
    """What a table tells of the files in a folder."""

    def __init__(self, plan: Plan) -> None:
        finder = FileFinder(plan.inputs, plan.table)
        self._rows: dict[str, Row] = {}
        self._blank: dict[str, float | str] = {}
        for row in TableRows(plan, finder=finder):
            if isinstance(row, Row) and row.path is not None:
                self._rows.setdefault(row.path, row)
                self._blank = self._blank or {
                    name: "" if isinstance(value, str) else math.nan
                    for name, value in row.columns.items()
                }

    def row(self, number: int, path: Path) -> Row:
        """Return the row of a file, without position and label where the table has none."""
        told = self._rows.get(str(path))
        if told is not None:
            return replace(told, number=number)
        note = Note("not-in-table", "The table does not tell of it.")
        return Row(number, name_of(path), path=str(path), columns=dict(self._blank), notes=(note,))


def _table_rows(plan: Plan) -> Iterator[Row | Rejected]:
    """Yield a row for each line of a table that names image files."""
    yield from TableRows(plan, finder=FileFinder(plan.inputs, plan.table))


def _mosaic_rows(plan: Plan) -> Iterator[Row | Rejected]:
    """Yield a row for each line of a table of positions."""
    yield from TableRows(plan, placed=True)


def _stack_rows(plan: Plan) -> Iterator[Row | Rejected]:
    """Yield a row for each image of a stack, with what the table's line of its number tells."""
    with closing(open_stack(plan.inputs[0], plan.options.dataset)) as stack:
        count = stack.layout.count
    stem = Path(plan.inputs[0]).stem
    told: Iterator[Row | Rejected] = iter(TableRows(plan)) if plan.table else iter(())
    for number in range(count):
        row = next(told, None)
        if isinstance(row, Row):
            known = row.name if "name" in plan.columns else numbered(stem, number, count)
            yield replace(row, name=known, index=number)
        elif row is not None:
            yield row
        elif plan.table:
            yield Rejected(number, numbered(stem, number, count), "the table has no line for it")
        else:
            yield Row(number, numbered(stem, number, count), index=number)


def _published_rows(plan: Plan) -> Iterator[Row | Rejected]:
    """Yield a row for each source of a published set."""
    with closing(open_published(plan.options.dataset, Path(plan.inputs[0]))) as held:
        yield from held.rows()


def numbered(stem: str, number: int, count: int) -> str:
    """Return a name for an image of a stack, counted from 1."""
    return f"{stem}_{number + 1:0{max(len(str(count)), 4)}d}"


_READERS: Final[Mapping[str, Callable[[Plan], Iterator[Row | Rejected]]]] = {
    "folder": _folder_rows,
    "table": _table_rows,
    "mosaic": _mosaic_rows,
    "stack": _stack_rows,
    "published": _published_rows,
}
