"""Small catalogues that tests may open, change and break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.sky.preprocess import Preprocessing

COUNT, SIDE, DIMENSION = 30, 12, 5


class Saved:
    """Something that writes itself, as an index or a projection does."""

    def __init__(self, content: bytes, side: bytes | None = None) -> None:
        self.content, self.side = content, side

    def save(self, path: Path, /) -> None:
        path.write_bytes(self.content)
        if self.side is not None:
            path.with_name(f"{path.name}.json").write_bytes(self.side)


def chunk(first: int, stop: int) -> tuple[dict[str, Any], np.ndarray]:
    """Return columns and images of sources ``first`` to ``stop``, each always the same."""
    columns: dict[str, list[Any]] = {"name": [], "ra": [], "dec": [], "label": [], "size": []}
    images = []
    for i in range(first, stop):
        rng = np.random.default_rng(i)
        columns["name"].append(f"SIM J{i:04d}+00")
        columns["ra"].append(rng.uniform(0, 360))
        columns["dec"].append(rng.uniform(-90, 90))
        columns["label"].append(None if i % 7 == 0 else "FRI")
        columns["size"].append(np.nan if i % 5 == 0 else rng.uniform(5, 50))
        image = rng.random((1, SIDE, SIDE)).astype(np.float32)
        images.append(np.where(image < 0.8, 0, image))
    return columns, np.array(images)


def write(path: Path, *, count: int = COUNT, step: int = 8, **options: Any) -> Path:
    """Write a catalogue of sources and images."""
    settings = Preprocessing(size=SIDE)
    with CatalogWriter(path, settings, **{"title": "a test", "seed": 1, **options}) as writer:
        for first in range(0, count, step):
            writer.append(*chunk(first, min(first + step, count)))
    return path


def vectors(count: int = COUNT, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float16)


def scores(count: int = COUNT, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(99 + seed).standard_normal((count, 5)).astype(np.float32)
    rows[::4, 4] = np.nan
    return rows


def embed(path: Path, encoder: str = "simclr", sha: str = "a" * 64, seed: int = 0) -> Path:
    """Add vectors, an index, two maps and likelihoods to a catalogue."""
    with CatalogUpdate(path) as update:
        rows = vectors(update.manifest.count, seed)
        update.add_embeddings(encoder, rows, weights_sha256=sha)
        update.add_index(encoder, Saved(b"index" + bytes([seed]), b"{}"))
        update.add_map(encoder, "umap", rows[:, :2])
        update.add_map(encoder, "pca", rows[:, 2:4], projection=Saved(b"projection"))
        update.add_likelihood(encoder, scores(update.manifest.count, seed), Saved(b"judge"))
    return path


@pytest.fixture
def make() -> SimpleNamespace:
    """Return the functions above: conftest cannot be imported."""
    return SimpleNamespace(
        write=write, embed=embed, chunk=chunk, vectors=vectors, scores=scores, saved=Saved,
        count=COUNT, side=SIDE,
    )  # fmt: skip


@pytest.fixture(params=["plain", "packed"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a whole catalogue, with its images in either way."""
    return embed(write(tmp_path / "survey", compact=request.param == "packed"))


@pytest.fixture
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    """Return a function that reads all files under a folder."""

    def read(path: Path) -> dict[str, bytes]:
        files = (p for p in sorted(path.rglob("*")) if p.is_file())
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in files}

    return read
