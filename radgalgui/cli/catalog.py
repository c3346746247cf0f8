"""``radgalgui catalog``: build a catalogue of one's own sources, change it, look into it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from radgalgui.cli import compare, coverage, duplicates, likelihoods, maps, outliers, table
from radgalgui.cli.reporting import add_events, reporting
from radgalgui.cli.survey import (
    Curve,
    add_attempts,
    add_input,
    all_encoders,
    chosen_encoders,
    recognised,
    say_device,
    tell_built,
)
from radgalgui.errors import UsageError

__all__ = ["add_arguments", "add_build_arguments", "build", "run"]

_INPUT = (
    "a folder of FITS, PNG or JPEG images, image files, a table with positions and the mosaics "
    "they lie on, a .npy or HDF5 stack, or a published set (MiraBest, FR-DEEP, RGD)"
)
_ENCODER = (
    "embed with this encoder, by its name or its weights file (may be repeated); default: all "
    "that come along; 'none' for none"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    build_parser = actions.add_parser("build", help="make a catalogue of your own sources")
    build_parser.add_argument("inputs", nargs="+", metavar="INPUT", help=_INPUT)
    add_build_arguments(build_parser)
    _add_append(actions.add_parser("append", help="add sources to a catalogue"))
    _add_remove(actions.add_parser("remove", help="take sources out of a catalogue"))
    refresh = actions.add_parser(
        "refresh", help="make anew what is stale: vectors, index, maps, likelihoods"
    )
    refresh.add_argument("catalog", type=Path, metavar="DIR")
    _add_weights(refresh)
    add_attempts(refresh)
    info = actions.add_parser("info", help="what a catalogue holds, and what of it is stale")
    info.add_argument(
        "catalog", type=Path, nargs="?", metavar="DIR", help="default: the bundled one"
    )
    info.add_argument("--json", action="store_true", help="as JSON")
    coverage.add_arguments(
        actions.add_parser("coverage", help="how much of one catalogue lies where another has seen")
    )
    compare.add_arguments(
        actions.add_parser("compare", help="how far the sources of one lie from another's")
    )
    likelihoods.add_arguments(
        actions.add_parser("likelihood", help="tell how likely each source of a catalogue is")
    )
    maps.add_arguments(
        actions.add_parser("map", help="lay out the sources by UMAP, t-SNE or PCA, and keep it")
    )
    outliers.add_arguments(
        actions.add_parser("outliers", help="the least likely sources of a catalogue")
    )
    duplicates.add_arguments(
        actions.add_parser("duplicates", help="sources that are there twice, listed or left out")
    )
    table.add_arguments(
        actions.add_parser("export", help="sources of a catalogue as CSV, FITS, VOTable, Parquet")
    )


def add_build_arguments(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Describe the options of a build."""
    parser.add_argument(
        "--out", type=Path, required=required, metavar="DIR", help="the catalogue's folder"
    )
    parser.add_argument("--encoder", action="append", metavar="NAME", help=_ENCODER)
    parser.add_argument("--title", metavar="TEXT", help="what the sources are")
    parser.add_argument(
        "--no-map",
        action="store_true",
        help="leave out the UMAP map, which takes longest; the plane of the two principal "
        "components is made always",
    )
    parser.add_argument(
        "--likelihood",
        action="store_true",
        help="tell how likely each source is as well, by a flow for each encoder: minutes more",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a catalogue that is there already"
    )
    add_input(parser)
    add_attempts(parser)


def _add_append(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("catalog", type=Path, metavar="DIR", help="the catalogue")
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help=_INPUT)
    _add_weights(parser)
    add_input(parser)
    add_attempts(parser)


def _add_weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--encoder",
        action="append",
        metavar="FILE",
        help="weights of an encoder of the catalogue that is not at hand (may be repeated)",
    )


def _add_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("catalog", type=Path, metavar="DIR", help="the catalogue")
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of sources")
    parser.add_argument(
        "--names-from", metavar="FILE", help="a file with a name a line ('-' for standard input)"
    )
    add_events(parser)


def run(options: argparse.Namespace) -> int:
    """Carry out an action."""
    actions: dict[str, Callable[[argparse.Namespace], None]] = {
        "build": build, "append": _append, "remove": _remove, "refresh": _refresh, "info": _info,
        "coverage": coverage.run, "compare": compare.run, "likelihood": likelihoods.run,
        "map": maps.run, "outliers": outliers.run, "duplicates": duplicates.run,
        "export": table.run,
    }  # fmt: skip
    actions[options.action](options)
    return 0


def build(options: argparse.Namespace) -> None:
    """Build a catalogue."""
    with reporting(options, options.out) as reporter:
        encoders = chosen_encoders(options.encoder)
        found = recognised(options.inputs, options)
        reporter.note("info", found.summary)
        device = say_device(reporter, options)
        from radgalgui.jobs.survey.build import build as build_catalog
        from radgalgui.jobs.survey.parts import MAPS

        built = build_catalog(
            found.plan,
            options.out,
            encoders=encoders,
            maps=("pca",) if options.no_map else MAPS,
            likelihood=options.likelihood,
            device=device,
            total=found.count,
            overwrite=options.overwrite,
            resume=options.resume,
            restart=options.restart,
            progress=reporter.progress,
            note=reporter.note,
            listener=Curve(reporter),
            cancel=reporter.cancel,
        )
        tell_built(reporter, built)


def _append(options: argparse.Namespace) -> None:
    with reporting(options, options.catalog) as reporter:
        found = recognised(options.inputs, options)
        reporter.note("info", found.summary)
        device = say_device(reporter, options)
        from radgalgui.jobs.survey.change import append

        built = append(
            options.catalog,
            found.plan,
            encoders=all_encoders(options.encoder),
            device=device,
            total=found.count,
            resume=options.resume,
            restart=options.restart,
            progress=reporter.progress,
            note=reporter.note,
            listener=Curve(reporter),
            cancel=reporter.cancel,
        )
        tell_built(reporter, built)


def _remove(options: argparse.Namespace) -> None:
    with reporting(options, options.catalog) as reporter:
        names = [*options.names, *_names_in(options.names_from)]
        if not names:
            raise UsageError("no names were given", remedy="name sources, or give --names-from")
        from radgalgui.jobs.survey.change import remove

        removed = remove(
            options.catalog,
            names,
            progress=reporter.progress,
            note=reporter.note,
            listener=Curve(reporter),
            cancel=reporter.cancel,
        )
        reporter.done(options.catalog, {"removed": removed})


def _names_in(source: str | None) -> list[str]:
    """Return the names in a file, one a line; blank lines are passed over."""
    if source is None:
        return []
    if source == "-":
        text = sys.stdin.read()
    else:
        try:
            text = Path(source).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the names cannot be read ({error})", subject=source, remedy="give a text file"
            ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _refresh(options: argparse.Namespace) -> None:
    with reporting(options, options.catalog) as reporter:
        device = say_device(reporter, options)
        from radgalgui.jobs.survey.refresh import refresh

        made = refresh(
            options.catalog,
            all_encoders(options.encoder),
            device=device,
            resume=options.resume,
            restart=options.restart,
            progress=reporter.progress,
            note=reporter.note,
            listener=Curve(reporter),
            cancel=reporter.cancel,
        )
        for each in made:
            reporter.note("info", f"made anew: {each.what}")
        if not made:
            reporter.note("info", "nothing was stale")
        reporter.done(options.catalog, {"refreshed": [each.what for each in made]})


def _info(options: argparse.Namespace) -> None:
    """Print what the catalogue holds."""
    from radgalgui.jobs.describe import describe_catalog
    from radgalgui.jobs.survey.refresh import stale
    from radgalgui_resources import catalog_path

    path = options.catalog or catalog_path()
    facts = describe_catalog(path, strict=False)
    facts["stale"] = [str(each) for each in stale(path, all_encoders())]
    if options.json:
        print(json.dumps(facts, indent=2))
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        print(f"{name:<{width}}  {_text(value)}")
    if facts["stale"]:
        print(f"\nto make anew what is stale: radgalgui catalog refresh {path}")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
