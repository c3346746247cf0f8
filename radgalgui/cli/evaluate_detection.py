"""``radgalgui evaluate detection``: whether likelihoods notice what does not belong in a survey."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from radgalgui.cli.output import TerminalProgress, print_table
from radgalgui.errors import UsageError

__all__ = ["DETECTION", "add_detection_arguments", "check_detection", "measure_detection"]

DETECTION: Final = "detection"
_ALL: Final = "all"
_FEWEST: Final = 20


def add_detection_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what only detection takes."""
    group = parser.add_argument_group("with 'detection'")
    group.add_argument(
        "--catalog",
        type=Path,
        metavar="DIR",
        help="a catalogue of simulated sources (default: the one that comes along)",
    )
    group.add_argument(
        "--images",
        type=int,
        default=200,
        metavar="N",
        help="images drawn of each kind, and twice as many ordinary galaxies (default: 200)",
    )


def check_detection(options: argparse.Namespace) -> None:
    """Refuse what would fail only after minutes of work."""
    if options.dataset != DETECTION:
        if options.catalog is not None:
            raise UsageError(
                f"{options.dataset!r} is measured on published data",
                remedy="leave --catalog out, and name their folder with --root",
            )
        return
    if options.images < _FEWEST:
        raise UsageError(
            f"--images {options.images} are too few to tell anything",
            remedy=f"draw {_FEWEST} or more",
        )
    if options.html:
        raise UsageError("there is no report of detection", remedy="write --json OUT")


def measure_detection(options: argparse.Namespace) -> dict[str, Any]:
    """Measure, print a table for each setting, and return all of it as JSON holds it."""
    from radgalgui.jobs.likelihood.detection import measure_detection as measure
    from radgalgui_resources import catalog_path

    progress = TerminalProgress()
    try:
        told = measure(
            options.catalog or catalog_path(),
            encoders=None if options.encoder == _ALL else [options.encoder],
            count=options.images,
            seed=options.seed,
            folder=options.cache,
            progress=progress,
        )
    finally:
        progress.close()
    for setting in told["settings"]:
        _print_setting(told, setting)
    return told


def _print_setting(told: dict[str, Any], setting: dict[str, Any]) -> None:
    from radgalgui.jobs.likelihood.methods import METHOD_WORDS

    print(
        f"\nTraining kind: {setting['words']} ({setting['sources']} sources).\n"
        f"AUC of {told['images']} images of each kind against {told['ordinary_images']} held-out "
        "galaxies of the training kind; 0.5 is guessing. The mean, with its 95 % interval, is over "
        f"{', '.join(' and '.join(names) for names in told['mean_of'])}.\n"
    )
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in told["rows"]:
        if row["training"] != setting["name"]:
            continue
        key = (row["encoder"], row["method"])
        line = rows.setdefault(key, {"encoder": key[0], "method": METHOD_WORDS[key[1]]})
        line[row["control"]] = "" if row["auc"] is None else f"{row['auc']:.3f}"
        if row["control"] == "mean":
            line["mean"] += f" ({row['low']:.3f} to {row['high']:.3f})"
    columns = ["encoder", "method", *(it["name"] for it in told["controls"]), "mean"]
    print_table(columns, list(rows.values()))
