"""The bundled catalogue searched by new galaxies: recall, milliseconds, and what it weighs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from radgalgui.analysis.metrics import recall
from radgalgui.analysis.neighbours import ExactIndex, HnswIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.simulated import simulated_chunks
from radgalgui.models.encoder import Encoder
from radgalgui.progress import silent
from radgalgui_resources import catalog_path, path, weights_path
from tests.benchmarks.figures import Figure, median_of

QUERIES, TOP, SEED = 500, 50, 99


def measure() -> Iterator[Figure]:
    """Yield the figures, for 500 simulated galaxies that the catalogue does not hold."""
    files = [file for file in path().rglob("*") if file.is_file()]
    yield Figure("all resources", sum(file.stat().st_size for file in files) / 1e6, "MB", 200)
    yield Figure("largest of them", max(file.stat().st_size for file in files) / 1e6, "MB", 45)
    with Catalog.open(catalog_path()) as catalog:
        for name in catalog.encoders:
            yield from _encoder(catalog, name)


def _encoder(catalog: Catalog, name: str) -> Iterator[Figure]:
    encoder = Encoder.load(weights_path(name))
    chunks = simulated_chunks(QUERIES, SEED, encoder.preprocessing, silent, None)
    images = np.concatenate([images for _, images in chunks])
    vectors = encoder.embed(images)
    index = HnswIndex.load(catalog.index_path(name), catalog.embeddings(name))
    exact = ExactIndex(np.asarray(catalog.embeddings(name)))
    truth, _ = exact.search(vectors, TOP)
    found, _ = index.search(vectors, TOP)
    share = recall(found, truth)
    yield Figure(f"{name}: recall@50 of new galaxies", share, "", 0.99, at_least=True)
    milliseconds = 1e3 * median_of(50, lambda: index.search(vectors[:1], TOP))
    yield Figure(f"{name}: one search in 20,000, top 50", milliseconds, "ms", 2.0)
    rate = len(images) / median_of(3, lambda: encoder.embed(images))
    yield Figure(f"{name}: images embedded a second", rate, "/s")
