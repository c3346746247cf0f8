"""Recipes: those that are bundled work, and a fault is told by key, value and near match."""

from __future__ import annotations

from pathlib import Path

import pytest

from radgalgui.errors import RecipeError
from radgalgui.models import registry
from radgalgui_training import methods
from radgalgui_training.recipes import load_recipe, recipe_names


@pytest.mark.parametrize("name", recipe_names())
def test_bundled_recipes_are_admitted(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.description
    assert recipe.network["name"] in registry.names()
    assert recipe.method["name"] in methods.names()
    assert recipe.preprocessing.size <= recipe.data.side


ENCODERS = {"byol": "byol", "elbo": "vdvae", "simclr": "simclr", "simsiam": "simsiam"}


@pytest.mark.parametrize("method", methods.names())
def test_each_method_has_three_kinds_of_recipes(method: str) -> None:
    encoder = ENCODERS[method]
    recipes = [load_recipe(f"{encoder}-{kind}") for kind in ("smoke", "bundled", "paper")]
    assert {recipe.method["name"] for recipe in recipes} == {method}


@pytest.mark.parametrize("method", ["byol", "simclr", "simsiam"])
def test_the_published_hyperparameters_are_there(method: str) -> None:
    """Those of arXiv 2311.08331."""
    recipe = load_recipe(f"{method}-paper")
    assert recipe.network["depth"] == 34
    assert recipe.optimizer.name == "lars"
    assert recipe.optimizer.learning_rate == 1e-3
    assert recipe.training.batch_size == 1024
    assert recipe.training.epochs == 1000
    assert registry.build(recipe.network).dimension == 512


def test_the_hyperparameters_of_the_size_cut_are_there() -> None:
    """Those of arXiv 2207.08666."""
    recipe = load_recipe("byol-rgz")
    network = registry.build(recipe.network)
    assert (recipe.network["depth"], network.dimension) == (18, 100)
    optimizer = recipe.optimizer
    assert (optimizer.name, optimizer.learning_rate, optimizer.schedule) == ("sgd", 0.6, "cosine")
    assert (optimizer.momentum, optimizer.weight_decay) == (0.9, 5e-4)
    assert recipe.training.batch_size == 256
    assert recipe.augment.blur_probability == 0.05
    assert 16 <= recipe.data.size_cut <= 29
    assert recipe.training.knn == "mirabest-confident"


def test_values_can_be_set() -> None:
    recipe = load_recipe(
        "simclr-smoke",
        overrides={
            "training.epochs": "7",
            "optimizer.name": "lars",
            "method.temperature": 0.3,
            "network.stem_pool": "false",
            "optimizer.learning_rate": "1e-2",
        },
    )
    assert recipe.training.epochs == 7
    assert recipe.optimizer.name == "lars"
    assert recipe.method["temperature"] == 0.3
    assert recipe.network["stem_pool"] is False
    assert recipe.optimizer.learning_rate == 0.01


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"training.epoch": "3"}, r"unknown key 'training.epoch'; did you mean 'epochs'\?"),
        ({"trainign.epochs": "3"}, r"unknown key 'trainign'; did you mean 'training'\?"),
        ({"training.epochs": "many"}, r"training.epochs = 'many' does not do: .*integer"),
        ({"training.epochs": 0}, r"training.epochs = 0 does not do: .*greater"),
        ({"optimizer.name": "adam"}, r"optimizer.name = 'adam' .*did you mean 'adamw'\?"),
        ({"method.temprature": 1}, r"unknown key 'method.temprature'; did you mean 'temperature'"),
        ({"method.temperature": -1}, r"method.temperature = -1 does not do"),
        ({"method.name": "simclear"}, r"method.name = 'simclear'; did you mean 'simclr'\?"),
        ({"network.name": "resnext"}, r"unknown network 'resnext'"),
        ({"network.depth": 50}, r"network: .*18 or 34 layers, not 50"),
        ({"preprocessing.channels": 3}, r"network.channels = 1, and preprocessing.channels = 3"),
        ({"name.inner": 1}, r"'name' of 'name.inner' is a value, not a table"),
        ({"data.side": 32}, r"data.side = 32 .*preprocessing.size = 64"),
    ],
)
def test_a_fault_is_told_in_one_line(overrides: dict[str, object], says: str) -> None:
    with pytest.raises(RecipeError, match=says) as caught:
        load_recipe("simclr-smoke", overrides=overrides)
    message = str(caught.value)
    assert message.startswith("simclr-smoke: ")
    assert "\n" not in message


def test_an_unknown_recipe_is_told_with_its_near_match() -> None:
    with pytest.raises(RecipeError, match=r"simclr-smok: no such recipe; did you mean"):
        load_recipe("simclr-smok")


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[method]\nname = "simclr"\n')
    with pytest.raises(RecipeError, match="the key 'network' is missing"):
        load_recipe(path)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe\x00", b"[training\n"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=r"mine.toml: is not a recipe in TOML"):
        load_recipe(path)
