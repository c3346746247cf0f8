"""Published sets are read as published; what is damaged is told."""

from __future__ import annotations

import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from radgalgui.errors import DataError
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets import read_frdeep, read_mirabest, read_rgd, read_sdss
from radgalgui_training.datasets.kept import join, keep, load_kept, save_kept
from radgalgui_training.datasets.labelled import central_crop
from radgalgui_training.datasets.mirabest import is_confident, is_frii
from radgalgui_training.datasets.mixture import training_images
from radgalgui_training.recipes import DataSettings

PREPROCESSING = Preprocessing()


@pytest.mark.real
def test_mirabest_is_as_published(shared_data: Path) -> None:
    data = read_mirabest(shared_data)
    assert data.images.shape == (1099, 150, 150)
    assert is_confident(data.labels).sum() == 729
    classes = np.asarray([data.classes[int(label)] for label in data.labels])
    assert all(name.startswith(code) for name, code in zip(data.names, classes, strict=True))
    assert (is_frii(data.labels) == np.char.startswith(classes, "2")).all()
    first = data.names.tolist().index("100_123.251+043.797_0.1281_0034.09.png")
    assert (data.ra[first], data.dec[first]) == (123.251, 43.797)


@pytest.mark.real
def test_frdeep_is_as_published(shared_data: Path) -> None:
    data = read_frdeep(shared_data)
    assert data.images.shape == (550, 150, 150)
    named = np.char.find(data.names, "_FR1_") >= 0, np.char.find(data.names, "_FR2_") >= 0
    assert set(data.labels[named[0]].tolist()) == {0}
    assert 0 not in data.labels[named[1]]


@pytest.mark.real
def test_rgd_is_as_published_without_its_test_split(shared_data: Path) -> None:
    data = read_rgd(shared_data)
    assert data.images.shape == (1858, 300, 300)
    assert np.bincount(data.labels).tolist() == [411, 819, 340, 288]
    assert np.isfinite(data.ra).all()
    assert (np.abs(data.dec) < 90).all()


@pytest.mark.real
def test_published_images_become_what_an_encoder_sees(shared_data: Path) -> None:
    seen = read_mirabest(shared_data).select(np.arange(20)).seen(PREPROCESSING)
    assert seen.shape == (20, 1, 64, 64)
    assert seen.dtype == np.float32
    assert seen.min() == 0
    assert (seen.max(axis=(1, 2, 3)) == 1).all()
    middle = seen[:, 0, 22:42, 22:42].max(axis=(1, 2))
    assert np.median(middle) > 0.9


def _write_batch(folder: Path, number: int, **changes: object) -> None:
    batch = {
        "data": [np.full((150, 150), number, np.uint8)] * 2,
        "labels": [0, 5],
        "filenames": ["a.png", "b.png"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"data_batch_{number}").write_bytes(pickle.dumps({**batch, **changes}))


def test_batches_are_read_in_numerical_order(tmp_path: Path) -> None:
    folder = tmp_path / "mirabest" / "F_batches"
    for number in (10, 2, 1):
        _write_batch(folder, number)
    (folder / "test_batch").write_bytes(b"never looked at")
    assert read_mirabest(tmp_path).images[::2, 0, 0].tolist() == [1, 2, 10]


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": [0]},
        {"filenames": ["a"]},
        {"data": [np.zeros((10, 10), np.uint8)] * 2},
        {"data": [np.zeros((150, 150))] * 2},
        {"labels": None},
        {"labels": [0, 1.5]},
        {"labels": [0, float("nan")]},
        {"labels": ["0", "1"]},
        {"data": [], "labels": [], "filenames": []},
    ],
)
def test_a_damaged_batch_is_named(tmp_path: Path, changes: dict[str, object]) -> None:
    _write_batch(tmp_path / "mirabest" / "F_batches", 1, **changes)
    with pytest.raises(DataError, match=r"data_batch_1: is not a batch of 150 x 150 images"):
        read_mirabest(tmp_path)


@pytest.mark.parametrize("read", [read_mirabest, read_frdeep, read_rgd])
def test_a_missing_set_is_told(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(DataError, match=r"data_batch_1|fetch"):
        read(tmp_path)


@pytest.mark.parametrize("side", [64, 65, 150, 300])
def test_the_middle_stays_the_middle(side: int) -> None:
    image = np.zeros((side, side))
    image[side // 2, side // 2] = 1
    cut = central_crop(image, 64)
    assert cut.shape == (64, 64)
    assert cut[32, 32] == 1


def test_too_small_images_are_refused() -> None:
    with pytest.raises(DataError, match="63 x 64"):
        central_crop(np.zeros((64, 63)), 64)


def test_kept_images_are_over_their_peaks(tmp_path: Path) -> None:
    images = np.random.default_rng(0).uniform(-1, 1, (3, 150, 150))
    images[:, 75, 75] = (20, 50, 2)  # the last does not rise above its noise
    images[0, 0, 0] = 1e6  # outside what is kept
    images[1, 70, 70] = np.nan
    kept = keep(images, 1.0, side=112, seen=64)
    assert kept.images.shape == (2, 1, 112, 112)
    assert kept.images.max(axis=(1, 2, 3)).tolist() == [1, 1]
    np.testing.assert_allclose(kept.noise, [0.05, 0.02])
    save_kept(kept, tmp_path / "cache" / "set")
    again = load_kept(tmp_path / "cache" / "set")
    assert again is not None
    np.testing.assert_array_equal(again.images, kept.images)
    np.testing.assert_array_equal(again.noise, kept.noise)
    assert load_kept(tmp_path / "cache" / "other") is None


def test_a_share_is_always_the_same_share() -> None:
    images = np.ones((50, 64, 64)) * np.arange(1, 51)[:, None, None]
    kept = keep(images, np.arange(50) / 1000, side=64, seen=64)
    half = kept.share(0.5, seed=0)
    assert len(half) == 25
    np.testing.assert_array_equal(half.noise, kept.share(0.5, seed=0).noise)
    assert len(join([half, kept])) == 75


def test_simulated_sources_come_from_the_cache_the_second_time(tmp_path: Path) -> None:
    calls: list[int] = []

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        calls.append(done)

    settings = DataSettings(simulated=5)
    first, second = (
        training_images(settings, PREPROCESSING, data=None, cache=tmp_path, progress=progress)
        for _ in range(2)
    )
    assert calls == [5]
    assert first.keys() == {"simulated"}
    np.testing.assert_array_equal(first["simulated"].images, second["simulated"].images)


def test_a_recipe_without_images_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\[data\] chooses no images"):
        training_images(DataSettings(), PREPROCESSING, data=None, cache=tmp_path)


@pytest.mark.real
def test_fields_give_the_source_in_the_middle_and_the_others(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "first_fields"
    folder.mkdir()
    for path in sorted((shared_data / "first_fields").glob("*.fits.fz"))[:12]:
        (folder / path.name).symlink_to(path.resolve())
    settings = DataSettings(fields=1.0, islands=1.0)
    parts = training_images(settings, PREPROCESSING, data=tmp_path, cache=tmp_path / "cache")
    assert len(parts["fields"]) == 12
    assert len(parts["islands"]) >= 3
    for part in parts.values():
        assert part.images.shape[1:] == (1, 112, 112)
        assert (part.noise > 0).all()
        assert (part.noise < 1 / 3).all()


@pytest.mark.real
def test_sdss_has_three_bands_and_classes_by_name(shared_data: Path) -> None:
    data = read_sdss(shared_data)
    assert data.images.shape == (3085, 3, 64, 64)
    counts = {data.classes[k]: int((data.labels == k).sum()) for k in data.classes}
    assert counts["elliptical"] == 1477
    assert counts["spiral_acw"] + counts["spiral_cw"] == 685
    assert len(set(data.names.tolist())) == len(data)
    seen = data.select(np.arange(5)).seen(
        Preprocessing(channels=3, pixel_scale=data.pixel_scale, beam=0)
    )
    assert seen.shape == (5, 3, 64, 64)
    assert seen.max() == 1


def test_a_file_that_is_not_the_set_of_sdss_galaxies_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sdss").mkdir()
    with pytest.raises(DataError, match="not the set of SDSS galaxies"):
        read_sdss(tmp_path)
    for images, labels in (
        (np.zeros((2, 64, 64), np.uint8), [b"elliptical", b"merger"]),
        (np.zeros((2, 64, 64, 3), np.uint8), [b"elliptical", b"comet"]),
        (np.zeros((0, 64, 64, 3), np.uint8), []),
    ):
        with h5py.File(tmp_path / "sdss" / "gz1_64.h5", "w") as file:
            file["images"] = images
            file["label"] = np.asarray(labels, dtype="S16")
            file["objid"] = np.arange(len(labels))
        with pytest.raises(DataError, match=r"gz1_64\.h5"):
            read_sdss(tmp_path)
