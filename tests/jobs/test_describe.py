"""What is told of a catalogue and of the machine is so, and what is damaged is not called whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import radgalgui_resources
from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.analysis.projection import pca_map
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import CatalogError
from radgalgui.jobs import doctor
from radgalgui.jobs.build import build_from_arrays
from radgalgui.jobs.describe import describe_catalog
from radgalgui.sky.look import Look
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


@pytest.fixture
def resources(tmp_path, monkeypatch) -> Path:
    """Return folders of weights, labels and classifiers in place of the bundled ones; empty."""
    for name in ("weights", "labels", "classifiers", "sets"):
        (tmp_path / name).mkdir()
    for module in (doctor, radgalgui_resources):
        monkeypatch.setattr(module, "path", lambda *parts: tmp_path.joinpath(*parts))
    return tmp_path


def test_the_doctor_says_what_is_not_installed(resources):
    (encoders,), (labels,) = doctor._encoders(), doctor._label_sets()
    assert (encoders.state, labels.state) == ("missing", "warning")
    assert "make labels" in labels.remedy
    assert list(doctor._networks()) == []


def test_the_doctor_tells_what_fits_together_and_what_does_not(
    resources, small_encoder, small_weights, labelled
):
    weights = resources / "weights" / "small.safetensors"
    shutil.copy(small_weights, weights)
    labelled.save(resources / "labels" / "shapes.safetensors")
    (encoder,), (labels,) = doctor._encoders(), doctor._label_sets()
    assert (encoder.state, labels.state) == ("ok", "ok")
    assert small_encoder.sha256[:12] in encoder.found
    assert labels.found == "60 sources, round, thin; seen by small"
    wide = replace(labelled, looks=(Look(960.0, 0.02),))
    wide.save(resources / "labels" / "shapes.safetensors")
    (labels,) = doctor._label_sets()
    assert labels.found.endswith("; seen by small, 16′ wide at softening 0.02")
    labelled.save(resources / "labels" / "shapes.safetensors")

    replace(labelled, weights={"small": "0" * 64}).save(resources / "labels" / "old.safetensors")
    replace(labelled, network="1" * 64, network_held_out=np.full((60, 2), 0.5)).save(
        resources / "labels" / "taught.safetensors"
    )
    (resources / "labels" / "torn.safetensors").write_bytes(b"nonsense")
    old, _, taught, torn = doctor._label_sets()
    assert old.state == taught.state == torn.state == "warning"
    assert "seen by no encoder as it is installed" in old.found
    assert "made without the fine-tuned network as installed" in taught.found
    assert "torn.safetensors" in torn.found

    (resources / "classifiers" / "shapes.safetensors").write_bytes(b"a network told of later")
    shapes = next(f for f in doctor._label_sets() if f.what == "label set shapes")
    assert "made without the fine-tuned network as installed" in shapes.found

    shutil.copy(weights, resources / "weights" / "other.safetensors")
    (resources / "weights" / "torn.safetensors").write_bytes(b"nonsense")
    other, _, torn = doctor._encoders()
    assert "calls itself 'small'" in other.found
    assert (other.state, torn.state) == ("warning", "warning")


def test_the_doctor_compares_published_sets_with_the_encoders(resources, small_weights, labelled):
    assert list(doctor._published_sets()) == []
    shutil.copy(small_weights, resources / "weights" / "small.safetensors")
    labelled.save(resources / "sets" / "shapes.safetensors")
    replace(labelled, weights={"small": "0" * 64}).save(resources / "sets" / "old.safetensors")
    (resources / "sets" / "torn.safetensors").write_bytes(b"nonsense")
    old, shapes, torn = doctor._published_sets()
    assert (old.state, shapes.state, torn.state) == ("warning", "ok", "warning")
    assert "made without small as installed" in old.found
    assert shapes.found == "60 images as they lie"


def test_the_doctor_tells_by_which_encoders_likelihoods_are_told(
    resources, monkeypatch, write_catalog, make_judge, small_encoder
):
    images = np.random.default_rng(0).random((60, 1, 64, 64)).astype(np.float32)
    path = write_catalog(resources / "catalogs" / "bundled", images, small_encoder)
    monkeypatch.setattr(doctor, "catalog_path", lambda: path)
    (found,) = doctor._likelihoods()
    assert (found.state, found.remedy) == ("warning", "'make catalog'")
    make_judge(path, "small")
    (found,) = doctor._likelihoods()
    assert (found.state, found.found) == ("ok", "of the bundled catalogue by small")
    make_judge(path, "small", generator="1" * 64)
    (found,) = doctor._likelihoods()
    assert found.state == "warning"
    assert "another vdvae than is installed" in found.found
    Catalog.open(path).judge_path("small").write_bytes(b"nonsense")
    (found,) = doctor._likelihoods()
    assert "cannot be read" in found.found


def test_the_doctor_loads_networks(resources, small_encoder):
    from radgalgui.models.network_classifier import ClassifyingNetwork, pack_members
    from radgalgui.models.weights import save_weights

    card = {**small_encoder.card, "classes": ["round", "thin"], "temperature": 1.0}
    tensors = pack_members([ClassifyingNetwork(small_encoder._network, 2)])
    folder = resources / "classifiers"
    for name in ("other", "shapes"):
        save_weights(folder / f"{name}.safetensors", tensors, {**card, "label_set": "shapes"})
    shutil.copy(folder / "shapes.safetensors", folder / "torn.safetensors")
    with (folder / "torn.safetensors").open("r+b") as file:
        file.truncate(3000)
    other, shapes, torn = doctor._networks()
    assert (other.state, shapes.state, torn.state) == ("warning", "ok", "warning")
    assert shapes.found.startswith("round, thin, sha256 ")
    assert "was taught the labels 'shapes'" in other.found
