"""Where a new vector falls on a map that is there: among its neighbours, never refitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "PLACING_NEIGHBOURS",
    "map_grain",
    "place_by_neighbours",
    "place_many_by_neighbours",
]

# Neighbours by which a vector is placed.
PLACING_NEIGHBOURS = 15

# Cosine distance below which two vectors are the same picture: float16 rounding of a
# vector moves it by about 1e-7, another batch size on another machine by about 1e-6.
_SAME = 1e-5

# The share of the neighbours' weight that the circle around a place holds.  Strays at the far
# side of the map count no more than others, as they would in a root mean square.
_MOST = 2 / 3

# How far, in grains of the map, a neighbour draws a place with half its weight, and how often the
# place moves on: both from held-out sources, as bench_layouts has them.
_PULL, _STEPS = 0.85, 5

_MOST_CELLS = 1024  # of each side of the grid by which the grain of a map is found

_AT_ONCE = 1024  # queries that are placed in one step


def map_grain(places: NDArray[np.floating]) -> float:
    """Return how far the usual source of a map has its 15th neighbour on it, in map units.

    Found by counting in a grid, which takes some ten milliseconds for a million sources.

    Parameters
    ----------
    places : ndarray, shape (N, 2)
        Of all sources, finite.

    Returns
    -------
    float
        0 where all lie at one place, or there is none.
    """
    if not len(places):
        return 0.0
    low = places.min(axis=0)
    side = float((places.max(axis=0) - low).max())
    if side == 0.0:
        return 0.0
    cells = int(np.clip(np.sqrt(len(places) / PLACING_NEIGHBOURS), 1, _MOST_CELLS))
    at = np.minimum(((places - low) * (cells / side)).astype(np.int64), cells - 1)
    flat = at[:, 0] * cells + at[:, 1]
    usual = float(np.median(np.bincount(flat, minlength=cells * cells)[flat]))
    return side / cells * float(np.sqrt(PLACING_NEIGHBOURS / np.pi / usual))


def place_by_neighbours(
    similarities: ArrayLike, neighbour_xy: ArrayLike, *, grain: float = 0.0
) -> tuple[float, float, float]:
    """Return where a query falls on a map, from where its neighbours lie on it.

    Neighbours are weighted as UMAP weights them when it starts to place a new point:
    ``exp(-d / s)`` of the cosine distance ``d``, with ``s`` such that the weights add up to
    ``log2(k)``.  A query that is a source of the catalogue gets that source's very place.

    UMAP takes the mean of all, which for neighbours in two clusters is the void between
    them.  Here the densest third of the weight decides: the smallest circle around a
    neighbour that holds it is found, and the weighted mean taken of the neighbours within
    twice its radius (a two-dimensional relative of the shorth).  Stray neighbours, and
    whole clusters of them, do not pull the query away; among equal clusters the one with
    the more similar neighbours wins, for its weights are larger.  From there the place moves
    on to where neighbours draw it that lie within some grains of the map, each the less the
    farther it is.

    Parameters
    ----------
    similarities : array-like, shape (k,)
        Cosine similarity of the query's neighbours.
    neighbour_xy : array-like, shape (k, 2)
        Their places on the map.
    grain : float, optional
        Of the map, as `map_grain` tells; 0 to leave the last step out.

    Returns
    -------
    x, y : float
        The place.
    spread : float
        Radius of the circle around it, in map units, that holds two thirds of the weight of the
        neighbours: how sure the place is.  0 where the query is a source.

    Raises
    ------
    UsageError
        If there are no neighbours, shapes do not fit, or a value is not finite.
    """
    distance, places = np.asarray(similarities), np.asarray(neighbour_xy)
    if distance.ndim != 1 or places.ndim != 2:
        raise UsageError(
            f"{distance.shape} similarities and places of shape {places.shape} do not fit"
        )
    x, y, spread = place_many_by_neighbours(distance[None], places[None], grain=grain)[0]
    return float(x), float(y), float(spread)


def place_many_by_neighbours(
    similarities: ArrayLike, neighbour_xy: ArrayLike, *, grain: float = 0.0
) -> NDArray[np.float64]:
    """Return where many queries fall on a map: each as `place_by_neighbours` says.

    Parameters
    ----------
    similarities : array-like, shape (Q, k)
    neighbour_xy : array-like, shape (Q, k, 2)
    grain : float, optional
        Of the map.

    Returns
    -------
    ndarray, shape (Q, 3)
        x, y and spread of each.

    Raises
    ------
    UsageError
        As `place_by_neighbours`.
    """
    distance = 1.0 - np.asarray(similarities, dtype=np.float64)
    places = np.asarray(neighbour_xy, dtype=np.float64)
    if distance.ndim != 2 or distance.shape[1] == 0 or places.shape != (*distance.shape, 2):
        raise UsageError(
            f"{distance.shape} similarities and places of shape {places.shape} do not fit"
        )
    if not (np.isfinite(distance).all() and np.isfinite(places).all()):
        raise UsageError("similarities and places must be finite")
    placed = np.zeros((len(distance), 3))
    for start in range(0, len(distance), _AT_ONCE):  # (_AT_ONCE, k, k) distances at a time
        rows = slice(start, start + _AT_ONCE)
        placed[rows] = _placed(distance[rows], places[rows], grain)
    return placed


def _placed(
    distance: NDArray[np.float64], places: NDArray[np.float64], grain: float
) -> NDArray[np.float64]:
    weights = _umap_weights(np.clip(distance, 0.0, 2.0))
    middle = _drawn(_densest(places, weights), places, weights, _PULL * grain)
    spread = _holding(np.linalg.norm(places - middle[:, None], axis=2), weights)
    nearest = distance.argmin(axis=1)
    rows = np.arange(len(distance))
    same = distance[rows, nearest] <= _SAME
    middle[same], spread[same] = places[rows, nearest][same], 0.0
    return np.column_stack([middle, spread])


def _drawn(
    middle: NDArray[np.float64],
    places: NDArray[np.float64],
    weights: NDArray[np.float64],
    reach: float,
) -> NDArray[np.float64]:
    """Return places (Q, 2) moved to where neighbours (Q, k, 2) draw them: a mean shift."""
    for _ in range(_STEPS if reach > 0.0 else 0):
        square = ((places - middle[:, None]) ** 2).sum(axis=2)
        pull = weights / (1.0 + square / reach**2)
        middle = (places * pull[..., None]).sum(axis=1) / pull.sum(axis=1, keepdims=True)
    return middle


def _holding(away: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances (Q,) within which the neighbours (Q, k) have `_MOST` of the weight."""
    order = np.argsort(away, axis=1)
    held = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    last = np.argmax(held >= np.minimum(_MOST, held[:, -1:]) - 1e-9, axis=1)
    rows = np.arange(len(away))
    return np.asarray(away[rows, order[rows, last]])


def _umap_weights(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``exp(-d / s)`` (Q, k), ``s`` of each row by bisection on its logarithm.

    Each row adds up to 1.
    """
    wanted = np.log2(distance.shape[1]) if distance.shape[1] > 1 else 1.0
    low, high = np.full((len(distance), 1), -40.0), np.full((len(distance), 1), 40.0)
    for _ in range(60):
        middle = (low + high) / 2
        many = np.exp(-distance / np.exp(middle)).sum(axis=1, keepdims=True) > wanted
        high, low = np.where(many, middle, high), np.where(many, low, middle)
    weights = np.exp(-(distance - distance.min(axis=1, keepdims=True)) / np.exp(low))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _densest(places: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted means (Q, 2) of the neighbours in and around the densest third."""
    between = np.linalg.norm(places[:, :, None] - places[:, None], axis=-1)  # (Q, k, k)
    order = np.argsort(between, axis=2, kind="stable")
    held = np.cumsum(np.take_along_axis(weights[:, None], order, axis=2), axis=2)
    share = np.minimum(1 / 3, held[:, :, -1].min(axis=1))[:, None, None]
    last = np.argmax(held >= share, axis=2)[..., None]
    radius = np.take_along_axis(between, np.take_along_axis(order, last, 2), 2)[..., 0]
    centre = np.lexsort((-weights, radius), axis=1)[:, 0]  # of equal circles the heavier one's
    rows = np.arange(len(places))
    inside = between[rows, centre] <= 2 * radius[rows, centre][:, None]
    kept = weights * inside
    middle = (places * kept[..., None]).sum(axis=1) / kept.sum(axis=1, keepdims=True)
    return np.asarray(middle)
