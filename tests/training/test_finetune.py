"""Fine-tuning: learns from labels, leaks none between folds, and resumes where it was stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.errors import Cancelled, DataError, RecipeError, WeightsError
from radgalgui.jobs.networks.opening import open_alone
from radgalgui.jobs.networks.panel import NOTE
from radgalgui.models import registry
from radgalgui.models.encoder import pack
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.finetuning.data import labelled_set
from radgalgui_training.finetuning.join import join
from radgalgui_training.finetuning.run import finetune
from radgalgui_training.finetuning.start import read_start
from radgalgui_training.recipes import (
    each_network,
    load_finetune,
)
from radgalgui_training.recipes.finetuning_model import LabelSettings

RECIPE = "finetune-smoke"
SIGHT = Preprocessing()


def _archive(folder: Path, *, count: int = 48, channels: int = 1, **more: Any) -> Path:
    """Write two kinds of sources: one blob in the middle, or two beside it."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:80, :80] - 40.0
    images, labels = [], []
    for number in range(count):
        double = number % 2
        angle, apart = rng.uniform(0, np.pi), 14 * double
        planes = sum(
            np.exp(
                -((x - s * apart * np.cos(angle)) ** 2 + (y - s * apart * np.sin(angle)) ** 2) / 18
            )
            for s in (-1, 1)
        )
        images.append(np.stack([planes] * channels))
        labels.append("double" if double else "single")
    stack = np.asarray(images, dtype=np.float32)
    path = folder / "labels.npz"
    np.savez(path, images=stack[:, 0] if channels == 1 else stack, labels=labels, **more)
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _archive(tmp_path_factory.mktemp("labels"))


@pytest.fixture(scope="module")
def trained(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _finetune(archive, tmp_path_factory.mktemp("whole"))


def _finetune(archive: Path, out: Path, **more: Any) -> Path:
    overrides = {"labels.set": str(archive), **more.pop("overrides", {})}
    return finetune(RECIPE, data=None, out=out, overrides=overrides, **more)


def test_it_writes_a_classifier_and_what_cross_validation_told(trained: Path) -> None:
    classifier = NetworkClassifier.load(trained)
    card = classifier.card
    assert trained.name == "smoke.safetensors"
    assert classifier.label_set == "smoke"
    assert classifier.classes == ("double", "single")
    assert card["training_data"] == {
        "labelled": 48,
        "further": 0,
        "sets": [card["recipe"]["labels"]["set"]],
    }
    with np.load(trained.with_name("smoke.folds.npz"), allow_pickle=False) as told:
        assert told["probabilities"].shape == (48, 2)
        np.testing.assert_allclose(told["probabilities"].sum(axis=1), 1)
        assert list(told["labels"][:2]) == ["single", "double"]
        assert float(told["temperature"]) == classifier.temperature
        right = told["classes"][told["probabilities"].argmax(axis=1)] == told["labels"]
        assert card["metrics"]["finetuned"]["accuracy"] == pytest.approx(right.mean(), abs=1e-4)


def test_it_learns_what_can_be_learned(archive: Path, tmp_path: Path) -> None:
    overrides = {
        "training.epochs": 12,
        "folds": 0,
        "optimizer.learning_rate": 5e-3,
        "learning.average": 0.5,
    }
    classifier = NetworkClassifier.load(_finetune(archive, tmp_path, overrides=overrides))
    labelled, sight = labelled_set(LabelSettings(set=str(archive)), SIGHT, data=None)
    chances = classifier.probabilities(labelled.seen(sight))
    assert (chances.argmax(axis=1) == labelled.codes).mean() > 0.9
    assert classifier.card["metrics"] == {}


def test_a_resumed_training_is_the_same_training(
    archive: Path, trained: Path, tmp_path: Path
) -> None:
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        if what.startswith("fold 2 of 2, epoch 2"):
            token.cancel()

    epochs: list[int] = []
    listener = SimpleNamespace(
        device=str, pictures=print, point=lambda step, _: epochs.append(step)
    )
    with pytest.raises(Cancelled):
        _finetune(archive, tmp_path, progress=progress, cancel=token, listener=listener)
    assert epochs == [1, 2, 3, 4]  # counted on from one network to the next
    assert not (tmp_path / "smoke.safetensors").exists()
    resumed = _finetune(archive, tmp_path, resume=True, listener=listener)
    assert epochs == [1, 2, 3, 4, 5, 6]
    expected, found = load_weights(trained)[0], load_weights(resumed)[0]
    for name, tensor in expected.items():
        np.testing.assert_allclose(found[name], tensor, rtol=1e-3, atol=1e-4, err_msg=name)
    with (
        np.load(trained.with_name("smoke.folds.npz")) as whole,
        np.load(tmp_path / "smoke.folds.npz") as again,
    ):
        np.testing.assert_allclose(again["logits"], whole["logits"], rtol=1e-3, atol=1e-3)


def test_several_members_three_bands_and_mixed_precision(tmp_path: Path) -> None:
    overrides = {
        "members": 2,
        "folds": 0,
        "network.channels": 3,
        "preprocessing.channels": 3,
        "training.precision": "bf16-mixed",
        "training.epochs": 1,
        "learning.mixup": 0.4,
        "learning.freeze_norm": True,
        "learning.dropout": 0.2,
    }
    archive = _archive(tmp_path, channels=3, count=20)
    classifier = NetworkClassifier.load(_finetune(archive, tmp_path, overrides=overrides))
    images = np.random.default_rng(0).random((2, 3, 64, 64), dtype=np.float32)
    assert np.isfinite(classifier.probabilities(images)).all()
    tensors = load_weights(tmp_path / "smoke.safetensors")[0]
    first, second = (tensors[f"member.{n}.network.stem.0.weight"] for n in (0, 1))
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(tensors["member.0.network.stem.1.running_mean"], 0)  # frozen


def test_it_starts_from_an_encoder_and_from_a_classifier(
    archive: Path, trained: Path, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    architecture = {"name": "resnet", "width": 0.125}
    network = registry.build(architecture)
    card = {
        "name": "small",
        "architecture": architecture,
        "preprocessing": Preprocessing(pixel_scale=2.7).to_dict(),
        "dimension": network.dimension,
        "training_data": {"simulated": 8},
    }
    save_weights(tmp_path / "small.safetensors", pack(network, centre=np.zeros(64)), card)
    recipe = load_finetune(RECIPE, overrides={"init": "small"})
    start = read_start(recipe, [tmp_path])
    assert start.preprocessing.pixel_scale == 2.7
    assert start.source["training_data"] == {"simulated": 8}
    made = start.classifier(2, dropout=0.0, seed=0)
    np.testing.assert_allclose(
        made.network.stem[0].weight.detach(), network.stem[0].weight.detach(), atol=1e-3
    )
    assert float(made.head.weight.detach().abs().sum()) == 0
    named = load_finetune(RECIPE, overrides={"init": "smoke"})
    source = read_start(named, [tmp_path, trained.parent]).source
    assert (source["name"], source["taught"]) == ("none", ["smoke"])
    taught = read_start(load_finetune(RECIPE, overrides={"init": str(trained)}))
    assert float(taught.classifier(2, dropout=0.0, seed=0).head.weight.detach().abs().sum()) > 0
    assert float(taught.classifier(4, dropout=0.0, seed=0).head.weight.detach().abs().sum()) == 0
    overrides = {"init": "small", "folds": 0, "training.epochs": 1}
    path = _finetune(archive, tmp_path / "out", overrides=overrides, folders=[tmp_path])
    taught = NetworkClassifier.load(path)
    assert taught.sights[0].pixel_scale == 2.7
    assert taught.card["started_from"]["name"] == "small"
    further = read_start(load_finetune(RECIPE, overrides={"init": str(path)})).source
    assert (further["name"], further["taught"]) == ("small", ["smoke"])
    assert further["sha256"] == taught.sha256


def test_kinds_of_networks_see_different_fields_and_share_folds(
    archive: Path, trained: Path, tmp_path: Path
) -> None:
    kinds = [{}, {"labels": {"field": 60.0}, "learning": {"network_rate": 0.5}}]
    both = _finetune(archive, tmp_path / "both", overrides={"kinds": kinds})
    classifier = NetworkClassifier.load(both)
    assert [sight.field_of_view for sight in classifier.sights] == pytest.approx([115.2, 60.0])
    assert classifier.card["members"] == 2
    assert classifier.card["recipe"]["kinds"][1]["learning"] == {"network_rate": 0.5}
    narrow = {"labels.field": 60.0, "learning.network_rate": 0.5}
    alone = _finetune(archive, tmp_path / "alone", overrides=narrow)
    with (
        np.load(trained.with_name("smoke.folds.npz")) as first,
        np.load(alone.with_name("smoke.folds.npz")) as second,
        np.load(both.with_name("smoke.folds.npz")) as mean,
    ):
        np.testing.assert_array_equal(first["folds"], mean["folds"])
        expected = (first["logits"] + second["logits"]) / 2
        np.testing.assert_allclose(mean["logits"], expected, rtol=1e-3, atol=1e-3)
    parts, overrides = [trained.parent, alone.parent], {"labels.set": str(archive), "kinds": kinds}
    out = tmp_path / "joined"
    joined = join(RECIPE, parts, data=None, out=out, overrides=overrides)
    images = np.random.default_rng(0).random((2, 2, 1, 64, 64), dtype=np.float32)
    expected = classifier.probabilities(*images)
    np.testing.assert_allclose(
        NetworkClassifier.load(joined).probabilities(*images), expected, rtol=1e-2, atol=1e-3
    )
    assert (out / "smoke.folds.npz").is_file()
    with pytest.raises(RecipeError, match="2 networks, which are not the 2 of the recipe"):
        join(RECIPE, parts[::-1], data=None, out=out, overrides=overrides)
    with pytest.raises(DataError, match="was measured with other folds"):
        join(RECIPE, parts, data=None, out=out, overrides={**overrides, "folds": 3})
    starts = [
        read_start(load_finetune(RECIPE, overrides={"init": str(both)}), member=m) for m in range(3)
    ]
    assert [s.preprocessing.field_of_view for s in starts] == pytest.approx([115.2, 60.0, 115.2])
    assert not torch.equal(starts[0].state["head.weight"], starts[1].state["head.weight"])
    torch.testing.assert_close(starts[0].state["head.weight"], starts[2].state["head.weight"])


def test_more_members_leave_the_others_as_they_are(tmp_path: Path) -> None:
    kinds = [{}, {"labels": {"field": 60.0}}]
    fewer, more = (load_finetune(RECIPE, overrides={"kinds": kinds, "members": m}) for m in (1, 3))
    fields = [network.labels.field for network in each_network(more)]
    assert fields == [None, 60.0] * 3
    assert each_network(more)[:2] == [
        network.model_copy(update={"members": 3}) for network in each_network(fewer)
    ]


def test_an_archives_pixels_are_put_on_the_networks_grid(tmp_path: Path) -> None:
    path = _archive(tmp_path, count=4, pixel_scale=0.9, groups=["a", "a", "b", "c"])
    labelled, sight = labelled_set(LabelSettings(set=str(path)), SIGHT, data=None)
    assert labelled.scale == pytest.approx(2.0)
    assert labelled.groups.tolist() == [0, 0, 1, 2]
    assert sight == replace(SIGHT, survey_scale=0.9)
    kept = labelled.kept(sight)
    assert kept.images.shape == (4, 1, 96, 96)
    assert kept.images.max() == pytest.approx(1.0, abs=1e-3)
    wide, _ = labelled_set(LabelSettings(set=str(path), field=230.4), SIGHT, data=None)
    assert wide.scale == pytest.approx(4.0)
    fine, sight = labelled_set(LabelSettings(set=str(path), size=128), SIGHT, data=None)
    assert fine.scale == pytest.approx(1.0)
    assert (sight.size, sight.pixel_scale) == (128, 0.9)
    assert sight.field_of_view == SIGHT.field_of_view


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"images": np.zeros((4, 64, 64))}, "it holds no labels"),
        ({"images": np.zeros((4, 64, 64)), "labels": ["a"] * 4}, "fewer than two classes"),
        ({"images": np.zeros((4, 64, 64)), "labels": ["a", "b"]}, "4 images and 2 labels"),
        ({"images": np.zeros((2, 64, 32)), "labels": ["a", "b"]}, "images are of shape"),
        ({"images": np.full((2, 64, 64), np.nan), "labels": ["a", "b"]}, "no finite number"),
        ({"images": np.zeros((2, 3, 64, 64)), "labels": ["a", "b"]}, "have 3 bands"),
        (
            {"images": np.zeros((2, 64, 64)), "labels": ["a", "b"], "pixel_scale": 0},
            "pixel_scale is 0",
        ),
        ({"images": np.zeros((2, 64, 64)), "labels": np.asarray(["a", None])}, "dtype=str"),
        ({"images": np.zeros((2, 64, 64)), "labels": "a"}, "labels are of shape"),
        ({"images": np.zeros((2, 64, 64)), "labels": [b"\xff", b"a"]}, "damaged"),
        ({"images": np.asarray(["a", "b"]), "labels": ["a", "b"]}, "not numbers"),
        (
            {"images": np.zeros((2, 64, 64)), "labels": ["a", "b"], "pixel_scale": [1, 2]},
            "pixel_scale holds 2",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_labels_that_cannot_be_learned_from_are_refused(
    tmp_path: Path, arrays: dict[str, Any], says: str
) -> None:
    path = tmp_path / "labels.npz"
    np.savez(path, **arrays)
    with pytest.raises(DataError, match=says) as caught:
        labelled_set(LabelSettings(set=str(path)), SIGHT, data=None)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", [0, 40, 3000, -1])
def test_a_damaged_archive_is_refused_in_a_sentence(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "labels.npz"
    np.savez(path, images=np.random.default_rng(0).random((4, 32, 32)), labels=list("abab"))
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] if cut >= 0 else whole[:2000] + b"!!!!" + whole[2004:])
    with pytest.raises(DataError, match=r"labels\.npz: is no archive .* write it again") as caught:
        labelled_set(LabelSettings(set=str(path)), SIGHT, data=None)
    assert "pickle" not in str(caught.value)


def test_a_published_set_wants_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--data DIR"):
        finetune("finetune-rgd", data=None, out=tmp_path, overrides={"init": "none"})


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"init": "simclear"}, "init = 'simclear' is neither an encoder, nor a classifier"),
        ({"network.channels": 3}, "network.channels = 3, and preprocessing.channels = 1"),
        ({"network.depth": 50}, "network: .*18 or 34 layers"),
        ({"learning.smothing": 0.1}, "unknown key 'learning.smothing'; did you mean 'smoothing'"),
        ({"learning.smoothing": 1.0}, "learning.smoothing = 1.0 does not do"),
        ({"labels.extra": ["frdeep"]}, "labels.extra"),
        ({"members": 0}, "members = 0 does not do"),
        (
            {"kinds": [{"labels": {"feild": 90}}]},
            "unknown key 'kinds.0.labels.feild'; did you mean 'field'",
        ),
        ({"kinds": [{"learning": {"mixup": -1}}]}, "kinds.learning.mixup = -1 does not do"),
        ({"kinds": [{"init": "simclr"}]}, "unknown key 'kinds.0.init'"),
    ],
)
def test_a_fault_in_a_recipe_is_told_in_one_line(
    archive: Path, tmp_path: Path, overrides: dict[str, Any], says: str
) -> None:
    with pytest.raises(RecipeError, match=says) as caught:
        _finetune(archive, tmp_path, overrides=overrides)
    assert "\n" not in str(caught.value)


def test_damaged_weights_to_start_from_are_told(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    overrides = {"init": str(tmp_path / "bad.safetensors")}
    with pytest.raises(WeightsError, match="not a safetensors file"):
        _finetune(archive, tmp_path, overrides=overrides)


def test_the_baselines_figures_stand_beside(archive: Path, trained: Path, tmp_path: Path) -> None:
    told = trained.with_name("smoke.folds.npz")
    overrides = {"folds": 0, "training.epochs": 1, "baseline": str(told)}
    card = NetworkClassifier.load(_finetune(archive, tmp_path, overrides=overrides)).card
    expected = NetworkClassifier.load(trained).card["metrics"]["finetuned"]
    assert card["metrics"] == {"supervised": expected}
    fewer = _archive(tmp_path, count=20)
    with pytest.raises(DataError, match="other sources"):
        _finetune(fewer, tmp_path, overrides=overrides)
    with pytest.raises(DataError, match="not what a cross-validation wrote"):
        _finetune(archive, tmp_path, overrides={"baseline": str(archive)})


def test_a_cross_validation_alone_writes_no_weights(archive: Path, tmp_path: Path) -> None:
    overrides = {"final": False, "training.epochs": 1}
    path = _finetune(archive, tmp_path, overrides=overrides)
    assert path == tmp_path / "smoke.folds.npz"
    assert not list(tmp_path.glob("*.safetensors"))


def test_what_it_writes_can_be_told_about_and_asked_with_its_own_sets(trained: Path) -> None:
    panel = open_alone(trained)
    card = panel.network.card
    assert panel.taught.sources == 48
    assert panel.taught.accuracy == card["metrics"]["finetuned"]["accuracy"]
    assert [note["code"] for note in panel.notes] == [NOTE]  # its answers out of fold are there
