"""Which islands are one source, and which source of an image is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.sky.islands import extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from radgalgui.sky.image import Beam
    from radgalgui.sky.islands import Island

__all__ = ["Source", "choose_source", "choosing_scale", "joined_sources", "other_sources"]

# Lengths in arcsec, chosen on 1,096 FIRST fields, each centred on a published source; the
# shares of fields that are answered rightly change by under 1 % when they are halved or doubled.
_LINK = 40.0
"""Islands closer than this may be parts of one source wherever it lies."""
_WIDE_LINK = 100.0
"""And closer than this where their common centre lies at the middle, as the lobes of an FRII."""
_AT_MIDDLE = 15.0
_LINKS = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, _LINK, 60.0, 80.0, _WIDE_LINK)
_NEAR = 10.0
"""Distance from the middle beyond which a source becomes less likely to be meant."""
_OFF_MIDDLE = 30.0
"""Farther out than this the middle tells nothing about which islands belong together."""
_FIRST_BEAM = 5.4
_LINK_COST = 0.01
_BRIGHTNESS_GAIN = 0.5
_MOST_ISLANDS = 24
_DIAGONAL = 1.4143
"""Of a square, in sides; a little more, against rounding."""
_FEW_PAIRS = 100_000
"""Whose distances are computed sooner than a tree is grown."""
_REACH = 2
"""Cells with more than one between them are farther apart than the diagonal of one."""


@dataclass(frozen=True, eq=False)
class Source:
    """Islands that belong together.

    Parameters
    ----------
    islands : tuple of Island
        Brightest first.
    centre : tuple of float
        (x, y), 0-based: mean of the islands' centroids weighted by the square roots of their
        fluxes, which lies nearer the host of an uneven double than the mean by flux.
    """

    islands: tuple[Island, ...]
    centre: tuple[float, float]

    @property
    def peak_value(self) -> float:
        """Brightest pixel, in the image's unit."""
        return self.islands[0].peak_value

    @property
    def extent(self) -> float:
        """Largest distance across all islands, pixels."""
        return extent(
            np.concatenate([i.x for i in self.islands]), np.concatenate([i.y for i in self.islands])
        )

    @property
    def touches_edge(self) -> bool:
        """Whether an island meets the image's edge or a blank."""
        return any(i.touches_edge for i in self.islands)


def choose_source(
    islands: Sequence[Island], middle: tuple[float, float], *, scale: float, noise: float
) -> Source | None:
    """Choose the source that is meant: bright, and near the middle.

    Parameters
    ----------
    islands : sequence of Island
        As `radgalgui.sky.islands.find_islands` returns them.
    middle : tuple of float
        (x, y) of the image's middle, or of the position that was asked for.
    scale : float
        Arcsec a pixel, as `choosing_scale` tells.
    noise : float
        In the image's unit; 0 where unknown.

    Returns
    -------
    Source or None
        None without islands.

    Notes
    -----
    Candidates are the groups of islands that hang together at some distance between 0 and 100
    arcsec.  Of these the one is taken whose centre lies nearest the middle, on a
    logarithmic scale on which a source 100 times as bright may lie 10 times as far away.
    """
    islands = _likeliest(islands, middle, scale, noise)
    if not islands:
        return None
    gaps = _gaps(islands) * scale
    candidates = {group: link for link in reversed(_LINKS) for group in _linked(gaps, link)}
    costs = {
        group: cost
        for group, link in candidates.items()
        if (cost := _cost(_source(islands, group), link, middle, scale, noise)) is not None
    }
    best = min(costs, key=costs.__getitem__)
    if _distance(_source(islands, best), middle) * scale > _OFF_MIDDLE:
        best = next(group for group in _linked(gaps, _LINK) if set(best) <= set(group))
    return _source(islands, best)


def choosing_scale(scale: float, beam: Beam | None) -> float:
    """Return arcsec a pixel as they count in the choice of a source.

    The lengths by which it is chosen mean so many beams of FIRST: in an image of a wider beam a
    pixel counts for less.

    Parameters
    ----------
    scale : float
        Arcsec a pixel.
    beam : Beam or None
        Of the image; None where it is not known, or means nothing.
    """
    if beam is None:
        return scale
    return scale / max(math.sqrt(beam.major * beam.minor) / _FIRST_BEAM, 1.0)


def other_sources(
    islands: Sequence[Island], source: Source, *, within: float, scale: float
) -> list[Source]:
    """Return the other sources whose centres lie in the square of half-side ``within`` pixels."""
    taken = {id(island) for island in source.islands}
    rest = [island for island in islands if id(island) not in taken]
    near = [i for i in rest if max(np.abs(np.subtract(i.centroid, source.centre))) <= within]
    near = near[:_MOST_ISLANDS]
    if not near:
        return []
    return [_source(near, group) for group in _linked(_gaps(near) * scale, _LINK)]


def joined_sources(islands: Sequence[Island], *, within: float) -> list[Source]:
    """Join islands into sources wherever they lie.

    Parameters
    ----------
    islands : sequence of Island
        Any number of them.
    within : float
        Islands whose edges are at most so many pixels apart are one source, and so are those
        that hang together by such gaps; 0 leaves each by itself.

    Returns
    -------
    list of Source
        Brightest peak first.
    """
    if within < 1 or len(islands) < 2:  # no two islands are nearer than that
        groups: list[tuple[int, ...]] = [(number,) for number in range(len(islands))]
    else:
        groups = _hanging_together(islands, within)
    made = [_source(islands, group) for group in groups]
    return sorted(made, key=lambda source: -source.peak_value)


def _hanging_together(islands: Sequence[Island], within: float) -> list[tuple[int, ...]]:
    """Return groups of indices, brightest island first, by the gaps between outlines.

    Outlines that meet in one cell of a grid hang together without a look at their pixels; what
    is left are gaps between neighbouring cells.  All pairs of pixels would be billions where
    ``within`` is a large part of the image.
    """
    from scipy.cluster.hierarchy import DisjointSet

    outlines = [_outline(island) for island in islands]
    owners = np.repeat(np.arange(len(islands)), [len(outline) for outline in outlines])
    points = np.concatenate(outlines)
    keys, cells, steps = _cells(points, within)
    first, labels = _joined_in_cells(owners, cells, len(islands))
    order = np.argsort(cells, kind="stable")
    members = np.split(points[order], np.flatnonzero(np.diff(cells[order])) + 1)
    sets = DisjointSet(range(int(labels.max()) + 1))
    for step in steps:
        at = np.minimum(np.searchsorted(keys, keys + step), len(keys) - 1)
        for here in np.flatnonzero((keys[at] == keys + step) & (labels[at] != labels)).tolist():
            one, other = int(labels[here]), int(labels[at[here]])
            if not sets.connected(one, other) and _are_near(
                members[here], members[at[here]], within
            ):
                sets.merge(one, other)
    groups: dict[int, list[int]] = {}
    for number, label in enumerate(first.tolist()):
        groups.setdefault(sets[label], []).append(number)
    bright = np.array([island.peak_value for island in islands])
    return [tuple(sorted(group, key=lambda n: -bright[n])) for group in groups.values()]


def _cells(
    points: NDArray[np.float64], within: float
) -> tuple[NDArray[np.int64], NDArray[np.intp], list[int]]:
    """Lay a grid over points: no two in a cell are farther apart than ``within``.

    Returns
    -------
    keys : ndarray, shape (C,)
        Of the cells that hold points, ascending.
    cells : ndarray, shape (N,)
        The place of each point's cell in ``keys``.
    steps : list of int
        From a cell's key to those behind it in which points within reach may lie.
    """
    column, row = np.floor((points - points.min(axis=0)) / (within / _DIAGONAL)).astype(np.int64).T
    width = int(column.max()) + 1 + 2 * _REACH  # so that no step leads around to another row
    keys, cells = np.unique(row * width + column, return_inverse=True)
    around = range(-_REACH, _REACH + 1)
    steps = [y * width + x for y in range(_REACH + 1) for x in around if (y, x) > (0, 0)]
    return keys, cells, steps


def _joined_in_cells(
    owners: NDArray[np.intp], cells: NDArray[np.intp], islands: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the group of each island and of each cell, by the cells that islands share."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    nodes = islands + int(cells.max()) + 1
    graph = coo_array((np.ones(len(cells), np.int8), (owners, islands + cells)), shape=(nodes,) * 2)
    _, labels = connected_components(graph, directed=False)
    return labels[:islands], labels[islands:]


def _are_near(some: NDArray[np.float64], others: NDArray[np.float64], within: float) -> bool:
    """Tell whether two points of two sets are at most so far apart."""
    from scipy.spatial import cKDTree
    from scipy.spatial.distance import cdist

    if len(some) * len(others) <= _FEW_PAIRS:
        return bool(cdist(some, others).min() <= within)
    return bool(cKDTree(some).query(others)[0].min() <= within)


def _outline(island: Island) -> NDArray[np.float64]:
    """Return the pixels at its edges: where runs along its rows and columns begin and end."""
    edges = []
    for along, across in ((island.y, island.x), (island.x, island.y)):
        order = np.lexsort((across, along))
        parted = (np.diff(along[order]) != 0) | (np.diff(across[order]) > 1)
        edges += [order[np.append(True, parted)], order[np.append(parted, True)]]
    edge = np.unique(np.concatenate(edges))
    return np.stack([island.x[edge], island.y[edge]], axis=1).astype(np.float64)


def _likeliest(
    islands: Sequence[Island], middle: tuple[float, float], scale: float, noise: float
) -> list[Island]:
    """Return those most likely to be meant, brightest first: groups of all would take too long."""

    def cost(island: Island) -> float:
        distance = float(np.hypot(*np.subtract(island.centroid, middle))) * scale
        return _unlikely(distance, island.peak_value, noise)

    return sorted(sorted(islands, key=cost)[:_MOST_ISLANDS], key=lambda island: island.label)


def _gaps(islands: Sequence[Island]) -> NDArray[np.float64]:
    """Return the (n, n) gaps between islands, pixels, from the corners of their hulls."""
    from scipy.spatial.distance import cdist

    corners = [_corners(island) for island in islands]
    starts = np.cumsum([0] + [len(c) for c in corners[:-1]])
    points = np.concatenate(corners)
    distances = cdist(points, points)
    nearest = np.minimum.reduceat(np.minimum.reduceat(distances, starts, axis=0), starts, axis=1)
    return np.asarray(nearest)


def _corners(island: Island) -> NDArray[np.float64]:
    """Return the pixels farthest out in 16 directions."""
    angles = np.deg2rad(np.arange(0.0, 360.0, 22.5))
    reach = np.outer(np.cos(angles), island.x) + np.outer(np.sin(angles), island.y)
    outermost = np.unique(np.argmax(reach, axis=1))
    return np.stack([island.x[outermost], island.y[outermost]], axis=1).astype(np.float64)


def _linked(gaps: NDArray[np.float64], link: float) -> list[tuple[int, ...]]:
    """Return the groups of indices that hang together by gaps of at most ``link``."""
    # Of a few dozen islands at most: scipy's graphs take longer to set up than this takes.
    joined = gaps <= link
    while not np.array_equal(further := joined @ joined, joined):
        joined = further
    return list(dict.fromkeys(tuple(np.flatnonzero(row).tolist()) for row in joined))


def _source(islands: Sequence[Island], group: tuple[int, ...]) -> Source:
    members = tuple(islands[i] for i in group)
    weights = np.sqrt([island.flux for island in members])
    centre = weights @ np.array([island.centroid for island in members]) / weights.sum()
    return Source(members, (float(centre[0]), float(centre[1])))


def _distance(source: Source, middle: tuple[float, float]) -> float:
    return float(np.hypot(*np.subtract(source.centre, middle)))


def _cost(
    source: Source, link: float, middle: tuple[float, float], scale: float, noise: float
) -> float | None:
    """Return how unlikely a group is to be meant; None where it cannot be one source."""
    distance = _distance(source, middle) * scale
    if link > _LINK and distance > _AT_MIDDLE:
        return None
    return _unlikely(distance, source.peak_value, noise) + _LINK_COST * link


def _unlikely(distance: float, peak: float, noise: float) -> float:
    """Return how unlikely a source of this brightness is to be meant at this distance, arcsec."""
    brightness = np.log(peak / noise) if noise > 0 else np.log(peak)
    return float(np.log1p((distance / _NEAR) ** 2) - _BRIGHTNESS_GAIN * brightness)
