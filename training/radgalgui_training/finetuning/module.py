"""The steps by which a network with a head learns labels."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional

from radgalgui.models.network_classifier import ClassifyingNetwork
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.augment import Augmentation
from radgalgui_training.method import steps_now
from radgalgui_training.optimizers import build_schedule, optimizer_of
from radgalgui_training.recipes.finetuning_model import FinetuneRecipe

__all__ = ["Finetuning", "rate_groups"]

# Images over their peaks (N, C, K, K), their noise over the peak (N,), their depth (N,), and their
# classes (N,).
LabelledBatch = tuple[Tensor, Tensor, Tensor, Tensor]


class Finetuning(pl.LightningModule):
    """Cross entropy on a random view of each image; the running mean of the weights answers.

    Parameters
    ----------
    classifier : ClassifyingNetwork
        What learns.
    recipe : FinetuneRecipe
        Augmentation, losses and rates.
    preprocessing : Preprocessing
        What the network sees.
    seed : int
        Of the views.
    """

    def __init__(
        self,
        classifier: ClassifyingNetwork,
        recipe: FinetuneRecipe,
        preprocessing: Preprocessing,
        *,
        seed: int,
    ) -> None:
        super().__init__()
        self.classifier = classifier.to(memory_format=torch.channels_last)
        self.average = deepcopy(self.classifier).requires_grad_(requires_grad=False)
        self._recipe = recipe
        self._seed = seed
        self._augmentation = Augmentation(recipe.augment.strength(), preprocessing)
        self._generator: torch.Generator | None = None

    def on_train_epoch_start(self) -> None:
        """Seed the views by epoch and process, so that a resumed training repeats itself."""
        seed = (self._seed * 1_000_003 + self.current_epoch) * 1009 + self.global_rank
        self._generator = torch.Generator(self.device).manual_seed(seed)
        # Dropout draws from torch's own numbers.
        torch.manual_seed(seed)
        if self._recipe.learning.freeze_norm:
            for module in self.classifier.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()

    def training_step(self, batch: LabelledBatch, _: int) -> Tensor:
        """Return the loss of one view of each image of a batch."""
        images, noise, depth, codes = batch
        # In full precision: eight bits of bfloat16 would blur places and brightness alike.
        with torch.autocast(self.device.type, enabled=False):
            views = self._augmentation(images.float(), noise.float(), depth, self._generator)
        aims = self._aims(codes)
        if self._recipe.learning.mixup > 0:
            views, aims = self._mixed(views, aims)
        logits = self.classifier(views.contiguous(memory_format=torch.channels_last)).float()
        loss = functional.cross_entropy(logits, aims)
        self.log("loss", loss, prog_bar=False, batch_size=len(codes))
        return loss

    def on_train_batch_end(self, _: Any, __: Any, batch_idx: int) -> None:
        """Let the running mean of the weights follow each step."""
        if not steps_now(self.trainer, batch_idx):
            return
        # Young means forget faster, or they would remember the untaught head.
        step = self.global_step
        share = min(self._recipe.learning.average, (1 + step) / (10 + step))
        share = share if self._recipe.learning.average > 0 else 0.0
        with torch.no_grad():
            ours, theirs = self.average.state_dict(), self.classifier.state_dict()
            for name, mean in ours.items():
                if mean.is_floating_point():
                    mean.lerp_(theirs[name], 1 - share)
                else:
                    mean.copy_(theirs[name])

    def configure_optimizers(self) -> Any:
        """Build the recipe's optimiser, and its schedule over all steps."""
        settings = self._recipe.optimizer
        optimizer = optimizer_of(rate_groups(self.classifier, self._recipe), settings)
        schedule = build_schedule(optimizer, settings, int(self.trainer.estimated_stepping_batches))
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def _aims(self, codes: Tensor) -> Tensor:
        """Return what is aimed at, (N, K): most of each row at the class, the rest everywhere."""
        count = self.classifier.head.out_features
        certain = functional.one_hot(codes, count).float()
        smoothing = self._recipe.learning.smoothing
        return certain * (1 - smoothing) + smoothing / count

    def _mixed(self, views: Tensor, aims: Tensor) -> tuple[Tensor, Tensor]:
        """Return each view mixed with another of the batch, and its aims as much."""
        sides = torch.full((2,), self._recipe.learning.mixup, device=views.device)
        # A gamma variable by the views' generator: torch has no beta that takes one.
        first, second = torch._standard_gamma(sides, generator=self._generator)
        share = first / (first + second)
        partner = torch.randperm(len(views), device=views.device, generator=self._generator)
        return (
            share * views + (1 - share) * views[partner],
            share * aims + (1 - share) * aims[partner],
        )


def rate_groups(classifier: ClassifyingNetwork, recipe: FinetuneRecipe) -> list[dict[str, Any]]:
    """Return the parameters with their rates and decays, from the first layer to the head.

    The head learns at the recipe's rate, the network's last layer at ``network_rate`` of it,
    and the rate falls evenly in its logarithm to ``depth_rate`` of that at the first layer.
    Biases and normalisations do not decay.
    """
    settings, learning = recipe.optimizer, recipe.learning
    names = [name for name, _ in classifier.network.named_parameters()]
    layers = list(dict.fromkeys(_layer(name) for name in names))
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in classifier.network.named_parameters():
        below = 1 - layers.index(_layer(name)) / max(1, len(layers) - 1)
        rate = settings.learning_rate * learning.network_rate * learning.depth_rate**below
        decay = settings.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    head = [
        {"params": [classifier.head.weight], "weight_decay": settings.weight_decay},
        {"params": [classifier.head.bias], "weight_decay": 0.0},
    ]
    return [
        {"params": several, "lr": rate, "weight_decay": decay}
        for (rate, decay), several in groups.items()
    ] + head


def _layer(name: str) -> str:
    """Return the part of the network that a parameter belongs to: ``stages.1`` of all its own."""
    return ".".join(name.split(".")[:2])
