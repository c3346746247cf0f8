"""What a fine-tuning starts from: an encoder's weights, a classifier's, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from radgalgui.errors import RecipeError, WeightsError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder
from radgalgui.models.network_classifier import ClassifyingNetwork, NetworkClassifier
from radgalgui.models.weights import load_weights
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.named import find_weights
from radgalgui_training.recipes.finetuning_model import FinetuneRecipe

__all__ = ["Start", "read_start"]

_ENCODER = "network."


@dataclass(frozen=True)
class Start:
    """A network's shape, what it sees, and the weights it starts with.

    Parameters
    ----------
    architecture : dict
        As `radgalgui.models.registry.build` takes it.
    preprocessing : Preprocessing
        What it sees.
    state : dict of str to Tensor
        Weights by name, of a `ClassifyingNetwork`; the head's only from a classifier.
    source : dict
        Name, hash and training data of where the weights come from, for the card; empty for
        none.  Of a classifier the name is that of the encoder it began as, and ``taught`` lists
        the label sets it has been taught since.
    """

    architecture: dict[str, Any]
    preprocessing: Preprocessing
    state: dict[str, Tensor]
    source: dict[str, Any]

    def classifier(self, classes: int, *, dropout: float, seed: int) -> ClassifyingNetwork:
        """Return a network with these weights; what has none is drawn from the seed."""
        torch.manual_seed(seed)
        made = ClassifyingNetwork(registry.build(self.architecture), classes, dropout=dropout)
        fits = {
            name: tensor
            for name, tensor in self.state.items()
            if not name.startswith("head.") or tensor.shape[0] == classes
        }
        made.load_state_dict(fits, strict=False)
        return made


def read_start(recipe: FinetuneRecipe, folders: Sequence[Path] = (), *, member: int = 0) -> Start:
    """Read what a network of a recipe starts from.

    Parameters
    ----------
    recipe : FinetuneRecipe
        Its ``init`` is a name in one of the folders, a path, or ``none``.
    folders : sequence of Path
        Where ``NAME.safetensors`` may lie.
    member : int
        Which network it is: from a classifier of several, each starts from another in turn.

    Raises
    ------
    RecipeError
        If there is no such encoder, or its preprocessing is of another kind.
    WeightsError
        If its file is damaged.
    """
    if recipe.init == "none":
        return _from_nothing(recipe)
    path = find_weights(
        recipe.init,
        folders,
        key="init",
        what="an encoder, nor a classifier",
        others="a path or 'none'",
    )
    tensors, card = load_weights(path)
    is_classifier = "classes" in card
    # Both are loaded in full once, so that a damaged file is told here and by its name.
    prefix, into, source = _ENCODER, _ENCODER, {"name": card["name"]}
    if is_classifier:
        classifier = NetworkClassifier.load(path)
        place = member % len(classifier.sight_of)
        prefix, into, source = f"member.{place}.", "", _by_way_of(classifier)
        preprocessing, found = classifier.sights[classifier.sight_of[place]], classifier.sha256
    else:
        encoder = Encoder.load(path)
        preprocessing, found = encoder.preprocessing, encoder.sha256
    state = {
        into + name.removeprefix(prefix): torch.from_numpy(tensor)
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
    source |= {"sha256": found, "training_data": card.get("training_data", {})}
    return Start(dict(card["architecture"]), preprocessing, state, source)


def _by_way_of(classifier: NetworkClassifier) -> dict[str, Any]:
    """Name the encoder that a classifier itself began as, and the labels it was taught since."""
    start = classifier.card.get("started_from")
    told = start if isinstance(start, Mapping) else {}
    ways = [*told.get("taught", []), classifier.label_set]
    return {"name": str(told.get("name", "none")), "taught": ways}


def _from_nothing(recipe: FinetuneRecipe) -> Start:
    try:
        network = registry.build(recipe.network)
    except WeightsError as error:
        raise RecipeError(f"network: {error.what}", remedy=error.remedy) from error
    preprocessing = recipe.preprocessing.preprocessing()
    if network.channels != preprocessing.channels:
        raise RecipeError(
            f"network.channels = {network.channels}, and preprocessing.channels = "
            f"{preprocessing.channels}",
            remedy="make them equal",
        )
    return Start(dict(recipe.network), preprocessing, {}, {})
