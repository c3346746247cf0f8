"""Many images classified: their vectors, and what each classifier says, by the batch."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.labelled import NETWORK
from radgalgui.analysis.vectors import side_by_side
from radgalgui.errors import RadGalError
from radgalgui.jobs.classes import ClassPanel, Known
from radgalgui.jobs.events import Classes, Done, Event
from radgalgui.jobs.looking import Looked, Refused, in_batches, padded
from radgalgui.jobs.networks.panel import Alone
from radgalgui.jobs.search_many import vectors_of
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["classify_many", "sights_of"]

_AT_ONCE = 8  # images that a network is shown at a time, in eight orientations each


def sights_of(panel: ClassPanel | Alone) -> tuple[Preprocessing, ...]:
    """Return in which ways classifiers that were fitted see an image, first that which is told."""
    sights = [panel.preprocessing]
    if isinstance(panel, ClassPanel):
        sights += panel.sights
        network = panel.fits.network
    else:
        network = panel.network
    if network is not None:
        sights += network.sights
    return tuple(dict.fromkeys(sights))


def classify_many(
    panel: ClassPanel | Alone, looked: Iterator[Looked | Refused], *, level: float = 0.9
) -> Iterator[tuple[Looked | Refused, list[Event]]]:
    """Tell what the source in each of many images is.

    Parameters
    ----------
    panel : ClassPanel or Alone
        Whose classifiers are asked; they must have been fitted.
    looked : iterator
        Images as `radgalgui.jobs.looking.look_at` tells of them, seen in all `sights_of` the
        panel.
    level : float
        Of the conformal set, in (0, 1).

    Yields
    ------
    tuple
        What was looked at, in its order, with `Classes` and `Done`; with nothing where it was
        refused, and with no `Classes` where nobody can say anything.

    Raises
    ------
    UsageError
        If the level is out of range.
    """
    started = time.perf_counter()
    for some in in_batches(looked):
        answers = _answers(panel, [each for each in some if isinstance(each, Looked)], level)
        told = [next(answers) if isinstance(each, Looked) else None for each in some]
        share = (time.perf_counter() - started) / len(some)
        for each, classes in zip(some, told, strict=True):
            if isinstance(classes, RadGalError):
                yield Refused(each.path, classes, each.events), []
            elif classes is None:
                yield each, []
            else:
                yield each, [*classes, Done(str(each.path), share)]
        started = time.perf_counter()


def _answers(
    panel: ClassPanel | Alone, some: Sequence[Looked], level: float
) -> Iterator[list[Classes] | RadGalError]:
    """Yield what is said of each image of a batch, or why nothing is."""
    known = _known(panel, some) if isinstance(panel, ClassPanel) else {}
    for number, each in enumerate(some):
        job = str(each.path)
        try:
            if isinstance(panel, ClassPanel):
                told = panel.answer(job, each.view, level=level, known=known.get(number))
            else:
                told = panel.answer(job, each.view, level=level)
            yield list(told)
        except RadGalError as error:
            yield error


def _known(panel: ClassPanel, some: Sequence[Looked]) -> dict[int, Known]:
    """Return vectors and chances by the place in the batch, of those that all looks show."""
    seen = _seen(some, panel.sights)
    if not seen:
        return {}
    ignore = panel.labelled.ignore_orientation
    flat = [view for views in zip(*seen.values(), strict=True) for view in views]  # look by look
    vectors = vectors_of(panel.encoder, flat, ignore_orientation=ignore)
    vectors = side_by_side(vectors, np.stack(flat), panel.labelled.looks)
    tables = {name: each.probabilities(vectors) for name, each in panel.fits.fitted.items()}
    by_network = _by_network(panel.fits.network, some)
    known = {}
    for row, number in enumerate(seen):
        chances = {name: table[row] for name, table in tables.items()}
        if number in by_network:
            chances[NETWORK] = by_network[number]
        known[number] = Known(vectors[row : row + 1], chances)
    return known


def _by_network(
    network: NetworkClassifier | None, some: Sequence[Looked]
) -> dict[int, NDArray[np.float64]]:
    """Return what the network says, by the place in the batch; without those it cannot see."""
    if network is None:
        return {}
    seen = _seen(some, network.sights)
    places = list(seen)
    found: dict[int, NDArray[np.float64]] = {}
    for start in range(0, len(places), _AT_ONCE):
        here = places[start : start + _AT_ONCE]
        views = zip(*(seen[number] for number in here), strict=True)
        batch = [padded(view, size=_AT_ONCE) for view in views]
        chances = network.probabilities(*batch, batch_size=8 * _AT_ONCE)
        found |= {number: chances[row] for row, number in enumerate(here)}
    return found


def _seen(
    some: Sequence[Looked], sights: Sequence[Preprocessing]
) -> dict[int, list[NDArray[np.float32]]]:
    """Return what all these sights show, by the place in the batch, of images that have them."""
    seen = {}
    for number, each in enumerate(some):
        try:
            seen[number] = [each.view(sight) for sight in sights]
        except RadGalError:
            continue  # it is said when the image's turn comes
    return seen
