"""Many images reconstructed: drawn again by the batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from radgalgui.errors import RadGalError
from radgalgui.jobs.looking import Looked, Refused, in_batches
from radgalgui.jobs.reconstruct import Reconstructed, reconstruct_cutouts

if TYPE_CHECKING:
    from radgalgui.models.generator import Generator

__all__ = ["reconstruct_many"]


def reconstruct_many(
    generator: Generator, looked: Iterator[Looked | Refused], *, size: int
) -> Iterator[tuple[Looked, Reconstructed] | Refused]:
    """Draw the sources of many images again.

    Parameters
    ----------
    generator : Generator
        What draws.
    looked : iterator
        Images as `radgalgui.jobs.looking.look_at` tells of them, their whole cutouts as the
        generator wants them.
    size : int
        Images that are drawn at a time; the last digits depend on it.

    Yields
    ------
    tuple or Refused
        What was looked at, in its order, with what it was drawn again as; or why it was not.
    """
    for some in in_batches(looked, size=size):
        sound = [each for each in some if isinstance(each, Looked)]
        drawn = iter(_drawn(generator, sound, size))
        for each in some:
            made = next(drawn) if isinstance(each, Looked) else each.error
            if isinstance(each, Looked) and isinstance(made, Reconstructed):
                yield each, made
            elif isinstance(made, RadGalError):
                yield Refused(each.path, made, each.events)


def _drawn(
    generator: Generator, some: Sequence[Looked], size: int
) -> list[Reconstructed | RadGalError]:
    cutouts = [each.cutout for each in some if each.cutout is not None]
    try:
        return [*reconstruct_cutouts(cutouts, generator, size=size)]
    except RadGalError as error:
        if len(some) == 1:
            return [error]
    return [made for each in some for made in _drawn(generator, [each], size)]
