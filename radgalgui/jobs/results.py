"""What a search says, as rows: the columns of its CSV and the notes on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from radgalgui.jobs.events import NeighbourRow

__all__ = ["SEARCH_COLUMNS", "search_rows"]

SEARCH_COLUMNS = (
    "query",
    "rank",
    "name",
    "ra",
    "dec",
    "similarity",
    "class",
    "angular_size_arcsec",
    "catalog",
    "encoder",
)
"""Columns of ``radgalgui search --csv`` and of the window's export, in order."""


def search_rows(
    query: str, rows: Sequence[NeighbourRow], catalog: str, encoder: str
) -> list[dict[str, Any]]:
    """Return one dict a neighbour with the keys of `SEARCH_COLUMNS`.

    Parameters
    ----------
    query : str
        The query's name, as the file or survey wrote it.
    rows : sequence of NeighbourRow
        The neighbours, best first; empty gives no rows.
    catalog, encoder : str
        What was searched and by which encoder.
    """
    return [
        {
            "query": query,
            "rank": row["rank"],
            "name": row["name"],
            "ra": row["ra"],
            "dec": row["dec"],
            "similarity": row["similarity"],
            "class": row["label"],
            "angular_size_arcsec": row["angular_size_arcsec"],
            "catalog": catalog,
            "encoder": encoder,
        }
        for row in rows
    ]
