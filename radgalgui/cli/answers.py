"""One image after the other answered: what search, classify and likelihood have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.inputs import named_images, typed_position
from radgalgui.cli.output import complain, prints_tables, write_outputs
from radgalgui.errors import RadGalError

if TYPE_CHECKING:
    from radgalgui.sky.image import SkyPosition

__all__ = ["Answer", "Answering", "answer_images"]

Answer = tuple[list[dict[str, Any]], Callable[[], None]]
"""The rows of an image, and what prints them as a table for people."""


@dataclass(frozen=True)
class Answering:
    """What answers images: ``answer(path, position)``, and the columns of all its rows."""

    answer: Callable[[Path, SkyPosition | None], Answer]
    columns: Sequence[str]


def answer_images(options: argparse.Namespace, prepare: Callable[[], Answering]) -> int:
    """Answer every image that can be answered, and write all rows to the files asked for.

    Parameters
    ----------
    options : Namespace
        With ``files``, ``position`` and those of `radgalgui.cli.output.add_outputs`.
    prepare : callable
        Called once, and only if there is an image.

    Returns
    -------
    int
        2 if one image or more could not be answered, else 0.
    """
    position = typed_position(options.position)
    files, refused = named_images(options.files)
    rows: list[dict[str, Any]] = []
    if not files:
        return 2 if refused else 0
    answering = prepare()
    for path in files:
        try:
            answer, show = answering.answer(path, position)
        except RadGalError as error:
            complain(error)
            refused += 1
            continue
        if prints_tables(options):
            if rows:
                print()
            show()
            sys.stdout.flush()
        rows += answer
    if rows:
        write_outputs(rows, answering.columns, options)
    return 2 if refused else 0
