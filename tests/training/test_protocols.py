"""The published protocol: fitted on the training part alone, or cross-validated, and told which."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from radgalgui.analysis.classifiers import fit_classifier
from radgalgui.errors import Cancelled, DataError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken
from radgalgui.sky.look import look_words
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.literature import PUBLISHED_RESULTS
from radgalgui_training.protocols import evaluate
from radgalgui_training.published import DATASETS, read_published


def _write(folder: Path, name: str, count: int, *, seed: int, flip: bool = False) -> None:
    """Write a batch of blobs; FRI are narrower than FRII, more or less."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    width = np.where(labels == 1, 9.0, 6.0) + rng.normal(0, 1.5, count)
    square = (np.arange(150) - 75) ** 2
    blobs = np.exp(-(square + square[:, None]) / (2 * width[:, None, None] ** 2))
    noisy = np.clip(255 * blobs + rng.normal(0, 3, blobs.shape), 0, 255).astype(np.uint8)
    codes = (1 - labels if flip else labels).tolist()
    batch = {"data": list(noisy), "labels": codes, "filenames": ["x"] * count}
    (folder / name).write_bytes(pickle.dumps(batch))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "NVSS_PNG_dataset"
    _write(folder, "data_batch_1", 20, seed=1)
    _write(folder, "data_batch_2", 20, seed=2)
    return folder


def test_a_published_test_part_is_measured_after_fitting_on_the_rest(
    folder: Path, encoder: Encoder
) -> None:
    _write(folder, "test_batch", 16, seed=3, flip=True)
    report = evaluate("frdeep-nvss", folder, [encoder], classifiers=["knn", "lr"], draws=50)
    assert "published test part" in report.protocol
    assert [(r.encoder, r.classifier) for r in report.results] == [
        ("small", "knn"),
        ("small", "lr"),
    ]
    data = read_published("frdeep-nvss", folder)
    vectors = data.vectors(encoder)
    for result in report.results:
        fitted = fit_classifier(result.classifier, vectors[:40], data.labels[:40])
        right = fitted.predict(vectors[40:]) == data.labels[40:]
        assert result.accuracy == pytest.approx(right.mean())
        assert result.recall == pytest.approx(right[data.labels[40:] == "FRII"].mean())
        assert result.specificity == pytest.approx(right[data.labels[40:] == "FRI"].mean())
        # Labels of the test part are the wrong way round: had they been learned from, this failed.
        assert result.accuracy < 0.5
        assert result.roc_auc < 0.5
        assert (result.n_train, result.n_test) == (40, 16)
        assert np.sum(result.confusion) == 16
        for low, high in result.intervals.values():
            assert low <= high


def test_without_a_test_part_every_source_is_measured_once_a_repeat(
    folder: Path, encoder: Encoder
) -> None:
    report = evaluate("frdeep-nvss", folder, [encoder], classifiers=["knn"], draws=50)
    (result,) = report.results
    assert "5-fold cross-validation" in report.protocol
    assert "repeated 5 times" in report.protocol
    looks = read_published("frdeep-nvss", folder).classifier_looks
    assert report.protocol.endswith(f"sources seen {look_words(looks)}")
    assert (result.n_train, result.n_test) == (32, 40)
    confusion = np.asarray(result.confusion)
    assert confusion.sum(axis=1).tolist() == [100, 100]
    assert result.accuracy == pytest.approx(np.trace(confusion) / 200)
    assert result.recall == pytest.approx(confusion[1, 1] / 100)
    assert result.specificity == pytest.approx(confusion[0, 0] / 100)
    assert result.accuracy > 0.6
    low, high = result.intervals["accuracy"]
    assert low < result.accuracy < high
    again = evaluate("frdeep-nvss", folder, [encoder], classifiers=["knn"], draws=50)
    assert again == report


def test_a_twin_is_left_out_of_cross_validation(folder: Path, encoder: Encoder) -> None:
    _write(folder, "data_batch_3", 20, seed=2)
    report = evaluate("frdeep-nvss", folder, [encoder], classifiers=["knn"], draws=2)
    assert report.results[0].n_test == 40


def test_the_report_is_json_without_nan(folder: Path, encoder: Encoder) -> None:
    _write(folder, "test_batch", 1, seed=3)  # one FRI: no AUC, no recall
    report = evaluate("frdeep-nvss", folder, [encoder], classifiers=["knn"], draws=2)
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    (row,) = told["results"]
    assert row["roc_auc"] is row["recall"] is None
    assert row["specificity"] in (0, 1)
    assert told["dataset"] == "frdeep-nvss"
    keys = [
        "encoder",
        "classifier",
        "accuracy",
        "roc_auc",
        "specificity",
        "recall",
        "n_train",
        "n_test",
    ]
    assert set(keys) <= set(row)


def test_progress_counts_fits_and_a_raised_token_stops(folder: Path, encoder: Encoder) -> None:
    calls: list[tuple[int, int | None]] = []
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        calls.append((done, total))
        if done == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        evaluate("frdeep-nvss", folder, [encoder], progress=progress, cancel=token)
    assert calls == [(0, 150), (1, 150), (2, 150), (3, 150)]


def test_too_few_sources_are_told(tmp_path: Path, encoder: Encoder) -> None:
    _write(tmp_path, "data_batch_1", 8, seed=0)
    with pytest.raises(DataError, match=r"too few.*4 FRI, 4 FRII.*5 or more"):
        evaluate("frdeep-nvss", tmp_path, [encoder])


def test_the_literature_is_about_sets_that_there_are() -> None:
    assert set(PUBLISHED_RESULTS) <= set(DATASETS)
    for results in PUBLISHED_RESULTS.values():
        for r in results:
            assert 0.5 < r.accuracy < 1
            assert r.roc_auc is None or r.accuracy - 0.05 < r.roc_auc < 1
            assert r.source.startswith("arXiv ")


def test_curves_and_sets_stand_in_the_report(folder: Path, encoder: Encoder) -> None:
    for test_part in (False, True):
        if test_part:
            _write(folder, "test_batch", 16, seed=3)
        told = evaluate("frdeep-nvss", folder, [encoder], classifiers=["knn", "lr"], draws=20)
        for row in told.to_dict()["results"]:
            fpr, tpr = (np.asarray(row["roc"][axis]) for axis in ("fpr", "tpr"))
            assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
            area = np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)
            # Repeats are pooled in the curve, and their areas averaged in the score.
            assert area == pytest.approx(row["roc_auc"], abs=1e-4 if test_part else 0.05)
            bins = row["reliability"]
            assert sum(bins["count"]) == np.sum(row["confusion"])
            right = np.dot(bins["count"], bins["accuracy"]) / sum(bins["count"])
            assert right == pytest.approx(row["accuracy"], abs=1e-4)
        levels = [row.level for row in told.conformal]
        assert levels == [0.8, 0.9, 0.95, 0.99]
        for row in told.conformal:
            assert row.encoder == "small"
            assert set(row.per_class) == {"FRI", "FRII"}
            # 20 sources of each class: a set holds its class as often as asked, or nearly so.
            assert row.coverage > row.level - 0.12
            assert 0 <= row.empty + row.singletons <= 1
            assert row.mean_size == pytest.approx(
                row.singletons + 2 * (1 - row.empty - row.singletons)
            )


def test_three_bands_and_other_classes_are_measured_alike(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / "sdss").mkdir()
    told = np.asarray(["elliptical", "spiral_acw", "spiral_cw", "edge_on"] * 10, dtype="S16")
    images = rng.integers(0, 120, (40, 64, 64, 3), np.uint8)
    images[told != b"elliptical", 24:40, :, 2] += 120  # spirals are bluer
    with h5py.File(tmp_path / "sdss" / "gz1_64.h5", "w") as file:
        file["images"], file["label"], file["objid"] = images, told, np.arange(40)
    torch.manual_seed(0)
    architecture = {"name": "resnet", "width": 0.125, "channels": 3}
    network = registry.build(architecture)
    card = {
        "name": "optical",
        "architecture": architecture,
        "preprocessing": Preprocessing(channels=3, pixel_scale=0.396).to_dict(),
        "dimension": network.dimension,
    }
    optical = Encoder(network, centre=np.zeros(network.dimension), card=card)
    report = evaluate("sdss-edge-on", tmp_path, [optical], classifiers=["lr"], draws=10)
    assert report.classes == ("edge-on", "elliptical", "spiral")
    assert report.positive == "spiral"
    (result,) = report.results
    confusion = np.asarray(result.confusion)
    assert confusion.sum(axis=1).tolist() == [50, 50, 100]
    assert result.recall == pytest.approx(confusion[2, 2] / 100)
    assert result.specificity == pytest.approx(1 - confusion[:2, 2].sum() / 100)
    # What an untaught network tells of colours is small, and wants its scale.
    pair = evaluate("sdss", tmp_path, [optical], classifiers=["lr"], scaling="standard", draws=10)
    assert pair.results[0].accuracy > 0.8
