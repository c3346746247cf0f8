"""Read a recipe, change single values, and say in one sentence what is wrong with it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from radgalgui.errors import RecipeError, WeightsError
from radgalgui_training.recipes.finetuning_model import FinetuneRecipe
from radgalgui_training.recipes.model import Recipe
from radgalgui_training.settings import near_match, validated

__all__ = [
    "each_network",
    "finetune_names",
    "is_finetuning",
    "load_finetune",
    "load_recipe",
    "recipe_names",
    "recipe_values",
]

_FOLDER = Path(__file__).parent


def recipe_names() -> list[str]:
    """Return the names of the recipes for encoders that come with RadGalGUI."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def finetune_names() -> list[str]:
    """Return the names of the recipes for classifying networks that come with RadGalGUI."""
    return sorted(path.stem for path in _FOLDER.glob("finetuning/*.toml"))


def is_finetuning(recipe: str | os.PathLike[str]) -> bool:
    """Whether a recipe learns classes from labels: it has a table ``[labels]``.

    Raises
    ------
    RecipeError
        If there is no such recipe, or it is not TOML.
    """
    return "labels" in recipe_values(recipe)


def load_finetune(
    recipe: str | os.PathLike[str], *, overrides: Mapping[str, Any] | None = None
) -> FinetuneRecipe:
    """Read a recipe for a classifying network by its name or its path.

    Raises
    ------
    RecipeError
        As for `load_recipe`.
    """
    subject = os.fspath(recipe)
    checked = validated(FinetuneRecipe, recipe_values(recipe, overrides), subject=subject)
    each_network(checked, subject=subject)
    return checked


def each_network(recipe: FinetuneRecipe, *, subject: str = "recipe") -> list[FinetuneRecipe]:
    """Return the recipe of each network that answers: first one of each kind, then the second.

    Parameters
    ----------
    recipe : FinetuneRecipe
        As it was read.
    subject : str
        What messages call it.

    Returns
    -------
    list of FinetuneRecipe
        As many as there are ``members`` of each of the ``kinds``; these have no kinds.

    Raises
    ------
    RecipeError
        If a value of a kind is not admitted.
    """
    plain = recipe.model_dump(exclude={"kinds"})
    kinds = []
    for kind in recipe.kinds:
        changes = kind.model_dump(exclude_unset=True)
        merged = plain | {table: plain[table] | changes[table] for table in changes}
        kinds.append(validated(FinetuneRecipe, merged, subject=subject, prefix="kinds"))
    return (kinds or [recipe]) * recipe.members


def load_recipe(
    recipe: str | os.PathLike[str], *, overrides: Mapping[str, Any] | None = None
) -> Recipe:
    """Read a recipe by its name or its path.

    Parameters
    ----------
    recipe : str or path
        One of `recipe_names`, or a TOML file.
    overrides : mapping, optional
        Values by dotted key, such as ``{"training.epochs": 3}``; text is read as TOML reads
        a value, and taken as it is where that fails.

    Raises
    ------
    RecipeError
        If there is no such recipe, it is not TOML, or a key or a value is not admitted; the
        message names the key and the value, and a near match where there is one.
    """
    subject = os.fspath(recipe)
    checked = validated(Recipe, recipe_values(recipe, overrides), subject=subject)
    _check_network(checked, subject)
    _check_side(checked, subject)
    from radgalgui_training import methods  # imports torch, which reading a recipe does not need

    methods.settings(checked.method, subject=subject)
    return checked


def recipe_values(
    recipe: str | os.PathLike[str], overrides: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a recipe says, with single values changed; not yet checked.

    Raises
    ------
    RecipeError
        If there is no such recipe, it is not TOML, or a key leads through a value.
    """
    path, subject = _find(recipe), os.fspath(recipe)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"is not a recipe in TOML ({error})", subject=subject) from error
    for key, value in (overrides or {}).items():
        _set(values, key, value, subject)
    return values


def _find(recipe: str | os.PathLike[str]) -> Path:
    """Return the file of a bundled recipe, or the path that was given."""
    name = os.fspath(recipe)
    known = {path.stem: path for path in _FOLDER.rglob("*.toml")}
    if name in known:
        return known[name]
    if Path(name).is_file():
        return Path(name)
    raise RecipeError("no such recipe", subject=name, remedy=near_match(name, known))


def _set(values: dict[str, Any], key: str, value: Any, subject: str) -> None:
    """Put a value at a dotted key, making tables on the way."""
    *tables, last = key.split(".")
    place = values
    for table in tables:
        place = place.setdefault(table, {})
        if not isinstance(place, dict):
            raise RecipeError(f"{table!r} of {key!r} is a value, not a table", subject=subject)
    place[last] = _parsed(value) if isinstance(value, str) else value


def _parsed(text: str) -> Any:
    """Read text as TOML reads a value; a bare word is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _check_network(recipe: Recipe, subject: str) -> None:
    """Build the network, so that a wrong option is told before the data is read."""
    from radgalgui.models import registry

    try:
        network = registry.build(recipe.network)
    except WeightsError as error:
        raise RecipeError(f"network: {error.what}", subject=subject, remedy=error.remedy) from error
    if network.channels != recipe.preprocessing.channels:
        raise RecipeError(
            f"network.channels = {network.channels}, and preprocessing.channels = "
            f"{recipe.preprocessing.channels}",
            subject=subject,
            remedy="make them equal",
        )


def _check_side(recipe: Recipe, subject: str) -> None:
    if recipe.data.side < recipe.preprocessing.size:
        raise RecipeError(
            f"data.side = {recipe.data.side} is less than preprocessing.size = "
            f"{recipe.preprocessing.size}",
            subject=subject,
            remedy="keep at least what the encoder sees, and 1.7 times that for turned images",
        )
