"""Where a query falls on a map that the engine has not heard of, by the neighbours it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.placing import PLACING_NEIGHBOURS, map_grain, place_by_neighbours

if TYPE_CHECKING:
    from radgalgui.jobs.events import NeighbourRow

__all__ = ["map_grain", "place_by_rows"]


def place_by_rows(
    rows: Sequence[NeighbourRow], places: NDArray[np.floating], *, grain: float | None = None
) -> tuple[float, float, float] | None:
    """Return x, y and spread of a query on a map, None where it has no neighbours.

    The same as `radgalgui.jobs.search.Searcher` tells, where at least as many neighbours are
    known as place a query there.

    Parameters
    ----------
    rows : sequence of NeighbourRow
        The query's neighbours, best first.
    places : ndarray, shape (N, 2)
        Of all sources.
    grain : float, optional
        Of the map; found anew where it is not given, which takes a while for a million sources.
    """
    near = list(rows)[:PLACING_NEIGHBOURS]
    if not near:
        return None
    there = np.asarray(places[[row["index"] for row in near]], dtype=np.float64)
    scale = map_grain(places) if grain is None else grain
    return place_by_neighbours([row["similarity"] for row in near], there, grain=scale)
