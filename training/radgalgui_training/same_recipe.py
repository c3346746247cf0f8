"""A training goes on by the recipe that it was begun with, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pytorch_lightning.callbacks import Callback

from radgalgui.errors import RecipeError
from radgalgui_training.loop import checkpoint_path

__all__ = ["SameRecipe"]

_MAY_CHANGE: Final = frozenset(
    {
        # what it is called
        "name",
        "description",
        "label_set",
        # which networks there are beside it, and what becomes of them
        "members",
        "kinds",
        "folds",
        "final",
        "baseline",
        "whitening",
        "evaluate",
        # how long it goes on, where it runs, and what is told of it
        "training.epochs",
        "training.precision",
        "training.checkpoint_every",
        "training.device",
        "training.devices",
        "training.nodes",
        "training.threads",
        "training.knn",
        "training.knn_every",
    }
)


class SameRecipe(Callback):
    """Writes the values of a recipe into each checkpoint, and asks for them when one is read.

    How long a training lasts and where it runs may change; a value of which one version of the
    program knows nothing is not asked for.

    Parameters
    ----------
    recipe : BaseModel
        Of this network.
    folder : Path
        Of its training.
    more : Mapping
        What else must be the same, by name: into how many folds its sources were parted.
    """

    def __init__(
        self, recipe: BaseModel, folder: Path, more: Mapping[str, int] | None = None
    ) -> None:
        values = dict(_values(recipe.model_dump(mode="json")))
        told = {key: value for key, value in values.items() if key not in _MAY_CHANGE}
        self._values = told | {key: json.dumps(value) for key, value in (more or {}).items()}
        self._checkpoint = checkpoint_path(folder)

    def state_dict(self) -> dict[str, Any]:
        """Return the values, as JSON by dotted key, for the checkpoint."""
        return dict(self._values)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Compare with those of a checkpoint.

        Raises
        ------
        RecipeError
            If one is another.
        """
        for key, before in state_dict.items():
            now = self._values.get(key, before)
            if now != before:
                raise RecipeError(
                    f"was begun with {key} = {before}, not {now}",
                    subject=self._checkpoint,
                    remedy="leave that as it was, or begin anew in another --out",
                )


def _values(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each value that is no table, as JSON, by its dotted key."""
    for key, value in table.items():
        if isinstance(value, Mapping) and prefix + key not in _MAY_CHANGE:
            yield from _values(value, f"{prefix}{key}.")
        else:
            yield prefix + key, json.dumps(value, sort_keys=True)
