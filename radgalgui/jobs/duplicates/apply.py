"""A catalogue without its duplicates: a new one, or the same made anew."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.duplicates.decisions import Decision, Leaving, leaving
from radgalgui.jobs.likelihood.fit import Hears
from radgalgui.jobs.survey.change import thinned
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui_resources import path as resource

__all__ = ["ALSO", "filled", "leave_out"]

#: The column that names the sources which were merged into one.
ALSO: Final = "also"
_UNKNOWN: Final = ("", "unknown", "nan", "none")


def leave_out(
    path: str | os.PathLike[str],
    decisions: Sequence[Decision],
    *,
    out: str | os.PathLike[str] | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Write a catalogue without the duplicates that were decided upon; return how many went.

    Vectors are taken along, indexes and maps are made anew, and likelihoods where there were any.
    What appears, appears by one rename.

    Parameters
    ----------
    path : path
        The catalogue.
    decisions : sequence of Decision
        By the rows of the catalogue.
    out : path, optional
        The new catalogue; by default the catalogue itself is replaced.

    Raises
    ------
    UsageError
        If nothing is to be left out, or ``out`` is there already.
    CatalogError
        If ``path`` is no catalogue, comes along with the program and ``out`` is not given, or
        changes meanwhile.
    Cancelled
        If the user asked to stop; nothing has changed then.
    """
    source = Path(path).absolute()
    target = source if out is None else Path(out).absolute()
    if target == source and source.is_relative_to(resource("catalogs")):
        raise CatalogError(
            "the catalogue that comes along stays as it is", subject=source, remedy="give --out"
        )
    if target != source and target.exists():
        raise UsageError("is there already", subject=target, remedy="choose another folder")
    told = leaving(decisions)
    if not len(told.out):
        raise UsageError("the decisions leave no source out", remedy="decide which of a pair stays")
    with Catalog.open(source) as base:
        for row in told.spared:
            note("warning", f"{base.names[row]} stays: the decisions go in a circle")
        values = filled(base, told)
        lines = [{"name": base.names[row], "reason": "a duplicate"} for row in told.out]
        thinned(
            base, target, told.out, lines, what="duplicates", values=values, progress=progress,
            note=note, listener=listener, cancel=cancel,
        )  # fmt: skip
    return len(told.out)


def filled(base: Catalog, told: Leaving) -> dict[str, NDArray[Any]]:
    """Return the columns that merging changes, for all rows (N,), with `ALSO` among them."""
    if not told.merged:
        return {}
    columns = {name: np.array(base.column(name), copy=True) for name in base.columns}
    also = columns.get(ALSO, np.full(len(base), "", dtype=object))
    columns[ALSO] = also
    for row, others in told.merged.items():
        for other in others:
            fill(columns, row, other)
            names = [n for n in str(also[row]).split("; ") if n]
            also[row] = "; ".join(dict.fromkeys([*names, str(base.names[other])]))
    return columns


def fill(columns: Mapping[str, NDArray[Any]], row: int, other: int) -> None:
    """Let a row have from another what is not known of it."""
    for name, values in columns.items():
        if name != ALSO and _unknown(values[row]):
            values[row] = values[other]


def _unknown(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _UNKNOWN
    return isinstance(value, (float, np.floating)) and not np.isfinite(value)
