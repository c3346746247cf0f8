"""Two-dimensional maps of vectors, and where a new vector falls on them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.analysis.vectors import unit_vectors
from radgalgui.errors import CatalogError, UsageError
from radgalgui.progress import silent

if TYPE_CHECKING:
    import os

    from numpy.typing import ArrayLike, NDArray

    from radgalgui.progress import CancelToken, Progress

__all__ = [
    "PLACING_NEIGHBOURS",
    "PcaProjection",
    "pca_map",
    "place_by_neighbours",
    "place_many_by_neighbours",
    "umap_map",
]

# Neighbours of a vector on a UMAP map, both when the map is made and when a query is placed.
PLACING_NEIGHBOURS = 15

# Cosine distance below which two vectors are the same picture: float16 rounding of a
# vector moves it by about 1e-7, another batch size on another machine by about 1e-6.
_SAME = 1e-5

_AT_ONCE = 1024  # queries that are placed in one step


@dataclass(frozen=True)
class PcaProjection:
    """The plane of the two principal components of unit vectors; places a vector exactly.

    Vectors are first divided by their norm, so that distances on the map follow cosine
    similarity as the neighbours do.

    Parameters
    ----------
    mean : ndarray, shape (D,), float32
        Mean of the unit vectors.
    components : ndarray, shape (2, D), float32
        Principal axes; the sign is such that the largest number of each is positive.
    explained : tuple of float
        Share of the variance along each axis.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    explained: tuple[float, float]

    @classmethod
    def fit(cls, vectors: NDArray[np.floating]) -> PcaProjection:
        """Find the plane for vectors of shape (N, D), N and D at least 2.

        Raises
        ------
        UsageError
            If there are too few, or one is not finite, or zero.
        """
        units = unit_vectors(vectors)
        if min(units.shape) < 2:
            raise UsageError(f"a map needs at least 2 vectors of 2 numbers, not {units.shape}")
        mean = units.mean(axis=0, dtype=np.float64)
        values, axes = _principal_axes(units - mean.astype(np.float32))
        total = max(float(values.sum()), np.finfo(float).tiny)
        return cls(
            mean=mean.astype(np.float32),
            components=np.ascontiguousarray(axes[:2], dtype=np.float32),
            explained=(float(values[0]) / total, float(values[1]) / total),
        )

    def project(self, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the places of vectors (N, D) on the map, shape (N, 2).

        Raises
        ------
        UsageError
            If they are of another length, not finite, or zero.
        """
        units = unit_vectors(np.atleast_2d(np.asarray(vectors)))
        if units.shape[1] != len(self.mean):
            raise UsageError(
                f"a vector has {units.shape[1]} numbers, the map was made of {len(self.mean)}",
                remedy="use the encoder that the map was made with",
            )
        return np.asarray((units - self.mean) @ self.components.T, dtype=np.float32)

    def save(self, path: str | os.PathLike[str], /) -> None:
        """Write the projection as ``.npz`` of plain arrays."""
        with Path(path).open("wb") as stream:
            np.savez(
                stream,
                mean=self.mean,
                components=self.components,
                explained=np.array(self.explained),
            )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PcaProjection:
        """Read a projection written by `save`.

        Raises
        ------
        CatalogError
            If the file is missing, damaged, or something else.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                mean, components = stored["mean"], stored["components"]
                first, second = (float(share) for share in stored["explained"])
        except Exception as error:  # zipfile, zlib and NumPy each have their own
            raise CatalogError(
                "the projection cannot be read", subject=path, remedy="make the map again"
            ) from error
        if mean.ndim != 1 or components.shape != (2, len(mean)):
            raise CatalogError(
                "the projection is not one onto a plane", subject=path, remedy="make the map again"
            )
        return cls(mean=mean, components=components, explained=(first, second))


def pca_map(vectors: NDArray[np.floating]) -> tuple[NDArray[np.float32], PcaProjection]:
    """Return the places of vectors (N, D) on their principal plane, (N, 2), and the projection."""
    projection = PcaProjection.fit(vectors)
    return projection.project(vectors), projection


def umap_map(
    vectors: NDArray[np.floating],
    *,
    neighbours: int = PLACING_NEIGHBOURS,
    min_dist: float = 0.1,
    components: int = 50,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return a UMAP layout [1]_ of vectors by cosine distance, the same for the same seed.

    The vectors are first turned onto their ``components`` principal directions, without
    taking out the mean, which keeps the cosines.  20,000 vectors take about a minute; the
    work cannot be cancelled once it runs, only before and after.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        At least 4.
    neighbours : int
        Neighbours that each vector is to keep; taken down to N - 1.
    min_dist : float
        How close points may come on the map.

    Returns
    -------
    ndarray, shape (N, 2), float32

    Raises
    ------
    UsageError
        If there are too few, or one is not finite, or zero.
    Cancelled
        If ``cancel`` was raised.

    References
    ----------
    .. [1] McInnes, Healy & Melville 2018, arXiv 1802.03426
    """
    units = unit_vectors(vectors)
    if len(units) < 4:
        raise UsageError(f"a UMAP map needs at least 4 vectors, not {len(units)}")
    progress(0, None, "laying out the map")
    _, axes = _principal_axes(units)
    reduced = np.ascontiguousarray(units @ axes[:components].T)
    near = _own_neighbours(reduced, min(neighbours, len(units) - 1), cancel)
    layout = _run_umap(reduced, near, min_dist, seed)
    if cancel is not None:
        cancel.check()
    progress(len(units), len(units), "laying out the map")
    return layout


def _own_neighbours(
    reduced: NDArray[np.float32], count: int, cancel: CancelToken | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return each vector's neighbours and cosine distances, itself first as UMAP wants it."""
    index = HnswIndex.build(reduced, cancel=cancel)
    ids, similarity = index.search(reduced, count)
    distance = np.clip(1.0 - similarity, 0.0, None)
    own = np.arange(len(reduced))
    # A twin may have come first, and among many twins a vector may not even find itself.
    place = np.where((ids == own[:, None]).any(axis=1), (ids == own[:, None]).argmax(axis=1), -1)
    ids[own, place], distance[own, place] = ids[:, 0], distance[:, 0]
    ids[:, 0], distance[:, 0] = own, 0.0
    return ids, distance.astype(np.float32)


def _run_umap(
    reduced: NDArray[np.float32],
    near: tuple[NDArray[np.int64], NDArray[np.float32]],
    min_dist: float,
    seed: int,
) -> NDArray[np.float32]:
    import umap  # compiles for seconds when imported

    neighbours = near[0].shape[1]
    mapper = umap.UMAP(
        n_neighbors=neighbours,
        min_dist=min_dist,
        metric="cosine",
        # SciPy cannot find eigenvectors of tiny graphs; UMAP then needs another start.
        init="spectral" if len(reduced) > 10 * neighbours else "random",
        random_state=seed,
        n_jobs=1,
        # Ours are found in a fraction of the time that NNDescent takes to compile.
        precomputed_knn=near,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)  # we never transform
        warnings.filterwarnings("ignore", "using precomputed metric", UserWarning)
        return np.asarray(mapper.fit_transform(reduced), dtype=np.float32)


def place_by_neighbours(
    similarities: ArrayLike, neighbour_xy: ArrayLike
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
    the more similar neighbours wins, for its weights are larger.

    Parameters
    ----------
    similarities : array-like, shape (k,)
        Cosine similarity of the query's neighbours.
    neighbour_xy : array-like, shape (k, 2)
        Their places on the map.

    Returns
    -------
    x, y : float
        The place.
    spread : float
        Root of the weighted mean square distance of all neighbours from it, in map units;
        0 where the query is a source.

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
    x, y, spread = place_many_by_neighbours(distance[None], places[None])[0]
    return float(x), float(y), float(spread)


def place_many_by_neighbours(
    similarities: ArrayLike, neighbour_xy: ArrayLike
) -> NDArray[np.float64]:
    """Return where many queries fall on a map: each as `place_by_neighbours` says.

    Parameters
    ----------
    similarities : array-like, shape (Q, k)
    neighbour_xy : array-like, shape (Q, k, 2)

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
        placed[rows] = _placed(distance[rows], places[rows])
    return placed


def _placed(distance: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = _umap_weights(np.clip(distance, 0.0, 2.0))
    middle = _densest(places, weights)
    square = ((places - middle[:, None]) ** 2).sum(axis=2)
    spread = np.sqrt((weights * square).sum(axis=1))
    nearest = distance.argmin(axis=1)
    rows = np.arange(len(distance))
    same = distance[rows, nearest] <= _SAME
    middle[same], spread[same] = places[rows, nearest][same], 0.0
    return np.column_stack([middle, spread])


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


def _principal_axes(
    rows: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return variances, falling, and the axes (D, D) of rows as they are, not centred.

    Works on the (D, D) products, which for D of some hundreds is faster than a singular
    value decomposition of the rows and just as good for a picture.
    """
    products = rows.T.astype(np.float64) @ rows.astype(np.float64)
    values, vectors = np.linalg.eigh(products)
    axes = vectors.T[::-1]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return np.clip(values[::-1], 0.0, None), (axes * np.sign(largest)).astype(np.float32)
