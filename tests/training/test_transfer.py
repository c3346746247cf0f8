"""EMU is measured with classifiers of another survey and with its own; nothing leaks."""

from __future__ import annotations

import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from radgalgui.analysis.classifiers import fit_classifier
from radgalgui.errors import DataError
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.emu import read_emu
from radgalgui_training.protocols import cross_validation
from radgalgui_training.published import DATASETS, read_published
from radgalgui_training.transfer import transfer


def _blobs(labels: np.ndarray, rng: np.random.Generator, *, wide: float) -> np.ndarray:
    """Draw sources: one lobe for class 0, two for class 1."""
    across, up = np.meshgrid(np.arange(150) - 74.5, np.arange(150) - 74.5)
    images = []
    for label in labels:
        apart = (2.5 * wide + rng.normal(0, 1)) * label
        lobes = [np.exp(-((across - s * apart) ** 2 + up**2) / (2 * wide**2)) for s in (-1, 1)]
        image = np.maximum(*lobes) + rng.normal(0, 0.01, across.shape)
        images.append(np.clip(255 * image, 0, 255).astype(np.uint8))
    return np.stack(images)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    folder = tmp_path / "mirabest" / "F_batches"
    folder.mkdir(parents=True)
    labels = np.arange(24) % 2
    batch = {
        "data": list(_blobs(labels, rng, wide=4)),
        "labels": np.where(labels == 1, 5, 0).tolist(),
        "filenames": ["x"] * 24,
    }
    (folder / "data_batch_1").write_bytes(pickle.dumps(batch))
    (tmp_path / "emu").mkdir()
    _write_emu(tmp_path, rng)
    return tmp_path


def _write_emu(root: Path, rng: np.random.Generator) -> None:
    labels = np.arange(32) % 2
    images = _blobs(labels, rng, wide=5)
    for image in images:  # other sources in the field, by which frames are told apart
        for angle in rng.uniform(0, 2 * np.pi, 5):
            x, y = (75 + 60 * np.asarray([np.cos(angle), np.sin(angle)])).astype(int)
            image[y - 5 : y + 5, x - 5 : x + 5] = 255
    names = np.where(labels == 1, "FR-II", "FR-I")
    names[30:] = "R"  # of no use here
    images[7] = np.roll(images[1], 1, axis=0)  # one source in two frames
    frames = np.asarray([f"{number // 2}.png" for number in range(32)])
    with h5py.File(root / "emu" / "emu_cutouts.h5", "w") as file:
        file["images"] = images
        file["label"] = names.astype("S16")
        file["frame"] = frames.astype("S16")
        file["box_px"] = np.full((32, 2), 60.0, np.float32)


def test_sources_of_one_frame_or_of_frames_that_overlap_stay_together(root: Path) -> None:
    data = read_emu(root)
    assert len(data) == 30
    assert set(data.labels.tolist()) == {"FRI", "FRII"}
    groups = data.groups
    assert groups is not None
    assert groups[0] == groups[1] == groups[6] == groups[7]
    assert groups[2] == groups[3] != groups[0]
    for train, test in cross_validation(data, 0):
        assert not set(groups[train].tolist()) & set(groups[test].tolist())
        assert len(train) + len(test) == 30


def test_only_the_source_is_shown_in_as_many_beams_as_first(root: Path) -> None:
    data = read_emu(root)
    away = np.hypot(*(np.mgrid[:150, :150] - 74.5))
    assert (data.images[:, away > 60 * np.sqrt(2) / 2] == 0).all()
    # 115.2" at 5.4" are 277" at 13", of which 150 pixels of 2" hold all.
    seen = data.seen(Preprocessing())
    assert seen.shape == (30, 1, 64, 64)
    width = (seen[0, 0] > 0.5).sum(axis=1).max()
    expected = (data.images[0] > 255 * np.sinh(0.5 * np.arcsinh(10)) / 10).sum(axis=1).max()
    assert width == pytest.approx(expected * 2.0 / (115.2 * 13 / 5.4 / 64), abs=1)


def test_both_are_measured_on_the_same_sources_and_the_drop_is_their_difference(
    root: Path, encoder: Encoder
) -> None:
    report = transfer(root, [encoder], draws=50)
    abroad, own = report.results
    assert (abroad.how, own.how) == ("fitted on mirabest-confident", "fitted on emu")
    assert (abroad.n_train, abroad.n_test, own.n_train, own.n_test) == (24, 30, 24, 30)
    home, emu = read_published("mirabest-confident", root), read_emu(root)
    vectors = [
        encoder.embed(data.seen(encoder.preprocessing), ignore_orientation=True)
        for data in (home, emu)
    ]
    predicted = fit_classifier("knn", vectors[0], home.labels).predict(vectors[1])
    assert abroad.accuracy == pytest.approx((predicted == emu.labels).mean())
    (drop,) = report.drops
    assert drop.scores["accuracy"] == pytest.approx(own.accuracy - abroad.accuracy)
    low, high = drop.intervals["accuracy"]
    assert low <= drop.scores["accuracy"] <= high


def test_a_damaged_set_is_refused_and_a_missing_one_told(root: Path, tmp_path: Path) -> None:
    with h5py.File(root / "emu" / "emu_cutouts.h5", "r+") as file:
        del file["box_px"]
    with pytest.raises(DataError, match="not the set of EMU sources"):
        read_emu(root)
    with pytest.raises(DataError, match="--root"):
        read_emu(tmp_path / "nowhere")


def test_no_recipe_can_learn_from_emu() -> None:
    assert "emu" not in DATASETS


@pytest.mark.real
def test_real_frames_overlap(shared_data: Path) -> None:
    data = read_emu(shared_data)
    assert np.unique(data.labels, return_counts=True)[1].tolist() == [404, 1408]
    assert data.groups is not None
    assert len(set(data.groups.tolist())) < 1586  # frames that hold such sources
