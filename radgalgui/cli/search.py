"""``radgalgui search``: the most similar galaxies of each image, as a table, CSV or VOTable."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.inputs import named_images, typed_position
from radgalgui.cli.output import (
    add_outputs,
    check_outputs,
    complain,
    print_table,
    prints_tables,
    write_outputs,
)
from radgalgui.errors import RadGalError, UsageError
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.jobs.search import Searcher
    from radgalgui.sky.image import SkyPosition

__all__ = ["add_arguments", "run"]

_FORMATS = {"ra": ".6f", "dec": "+.6f", "similarity": ".4f", "angular_size_arcsec": ".1f"}
_SHOWN = ("rank", "name", "ra", "dec", "similarity", "class", "angular_size_arcsec")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="FITS images, or folders of them")
    parser.add_argument(
        "--catalog",
        type=Path,
        metavar="DIR",
        help="what to search (default: the bundled simulated catalogue)",
    )
    parser.add_argument(
        "--encoder", default=FIRST_ENCODER, metavar="NAME", help=f"default: {FIRST_ENCODER}"
    )
    parser.add_argument(
        "--top", type=int, default=20, metavar="N", help="neighbours of each image (default: 20)"
    )
    parser.add_argument(
        "--position", metavar="'RA DEC'", help="where the source lies; sexagesimal or degrees, ICRS"
    )
    parser.add_argument(
        "--ignore-orientation",
        action="store_true",
        help="a galaxy and its rotated or mirrored self count as the same",
    )
    add_outputs(parser)


def run(options: argparse.Namespace) -> int:
    """Answer every image that can be answered; 2 if one or more could not."""
    _check(options)
    position = typed_position(options.position)
    files, refused = named_images(options.files)
    rows: list[dict[str, Any]] = []
    if files:
        searcher = _open(options)
        for path in files:
            try:
                answer = _answer(searcher, path, position, options)
            except RadGalError as error:
                complain(error)
                refused += 1
                continue
            if prints_tables(options):
                _print(answer, first=not rows)
            rows += answer
    if rows:
        from radgalgui.jobs.results import SEARCH_COLUMNS

        write_outputs(rows, SEARCH_COLUMNS, options)
    return 2 if refused else 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what could not be carried out, before hundreds of images are answered in vain."""
    if options.top < 1:
        raise UsageError(f"--top {options.top} asks for no neighbours", remedy="give at least 1")
    check_outputs(options)


def _open(options: argparse.Namespace) -> Searcher:
    from radgalgui.jobs.search import Searcher
    from radgalgui_resources import catalog_path

    return Searcher.open(options.catalog or catalog_path(), options.encoder, threads=1)


def _answer(
    searcher: Searcher, path: Path, position: SkyPosition | None, options: argparse.Namespace
) -> list[dict[str, Any]]:
    """Return the CSV rows of one image; its warnings go to standard error."""
    from radgalgui.jobs.events import Neighbours, Picture, Seen
    from radgalgui.jobs.results import search_rows
    from radgalgui.jobs.wire import json_line

    name, rows = path.name, []
    for event in searcher.answer(
        str(path),
        path,
        position=position,
        top=options.top,
        ignore_orientation=options.ignore_orientation,
    ):
        if options.events:
            print(json_line(event), flush=True)
        if isinstance(event, Picture):
            name = event.name
        elif isinstance(event, Seen):
            for note in event.notes:
                complain(f"{path}: note: {note['text']}")
        elif isinstance(event, Neighbours):
            catalog = searcher.catalog.path.name
            rows = search_rows(name, event.rows, catalog, searcher.encoder.name)
    return rows


def _print(rows: list[dict[str, Any]], *, first: bool) -> None:
    """Print the table of one query, after a blank line unless it is the first."""
    if not first:
        print()
    print(f"{rows[0]['query']}: nearest in {rows[0]['catalog']} by {rows[0]['encoder']}")
    print_table(_SHOWN, rows, formats=_FORMATS)
    sys.stdout.flush()
