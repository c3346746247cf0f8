"""What is made of a catalogue's vectors: a neighbour index and two maps for each encoder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.maps import pca_map, umap_map
from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.manifest import Manifest
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.progress import CancelToken, Progress, silent

__all__ = ["MAPS", "add_parts", "complete", "missing_parts", "parts_for"]

INDEX: Final = "index"
MAPS: Final = ("umap", "pca")
_LEAST: Final = {"umap": 4, "pca": 2}  # sources that a map can be made of


def parts_for(count: int, maps: Collection[str] = MAPS) -> list[str]:
    """Return what can be made of so many vectors: the index, and those of the maps."""
    return [INDEX, *(name for name in MAPS if name in maps and count >= _LEAST[name])]


def missing_parts(manifest: Manifest, encoder: str, maps: Collection[str] = MAPS) -> list[str]:
    """Return what could be made of an encoder's vectors and is not there for them."""
    weights = manifest.vectors[encoder].weights_sha256
    there = dict(manifest.maps.get(encoder, {}))
    if encoder in manifest.indexes:
        there[INDEX] = manifest.indexes[encoder]
    fresh = {name for name, part in there.items() if part.weights_sha256 == weights}
    return [name for name in parts_for(manifest.count, maps) if name not in fresh]


def complete(
    path: Path,
    *,
    maps: Collection[str] = MAPS,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Make what a catalogue's vectors lack, each part at once in its place.

    A killed process leaves what was made before, and the next one makes the rest.

    Raises
    ------
    CatalogError
        If it is no catalogue, or damaged.
    Cancelled
        If the user asked to stop.
    """
    with Catalog.open(path) as catalog:
        todo = {name: missing_parts(catalog.manifest, name, maps) for name in catalog.encoders}
        for encoder, parts in todo.items():
            vectors = catalog.embeddings(encoder)
            for part in parts:
                with CatalogUpdate(path) as update:
                    add_parts(update, encoder, vectors, [part], progress=progress, cancel=cancel)


def add_parts(
    update: CatalogUpdate,
    encoder: str,
    vectors: NDArray[np.floating],
    parts: Collection[str],
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Add some of an encoder's index and maps to a change of a catalogue.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        As stored: what is stored is what is indexed and mapped.
    parts : collection of str
        Of `parts_for`.

    Raises
    ------
    Cancelled
        If the user asked to stop; looked at before and after each part.
    """
    for part in parts:
        if cancel is not None:
            cancel.check()
        if part == INDEX:
            update.add_index(encoder, HnswIndex.build(vectors, progress=progress, cancel=cancel))
        elif part == "umap":
            places = umap_map(vectors, progress=progress, cancel=cancel)
            update.add_map(encoder, part, places)
        else:
            places, projection = pca_map(vectors)
            update.add_map(encoder, part, places, projection=projection)
    if cancel is not None:
        cancel.check()
