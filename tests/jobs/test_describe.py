"""What is told of a catalogue and of the machine is so, and what is damaged is not called whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from radgalgui.analysis.maps import pca_map
from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import CatalogError
from radgalgui.jobs import doctor
from radgalgui.jobs.build import build_from_arrays
from radgalgui.jobs.describe import describe_catalog
from radgalgui.sky.preprocess import Preprocessing


@pytest.fixture
def catalog(tmp_path) -> Path:
    """Write 30 sources with vectors, an index and a map."""
    rng = np.random.default_rng(0)
    names = np.array([f"source {i}" for i in range(30)])
    columns = {"name": names, "ra": rng.uniform(0, 360, 30), "dec": rng.uniform(-90, 90, 30)}
    images = rng.random((30, 1, 64, 64), dtype=np.float32)
    path = tmp_path / "catalogue"
    build_from_arrays(path, images, columns, preprocessing=Preprocessing(), title="for tests")
    vectors = rng.standard_normal((30, 8)).astype(np.float16)
    places, projection = pca_map(vectors)
    with CatalogUpdate(path) as update:
        update.add_embeddings("some", vectors, weights_sha256="0" * 64)
        update.add_index("some", HnswIndex.build(vectors))
        update.add_map("some", "pca", places, projection=projection)
    return path


def test_a_whole_catalogue_is_described(catalog):
    facts = describe_catalog(catalog)
    assert facts["sources"] == 30
    assert facts["simulated"] is False
    assert facts["encoders"] == {"some": "8-d"}
    assert facts["maps"] == {"some": "pca"}


@pytest.mark.parametrize(
    "name", ["images.npy", "embeddings/some.npy", "index/some.hnsw", "maps/some-pca.npy",
             "maps/some-pca.npz", "sources.parquet"]
)  # fmt: skip
def test_a_damaged_file_of_the_right_length_is_noticed(catalog, name):
    """All but pixels and vectors, of which only the head tells what they are."""
    path = catalog / name
    damaged = bytearray(path.read_bytes())
    damaged[:200] = bytes(200)
    path.write_bytes(damaged)
    with pytest.raises(CatalogError):
        describe_catalog(catalog)


def test_the_doctor_asks_for_just_what_the_project_declares():
    tomllib = pytest.importorskip("tomllib")
    project = Path(__file__).parents[2] / "pyproject.toml"
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=!~ ;\[]", requirement)[0] for requirement in declared}
    assert {finding.what for finding in map(doctor._package, doctor._PACKAGES)} == names


def test_a_qt_that_does_not_start_is_told_and_not_waited_for(monkeypatch):
    def hang(*arguments, timeout, **options):
        raise subprocess.TimeoutExpired(sys.executable, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    assert doctor._qt().state == "missing"
