"""What tests of classes share: an encoder that has learned nothing, and labels in its vectors."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.jobs.supervisor import Engine
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import save_weights

CLASSES = ("round", "thin")


def shapes(count: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw round and thin blobs, (N, 1, 64, 64) in [0, 1], and which they are: 0 or 1."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[-32:32, -32:32]
    images = np.empty((count, 1, 64, 64), dtype=np.float32)
    for image, code in zip(images, codes, strict=True):
        turn, wide = rng.uniform(0, np.pi), rng.uniform(4, 7)
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        narrow = wide / (1 if code == 0 else 5)
        image[0] = np.exp(-0.5 * ((along / wide) ** 2 + (across / narrow) ** 2))
    return images, codes


@pytest.fixture(scope="session")
def all_at_once() -> Callable[[Engine], AbstractContextManager[None]]:
    """Return what lets an engine hear of several requests before it has answered the first.

    However slowly they are put: its process stands still meanwhile.
    """

    @contextmanager
    def standing_still(engine: Engine) -> Iterator[None]:
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(engine.pid, signal.SIGCONT)

    return standing_still


@pytest.fixture(scope="session")
def small_weights(
    make_untaught: Callable[[], tuple[Any, dict[str, Any]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the weights file of `small_encoder`."""
    network, card = make_untaught()
    path: Path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


@pytest.fixture(scope="session")
def small_encoder(small_weights: Path) -> Encoder:
    """Return a network with chance weights; its vectors tell round from thin all the same."""
    return Encoder.load(small_weights)


@pytest.fixture(scope="session")
def labelled(small_encoder: Encoder) -> LabelledVectors:
    """Return 60 labelled blobs as the encoder sees them, held out by two classifiers."""
    from radgalgui.analysis.held_out import HeldOut

    images, codes = shapes(60)
    vectors = small_encoder.embed(images, ignore_orientation=True)
    names = np.asarray(CLASSES)[codes]
    return LabelledVectors(
        name="shapes",
        classes=CLASSES,
        codes=codes.astype(np.int64),
        vectors={"small": vectors},
        weights={"small": small_encoder.sha256},
        held_out={"small": {n: HeldOut(n, vectors, names).run() for n in ("knn", "lr")}},
    )


@pytest.fixture(scope="session")
def draw_shapes() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Return `shapes`, for tests in rooms of their own."""
    return shapes
