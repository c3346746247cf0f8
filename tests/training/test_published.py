"""Published sets are found where people keep them, with their own split, and nothing is run."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from radgalgui.errors import DataError, UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.rings import emission_in_rings
from radgalgui_training.datasets import read_frdeep, read_mirabest
from radgalgui_training.datasets.finding import found_folder
from radgalgui_training.datasets.mirabest import is_confident
from radgalgui_training.published import DATASETS, read_published

PARTS = {"mirabest-confident": "mirabest/F_batches", "frdeep-nvss": "frdeep/NVSS_PNG_dataset"}
NAMES = {
    "mirabest-confident": ["100", "102", "104", "110", "112", "200", "201", "210", "300", "310"],
    "frdeep-nvss": ["FRI", "FRII"],
}


class _Planted:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch planted",)


def _write(folder: Path, name: str, labels: list[int], *, pixel: int = 1) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    images = np.full((len(labels), 150 * 150), pixel, np.uint8)
    batch = {"data": list(images), "labels": labels, "filenames": ["a.png"] * len(labels)}
    (folder / name).write_bytes(pickle.dumps(batch))


def _published(root: Path, dataset: str) -> Path:
    folder = root / PARTS[dataset]
    last = len(NAMES[dataset]) - 1
    for number in (10, 2, 1):
        _write(folder, f"data_batch_{number}", [0, 1, last], pixel=number)
    _write(folder, "test_batch", [1, 0, min(last, 6)], pixel=99)
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": NAMES[dataset]}))
    return folder


@pytest.mark.parametrize("up", range(3))
@pytest.mark.parametrize("dataset", PARTS)
def test_batches_are_found_from_any_folder_above(tmp_path: Path, dataset: str, up: int) -> None:
    folder = _published(tmp_path, dataset)
    data = read_published(dataset, [folder, folder.parent, folder.parent.parent][up])
    kept = 2 if dataset == "mirabest-confident" else 3  # hybrids are not confident
    assert data.images[:, 0, 0].tolist() == [1] * kept + [2] * kept + [10] * kept + [99] * 3
    assert data.test.tolist() == [False] * 3 * kept + [True] * 3
    expected = ["FRI"] * 3 if kept == 2 else ["FRII", "FRI", "FRII"]
    assert data.labels[-3:].tolist() == [*expected[:2], "FRII"]


@pytest.mark.parametrize(("told", "few"), [(4, "3 of 4 batches"), (3, ""), (None, "")])
def test_batches_that_lack_are_told(tmp_path: Path, told: int | None, few: str) -> None:
    folder = _published(tmp_path, "frdeep-nvss")
    first = pickle.loads((folder / "data_batch_1").read_bytes())
    label = {} if told is None else {"batch_label": f"training batch 1 of {told}"}
    (folder / "data_batch_1").write_bytes(pickle.dumps({**first, **label}))
    data = read_published("frdeep-nvss", tmp_path)
    assert data.few == data.select(~data.test).few == few


def test_batches_are_found_deeper_and_two_of_a_kind_are_told_apart(tmp_path: Path) -> None:
    folder = _published(tmp_path / "surveys" / "labelled", "frdeep-nvss")
    _published(tmp_path / "surveys" / "labelled", "mirabest-confident")
    assert found_folder(tmp_path / "surveys", ("frdeep", folder.name), "data_batch_1") == folder
    with pytest.raises(DataError, match=r"holds no data_batch_1.*--root"):  # four levels are many
        found_folder(tmp_path, ("frdeep", folder.name), "data_batch_1")
    _published(tmp_path / "surveys" / "again", "frdeep-nvss")
    with pytest.raises(DataError, match=r"more than once \(.*again.*labelled.*--root"):
        read_published("frdeep-nvss", tmp_path / "surveys")


def test_a_test_batch_that_would_run_a_command_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    folder = _published(tmp_path, "mirabest-confident")
    (folder / "test_batch").write_bytes(pickle.dumps({"data": _Planted(), "labels": [0]}))
    with pytest.raises(DataError, match="test_batch"):
        read_published("mirabest-confident", tmp_path)
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize("dataset", DATASETS)
def test_what_is_not_there_is_told(tmp_path: Path, dataset: str) -> None:
    with pytest.raises(DataError, match="--root"):
        read_published(dataset, tmp_path)


def test_one_set_is_not_taken_for_another(tmp_path: Path) -> None:
    folder = _published(tmp_path, "frdeep-nvss")
    with pytest.raises(DataError, match="other classes"):
        read_published("mirabest-confident", folder)


@pytest.mark.parametrize("labels", [[0, 2], [-1, 0], []])
def test_labels_of_no_class_are_refused(tmp_path: Path, labels: list[int]) -> None:
    folder = _published(tmp_path, "frdeep-nvss")
    _write(folder, "test_batch", labels)
    with pytest.raises(DataError, match=r"test_batch.*labels"):
        read_published("frdeep-nvss", folder)


def _rgd_file(root: Path) -> Path:
    (root / "rgd").mkdir(parents=True)
    path = root / "rgd" / "galaxy_data_h5.h5"
    with h5py.File(path, "w") as file:
        for number in range(12):
            group = file.create_group(f"data_{number}")
            group["Img"] = np.full((300, 300), number, np.uint8)
            group["Label_literature"] = float(number % 4)
            group["Split_literature"] = ["train", "valid", "test"][number // 4]
        group = file.create_group("data_12")  # in another label set only
        group["Split_literature"] = "none"
    return path


@pytest.mark.parametrize("up", range(3))
def test_rgd_is_read_with_its_published_split(tmp_path: Path, up: int) -> None:
    path = _rgd_file(tmp_path)
    data = read_published("rgd", [path.parent, path.parent.parent][up] if up < 2 else tmp_path)
    assert data.images[:, 0, 0].tolist() == list(range(12))
    assert data.labels[:4].tolist() == ["FRI", "FRII", "Compact", "Bent"]
    assert data.test.tolist() == [False] * 8 + [True] * 4


def test_a_damaged_rgd_is_refused(tmp_path: Path) -> None:
    path = _rgd_file(tmp_path)
    with h5py.File(path, "r+") as file:
        del file["data_3/Label_literature"]
        file["data_3/Label_literature"] = 9.0
    with pytest.raises(DataError, match="not the Radio Galaxy Dataset"):
        read_published("rgd", tmp_path)


def test_only_the_field_that_is_shown_counts(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for dataset in PARTS:
        folder = _published(tmp_path, dataset)
        images = rng.integers(0, 255, (2, 150, 150), np.uint8)
        batch = {"data": list(images), "labels": [0, 1], "filenames": ["a", "b"]}
        (folder / "data_batch_1").write_bytes(pickle.dumps(batch))
    preprocessing = Preprocessing()
    first = read_published("mirabest-confident", tmp_path).seen(preprocessing)
    nvss = read_published("frdeep-nvss", tmp_path)
    seen = nvss.seen(preprocessing)
    assert first.shape[1:] == seen.shape[1:] == (1, 64, 64)
    assert seen.dtype == np.float32
    assert 0 <= seen.min() <= seen.max() <= 1
    # A resampled image knows nothing of what lies outside its field.
    side = round(nvss.look.field / nvss.pixel_scale)
    edge = 75 - side // 2
    outside = np.ones((150, 150), dtype=bool)
    outside[edge : edge + side, edge : edge + side] = False
    nvss.images[:, outside] = 0
    np.testing.assert_array_equal(nvss.seen(preprocessing), seen)


def test_classifiers_are_given_every_look_side_by_side(tmp_path: Path, encoder: Encoder) -> None:
    _published(tmp_path, "frdeep-nvss")
    data = read_published("frdeep-nvss", tmp_path)
    data.images[:] = np.random.default_rng(0).integers(0, 255, data.images.shape)
    own = encoder.preprocessing
    seen = [replace(data, look=look).seen(own) for look in data.classifier_looks]
    assert len(seen) > 1
    apart = [
        np.hstack([encoder.embed(each, ignore_orientation=True), 2 * emission_in_rings(each)])
        for each in seen
    ]
    joined = data.vectors(encoder)
    np.testing.assert_allclose(joined, np.hstack(apart) / len(apart) ** 0.5, atol=1e-5)
    mean = np.mean([each @ each.T for each in apart], axis=0)
    np.testing.assert_allclose(joined @ joined.T, mean, rtol=1e-4)
    alone = replace(data, looks=())
    assert alone.classifier_looks == (data.look,)
    assert alone.vectors(encoder).shape == (len(data), encoder.dimension)


def test_twins_are_left_out_once(tmp_path: Path) -> None:
    _published(tmp_path, "frdeep-nvss")
    data = read_published("frdeep-nvss", tmp_path).without_repeats()
    assert data.images[:, 0, 0].tolist() == [1, 2, 10, 99]


@pytest.mark.real
def test_real_sets_agree_with_the_readers_that_training_uses(shared_data: Path) -> None:
    mirabest = read_mirabest(shared_data)
    confident = mirabest.select(is_confident(mirabest.labels))
    data = read_published("mirabest-confident", shared_data)
    train = data.select(~data.test)
    np.testing.assert_array_equal(train.images, confident.images)
    np.testing.assert_array_equal(train.seen(Preprocessing()), confident.seen(Preprocessing()))
    frdeep, nvss = read_frdeep(shared_data), read_published("frdeep-nvss", shared_data)
    np.testing.assert_array_equal(nvss.images[~nvss.test], frdeep.images)
    assert (nvss.labels[~nvss.test] == "FRII").sum() == (frdeep.labels == 1).sum()


def _sdss_file(root: Path) -> Path:
    (root / "sdss").mkdir(parents=True)
    path = root / "sdss" / "gz1_64.h5"
    rng = np.random.default_rng(0)
    told = ["elliptical", "spiral_acw", "spiral_cw", "edge_on", "merger", "unsure"] * 2
    with h5py.File(path, "w") as file:
        file["images"] = rng.integers(0, 255, (12, 64, 64, 3), np.uint8)
        file["label"] = np.asarray(told, dtype="S16")
        file["objid"] = np.arange(12) + 588848901530583233
    return path


@pytest.mark.parametrize("up", range(2))
def test_optical_galaxies_keep_their_three_bands(tmp_path: Path, up: int) -> None:
    path = _sdss_file(tmp_path)
    data = read_published("sdss", [path.parent, tmp_path][up])
    assert data.labels.tolist() == ["elliptical", "spiral", "spiral"] * 2
    assert (data.positive, data.channels) == ("spiral", 3)
    assert not data.test.any()
    edge_on = read_published("sdss-edge-on", tmp_path)
    assert set(edge_on.labels.tolist()) == {"elliptical", "spiral", "edge-on"}
    # Whatever pixels the encoder has, it is shown the whole image, band by band.
    seen = data.seen(Preprocessing(channels=3, pixel_scale=9.9))
    assert seen.shape == (6, 3, 64, 64)
    with h5py.File(path) as file:
        first = np.moveaxis(file["images"][0], -1, 0)
    for band in range(3):
        assert np.unravel_index(seen[0, band].argmax(), (64, 64)) == np.unravel_index(
            first[band].argmax(), (64, 64)
        )
    assert len(data.without_repeats()) == 6


def test_an_encoder_of_other_bands_is_refused(tmp_path: Path) -> None:
    _sdss_file(tmp_path)
    with pytest.raises(UsageError, match="sdss have 3 bands, and the encoder takes one band"):
        read_published("sdss", tmp_path).seen(Preprocessing())
    _published(tmp_path, "frdeep-nvss")
    with pytest.raises(UsageError, match="have one band, and the encoder takes 3 bands"):
        read_published("frdeep-nvss", tmp_path).seen(Preprocessing(channels=3))
