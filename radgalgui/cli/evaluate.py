"""``radgalgui evaluate``: what classifiers and neighbours make of vectors, on published data."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.evaluate_detection import (
    DETECTION,
    add_detection_arguments,
    check_detection,
    measure_detection,
)
from radgalgui.cli.evaluate_drawing import (
    DRAWING,
    add_drawing_arguments,
    check_drawing,
    drawing_page,
    measure_drawing,
)
from radgalgui.cli.evaluate_tables import print_report
from radgalgui.cli.output import TerminalProgress, check_target
from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

if TYPE_CHECKING:
    from radgalgui.models.encoder import Encoder
    from radgalgui_training.networks import NetworkRecord
    from radgalgui_training.results import Report

__all__ = ["add_arguments", "run"]

_DATASETS: Final = ("mirabest-confident", "frdeep-nvss", "rgd", "sdss", "sdss-edge-on")
_EMU: Final = "emu"
_NEIGHBOURS: Final = "neighbours"
_FINETUNED: Final = "finetuned"
_ALL: Final = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    from radgalgui.analysis.classifiers import CLASSIFIERS, SCALINGS

    parser.description = (
        "Fit the six published classifiers on the vectors of encoders, and measure them and the "
        "fine-tuned network on the published test part of a data set or, where that is not "
        "present, by 5-fold cross-validation repeated 5 times. FRII is the positive class; in "
        "sdss, spirals. With 'emu': classifiers fitted on MiraBest and on EMU itself, measured "
        "on EMU. With 'neighbours': the mean share of the same class among the nearest sources "
        "of the Radio Galaxy Dataset. With 'reconstruction': how well a network draws galaxies of "
        "held-out FIRST fields again, against principal components. With 'samples': how like real "
        "ones the galaxies are that it makes up. With 'detection': how well likelihoods and second "
        "opinions tell noise, artefacts and wrong pixel scales from simulated galaxies."
    )
    parser.add_argument(
        "dataset",
        choices=[*_DATASETS, _EMU, _NEIGHBOURS, *DRAWING, DETECTION],
        metavar="WHAT",
        help=f"{', '.join((*_DATASETS, _EMU, _NEIGHBOURS, *DRAWING))}, or {DETECTION}",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="the published folder (F_batches, NVSS_PNG_dataset, that of galaxy_data_h5.h5), or "
        "one that holds it, or one that holds mirabest, frdeep, rgd, sdss or emu; needed by all "
        "but 'detection'",
    )
    parser.add_argument(
        "--encoder",
        default=_ALL,
        metavar="NAME",
        help="one that is installed, the path of a weights file, or all (the default; with "
        "'reconstruction' and 'samples', the one that draws); the fine-tuned network is measured "
        "with all, and with the encoder that it began as",
    )
    parser.add_argument(
        "--classifier",
        choices=[*CLASSIFIERS, _FINETUNED, _ALL],
        metavar="NAME",
        help="all (the default but with emu, where it is knn), or one: "
        + "; ".join(f"{name}: {what}" for name, what in CLASSIFIERS.items())
        + f"; {_FINETUNED}: the network",
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
    parser.add_argument(
        "--update",
        action="store_true",
        help="keep what the file of --json tells of encoders and classifiers that are not "
        "measured now",
    )
    parser.add_argument(
        "--html", type=Path, metavar="OUT", help="write a report with figures, in one file"
    )
    add_drawing_arguments(parser)
    add_detection_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Measure, print tables, and write JSON and a report where they are asked for."""
    _check(options)
    if options.dataset == _NEIGHBOURS:
        told = _neighbours(options)
    elif options.dataset == DETECTION:
        told = measure_detection(options)
    elif options.dataset in DRAWING:
        told = measure_drawing(options)
        if options.html:
            _write(options.html, drawing_page(told))
    else:
        report = _measured(options)
        print_report(report)
        told = _updated(options, report)
        if options.html:
            from radgalgui_training.report import html_report

            _write(options.html, html_report(told))
    if options.json:
        _write(options.json, json.dumps(told, indent=2, allow_nan=False) + "\n")
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what would fail only after minutes of work."""
    if options.root is None and options.dataset != DETECTION:
        raise UsageError(f"{options.dataset!r} is measured on published data", remedy="give --root")
    if not 0 <= options.seed < 2**32:
        raise UsageError(f"--seed {options.seed} is no seed", remedy="give 0 to 4294967295")
    if options.html and options.dataset == _NEIGHBOURS:
        raise UsageError("there is no report of neighbours", remedy="leave --html out")
    if options.classifier == _FINETUNED and options.dataset == _EMU:
        raise UsageError(
            f"{_EMU} is measured with frozen vectors", remedy="choose another --classifier"
        )
    check_drawing(options)
    check_detection(options)
    without = (_NEIGHBOURS, *DRAWING, DETECTION)
    if options.update and (options.json is None or options.dataset in without):
        raise UsageError("there is no report to update", remedy="name it with --json OUT")
    for option in ("json", "html"):
        if target := getattr(options, option):
            check_target(f"--{option}", target)


def _updated(options: argparse.Namespace, report: Report) -> dict[str, Any]:
    """Return an older report with what is told now in place of its like, where that is asked for.

    Raises
    ------
    UsageError
        If the older one is none, or was measured in another way.
    """
    told, path = report.to_dict(), options.json
    if not (options.update and path.is_file()):
        return told
    from radgalgui_training.merge import merged

    try:
        return merged(json.loads(path.read_text(encoding="utf-8")), told)
    except ValueError as error:
        raise UsageError(
            f"is no evaluation report ({error})", subject=path, remedy="leave --update out"
        ) from error
    except UsageError as error:
        raise UsageError(error.what, subject=path, remedy=error.remedy) from error


def _write(path: Path, text: str) -> None:
    with replaced_file(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _encoders(name: str) -> list[Encoder]:
    """Load one that is installed, one from a file, or all that are installed."""
    from radgalgui.jobs.work.library import encoder_path
    from radgalgui.models.encoder import Encoder
    from radgalgui_resources import path

    # All that come along: the report that ships is made of them.
    bundled = sorted(path("weights").glob("*.safetensors"))
    files = bundled if name == _ALL else [encoder_path(name)]
    if not files:
        raise UsageError("no encoder is installed", remedy="see 'radgalgui doctor'")
    return [Encoder.load(file) for file in files]


def _networks(options: argparse.Namespace, encoders: list[Encoder]) -> list[NetworkRecord]:
    """Load the fine-tuned network of a data set, where there is one and it is asked for."""
    from radgalgui_resources import path
    from radgalgui_training.networks import LABEL_SETS, load_record

    asked = options.classifier == _FINETUNED
    if not asked and options.classifier not in (None, _ALL):
        return []
    label_set = LABEL_SETS.get(options.dataset)
    file = path("classifiers", f"{label_set}.safetensors")
    if label_set is None or not file.is_file():
        if asked:
            raise UsageError(
                f"no fine-tuned network of {options.dataset} is installed",
                remedy="choose another --classifier",
            )
        return []
    labels = path("labels", f"{label_set}.safetensors")
    record = load_record(file, labels, encoders=[path("weights")])
    chosen = asked or options.encoder == _ALL or record.encoder in {e.name for e in encoders}
    return [record] if chosen else []


def _neighbours(options: argparse.Namespace) -> Any:
    from radgalgui_training.evaluate import format_table, rgd_neighbours

    encoders = _encoders(options.encoder)
    rows = rgd_neighbours(options.root, *encoders, k=options.neighbours)
    print(format_table(rows))
    return [asdict(row) for row in rows]


def _measured(options: argparse.Namespace) -> Report:
    """Measure classifiers, on vectors of encoders, and fine-tuned networks."""
    from radgalgui.analysis.classifiers import CLASSIFIERS
    from radgalgui_training.protocols import evaluate
    from radgalgui_training.transfer import transfer

    finetuned_alone = options.classifier == _FINETUNED
    encoders = [] if finetuned_alone else _encoders(options.encoder)
    default = "knn" if options.dataset == _EMU else _ALL
    chosen = options.classifier or default
    progress = TerminalProgress()
    shared: dict[str, Any] = {
        "classifiers": list(CLASSIFIERS) if chosen == _ALL else [chosen],
        "ignore_orientation": options.ignore_orientation,
        "scaling": options.scaling,
        "seed": options.seed,
        "begins": partial(_updated, options),  # refused before minutes of work
        "progress": progress,
    }
    try:
        if options.dataset == _EMU:
            return transfer(options.root, encoders, **shared)
        networks = _networks(options, encoders)
        return evaluate(options.dataset, options.root, encoders, networks=networks, **shared)
    finally:
        progress.close()
