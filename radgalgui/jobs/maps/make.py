"""Make a map of an encoder's vectors and keep it, whole or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.manifest import Manifest, software_versions
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.maps.recipe import FEWEST, METHODS, Recipe
from radgalgui.jobs.maps.stored import keep_beside, read_only, remove_beside
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.analysis.projection import PcaProjection

__all__ = ["Made", "compute", "make_map", "remake_maps", "remove_map"]

_PACKAGES: Final = {"umap": ("umap-learn",), "tsne": ("openTSNE",), "pca": ("numpy",)}

Layout = tuple[NDArray[np.float32], "PcaProjection | None"]


@dataclass(frozen=True)
class Made:
    """A map that was made.

    Parameters
    ----------
    encoder, name : str
        Of whose vectors, and what commands call it.
    words : str
        What people call it.
    path : Path
        The folder that it was put in: the catalogue's, or the user's own.
    beside : bool
        Whether it lies in the user's own folder, for the catalogue cannot be changed.
    seconds : float
        How long it took.
    """

    encoder: str
    name: str
    words: str
    path: Path
    beside: bool
    seconds: float


def compute(
    vectors: NDArray[np.floating],
    recipe: Recipe,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Layout:
    """Return the places of vectors (N, D) on a map, (N, 2), and what places others exactly.

    Raises
    ------
    UsageError
        If the recipe cannot be followed, or there are too few vectors for it.
    Cancelled
        If ``cancel`` was raised.
    """
    recipe.check()
    if len(vectors) < FEWEST[recipe.method]:
        raise UsageError(
            f"a {METHODS[recipe.method]} map needs {FEWEST[recipe.method]} sources, "
            f"not {len(vectors)}"
        )
    if recipe.method == "pca":
        from radgalgui.analysis.projection import pca_map

        return pca_map(vectors, progress=progress, cancel=cancel)
    from radgalgui.analysis import maps

    if recipe.method == "umap":
        places = maps.umap_map(
            vectors, neighbours=recipe.neighbours, min_dist=recipe.min_dist, seed=recipe.seed,
            progress=progress, cancel=cancel,
        )  # fmt: skip
        return places, None
    places = maps.tsne_map(
        vectors, perplexity=recipe.perplexity, seed=recipe.seed, progress=progress, cancel=cancel
    )
    return places, None


def make_map(
    path: str | os.PathLike[str],
    encoder: str,
    recipe: Recipe,
    *,
    inside: bool | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Made:
    """Make a map of an encoder's vectors, which is put into the catalogue in one step.

    A map of the same name is replaced.  Beside a catalogue that cannot be changed, it is kept in
    the user's own folder, and found there by all who open that catalogue.

    Parameters
    ----------
    path : path
        The catalogue.
    encoder : str
        Whose vectors, which it must hold.
    recipe : Recipe
        How to make it.
    inside : bool, optional
        Whether to write into the catalogue; by default where that can be changed.
    progress, note, cancel
        Told, and looked at, throughout.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue or changes meanwhile, or holds no such vectors.
    UsageError
        If the recipe cannot be followed, or there are too few sources for it.
    Cancelled
        If the user asked to stop; the catalogue is as it was.
    """
    started, target = time.perf_counter(), Path(path)
    recipe.check()
    beside = read_only(target) if inside is None else not inside
    with Catalog.open(target) as catalog:
        before = catalog.manifest.vectors.get(encoder)
        if beside and recipe.name in catalog.maps(encoder):
            raise UsageError(
                f"the catalogue, which cannot be changed, has a map {recipe.name!r} already",
                subject=target,
                remedy="change a setting or the seed, or give the map a name",
            )
        vectors = catalog.embeddings(encoder)
        places, projection = compute(vectors, recipe, progress=progress, cancel=cancel)
        if cancel is not None:
            cancel.check()
        versions = software_versions(*_PACKAGES[recipe.method])
        told = {**recipe.to_dict(), "software": versions}
        if beside:
            file = keep_beside(
                catalog, encoder, recipe.name, places, recipe=told, projection=projection
            )
            note("info", f"The catalogue cannot be changed: the map is kept in {file.parent}.")
            folder = file.parent
        else:
            folder = target
            with CatalogUpdate(target) as update:
                if update.manifest.vectors.get(encoder) != before:
                    raise CatalogError(
                        "its vectors were changed meanwhile", subject=target, remedy="try again"
                    )
                update.add_map(encoder, recipe.name, places, projection=projection, recipe=told)
                update.record_software(versions)
    took = time.perf_counter() - started
    return Made(encoder, recipe.name, recipe.words, folder, beside, took)


def remove_map(path: str | os.PathLike[str], encoder: str, name: str) -> None:
    """Remove a map from a catalogue, or from the user's own folder beside it.

    Raises
    ------
    CatalogError
        If there is none of that name, or it belongs to a catalogue that cannot be changed.
    """
    target = Path(path)
    with Catalog.open(target) as catalog:
        catalog.dimension(encoder)  # says which encoders there are, where this is none of them
        if remove_beside(catalog, encoder, name):
            return
        if name in catalog.maps(encoder) and read_only(target):
            raise CatalogError(
                f"the {name!r} map belongs to a catalogue that cannot be changed", subject=target
            )
    with CatalogUpdate(target) as update:
        update.remove_map(encoder, name)


def remake_maps(
    path: Path,
    like: Manifest,
    *,
    encoder: str = "",
    apart_from: Collection[str] = (),
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> None:
    """Make the maps that an earlier catalogue had and this one lacks, by their recipes.

    Maps of older programs, or of methods that are not known here, are left out.

    Parameters
    ----------
    path : Path
        The catalogue, whose sources or vectors have changed.
    like : Manifest
        Of the earlier one.
    encoder : str, optional
        The encoder whose maps are looked at; all by default.
    apart_from : collection of str, optional
        Names of maps that are somebody else's business.

    Raises
    ------
    CatalogError, Cancelled
        As `make_map`.
    """
    now = Manifest.read(path)
    for name, parts in like.maps.items():
        if name not in now.vectors or encoder not in ("", name):
            continue
        for key, part in parts.items():
            recipe = Recipe.from_dict(part.recipe, name=key)
            there = now.maps.get(name, {}).get(key)
            fresh = there is not None and (there.weights_sha256 == now.vectors[name].weights_sha256)
            if fresh or key in apart_from or recipe.problem or now.count < FEWEST[recipe.method]:
                continue
            note("info", f"Making the {recipe.words} map of {name} anew.")
            make_map(path, name, recipe, inside=True, progress=progress, note=note, cancel=cancel)
