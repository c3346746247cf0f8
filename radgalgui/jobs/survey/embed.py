"""A catalogue's images embedded with one more encoder, so that a kill costs seconds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.jobs.likelihood.fit import Hears, Way, judge_catalog, ways_of
from radgalgui.jobs.maps.make import remake_maps
from radgalgui.jobs.survey.gather import vector_stream
from radgalgui.jobs.survey.parts import MAPS, NOT_JUDGED, Judging, add_parts, parts_for
from radgalgui.jobs.survey.unfinished import Unfinished, clear, unfinished
from radgalgui.jobs.survey.vectors import (
    Embeds,
    Rows,
    check_preprocessing,
    halved,
    load_encoder,
    software,
)
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.models.devices import Device

__all__ = ["embed_catalog", "put_vectors"]

_CHUNK: Final = 2048  # images: seconds of work; whole batches of every device
_WHAT: Final = "embedding images"


def embed_catalog(
    path: str | os.PathLike[str],
    weights: str | os.PathLike[str],
    *,
    maps: Collection[str] = MAPS,
    likelihood: bool = False,
    device: Device | None = None,
    resume: bool = False,
    restart: bool = False,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> str:
    """Add an encoder's vectors, index and maps to a catalogue, all or nothing.

    What an encoder of the same name made before is replaced, likelihoods too.  Killed on the
    way, the catalogue is as it was, and the vectors made so far can be gone on with.

    Parameters
    ----------
    path : path
        The catalogue.
    weights : path
        The encoder's weights file.
    likelihood : bool, optional
        Tell likelihoods as well, though the catalogue had none of this encoder.
    maps, device, resume, restart, progress, note, listener, cancel
        As for `radgalgui.jobs.survey.build.build`.

    Returns
    -------
    str
        The encoder's name.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue or changes meanwhile, its images were made ready in another
        way than the encoder's, or an earlier attempt is in the way.
    WeightsError
        If the weights cannot be read.
    Cancelled
        If the user asked to stop.
    """
    target = Path(path)
    encoder = load_encoder(weights)
    with Catalog.open(target) as catalog:
        check_preprocessing(target, catalog.manifest.preprocessing, encoder)
        identity = _identity(catalog, encoder)
        ways = ways_of(catalog) if encoder.name in catalog.manifest.likelihoods else {}
        if likelihood:
            ways.setdefault(encoder.name, Way())
        if resume and _holds(catalog, encoder):
            note("info", f"The catalogue holds the vectors of {encoder.name} already.")
            clear(target, {"the encoder": identity["the encoder"], "the kind of work": "embed"})
            if likelihood:
                judge_catalog(
                    target, encoder.name, way=ways[encoder.name], device=device, resume=True,
                    progress=progress, note=note, listener=listener, cancel=cancel,
                )  # fmt: skip
            return encoder.name
        with unfinished(target, identity, resume=resume, restart=restart) as work:
            if work.begun:
                note("info", f"Going on after {work.steps * _CHUNK:,} images.")
            vectors = _embed(work, catalog, encoder, device, progress, note, cancel)
            judging = Judging(ways, work.fits, device, note=note, listener=listener)
            put_vectors(
                target, encoder, vectors, maps=maps, judging=judging, progress=progress,
                cancel=cancel,
            )  # fmt: skip
            work.finished = True
        remake_maps(
            target, catalog.manifest, encoder=encoder.name, apart_from=MAPS, progress=progress,
            note=note, cancel=cancel,
        )  # fmt: skip
    return encoder.name


def _holds(catalog: Catalog, encoder: Embeds) -> bool:
    """Whether a catalogue has vectors of an encoder, made with these weights."""
    there = catalog.manifest.vectors.get(encoder.name)
    return there is not None and there.weights_sha256 == encoder.sha256


def _identity(catalog: Catalog, encoder: Embeds) -> dict[str, Any]:
    """Return what decides the vectors: the images, by their file, and the weights."""
    manifest = catalog.manifest
    told = (catalog.path / manifest.images.file).stat()
    images = [manifest.count, manifest.images.to_dict(), manifest.sources.to_dict()]
    text = json.dumps([*images, told.st_size, told.st_mtime_ns])
    return {
        "the kind of work": "embed",
        "the catalogue": hashlib.sha256(text.encode()).hexdigest(),
        "the encoder": [encoder.name, encoder.sha256],
    }


def _embed(
    work: Unfinished,
    catalog: Catalog,
    encoder: Embeds,
    device: Device | None,
    progress: Progress,
    note: Notice,
    cancel: CancelToken | None,
) -> NDArray[np.float32]:
    """Append the vectors of all images that have none yet to their stream; return all of it."""
    count, stream = len(catalog), vector_stream(encoder.name)
    for start in range(work.steps * _CHUNK, count, _CHUNK):

        def report(done: int, _: int | None, __: str = "", /, first: int = start) -> None:
            progress(first + done, count, _WHAT)

        some = Rows(catalog.images, start, min(start + _CHUNK, count))
        vectors = encoder.embed(some, device=device, progress=report, note=note, cancel=cancel)
        work.append(stream, vectors.tobytes())
        work.commit()
    shape = (count, encoder.dimension)
    return np.memmap(work.path(stream), np.float32, mode="r", shape=shape)


def put_vectors(
    path: Path,
    encoder: Embeds,
    vectors: NDArray[np.float32],
    *,
    maps: Collection[str] = MAPS,
    judging: Judging = NOT_JUDGED,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Put an encoder's vectors (N, D) into a catalogue, with what is made of them, in one step.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue or changes meanwhile.
    Cancelled
        If the user asked to stop; the catalogue is as it was.
    """
    stored = halved(vectors)  # what is stored is what is indexed and mapped
    with CatalogUpdate(path) as update:
        update.add_embeddings(encoder.name, stored, weights_sha256=encoder.sha256)
        parts = parts_for(len(stored), maps, likelihood=encoder.name in judging.ways)
        add_parts(
            update, encoder.name, stored, parts, judging=judging, progress=progress, cancel=cancel
        )
        update.record_software(software())
