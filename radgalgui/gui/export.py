"""Neighbours as CSV, through the same rows and columns as the command line writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from radgalgui.gui.session import Query
from radgalgui.gui.sources import Sources
from radgalgui.jobs.events import ClassRow

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
    """Write what every classifier says of queries, a row each; return how many rows.

    Label sets have classes of their own; a class that a query's set lacks stays empty there.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv

    known = [(query, query.classes) for query in queries if query.classes is not None]
    classes = list(dict.fromkeys(name for _, told in known for name in told.classes))
    rows = []
    for query, told in known:
        mean = ClassRow(classifier="mean", probabilities=told.mean)
        for said in (*told.rows, mean):
            chances = dict(zip(told.classes, said["probabilities"], strict=True))
            rows.append(
                {
                    "query": query.name,
                    "classifier": said["classifier"],
                    "class": max(chances, key=lambda name: chances[name]),
                    **{f"probability_{name}": chances.get(name) for name in classes},
                    "label_set": told.label_set,
                    "encoder": told.encoder,
                }
            )
    columns = ("query", "classifier", "class", *(f"probability_{n}" for n in classes))
    write_csv(path, (*columns, "label_set", "encoder"), rows)
    return len(rows)
