"""The steps of teaching a network classes: means of weights, rates, what stays still."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from radgalgui.models import registry
from radgalgui.models.network_classifier import ClassifyingNetwork
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.finetuning.module import Finetuning, rate_groups
from radgalgui_training.recipes import (
    load_finetune,
)

RECIPE = "finetune-smoke"
SIGHT = Preprocessing()


@pytest.mark.parametrize("batches", [1, 2])
def test_the_mean_of_the_weights_is_their_mean(batches: int) -> None:
    """It follows each step, of however many batches."""
    recipe = load_finetune(RECIPE, overrides={"learning.average": 0.5})
    method = Finetuning(_small(), recipe, SIGHT, seed=0)
    # Lightning hands its trainer on by this attribute, and checks the type of what is set.
    method._trainer = SimpleNamespace(accumulate_grad_batches=batches, global_step=100)  # type: ignore[assignment]
    before = method.average.head.weight.clone()
    with torch.no_grad():
        method.classifier.head.weight.add_(1.0)
    for batch in range(batches):
        torch.testing.assert_close(method.average.head.weight, before)
        method.on_train_batch_end(None, None, batch)
    torch.testing.assert_close(method.average.head.weight, before + 0.5)
    assert not any(p.requires_grad for p in method.average.parameters())


def test_rates_rise_from_the_first_layer_to_the_head() -> None:
    recipe = load_finetune(
        RECIPE,
        overrides={
            "learning.network_rate": 0.5,
            "learning.depth_rate": 0.1,
            "optimizer.learning_rate": 1.0,
            "optimizer.weight_decay": 0.3,
        },
    )
    network = _small()
    groups = rate_groups(network, recipe)
    rates = {id(p): g.get("lr", 1.0) for g in groups for p in g["params"]}
    decays = {id(p): g["weight_decay"] for g in groups for p in g["params"]}
    assert rates.keys() == {id(p) for p in network.parameters()}
    along = [rates[id(p)] for p in network.parameters()]
    assert along == sorted(along)
    assert along[0] == pytest.approx(0.05)
    assert along[-3] == pytest.approx(0.5)
    assert along[-1] == 1.0
    assert all((decays[id(p)] > 0) == (p.ndim > 1) for p in network.parameters())


def test_frozen_normalisations_stay_still() -> None:
    recipe = load_finetune(RECIPE, overrides={"learning.freeze_norm": True})
    method = Finetuning(_small(), recipe, SIGHT, seed=0)
    method.on_train_epoch_start()
    method.classifier(torch.rand(4, 1, 64, 64))
    norms = [m for m in method.classifier.modules() if isinstance(m, nn.BatchNorm2d)]
    assert norms
    assert all(float(m.running_mean.abs().sum()) == 0 for m in norms)


def _small() -> ClassifyingNetwork:
    torch.manual_seed(0)
    return ClassifyingNetwork(registry.build({"name": "resnet", "width": 0.125}), 2)


# Folds and temperature.
