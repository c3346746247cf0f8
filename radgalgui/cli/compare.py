"""``radgalgui catalog compare``: how far the sources of one survey lie from another's."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.cli.output import TerminalProgress
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.analysis.two_samples import Apart
    from radgalgui.jobs.likelihood.compare import Comparison

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "reference", type=Path, metavar="A", help="the catalogue that is the measure"
    )
    parser.add_argument(
        "other",
        metavar="B",
        help="another catalogue, or a set that comes along: mirabest, frdeep, rgd",
    )
    parser.add_argument(
        "--encoder",
        metavar="NAME",
        help=f"one of A's with likelihoods (default: {FIRST_ENCODER} if it has these)",
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(options: argparse.Namespace) -> None:
    """Print whether B lies inside A's support, and how far they lie apart."""
    from radgalgui.jobs.likelihood.compare import compare
    from radgalgui.jobs.search import Searcher

    searcher = Searcher.open(options.reference, options.encoder or _encoder(options.reference))
    progress = TerminalProgress()
    try:
        told = compare(searcher, options.other, progress=progress)
    finally:
        progress.close()
    if options.json:
        facts = {"reference_catalog": str(options.reference), **told.to_dict()}
        print(json.dumps({**facts, "other": options.other}, indent=2))
        return
    print(_text(told))


def _encoder(path: Path) -> str:
    """Return the encoder to compare by: one with likelihoods, where there is such."""
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.errors import CatalogError

    with Catalog.open(path) as catalog:
        names = list(catalog.manifest.likelihoods) or list(catalog.encoders)
    if not names:
        raise CatalogError(
            "the catalogue has no vectors to compare with",
            subject=path,
            remedy=f"embed it first: radgalgui embed {path}",
        )
    return FIRST_ENCODER if FIRST_ENCODER in names else names[0]


def _text(told: Comparison) -> str:
    outside = told.outside
    low, high = outside.limits
    lines = [
        told.sentence,
        "",
        f"encoder                        {told.encoder}",
        f"median log-likelihood          {told.a.median:.1f} nats; {told.b.title}: "
        f"{told.b.median:.1f}, at percentile {told.b.percentile:.1f}",
        f"Kolmogorov-Smirnov             {_apart(told.ks)}",
        f"energy distance of likelihoods {_apart(told.energy_likelihood)}",
    ]
    if told.energy_vectors is not None:
        lines.append(f"energy distance of vectors     {_apart(told.energy_vectors)}")
    lines += [
        f"outside the central 99.9 %     {outside.share:.1%} ({outside.low:.1%} to "
        f"{outside.high:.1%}): {outside.below:.1%} below {low:.1f}, {outside.above:.1%} above "
        f"{high:.1f} nats",
        *(["", *told.notes] if told.notes else []),
    ]
    return "\n".join(lines)


def _apart(found: Apart) -> str:
    p_value = "< 0.01" if found.p_value < 0.01 else f"= {found.p_value:.2f}"
    return (
        f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f}; up to {found.by_chance:.3f} by "
        f"chance), p {p_value}"
    )
