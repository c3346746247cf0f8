"""What an input was recognised as."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from radgalgui.jobs.survey.columns import ColumnGuess
from radgalgui.jobs.survey.plan import Kind, Plan
from radgalgui.jobs.survey.tables import Table
from radgalgui.jobs.survey.values import text_of

__all__ = ["SHOWN", "Recognised", "first_lines"]

SHOWN: Final = 10
"""First rows that are shown."""


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
        One to three sentences for the user.
    plan : Plan
        To go on with, as it is or changed.
    columns : list of ColumnGuess
        Of the table, in its order; empty without one.
    first_rows : list of dict
        Of the table as written, by its columns; without one name, position, label and file.
    """

    kind: Kind
    count: int
    summary: str
    plan: Plan
    columns: list[ColumnGuess] = field(default_factory=list)
    first_rows: list[dict[str, str]] = field(default_factory=list)


def first_lines(table: Table) -> list[dict[str, str]]:
    """Return the first rows of a table as they are written."""
    lines = [line for line in islice(table.lines(), 5 * SHOWN) if not line.problem]
    return [
        {name: text_of(cell) for name, cell in zip(table.names, line.cells, strict=True)}
        for line in lines[:SHOWN]
    ]
