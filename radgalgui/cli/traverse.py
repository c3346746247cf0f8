"""``radgalgui traverse``: a galaxy with one component of its vector changed step by step."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from radgalgui.cli.drawing import (
    add_encoder,
    add_out,
    add_position,
    add_steps,
    check_steps,
    load_generator,
    ready_folder,
    seen_in,
    write_film_strip,
)
from radgalgui.cli.inputs import typed_position
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from radgalgui.models.generator import Generator

__all__ = ["add_arguments", "run"]

_TOP: Final = "top"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Draw a galaxy with one component of its vector set to several values, in standard "
        "deviations from the mean over the training images. Writes traverse-000.fits and so "
        "on, and film-strip.png. 'radgalgui traverse FILE --component top' takes the component "
        "that tells most of a galaxy, 'top:2' the next."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a FITS image")
    parser.add_argument(
        "--component",
        required=True,
        metavar="K",
        help="its number, from 0; or top, top:2, top:3, by how much they tell",
    )
    add_steps(parser)
    parser.add_argument(
        "--span",
        type=float,
        default=3.0,
        metavar="S",
        help="from -S to S standard deviations (default: 3)",
    )
    add_position(parser)
    add_out(parser)
    add_encoder(parser)


def run(options: argparse.Namespace) -> int:
    """Traverse, and say where the result lies."""
    check_steps(options.steps)
    place = _place(options.component)
    position = typed_position(options.position)
    generator = load_generator(options.encoder)
    image = seen_in(options.file, generator, position)

    from radgalgui.jobs.draw import save_drawn
    from radgalgui.jobs.studio import spread_values

    values = spread_values(options.steps, options.span)
    component = place if place >= 0 else _by_importance(generator, -place)
    images = generator.traverse(image, component, values.tolist())
    folder = ready_folder(options.out)
    for step, (drawn, value) in enumerate(zip(images, values, strict=True)):
        note = (
            f"radgalgui traverse: encoder {generator.name}, {options.file.name} with component "
            f"{component} at {value:+.3f} standard deviations"
        )
        save_drawn(drawn, folder, f"traverse-{step:03}", generator.preprocessing, note=note)
    write_film_strip(folder, images)
    own = generator.own_value(image, component)
    print(
        f"{len(images)} steps of component {component} from {values[0]:+g} to {values[-1]:+g} "
        f"standard deviations and film-strip.png in {folder}; the galaxy lies at {own:+.2f}"
    )
    return 0


def _place(text: str) -> int:
    """Return the number of a component, or below 0 its place by importance: top is -1."""
    word, _, number = text.partition(":")
    if word == _TOP and (not number or (number.isdecimal() and int(number) > 0)):
        return -int(number or 1)
    if text.isdecimal():
        return int(text)
    raise UsageError(
        f"--component {text} is no component", remedy="give a number, or top, top:2 and so on"
    )


def _by_importance(generator: Generator, place: int) -> int:
    """Return the component that tells most of a galaxy, or the second, third and so on."""
    order = generator.components().order
    if place > len(order):
        raise UsageError(
            f"--component {_TOP}:{place} is one of {len(order)}",
            remedy=f"give top:1 to top:{len(order)}",
        )
    return int(order[place - 1])
