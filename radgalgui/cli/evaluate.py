"""``radgalgui evaluate``: what classifiers and neighbours make of vectors, on published data."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.output import TerminalProgress, check_target, print_table
from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

if TYPE_CHECKING:
    from radgalgui.models.encoder import Encoder
    from radgalgui_training.protocols import Report

__all__ = ["add_arguments", "run"]

_DATASETS: Final = ("mirabest-confident", "frdeep-nvss", "rgd")
_NEIGHBOURS: Final = "neighbours"
_SCORES: Final = ("accuracy", "roc_auc", "specificity", "recall")
_FORMATS: Final = {**dict.fromkeys(_SCORES, ".3f"), "calibration_error": ".3f"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    from radgalgui.analysis.classifiers import CLASSIFIERS, SCALINGS

    parser.description = (
        "Fit the six published classifiers on the vectors of encoders and measure them on the "
        "published test part of a data set or, where that is not present, by 5-fold "
        "cross-validation repeated 5 times. FRII is the positive class. With 'neighbours': the "
        "mean share of the same class among the nearest sources of the Radio Galaxy Dataset."
    )
    parser.add_argument(
        "dataset",
        choices=[*_DATASETS, _NEIGHBOURS],
        metavar="WHAT",
        help=f"{', '.join(_DATASETS)}, or {_NEIGHBOURS}",
    )
    parser.add_argument(
        "--root",
        type=Path,
        required=True,
        metavar="DIR",
        help="the published folder (F_batches, NVSS_PNG_dataset, that of galaxy_data_h5.h5), or "
        "one that holds it, or one that holds mirabest, frdeep or rgd",
    )
    parser.add_argument("--encoder", default="all", metavar="NAME", help="default: all")
    parser.add_argument(
        "--classifier", default="all", choices=[*CLASSIFIERS, "all"], help="default: all"
    )
    parser.add_argument(
        "--ignore-orientation",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="mean vectors over eight orientations, which is better (the default)",
    )
    parser.add_argument(
        "--scaling",
        default="none",
        choices=list(SCALINGS),
        help="of vectors before a classifier: none as published (the default), each component "
        "to variance 1, or each vector to unit length",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: 0")
    parser.add_argument(
        "--neighbours", type=int, default=10, metavar="K", help="how many (default: 10)"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the numbers as JSON too")


def run(options: argparse.Namespace) -> int:
    """Measure, print tables, and write JSON where it is asked for."""
    _check(options)
    encoders = _encoders(options.encoder)
    measure = _neighbours if options.dataset == _NEIGHBOURS else _classifiers
    told = measure(options, encoders)
    if options.json:
        with replaced_file(options.json) as beside:
            beside.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what would fail only after minutes of work."""
    if not 0 <= options.seed < 2**32:
        raise UsageError(f"--seed {options.seed} is no seed", remedy="give 0 to 4294967295")
    if options.json:
        check_target("--json", options.json)


def _encoders(name: str) -> list[Encoder]:
    from radgalgui.models.encoder import Encoder
    from radgalgui_resources import path, weights_path

    names = [name]
    if name == "all":
        names = sorted(file.stem for file in path("weights").glob("*.safetensors"))
    if not names:
        raise UsageError("no encoder is installed", remedy="see 'radgalgui doctor'")
    return [Encoder.load(weights_path(each)) for each in names]


def _neighbours(options: argparse.Namespace, encoders: list[Encoder]) -> Any:
    from radgalgui_training.evaluate import format_table, rgd_neighbours

    rows = rgd_neighbours(options.root, *encoders, k=options.neighbours)
    print(format_table(rows))
    return [asdict(row) for row in rows]


def _classifiers(options: argparse.Namespace, encoders: list[Encoder]) -> Any:
    from radgalgui.analysis.classifiers import CLASSIFIERS
    from radgalgui_training.protocols import evaluate

    progress = TerminalProgress()
    try:
        report = evaluate(
            options.dataset,
            options.root,
            encoders,
            classifiers=list(CLASSIFIERS) if options.classifier == "all" else [options.classifier],
            ignore_orientation=options.ignore_orientation,
            scaling=options.scaling,
            seed=options.seed,
            progress=progress,
        )
    finally:
        progress.close()
    _print_report(report)
    return report.to_dict()


def _print_report(report: Report) -> None:
    first = report.results[0]
    orientation = "ignored" if report.ignore_orientation else "kept"
    print(f"{report.dataset}: {report.protocol}")
    print(
        f"{first.n_train} sources fitted on, {first.n_test} measured on; orientation "
        f"{orientation}; scaling of vectors: {report.scaling}; FRII is the positive class\n"
    )
    rows = [{**asdict(result), "95 %": _interval(result.intervals)} for result in report.results]
    columns = ["encoder", "classifier", *_SCORES, "calibration_error", "95 %"]
    print_table(columns, rows, formats=_FORMATS)
    print("\n95 %: interval of the accuracy, by bootstrap over sources")
    if report.published:
        print("\nPublished on the test part (arXiv 2311.08331, Table 2):\n")
        print_table(
            ["encoder", "classifier", *_SCORES],
            [asdict(result) for result in report.published],
            formats=_FORMATS,
        )


def _interval(intervals: dict[str, tuple[float, float]]) -> str:
    low, high = intervals["accuracy"]
    return f"{low:.3f} to {high:.3f}"
