"""Answer a query: from a FITS file to its most similar galaxies, told step by step as events."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.analysis.conformal import check_level
from radgalgui.analysis.coverage import Familiarity
from radgalgui.analysis.neighbours import ExactIndex, HnswIndex, NeighbourIndex
from radgalgui.analysis.placing import PLACING_NEIGHBOURS, place_by_neighbours
from radgalgui.analysis.vectors import unit_vectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.classes import ClassPanel
from radgalgui.jobs.encoders import weights_at_hand
from radgalgui.jobs.events import (
    CatalogClasses,
    Done,
    Event,
    NeighbourRow,
    Neighbours,
    Place,
    Ready,
    Reconstruction,
)
from radgalgui.jobs.maps.stored import StoredMaps
from radgalgui.jobs.networks.kept import network_stamp
from radgalgui.jobs.networks.opening import panel_of
from radgalgui.jobs.networks.panel import Alone
from radgalgui.jobs.sight import Sight, StoredSight, number, shown
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import SkyPosition
from radgalgui.sky.look import look_words

if TYPE_CHECKING:
    from radgalgui.jobs.likelihood.answer import Assessor
    from radgalgui.jobs.studio import Studio

__all__ = ["Searcher"]

_MOST_PANELS = 3  # label sets whose classifiers are kept: trees take some 50 MB each
_AT_ONCE = 4096  # sources of a catalogue whose class is told in one step


class Searcher:
    """A catalogue, its index and its encoder, ready to answer.

    Parameters
    ----------
    catalog : Catalog
        What is searched.
    encoder : Encoder
        The encoder that made the catalogue's vectors.
    index : NeighbourIndex
        Over those vectors.

    Attributes
    ----------
    studio : Studio or None
        What reconstructs the galaxies asked about; None, as at first, for nothing.
    assessor : Assessor or None
        What tells how likely they are; None, as at first, for nothing.
    """

    def __init__(self, catalog: Catalog, encoder: Encoder, index: NeighbourIndex) -> None:
        self.catalog = catalog
        self.encoder = encoder
        self.index = index
        self.panel: ClassPanel | Alone | None = None
        self.studio: Studio | None = None
        self.assessor: Assessor | None = None
        self.level = 0.9
        self.maps = StoredMaps(catalog, encoder.name)
        self._panels: dict[str, tuple[tuple[int, ...], ClassPanel | Alone]] = {}

    @classmethod
    def open(
        cls,
        catalog: Path,
        encoder: str,
        *,
        weights: Path | None = None,
        threads: int | None = None,
    ) -> Searcher:
        """Open a catalogue and one of its encoders.

        Parameters
        ----------
        catalog : Path
            The catalogue's folder.
        encoder : str
            The name of an encoder whose vectors it holds.
        weights : Path, optional
            The encoder's weights; the bundled ones by default.
        threads : int, optional
            Processor threads of torch, in the whole process.  For single galaxies 1 is as fast
            as more on an idle machine, and twice as fast beside other work.

        Raises
        ------
        CatalogError
            If the folder is no catalogue, or was not embedded by these weights.
        WeightsError
            If the encoder's weights are missing or damaged.
        """
        opened = Catalog.open(catalog)
        opened.dimension(encoder)  # says which encoders there are, where this is none of them
        if threads is not None:
            torch.set_num_threads(threads)
        loaded = Encoder.load(weights or weights_at_hand(encoder))
        opened.check_weights(encoder, loaded.sha256)
        vectors, index = opened.embeddings(encoder), None
        if encoder in opened.manifest.indexes:
            index = HnswIndex.load(opened.index_path(encoder), vectors)
        return cls(opened, loaded, index or ExactIndex(vectors))

    @cached_property
    def familiarity(self) -> Familiarity:
        """What distances are usual among the catalogue's own sources; not measured yet."""
        return Familiarity(self.index, self.catalog.embeddings(self.encoder.name))

    def warm_up(self) -> None:
        """Embed and search once, so that the first query does not pay for what is lazy there."""
        for ignore_orientation in (False, True):
            image = self.catalog.images[:1]
            vector = self.encoder.embed(image, ignore_orientation=ignore_orientation)
            ids, _ = self.index.search(vector, 1)
            self.catalog.row(int(ids[0, 0]))

    def learn(self, label_set: str | None, *, level: float = 0.9) -> None:
        """Tell classes from now on by these labels, or by none.

        What was fitted for one label set is kept while another is in use, of the last three.

        Parameters
        ----------
        label_set : str or None
            See `radgalgui.jobs.networks.opening.panel_of`.
        level : float
            Of the conformal sets.

        Raises
        ------
        DataError
            If the labelled vectors are damaged, or not of this encoder and its weights.
        UsageError
            If there are no such labels, or the level does not lie between 0 and 1.
        """
        check_level(level)
        panel = None
        if label_set is not None:
            stamp, known = network_stamp(label_set), self._panels.pop(label_set, None)
            if known is None or stamp not in (known[0], ()):  # another has taken its name
                known = stamp, panel_of(label_set, self.encoder, self.catalog)
            self._panels[label_set], panel = known, known[1]  # used last
        self.panel = panel
        while len(self._panels) > _MOST_PANELS:
            del self._panels[next(iter(self._panels))]
        self.level = level

    def ready(self, job: str) -> Ready:
        """Return the event that says what is loaded."""
        return Ready(
            job=job,
            catalog=str(self.catalog.path),
            encoder=self.encoder.name,
            dimension=self.encoder.dimension,
            sources=len(self.catalog),
            device="CPU",
            threads=torch.get_num_threads(),
        )

    def answer(
        self,
        job: str,
        path: Path | str,
        *,
        position: SkyPosition | None = None,
        top: int = 20,
        ignore_orientation: bool = False,
        cancel: CancelToken | None = None,
    ) -> Iterator[Event]:
        """Answer an image, telling each thing as soon as it is known.

        Parameters
        ----------
        job : str
            The name that every event carries.
        path : path
            A FITS file.
        position : SkyPosition, optional
            Where the source lies; by default the source chosen by `make_cutout`.
        top : int
            How many neighbours; all of them where the catalogue holds fewer.
        ignore_orientation : bool
            Search with the mean vector over the eight rotations and flips.
        cancel : CancelToken, optional
            Looked at between the steps.

        Yields
        ------
        Event
            `Picture`, `Seen`, `Neighbours`, `Place`, `Reconstruction` if there is a generator
            that takes the image, `Likelihood` if there is an assessor and the catalogue has
            likelihoods, `Classes` after each classifier that is fitted if labels are learned
            from (see `learn`), `Done`.

        Raises
        ------
        ImageError
            If the file holds no image that can be answered.
        UsageError
            If ``top`` is not positive.
        Cancelled
            If cancelled.
        """
        if top < 1:
            raise UsageError(f"{top} neighbours were asked for", remedy="ask for at least 1")
        started = time.perf_counter()
        cancel = cancel or CancelToken()
        sight = Sight(read_image(path), position)
        seen = yield from shown(sight, job, self.encoder.preprocessing, cancel)
        vector = self.encoder.embed(seen.seen[None], ignore_orientation=ignore_orientation)
        cancel.check()
        for found in self.found([job], vector, top=top):
            yield from found
        cancel.check()
        drawn = yield from self._reconstruction(job, sight)
        cancel.check()
        if self.assessor is not None and self.assessor.known:
            if ignore_orientation:  # a mean over orientations is likelier than what it is of
                vector = self.encoder.embed(seen.seen[None])
            yield self.assessor.of_image(job, vector[0], sight, drawn, self.studio)
            cancel.check()
        if self.panel is not None:
            yield from self.panel.answer(job, sight.view, level=self.level, cancel=cancel)
        yield Done(job, time.perf_counter() - started)

    def neighbours(
        self, job: str, index: int, *, top: int = 20, cancel: CancelToken | None = None
    ) -> Iterator[Event]:
        """Find the sources most similar to a source of the catalogue, itself left out.

        Yields
        ------
        Event
            `Neighbours`, then `Reconstruction`, `Likelihood` and `Classes` as `answer` does,
            `Done`.

        Raises
        ------
        UsageError
            If the catalogue has no such row.
        """
        if not 0 <= index < len(self.catalog):
            raise UsageError(
                f"there is no source {index}", remedy=f"choose 0 to {len(self.catalog) - 1}"
            )
        started = time.perf_counter()
        vector = np.asarray(self.catalog.embeddings(self.encoder.name)[index], dtype=np.float32)
        ids, similarity = self.index.search(vector[None], min(top + 1, len(self.catalog)))
        others = ids[0] != index
        yield Neighbours(job, self._rows(ids[0][others][:top], similarity[0][others][:top]))
        sight = StoredSight(self.catalog, index)
        yield from self._reconstruction(job, sight)
        if self.assessor is not None and self.assessor.known:
            yield self.assessor.of_source(job, index)
        if self.panel is not None:
            yield from self.panel.answer(
                job, sight.view, level=self.level, row=index, cancel=cancel
            )
        yield Done(job, time.perf_counter() - started)

    def found(
        self, jobs: Sequence[str], vectors: NDArray[np.float32], *, top: int
    ) -> Iterator[Iterator[Event]]:
        """Yield what is found by each vector (N, D): its `Neighbours`, then its `Place`."""
        ids, similarity = self.index.search(
            vectors, min(max(top, PLACING_NEIGHBOURS), len(self.catalog))
        )

        def tell(at: int) -> Iterator[Event]:
            yield Neighbours(jobs[at], self._rows(ids[at][:top], similarity[at][:top]))
            unit = unit_vectors(vectors[at : at + 1])[0]
            yield Place(jobs[at], self._place(unit, ids[at], similarity[at]), unit)

        yield from map(tell, range(len(jobs)))

    def most_similar(self, images: NDArray[np.float32]) -> tuple[list[int], list[str], list[float]]:
        """Return row, name and similarity of the source most like each of several images.

        ``images`` (N, C, S, S) are what the encoder sees, in [0, 1].
        """
        ids, similarity = self.index.search(self.encoder.embed(images), 1)
        rows = ids[:, 0].tolist()
        return rows, [str(self.catalog.names[row]) for row in rows], similarity[:, 0].tolist()

    def predict_catalog(
        self, job: str, *, cancel: CancelToken | None = None
    ) -> Iterator[Event | None]:
        """Tell the class of every source, by its stored vector and the quick classifiers.

        Yields
        ------
        Event or None
            `CatalogClasses`, `Done`; None between the steps, where other work may go first.

        Raises
        ------
        UsageError
            If no labels are learned from, or they were seen in another way than the catalogue.
        Cancelled
            If cancelled.
        """
        panel, started = self.panel, time.perf_counter()
        if panel is None:
            raise UsageError("there are no labels to tell classes by", remedy="choose some first")
        if isinstance(panel, Alone):
            yield from panel.predict_catalog(job, self.catalog, cancel=cancel)
            return
        if panel.sights != (self.encoder.preprocessing,):
            raise UsageError(
                f"the labels {panel.labelled.name!r} were seen in another way than the catalogue "
                f"({look_words(panel.labelled.looks)})",
                remedy="choose other labels",
            )
        cancel = cancel or CancelToken()
        for _ in panel.fits.make_quick():
            cancel.check()
            yield None
        vectors = self.catalog.embeddings(self.encoder.name)
        chances = np.empty((len(vectors), len(panel.labelled.classes)), dtype=np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            chances[part] = panel.predict(vectors[part])
            cancel.check()
            yield None
        yield CatalogClasses(
            job=job,
            label_set=panel.labelled.name,
            encoder=self.encoder.name,
            classes=list(panel.labelled.classes),
            classifiers=list(panel.fits.quick),
            probabilities=panel.corrected(chances),
        )
        yield Done(job, time.perf_counter() - started)

    def _reconstruction(
        self, job: str, sight: Sight | StoredSight
    ) -> Generator[Event, None, Reconstruction | None]:
        drawn = None if self.studio is None else self.studio.reconstruction(job, sight)
        if drawn is not None:
            yield drawn
        return drawn

    def _rows(self, ids: NDArray[np.int64], similarity: NDArray[np.float32]) -> list[NeighbourRow]:
        return [
            self._row(int(index), rank, float(alike))
            for rank, (index, alike) in enumerate(zip(ids, similarity, strict=True), start=1)
        ]

    def _row(self, index: int, rank: int, similarity: float) -> NeighbourRow:
        source = self.catalog.row(index)
        return {
            "index": index,
            "rank": rank,
            "name": str(source["name"]),
            "ra": number(source.get("ra")),
            "dec": number(source.get("dec")),
            "similarity": similarity,
            "label": str(source.get("label") or ""),
            "angular_size_arcsec": number(source.get("angular_size")),
        }

    def _place(
        self, vector: NDArray[np.float32], ids: NDArray[np.int64], similarity: NDArray[np.float32]
    ) -> dict[str, tuple[float, float, float]]:
        places = {}
        nearest = slice(0, PLACING_NEIGHBOURS)
        for method in self.maps.names:
            projection = self.maps.projection(method)
            if projection is not None:
                x, y = projection.project(vector)[0]
                places[method] = (float(x), float(y), 0.0)
            else:
                layout = self.maps.places(method)
                places[method] = place_by_neighbours(
                    similarity[nearest], layout[ids[nearest]], grain=self.maps.grain(method)
                )
        return places
