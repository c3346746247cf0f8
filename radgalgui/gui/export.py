"""Neighbours and classes as CSV, and pictures, as the command line writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.panes import Panes
from radgalgui.gui.panes_image import panes_image
from radgalgui.gui.session import Query
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import Tokens

__all__ = ["classified", "export_classes", "export_csv", "export_pictures", "exportable"]


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


def export_pictures(
    folder: Path, query: Query, panes: Panes, tokens: Tokens, stored: NDArray[np.floating] | None
) -> list[Path]:
    """Write the pictures of a query that are shown; return the files.

    These are the panes as PNG, and where the galaxy was reconstructed what was seen, drawn and
    missed as FITS.  ``stored`` (C, S, S) is what a catalogue keeps of its source.

    Raises
    ------
    RadGalError
        If they cannot be written.
    """
    from radgalgui.errors import UsageError
    from radgalgui.jobs.pictures import save_pictures

    name = re.sub(r"[^\w.+-]+", "_", query.name) or "galaxy"
    told, written = query.reconstruction, []
    if told is not None:
        written += save_pictures(folder, name, told, seen=query.seen, stored=stored)
    picture = folder / f"{name}-panes.png"
    if not panes_image(panes, tokens).save(str(picture)):
        raise UsageError("cannot be written", subject=picture, remedy="choose another folder")
    return [*written, picture]
