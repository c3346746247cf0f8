"""Recipes for a form: which there are, their fields in words with units, and what is wrong.

Everything here is made from the models that check a recipe, and from what their docstrings
say; nothing imports torch.
"""

from __future__ import annotations

import json
import os
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo as ModelField

from radgalgui.errors import RadGalError, RecipeError
from radgalgui.jobs.recipe_words import METHODS, SECTIONS, Section, title_of, unit_of
from radgalgui_training import recipes as bundled
from radgalgui_training.recipes import FinetuneRecipe, Recipe, recipe_values
from radgalgui_training.recipes.told import method_options, parameter_help
from radgalgui_training.settings import faults

__all__ = [
    "FieldInfo",
    "Group",
    "RecipeInfo",
    "check",
    "form",
    "recipe_info",
    "recipes",
    "set_arguments",
]

Kind = Literal["int", "float", "bool", "choice", "text", "folders"]
Weight = Literal["smoke", "bundled", "paper"]
PUBLISHED_SETS: Final = ("fields", "islands", "mirabest", "rgd", "frdeep", "sdss")
LABEL_SETS: Final = {
    "mirabest-confident": "MiraBest",
    "mirabest": "MiraBest",
    "rgd": "Radio Galaxy Dataset",
    "frdeep-nvss": "FR-DEEP",
    "labels.npz": "Labels of your own",
}
_PUBLISHED_LABELS: Final = LABEL_SETS.keys() - {"labels.npz"}
_WEIGHTS: Final[dict[str, Weight]] = {"smoke": "smoke", "paper": "paper", "rgz": "paper"}
_WEIGHT_WORDS: Final = {"smoke": "a trial of seconds", "paper": "as published"}
# Whose parameters a table of the recipe has, where its own model lists none.
_EXPLAINED: Final = {
    "AugmentSettings": ("radgalgui_training.augment", "Strength"),
    "PreprocessingSettings": ("radgalgui.sky.preprocess", "Preprocessing"),
}


@dataclass(frozen=True)
class RecipeInfo:
    """A recipe, in words.

    Parameters
    ----------
    name : str
        As `radgalgui train` takes it.
    title, description : str
        For people.
    kind : str
        ``encoder``, or ``classifier`` for networks that answer with classes.
    needs_data : bool
        Whether it asks for published images (``--data``), as it stands.
    weight : str
        ``smoke`` takes seconds, ``bundled`` hours on a processor, ``paper`` a graphics card.
    network : dict
        The network's name and options, by which it is told what can be started from.
    """

    name: str
    title: str
    description: str
    kind: Literal["encoder", "classifier"]
    needs_data: bool
    weight: Weight
    network: dict[str, Any]


@dataclass(frozen=True)
class FieldInfo:
    """A field of a form.

    Parameters
    ----------
    key : str
        Dotted: ``training.epochs``.
    title, help, unit : str
        For people; the help says what it is for.
    kind : str
        ``int``, ``float``, ``bool``, ``choice``, ``text`` or ``folders``.
    value : Any
        What the recipe says; None for nothing, where that is admitted.
    choices : tuple of str
        Of a ``choice``.
    minimum, maximum : float or None
        Bounds of a number.
    above, below : bool
        Whether it may not equal them.
    optional : bool
        Whether it may be left empty.
    advanced : bool
        Whether it is shown only to those who ask.
    """

    key: str
    title: str
    help: str
    unit: str
    kind: Kind
    value: Any
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    below: bool = False
    optional: bool = False
    advanced: bool = False


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    fields: tuple[FieldInfo, ...]


def recipes() -> list[RecipeInfo]:
    """Return the recipes that come along: encoders first, those of seconds last."""
    found = [recipe_info(name) for name in (*bundled.recipe_names(), *bundled.finetune_names())]
    order = ("bundled", "paper", "smoke")
    return sorted(found, key=lambda each: (each.kind != "encoder", order.index(each.weight)))


def recipe_info(recipe: str | os.PathLike[str]) -> RecipeInfo:
    """Return what a recipe is, by its name or its path.

    Raises
    ------
    RecipeError
        If there is none, or it cannot be read.
    """
    values, name = recipe_values(recipe), os.fspath(recipe)
    stem = Path(name).stem
    classifier = "labels" in values
    return RecipeInfo(
        name=name,
        title=_title(stem, values),
        description=str(values.get("description", "")),
        kind="classifier" if classifier else "encoder",
        needs_data=needs_data(values),
        weight=_WEIGHTS.get(stem.rpartition("-")[2], "bundled"),
        network=dict(values.get("network", {})),
    )


def needs_data(values: Mapping[str, Any]) -> bool:
    """Whether a recipe's values ask for published images."""
    data, labels = values.get("data", {}), values.get("labels", {})
    shares = any(data.get(name, 0) for name in PUBLISHED_SETS)
    watched = values.get("training", {}).get("knn", "") or values.get("evaluate", False)
    return bool(
        shares or watched or labels.get("set", "") in _PUBLISHED_LABELS or labels.get("extra")
    )


def form(recipe: str | os.PathLike[str]) -> list[Group]:
    """Return the fields of a recipe, group by group, with what the recipe says.

    Raises
    ------
    RecipeError
        If there is no such recipe, or it cannot be read.
    """
    values = recipe_values(recipe)
    model = _model(values)
    groups = []
    for section in SECTIONS:
        table = _table(model, section, values)
        if table is None:
            continue
        inside = values.get(section.table, {}) if section.table else values
        listed = tuple(_fields(table, section, inside))
        if listed:
            groups.append(Group(section.title, listed))
    return groups


def check(
    recipe: str | os.PathLike[str], overrides: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return what is wrong with a recipe with some values changed.

    Parameters
    ----------
    recipe : str or path
        As for `form`.
    overrides : mapping, optional
        Values by dotted key.

    Returns
    -------
    dict of str to str
        A sentence for each key at fault; "" is the key of what concerns the whole.  What is
        found only when the training begins, such as data that is not there, is not among it.
    """
    try:
        values = recipe_values(recipe, overrides)
    except RecipeError as error:
        return {"": str(error)}
    model = _model(values)
    found = faults(model, values)
    if model is Recipe:
        found |= _method_faults(values)
    found = {key: _NAMES_HELP if key in _NAMES else words for key, words in found.items()}
    return found or _joint_faults(model.model_validate(values))


def set_arguments(overrides: Mapping[str, Any]) -> list[str]:
    """Return values by dotted key as ``radgalgui train`` takes them: ``--set KEY=VALUE ...``."""
    return [
        word for key, value in overrides.items() for word in ("--set", f"{key}={_typed(value)}")
    ]


def _typed(value: Any) -> str:
    """Return a value as TOML writes it; plain words stay bare."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return json.dumps(list(map(str, value)), ensure_ascii=False)
    if isinstance(value, str) and not _is_plain_word(value):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _is_plain_word(text: str) -> bool:
    """Whether text is read as text without quotes, and no shell looks twice at it."""
    safe = bool(text) and all(letter.isalnum() or letter in "/._-~:" for letter in text)
    return safe and text[0] not in "0123456789-." and text not in ("true", "false", "inf", "nan")


def _title(stem: str, values: Mapping[str, Any]) -> str:
    """Return what a recipe is called in a list."""
    what, _, weight = stem.rpartition("-")
    words = _WEIGHT_WORDS.get(weight, "")
    if "labels" in values:
        taught = str(values["labels"].get("set", ""))
        begun = "from nothing" if "supervised" in stem else "fine-tuned"
        title = f"{LABEL_SETS.get(taught, Path(taught).name)}, {begun}"
        return f"{title} ({words})" if words else title
    method = str(values.get("method", {}).get("name", ""))
    network = str(values.get("network", {}).get("name", ""))
    title = {"vdvae": "Very deep VAE", "vae": "Plain VAE"}.get(network) or METHODS.get(method, stem)
    if weight == "rgz":
        words = "as on Radio Galaxy Zoo"
    if "sdss" in what:
        words = f"SDSS, {words}"
    return f"{title} ({words})" if words else title


def _model(values: Mapping[str, Any]) -> type[Recipe] | type[FinetuneRecipe]:
    return FinetuneRecipe if "labels" in values else Recipe


def _table(
    model: type[BaseModel], section: Section, values: Mapping[str, Any]
) -> type[BaseModel] | None:
    """Return the model of a table; None where the recipe has none such."""
    if not section.table:
        return model
    if section.table == "method":
        name = str(values.get("method", {}).get("name", ""))
        try:
            return method_options(name) if name else None
        except RadGalError:
            return None
    field = model.model_fields.get(section.table)
    table = None if field is None else field.annotation
    return table if isinstance(table, type) and issubclass(table, BaseModel) else None


def _fields(
    table: type[BaseModel], section: Section, values: Mapping[str, Any]
) -> Iterator[FieldInfo]:
    """Yield the fields of a table: first those that are always shown."""
    module, name = _EXPLAINED.get(table.__name__, (table.__module__, table.__name__))
    if section.table == "method":
        module, name = f"radgalgui_training.methods.{values['name']}", "Options"
    words = parameter_help(module, name)
    known = table.model_fields
    order = [key for key in section.first if key in known]
    order += [key for key in known if key not in section.first]
    for key in order:
        if key in section.left_out:
            continue
        dotted = f"{section.table}.{key}" if section.table else key
        made = _field(dotted, known[key], words.get(key, ""), values.get(key, ...))
        if made is not None:
            yield made if key in section.first else replace(made, advanced=True)


def _field(key: str, field: ModelField, words: str, said: Any) -> FieldInfo | None:
    """Return a field of the form, or None for what no form can hold."""
    kind, choices, optional = _kind(field.annotation)
    if kind is None:
        return None
    bounds = {
        word: getattr(each, word)
        for each in field.metadata
        for word in dir(each)
        if word in _BOUNDS
    }
    value = said if said is not ... else field.get_default(call_default_factory=True)
    value = None if field.is_required() and said is ... else value
    return FieldInfo(
        key,
        title_of(key),
        words.partition("; see radgalgui")[0],
        unit_of(key),
        kind,
        list(value or ()) if kind == "folders" else value,
        choices,
        minimum=bounds.get("ge", bounds.get("gt")),
        maximum=bounds.get("le", bounds.get("lt")),
        above="gt" in bounds,
        below="lt" in bounds,
        optional=optional,
    )


_NAMES: Final = ("name", "label_set")
_NAMES_HELP: Final = "use small letters, digits, '.', '_' and '-'; begin with a letter or digit"
_BOUNDS: Final = ("ge", "gt", "le", "lt")


def _kind(annotation: Any) -> tuple[Kind | None, tuple[str, ...], bool]:
    """Return a field's kind, its choices, and whether it may be left empty."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(inner[0])
    if origin is Literal:
        return "choice", tuple(map(str, inner)), False
    if origin in (Union, types.UnionType):
        if type(None) in inner:
            kind, choices, _ = _kind(next(each for each in inner if each is not type(None)))
            return kind, choices, True
        return "text", (), False  # "auto", or a number
    if annotation == tuple[str, ...]:
        return "folders", (), False
    plain: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "text"}
    return plain.get(annotation), (), False


def _method_faults(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the method's options; tables in it are looked at later."""
    options = dict(values.get("method", {}))
    name = str(options.pop("name", ""))
    try:
        table = method_options(name)
    except RadGalError as error:
        return {"method.name": str(error)}
    known = {key: value for key, value in options.items() if not isinstance(value, Mapping)}
    return faults(table, known, prefix="method")


def _joint_faults(recipe: BaseModel) -> dict[str, str]:
    """Return what is wrong with values that are each admitted."""
    if not isinstance(recipe, Recipe):
        return {}
    data, seen = recipe.data, recipe.preprocessing
    found = {}
    if data.side < seen.size:
        found["data.side"] = f"keep at least the {seen.size} pixels that the network sees"
    if not (data.catalogs or data.simulated or any(getattr(data, n) for n in PUBLISHED_SETS)):
        found["data.catalogs"] = (
            "choose images: a catalogue, a share of a set, or simulated sources"
        )
    for folder in data.catalogs:
        if not (Path(folder) / "manifest.json").is_file():
            found["data.catalogs"] = f"{folder} is no catalogue folder"
    return found
