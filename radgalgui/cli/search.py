"""``radgalgui search``: the most similar galaxies of each image, as a table, CSV or VOTable."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.answers import Answer, Answering, Answers, answer_images, say_what_was_seen
from radgalgui.cli.output import add_outputs, check_outputs, complain, print_table
from radgalgui.errors import UsageError
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.jobs.event import Event
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
    return answer_images(options, partial(_prepare, options))


def _check(options: argparse.Namespace) -> None:
    """Refuse what could not be carried out, before hundreds of images are answered in vain."""
    if options.top < 1:
        raise UsageError(f"--top {options.top} asks for no neighbours", remedy="give at least 1")
    check_outputs(options)


def _prepare(options: argparse.Namespace) -> Answering:
    from radgalgui.jobs.results import SEARCH_COLUMNS
    from radgalgui.jobs.search import Searcher
    from radgalgui_resources import catalog_path

    searcher = Searcher.open(options.catalog or catalog_path(), options.encoder, threads=1)
    return Answering(
        partial(_answer, searcher, options),
        SEARCH_COLUMNS,
        partial(_answer_many, searcher, options),
    )


def _answer(
    searcher: Searcher, options: argparse.Namespace, path: Path, position: SkyPosition | None
) -> Answer:
    """Return the CSV rows of one image; its warnings go to standard error."""
    events = searcher.answer(
        str(path),
        path,
        position=position,
        top=options.top,
        ignore_orientation=options.ignore_orientation,
    )
    return _told(searcher, options, path, path.name, events)


def _answer_many(
    searcher: Searcher,
    options: argparse.Namespace,
    paths: Sequence[Path],
    position: SkyPosition | None,
) -> Answers:
    """Yield the same of many images, which are cut out beside the network."""
    from radgalgui.jobs.looking import Refused, Wanted, look_at
    from radgalgui.jobs.search_many import search_many

    wanted = Wanted((searcher.encoder.preprocessing,), position, events=options.events)
    with look_at(paths, wanted, note=lambda _, text: complain(text)) as looked:
        found = search_many(
            searcher,
            looked,
            top=options.top,
            ignore_orientation=options.ignore_orientation,
            places=options.events,
        )
        for seen, events in found:
            say_what_was_seen(seen)
            if isinstance(seen, Refused):
                yield seen.error
            else:
                yield _told(searcher, options, seen.path, seen.name, events)


def _told(
    searcher: Searcher,
    options: argparse.Namespace,
    path: Path,
    name: str,
    events: Iterable[Event],
) -> Answer:
    """Return the rows of an image that the events tell of, and print these where wanted."""
    from radgalgui.jobs.events import Neighbours, Picture, Seen
    from radgalgui.jobs.results import search_rows
    from radgalgui.jobs.wire import json_line

    rows: list[dict[str, Any]] = []
    for event in events:
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
    return rows, partial(_print, rows)


def _print(rows: list[dict[str, Any]]) -> None:
    """Print the table of one query."""
    print(f"{rows[0]['query']}: nearest in {rows[0]['catalog']} by {rows[0]['encoder']}")
    print_table(_SHOWN, rows, formats=_FORMATS)
