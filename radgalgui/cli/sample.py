"""``radgalgui sample``: new galaxies, drawn from nothing or around a given one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.cli.drawing import (
    add_encoder,
    add_out,
    add_position,
    load_generator,
    ready_folder,
    seen_in,
)
from radgalgui.cli.inputs import typed_position
from radgalgui.cli.output import TerminalProgress
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from radgalgui.models.generator import Generator

__all__ = ["add_arguments", "run"]

_COLUMNS = ("file", "number", "seed", "temperature", "angular_size_arcsec")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Draw radio galaxies that are in no survey, with the very deep VAE. Writes "
        "sample-000.fits and so on, linear from 0 to 1 on the encoder's pixels, each a query "
        "like any other; contact-sheet.png; and samples.csv with the angular size of each. The "
        "same seed gives the same galaxies, also when more of them are drawn."
    )
    parser.add_argument("--n", type=int, default=64, metavar="N", help="how many (default: 64)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: 0")
    parser.add_argument(
        "--temperature",
        type=float,
        default=1.0,
        metavar="T",
        help="how far from the typical galaxy, 0 to 5: less is plainer, more is wilder "
        "(default: 1)",
    )
    parser.add_argument(
        "--angular-size",
        type=float,
        metavar="A",
        help="largest angular size to aim at, arcsec, if the encoder was taught sizes",
    )
    parser.add_argument(
        "--around",
        type=Path,
        metavar="FILE",
        help="draw galaxies like the one in this FITS image: its coarse features are kept, the "
        "fine ones drawn",
    )
    parser.add_argument(
        "--keep",
        type=int,
        metavar="K",
        help="with --around: of how many resolutions the features are kept, coarsest first "
        "(default: 2)",
    )
    add_position(parser)
    add_out(parser)
    add_encoder(parser)


def run(options: argparse.Namespace) -> int:
    """Draw, and say where the result lies."""
    if options.n < 1:
        raise UsageError(f"--n {options.n} asks for no galaxies", remedy="give at least 1")
    for option in ("keep", "position"):
        if getattr(options, option) is not None and options.around is None:
            raise UsageError(f"--{option} goes with --around", remedy="name a FITS image there")
    position = typed_position(options.position)
    generator = load_generator(options.encoder)
    how = {
        "temperature": options.temperature,
        "seed": options.seed,
        "angular_size": options.angular_size,
    }
    if options.around is None:
        portions = generator.sample(options.n, **how)
    else:
        image = seen_in(options.around, generator, position)
        kept = 2 if options.keep is None else options.keep
        portions = generator.around(image, options.n, kept=kept, **how)
    folder = ready_folder(options.out)
    images = _drawn(portions, options.n)
    sizes = _write(folder, images, generator, options)
    typical = f"median angular size {np.median(sizes):.0f} arcsec"
    print(f"{len(images)} drawn galaxies, contact-sheet.png and samples.csv in {folder}; {typical}")
    return 0


def _drawn(portions: Iterator[NDArray[np.float32]], count: int) -> NDArray[np.float32]:
    progress = TerminalProgress()
    found: list[NDArray[np.float32]] = []
    try:
        for images in portions:
            found.append(images)
            progress(sum(map(len, found)), count, "drawing galaxies")
    finally:
        progress.close()
    return np.concatenate(found)


def _write(
    folder: Path,
    images: NDArray[np.float32],
    generator: Generator,
    options: argparse.Namespace,
) -> NDArray[np.float32]:
    """Write the galaxies, the sheet and the table; return the angular sizes."""
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.draw import save_drawn
    from radgalgui.sky.reconstruction import angular_sizes
    from radgalgui.sky.sheet import contact_sheet, write_png

    eyes = generator.preprocessing
    sizes = angular_sizes(images, eyes)
    digits = max(3, len(str(len(images) - 1)))
    rows: list[dict[str, Any]] = []
    for number, (image, size) in enumerate(zip(images, sizes, strict=True)):
        name = f"sample-{number:0{digits}}"
        path = save_drawn(image, folder, name, eyes, note=_note(options, number, generator))
        rows.append(
            {
                "file": path.name,
                "number": number,
                "seed": options.seed,
                "temperature": options.temperature,
                "angular_size_arcsec": float(size),
            }
        )
    write_png(folder / "contact-sheet.png", contact_sheet(images))
    write_csv(folder / "samples.csv", _COLUMNS, rows)
    return sizes


def _note(options: argparse.Namespace, number: int, generator: Generator) -> str:
    """Return how a galaxy was drawn, in words."""
    note = (
        f"radgalgui sample: encoder {generator.name}, seed {options.seed}, number {number}, "
        f"temperature {options.temperature:g}"
    )
    if options.angular_size is not None:
        note += f", angular size {options.angular_size:g} arcsec"
    if options.around is not None:
        note += f", around {options.around.name}"
    return note
