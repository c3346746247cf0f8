"""Training end to end: seconds, on simulated sources; interrupted and resumed; a method's sense."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.errors import Cancelled, DataError, RecipeError
from radgalgui.models.encoder import Encoder
from radgalgui.models.weights import load_weights
from radgalgui.progress import CancelToken
from radgalgui_training import methods
from radgalgui_training.evaluate import untrained
from radgalgui_training.method import Method
from radgalgui_training.optimizers import rate_factor
from radgalgui_training.recipes import OptimizerSettings
from radgalgui_training.run import train

RECIPE = "simclr-smoke"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(RECIPE, data=None, out=tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((4, 1, 64, 64), dtype=np.float32) ** 8


def test_training_makes_an_encoder(trained: Path, images: np.ndarray) -> None:
    encoder = Encoder.load(trained)
    card = encoder.card
    assert trained.name == "simclr-smoke.safetensors"
    assert card["dimension"] == encoder.dimension == 64
    assert card["training_data"] == {"simulated": 64}
    assert card["recipe"]["training"]["epochs"] == 2
    assert card["licence"] == "BSD-3-Clause"
    assert {"python", "torch", "lightly"} <= card["software"].keys()
    assert np.isfinite(encoder.embed(images)).all()
    assert not np.allclose(encoder.embed(images), untrained(encoder).embed(images))


def test_the_centre_is_the_mean_of_the_training_images(trained: Path) -> None:
    encoder = Encoder.load(trained)
    kept = np.load(next((trained.parent / "cache").glob("simulated-*.images.npy")))
    noise = np.load(next((trained.parent / "cache").glob("simulated-*.noise.npy")))
    middle = kept[:, :, 24:88, 24:88].astype(np.float32)
    seen = np.stack(
        [encoder.preprocessing.see(i, noise=float(n)) for i, n in zip(middle, noise, strict=True)]
    )
    vectors = encoder.embed(seen)
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=2e-2 * vectors.std())


def test_a_resumed_training_is_the_same_training(trained: Path, tmp_path: Path) -> None:
    _interrupted(tmp_path, trained)
    assert (tmp_path / "checkpoints" / "last.ckpt").is_file()
    resumed = train(RECIPE, data=None, out=tmp_path, resume=True)
    expected, found = load_weights(trained)[0], load_weights(resumed)[0]
    assert expected.keys() == found.keys()
    for name, tensor in expected.items():
        np.testing.assert_allclose(found[name], tensor, rtol=1e-3, atol=1e-4, err_msg=name)


def _interrupted(folder: Path, trained: Path) -> None:
    """Stop a training in its second epoch."""
    shutil.copytree(trained.parent / "cache", folder / "cache")
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        assert total == 8
        if done == 6:
            token.cancel()

    with pytest.raises(Cancelled):
        train(RECIPE, data=None, out=folder, progress=progress, cancel=token)
    assert not (folder / "simclr-smoke.safetensors").exists()


def test_checkpoints_hold_plain_values_only(trained: Path) -> None:
    checkpoint = trained.parent / "checkpoints" / "last.ckpt"
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1
    assert [p.name for p in checkpoint.parent.iterdir()] == ["last.ckpt"]


def test_another_recipes_checkpoint_is_refused(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained.parent, tmp_path / "out")
    with pytest.raises(RecipeError, match="written by another recipe"):
        train(
            RECIPE,
            data=None,
            out=tmp_path / "out",
            resume=True,
            overrides={"network.width": 0.25},
        )


def test_a_training_goes_on_by_the_recipe_it_was_begun_with(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained.parent, tmp_path / "out")
    for key, value, told in (
        ("optimizer.weight_decay", 0.5, "optimizer.weight_decay = .*, not 0.5"),
        ("training.seed", 3, "training.seed = 0, not 3"),
        ("data.simulated", 7, "data.simulated = .*, not 7"),
    ):
        with pytest.raises(RecipeError, match=told):
            train(RECIPE, data=None, out=tmp_path / "out", resume=True, overrides={key: value})
    kept = load_weights(trained)[0]
    longer = {"training.epochs": 3, "training.threads": 1}
    went_on = train(RECIPE, data=None, out=tmp_path / "out", resume=True, overrides=longer)
    assert any((load_weights(went_on)[0][name] != kept[name]).any() for name in kept)


def test_a_damaged_checkpoint_is_refused(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained.parent, tmp_path / "out")
    (tmp_path / "out" / "checkpoints" / "last.ckpt").write_bytes(b"PK\x03\x04 not a checkpoint")
    with pytest.raises(RecipeError, match="cannot be read"):
        train(RECIPE, data=None, out=tmp_path / "out", resume=True)


def test_published_data_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        train(RECIPE, data=tmp_path, out=tmp_path / "out", overrides={"data.rgd": 1.0})


def test_a_recipe_that_needs_published_data_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--data DIR"):
        train("simclr-bundled", data=None, out=tmp_path)


def test_three_bands_are_refused_where_data_has_one(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="channels"):
        train(RECIPE, data=None, out=tmp_path, overrides={"preprocessing.channels": 3})


@pytest.mark.parametrize("method", methods.names())
def test_every_method_learns_on_one_batch(method: str, tmp_path: Path, trained: Path) -> None:
    """The loss falls: gradients reach the network, and nothing collapses to one vector."""
    shutil.copytree(trained.parent / "cache", tmp_path / "cache")
    losses: list[float] = []

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        if "loss" in what:
            losses.append(float(what.rpartition(" ")[2]))

    overrides: dict[str, Any] = {
        "training.epochs": 12,
        "training.batch_size": 32,
        "training.checkpoint_every": 100,
    }
    name = "vdvae" if method == "elbo" else method
    encoder = Encoder.load(
        train(f"{name}-smoke", data=None, out=tmp_path, overrides=overrides, progress=progress)
    )
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    vectors = encoder.embed(np.eye(64, dtype=np.float32)[None, None].repeat(2, axis=0))
    assert np.isfinite(vectors).all()


def test_mixed_precision_trains(trained: Path, tmp_path: Path, images: np.ndarray) -> None:
    shutil.copytree(trained.parent / "cache", tmp_path / "cache")
    overrides = {"training.precision": "bf16-mixed", "training.epochs": 1}
    path = train(RECIPE, data=None, out=tmp_path, overrides=overrides)
    assert np.isfinite(Encoder.load(path).embed(images)).all()


def test_the_deeper_network_trains(trained: Path, tmp_path: Path, images: np.ndarray) -> None:
    shutil.copytree(trained.parent / "cache", tmp_path / "cache")
    overrides = {"network.depth": 34, "network.output": 20, "training.epochs": 1}
    encoder = Encoder.load(train(RECIPE, data=None, out=tmp_path, overrides=overrides))
    assert encoder.dimension == 20
    assert encoder.card["architecture"]["depth"] == 34
    assert np.isfinite(encoder.embed(images)).all()


@pytest.mark.real
@pytest.mark.parametrize("recipe", ["simclr-sdss-smoke", "vdvae-sdss-smoke"])
def test_three_bands_train(recipe: str, shared_data: Path, tmp_path: Path) -> None:
    overrides = {"data.sdss": 0.02, "training.epochs": 1, "evaluate": True}
    path = train(recipe, data=shared_data, out=tmp_path, overrides=overrides)
    encoder = Encoder.load(path)
    assert encoder.preprocessing.channels == 3
    assert encoder.card["training_data"] == {"sdss": 62}
    assert "Lintott" in encoder.card["citations"][0]
    galaxies = np.random.default_rng(0).random((2, 3, 64, 64), dtype=np.float32)
    assert np.isfinite(encoder.embed(galaxies)).all()
    assert encoder.card["metrics"] == {}  # the yardsticks are radio images


def test_a_training_goes_on_from_weights(trained: Path, tmp_path: Path) -> None:
    """Without a step to speak of, what comes out is what went in."""
    overrides = {"start_from": str(trained), "optimizer.learning_rate": 1e-12}
    path = train(RECIPE, data=None, out=tmp_path, overrides={**overrides, "training.epochs": 1})
    before, after = load_weights(trained)[0], load_weights(path)[0]
    for name in before:
        if name.startswith("network.") and name.endswith("weight"):
            np.testing.assert_allclose(after[name], before[name], atol=2e-3, err_msg=name)
    assert Encoder.load(path).card["recipe"]["start_from"] == str(trained)


def test_another_network_is_nothing_to_go_on_from(trained: Path, tmp_path: Path) -> None:
    overrides = {"start_from": str(trained), "network.width": 0.25}
    with pytest.raises(RecipeError, match="another network than the recipe's"):
        train(RECIPE, data=None, out=tmp_path, overrides=overrides)


def test_methods_are_methods() -> None:
    assert all(hasattr(methods.module(name), "Options") for name in methods.names())
    assert issubclass(methods.module("simclr").SimCLR, Method)


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_the_rate_rises_and_then_never_rises_again(schedule: str) -> None:
    settings = OptimizerSettings(warmup=0.1, schedule=schedule)  # type: ignore[arg-type]
    factors = [rate_factor(step, 200, settings) for step in range(201)]
    assert 0 < factors[0] <= 0.1
    assert max(factors) == factors[20] == 1
    assert (np.diff(factors[:20]) > 0).all()
    assert (np.diff(factors[20:]) <= 0).all()
    assert factors[-1] == pytest.approx(0 if schedule == "cosine" else 1, abs=1e-6)
