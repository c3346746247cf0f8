"""Nearest neighbours of vectors by cosine similarity: exact, and approximate with HNSW."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from radgalgui.analysis.graph import Graph
from radgalgui.analysis.vectors import as_queries, unit_vectors
from radgalgui.errors import CatalogError
from radgalgui.files import sha256
from radgalgui.progress import silent

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from radgalgui.progress import CancelToken, Progress

__all__ = ["ExactIndex", "HnswIndex", "NeighbourIndex", "others_than"]

_FORMAT = "radgalgui-hnsw"
_VERSION = 2
_BLOCK = 2048
# Vectors that are read at once: what is made of them stays in the processor's cache.
_AT_ONCE = 8192
_REBUILD = "build the index again"

# Numbers of which unit vectors are kept in memory: 256 MB.
HELD = 1 << 26

# Candidates of a search.  100 give a recall@50 of 0.999 among 20,000 vectors of 256 numbers
# (tests/benchmarks/bench_neighbours.py); queries unlike anything in the catalogue, such as
# another survey's, need more, and half a millisecond is no price.
DEFAULT_EF = 400


class NeighbourIndex(Protocol):
    """Something that finds the vectors most similar to given ones."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def __len__(self) -> int:
        """Return the number of vectors."""

    def search(
        self, vectors: NDArray[np.floating], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ``k`` nearest of each vector, best first.

        Parameters
        ----------
        vectors : ndarray, shape (Q, D) or (D,)
            Queries, of any length but zero.
        k : int
            Neighbours, at most as many as there are vectors.

        Returns
        -------
        ids : ndarray, shape (Q, k), int64
            Rows of the vectors that the index was built of.
        similarity : ndarray, shape (Q, k), float32
            Cosine similarity in [-1, 1], falling.

        Raises
        ------
        UsageError
            If ``k`` is out of range, or a query has another length, is not finite, or zero.
        """


class ExactIndex:
    """Compares a query with every vector: exact, 0.2 ms among 10,000, 0.5 s among a million.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        Few are kept as unit vectors, float32.  Many are left where they are, as in the file of a
        memory map, with their lengths alone beside them, and are read again for each search.
    held : int
        How many numbers are few.

    Raises
    ------
    UsageError
        If a vector is not finite, or zero.
    """

    def __init__(self, vectors: NDArray[np.floating], *, held: int = HELD) -> None:
        self._shape = vectors.shape
        self._units: NDArray[np.float32] | None = None
        if vectors.size <= held or vectors.dtype != np.float16:
            self._units = unit_vectors(vectors, what="vector")
            return
        self._vectors, self._lengths = vectors, _lengths(vectors)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._shape[1])

    def __len__(self) -> int:
        return int(self._shape[0])

    def search(
        self, vectors: NDArray[np.floating], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ``k`` nearest of each vector; see `NeighbourIndex.search`."""
        queries = as_queries(vectors, k, dimension=self.dimension, count=len(self))
        ids = np.empty((len(queries), k), dtype=np.int64)
        similarity = np.empty((len(queries), k), dtype=np.float32)
        for start in range(0, len(queries), 256):  # bounds the memory of the products
            rows = slice(start, start + 256)
            if self._units is not None:
                ids[rows], similarity[rows] = _best(queries[rows] @ self._units.T, k)
            else:
                ids[rows], similarity[rows] = self._best_of_many(queries[rows], k)
        return ids, similarity

    def _best_of_many(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the nearest among vectors that are read some after others."""
        ids = np.empty((len(queries), 0), dtype=np.int64)
        similarity = np.empty((len(queries), 0), dtype=np.float32)
        for start, block in _read(self._vectors):
            products = queries @ block.T / self._lengths[start : start + len(block)]
            places, values = _best(products, min(k, len(block)))
            ids = np.concatenate([ids, places + start], axis=1)
            similarity = np.concatenate([similarity, values], axis=1)
            kept, similarity = _best(similarity, min(k, ids.shape[1]))
            ids = np.take_along_axis(ids, kept, axis=1)
        return ids, similarity


class HnswIndex:
    """Hierarchical navigable small worlds [1]_, through hnswlib.

    Hnswlib checks nothing it is given: vectors of another length are answered with garbage
    and a damaged file may end the process.  So a file holds the links alone, which are looked
    at before they are followed (`radgalgui.analysis.graph`), and a small JSON file beside it
    its dimension, size and hash; both are checked when it is loaded.

    References
    ----------
    .. [1] Malkov & Yashunin 2020, IEEE TPAMI 42, 824; arXiv 1603.09320
    """

    def __init__(self, index: Any, about: dict[str, Any]) -> None:
        self._index = index
        self._about = about
        # One query at a time is our case; a thread pool costs more than it brings.
        self._index.set_num_threads(1)

    @classmethod
    def build(
        cls,
        vectors: NDArray[np.floating],
        *,
        m: int = 16,
        ef_construction: int = 200,
        seed: int = 0,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> HnswIndex:
        """Build an index, on one thread: with more the graph would differ from run to run.

        Parameters
        ----------
        vectors : ndarray, shape (N, D)
            Any real dtype; compared by their direction alone.
        m, ef_construction : int
            Links of a vector, and candidates looked at for them.
        seed : int
            Seed of the layers; the same vectors and seed make the same file.

        Raises
        ------
        UsageError
            If there are no vectors, or one is not finite, or zero.
        Cancelled
            If ``cancel`` was raised.
        """
        import hnswlib

        units = unit_vectors(vectors, what="vector")
        count, dimension = units.shape
        index = hnswlib.Index(space="cosine", dim=dimension)
        index.init_index(max_elements=count, ef_construction=ef_construction, M=m, random_seed=seed)
        for start in range(0, count, _BLOCK):
            if cancel is not None:
                cancel.check()
            progress(start, count, "building the neighbour index")
            block = units[start : start + _BLOCK]
            index.add_items(block, np.arange(start, start + len(block)), num_threads=1)
        progress(count, count, "building the neighbour index")
        about = {
            "format": _FORMAT,
            "version": _VERSION,
            "metric": "cosine",
            "dimension": dimension,
            "count": count,
            "m": m,
            "ef_construction": ef_construction,
            "seed": seed,
        }
        return cls(index, about)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._about["dimension"])

    def __len__(self) -> int:
        return int(self._about["count"])

    def save(self, path: str | os.PathLike[str], /) -> None:
        """Write the links to ``path``, and what is checked at loading to ``path`` + ``.json``."""
        target = Path(path)
        Graph.of(self._index).save(target)
        about = {**self._about, "bytes": target.stat().st_size, "sha256": sha256(target)}
        _side(target).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str], vectors: NDArray[np.floating]) -> HnswIndex:
        """Open an index written by `save`.

        Parameters
        ----------
        vectors : ndarray, shape (N, D)
            Those that it was built of.

        Raises
        ------
        CatalogError
            If a file is missing, damaged, or belongs to other vectors.
        """
        target = Path(path)
        about = _read_side(target)
        count, dimension = vectors.shape
        _check_fit(target, about, dimension=dimension, count=count)
        try:
            graph = Graph.load(target)
            if len(graph.links) != count:
                raise ValueError(f"it links {len(graph.links)} vectors")
            built = {key: int(about[key]) for key in ("ef_construction", "seed")}
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise CatalogError(
                f"the neighbour index cannot be read: {error}", subject=target, remedy=_REBUILD
            ) from error
        units = unit_vectors(vectors, what="vector")
        return cls(graph.index(units, **built), about)

    def search(
        self, vectors: NDArray[np.floating], k: int, *, ef: int = DEFAULT_EF
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ``k`` nearest of each vector; see `NeighbourIndex.search`.

        Parameters
        ----------
        ef : int
            Candidates looked at: more is slower and finds more of the true neighbours.
            Never less than ``k``.
        """
        queries = as_queries(vectors, k, dimension=self.dimension, count=len(self))
        self._index.set_ef(max(ef, k))
        try:
            ids, distances = self._index.knn_query(queries, k=k)
        except RuntimeError:
            # Fewer than k were reached: among many twins the graph falls into pieces.
            return self._exact.search(queries, k)
        similarity = np.clip(1.0 - distances, -1.0, 1.0).astype(np.float32)
        return ids.astype(np.int64), similarity

    @cached_property
    def _exact(self) -> ExactIndex:
        """The same vectors without a graph; takes as much memory again."""
        vectors = self._index.get_items(np.arange(len(self)), return_type="numpy")
        return ExactIndex(np.asarray(vectors))


def others_than(rows: NDArray[np.integer], ids: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Tell which neighbours are not the vector itself that was asked about.

    Parameters
    ----------
    rows : ndarray, shape (Q,)
        The vectors' own numbers.
    ids : ndarray, shape (Q, k + 1)
        What an index found nearest to each, best first.

    Returns
    -------
    ndarray, shape (Q, k + 1), bool
        k of each row.  A vector that is not found among its twins has the farthest of them left
        out in its place.
    """
    others: NDArray[np.bool_] = ids != rows[:, None]
    others[others.all(axis=1), -1] = False
    return others


def _read(vectors: NDArray[np.float16]) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield some vectors after others, in memory that is used again, with the row of the first."""
    room = np.empty((min(_AT_ONCE, len(vectors)), vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        block = vectors[start : start + _AT_ONCE]
        made = room[: len(block)]
        made[...] = block
        yield start, made


def _lengths(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the norm of each vector, having refused what cannot be compared."""
    lengths = np.empty(len(vectors), dtype=np.float32)
    for start, block in _read(vectors):
        made = np.sqrt(np.einsum("nd,nd->n", block, block))
        if not np.isfinite(made).all() or (made == 0).any():
            unit_vectors(block, what="vector", first=start)  # says which, and why
        lengths[start : start + len(block)] = made
    return lengths


def _best(products: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return places and values of the ``k`` largest of each row, falling; ties by place."""
    if k < products.shape[1]:
        ids = _first_of_twins(products, np.argpartition(-products, k - 1, axis=1)[:, :k])
    else:
        ids = np.broadcast_to(np.arange(k), products.shape)
    ids = np.sort(ids, axis=1)
    values = np.take_along_axis(products, ids, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    return np.take_along_axis(ids, order, axis=1), np.clip(values, -1.0, 1.0)


def _first_of_twins(products: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Take the first of those as large as the last, where a partition took any of them."""
    last = np.take_along_axis(products, ids[:, -1:], axis=1)  # where a partition puts it
    for row in np.flatnonzero(np.count_nonzero(products >= last, axis=1) > ids.shape[1]):
        larger, equal = map(np.flatnonzero, (products[row] > last[row], products[row] == last[row]))
        ids[row] = np.concatenate([larger, equal])[: ids.shape[1]]
    return ids


def _side(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _read_side(path: Path) -> dict[str, Any]:
    """Return what was noted beside an index."""
    try:
        about = json.loads(_side(path).read_bytes())
    except (OSError, ValueError) as error:
        raise CatalogError(
            f"the notes beside the neighbour index, {_side(path).name}, cannot be read",
            subject=path,
            remedy=_REBUILD,
        ) from error
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise CatalogError("is no neighbour index", subject=path, remedy=_REBUILD)
    if about.get("version") != _VERSION:
        raise CatalogError(
            "the neighbour index is of a format that is not known here",
            subject=path,
            remedy=f"update RadGalGUI, or {_REBUILD}",
        )
    return about


def _check_fit(path: Path, about: dict[str, Any], *, dimension: int, count: int) -> None:
    """Raise `CatalogError` unless the index is whole and made for such vectors."""
    for what, found, wanted in (
        ("metric", about.get("metric"), "cosine"),
        ("dimension", about.get("dimension"), dimension),
        ("number of vectors", about.get("count"), count),
    ):
        if found != wanted:
            raise CatalogError(
                f"the neighbour index has the {what} {found}, the vectors {wanted}",
                subject=path,
                remedy=_REBUILD,
            )
    try:
        whole = path.stat().st_size == about.get("bytes") and sha256(path) == about.get("sha256")
    except OSError as error:
        raise CatalogError(
            f"the neighbour index cannot be read: {error.strerror}", subject=path, remedy=_REBUILD
        ) from error
    if not whole:
        raise CatalogError("the neighbour index is damaged", subject=path, remedy=_REBUILD)
