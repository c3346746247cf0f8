"""``radgalgui walk``: the way from one galaxy to another, and who lies nearest at each step."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.cli.drawing import (
    add_encoder,
    add_out,
    add_steps,
    check_steps,
    load_generator,
    ready_folder,
    write_film_strip,
)
from radgalgui.cli.output import print_table
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.jobs.events import WalkSteps
    from radgalgui.jobs.search import Searcher
    from radgalgui.models.generator import Generator

__all__ = ["add_arguments", "run"]

_COLUMNS = ("step", "fraction", "file", "nearest", "similarity", "catalog", "encoder")
_FORMATS = {"fraction": ".3f", "similarity": ".4f"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Go from one galaxy to another through what the very deep VAE can draw. Writes "
        "walk-000.fits and so on, both ends being the galaxies as it reconstructs them; "
        "film-strip.png; and walk.csv with the nearest source of a catalogue at each step."
    )
    parser.add_argument("first", type=Path, metavar="A", help="a FITS image")
    parser.add_argument("second", type=Path, metavar="B", help="another")
    add_steps(parser)
    add_out(parser)
    parser.add_argument(
        "--catalog",
        type=Path,
        metavar="DIR",
        help="whose sources are compared (default: the bundled simulated catalogue)",
    )
    parser.add_argument(
        "--nearest-by",
        default=FIRST_ENCODER,
        metavar="NAME",
        help=f"the encoder that compares them (default: {FIRST_ENCODER})",
    )
    add_encoder(parser)


def run(options: argparse.Namespace) -> int:
    """Walk, and tell the steps."""
    check_steps(options.steps)
    generator = load_generator(options.encoder)
    searcher = _open(options)
    told = _walked(options, generator, searcher)
    folder = ready_folder(options.out)
    rows = _write(folder, told, generator, searcher, options)
    print_table(_COLUMNS[:5], rows, formats=_FORMATS)
    print(f"\n{len(rows)} steps, film-strip.png and walk.csv in {folder}")
    return 0


def _open(options: argparse.Namespace) -> Searcher:
    from radgalgui.jobs.search import Searcher
    from radgalgui_resources import catalog_path

    return Searcher.open(options.catalog or catalog_path(), options.nearest_by, threads=1)


def _walked(options: argparse.Namespace, generator: Generator, searcher: Searcher) -> WalkSteps:
    from radgalgui.jobs.events import FileGalaxy, WalkSteps
    from radgalgui.jobs.studio import Studio

    ends = [FileGalaxy(path=str(path), position=None) for path in (options.first, options.second)]
    events = Studio.of(generator).walk(
        "walk", first=ends[0], second=ends[1], steps=options.steps, searcher=searcher
    )
    (told,) = (event for event in events if isinstance(event, WalkSteps))
    return told


def _write(
    folder: Path,
    told: WalkSteps,
    generator: Generator,
    searcher: Searcher,
    options: argparse.Namespace,
) -> list[dict[str, Any]]:
    """Write the steps, the strip and the table; return its rows."""
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.draw import save_drawn

    ends = f"from {options.first.name} to {options.second.name}"
    rows: list[dict[str, Any]] = []
    for step, (image, fraction) in enumerate(zip(told.images, told.fractions, strict=True)):
        note = f"radgalgui walk: encoder {generator.name}, {fraction:.3f} of the way {ends}"
        path = save_drawn(image, folder, f"walk-{step:03}", generator.preprocessing, note=note)
        similarity = float(told.similarities[step])
        rows.append(
            {
                "step": step,
                "fraction": float(fraction),
                "file": path.name,
                "nearest": told.nearest_names[step],
                "similarity": similarity if np.isfinite(similarity) else None,
                "catalog": searcher.catalog.path.name,
                "encoder": searcher.encoder.name,
            }
        )
    write_film_strip(folder, told.images)
    write_csv(folder / "walk.csv", _COLUMNS, rows)
    return rows
