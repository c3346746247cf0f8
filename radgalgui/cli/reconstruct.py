"""``radgalgui reconstruct``: each galaxy as the generator draws it again, and what it misses."""

from __future__ import annotations

import argparse
import sys
from collections import abc
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.answers import is_many, say_what_was_seen
from radgalgui.cli.drawing import (
    add_encoder,
    add_out,
    add_position,
    load_generator,
    ready_folder,
)
from radgalgui.cli.inputs import named_images, typed_position
from radgalgui.cli.output import check_target, complain, rows_kept
from radgalgui.errors import RadGalError

if TYPE_CHECKING:
    from radgalgui.jobs.reconstruct import Reconstructed
    from radgalgui.models.generator import Generator
    from radgalgui.sky.image import SkyPosition

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Draw the galaxy of each image again from what the very deep VAE keeps of it. For each "
        "file: NAME-input.fits, what the encoder saw; NAME-reconstruction.fits, on the same scale "
        "from 0 to 1; and NAME-residual.fits, image less reconstruction in units of the noise. "
        "All have the WCS of the cutout. One line tells the reduced chi-square of the residual, "
        "over all pixels and over the islands of emission."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="FITS images, or folders of them")
    add_out(parser)
    parser.add_argument("--csv", metavar="OUT", help="write a CSV file ('-' for standard output)")
    add_position(parser)
    add_encoder(parser)


def run(options: argparse.Namespace) -> int:
    """Reconstruct every image that can be; 2 if one or more could not."""
    if options.csv and options.csv != "-":
        check_target("--csv", Path(options.csv))
    position = typed_position(options.position)
    files, refused = named_images(options.files)
    if not files:
        return 2
    generator = load_generator(options.encoder)
    folder = ready_folder(options.out)
    taken: set[str] = set()
    with (
        rows_kept(partial(_write_csv, options.csv), len(files), options.csv) as rows,
        closing(_made(files, position, generator)) as coming,
    ):
        for made in coming:
            if isinstance(made, RadGalError):
                complain(made)
                refused += 1
                continue
            row = _written(*made, folder, taken)
            rows.append([row])
            if options.csv != "-":
                print(_sentence(row))
                sys.stdout.flush()
    return 2 if refused else 0


def _made(
    files: Sequence[Path], position: SkyPosition | None, generator: Generator
) -> abc.Generator[tuple[str, Reconstructed] | RadGalError, None, None]:
    """Yield each image's name and reconstruction, or why there is none; warnings are printed."""
    from radgalgui.jobs.looking import BATCH, Refused, Wanted, look_at
    from radgalgui.jobs.reconstruct_many import reconstruct_many

    wanted = Wanted((generator.preprocessing,), position, whole=True)
    processes, size = (None, BATCH) if is_many(files) else (0, 1)
    with look_at(files, wanted, processes=processes, note=lambda _, text: complain(text)) as seen:
        for each in reconstruct_many(generator, seen, size=size):
            if isinstance(each, Refused):
                yield each.error
            else:
                looked, made = each
                say_what_was_seen(looked)
                yield looked.name, made


def _written(name: str, made: Reconstructed, folder: Path, taken: set[str]) -> dict[str, Any]:
    """Write the three files of one image, and return its row."""
    from radgalgui.jobs.reconstruct import row, save

    name = _free(name, taken)
    return row(name, made, save(made, folder, name))


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other image of this run has: the second of a name is NAME-2."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _sentence(row: dict[str, Any]) -> str:
    """Return what is said of one image."""
    if not row["noise_known"]:
        return (
            f"{row['query']}: no chi-square, since the noise is not known; the residual is in "
            "shares of the brightest pixel"
        )
    inside = row["chi_square_source"]
    source = "no source above the clip" if inside is None else f"{inside:.3g} within the source"
    return f"{row['query']}: reduced chi-square {row['chi_square']:.3g}, {source}"


def _write_csv(target: str | None, rows: list[dict[str, Any]]) -> None:
    if not target:
        return
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.reconstruct import COLUMNS

    write_csv(sys.stdout if target == "-" else Path(target), COLUMNS, rows)
