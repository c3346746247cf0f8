"""One image after the other answered: what search, classify and likelihood have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.inputs import named_images, typed_position
from radgalgui.cli.output import complain, prints_tables, rows_kept, write_outputs
from radgalgui.errors import RadGalError

if TYPE_CHECKING:
    from radgalgui.jobs.looking import Looked, Refused
    from radgalgui.sky.image import SkyImage, SkyPosition

__all__ = [
    "Answer",
    "Answering",
    "Answers",
    "answer_images",
    "is_many",
    "say_what_was_read",
    "say_what_was_seen",
]

_FEW: Final = 64  # images that are answered one by one

Answer = tuple[list[dict[str, Any]], Callable[[], None]]
"""The rows of an image, and what prints them as a table for people."""

Answers = Generator["Answer | RadGalError", None, None]
"""What is answered to each image, in their order, or why nothing is."""


@dataclass(frozen=True)
class Answering:
    """What answers images.

    Parameters
    ----------
    answer : callable
        Called with an image and the position in it that was typed.
    columns : sequence of str
        Of all its rows.
    answer_many : callable, optional
        Called with many images and the position: faster than one after the other.
    """

    answer: Callable[[Path, SkyPosition | None], Answer]
    columns: Sequence[str]
    answer_many: Callable[[Sequence[Path], SkyPosition | None], Answers] | None = None

    def answers(self, paths: Sequence[Path], position: SkyPosition | None) -> Answers:
        """Yield what is answered to each image, or why nothing is."""
        if self.answer_many is not None and is_many(paths):
            yield from self.answer_many(paths, position)
            return
        for path in paths:
            try:
                yield self.answer(path, position)
            except RadGalError as error:
                yield error


def answer_images(options: argparse.Namespace, prepare: Callable[[], Answering]) -> int:
    """Answer every image that can be answered, and write all rows to the files asked for.

    Interrupted, the rows of the images answered so far are written.

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
    if not files:
        return 2 if refused else 0
    answering = prepare()

    def write(rows: list[dict[str, Any]]) -> None:
        write_outputs(rows, answering.columns, options)

    with (
        rows_kept(write, len(files), options.csv, options.votable) as answered,
        closing(answering.answers(files, position)) as answers,
    ):
        for told in answers:
            if isinstance(told, RadGalError):
                complain(told)
                refused += 1
                continue
            answer, show = told
            if prints_tables(options):
                if answered:
                    print()
                show()
                sys.stdout.flush()
            answered.append(answer)
    return 2 if refused else 0


def is_many(paths: Sequence[Path]) -> bool:
    """Tell whether images are so many that they are worth processes and batches."""
    return len(paths) > _FEW


def say_what_was_seen(seen: Looked | Refused) -> None:
    """Print the events of an image that was looked at, and what to know of it."""
    from radgalgui.jobs.looking import Refused

    for line in seen.events:
        print(line, flush=True)
    if not isinstance(seen, Refused):
        for text in seen.notes:
            complain(f"{seen.path}: note: {text}")


def say_what_was_read(path: Path, image: SkyImage) -> None:
    """Print which of several planes or images of a file was taken, and which beam was not."""
    for note in image.notes:
        if note.code in ("planes", "images", "beam"):
            complain(f"{path}: note: {note.text}")
