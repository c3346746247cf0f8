"""Images looked at before they are asked about: read and cut out, by processes where many are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import RadGalError
from radgalgui.jobs.beside import Workers, open_workers
from radgalgui.jobs.sight import Sight
from radgalgui.jobs.survey.effort import processes_for_files
from radgalgui.jobs.wire import json_line
from radgalgui.progress import CancelToken, Notice, unheard
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Cutout, SkyPosition
from radgalgui.sky.preprocess import Preprocessing

__all__ = [
    "BATCH",
    "Looked",
    "Refused",
    "Wanted",
    "in_batches",
    "look_at",
    "open_lookers",
    "padded",
]

BATCH: Final = 16
"""Images that networks are shown at a time: as fast as more on a processor, and soon there."""

_PART: Final = 4  # files that a process is handed at a time
_AHEAD: Final = 4  # parts a process that are looked at before they are asked about
_FIRST_BATCHES: Final = (1, 4)  # so that the first answer comes as soon as the first image


@dataclass(frozen=True)
class Wanted:
    """What is wanted of each image.

    Parameters
    ----------
    sights : tuple of Preprocessing
        How networks see it; an image that has not the first is refused.
    position : SkyPosition, optional
        Where the source lies; by default the source chosen by `make_cutout`.
    events : bool
        Whether `Picture` and `Seen` are wanted.
    whole : bool
        Whether the whole cutout of the first sight is wanted.
    """

    sights: tuple[Preprocessing, ...]
    position: SkyPosition | None = None
    events: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Looked:
    """An image that was read and cut out.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        The source's, as the file has it.
    ra, dec : float or None
        ICRS degrees of the cutout's centre.
    notes : tuple of str
        What a user should know before trusting the answer.
    views : mapping
        What is seen (C, S, S) in each sight, or why nothing is.
    events : tuple of str
        `Picture` and `Seen` as lines of JSON, where they were wanted.
    cutout : Cutout or None
        That of the first sight, where it was wanted.
    """

    path: Path
    name: str
    ra: float | None
    dec: float | None
    notes: tuple[str, ...]
    views: Mapping[Preprocessing, NDArray[np.float32] | RadGalError]
    events: tuple[str, ...] = ()
    cutout: Cutout | None = None

    def view(self, preprocessing: Preprocessing) -> NDArray[np.float32]:
        """Return what a network with this preprocessing sees, (C, S, S) in [0, 1].

        Raises
        ------
        RadGalError
            If it sees nothing of this image.
        KeyError
            If nobody looked in this way.
        """
        seen = self.views[preprocessing]
        if isinstance(seen, RadGalError):
            raise seen
        return seen


@dataclass(frozen=True)
class Refused:
    """An image that cannot be answered, why, and what was told of it before."""

    path: Path
    error: RadGalError
    events: tuple[str, ...] = ()


@contextmanager
def look_at(
    paths: Sequence[Path],
    wanted: Wanted,
    *,
    processes: int | None = None,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Iterator[Iterator[Looked | Refused]]:
    """Open what looks at images, in their order; a few are ahead of those that were taken.

    Parameters
    ----------
    paths : sequence of Path
        FITS files.
    wanted : Wanted
        What is wanted of each.
    processes : int, optional
        How many look; by default as many as there are processors.
    note, cancel
        As for `radgalgui.jobs.beside.open_workers`.
    """
    count = processes_for_files(len(paths), few=2) if processes is None else processes
    with open_lookers(wanted, count, note=note) as lookers:
        yield lookers.each(paths, cancel or CancelToken())


def open_lookers(
    wanted: Wanted, processes: int, *, note: Notice = unheard
) -> AbstractContextManager[Workers[Path, Looked | Refused]]:
    """Open processes that look at images; the first are looked at here, until these are there."""
    return open_workers(
        partial(_looked, wanted), partial(_looking, wanted), processes,
        part=_PART, ahead=_AHEAD * processes, at_once=True, note=note,
    )  # fmt: skip


def in_batches(
    looked: Iterator[Looked | Refused], *, size: int = BATCH
) -> Iterator[list[Looked | Refused]]:
    """Yield images by the batch, the first ones by themselves."""
    sizes = iter(_FIRST_BATCHES)
    while some := list(islice(looked, min(next(sizes, size), size))):
        yield some


def padded(images: Sequence[NDArray[np.float32]], *, size: int = BATCH) -> NDArray[np.float32]:
    """Return images (n, C, S, S) with empty ones behind them, ``size`` in all.

    What a network makes of an image depends in its last digits on how many it is shown at a
    time, but not on which: so it does not matter in which batch an image comes.
    """
    batch = np.zeros((max(size, len(images)), *images[0].shape), dtype=np.float32)
    batch[: len(images)] = images
    return batch


def _looking(wanted: Wanted) -> Callable[[Path], Looked | Refused]:
    from radgalgui.sky.cutout import warm_up

    warm_up()
    return partial(_looked, wanted)


def _looked(wanted: Wanted, path: Path) -> Looked | Refused:
    events: list[str] = []
    try:
        sight = Sight(read_image(path), wanted.position)
        if wanted.events:
            events.append(json_line(sight.picture(str(path))))
            events.append(json_line(sight.seen(str(path), wanted.sights[0])))
        piece = sight.piece(wanted.sights[0])
    except RadGalError as error:
        return Refused(path, error, tuple(events))
    position = piece.position
    return Looked(
        path=path,
        name=sight.image.name,
        ra=None if position is None else position.ra,
        dec=None if position is None else position.dec,
        notes=tuple(note.text for note in piece.notes),
        views={each: _view(sight, each) for each in wanted.sights},
        events=tuple(events),
        cutout=piece if wanted.whole else None,
    )


def _view(sight: Sight, preprocessing: Preprocessing) -> NDArray[np.float32] | RadGalError:
    try:
        return sight.view(preprocessing)
    except RadGalError as error:
        return error
