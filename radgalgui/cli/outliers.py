"""``radgalgui catalog outliers``: the least likely sources of a catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from radgalgui.cli.output import check_target, print_table
from radgalgui.errors import UsageError
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS, METHODS
from radgalgui_resources import FIRST_ENCODER, catalog_path

__all__ = ["add_arguments", "run"]

_SHOWN: Final = (
    "rank", "name", "label", "log_likelihood", "percentile", *METHODS[1:], COMBINED
)  # fmt: skip
_FORMATS: Final = {"log_likelihood": ".1f", **dict.fromkeys(_SHOWN[4:], ".2f")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "catalog", type=Path, nargs="?", metavar="DIR", help="default: the bundled one"
    )
    parser.add_argument("--top", type=int, default=50, metavar="N", help="how many (default: 50)")
    parser.add_argument(
        "--encoder",
        metavar="NAME",
        help=f"one whose likelihoods are told (default: {FIRST_ENCODER} if they are)",
    )
    parser.add_argument(
        "--by",
        choices=(*METHODS, COMBINED),
        default=COMBINED,
        help="the method whose percentiles decide (default: all together)",
    )
    parser.add_argument("--csv", metavar="OUT", help="write a CSV file ('-' for standard output)")


def run(options: argparse.Namespace) -> None:
    """Print or write the least likely sources."""
    if options.top < 1:
        raise UsageError(f"--top {options.top} is out of range", remedy="ask for at least 1")
    if options.csv not in (None, "-"):
        check_target("--csv", Path(options.csv))
    rows, agreement = _asked(options)
    from radgalgui.jobs.likelihood.outliers import COLUMNS

    if options.csv is None:
        print_table(_SHOWN, rows, formats=_FORMATS)
        print(f"\n{agreement}")
        return
    from radgalgui.catalog.export import write_csv

    write_csv(sys.stdout if options.csv == "-" else Path(options.csv), COLUMNS, rows)


def _asked(options: argparse.Namespace) -> tuple[list[dict[str, Any]], str]:
    """Return the rows of the table, and how far the methods agree."""
    from radgalgui.analysis.combine import agreement_words
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.likelihood.outliers import judged_encoder, least_likely, outlier_rows
    from radgalgui.jobs.likelihood.stored import scores_of

    with Catalog.open(options.catalog or catalog_path()) as catalog:
        stored = scores_of(catalog, judged_encoder(catalog, options.encoder, FIRST_ENCODER))
        chosen = least_likely(stored, by=options.by, top=options.top)
        rows = outlier_rows(catalog, stored, chosen)
    words = agreement_words(stored.agreement, [METHOD_WORDS[method] for method in METHODS])
    return rows, " ".join(words)
