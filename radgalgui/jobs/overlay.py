"""One catalogue laid over another: where its sources fall on the maps, and how new they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.coverage import Judged, coverage
from radgalgui.analysis.placing import PLACING_NEIGHBOURS, place_many_by_neighbours
from radgalgui.analysis.projection import PcaProjection
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.events import Covered, Done, Event, Overlaid
from radgalgui.progress import CancelToken

if TYPE_CHECKING:
    from radgalgui.jobs.search import Searcher

__all__ = ["check_fit", "overlay", "same_weights", "vectors_of"]

_AT_ONCE = 128  # sources that are embedded and placed before another question may go first


def overlay(
    searcher: Searcher, path: Path, *, job: str, cancel: CancelToken | None = None
) -> Iterator[Event | None]:
    """Place every source of another catalogue on the maps of the open one.

    Its vectors are those it has stored, where the same weights made them; otherwise its images
    are embedded.

    Parameters
    ----------
    searcher : Searcher
        The catalogue that is the reference, with its encoder.
    path : Path
        The folder of the other.

    Yields
    ------
    Event or None
        `Overlaid` for some sources after others, in their order; `Covered`; `Done`.  None
        between the steps, where other work may go first.

    Raises
    ------
    CatalogError
        If the other is no catalogue, or its images were made ready in another way.
    UsageError
        If it is the reference itself, or that has too few sources to know what is usual.
    Cancelled
        If cancelled.
    """
    started, cancel = time.perf_counter(), cancel or CancelToken()
    reference = searcher.catalog
    with Catalog.open(path) as other:
        check_fit(searcher, other)
        stored = same_weights(searcher, other)
        familiar = searcher.familiarity
        while not familiar.ready:
            familiar.step()
            cancel.check()
            yield None
        methods = list(searcher.maps.names)
        placing = _Placing(searcher, methods)
        measures = []
        for start in range(0, len(other), _AT_ONCE):
            cancel.check()
            rows = slice(start, min(start + _AT_ONCE, len(other)))
            vectors = vectors_of(searcher, other, rows, stored=stored)
            judged = familiar.judge(vectors)
            measures.append(np.column_stack([judged.distance, judged.relative]))
            yield Overlaid(
                job,
                str(path),
                start,
                len(other),
                methods,
                placing.places(judged, vectors),
                judged.novelty.astype(np.float32),
                judged.ids[:, 0],
                judged.similarity[:, 0],
            )
            yield None
        told = coverage(familiar.usual, np.concatenate(measures))
        yield Covered(
            job,
            str(path),
            other.manifest.title,
            searcher.encoder.name,
            len(other),
            len(reference),
            familiar.neighbours,
            told.share,
            told.low,
            told.high,
            told.own,
            stored,
        )
    yield Done(job, time.perf_counter() - started)


class _Placing:
    """Places vectors on the maps of a searcher's catalogue, as it places queries."""

    def __init__(self, searcher: Searcher, methods: list[str]) -> None:
        maps = searcher.maps
        self._ways: list[PcaProjection | NDArray[np.float32]] = [
            maps.projection(method) or maps.places(method) for method in methods
        ]
        self._grains = [maps.grain(method) for method in methods]

    def places(self, judged: Judged, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the places on each map, shape (n, maps, 2)."""
        made = np.empty((len(vectors), len(self._ways), 2), dtype=np.float32)
        near = slice(0, PLACING_NEIGHBOURS)
        for number, way in enumerate(self._ways):
            if isinstance(way, PcaProjection):
                made[:, number] = way.project(vectors)
            else:
                layout = way[judged.ids[:, near]]
                placed = place_many_by_neighbours(
                    judged.similarity[:, near], layout, grain=self._grains[number]
                )
                made[:, number] = placed[:, :2]
        return made


def vectors_of(
    searcher: Searcher, other: Catalog, rows: slice, *, stored: bool
) -> NDArray[np.float32]:
    """Return vectors of another catalogue's sources: as it has them stored, or embedded now."""
    if stored:
        return np.asarray(other.embeddings(searcher.encoder.name)[rows], dtype=np.float32)
    return searcher.encoder.embed(other.images[rows])


def same_weights(searcher: Searcher, other: Catalog) -> bool:
    """Whether the other catalogue has vectors that compare with the reference's."""
    encoder = searcher.encoder
    if encoder.name not in other.encoders:
        return False
    try:
        other.check_weights(encoder.name, encoder.sha256)
    except CatalogError:
        return False
    return True


def check_fit(searcher: Searcher, other: Catalog) -> None:
    """Raise unless the other is another catalogue, with images that the encoder can see.

    Raises
    ------
    CatalogError
        If its images were made ready in another way.
    UsageError
        If it is the reference itself.
    """
    if searcher.catalog.path.resolve() == other.path.resolve():
        raise UsageError(
            "is the reference itself", subject=other.path, remedy="choose another catalogue"
        )
    stored = other.manifest.preprocessing.to_dict()
    for name, wanted in searcher.encoder.preprocessing.to_dict().items():
        if stored.get(name) != wanted and name != "survey_scale":
            raise CatalogError(
                f"its images have {name} {stored.get(name)}, the encoder "
                f"{searcher.encoder.name!r} wants {wanted}",
                subject=other.path,
                remedy="build it with that encoder first",
            )
