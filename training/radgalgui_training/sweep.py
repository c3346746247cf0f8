"""Train a recipe once for each of several values of a key, and draw what came of it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from radgalgui.errors import DataError, RecipeError
from radgalgui.files import replaced_file
from radgalgui.models.encoder import Encoder
from radgalgui.models.weights import load_weights
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui_training.listening import UNHEARD, Listener, later
from radgalgui_training.monitor import Labelled, knn_accuracy
from radgalgui_training.plot import Series, line_chart
from radgalgui_training.recipes import Recipe, load_recipe
from radgalgui_training.run import train
from radgalgui_training.settings import near_match

__all__ = ["SweepRow", "check_recipe", "folder_name", "full_key", "prefixed", "sweep"]

_WATCHED: Final = "mirabest-confident"
_TITLES: Final = {"data.size_cut": "Smallest angular size trained on (arcsec)"}


@dataclass(frozen=True)
class SweepRow:
    """What one value of the key gave; the fields are the columns of ``sweep.csv``.

    Parameters
    ----------
    value : str
        As it was typed.
    knn_accuracy, standard_error : float
        Of the 20 nearest neighbours; see `radgalgui_training.monitor.knn_accuracy`.
    images : int
        How many were trained on.
    weights : str
        The weights file, as seen from the sweep's folder.
    """

    value: str
    knn_accuracy: float
    standard_error: float
    images: int
    weights: str


def sweep(
    recipe: str | os.PathLike[str],
    key: str,
    values: Sequence[str],
    *,
    data: str | os.PathLike[str] | None,
    out: str | os.PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    folders: Sequence[Path] = (),
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
    listener: Listener = UNHEARD,
) -> Path:
    """Train with each value in ``OUT/KEY=VALUE`` and draw accuracy against value.

    A training that is finished is not done again, one that was interrupted goes on from its
    last checkpoint.  All share ``OUT/cache``, and each runs on one device.

    Parameters
    ----------
    recipe : str or path
        As for `radgalgui_training.run.train`.
    key : str
        Dotted, or its last word where that is unambiguous: ``size_cut``.
    values : sequence of str
        Read as TOML reads them.
    data, out, overrides, folders, progress, note, cancel, listener
        As for `radgalgui_training.run.train`.

    Returns
    -------
    Path
        ``OUT/sweep.csv``, beside which ``sweep.svg`` stands where the values are numbers.

    Raises
    ------
    RecipeError
        If the key is unknown or ambiguous, or a value is not admitted, before any training; or
        if a finished training is that of another recipe.
    DataError, Cancelled
        As for `radgalgui_training.run.train`.
    """
    folder, key = Path(out), full_key(key)
    settings = {value: {"training.devices": 1, **(overrides or {}), key: value} for value in values}
    recipes = {value: load_recipe(recipe, overrides=each) for value, each in settings.items()}
    watched = _watched(recipes, data)
    rows: list[SweepRow] = []
    epochs = 0
    for value, each in recipes.items():
        place = folder / f"{key}={folder_name(value)}"
        weights = place / f"{each.name}.safetensors"
        if weights.is_file():
            check_recipe(weights, each)
        else:
            weights = train(
                recipe,
                data=data,
                out=place,
                resume=True,
                overrides=settings[value],
                folders=folders,
                cache=folder / "cache",
                progress=prefixed(progress, f"{key} = {value}"),
                note=note,
                cancel=cancel,
                listener=later(listener, epochs),
            )
        epochs += each.training.epochs
        rows.append(_measured(value, weights, watched[value], folder))
        _write(folder, key, rows, f"{each.name}: what 20 neighbours know of {watched[value].name}")
    return folder / "sweep.csv"


def _watched(
    recipes: Mapping[str, Recipe], data: str | os.PathLike[str] | None
) -> dict[str, Labelled]:
    """Return the sources by which encoders are judged, as each value's recipe sees them.

    All before the first training, so that what is missing is not found out after hours.
    """
    names = {value: each.training.knn or _WATCHED for value, each in recipes.items()}
    if data is None:
        raise DataError(
            f"a sweep asks neighbours what an encoder knows of {next(iter(names.values()))}",
            remedy="say where it lies (--data DIR)",
        )
    return {
        value: Labelled.read(names[value], Path(data), each.preprocessing.preprocessing())
        for value, each in recipes.items()
    }


def full_key(key: str) -> str:
    """Return the dotted key of a recipe's value for its last word alone.

    Raises
    ------
    RecipeError
        If no key or several end like this.
    """
    known = {
        f"{table}.{name}": None
        for table, field in Recipe.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields
    }
    free = ("method.", "network.")  # tables whose keys depend on what they name
    if key in known or key in Recipe.model_fields or key.startswith(free):
        return key
    found = [name for name in known if name.rpartition(".")[2] == key]
    if len(found) == 1:
        return found[0]
    raise RecipeError(
        f"{key!r} is the end of several keys" if found else f"unknown key {key!r}",
        remedy=f"use one of {', '.join(found)}" if found else near_match(key, known),
    )


def check_recipe(weights: Path, recipe: BaseModel) -> None:
    """Refuse finished weights that were trained with other values than are asked for now."""
    if load_weights(weights)[1].get("recipe") != recipe.model_dump(mode="json"):
        raise RecipeError(
            "was trained with other values of the recipe",
            subject=weights,
            remedy="choose another --out, or remove it",
        )


def _measured(value: str, weights: Path, watched: Labelled, out: Path) -> SweepRow:
    """Ask the nearest neighbours of the finished encoder's vectors."""
    encoder = Encoder.load(weights)
    accuracy, error = knn_accuracy(encoder.embed(watched.images), watched.classes)
    images = sum(encoder.card["training_data"].values())
    return SweepRow(value, accuracy, error, images, weights.relative_to(out).as_posix())


def _write(folder: Path, key: str, rows: list[SweepRow], title: str) -> None:
    """Write the table and the curve, as far as the sweep has come."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    columns = [field.name for field in fields(SweepRow)]
    writer.writerow([key, *columns[1:]])
    for row in rows:
        cells = [getattr(row, name) for name in columns]
        writer.writerow([f"{cell:.4f}" if isinstance(cell, float) else cell for cell in cells])
    _replace(folder / "sweep.csv", text.getvalue())
    if all(_is_number(row.value) for row in rows):
        _replace(folder / "sweep.svg", _curve(key, rows, title))


def _curve(key: str, rows: list[SweepRow], title: str) -> str:
    ordered = sorted(rows, key=lambda row: float(row.value))
    series = Series(
        "",
        [float(row.value) for row in ordered],
        [row.knn_accuracy for row in ordered],
        error=[row.standard_error for row in ordered],
        markers=True,
    )
    return line_chart(
        [series],
        title=title,
        subtitle="Accuracy over five folds, with its standard error",
        x_label=_TITLES.get(key, key),
        y_label="Accuracy",
    )


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced_file(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def folder_name(value: str) -> str:
    """Return a value as a folder may be called."""
    return "".join(c if c.isalnum() or c in "+-._" else "_" for c in value)


def prefixed(progress: Progress, what: str) -> Progress:
    """Return a reporter that says which of several trainings it is."""

    def told(done: int, total: int | None, words: str = "", /) -> None:
        progress(done, total, f"{what}, {words}")

    return told
