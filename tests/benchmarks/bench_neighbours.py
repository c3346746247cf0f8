"""Neighbour search among 20,000 vectors of 256 numbers: milliseconds, recall@50, and maps.

The vectors lie round cluster centres, with a variance that falls off from one dimension to
the next, as those of trained encoders do.  Noise without any structure, which no encoder
makes, is measured too: the worst case.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from radgalgui.analysis.metrics import recall
from radgalgui.analysis.neighbours import ExactIndex, HnswIndex
from radgalgui.analysis.placing import place_by_neighbours
from tests.benchmarks.figures import Figure, median_of

COUNT, DIMENSION, TOP, QUERIES = 20_000, 256, 50, 500


def measure() -> Iterator[Figure]:
    """Yield times and recalls; then the table from which the default ``ef`` was chosen."""
    vectors = clustered()
    queries = vectors[COUNT:]
    exact = ExactIndex(vectors[:COUNT])
    index = HnswIndex.build(vectors[:COUNT])
    yield Figure("search in 20,000 x 256, top 50, HNSW", _search_ms(index, queries), "ms", 2.0)
    yield Figure("the same, exact", _search_ms(exact, queries), "ms")
    truth = exact.search(queries, TOP)[0]
    found = index.search(queries, TOP)[0]
    yield Figure("recall@50 of it", recall(found, truth), "", 0.99, at_least=True)
    yield from _loading(index, vectors[:COUNT])
    for ef in (50, 100, 200, 400):
        found = index.search(queries, TOP, ef=ef)[0]
        yield Figure(f"recall@50 with ef {ef}", recall(found, truth), "")
    yield from _noise()
    similarity, places = np.linspace(0.99, 0.9, 15), queries[:15, :2]
    seconds = median_of(200, lambda: place_by_neighbours(similarity, places))
    yield Figure("placing a query on a map by 15 neighbours", 1e3 * seconds, "ms", 2.0)


def clustered(seed: int = 0) -> np.ndarray:
    """Return vectors round 40 centres, shape (COUNT + QUERIES, DIMENSION)."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(2.0, 0.1, DIMENSION)
    centres = rng.standard_normal((40, DIMENSION)) * spread
    which = rng.integers(0, len(centres), COUNT + QUERIES)
    noise = rng.standard_normal((COUNT + QUERIES, DIMENSION)) * spread
    return (centres[which] + noise).astype(np.float32)


def _search_ms(index: HnswIndex | ExactIndex, queries: np.ndarray) -> float:
    one_by_one = iter(np.tile(queries, (10, 1)))
    return 1e3 * median_of(2000, lambda: index.search(next(one_by_one), TOP))


def _loading(index: HnswIndex, vectors: np.ndarray) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.hnsw"
        index.save(path)
        seconds = median_of(5, lambda: HnswIndex.load(path, vectors))
        yield Figure("loading the index, its hash checked", 1e3 * seconds, "ms")
        yield Figure("its file", path.stat().st_size / 1e6, "MB")


def _noise() -> Iterator[Figure]:
    vectors = np.random.default_rng(1).standard_normal((COUNT + QUERIES, DIMENSION))
    index, exact = HnswIndex.build(vectors[:COUNT]), ExactIndex(vectors[:COUNT])
    queries = vectors[COUNT:]
    found, truth = index.search(queries, TOP)[0], exact.search(queries, TOP)[0]
    yield Figure("recall@50 in pure noise (no encoder makes that)", recall(found, truth), "")
