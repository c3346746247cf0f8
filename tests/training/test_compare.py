"""Trainings side by side: what each had learned after each epoch, of what it did not learn from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.errors import Cancelled, RecipeError
from radgalgui.models.encoder import pack
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.compare import compare
from radgalgui_training.finetuning.watch import read_epochs

LABELS = {"training.epochs": 3, "training.batch_size": 8, "optimizer.learning_rate": 5e-3}


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    make_untaught: Callable[[], tuple[Any, dict[str, Any]]],
) -> Path:
    """Return a folder with 24 labelled images and an encoder of other pixels and network."""
    place = tmp_path_factory.mktemp("compare")
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:80, :80] - 40.0
    images = [
        np.exp(-(((x - 14 * (n % 2)) ** 2 + y**2) / 18)) + rng.random((80, 80)) * 0.01
        for n in range(24)
    ]
    labels = ["single", "double"] * 12
    np.savez(place / "labels.npz", images=np.asarray(images, "f4"), labels=labels)
    network, card = make_untaught()
    card["preprocessing"] = Preprocessing(pixel_scale=2.7).to_dict()
    save_weights(
        place / "small.safetensors", pack(network, centre=np.zeros(network.dimension)), card
    )
    return place


@pytest.fixture(scope="module")
def compared(folder: Path) -> Path:
    return _compare(folder, folder / "out")


def _compare(folder: Path, out: Path, **more: Any) -> Path:
    overrides = {"labels.set": str(folder / "labels.npz"), **LABELS, **more.pop("overrides", {})}
    values = more.pop("values", ["small", "none"])
    options = {"data": None, "out": out, "overrides": overrides, "folders": [folder], **more}
    return compare("finetune-smoke", "start_from", values, **options)


def test_both_are_measured_after_each_epoch(compared: Path) -> None:
    told = json.loads(compared.with_suffix(".json").read_text())
    assert [run["value"] for run in told["runs"]] == ["small", "none"]
    for run in told["runs"]:
        assert run["epochs"] == [1, 2, 3]
        assert all(0 <= value <= 1 for value in run["accuracy"] + run["roc_auc"])
        assert all(error >= 0 for error in run["accuracy_error"])
        assert set(run["final"]) >= {"accuracy", "roc_auc"}
    page = compared.read_text()
    assert page.count("<svg") == 2
    assert "from nothing" in page


def test_the_curve_is_the_mean_over_the_folds(compared: Path) -> None:
    place = compared.parent / "start_from=small" / "trainings"
    folds = [read_epochs(place / f"{fold}-0" / "epochs.csv") for fold in (1, 2)]
    assert not (place / "0-0" / "epochs.csv").exists()  # nothing is held out of the last training
    told = json.loads(compared.with_suffix(".json").read_text())["runs"][0]
    for name in ("accuracy", "roc_auc"):
        means = np.mean([[row[name] for row in rows] for rows in folds], axis=0)
        np.testing.assert_allclose(told[name], means, atol=1e-6)


def test_from_nothing_is_the_same_network_and_sees_the_same(compared: Path) -> None:
    cards = [
        load_weights(compared.parent / f"start_from={value}" / "smoke.safetensors")[1]
        for value in ("small", "none")
    ]
    assert cards[0]["architecture"] == cards[1]["architecture"]
    assert cards[0]["preprocessing"] == cards[1]["preprocessing"]
    assert cards[0]["started_from"]["name"] == "small"
    assert cards[1]["started_from"] == {}


def test_kinds_from_nothing_learn_at_the_full_rate(folder: Path, tmp_path: Path) -> None:
    kinds = [{"learning": {"network_rate": 0.3, "dropout": 0.1}}]
    overrides = {"kinds": kinds, "training.epochs": 1, "learning.network_rate": 0.5}
    page = _compare(folder, tmp_path, overrides=overrides)
    learning = {}
    for value in ("small", "none"):
        card = NetworkClassifier.load(page.parent / f"start_from={value}/smoke.safetensors").card
        learning[value] = card["recipe"]["learning"]["network_rate"], card["recipe"]["kinds"]
    assert learning["small"][0] == 0.5
    assert learning["small"][1][0]["learning"] == kinds[0]["learning"]
    assert learning["none"][0] == 1.0
    assert learning["none"][1][0]["learning"] == {"dropout": 0.1}


def test_a_comparison_goes_on_where_it_was_stopped(
    folder: Path, compared: Path, tmp_path: Path
) -> None:
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        if what.startswith("start_from = none, fold 2 of 2, epoch 3"):
            token.cancel()

    with pytest.raises(Cancelled):
        _compare(folder, tmp_path, progress=progress, cancel=token)
    again = json.loads(_compare(folder, tmp_path).with_suffix(".json").read_text())
    whole = json.loads(compared.with_suffix(".json").read_text())
    for first, second in zip(whole["runs"], again["runs"], strict=True):
        assert first["epochs"] == second["epochs"]
        np.testing.assert_allclose(first["roc_auc"], second["roc_auc"], atol=2e-2)


def test_other_values_in_the_same_folder_are_refused(folder: Path, compared: Path) -> None:
    with pytest.raises(RecipeError, match="was trained with other values"):
        _compare(folder, compared.parent, overrides={"training.epochs": 4})


def test_faults_are_found_before_the_first_training(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="set folds to 2 or more"):
        _compare(folder, tmp_path / "out", overrides={"folds": 0})
    with pytest.raises(RecipeError, match="init = 'nobody' is neither"):
        _compare(folder, tmp_path / "out", values=["small", "nobody"])
    assert not (tmp_path / "out").exists()


def test_encoders_are_compared_too(tmp_path: Path) -> None:
    """Without labelled images nothing is measured along the way, and that is said."""
    options: dict[str, Any] = {"data": None, "out": tmp_path / "blind"}
    overrides = {"training.epochs": 1, "data.simulated": 16}
    page = compare(
        "simclr-smoke", "optimizer.learning_rate", ["1e-3", "1e-4"], overrides=overrides, **options
    )
    assert "no labelled images were at hand" in page.read_text()
    runs = json.loads(page.with_suffix(".json").read_text())["runs"]
    assert [run["weights"] for run in runs] == [
        "optimizer.learning_rate=1e-3/simclr-smoke.safetensors",
        "optimizer.learning_rate=1e-4/simclr-smoke.safetensors",
    ]
    assert (tmp_path / "blind" / "cache").is_dir()
