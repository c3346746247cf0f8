"""Maps of vectors: where a query is placed on one, how long they take and how much memory.

Placing is judged on sources that the map was made without: the share of a source's 15 true
neighbours that are among the 50 sources nearest to its place on the map.  Beside it stands what
each library does with a new point: UMAP's and openTSNE's own ``transform``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from radgalgui.analysis.maps import tsne_map
from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.analysis.placing import (
    PLACING_NEIGHBOURS,
    map_grain,
    place_many_by_neighbours,
)
from radgalgui.analysis.projection import reduced
from radgalgui.analysis.vectors import unit_vectors
from radgalgui.catalog.catalog import Catalog
from radgalgui_resources import catalog_path
from tests.benchmarks.figures import Figure

COUNT, HELD, AROUND = 8000, 500, 50
LARGE, LARGER, DIMENSION = 200_000, 1_000_000, 256

#: Anonymous memory alone: pages of the mapped file are the system's to drop.
REDUCE = """
import sys, threading, time
import numpy as np
from radgalgui.analysis.projection import reduced
vectors = np.load({path!r}, mmap_mode="r")
def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(l for l in lines if l.startswith("RssAnon")).split()[1]) / 1024
most, done, before = [0.0], threading.Event(), anonymous()
def watch():
    while not done.wait(0.01):
        most[0] = max(most[0], anonymous())
thread = threading.Thread(target=watch)
thread.start()
started = time.perf_counter()
told = reduced(vectors, 50)
took = time.perf_counter() - started
done.set()
thread.join()
print(took, most[0] - before - told.nbytes / 2**20)
"""


def measure() -> Iterator[Figure]:
    """Yield how well queries are placed, by us and by the libraries; then the reduction."""
    with Catalog.open(catalog_path()) as catalog:
        vectors = unit_vectors(catalog.embeddings("simclr")[: COUNT + HELD])
    turned = reduced(vectors, 50)
    held, kept = slice(COUNT, None), slice(None, COUNT)
    judge = _Judge(vectors[kept], vectors[held])
    yield from _tsne(vectors, turned, judge, kept, held)
    yield from _umap(turned, judge, kept, held)
    yield from _memory()


class _Judge:
    """Places held-out sources, and tells how many of their neighbours are around their place."""

    def __init__(self, kept: np.ndarray, held: np.ndarray) -> None:
        self.ids, self.alike = ExactIndex(kept).search(held, PLACING_NEIGHBOURS)

    def share(self, layout: np.ndarray, places: np.ndarray) -> float:
        _, near = cKDTree(layout).query(places, AROUND)
        return float(np.mean([np.isin(*both).mean() for both in zip(self.ids, near, strict=True)]))

    def ours(self, layout: np.ndarray) -> float:
        near = layout[self.ids]
        placed = place_many_by_neighbours(self.alike, near, grain=map_grain(layout))
        return self.share(layout, placed[:, :2])


def _timed(call: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    started = time.perf_counter()
    made = call()
    return time.perf_counter() - started, made


def _tsne(
    vectors: np.ndarray, turned: np.ndarray, judge: _Judge, kept: slice, held: slice
) -> Iterator[Figure]:
    import openTSNE
    from openTSNE.affinity import PerplexityBasedNN

    seconds, layout = _timed(lambda: tsne_map(vectors[kept]))
    yield Figure(f"t-SNE map of {COUNT:,} sources", seconds, "s")
    affinities = PerplexityBasedNN(turned[kept], perplexity=30, random_state=0)
    map_ = openTSNE.TSNEEmbedding(layout.astype(float), affinities, random_state=0)
    theirs = judge.share(layout, np.asarray(map_.transform(turned[held])))
    start = map_.prepare_partial(turned[held], initialization="median", k=25)
    began = judge.share(layout, np.asarray(start))
    ours = judge.ours(layout)
    what = "held-out neighbours around a place on t-SNE, by neighbours"
    yield Figure(what, ours, "", max(theirs, began), at_least=True)
    yield Figure("the same by openTSNE's transform", theirs, "")
    yield Figure("the same by the median of the neighbours, from which that starts", began, "")


def _umap(turned: np.ndarray, judge: _Judge, kept: slice, held: slice) -> Iterator[Figure]:
    import umap

    mapper = umap.UMAP(n_neighbors=15, metric="cosine", random_state=0, n_jobs=1)
    seconds, layout = _timed(lambda: mapper.fit_transform(turned[kept]))
    yield Figure(f"UMAP map of {COUNT:,} sources by umap-learn alone", seconds, "s")
    theirs = judge.share(layout, mapper.transform(turned[held]))
    ours = judge.ours(layout)
    # Half a per cent is within what another seed changes.
    what = "held-out neighbours around a place on UMAP, by neighbours"
    yield Figure(what, ours, "", theirs - 0.005, at_least=True)
    yield Figure("the same by UMAP's transform", theirs, "")


def _memory() -> Iterator[Figure]:
    import subprocess
    import sys

    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (LARGE, LARGER):
            path = Path(folder) / "vectors.npy"
            _write(path, count)
            program = REDUCE.format(path=str(path))
            done = subprocess.run(
                [sys.executable, "-c", program], check=True, capture_output=True, text=True
            )
            told[count] = tuple(map(float, done.stdout.split()))
    for count, (seconds, memory) in told.items():
        yield Figure(f"{count:,} vectors turned onto 50 components", seconds, "s")
        least = told[LARGE][1]
        target = None if count == LARGE else least + 40  # flat, within what allocators do
        yield Figure("memory for it beyond file and result", memory, "MB", target)


def _write(path: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    block = rng.standard_normal((20_000, DIMENSION)).astype(np.float16)
    stored = np.lib.format.open_memmap(path, "w+", np.float16, (count, DIMENSION))
    for start in range(0, count, len(block)):
        stored[start : start + len(block)] = np.roll(block, start % 101, axis=1)
    stored.flush()
