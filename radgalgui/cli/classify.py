"""``radgalgui classify``: what class the galaxy of each image is, by up to seven classifiers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.answers import (
    Answer,
    Answering,
    Answers,
    answer_images,
    say_what_was_seen,
)
from radgalgui.cli.output import (
    TerminalProgress,
    add_outputs,
    check_outputs,
    complain,
    print_table,
)
from radgalgui.cli.own_network import (
    add_network_argument,
    check_network,
    network_words,
    open_network,
)
from radgalgui.errors import UsageError
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.jobs.classes import ClassPanel
    from radgalgui.jobs.events import Classes
    from radgalgui.jobs.networks.panel import Alone
    from radgalgui.sky.image import SkyPosition

__all__ = ["add_arguments", "run"]

_CLASSIFIERS: Final = ("knn", "rf", "svc", "lr", "grad", "ext", "finetuned")
_COLUMN: Final = "column:"
_LABELS: Final = "mirabest"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Tell the class of the galaxy in each image: by the six published classifiers on the "
        "vectors of an encoder and by a fine-tuned network, their mean and agreement, and the "
        "conformal set, which holds the true class as often as --level says. CSV and VOTable "
        "have one row for each image and classifier, and one for their mean."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="FITS images, or folders of them")
    parser.add_argument(
        "--encoder",
        default=FIRST_ENCODER,
        metavar="NAME",
        help=f"a bundled one (default: {FIRST_ENCODER}), or the weights file of your own, which "
        "may take several bands: the planes of a FITS cube",
    )
    parser.add_argument(
        "--classifier",
        default="all",
        choices=[*_CLASSIFIERS, "all"],
        metavar="NAME",
        help="default: all that there are, or one: knn (nearest neighbours), rf (random forest), "
        "svc (support vectors), lr (logistic regression), grad (gradient boosting), ext (extremely "
        "randomised trees) or finetuned (the network, which sees the image itself)",
    )
    parser.add_argument(
        "--labels",
        metavar="SET",
        help=f"whose classes: {_LABELS} (the default), rgd, frdeep; "
        "column:NAME of the catalogue; "
        "an archive of your own labelled images (FILE.npz with images, labels and, if you like, "
        "pixel_scale in arcsec); or a file of labelled vectors",
    )
    add_network_argument(parser)
    parser.add_argument(
        "--catalog",
        type=Path,
        metavar="DIR",
        help="where column:NAME is (default: the bundled simulated catalogue)",
    )
    parser.add_argument(
        "--level",
        type=float,
        default=0.9,
        metavar="P",
        help="how often the conformal set shall hold the true class (default: 0.9)",
    )
    parser.add_argument(
        "--position", metavar="'RA DEC'", help="where the source lies; sexagesimal or degrees, ICRS"
    )
    add_outputs(parser)


def run(options: argparse.Namespace) -> int:
    """Classify every image that can be classified; 2 if one or more could not."""
    _check(options)
    return answer_images(options, partial(_prepare, options))


def _check(options: argparse.Namespace) -> None:
    """Refuse what could not be carried out, before classifiers are fitted in vain."""
    from radgalgui.analysis.conformal import check_level

    check_level(options.level)
    check_outputs(options)
    check_network(options)
    labels = options.labels or _LABELS
    if options.catalog is not None and not labels.startswith(_COLUMN):
        raise UsageError(
            f"--catalog is of no use with --labels {labels}",
            remedy=f"give --labels {_COLUMN}NAME, or leave it out",
        )


def _prepare(options: argparse.Namespace) -> Answering:
    from radgalgui.jobs.results import class_columns

    panel = _ready_panel(options)
    return Answering(
        partial(_answer, panel, options),
        class_columns(panel.labelled.classes),
        partial(_answer_many, panel, options),
    )


def _ready_panel(options: argparse.Namespace) -> ClassPanel | Alone:
    """Return the classifiers, fitted."""
    progress = TerminalProgress()
    try:
        panel = _open(options, progress)
        _note(panel, options)
        panel.fits.prepare(progress=progress)
    finally:
        progress.close()
    for name, why in panel.fits.failed.items():
        complain(f"note: the classifier {name!r} is left out: {why}")
    return panel


def _open(options: argparse.Namespace, progress: TerminalProgress) -> ClassPanel | Alone:
    """Return the classifiers, not fitted yet."""
    from radgalgui.jobs.classify import open_panel
    from radgalgui_resources import catalog_path

    if options.network is not None:
        return open_network(options, progress=progress)
    return open_panel(
        options.labels or _LABELS,
        options.encoder,
        catalog=options.catalog or catalog_path(),
        classifiers=None if options.classifier == "all" else [options.classifier],
        threads=1,
        progress=progress,
    )


def _note(panel: ClassPanel | Alone, options: argparse.Namespace) -> None:
    """Say what was left out of a large or uneven column."""
    about, labels = panel.labelled.about, options.labels or _LABELS
    if about.get("drawn_from", 0) > len(panel.labelled):
        complain(
            f"{labels}: note: {len(panel.labelled):,} of {about['drawn_from']:,} labelled "
            "sources are learned from, each class by its share"
        )
    if rare := about.get("left_out"):
        complain(f"{labels}: note: classes of one source are left out: {', '.join(rare)}")
    slow = [name for name in _CLASSIFIERS[:-1] if name not in panel.fits.classifiers]
    if slow and len(panel.fits.classifiers) > 1:
        complain(
            f"{labels}: note: {', '.join(slow)} would take minutes on so many sources and classes; "
            "ask for one by name (--classifier)"
        )


def _answer(
    panel: ClassPanel | Alone,
    options: argparse.Namespace,
    path: Path,
    position: SkyPosition | None,
) -> Answer:
    """Return the rows of one image; its warnings go to standard error."""
    from radgalgui.jobs.classify import classify
    from radgalgui.jobs.events import Classes, Picture, Seen
    from radgalgui.jobs.wire import json_line

    name, ra, dec, told = path.name, None, None, None
    for event in classify(str(path), path, panel, level=options.level, position=position):
        if options.events:
            print(json_line(event), flush=True)
        if isinstance(event, Picture):
            name = event.name
        elif isinstance(event, Seen):
            ra, dec = event.ra, event.dec
            for note in event.notes:
                complain(f"{path}: note: {note['text']}")
        elif isinstance(event, Classes):
            told = event
    if told is None:
        raise _unanswered(path)
    return _answered(name, told, panel, ra, dec)


def _answer_many(
    panel: ClassPanel | Alone,
    options: argparse.Namespace,
    paths: Sequence[Path],
    position: SkyPosition | None,
) -> Answers:
    """Yield the same of many images, which are cut out beside the networks."""
    from radgalgui.jobs.classify_many import classify_many, sights_of
    from radgalgui.jobs.events import Classes
    from radgalgui.jobs.looking import Refused, Wanted, look_at
    from radgalgui.jobs.wire import json_line

    wanted = Wanted(sights_of(panel), position, events=options.events)
    with look_at(paths, wanted, note=lambda _, text: complain(text)) as looked:
        for seen, events in classify_many(panel, looked, level=options.level):
            say_what_was_seen(seen)
            if options.events:
                for event in events:
                    print(json_line(event), flush=True)
            told = [event for event in events if isinstance(event, Classes)]
            if isinstance(seen, Refused):
                yield seen.error
            elif told:
                yield _answered(seen.name, told[-1], panel, seen.ra, seen.dec)
            else:
                yield _unanswered(seen.path)


def _unanswered(path: Path) -> UsageError:
    return UsageError("no classifier can answer this image", subject=path)


def _answered(
    name: str, told: Classes, panel: ClassPanel | Alone, ra: float | None, dec: float | None
) -> Answer:
    """Return what was told of an image as rows, and what prints them."""
    from radgalgui.jobs.results import class_rows

    rows = class_rows(name, told, ra=ra, dec=dec)
    return rows, partial(_print, rows, told, panel)


def _print(rows: list[dict[str, Any]], told: Classes, panel: ClassPanel | Alone) -> None:
    """Print what one query is: the answer first, then who says what."""
    from radgalgui.jobs.results import PROBABILITY
    from radgalgui.sky.look import look_words

    mean, classes = rows[-1], panel.labelled.classes
    several = f"; {told.votes} of {len(told.rows)} classifiers agree" if len(told.rows) > 1 else ""
    chance = mean[f"{PROBABILITY}{mean['class']}"]
    print(f"{mean['query']}: {mean['class']}, probability {chance:.2f}{several}")
    if told.coverage is not None:
        print(
            f"conformal set at {told.level:.4g}: {mean['conformal_set']} "
            f"(such sets held the true class of {told.coverage:.1%} of labelled sources)"
        )
    if own := network_words(told):
        print(f"{own}\n")
    else:
        how = look_words(panel.labelled.looks)
        by = f", seen by {told.encoder}{how and ', '}{how}"
        alone = [row["classifier"] for row in told.rows] == [_CLASSIFIERS[-1]]
        print(f"learned from {told.sources:,} sources of {told.label_set}{'' if alone else by}\n")
    table = [
        {
            "classifier": row["classifier"],
            "class": row["class"],
            **{name: row[f"{PROBABILITY}{name}"] for name in classes},
        }
        for row in rows
    ]
    print_table(["classifier", "class", *classes], table, formats=dict.fromkeys(classes, ".2f"))
