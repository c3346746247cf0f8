"""Answer a query: from a FITS file to its most similar galaxies, told step by step as events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.analysis.maps import PLACING_NEIGHBOURS, PcaProjection, place_by_neighbours
from radgalgui.analysis.neighbours import HnswIndex, NeighbourIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.events import (
    Done,
    Event,
    NeighbourRow,
    Neighbours,
    NoteText,
    Picture,
    Place,
    Ready,
    Seen,
)
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken
from radgalgui.sky import cutout
from radgalgui.sky.celestial import local_grid
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Cutout, Note, SkyImage, SkyPosition
from radgalgui.sky.reduce import reduce_image
from radgalgui_resources import weights_path

__all__ = ["Searcher"]

_LARGEST_PICTURE = 2048  # pixels a side that are sent to be looked at


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
    """

    def __init__(self, catalog: Catalog, encoder: Encoder, index: NeighbourIndex) -> None:
        self.catalog = catalog
        self.encoder = encoder
        self.index = index
        self._projections: dict[Path, PcaProjection] = {}

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
        loaded = Encoder.load(weights or weights_path(encoder))
        opened.check_weights(encoder, loaded.sha256)
        index = HnswIndex.load(
            opened.index_path(encoder), dimension=loaded.dimension, count=len(opened)
        )
        return cls(opened, loaded, index)

    def warm_up(self) -> None:
        """Embed and search once, so that the first query does not pay for what is lazy there."""
        for ignore_orientation in (False, True):
            image = self.catalog.images[:1]
            vector = self.encoder.embed(image, ignore_orientation=ignore_orientation)
            ids, _ = self.index.search(vector, 1)
            self.catalog.row(int(ids[0, 0]))

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
            `Picture`, `Seen`, `Neighbours`, `Place`, `Done`.

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
        image = read_image(path)
        picture, reduction = _picture(job, image)
        yield picture
        cancel.check()
        piece = cutout.make_cutout(image, self.encoder.preprocessing, position=position)
        yield _seen(job, image, piece, self.encoder.preprocessing.pixel_scale, reduction)
        cancel.check()
        vector = self.encoder.embed(piece.seen[None], ignore_orientation=ignore_orientation)
        cancel.check()
        ids, similarity = self.index.search(
            vector, min(max(top, PLACING_NEIGHBOURS), len(self.catalog))
        )
        yield Neighbours(job, self._rows(ids[0][:top], similarity[0][:top]))
        yield Place(job, self._place(vector[0], ids[0], similarity[0]))
        yield Done(job, time.perf_counter() - started)

    def neighbours(self, job: str, index: int, *, top: int = 20) -> Iterator[Event]:
        """Find the sources most similar to a source of the catalogue, itself left out.

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
        yield Done(job, time.perf_counter() - started)

    def _projection(self, path: Path) -> PcaProjection:
        if path not in self._projections:
            self._projections[path] = PcaProjection.load(path)
        return self._projections[path]

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
            "ra": _number(source.get("ra")),
            "dec": _number(source.get("dec")),
            "similarity": similarity,
            "label": str(source.get("label") or ""),
            "angular_size_arcsec": _number(source.get("angular_size")),
        }

    def _place(
        self, vector: NDArray[np.float32], ids: NDArray[np.int64], similarity: NDArray[np.float32]
    ) -> dict[str, tuple[float, float, float]]:
        places = {}
        nearest = slice(0, PLACING_NEIGHBOURS)
        for method in self.catalog.maps(self.encoder.name):
            projection = self.catalog.projection_path(self.encoder.name, method)
            if projection is not None:
                x, y = self._projection(projection).project(vector)[0]
                places[method] = (float(x), float(y), 0.0)
            else:
                layout = self.catalog.map(self.encoder.name, method)
                places[method] = place_by_neighbours(similarity[nearest], layout[ids[nearest]])
        return places


def _picture(job: str, image: SkyImage) -> tuple[Picture, int]:
    """Return the image as it is looked at, and by how much it was reduced."""
    reduction = -(-max(image.data.shape) // _LARGEST_PICTURE)
    shown = reduce_image(image, reduction)
    beam = image.beam
    picture = Picture(
        job=job,
        name=image.name,
        origin=image.origin,
        original=shown.data.astype(np.float32, copy=False),
        reduction=reduction,
        header=_header(shown.wcs),
        unit=image.unit,
        beam=() if beam is None else (beam.major, beam.minor, beam.position_angle),
        notes=_notes(image.notes),
    )
    return picture, reduction


def _seen(job: str, image: SkyImage, piece: Cutout, pixel_scale: float, reduction: int) -> Seen:
    x, y = piece.pixel
    own_scale = pixel_scale if image.wcs is None else local_grid(image.wcs, x, y).scale
    position = piece.position
    return Seen(
        job=job,
        cutout=piece.data,
        seen=piece.seen,
        pixel=((x + 0.5) / reduction - 0.5, (y + 0.5) / reduction - 0.5),
        box=piece.seen.shape[-1] * pixel_scale / own_scale / reduction,
        pixel_scale=pixel_scale,
        header=_header(piece.wcs),
        ra=None if position is None else position.ra,
        dec=None if position is None else position.dec,
        noise=piece.noise,
        peak_snr=_number(piece.peak_snr),
        angular_size=piece.angular_size,
        notes=_notes(piece.notes),
    )


def _header(wcs: object) -> str:
    return "" if wcs is None else wcs.to_header(relax=True).tostring()  # type: ignore[attr-defined]


def _notes(notes: tuple[Note, ...]) -> list[NoteText]:
    return [NoteText(code=note.code, text=note.text) for note in notes]


def _number(value: object) -> float | None:
    """Return a finite float, or None for what is missing."""
    if value is None or not np.isfinite(value):  # type: ignore[call-overload]
        return None
    return float(value)  # type: ignore[arg-type]
