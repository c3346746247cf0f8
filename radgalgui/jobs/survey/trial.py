"""Which units and frame of a table's positions make them fall into the images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from radgalgui.errors import ImageError
from radgalgui.jobs.survey.files import FileFinder
from radgalgui.jobs.survey.found import is_picture_name
from radgalgui.jobs.survey.mosaics import Mosaics
from radgalgui.jobs.survey.plan import Plan, Row
from radgalgui.jobs.survey.tablerows import TableRows

__all__ = ["Trial", "in_files", "in_mosaics"]

_TRIED: Final = 40  # rows
_FILES: Final = 8  # of which each has an image of its own
_WAYS: Final = (
    {"ra_unit": "deg", "dec_unit": "deg"},
    {"ra_unit": "hour", "dec_unit": "deg"},
    {"ra_unit": "rad", "dec_unit": "rad"},
)


@dataclass(frozen=True)
class Trial:
    """How many of the rows that were tried fall into images, and with which plan."""

    plan: Plan
    tried: int
    inside: int


def in_mosaics(plan: Plan, mosaics: Mosaics) -> Trial:
    """Choose the units with which most positions lie in mosaics, those of the plan if they do."""
    best = Trial(plan, 0, 0)
    for tried in _plans(plan):
        rows = _placed(tried, _TRIED)
        inside = sum(bool(mosaics.covering(row.ra, row.dec)) for row in rows)
        if inside > best.inside or not best.tried:
            best = Trial(tried, max(len(rows), best.tried), inside)
        if inside > 0.5 * len(rows) > 0:
            break
    return best


def in_files(plan: Plan) -> Trial:
    """Choose the units with which most positions lie in their own images."""
    best = Trial(plan, 0, 0)
    finder = FileFinder(plan.inputs, plan.table)
    for tried in _plans(plan):
        rows = [row for row in _placed(tried, _TRIED, finder) if row.path]
        rows = [row for row in rows if not is_picture_name(str(row.path))][:_FILES]
        inside = sum(map(_is_inside, rows))
        if inside > best.inside or not best.tried:
            best = Trial(tried, max(len(rows), best.tried), inside)
        if not rows or inside > 0.5 * len(rows):
            break
    return best


def _plans(plan: Plan) -> Sequence[Plan]:
    """Return the plan as it is, and with other units."""
    return [plan, *(plan.with_options(**way) for way in _WAYS)]


def _placed(plan: Plan, count: int, finder: FileFinder | None = None) -> list[Row]:
    """Return the first rows that have a position."""
    rows = (row for row in TableRows(plan, finder=finder) if isinstance(row, Row))
    return list(islice((row for row in islice(rows, 20 * count) if row.ra == row.ra), count))


def _is_inside(row: Row) -> bool:
    try:
        return bool(Mosaics([Path(str(row.path))]).covering(row.ra, row.dec))
    except ImageError:
        return False
