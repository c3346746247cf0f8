"""Pairs among very many sources, and what choosing near a place costs among a million."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from radgalgui.analysis.duplicates import sky_pairs, vector_pairs
from radgalgui.gui.cells import Cells
from radgalgui.gui.choosing.counter import count_within
from radgalgui.gui.choosing.nearest import nearest_on_map
from tests.benchmarks.figures import Figure, median_of

MILLION = 1_000_000


def measure() -> Iterator[Figure]:
    """Yield seconds of searches for pairs, and milliseconds of what the pointer waits for."""
    rng = np.random.default_rng(0)
    ra = rng.uniform(0, 360, MILLION)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, MILLION)))
    seconds = median_of(1, lambda: sky_pairs(ra[:20_000], dec[:20_000], arcsec=5))
    yield Figure("pairs within 5 arcsec among 20,000 sources", seconds, "s", 3.0)
    seconds = median_of(1, lambda: sky_pairs(ra, dec, arcsec=5))
    yield Figure("the same among 1,000,000", seconds, "s", 60.0)
    vectors = rng.standard_normal((20_000, 256)).astype(np.float32)
    seconds = median_of(1, lambda: vector_pairs(vectors))
    yield Figure("pairs alike among 20,000 x 256, all with all", seconds, "s", 20.0)
    yield from _near(rng)


def _near(rng: np.random.Generator) -> Iterator[Figure]:
    cells = Cells(rng.normal(0, 1, (MILLION, 2)).astype(np.float32))
    turn = np.linspace(0, 2 * np.pi, 400)
    star = np.stack([np.cos(turn), np.sin(turn)], 1) * (1 + 0.4 * np.sin(5 * turn))[:, None]
    for size in (0.05, 0.7):
        count, _ = count_within(cells, star * size, lasso=True)
        one = star * size
        seconds = median_of(9, lambda one=one: count_within(cells, one, lasso=True))
        words = f"count of {count:,} of 1,000,000 while a lasso is drawn"
        yield Figure(words, 1e3 * seconds, "ms", 16.0)
    seconds = median_of(9, lambda: nearest_on_map(cells, (0.3, 0.2), 100))
    yield Figure("the hundred nearest to a place of 1,000,000", 1e3 * seconds, "ms", 10.0)
