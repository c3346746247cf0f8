"""What the commands that draw galaxies share: their options, their generator, their files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from radgalgui.models.generator import Generator
    from radgalgui.sky.image import SkyPosition

__all__ = [
    "MOST_STEPS",
    "add_encoder",
    "add_out",
    "add_position",
    "add_steps",
    "check_steps",
    "load_generator",
    "ready_folder",
    "seen_in",
    "write_film_strip",
]

MOST_STEPS: Final = 256
_DEFAULT_ENCODER: Final = "vdvae"


def add_encoder(parser: argparse.ArgumentParser) -> None:
    """Describe which generator is used."""
    parser.add_argument(
        "--encoder",
        default=_DEFAULT_ENCODER,
        metavar="NAME",
        help="an encoder that can draw, or the path of its weights file "
        f"(default: {_DEFAULT_ENCODER})",
    )


def add_out(parser: argparse.ArgumentParser) -> None:
    """Describe the folder that the results go to."""
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="where to write; made where it is missing, files of the same names are replaced",
    )


def add_position(parser: argparse.ArgumentParser) -> None:
    """Describe the source's position."""
    parser.add_argument(
        "--position", metavar="'RA DEC'", help="where the source lies; sexagesimal or degrees, ICRS"
    )


def add_steps(parser: argparse.ArgumentParser) -> None:
    """Describe how many pictures a way has."""
    parser.add_argument("--steps", type=int, default=9, metavar="N", help="pictures (default: 9)")


def check_steps(steps: int) -> None:
    """Refuse what is no way from one end to another."""
    if not 2 <= steps <= MOST_STEPS:
        raise UsageError(f"--steps {steps} is no way to go", remedy=f"give 2 to {MOST_STEPS}")


def ready_folder(path: Path) -> Path:
    """Return the folder for the results, made and found writable before the work begins."""
    from radgalgui.files import made_folder

    folder = made_folder(path)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(
            "nothing may be written there",
            subject=f"--out {path}",
            remedy="choose another folder, or ask for the right to write to it",
        )
    return folder


def load_generator(encoder: str) -> Generator:
    """Load the generator, to draw on one processor thread as the window's does."""
    import torch

    from radgalgui.jobs.studio import open_generator

    torch.set_num_threads(1)
    return open_generator(encoder)


def seen_in(
    path: Path, generator: Generator, position: SkyPosition | None = None
) -> NDArray[np.float32]:
    """Return what a generator sees of the source in an image, (C, S, S)."""
    from radgalgui.jobs.sight import Sight
    from radgalgui.sky.fits import read_image

    return Sight(read_image(path), position).view(generator.preprocessing)


def write_film_strip(folder: Path, images: NDArray[np.float32]) -> None:
    """Write the pictures of a way side by side."""
    from radgalgui.sky.sheet import contact_sheet, write_png

    write_png(folder / "film-strip.png", contact_sheet(images, columns=min(len(images), 16)))
