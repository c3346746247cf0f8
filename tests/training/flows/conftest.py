"""Vectors whose density is known."""

from __future__ import annotations

import numpy as np
import pytest

SIZE = 4


@pytest.fixture(scope="session")
def turned() -> np.ndarray:
    """What normal numbers are multiplied by to be `gaussian`."""
    return np.random.default_rng(5).normal(size=(SIZE, SIZE))


@pytest.fixture(scope="session")
def gaussian(turned: np.ndarray) -> np.ndarray:
    """Correlated normal vectors around 2, shape (6000, 4)."""
    rng = np.random.default_rng(6)
    return (rng.normal(size=(6000, SIZE)) @ turned + 2).astype(np.float32)


@pytest.fixture(scope="session")
def bananas() -> np.ndarray:
    """Vectors that lie along a parabola, which no Gaussian describes, shape (3000, 4)."""
    vectors = np.random.default_rng(7).normal(size=(3000, SIZE))
    vectors[:, 1] = vectors[:, 0] ** 2 + 0.1 * vectors[:, 1]
    return vectors.astype(np.float32)
