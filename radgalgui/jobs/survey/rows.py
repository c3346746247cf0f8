"""The rows of an input, one by one: each becomes a source, or is rejected with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from radgalgui.jobs.survey.found import find_files
from radgalgui.jobs.survey.names import UNTOLD, UniqueNames, name_of, told_by_name
from radgalgui.jobs.survey.plan import Plan, Rejected, Row
from radgalgui.jobs.survey.stacks import open_stack
from radgalgui.progress import CancelToken

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
    """Yield a row for each image file."""
    for number, path in enumerate(find_files(plan.inputs)):
        name = name_of(path)
        told = told_by_name(name) if plan.options.names == "mirabest" else None
        if told is not None:
            yield Row(number, name, told.ra, told.dec, str(path), None, told.label, told.columns)
        else:
            columns = dict(UNTOLD) if plan.options.names == "mirabest" else {}
            yield Row(number, name, path=str(path), columns=columns)


def _stack_rows(plan: Plan) -> Iterator[Row | Rejected]:
    """Yield a row for each image of a stack, numbered as it is there."""
    stack = open_stack(plan.inputs[0], plan.options.dataset)
    count = stack.layout.count
    stack.close()
    digits = max(len(str(count)), 4)
    stem = name_of(plan.inputs[0]).rpartition(".")[0]
    for number in range(count):
        yield Row(number, f"{stem}_{number + 1:0{digits}d}", index=number)


_READERS = {"folder": _folder_rows, "stack": _stack_rows}
