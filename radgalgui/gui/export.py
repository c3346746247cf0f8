"""Neighbours and classes as CSV, in the same rows and columns as the command line writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from radgalgui.gui.session import Query
from radgalgui.gui.sources import Sources

__all__ = ["classified", "export_classes", "export_csv", "exportable"]


def exportable(queries: Sequence[Query]) -> list[Query]:
    """Return the queries that have neighbours."""
    return [query for query in queries if query.rows]


def classified(queries: Sequence[Query]) -> list[Query]:
    """Return the queries that have been classified."""
    return [query for query in queries if query.classes is not None]


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


def export_classes(path: Path, queries: Sequence[Query]) -> int:
    """Write what every classifier says of queries, as the command line does; return the rows.

    Label sets have classes of their own; a class that a query's set lacks stays empty there.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.results import class_columns, class_rows

    columns: dict[str, None] = {}
    rows = []
    for query in queries:
        told = query.classes
        if told is not None:
            columns |= dict.fromkeys(told.classes)
            where = (query.seen.ra, query.seen.dec) if query.seen is not None else (None, None)
            rows += class_rows(query.name, told, ra=where[0], dec=where[1])
    write_csv(path, class_columns(tuple(columns)), rows)
    return len(rows)
