"""How long it takes to make a map, before it has begun; nothing heavy here."""

from __future__ import annotations

from typing import Final

from radgalgui.jobs.maps.recipe import Recipe

__all__ = ["map_seconds"]

# Measured in one thread of a server of 2020, in seconds.
_START: Final = {"umap": 12.0, "tsne": 3.0, "pca": 1.0}  # until libraries are there
_LAYOUT: Final = {"umap": 7e-4, "tsne": 2.2e-3, "pca": 1.5e-5}  # a source, by usual settings
_NEIGHBOURS: Final = 5e-6  # a source, and each of its neighbours: looked for and weighed


def map_seconds(recipe: Recipe, count: int, encoders: int = 1) -> float:
    """Return about how long it takes to lay out so many sources.

    Parameters
    ----------
    recipe : Recipe
        How.
    count : int
        Sources.
    encoders : int
        For how many encoders, one after the other.
    """
    near = {"umap": float(recipe.neighbours), "tsne": 3 * recipe.perplexity}.get(recipe.method, 0)
    each = _LAYOUT.get(recipe.method, 0.0) + _NEIGHBOURS * near
    return _START.get(recipe.method, 0.0) + encoders * count * each
