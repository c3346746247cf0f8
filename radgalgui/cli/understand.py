"""``radgalgui understand``: what the components of an encoder's vectors hold."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.output import TerminalProgress, check_target, complain, print_table
from radgalgui.errors import UsageError
from radgalgui.files import replaced_file
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.events import Understanding

__all__ = ["add_arguments", "run"]

_ALL: Final = "all"
_OUTPUTS: Final = ("csv", "json", "html")
_FORMATS: Final = {
    "importance": ".4f",
    "importance_error": ".4f",
    "mean": "+.3f",
    "spread": ".3f",
    "correlation": "+.3f",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Tell how many principal components hold 90 % and 99 % of the variance of an encoder's "
        "vectors, and which components tell a numeric column of a catalogue: by the importance "
        "in a random forest that is grown one tree a batch of 1000 sources, until the "
        "importance settles. How well the forest tells the column of sources it had not seen is "
        "said beside it: an importance for what the vectors do not tell means nothing."
    )
    parser.add_argument(
        "--catalog", type=Path, metavar="DIR", help="default: the bundled simulated catalogue"
    )
    parser.add_argument(
        "--encoder",
        metavar="NAME",
        help=f"one whose vectors the catalogue holds, or all (default: {FIRST_ENCODER})",
    )
    parser.add_argument(
        "--column", default="angular_size", metavar="NAME", help="default: angular_size"
    )
    parser.add_argument(
        "--top", type=int, default=10, metavar="N", help="components printed (default: 10)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: 0")
    parser.add_argument(
        "--csv", type=Path, metavar="OUT", help="write every component of every encoder"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write all numbers as JSON")
    parser.add_argument(
        "--html", type=Path, metavar="OUT", help="write a report with figures, in one file"
    )


def run(options: argparse.Namespace) -> int:
    """Tell of every encoder that was asked for, and write what was asked for."""
    _check(options)
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.understood import understanding_dict
    from radgalgui_resources import catalog_path

    with Catalog.open(options.catalog or catalog_path()) as catalog:
        told = []
        for number, encoder in enumerate(_encoders(catalog, options.encoder)):
            if number:
                print()
            told.append(_tell(catalog, encoder, options))
        name = catalog.path.name
    reports = [understanding_dict(each, catalog=name) for each in told]
    _write(reports, options)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what would fail only after a minute of work."""
    if not 0 <= options.seed < 2**32:
        raise UsageError(f"--seed {options.seed} is no seed", remedy="give 0 to 4294967295")
    if options.top < 0:
        raise UsageError(f"--top {options.top} is no number of components", remedy="give 0 or more")
    for option in _OUTPUTS:
        if target := getattr(options, option):
            check_target(f"--{option}", target)


def _encoders(catalog: Catalog, name: str | None) -> list[str]:
    if not catalog.encoders:
        raise UsageError(
            "the catalogue has no vectors",
            subject=catalog.path,
            remedy="embed it with an encoder first",
        )
    if name == _ALL:
        return list(catalog.encoders)
    if name is None:
        known = FIRST_ENCODER in catalog.encoders
        return [FIRST_ENCODER if known else catalog.encoders[0]]
    catalog.dimension(name)  # says which there are, where this is none of them
    return [name]


def _tell(catalog: Catalog, encoder: str, options: argparse.Namespace) -> Understanding:
    """Print what is learned of one encoder, and return it."""
    from radgalgui.jobs.events import Understanding
    from radgalgui.jobs.understand import understand
    from radgalgui.jobs.understood import variance_text

    progress, told = TerminalProgress(), None
    try:
        for event in understand(catalog, encoder, options.column, seed=options.seed):
            if not isinstance(event, Understanding):
                continue
            if told is None:
                progress.close()
                print(f"{encoder}: {variance_text(event)}", flush=True)
                for note in event.notes:
                    complain(f"{encoder}: note: {note['text']}")
            told = event
            progress(event.trees, event.most_trees or None, f"trees, {encoder}")
    finally:
        progress.close()
    assert told is not None
    _print_importances(told, options)
    return told


def _print_importances(told: Understanding, options: argparse.Namespace) -> None:
    from radgalgui.jobs.understood import COMPONENT_COLUMNS, component_rows, forest_text, verdict

    print(verdict(told, options.column).text)
    print(forest_text(told))
    if rows := component_rows(told)[: options.top]:
        print()
        print_table(COMPONENT_COLUMNS, rows, formats=_FORMATS)


def _write(reports: list[dict[str, Any]], options: argparse.Namespace) -> None:
    if options.csv:
        from radgalgui.catalog.export import write_csv
        from radgalgui.jobs.understood import COMPONENT_COLUMNS

        rows = [
            {"encoder": report["encoder"], "column": report["column"], **row}
            for report in reports
            for row in report["components"]
        ]
        write_csv(options.csv, ("encoder", "column", *COMPONENT_COLUMNS), rows)
    if options.json:
        _write_text(options.json, json.dumps(reports, indent=2, allow_nan=False) + "\n")
    if options.html:
        from radgalgui_training.understanding_report import understanding_html

        _write_text(options.html, understanding_html(reports))


def _write_text(path: Path, text: str) -> None:
    with replaced_file(path) as beside:
        beside.write_text(text, encoding="utf-8")
