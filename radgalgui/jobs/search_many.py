"""Many images searched for: their vectors and neighbours by the batch."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.events import Done, Event
from radgalgui.jobs.looking import BATCH, Looked, Refused, in_batches, padded
from radgalgui.jobs.search import Searcher
from radgalgui.models.encoder import Encoder

__all__ = ["search_many", "vectors_of"]


def search_many(
    searcher: Searcher,
    looked: Iterator[Looked | Refused],
    *,
    top: int = 20,
    ignore_orientation: bool = False,
    places: bool = True,
) -> Iterator[tuple[Looked | Refused, list[Event]]]:
    """Find the sources most similar to each of many images.

    Parameters
    ----------
    searcher : Searcher
        What is searched.
    looked : iterator
        Images as `radgalgui.jobs.looking.look_at` tells of them, seen as the encoder wants it.
    top, ignore_orientation
        As for `Searcher.answer`, whose similarities these are to some six digits: a network's
        last ones depend on how many images it is shown at a time.
    places : bool
        Whether `Place` is wanted.

    Yields
    ------
    tuple
        What was looked at, in its order, with `Neighbours`, `Place` and `Done`; with nothing
        where it was refused.
    """
    eyes, started = searcher.encoder.preprocessing, time.perf_counter()
    for some in in_batches(looked):
        sound = [each for each in some if isinstance(each, Looked)]
        found: Iterator[Iterator[Event]] = iter(())
        if sound:
            seen = [each.view(eyes) for each in sound]
            vectors = vectors_of(searcher.encoder, seen, ignore_orientation=ignore_orientation)
            found = searcher.found([str(each.path) for each in sound], vectors, top=top)
        share = (time.perf_counter() - started) / len(some)
        for each in some:
            events: list[Event] = []
            if isinstance(each, Looked):
                told = next(found)
                events = [*(told if places else islice(told, 1)), Done(str(each.path), share)]
            yield each, events
        started = time.perf_counter()


def vectors_of(
    encoder: Encoder, seen: Sequence[NDArray[np.float32]], *, ignore_orientation: bool = False
) -> NDArray[np.float32]:
    """Return the vectors (N, D) of what is seen of N images, whichever these are.

    They are the same to the last bit in whatever batch an image comes.
    """
    vectors = [
        encoder.embed(
            padded(seen[start : start + BATCH]),
            ignore_orientation=ignore_orientation,
            batch_size=8 * BATCH if ignore_orientation else BATCH,
        )
        for start in range(0, len(seen), BATCH)
    ]
    return np.concatenate(vectors)[: len(seen)]
