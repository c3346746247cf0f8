"""What is made of a catalogue's vectors: for each encoder an index, two maps, likelihoods."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.maps import umap_map
from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.analysis.projection import pca_map
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.manifest import Manifest
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.jobs.likelihood.fit import LEAST, Hears, Way, add_judgement
from radgalgui.jobs.likelihood.redrawn import Redrawn
from radgalgui.jobs.maps.recipe import FEWEST, Recipe
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = [
    "LIKELIHOOD",
    "MAPS",
    "NOT_JUDGED",
    "Judging",
    "add_parts",
    "complete",
    "missing_parts",
    "parts_for",
]

INDEX: Final = "index"
LIKELIHOOD: Final = "likelihood"
MAPS: Final = ("umap", "pca")


@dataclass(frozen=True)
class Judging:
    """By which encoders' vectors likelihoods are told, and how; by none, by default.

    Parameters
    ----------
    ways : mapping of str to Way
        By encoder.
    kept : Path, optional
        A folder for what another attempt can go on from.
    device : Device, optional
        Where flows learn; the processor by default.
    drawn : tuple of ndarray and str, optional
        How well the first sources were drawn again, where that is known, and by which generator;
        see `radgalgui.jobs.likelihood.redrawn`.
    note, listener
        Told of what happens along the way, and of each epoch.
    """

    ways: Mapping[str, Way] = field(default_factory=dict)
    kept: Path | None = None
    device: Device | None = None
    drawn: Redrawn | None = None
    note: Notice = unheard
    listener: Hears | None = None


NOT_JUDGED: Final = Judging()


def parts_for(count: int, maps: Collection[str] = MAPS, *, likelihood: bool = False) -> list[str]:
    """Return what can be made of so many vectors: the index, those of the maps, likelihoods."""
    made = [INDEX, *(name for name in MAPS if name in maps and count >= FEWEST[name])]
    return [*made, LIKELIHOOD] if likelihood and count >= LEAST else made


def missing_parts(
    manifest: Manifest, encoder: str, maps: Collection[str] = MAPS, *, likelihood: bool = False
) -> list[str]:
    """Return what could be made of an encoder's vectors and is not there for them."""
    weights = manifest.vectors[encoder].weights_sha256
    there = dict(manifest.maps.get(encoder, {}))
    if encoder in manifest.indexes:
        there[INDEX] = manifest.indexes[encoder]
    if encoder in manifest.likelihoods:
        there[LIKELIHOOD] = manifest.likelihoods[encoder]
    fresh = {name for name, part in there.items() if part.weights_sha256 == weights}
    wanted = parts_for(manifest.count, maps, likelihood=likelihood)
    return [name for name in wanted if name not in fresh]


def complete(
    path: Path,
    *,
    maps: Collection[str] = MAPS,
    judging: Judging = NOT_JUDGED,
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
        manifest, ways = catalog.manifest, judging.ways
        todo = {
            name: missing_parts(manifest, name, maps, likelihood=name in ways)
            for name in catalog.encoders
        }
        if ways and len(catalog) < LEAST:
            judging.note(
                "warning",
                f"Of {len(catalog)} sources no likelihoods are told: that needs {LEAST}.",
            )
        for encoder, parts in todo.items():
            vectors = catalog.embeddings(encoder)
            for part in parts:
                with CatalogUpdate(path) as update:
                    add_parts(
                        update, encoder, vectors, [part], judging=judging, progress=progress,
                        cancel=cancel,
                    )  # fmt: skip


def add_parts(
    update: CatalogUpdate,
    encoder: str,
    vectors: NDArray[np.floating],
    parts: Collection[str],
    *,
    judging: Judging = NOT_JUDGED,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Add some of an encoder's index, maps and likelihoods to a change of a catalogue.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        As stored: what is stored is what is indexed and mapped.
    parts : collection of str
        Of `parts_for`.
    judging : Judging, optional
        How likelihoods are told; as usual for encoders that it does not name.

    Raises
    ------
    Cancelled
        If the user asked to stop; looked at before and after each part.
    """
    for part in parts:
        if cancel is not None:
            cancel.check()
        if part == LIKELIHOOD:
            way = judging.ways.get(encoder, Way())
            add_judgement(
                update, encoder, vectors, way=way, kept=judging.kept, device=judging.device,
                before=judging.drawn, progress=progress, note=judging.note,
                listener=judging.listener, cancel=cancel,
            )  # fmt: skip
        elif part == INDEX:
            update.add_index(encoder, HnswIndex.build(vectors, progress=progress, cancel=cancel))
        elif part == "umap":
            places = umap_map(vectors, progress=progress, cancel=cancel)
            update.add_map(encoder, part, places, recipe=Recipe(part).to_dict())
        else:
            places, projection = pca_map(vectors, progress=progress, cancel=cancel)
            told = Recipe(part).to_dict()
            update.add_map(encoder, part, places, projection=projection, recipe=told)
    if cancel is not None:
        cancel.check()
