"""Rows cut out by the thread that asks, or by processes beside it where these are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import Cancelled
from radgalgui.jobs.beside import Workers, open_workers
from radgalgui.jobs.survey.cutting import Cutter, refusal
from radgalgui.jobs.survey.effort import processes_for
from radgalgui.jobs.survey.plan import Cut, Plan, Rejected, Row
from radgalgui.jobs.survey.record import record
from radgalgui.progress import Notice, unheard
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["LEVELS", "NOTES", "Cutters", "Prepared", "open_cutters"]

LEVELS: Final = 255
"""Of an image as a catalogue stores it: 0 to this, for 0 to 1."""

NOTES: Final = "notes"
_PART: Final = 16  # rows that a process is handed at a time


@dataclass(frozen=True)
class Prepared:
    """A row that can become a source: its record, and its image (C, S, S) as it is stored."""

    number: int
    name: str
    values: dict[str, Any]
    image: NDArray[np.uint8]


Cutters = Workers[Row | Rejected, Prepared | Rejected]
"""What cuts rows out, in their order."""


@contextmanager
def open_cutters(
    plan: Plan,
    eyes: Preprocessing,
    count: int | None,
    *,
    processes: int | None = None,
    note: Notice = unheard,
) -> Iterator[Cutters]:
    """Open what cuts the rows of a plan.

    Parameters
    ----------
    eyes : Preprocessing
        How encoders see.
    count : int or None
        Rows that are left to cut; None where nobody knows.
    processes : int, optional
        How many cut; as `processes_for` says by default.
    note : callable, optional
        Told if the processes ended and cutting goes on without them.

    Raises
    ------
    ImageError
        If the images of the plan cannot be opened.
    """
    wanted = processes_for(plan, count) if processes is None else processes
    with Cutter(plan, eyes) as cutter:
        alone, begin = partial(_prepared, cutter=cutter), partial(_cutting, plan, eyes)
        with open_workers(alone, begin, wanted, part=_PART, note=note) as workers:
            yield workers


def _cutting(plan: Plan, eyes: Preprocessing) -> Callable[[Row | Rejected], Prepared | Rejected]:
    """Return what cuts rows in a process of its own, in which the images stay open."""
    return partial(_prepared, cutter=Cutter(plan, eyes))


def _prepared(row: Row | Rejected, cutter: Cutter) -> Prepared | Rejected:
    """Return a row's record and image, or why it cannot be a source."""
    if isinstance(row, Rejected):
        return row
    try:
        cut = cutter.cut(row)
        if not np.isfinite(cut.seen).all():
            return Rejected(row.number, row.name, "what encoders would see is not finite")
        values = _record(row, cut, cutter.plan)
    except Cancelled:
        raise
    except Exception as error:
        return refusal(row, error)
    return Prepared(row.number, row.name, values, np.rint(cut.seen * LEVELS).astype(np.uint8))


def _record(row: Row, cut: Cut, plan: Plan) -> dict[str, Any]:
    """Return a source's row of the table; the last column says in words what to know of it."""
    values: dict[str, Any] = record(row, cut, plan)
    values[NOTES] = " ".join(remark.text for remark in cut.notes)
    return {name: _sayable(value) for name, value in values.items()}


def _sayable(value: Any) -> Any:
    """Return text as UTF-8 can hold it: file names may hold bytes that are no Unicode."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value
