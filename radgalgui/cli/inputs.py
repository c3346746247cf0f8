"""What people type after a command: images, folders of them, a position on the sky."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.cli.output import complain
from radgalgui.errors import RadGalError

if TYPE_CHECKING:
    from radgalgui.sky.image import SkyPosition

__all__ = ["named_images", "typed_position"]


def named_images(arguments: list[str]) -> tuple[list[Path], int]:
    """Return the images that the arguments name, each once, and how many arguments name none."""
    from radgalgui.sky.fits import find_images

    files, refused = [], 0
    for argument in arguments:
        try:
            files += find_images([argument])
        except RadGalError as error:
            complain(error)
            refused += 1
    return list(dict.fromkeys(files)), refused


def typed_position(text: str | None) -> SkyPosition | None:
    """Return a position as it was typed, None where there was none.

    Raises
    ------
    UsageError
        If it is no position.
    """
    if text is None:
        return None
    from radgalgui.sky.coordinates import parse_position

    return parse_position(text)
