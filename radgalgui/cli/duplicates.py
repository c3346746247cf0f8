"""``radgalgui catalog duplicates``: sources that are there twice, and a catalogue without them."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Final

from radgalgui.cli.devices import add_device_arguments
from radgalgui.cli.output import check_target, print_table
from radgalgui.cli.reporting import Reporter, add_events, reporting
from radgalgui.cli.survey import Curve, say_device
from radgalgui.errors import UsageError
from radgalgui_resources import FIRST_ENCODER, catalog_path

__all__ = ["add_arguments", "run"]

_SHOWN: Final = ("pair", "left", "right", "separation_arcsec", "cosine_distance", "found_by")
_FORMATS: Final = {"separation_arcsec": ".2f", "cosine_distance": ".4g"}
_LISTED: Final = 200  # pairs that are printed; a file has all
_AUTO: Final = "auto"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "catalog", type=Path, nargs="?", metavar="DIR", help="default: the bundled one"
    )
    parser.add_argument(
        "--arcsec",
        type=float,
        metavar="N",
        help="list pairs within N arcsec on the sky (default: 5 if --distance is not given)",
    )
    parser.add_argument(
        "--distance",
        metavar="D",
        help="list pairs whose images have vectors within a cosine distance of D, or 'auto': one "
        "within which hardly any two different sources lie",
    )
    parser.add_argument(
        "--encoder",
        metavar="NAME",
        help=f"whose vectors are compared (default: {FIRST_ENCODER} if the catalogue has them)",
    )
    parser.add_argument(
        "--ignore-orientation",
        action="store_true",
        help="compare images whichever way they lie: embeds them anew, eight times each",
    )
    parser.add_argument("--csv", metavar="OUT", help="write a CSV file ('-' for standard output)")
    parser.add_argument(
        "--apply",
        type=Path,
        metavar="FILE",
        help="leave duplicates out as this CSV file says: the list of pairs with a column 'keep', "
        "left, right, both or merge (keep the left one, and fill its unknown values)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="with --apply: the new catalogue (default: the catalogue itself is replaced)",
    )
    add_device_arguments(parser)
    add_events(parser)


def run(options: argparse.Namespace) -> None:
    """List pairs, or write a catalogue without those that were decided upon."""
    options.catalog = options.catalog or catalog_path()
    if options.apply is not None:
        _apply(options)
        return
    if options.out is not None:
        raise UsageError("--out needs --apply", remedy="give the decisions, or --csv for the list")
    if options.csv not in (None, "-"):
        check_target("--csv", Path(options.csv))
    with reporting(options, options.catalog) as reporter:
        _find(options, reporter)


def _find(options: argparse.Namespace, reporter: Reporter) -> None:
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.duplicates.find import Within, find_duplicates, pair_rows, write_pairs

    with Catalog.open(options.catalog) as catalog:
        encoder = _encoder(options, catalog.encoders)
        within = Within(_arcsec(options), _distance(options), encoder, options.ignore_orientation)
        device = say_device(reporter, options) if options.ignore_orientation else None
        found = find_duplicates(
            catalog,
            within,
            device=device,
            progress=reporter.progress,
            note=reporter.note,
            cancel=reporter.cancel,
        )
        rows = list(pair_rows(catalog, found)) if options.csv is None else []
        if options.csv is not None:
            write_pairs(catalog, found, sys.stdout if options.csv == "-" else Path(options.csv))
    if not math.isnan(found.limit):
        reporter.note("info", f"within a cosine distance of {found.limit:.3g} by {encoder}")
    reporter.note("info", "1 pair" if len(found) == 1 else f"{len(found):,} pairs")
    if options.csv is None and not options.events:
        print_table(_SHOWN, rows[:_LISTED], formats=_FORMATS)
        if len(rows) > _LISTED:
            print(f"\nand {len(rows) - _LISTED:,} more; --csv writes all")
    if options.events or options.csv not in (None, "-"):
        limit = None if math.isnan(found.limit) else found.limit
        written = options.csv if options.csv not in (None, "-") else options.catalog
        told = {"pairs": len(found), "distance": limit, "encoder": encoder}
        reporter.done(Path(written), {**told, "nearest": list(found.counts)})


def _arcsec(options: argparse.Namespace) -> float | None:
    if options.arcsec is None:
        return None if options.distance is not None else 5.0
    return float(options.arcsec)


def _distance(options: argparse.Namespace) -> float | None:
    if options.distance in (None, _AUTO):
        return None
    try:
        return float(options.distance)
    except ValueError:
        raise UsageError(
            f"--distance {options.distance!r} is no number", remedy="give 0 to 1, or 'auto'"
        ) from None


def _encoder(options: argparse.Namespace, known: tuple[str, ...]) -> str | None:
    """Return the encoder whose vectors are compared, None where none are asked for."""
    if options.distance is None:
        if options.encoder or options.ignore_orientation:
            raise UsageError("nothing is said of how alike", remedy="add --distance auto")
        return None
    if options.encoder is not None:
        return str(options.encoder)
    if not known:
        raise UsageError(
            "the catalogue has no vectors", subject=options.catalog, remedy="embed it, or --arcsec"
        )
    return FIRST_ENCODER if FIRST_ENCODER in known else known[0]


def _apply(options: argparse.Namespace) -> None:
    """Write a catalogue without what the decisions leave out."""
    target = options.out or options.catalog
    with reporting(options, target) as reporter:
        from radgalgui.catalog.catalog import Catalog
        from radgalgui.jobs.duplicates.apply import leave_out
        from radgalgui.jobs.duplicates.decisions import read_decisions

        with Catalog.open(options.catalog) as catalog:
            decisions = read_decisions(options.apply, list(catalog.names))
        removed = leave_out(
            options.catalog,
            decisions,
            out=options.out,
            progress=reporter.progress,
            note=reporter.note,
            listener=Curve(reporter),
            cancel=reporter.cancel,
        )
        reporter.note("info", f"{removed:,} sources left out")
        reporter.done(target, {"removed": removed})
