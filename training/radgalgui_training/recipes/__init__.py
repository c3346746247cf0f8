"""Training recipes: TOML files beside this one, and what a recipe may hold.

Never here: anything that trains.
"""

from __future__ import annotations

from radgalgui_training.recipes.finetuning_model import FinetuneRecipe
from radgalgui_training.recipes.load import (
    each_network,
    finetune_names,
    is_finetuning,
    load_finetune,
    load_recipe,
    recipe_names,
    recipe_values,
)
from radgalgui_training.recipes.model import (
    AugmentSettings,
    DataSettings,
    OptimizerSettings,
    Recipe,
    TrainingSettings,
)

__all__ = [
    "AugmentSettings",
    "DataSettings",
    "FinetuneRecipe",
    "OptimizerSettings",
    "Recipe",
    "TrainingSettings",
    "each_network",
    "finetune_names",
    "is_finetuning",
    "load_finetune",
    "load_recipe",
    "recipe_names",
    "recipe_values",
]
