"""A small catalogue with likelihoods that took no training: a new flow is a Gaussian."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing


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
def write_catalog() -> Callable[..., Path]:
    """Return what writes a catalogue of images, and their vectors if there is an encoder."""

    def write(
        path: Path,
        images: np.ndarray,
        encoder: Encoder | None = None,
        *,
        preprocessing: Preprocessing | None = None,
    ) -> Path:
        n = len(images)
        columns = {
            "name": np.array([f"{path.name} {i}" for i in range(n)], dtype=object),
            "ra": np.linspace(10, 20, n),
            "dec": np.zeros(n),
            "label": np.array([("round", "long")[i % 2] for i in range(n)], dtype=object),
        }
        eyes = preprocessing or (Preprocessing() if encoder is None else encoder.preprocessing)
        with CatalogWriter(path, eyes, title=path.name.title()) as writer:
            writer.append(columns, images)
        if encoder is not None:
            vectors = encoder.embed(images).astype(np.float16)
            with CatalogUpdate(path) as update:
                update.add_embeddings(encoder.name, vectors, weights_sha256=encoder.sha256)
        return path

    return write


@pytest.fixture(scope="session")
def make_judge() -> Callable[..., Any]:
    """Return what adds likelihoods to a catalogue; ``redrawn`` are reconstructions' scores."""

    def make(
        path: Path, encoder: str, *, redrawn: np.ndarray | None = None, generator: str = ""
    ) -> Any:
        from radgalgui.analysis.opinions import Opinions
        from radgalgui.jobs.likelihood.judge import Judge, as_scores
        from radgalgui.jobs.likelihood.standing import Standing
        from radgalgui.models.flows.density import Density, Member
        from radgalgui.models.flows.engines import Shape, make_flow
        from radgalgui.models.flows.whitening import Whitening

        with Catalog.open(path) as catalog:
            vectors = np.array(catalog.embeddings(encoder))
        wide = vectors.astype(np.float64)
        covariance = np.cov(wide, rowvar=False)
        whitening = Whitening.of_moments(wide.mean(axis=0), covariance, shrinkage=0.01)
        shape = Shape("denmarf", vectors.shape[1], 1, 8)
        density = Density([Member(whitening, make_flow(shape), 100.0)], shape, stored="float16")
        opinions, second = Opinions.fit(vectors)
        told = np.full(len(vectors), np.nan) if redrawn is None else redrawn
        scores = as_scores(density.log_likelihood(vectors), second, told)
        card = {
            "encoder": encoder,
            "count": len(vectors),
            "dimension": vectors.shape[1],
            "generator_sha256": generator,
        }
        judge = Judge(encoder, density, opinions, Standing(scores), card)
        with CatalogUpdate(path) as update:
            update.add_likelihood(encoder, scores, judge)
        return judge

    return make


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
