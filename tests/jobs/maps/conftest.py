"""A small catalogue with vectors in clusters, and a folder for what the user owns."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.update import CatalogUpdate
from tests.analysis.clusters import labelled

COUNT = 60


@pytest.fixture(scope="session")
def plain(write_catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalogue with the vectors of two encoders, and no maps."""
    path: Path = tmp_path_factory.mktemp("maps") / "survey"
    write_catalog(path, np.random.default_rng(5).random((COUNT, 1, 64, 64)).astype(np.float32))
    with CatalogUpdate(path) as update:
        for number, name in enumerate(("one", "two")):
            rows = labelled(COUNT, 8, seed=number)[0].astype(np.float16)
            update.add_embeddings(name, rows, weights_sha256=str(number) * 64)
    return path


@pytest.fixture
def survey(plain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain, tmp_path / "survey"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what the user owns in a folder of the test."""
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
