"""Neighbours as CSV, through the same rows and columns as the command line writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from radgalgui.gui.session import Query
from radgalgui.gui.sources import Sources

__all__ = ["export_csv", "exportable"]


def exportable(queries: Sequence[Query]) -> list[Query]:
    """Return the queries that have neighbours."""
    return [query for query in queries if query.rows]


def export_csv(path: Path, queries: Sequence[Query], sources: Sources) -> int:
    """Write the neighbours of queries; return how many rows.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.results import SEARCH_COLUMNS, search_rows

    rows = [
        row
        for query in exportable(queries)
        for row in search_rows(query.name, query.rows, sources.path.name, sources.encoder)
    ]
    write_csv(path, SEARCH_COLUMNS, rows)
    return len(rows)
