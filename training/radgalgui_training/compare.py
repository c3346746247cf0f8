"""Train a recipe in several ways, side by side, and tell what each had learned after each epoch.

As Walmsley et al. (2022, arXiv 2110.12735) did with Zoobot: the same labels taught to a network
that had learned from images before, and to one that had not.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from radgalgui.errors import RecipeError
from radgalgui.files import replaced_file
from radgalgui.models.weights import load_weights, read_card
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui_training.comparison_page import comparison_html
from radgalgui_training.finetuning.run import finetune
from radgalgui_training.finetuning.watch import EPOCHS, read_epochs
from radgalgui_training.listening import UNHEARD, Listener, later
from radgalgui_training.monitor import LOG, read_log
from radgalgui_training.named import find_weights
from radgalgui_training.recipes import (
    FinetuneRecipe,
    Recipe,
    each_network,
    is_finetuning,
    load_finetune,
    load_recipe,
    recipe_values,
)
from radgalgui_training.run import train
from radgalgui_training.sweep import check_recipe, folder_name, full_key, prefixed

__all__ = ["Run", "compare"]

_WATCHED: Final = "mirabest-confident"
_NOTHING: Final = "none"
_STARTS: Final = ("init", "start_from")


@dataclass(frozen=True)
class Run:
    """One of the trainings that are compared.

    Parameters
    ----------
    value : str
        Of the key in which they differ.
    epochs : list of int
        After which it was asked.
    accuracy, roc_auc : list of float
        Of sources that it did not learn from: of networks that tell classes the mean over the
        folds; of encoders, what the 20 nearest neighbours know.  NaN where not measured.
    accuracy_error, roc_auc_error : list of float
        Standard errors over the folds.
    final : dict of str to float
        The figures of the finished training, as its card has them.
    weights : str
        The file that it wrote, as seen from the comparison's folder.
    """

    value: str
    epochs: list[int]
    accuracy: list[float]
    accuracy_error: list[float]
    roc_auc: list[float]
    roc_auc_error: list[float]
    final: dict[str, float]
    weights: str


def compare(
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
    """Train once for each value, in ``OUT/KEY=VALUE``, and write what each learned and when.

    A training that is finished is not done again, one that was interrupted goes on.  With
    ``start_from`` one of the values may be ``none``: a network that starts from nothing, of the
    same shape, that sees the same sky, and all layers of which learn at the recipe's full rate.

    Parameters
    ----------
    recipe : str or path
        Of an encoder, or of networks that tell classes.
    key : str
        Dotted, or its last word; ``start_from`` is the ``init`` of networks that tell classes.
    values : sequence of str
        Two or more, read as TOML reads them.
    data, out, overrides, folders, progress, note, cancel, listener
        As for `radgalgui_training.run.train`.

    Returns
    -------
    Path
        ``OUT/comparison.html``, beside which ``comparison.json`` holds the figures.

    Raises
    ------
    RecipeError
        If the key or a value is not admitted, or there are no folds to measure in, before any
        training.
    WeightsError, DataError, Cancelled
        As for `radgalgui_training.run.train`.
    """
    folder, classes = Path(out), is_finetuning(recipe)
    full = _class_key(key) if classes else full_key(key)
    given = dict(overrides or {})
    chosen = {value: _overrides(recipe, full, value, values, given, folders) for value in values}
    if not classes and data is not None:
        watched = load_recipe(recipe, overrides=given).training.knn or _WATCHED
        chosen = {value: {"training.knn": watched, **each} for value, each in chosen.items()}
    # All before the first training.
    settings = {value: _settings(recipe, each, classes) for value, each in chosen.items()}
    runs, epochs = [], 0
    for value in values:
        place = folder / f"{key}={folder_name(value)}"
        _check_finished(place, settings[value])
        options: dict[str, Any] = {
            "data": data,
            "out": place,
            "resume": True,
            "overrides": chosen[value],
            "folders": folders,
            "progress": prefixed(progress, f"{key} = {value}"),
            "note": note,
            "cancel": cancel,
            "listener": later(listener, epochs),
        }
        epochs += _epochs(settings[value])
        if classes:
            weights = finetune(recipe, watch=True, **options)
        else:
            weights = train(recipe, cache=folder / "cache", **options)
        curves = _class_curves(place) if classes else _encoder_curves(place)
        runs.append(Run(value, *curves, _final(weights), weights.relative_to(folder).as_posix()))
        _write(folder, os.fspath(recipe), key, runs, classes=classes)
    return folder / "comparison.html"


def _class_key(key: str) -> str:
    return "init" if key == "start_from" else key


def _settings(
    recipe: str | os.PathLike[str], overrides: Mapping[str, Any], classes: bool
) -> Recipe | FinetuneRecipe:
    """Return a checked recipe whose training can be measured."""
    if not classes:
        return load_recipe(recipe, overrides=overrides)
    settings = load_finetune(recipe, overrides=overrides)
    if settings.folds < 2:
        raise RecipeError(
            "a comparison is measured by cross-validation, and the recipe asks for none",
            subject=recipe,
            remedy="set folds to 2 or more",
        )
    return settings


def _epochs(settings: Recipe | FinetuneRecipe) -> int:
    """Return how many epochs are told of: those of all its networks."""
    if isinstance(settings, Recipe):
        return settings.training.epochs
    trainings = len(each_network(settings)) * (settings.folds + settings.final)
    return trainings * settings.training.epochs


def _check_finished(place: Path, settings: Recipe | FinetuneRecipe) -> None:
    """Refuse what was trained there with other values than are asked for now."""
    name = settings.label_set if isinstance(settings, FinetuneRecipe) else settings.name
    path = place / f"{name}.safetensors"
    if path.is_file():
        check_recipe(path, settings)


def _overrides(
    recipe: str | os.PathLike[str],
    key: str,
    value: str,
    values: Sequence[str],
    given: dict[str, Any],
    folders: Sequence[Path],
) -> dict[str, Any]:
    """Return what one training does otherwise than the recipe says."""
    if key in _STARTS and value != _NOTHING:
        find_weights(value, folders, key=key)
    if key == "start_from" and value == _NOTHING:
        return {**given, key: '""'}
    if key != "init" or value != _NOTHING:
        return {**given, key: value}
    others = [each for each in values if each != _NOTHING]
    plain = {f"learning.{rate}": 1.0 for rate in ("network_rate", "depth_rate")}
    changed = {**given, key: value, **plain, "learning.freeze_norm": False}
    kinds = recipe_values(recipe, given).get("kinds")
    if kinds:  # their rates are meant for layers that know something already
        changed["kinds"] = [_at_full_rate(kind) for kind in kinds]
    if others:
        card = read_card(find_weights(others[0], folders, key=key))
        changed |= {"network": card["architecture"], "preprocessing": card["preprocessing"]}
    return changed


def _at_full_rate(kind: Mapping[str, Any]) -> dict[str, Any]:
    rates = ("network_rate", "depth_rate", "freeze_norm")
    learning = {k: v for k, v in kind.get("learning", {}).items() if k not in rates}
    return {**kind, "learning": learning}


Curves = tuple[list[int], list[float], list[float], list[float], list[float]]


def _class_curves(place: Path) -> Curves:
    """Return epochs, accuracy, its error, ROC AUC, its error: over the folds' networks."""
    told = [read_epochs(path) for path in sorted(place.glob(f"trainings/*/{EPOCHS}"))]
    epochs = sorted({int(row["epoch"]) for rows in told for row in rows})
    columns: list[list[float]] = []
    for name in ("accuracy", "roc_auc"):
        means, errors = [], []
        for epoch in epochs:
            each = [row[name] for rows in told for row in rows if row["epoch"] == epoch]
            means.append(float(np.mean(each)))
            spread = np.std(each, ddof=1) / math.sqrt(len(each)) if len(each) > 1 else math.nan
            errors.append(float(spread))
        columns += [means, errors]
    return epochs, columns[0], columns[1], columns[2], columns[3]


def _encoder_curves(place: Path) -> Curves:
    """Return epochs and what neighbours knew after them; an encoder has no ROC AUC."""
    rows = [row for row in read_log(place / LOG) if row["knn_accuracy"]]
    none = [math.nan] * len(rows)
    return (
        [int(r["epoch"]) for r in rows],
        [float(r["knn_accuracy"]) for r in rows],
        none,
        none,
        none,
    )


def _final(weights: Path) -> dict[str, float]:
    """Return the figures of a finished training; none of a cross-validation without weights."""
    if weights.suffix != ".safetensors":
        return {}
    card = load_weights(weights)[1]
    told = card.get("metrics", {}).get(card["name"], {})
    return {name: float(value) for name, value in told.items() if isinstance(value, (int, float))}


def _write(folder: Path, recipe: str, key: str, runs: Sequence[Run], *, classes: bool) -> None:
    """Write what is known so far."""
    report = {
        "recipe": recipe,
        "key": key,
        "measured": "cross-validation" if classes else "20 nearest neighbours",
        "runs": [_plain(asdict(run)) for run in runs],
    }
    folder.mkdir(parents=True, exist_ok=True)
    with replaced_file(folder / "comparison.json") as beside:
        beside.write_text(json.dumps(report, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    with replaced_file(folder / "comparison.html") as beside:
        beside.write_text(comparison_html(report), encoding="utf-8")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as JSON holds them: null where not measured."""

    def known(value: Any) -> Any:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return {
        name: [known(each) for each in value] if isinstance(value, list) else value
        for name, value in values.items()
    }
