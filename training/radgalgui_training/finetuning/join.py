"""Networks that were taught apart become one classifier."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from radgalgui.errors import DataError, RecipeError
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui_training.finetuning.data import LabelledSet
from radgalgui_training.finetuning.folds import split
from radgalgui_training.finetuning.pupils import pupils_of
from radgalgui_training.finetuning.results import Measured, read_measured
from radgalgui_training.finetuning.run import write_classifier
from radgalgui_training.recipes import FinetuneRecipe, load_finetune

__all__ = ["join"]


def join(
    recipe: str | os.PathLike[str],
    parts: Sequence[Path],
    *,
    data: str | os.PathLike[str] | None,
    out: str | os.PathLike[str],
    folders: Sequence[Path] = (),
    overrides: Mapping[str, Any] | None = None,
) -> Path:
    """Join networks that were taught apart into the classifier of a recipe with all of them.

    Parameters
    ----------
    recipe : str or path
        That of the whole, with its kinds.
    parts : sequence of Path
        What `finetune` was given as ``out``: each holds one network of the recipe or more, with
        what it said out of fold; in the recipe's order.
    data, out, folders, overrides
        As for `finetune`.

    Returns
    -------
    Path
        The weights file.  The temperature is fitted to the mean logits of all networks.

    Raises
    ------
    RecipeError
        If the parts are not the networks of the recipe.
    WeightsError, DataError
        If a part is missing or damaged, or its folds are others.
    """
    settings = load_finetune(recipe, overrides=overrides)
    pupils = pupils_of(settings, data=None if data is None else Path(data), folders=folders)
    labelled, name = pupils[0].labelled, settings.label_set
    loaded = [NetworkClassifier.load(part / f"{name}.safetensors") for part in parts]
    sights = [part.sights[place] for part in loaded for place in part.sight_of]
    wanted = (name, labelled.classes, [pupil.sight for pupil in pupils])
    if any((p.label_set, p.classes, sights) != wanted for p in loaded) or not loaded:
        raise RecipeError(
            f"the parts hold {len(sights)} networks, which are not the {len(pupils)} of the recipe",
            subject=recipe,
            remedy="name the folders in the order of its kinds",
        )
    measured = None
    if settings.folds:
        measured = _measured(parts, loaded, labelled, settings)
        measured.save(Path(out) / f"{name}.folds.npz")
    members = [member for part in loaded for member in part.members]
    return write_classifier(settings, pupils, members, Path(out), measured=measured)


def _measured(
    parts: Sequence[Path],
    loaded: Sequence[NetworkClassifier],
    labelled: LabelledSet,
    settings: FinetuneRecipe,
) -> Measured:
    """Return what the mean of all networks' logits tells out of fold."""
    numbers = split(labelled, settings.folds)
    logits = np.zeros((labelled.own, len(labelled.classes)))
    total = sum(len(part.members) for part in loaded)
    for folder, part in zip(parts, loaded, strict=True):
        told = read_measured(folder / f"{settings.label_set}.folds.npz", labelled)
        if not np.array_equal(told.folds, numbers):
            raise DataError(
                "was measured with other folds", subject=folder, remedy="train it again"
            )
        logits += told.logits * len(part.members) / total
    return Measured.of(labelled, numbers, logits)
