"""What was learned of components, in words and rows: the same on the terminal and in the window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.components import axes_holding
from radgalgui.jobs.events import Understanding

__all__ = [
    "COMPONENT_COLUMNS",
    "SHARES",
    "Verdict",
    "by_importance",
    "component_rows",
    "forest_text",
    "holding",
    "understanding_dict",
    "variance_text",
    "verdict",
]

COMPONENT_COLUMNS: Final = (
    "component",
    "rank",
    "importance",
    "importance_error",
    "mean",
    "spread",
    "correlation",
)
"""Columns of the CSV; components are numbered from 0, as they stand in the vector."""

SHARES: Final = (0.90, 0.99)
"""Shares of the variance of which it is told how many principal components hold them."""

# R² below which an importance is not believed, and below which it is only a hint.
_NOTHING: Final = 0.05
_LITTLE: Final = 0.3


@dataclass(frozen=True)
class Verdict:
    """Whether importances can be believed: ``grade``, and why in a sentence."""

    grade: Literal["unknown", "nothing", "little", "well"]
    text: str


def verdict(told: Understanding, title: str) -> Verdict:
    """Judge a forest by how well it tells the column, called ``title``, of sources it had not seen.

    A forest that tells nothing has importances all the same; they are those of noise.
    """
    if told.score is None:
        return Verdict("unknown", "")
    score = f"R² = {told.score:.2f} on sources that a tree had not seen".replace("-", "−")
    if told.score < _NOTHING:
        text = f"The vectors do not tell {title} ({score}): do not read anything into importances."
        return Verdict("nothing", text)
    if told.score < _LITTLE:
        text = f"The vectors tell little of {title} ({score}): take importances as hints."
        return Verdict("little", text)
    return Verdict("well", f"The vectors tell {title} ({score}).")


def forest_text(told: Understanding) -> str:
    """Return in a sentence how far the forest has grown, and whether its importances settled."""
    if not told.trees:
        return ""
    trees = "1 tree" if told.trees == 1 else f"{told.trees} trees"
    passes = {0: "first pass", 1: "1 pass"}.get(told.passes, f"{told.passes} passes")
    grown = f"{trees}, {passes} over the sources"
    if told.change is None:
        return f"{grown}."
    moved = f"{100 * told.change:.1f} % of the importance moved in the last round"
    if not told.complete:
        return f"{grown}; {moved}."
    if told.settled:
        return f"Settled after {grown}: {moved}."
    return f"Not settled after {grown}: {moved}, so that small differences are chance."


def holding(told: Understanding) -> dict[float, int]:
    """Return for each of `SHARES` how many principal components hold it; 0 without variance."""
    return {share: axes_holding(told.explained, share) for share in SHARES}


def variance_text(told: Understanding) -> str:
    """Return in a sentence how many principal components hold 90 % and 99 % of the variance."""
    counts = holding(told)
    if not all(counts.values()):
        return "All vectors are the same."
    parts = [
        f"{count} {'holds' if count == 1 else 'hold'} {100 * share:.0f} %"
        for share, count in counts.items()
    ]
    return f"Of {len(told.explained)} principal components {' and '.join(parts)} of the variance."


def by_importance(told: Understanding) -> NDArray[np.int64]:
    """Return the components' numbers by falling importance; as they stand where it is unknown."""
    importance = np.nan_to_num(told.importance, nan=0.0)
    order: NDArray[np.int64] = np.argsort(-importance, kind="stable")
    return order


def component_rows(told: Understanding) -> list[dict[str, Any]]:
    """Return one dict a component with the keys of `COMPONENT_COLUMNS`, by falling importance.

    What is not known is None.
    """
    columns = (told.importance, told.error, told.mean, told.spread, told.correlation)
    rows = []
    for rank, number in enumerate(by_importance(told), start=1):
        values = [_number(column[number]) for column in columns]
        known = rank if told.trees else None
        rows.append(dict(zip(COMPONENT_COLUMNS, (int(number), known, *values), strict=True)))
    return rows


def understanding_dict(told: Understanding, *, catalog: str) -> dict[str, Any]:
    """Return all that was learned, as JSON can hold it; None where unknown."""
    return {
        "catalog": catalog,
        "encoder": told.encoder,
        "column": told.column,
        "sources": told.sources,
        "sources_without_value": told.unknown,
        "principal_components": {
            f"{100 * share:.0f} %": count for share, count in holding(told).items()
        },
        "explained_variance": [_number(share) for share in told.explained],
        "r2_out_of_bag": told.score,
        "verdict": verdict(told, told.column).text,
        "growth": forest_text(told),
        "trees": told.trees,
        "passes": told.passes,
        "importance_moved_in_last_round": told.change,
        "settled": told.settled,
        "notes": [note["text"] for note in told.notes],
        "components": component_rows(told),
    }


def _number(value: np.floating) -> float | None:
    """Return a float32 with the digits that it has, None for NaN."""
    return None if math.isnan(value) else float(str(np.float32(value)))
