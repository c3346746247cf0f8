"""The map that is shown: where sources lie, what its axes are, and where a query falls on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.cells import Cells
from radgalgui.gui.query import Query
from radgalgui.gui.sources import Sources

if TYPE_CHECKING:
    from radgalgui.jobs.maps.axes import Axes, AxisVectors
    from radgalgui.jobs.maps.recipe import Recipe

__all__ = ["ShownMap", "axes_map", "in_order", "map_title", "map_words", "stored_map"]

Place = tuple[float, float, float]

#: The maps that stand first, in their order; others follow by what they are called.
FIRST = ("umap", "tsne", "pca")


@dataclass
class ShownMap:
    """A map.

    Parameters
    ----------
    name : str
        The stored map, or the one whose segment is pressed.
    key : str
        What tells it from all others: the name, and its axes where they are not the usual ones.
    title : str
        What it is called.
    places : ndarray, shape (N, 2)
        Of the sources.
    axis_titles : tuple of str
        What lies to the right, and what upwards.
    exact : bool
        Whether a place is exact: on a projection, which needs no neighbours.
    cells : Cells or None
        The sources sorted by where they lie; None where nobody has done that yet.
    """

    name: str
    key: str
    title: str
    places: NDArray[np.float32] = field(repr=False)
    axis_titles: tuple[str, str]
    exact: bool = False
    axes: Axes | None = None
    vectors: AxisVectors | None = field(default=None, repr=False)
    cells: Cells | None = field(default=None, repr=False)

    def place(self, query: Query) -> Place | None:
        """Return x, y and spread of a query from a file; None where it is not known."""
        if self.axes is not None and self.vectors is not None:
            if len(query.vector) != self.vectors.dimension:
                return None
            return (*self.vectors.place(query.vector, self.axes), 0.0)
        if self.name in query.place:
            return query.place[self.name]
        if not query.rows:
            return None
        from radgalgui.jobs.maps.placing import place_by_rows

        return place_by_rows(query.rows, self.places, grain=self.grain)

    @cached_property
    def grain(self) -> float:
        """How close sources lie on it; see `radgalgui.analysis.placing.map_grain`."""
        from radgalgui.jobs.maps.placing import map_grain

        return map_grain(self.places)

    @cached_property
    def width(self) -> float:
        """The longer side of the rectangle that holds all sources."""
        return float(np.ptp(self.places, axis=0).max()) if len(self.places) else 0.0


def stored_map(sources: Sources, name: str) -> ShownMap:
    """Return a map of the catalogue."""
    title = map_title(sources, name)
    pca = method_of(sources, name) == "pca"
    words = "Principal component" if pca else title
    titles = (f"{words} 1", f"{words} 2")
    places = sources.maps[name]
    cells = sources.layouts.of(name, places)
    return ShownMap(name, name, title, places, titles, exact=pca, cells=cells)


def axes_map(name: str, vectors: AxisVectors, axes: Axes) -> ShownMap:
    """Lay out vectors along two axes; for a worker thread."""
    x, y = (vectors.title(axes.kind, axis) for axis in (axes.x, axes.y))
    key = f"{name}:{axes.kind}:{axes.x + 1},{axes.y + 1}"
    title = "PCA" if axes.kind == "components" else "Vector"
    places = vectors.places(axes)
    return ShownMap(
        name,
        key,
        f"{title} {axes.x + 1}, {axes.y + 1}",
        places,
        (x, y),
        exact=True,
        axes=axes,
        vectors=vectors,
        cells=Cells(places),
    )


def recipe_of(sources: Sources, name: str) -> Recipe:
    """Return how a map was made, as far as that is known."""
    from radgalgui.jobs.maps.recipe import Recipe

    return sources.recipes.get(name) or Recipe(name)


def method_of(sources: Sources, name: str) -> str:
    """Return the method of a map: ``umap``, ``tsne``, ``pca``."""
    return recipe_of(sources, name).method


def map_title(sources: Sources, name: str) -> str:
    """Return what a map is called."""
    return recipe_of(sources, name).words


def map_words(sources: Sources, name: str) -> str:
    """Return how a map was made, in words."""
    return recipe_of(sources, name).sentence


def in_order(sources: Sources) -> list[str]:
    """Return the maps of a catalogue as they are offered: the usual ones first."""
    place = {name: number for number, name in enumerate(FIRST)}
    return sorted(
        sources.maps, key=lambda name: (place.get(name, len(FIRST)), map_title(sources, name))
    )
