"""What was found of one catalogue laid over another, in words and rows for both faces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.coverage import LEVEL
from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.events import Covered, Overlaid

__all__ = ["NEW_FROM", "coverage_columns", "coverage_rows", "coverage_text", "percent"]

NEW_FROM = LEVEL
"""Novelty from which a source is called unlike all that the reference holds."""


def percent(share: float) -> str:
    """Return a share as per cent: a digit more where it is nearly none or nearly all."""
    value = 100 * share
    close = 0 < value < 1 or 99 < value < 100
    return f"{value:.1f}" if close else f"{value:.0f}"


def coverage_text(told: Covered, reference: str = "the reference") -> str:
    """Return the coverage in a sentence, with its interval and what a perfect match has."""
    return (
        f"{percent(told.share)} % ({percent(told.low)} to {percent(told.high)} %) of "
        f"{told.sources:,} sources lie where {reference} has sources; of its own, "
        f"{percent(told.own)} %."
    )


def coverage_columns(methods: list[str]) -> list[str]:
    """Return the columns of `coverage_rows`."""
    places = [f"{method}_{axis}" for method in methods for axis in "xy"]
    return ["name", "ra", "dec", "novelty", "new", "nearest", "similarity", *places]


def coverage_rows(
    parts: list[Overlaid], other: Catalog, reference: Catalog
) -> list[dict[str, Any]]:
    """Return a row for each source of the other catalogue, as `coverage_columns` names them."""
    names, nearest = other.names, reference.names
    where = {axis: other.column(axis) for axis in ("ra", "dec")}
    rows = []
    for part in parts:
        for at in range(len(part.novelty)):
            row = part.first + at
            position = {axis: _known(values[row]) for axis, values in where.items()}
            rows.append(
                {
                    "name": str(names[row]),
                    **position,
                    "novelty": round(float(part.novelty[at]), 3),
                    "new": "yes" if part.novelty[at] >= NEW_FROM else "no",
                    "nearest": str(nearest[part.nearest[at]]),
                    "similarity": float(part.similarity[at]),
                    **_places(part.methods, part.places[at]),
                }
            )
    return rows


def _places(methods: list[str], places: NDArray[np.float32]) -> dict[str, float]:
    return {
        f"{method}_{axis}": float(places[number, side])
        for number, method in enumerate(methods)
        for side, axis in enumerate("xy")
    }


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
