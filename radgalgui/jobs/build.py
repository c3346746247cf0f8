"""Build catalogues: of simulated sources or given images, embedded, indexed and mapped."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.files import new_catalog_folder
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.simulated import simulated_chunks
from radgalgui.jobs.survey.embed import put_vectors
from radgalgui.jobs.survey.vectors import (
    About,
    Embeds,
    check_preprocessing,
    load_encoders,
    shared_preprocessing,
    software,
)
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["build_from_arrays", "build_simulated"]

_CHUNK = 250  # images written at once


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
    loaded = load_encoders(encoders or {})
    preprocessing = shared_preprocessing(loaded)
    _write(
        Path(out),
        simulated_chunks(n, seed, preprocessing, progress, cancel),
        loaded,
        About(
            title="Simulated FIRST-like sources",
            description=(
                f"{n} simulated radio galaxies as the VLA FIRST survey would show them (1.4 GHz, "
                f"5.4 arcsec beam), seed {seed}. Not observations: no such source is in the sky."
            ),
            simulated=True,
            seed=seed,
        ),
        preprocessing=preprocessing,
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
    loaded = load_encoders(encoders or {})
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    _check_lengths(len(images), arrays)
    _write(
        Path(out),
        _array_chunks(images, arrays, progress),
        loaded,
        About(title, description, simulated),
        preprocessing=preprocessing,
        compact=compact,
        overwrite=overwrite,
        progress=progress,
        cancel=cancel,
    )
    return Catalog.open(out)


def _write(
    out: Path,
    chunks: Iterable[tuple[Mapping[str, NDArray[Any]], NDArray[Any]]],
    encoders: list[Embeds],
    about: About,
    *,
    preprocessing: Preprocessing,
    compact: bool,
    overwrite: bool,
    progress: Progress,
    cancel: CancelToken | None,
) -> None:
    """Write a catalogue and embed it, out of sight, and then put it in its place."""
    with new_catalog_folder(out, overwrite=overwrite) as folder:
        with CatalogWriter(
            folder,
            preprocessing,
            **asdict(about),
            compact=compact,
            software=software(embedded=bool(encoders)),
        ) as writer:
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
        check_preprocessing(path, catalog.manifest.preprocessing, encoder)
        vectors = encoder.embed(catalog.images, progress=progress, cancel=cancel)
    put_vectors(path, encoder, vectors, progress=progress, cancel=cancel)


def _check_lengths(count: int, columns: Mapping[str, NDArray[Any]]) -> None:
    for name, values in columns.items():
        if values.shape != (count,):
            raise CatalogError(f"column {name!r} has shape {values.shape} for {count} images")
