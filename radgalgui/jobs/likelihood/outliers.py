"""The least likely sources of a catalogue, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.jobs.likelihood.stored import StoredScores

__all__ = ["COLUMNS", "judged_encoder", "least_likely", "outlier_rows"]

COLUMNS: Final = (
    "rank",
    "name",
    "ra",
    "dec",
    "label",
    "encoder",
    "log_likelihood",
    "percentile",
    *METHODS[1:],
    COMBINED,
)
"""Columns of the table: ``percentile`` is that of the log-likelihood, in nats."""


def least_likely(stored: StoredScores, *, by: str = COMBINED, top: int = 50) -> NDArray[np.int64]:
    """Return the rows of the least likely sources, the least likely first.

    Parameters
    ----------
    stored : StoredScores
        How usual the sources are.
    by : str
        One of `METHODS`, or ``combined``; ties fall to the flow.
    top : int
        How many, at most: sources of which the method says nothing are left out.

    Raises
    ------
    UsageError
        If there is no such method.
    """
    told = stored.column(by)
    rows = np.flatnonzero(np.isfinite(told))
    if 0 < top < len(rows):  # of a million sources only few are worth sorting
        limit = np.partition(told[rows], top - 1)[top - 1]
        rows = rows[told[rows] <= limit]
    order = rows[np.lexsort((stored.scores[rows, 0], told[rows]))]
    return order[: max(top, 0)].astype(np.int64)


def outlier_rows(
    catalog: Catalog, stored: StoredScores, rows: Sequence[int] | NDArray[np.integer]
) -> list[dict[str, Any]]:
    """Return a row of the table for each of some sources, ranked in the order given.

    Keys are `COLUMNS`; None where something is not known.
    """
    labels = catalog.column("label") if "label" in catalog.columns else None
    return [
        {
            "rank": rank,
            "name": catalog.names[row],
            "ra": _number(catalog.column("ra")[row]),
            "dec": _number(catalog.column("dec")[row]),
            "label": None if labels is None else str(labels[row]) or None,
            "encoder": stored.encoder,
            "log_likelihood": _number(stored.scores[row, 0]),
            **dict(zip(COLUMNS[-6:], map(_number, stored.standing.own[row]), strict=True)),
        }
        for rank, row in enumerate(map(int, rows), start=1)
    ]


def judged_encoder(catalog: Catalog, wanted: str | None, first: str) -> str:
    """Return the encoder that is asked for, or one whose likelihoods are told: ``first`` if it is.

    Raises
    ------
    CatalogError
        If none is.
    """
    told = tuple(catalog.manifest.likelihoods)
    if wanted is not None:
        catalog.likelihood(wanted)  # says what to do where it is not told
        return wanted
    if not told:
        raise CatalogError(
            "likelihoods have not been told for this catalogue",
            subject=catalog.path,
            remedy=f"run: radgalgui catalog likelihood {catalog.path}",
        )
    return first if first in told else told[0]


def _number(value: Any) -> float | None:
    if not np.isfinite(value):
        return None
    return float(str(value)) if isinstance(value, np.float32) else float(value)  # shortest digits
