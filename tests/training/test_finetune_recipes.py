"""The recipes that teach classes: those that are bundled, and whom they may ask for help."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import DataError
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.finetuning.data import labelled_set
from radgalgui_training.published import read_published
from radgalgui_training.recipes import (
    finetune_names,
    is_finetuning,
    load_finetune,
)
from radgalgui_training.recipes.finetuning_model import LabelSettings

SIGHT = Preprocessing()


@pytest.mark.parametrize("name", finetune_names())
def test_bundled_recipes_are_admitted(name: str) -> None:
    recipe = load_finetune(name)
    assert is_finetuning(name)
    assert recipe.description
    assert recipe.name in ("finetuned", "supervised")
    assert not is_finetuning("simclr-bundled")


@pytest.mark.real
def test_helpers_of_first_are_never_measured_sources(shared_data: Path) -> None:
    settings = LabelSettings(set="mirabest-confident", extra=("rgd", "mirabest-uncertain"))
    labelled, sight = labelled_set(settings, SIGHT, data=shared_data)
    published = read_published("mirabest-confident", shared_data).without_repeats()
    assert labelled.own == len(published)
    np.testing.assert_array_equal(labelled.labels[: labelled.own], published.labels)
    np.testing.assert_allclose(labelled.seen(sight), published.seen(sight), atol=1e-6)
    assert labelled.helpers > 500
    assert not set(labelled.groups[: labelled.own]) & set(labelled.groups[labelled.own :])
    ours = {image.tobytes() for image in labelled.images[: labelled.own]}
    assert not any(image.tobytes() in ours for image in labelled.images[labelled.own :])


@pytest.mark.real
def test_a_set_without_positions_takes_no_helpers(shared_data: Path) -> None:
    settings = LabelSettings(set="frdeep-nvss", extra=("rgd",))
    with pytest.raises(DataError, match="no positions"):
        labelled_set(settings, SIGHT, data=shared_data)
