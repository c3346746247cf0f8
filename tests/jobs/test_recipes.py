"""Recipes as forms: every value has its field, in words, and what is wrong is told by key."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from radgalgui.errors import RecipeError
from radgalgui.jobs.recipes import FieldInfo, check, form, recipe_info, recipes, set_arguments
from radgalgui_training import methods
from radgalgui_training.recipes import load_finetune, load_recipe, recipe_values
from radgalgui_training.recipes.told import method_options

NAMES = [each.name for each in recipes()]


def _fields(recipe: str) -> dict[str, FieldInfo]:
    return {field.key: field for group in form(recipe) for field in group.fields}


@pytest.mark.parametrize("name", NAMES)
def test_a_form_holds_what_the_recipe_says(name: str) -> None:
    fields = _fields(name)
    classifier = recipe_info(name).kind == "classifier"
    checked = (load_finetune if classifier else load_recipe)(name).model_dump()
    for key, field in fields.items():
        table, _, last = key.rpartition(".")
        inside: Any = checked[table] if table else checked
        if table != "method":  # defaults of a method are its own
            value = list(inside[last]) if field.kind == "folders" else inside[last]
            assert field.value == value, key
        assert field.title
        assert field.help, key
        assert "``" not in field.help
    assert check(name) == {}


def test_what_every_method_takes_is_read_without_importing_it() -> None:
    for method in methods.names():
        own = methods.module(method).Options.model_fields
        told = method_options(method).model_fields
        assert told.keys() <= own.keys()
        for key, field in told.items():
            assert (field.default, field.annotation) == (own[key].default, own[key].annotation)
            assert str(field.metadata) == str(own[key].metadata)
        left_out = own.keys() - told.keys()
        assert all(hasattr(own[key].annotation, "model_fields") for key in left_out)


def test_forms_import_no_torch() -> None:
    code = (
        "import sys; from radgalgui.jobs.recipes import *;"
        "[form(each.name) for each in recipes()]; check('simclr-bundled');"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_fields_have_bounds_units_and_choices() -> None:
    fields = _fields("simclr-bundled")
    assert (fields["training.epochs"].minimum, fields["training.epochs"].kind) == (1, "int")
    assert fields["preprocessing.pixel_scale"].unit == "arcsec"
    assert (fields["method.temperature"].minimum, fields["method.temperature"].above) == (0, True)
    assert fields["optimizer.name"].choices == ("adamw", "sgd", "lars", "rmsprop")
    assert fields["data.catalogs"].kind == "folders"
    assert not fields["data.catalogs"].advanced
    assert fields["augment.zoom"].advanced
    assert _fields("finetune-mirabest")["labels.size"].optional


def test_a_recipe_is_told_in_words() -> None:
    by_name = {each.name: each for each in recipes()}
    assert by_name["simclr-bundled"].title == "SimCLR"
    assert by_name["simclr-bundled"].needs_data
    assert not by_name["simclr-smoke"].needs_data
    assert by_name["byol-paper"].weight == "paper"
    assert by_name["finetune-mirabest"].kind == "classifier"
    assert NAMES.index("simclr-bundled") < NAMES.index("simclr-paper") < NAMES.index("simclr-smoke")


@pytest.mark.parametrize(
    ("overrides", "key", "says"),
    [
        ({"training.epochs": 0}, "training.epochs", "greater than or equal to 1"),
        ({"training.epochs": "many"}, "training.epochs", "this is no whole number"),
        ({"optimizer.learning_rate": "x"}, "optimizer.learning_rate", "this is no number"),
        ({"name": "My own"}, "name", "use small letters"),
        ({"training.device": "gpu"}, "training.device", "match pattern"),
        ({"method.temperature": -1}, "method.temperature", "greater than 0"),
        ({"method.name": "sinclair"}, "method.name", "no 'sinclair'"),
        ({"data.side": 20}, "data.side", "64 pixels"),
        ({"data.simulated": 0}, "data.catalogs", "choose images"),
        ({"data.catalogs": ["/nowhere"]}, "data.catalogs", "/nowhere is no catalogue folder"),
    ],
)
def test_what_is_wrong_is_told_by_key(overrides: dict[str, Any], key: str, says: str) -> None:
    found = check("simclr-smoke", overrides)
    assert list(found) == [key]
    assert says in found[key]


def test_all_faults_are_told_at_once() -> None:
    found = check("simclr-smoke", {"training.epochs": 0, "augment.zoom": 7, "name": "Ü"})
    assert found.keys() == {"training.epochs", "augment.zoom", "name"}


def test_a_recipe_of_ones_own_has_a_form(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[network]\nname = "resnet"\n[method]\nname = "simclr"\n')
    assert _fields(str(path))["name"].value == "mine"
    assert check(path).keys() == {"data.catalogs"}
    path.write_text("name = ")
    with pytest.raises(RecipeError, match="is not a recipe in TOML"):
        form(path)
    assert "TOML" in check(path)[""]


def test_values_survive_the_command_line() -> None:
    chosen: dict[str, Any] = {
        "name": "12",
        "description": 'a "b" c',
        "start_from": "~/w 1.safetensors",
        "training.epochs": 3,
        "training.knn": "",
        "optimizer.learning_rate": 1e-5,
        "data.sizes": True,
        "data.catalogs": ["/a b", "/é"],
    }
    words = set_arguments(chosen)
    assert words[::2] == ["--set"] * len(chosen)
    typed = dict(word.split("=", 1) for word in words[1::2])
    values = recipe_values("simclr-smoke", typed)
    for key, value in chosen.items():
        table, _, last = key.rpartition(".")
        assert (values[table] if table else values)[last] == value
