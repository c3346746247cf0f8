"""``radgalgui embed``: vectors of a catalogue by one more encoder, or of anything else."""

from __future__ import annotations

import argparse
from pathlib import Path

from radgalgui.cli.catalog import add_build_arguments, build
from radgalgui.cli.reporting import reporting
from radgalgui.cli.survey import Curve, chosen_encoders, say_device
from radgalgui.errors import UsageError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="DIR|INPUT",
        help="a catalogue's folder, which gains the encoders' vectors, indexes and maps; or what "
        "'radgalgui catalog build' takes, of which a catalogue is built in --out",
    )
    add_build_arguments(parser, required=False)


def run(options: argparse.Namespace) -> int:
    """Embed a catalogue, or build one."""
    if len(options.inputs) == 1 and (Path(options.inputs[0]) / "manifest.json").is_file():
        _embed(options, Path(options.inputs[0]))
    elif options.out is None:
        raise UsageError(
            "is no catalogue, and a new one needs a folder",
            subject=options.inputs[0],
            remedy="give --out DIR",
        )
    else:
        build(options)
    return 0


def _embed(options: argparse.Namespace, path: Path) -> None:
    """Add the encoders to a catalogue, one after the other."""
    if options.out is not None:
        raise UsageError(
            "a catalogue is embedded where it lies", subject=path, remedy="leave --out away"
        )
    if not options.encoder:
        raise UsageError("which encoder?", remedy="give --encoder NAME, or its weights file")
    with reporting(options, path) as reporter:
        encoders = chosen_encoders(options.encoder)
        device = say_device(reporter, options)
        from radgalgui.jobs.survey.embed import embed_catalog
        from radgalgui.jobs.survey.parts import MAPS

        curve = Curve(reporter)
        for weights in encoders.values():
            embed_catalog(
                path,
                weights,
                maps=("pca",) if options.no_map else MAPS,
                likelihood=options.likelihood,
                device=device,
                resume=options.resume,
                restart=options.restart,
                progress=reporter.progress,
                note=reporter.note,
                listener=curve,
                cancel=reporter.cancel,
            )
        reporter.done(path, {"encoders": list(encoders)})
