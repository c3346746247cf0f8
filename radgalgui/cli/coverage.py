"""``radgalgui catalog coverage``: how much of one catalogue lies where another has sources."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.output import TerminalProgress, check_target, print_table
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.jobs.events import Covered, Overlaid
    from radgalgui.jobs.search import Searcher

__all__ = ["add_arguments", "run"]

_SHOWN = ("name", "novelty", "nearest", "similarity")
_FORMATS = {"ra": ".6f", "dec": "+.6f", "novelty": ".1f", "similarity": ".3f"}
_MOST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("reference", type=Path, metavar="A", help="the catalogue to compare with")
    parser.add_argument("other", type=Path, metavar="B", help="the catalogue laid over it")
    parser.add_argument(
        "--encoder", metavar="NAME", help=f"one of A's (default: {FIRST_ENCODER} if it has that)"
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument(
        "--csv", type=Path, metavar="OUT", help="write a row for every source of B: novelty, place"
    )


def run(options: argparse.Namespace) -> None:
    """Print the coverage, and the sources of B that are least like A's."""
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.covered import coverage_columns, coverage_rows, coverage_text

    if options.csv is not None:
        check_target("--csv", options.csv)
    searcher = _open(options)
    parts, told = _ask(searcher, options.other)
    with Catalog.open(options.other) as other:
        rows = coverage_rows(parts, other, searcher.catalog)
    if options.csv is not None:
        write_csv(options.csv, coverage_columns(parts[0].methods), rows)
    if options.json:
        facts = {k: v for k, v in asdict(told).items() if k != "job"}
        print(json.dumps({"reference_catalog": str(options.reference), **facts}, indent=2))
        return
    print(coverage_text(told))
    _print_newest(rows)


def _print_newest(rows: list[dict[str, Any]]) -> None:
    newest = sorted((r for r in rows if r["new"] == "yes"), key=lambda r: r["similarity"])
    if newest:
        shown = min(len(newest), _MOST)
        print(f"\n{len(newest):,} are unlike the reference; the {shown} least alike:")
        print_table(_SHOWN, newest[:_MOST], formats=_FORMATS)


def _open(options: argparse.Namespace) -> Searcher:
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.errors import CatalogError
    from radgalgui.jobs.search import Searcher

    encoder = options.encoder
    if encoder is None:
        with Catalog.open(options.reference) as catalog:
            names = catalog.encoders
        if not names:
            raise CatalogError(
                "the catalogue has no vectors to compare with",
                subject=options.reference,
                remedy=f"embed it first: radgalgui embed {options.reference}",
            )
        encoder = FIRST_ENCODER if FIRST_ENCODER in names else names[0]
    return Searcher.open(options.reference, encoder)


def _ask(searcher: Searcher, other: Path) -> tuple[list[Overlaid], Covered]:
    from radgalgui.jobs.events import Covered, Overlaid
    from radgalgui.jobs.overlay import overlay

    progress = TerminalProgress()
    parts, told = [], []
    try:
        for event in overlay(searcher, other, job="coverage"):
            if isinstance(event, Overlaid):
                parts.append(event)
                progress(event.first + len(event.novelty), event.total, "comparing sources")
            elif isinstance(event, Covered):
                told.append(event)
    finally:
        progress.close()
    return parts, told[0]
