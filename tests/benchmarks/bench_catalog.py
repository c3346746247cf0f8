"""A catalogue of 20,000 sources: opening it, its table, fetching images, and its size."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.jobs.simulated import simulated_chunks
from radgalgui.progress import silent
from radgalgui.sky.preprocess import Preprocessing
from tests.benchmarks.figures import Figure, child_seconds, median_of

COUNT, DISTINCT = 20_000, 500


def measure() -> Iterator[Figure]:
    """Yield milliseconds and bytes; images are simulated sources, repeated."""
    with tempfile.TemporaryDirectory() as folder:
        for compact in (True, False):
            path = Path(folder) / ("packed" if compact else "plain")
            _write(path, compact=compact)
            yield from _images(path, "packed" if compact else "memory-mapped")
        yield from _opening(path)


def _write(path: Path, *, compact: bool) -> None:
    settings = Preprocessing()
    chunks = list(simulated_chunks(DISTINCT, 0, settings, silent, None))
    with CatalogWriter(path, settings, title="bench", simulated=True, compact=compact) as writer:
        for _ in range(COUNT // DISTINCT):
            for columns, images in chunks:
                writer.append(columns, images)


def _images(path: Path, kind: str) -> Iterator[Figure]:
    catalog = Catalog.open(path)
    rng = np.random.default_rng(0)
    fetch = median_of(200, lambda: catalog.images[rng.integers(0, COUNT, 20)])
    yield Figure(f"20 images at random, {kind}", 1e3 * fetch, "ms", 10.0)
    yield Figure(f"bytes a source, {kind}", catalog.manifest.images.bytes / COUNT, "B")


def _opening(path: Path) -> Iterator[Figure]:
    yield Figure("Catalog.open", 1e3 * median_of(20, lambda: Catalog.open(path)), "ms", 150.0)
    program = f"from radgalgui.catalog.catalog import Catalog; c = Catalog.open({str(path)!r})"
    bare = child_seconds([sys.executable, "-c", "import numpy"])
    opened = child_seconds([sys.executable, "-c", program])
    yield Figure("the same with its imports, beyond numpy's", 1e3 * (opened - bare), "ms")
    columns = child_seconds([sys.executable, "-c", f"{program}; [c.column(n) for n in c.columns]"])
    yield Figure("all columns, with pyarrow's import", 1e3 * (columns - opened), "ms")
