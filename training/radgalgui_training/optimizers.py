"""Optimisers and learning-rate schedules by the names that recipes use."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from lightly.models.utils import get_weight_decay_parameters
from lightly.utils.lars import LARS
from torch import nn
from torch.optim import SGD, AdamW, Optimizer, RMSprop
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau

from radgalgui_training.recipes.model import OptimizerSettings

__all__ = ["build_optimizer", "build_plateau", "build_schedule", "optimizer_of", "rate_factor"]


def build_optimizer(modules: Iterable[nn.Module], settings: OptimizerSettings) -> Optimizer:
    """Return the optimiser of a recipe; biases and normalisations do not decay."""
    decaying, others = get_weight_decay_parameters(list(modules))
    groups: list[dict[str, Any]] = [
        {"params": decaying, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return optimizer_of(groups, settings)


def optimizer_of(groups: list[dict[str, Any]], settings: OptimizerSettings) -> Optimizer:
    """Return the optimiser of a recipe for groups of parameters that may have their own rates."""
    rate, momentum = settings.learning_rate, settings.momentum
    if settings.name == "adamw":
        return AdamW(groups, lr=rate)
    if settings.name == "sgd":
        return SGD(groups, lr=rate, momentum=momentum)
    if settings.name == "rmsprop":
        return RMSprop(groups, lr=rate, momentum=momentum)
    return LARS(groups, lr=rate, momentum=momentum)  # type: ignore[no-any-return]


def build_schedule(optimizer: Optimizer, settings: OptimizerSettings, steps: int) -> LambdaLR:
    """Return the schedule of a recipe over a number of steps."""
    return LambdaLR(optimizer, lambda step: rate_factor(step, steps, settings))


def build_plateau(optimizer: Optimizer, settings: OptimizerSettings) -> ReduceLROnPlateau:
    """Return the schedule that waits for the loss of the epochs to stop falling."""
    return ReduceLROnPlateau(
        optimizer, factor=settings.plateau_factor, patience=settings.plateau_patience
    )


def rate_factor(step: int, steps: int, settings: OptimizerSettings) -> float:
    """Return the learning rate at a step over the recipe's: a linear rise, then a cosine fall."""
    warmup = max(1, round(settings.warmup * steps))
    if step < warmup:
        return (step + 1) / warmup
    if settings.schedule != "cosine":
        return 1.0
    done = min(1.0, (step - warmup) / max(1, steps - warmup))
    return 0.5 * (1.0 + math.cos(math.pi * done))
