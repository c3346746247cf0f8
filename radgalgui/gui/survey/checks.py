"""Every row of the user's data looked at once, without its pixels: which will be left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["Checked", "Problem", "check_rows"]

#: What differs between two rows that are left out for the same reason: names, paths, numbers.
_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[/\\]\S*|[+-]?\d[\d.,:+-]*")


@dataclass(frozen=True)
class Problem:
    """Rows left out for one reason: how many, and the first of them in its own words."""

    count: int
    number: int
    name: str
    reason: str

    @property
    def text(self) -> str:
        """What to tell of it: "3 rows, the first 17 (J1234+56): no such file."."""
        name = f" ({self.name})" if self.name else ""
        if self.count == 1:
            return f"Row {self.number + 1:,}{name}: {self.reason}"
        return f"{self.count:,} rows, the first of them {self.number + 1:,}{name}: {self.reason}"


@dataclass(frozen=True)
class Checked:
    """How many rows are good, and why others are left out, most frequent first."""

    good: int
    rejected: int
    problems: tuple[Problem, ...]

    @property
    def total(self) -> int:
        """All rows."""
        return self.good + self.rejected


def check_rows(rows: Iterable[Any]) -> Checked:
    """Count rows, and group those that are rejected by what their reasons have in common.

    Parameters
    ----------
    rows : iterable
        Of `radgalgui.jobs.survey.rows.Row` and ``Rejected``; the latter has a ``reason``.
    """
    good = 0
    first: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for row in rows:
        reason = getattr(row, "reason", None)
        if reason is None:
            good += 1
            continue
        key = _OWN.sub("…", reason)
        first.setdefault(key, row)
        counts[key] = counts.get(key, 0) + 1
    problems = tuple(
        Problem(counts[key], row.number, row.name, row.reason) for key, row in first.items()
    )
    ordered = tuple(sorted(problems, key=lambda problem: -problem.count))
    return Checked(good, sum(counts.values()), ordered)
