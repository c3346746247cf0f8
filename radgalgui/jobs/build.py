"""Build catalogues: of simulated sources or given images, embedded, indexed and mapped."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radgalgui.analysis.maps import pca_map, umap_map
from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.files import new_catalog_folder
from radgalgui.catalog.manifest import software_versions
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.simulated import simulated_chunks
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Embeds", "add_encoder", "build_from_arrays", "build_simulated"]

_CHUNK = 250  # images written at once


class Embeds(Protocol):
    """What is asked of an encoder here; see `radgalgui.models.encoder.Encoder`."""

    name: str
    dimension: int
    preprocessing: Preprocessing
    sha256: str

    def embed(
        self,
        images: NDArray[np.floating],
        *,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Return one vector an image."""


def build_simulated(
    out: str | os.PathLike[str],
    *,
    n: int,
    seed: int,
    encoders: Mapping[str, str | os.PathLike[str]] | None = None,
    compact: bool = False,
    overwrite: bool = False,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Catalog:
    """Build a catalogue of simulated FIRST-like sources.

    The catalogue appears whole when everything is done; a failure, Ctrl+C or a killed
    process leaves what was at ``out`` before.  The same numbers make the same catalogue.

    Parameters
    ----------
    out : path
        The catalogue's folder.
    n, seed : int
        How many sources, and the seed of the simulator.
    encoders : mapping of str to path, optional
        Weights files by the encoders' names; none makes a catalogue without vectors.
    compact : bool, optional
        Pack the images, for shipping.
    overwrite : bool, optional
        Replace a catalogue that is there already.
    progress, cancel
        Told, and looked at, throughout.

    Raises
    ------
    UsageError
        If ``n`` is not positive, or weights belong to another encoder than named.
    CatalogError
        If ``out`` is taken, or the encoders want images made ready in different ways.
    WeightsError
        If weights cannot be read.
    Cancelled
        If the user asked to stop.
    """
    if n < 1:
        raise UsageError(f"a catalogue of {n} sources is asked for", remedy="ask for at least 1")
    loaded = _load_encoders(encoders or {})
    preprocessing = loaded[0].preprocessing if loaded else Preprocessing()
    _write(
        Path(out),
        simulated_chunks(n, seed, preprocessing, progress, cancel),
        loaded,
        preprocessing=preprocessing,
        title="Simulated FIRST-like sources",
        description=(
            f"{n} simulated radio galaxies as the VLA FIRST survey would show them (1.4 GHz, "
            f"5.4 arcsec beam), seed {seed}. Not observations: no such source is in the sky."
        ),
        simulated=True,
        seed=seed,
        compact=compact,
        overwrite=overwrite,
        progress=progress,
        cancel=cancel,
    )
    return Catalog.open(out)


def build_from_arrays(
    out: str | os.PathLike[str],
    images: NDArray[Any],
    columns: Mapping[str, ArrayLike],
    *,
    preprocessing: Preprocessing,
    title: str,
    description: str = "",
    simulated: bool = False,
    encoders: Mapping[str, str | os.PathLike[str]] | None = None,
    compact: bool = False,
    overwrite: bool = False,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Catalog:
    """Build a catalogue of images that are ready for the encoders.

    Parameters
    ----------
    out : path
        The catalogue's folder.
    images : ndarray, shape (N, C, S, S)
        What encoders see, in [0, 1] (uint8 in steps of 1/255); may be a memory map.
    columns : mapping of str to array-like, shape (N,)
        ``name``, ``ra``, ``dec`` at least; NaN where a position is unknown.
    preprocessing : Preprocessing
        How the images were made ready.
    title, description, simulated
        What the catalogue says of itself.
    encoders, compact, overwrite, progress, cancel
        As for `build_simulated`.

    Raises
    ------
    CatalogError, UsageError, WeightsError, Cancelled
        As for `build_simulated`; and if images and columns do not fit.
    """
    loaded = _load_encoders(encoders or {})
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    _check_lengths(len(images), arrays)
    _write(
        Path(out),
        _array_chunks(images, arrays, progress),
        loaded,
        preprocessing=preprocessing,
        title=title,
        description=description,
        simulated=simulated,
        compact=compact,
        overwrite=overwrite,
        progress=progress,
        cancel=cancel,
    )
    return Catalog.open(out)


def add_encoder(
    path: str | os.PathLike[str],
    weights: str | os.PathLike[str],
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Catalog:
    """Embed a catalogue with an encoder: add vectors, index and maps, all or nothing.

    Vectors of an encoder of the same name are replaced.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue, or its images were made ready in another way.
    WeightsError
        If the weights cannot be read.
    Cancelled
        If the user asked to stop.
    """
    _embed_catalog(Path(path), _load(weights), progress, cancel)
    return Catalog.open(path)


def _write(
    out: Path,
    chunks: Iterable[tuple[Mapping[str, NDArray[Any]], NDArray[Any]]],
    encoders: list[Embeds],
    *,
    overwrite: bool,
    progress: Progress,
    cancel: CancelToken | None,
    **about: Any,
) -> None:
    """Write a catalogue and embed it, out of sight, and then put it in its place."""
    with new_catalog_folder(out, overwrite=overwrite) as folder:
        with CatalogWriter(folder, software=_software(encoders), **about) as writer:
            for columns, images in chunks:
                if cancel is not None:
                    cancel.check()
                writer.append(columns, images)
        for encoder in encoders:
            _embed_catalog(folder, encoder, progress, cancel)


def _array_chunks(
    images: NDArray[Any], columns: Mapping[str, NDArray[Any]], progress: Progress
) -> Iterator[tuple[dict[str, NDArray[Any]], NDArray[Any]]]:
    for start in range(0, len(images), _CHUNK):
        rows = slice(start, start + _CHUNK)
        yield {name: values[rows] for name, values in columns.items()}, images[rows]
        progress(min(start + _CHUNK, len(images)), len(images), "writing images")


def _embed_catalog(
    path: Path, encoder: Embeds, progress: Progress, cancel: CancelToken | None
) -> None:
    """Add an encoder's vectors, index and maps to a catalogue in one step."""
    with Catalog.open(path) as catalog:
        _check_preprocessing(catalog, encoder)
        # CatalogImages is sliced like the array that embed() asks for, a batch at a time.
        images = cast("NDArray[np.float32]", catalog.images)
        vectors = encoder.embed(images, progress=progress, cancel=cancel)
    stored = _half(vectors)  # what is stored is what is indexed and mapped
    with CatalogUpdate(path) as update:
        update.add_embeddings(encoder.name, stored, weights_sha256=encoder.sha256)
        index = HnswIndex.build(stored, progress=progress, cancel=cancel)
        update.add_index(encoder.name, index)
        _add_maps(update, encoder.name, stored, progress, cancel)
        update.record_software(_software([encoder]))
        if cancel is not None:
            cancel.check()


def _half(vectors: NDArray[np.float32]) -> NDArray[np.floating]:
    """Return vectors as float16, or as they are where that would turn one by over 1e-3 radians.

    Rounding turns a vector by 5e-4 at most, unless its numbers are beyond float16's range.
    """
    with np.errstate(over="ignore"):
        half = vectors.astype(np.float16)
    off = np.linalg.norm(half.astype(np.float32) - vectors, axis=1)
    return half if np.all(off <= 1e-3 * np.linalg.norm(vectors, axis=1)) else vectors


def _add_maps(
    update: CatalogUpdate,
    encoder: str,
    vectors: NDArray[np.floating],
    progress: Progress,
    cancel: CancelToken | None,
) -> None:
    """Add the maps for which there are sources enough: two for a plane, four for UMAP."""
    if len(vectors) >= 4:
        update.add_map(encoder, "umap", umap_map(vectors, progress=progress, cancel=cancel))
    if len(vectors) >= 2:
        places, projection = pca_map(vectors)
        update.add_map(encoder, "pca", places, projection=projection)


def _load_encoders(encoders: Mapping[str, str | os.PathLike[str]]) -> list[Embeds]:
    """Load encoders, and check that they bear the names by which they are asked for."""
    loaded = []
    for name, weights in encoders.items():
        encoder = _load(weights)
        if encoder.name != name:
            raise UsageError(
                f"the weights are of the encoder {encoder.name!r}, not {name!r}",
                subject=weights,
                remedy="give that name, or other weights",
            )
        loaded.append(encoder)
    return loaded


def _load(weights: str | os.PathLike[str]) -> Embeds:
    from radgalgui.models.encoder import Encoder  # loads torch

    return Encoder.load(weights)


def _check_preprocessing(catalog: Catalog, encoder: Embeds) -> None:
    """Raise `CatalogError` unless the catalogue's images are what the encoder was trained on."""
    stored, wanted = catalog.manifest.preprocessing.to_dict(), encoder.preprocessing.to_dict()
    for name, value in wanted.items():
        if stored[name] != value:
            raise CatalogError(
                f"its images have {name} {stored[name]}, the encoder {encoder.name!r} "
                f"wants {value}",
                subject=catalog.path,
                remedy="build a catalogue of its own for that encoder",
            )


def _check_lengths(count: int, columns: Mapping[str, NDArray[Any]]) -> None:
    for name, values in columns.items():
        if values.shape != (count,):
            raise CatalogError(f"column {name!r} has shape {values.shape} for {count} images")


def _software(encoders: list[Embeds]) -> dict[str, str]:
    """Return the versions that a catalogue records."""
    packages = ("hnswlib", "torch", "umap-learn") if encoders else ()
    return software_versions("numpy", "pyarrow", "h5py", *packages)
