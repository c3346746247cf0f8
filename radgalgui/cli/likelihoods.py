"""``radgalgui catalog likelihood``: tell how likely the sources of a catalogue are."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from radgalgui.cli.reporting import reporting
from radgalgui.cli.survey import Curve, add_attempts, say_device
from radgalgui.errors import CatalogError

__all__ = ["add_arguments", "run"]

ALL: Final = "all"
ENGINES: Final = ("denmarf", "zuko")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("catalog", type=Path, metavar="DIR", help="the catalogue")
    parser.add_argument(
        "--encoder",
        action="append",
        metavar="NAME",
        help="by the vectors of this encoder, which the catalogue must hold (may be repeated); "
        "default: all of them",
    )
    parser.add_argument(
        "--preset",
        metavar="NAME",
        help="how large the flow is and how long it learns: bundled (default), or published, as "
        "arXiv:2311.08331 has it, which takes days without a graphics card",
    )
    parser.add_argument("--engine", choices=ENGINES, help="whose flows (default: the preset's)")
    parser.add_argument(
        "--no-reconstruction",
        action="store_true",
        help="leave out how well the very deep VAE draws each source again, which takes longest",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn at random")
    add_attempts(parser)


def run(options: argparse.Namespace) -> None:
    """Tell the likelihoods of a catalogue, by one encoder after the other."""
    with reporting(options, options.catalog) as reporter:
        names = _chosen(options)
        device = say_device(reporter, options)
        from radgalgui.jobs.likelihood.fit import Way, judge_catalog

        way = Way(
            options.preset, options.engine, options.seed, redraw=not options.no_reconstruction
        )
        told, curve = {}, Curve(reporter)
        for number, name in enumerate(names, start=1):
            if len(names) > 1:
                reporter.note("info", f"Likelihoods of {name}, {number} of {len(names)}")
            card = judge_catalog(
                options.catalog,
                name,
                way=way,
                device=device,
                resume=options.resume,
                restart=options.restart,
                progress=reporter.progress,
                note=reporter.note,
                listener=curve,
                cancel=reporter.cancel,
            )
            told[name] = card["held_out_per_dimension"]
            reporter.note(
                "info",
                f"{name}: held-out sources have a log-likelihood of "
                f"{card['held_out_per_dimension']:.3f} nats a dimension",
            )
        reporter.done(options.catalog, {"held_out_per_dimension": told})


def _chosen(options: argparse.Namespace) -> list[str]:
    """Return by which encoders' vectors likelihoods are asked for."""
    from radgalgui.catalog.catalog import Catalog

    with Catalog.open(options.catalog) as catalog:
        names = list(catalog.encoders)
        if not names:
            raise CatalogError(
                "the catalogue has no vectors",
                subject=options.catalog,
                remedy=f"embed it first: radgalgui embed {options.catalog} --encoder NAME",
            )
        if not options.encoder or ALL in options.encoder:
            return names
        for name in options.encoder:
            catalog.dimension(name)  # says which there are where it is none of them
        return list(dict.fromkeys(options.encoder))
