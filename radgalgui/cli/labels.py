"""``radgalgui labels``: make the label sets that ship, from published data; for developers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.cli.output import TerminalProgress
from radgalgui.errors import DataError, UsageError

if TYPE_CHECKING:
    from radgalgui.analysis.labelled import LabelledVectors
    from radgalgui.models.encoder import Encoder

__all__ = ["add_arguments", "run"]

_SETS = ("mirabest", "rgd", "frdeep")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{', '.join(_SETS)} (default: all)")
    parser.add_argument(
        "--root",
        type=Path,
        required=True,
        metavar="DIR",
        help="a folder that holds mirabest, rgd and frdeep as published",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="default: among the bundled resources"
    )
    parser.add_argument(
        "--folds",
        type=Path,
        metavar="DIR",
        help="holds SET.folds.npz, what a fine-tuned network said out of fold, where there is one",
    )
    parser.add_argument(
        "--encoder", default="all", metavar="NAME", help="of the bundled ones (default: all)"
    )
    parser.add_argument(
        "--upright",
        action="store_true",
        help="make only the vectors of images as they lie, which likelihoods are told of",
    )
    parser.add_argument(
        "--anew",
        action="store_true",
        help="hold all sources out again; otherwise what the file tells of the same weights "
        "is kept, and another encoder or network costs no more than itself",
    )


def run(options: argparse.Namespace) -> int:
    """Make one file a set; an encoder or network that is not there yet is left out."""
    unknown = [name for name in options.sets if name not in _SETS]
    if unknown:
        raise UsageError(f"no labels {unknown[0]!r}", remedy=f"choose among {', '.join(_SETS)}")
    if options.out is not None and options.out.is_file():
        raise UsageError("is a file, not a folder", subject=f"--out {options.out}")
    from radgalgui.models.encoder import Encoder
    from radgalgui_resources import path, weights_path

    found = sorted(file.stem for file in path("weights").glob("*.safetensors"))
    names = found if options.encoder == "all" else [options.encoder]
    encoders = [Encoder.load(weights_path(name)) for name in names]
    progress = TerminalProgress()
    try:
        for name in options.sets or _SETS:
            if not options.upright:
                _make(name, options, encoders, progress)
            _make_set(name, options, encoders, progress)
    finally:
        progress.close()
    return 0


def _known(target: Path) -> LabelledVectors | None:
    """Return the set as it was made before; None where there is none, or it is damaged."""
    from radgalgui.analysis.labelled import LabelledVectors

    try:
        return LabelledVectors.load(target)
    except DataError:
        return None


def _make(
    name: str, options: argparse.Namespace, encoders: list[Encoder], progress: TerminalProgress
) -> None:
    from radgalgui_resources import classifier_path, labels_path
    from radgalgui_training.labels import make_labels

    target = labels_path(name) if options.out is None else options.out / f"{name}.safetensors"
    network = classifier_path(name)
    folds = None if options.folds is None else options.folds / f"{name}.folds.npz"
    known = None if options.anew else _known(target)
    made = make_labels(
        name,
        options.root,
        encoders,
        network=network if network.is_file() else None,
        network_folds=folds if folds is not None and folds.is_file() else None,
        known=known,
        progress=progress,
    )
    made.save(target)
    progress.close()
    told = " and the fine-tuned network" if made.network else ""
    print(
        f"{target}: {len(made)} sources of {len(made.classes)} classes, "
        f"{', '.join(made.vectors)}{told}"
    )


def _make_set(
    name: str, options: argparse.Namespace, encoders: list[Encoder], progress: TerminalProgress
) -> None:
    """Write the vectors of the same sources as their images lie, beside the labels."""
    from radgalgui.jobs.draw import GENERATOR
    from radgalgui.models.generator import Generator
    from radgalgui_resources import sets_path
    from radgalgui_training.sets import make_set

    draws = next((e for e in encoders if e.name == GENERATOR), None)
    made = make_set(
        name,
        options.root,
        encoders,
        generator=None if draws is None else Generator.of(draws),
        progress=progress,
    )
    target = sets_path(name) if options.out is None else options.out / f"{name}-sets.safetensors"
    made.save(target)
    progress.close()
    print(f"{target}: {len(made)} sources as they lie, {', '.join(made.vectors)}")
