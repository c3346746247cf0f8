"""Vectors in clusters, for tests of maps."""

from __future__ import annotations

import numpy as np

CLUSTERS = 6


def labelled(n: int = 600, dimension: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((CLUSTERS, dimension))
    labels = rng.integers(0, CLUSTERS, n)
    return (centres[labels] + 0.3 * rng.standard_normal((n, dimension))).astype(np.float32), labels
