"""A small catalogue with likelihoods that took no training: a new flow is a Gaussian."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.models.encoder import Encoder


def blobs(count: int, *, seed: int = 0) -> np.ndarray:
    """Draw round and long blobs at all angles, (N, 1, 64, 64) in [0, 1]."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-32:32, -32:32]
    images = np.empty((count, 1, 64, 64), dtype=np.float32)
    for image in images:
        turn, wide, thin = rng.uniform(0, np.pi), rng.uniform(4, 7), rng.uniform(1, 4)
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        image[0] = np.exp(-0.5 * ((along / wide) ** 2 + (across / wide * thin) ** 2))
    return images


def static(count: int, *, seed: int = 1) -> np.ndarray:
    """Draw noise, (N, 1, 64, 64) in [0, 1]."""
    return np.random.default_rng(seed).random((count, 1, 64, 64)).astype(np.float32)


@pytest.fixture(scope="session")
def draw_blobs() -> Callable[..., np.ndarray]:
    """Return `blobs`, for modules that cannot import it."""
    return blobs


@pytest.fixture(scope="session")
def draw_static() -> Callable[..., np.ndarray]:
    """Return `static`."""
    return static


@pytest.fixture(scope="session")
def judged(
    write_catalog: Callable[..., Path],
    make_judge: Callable[..., Any],
    small_encoder: Encoder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a catalogue of 200 blobs with likelihoods by the small encoder."""
    path = write_catalog(tmp_path_factory.mktemp("judged") / "judged", blobs(200), small_encoder)
    make_judge(path, small_encoder.name)
    return path
