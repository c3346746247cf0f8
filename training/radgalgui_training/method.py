"""What all ways to train an encoder share: views, optimiser, and repeatable randomness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from radgalgui.models.network import Network
from radgalgui_training.augment import Augmentation
from radgalgui_training.optimizers import build_optimizer, build_plateau, build_schedule
from radgalgui_training.recipes.model import Recipe

__all__ = ["Batch", "Method", "steps_now"]

# Images over their peaks (N, C, K, K), their noise over the peak (N,), their depth (N,), and where
# the recipe has them measured their angular sizes in arcsec (N,).
Batch = Sequence[Tensor]


class Method(pl.LightningModule):
    """The base of all methods: a network, two views of a batch, and the recipe's optimiser.

    Parameters
    ----------
    network : Network
        The encoder to train.
    recipe : Recipe
        Augmentation, optimiser and seed are read from it.
    """

    def __init__(self, network: Network, recipe: Recipe) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)
        self.recipe = recipe
        self._augmentation = Augmentation(
            recipe.augment.strength(), recipe.preprocessing.preprocessing()
        )
        self._generator: torch.Generator | None = None

    def on_train_epoch_start(self) -> None:
        """Seed the views by epoch and process, so that a resumed training repeats itself."""
        seed = (self.recipe.training.seed * 1_000_003 + self.current_epoch) * 1009
        self._generator = torch.Generator(self.device).manual_seed(seed + self.global_rank)

    def views(
        self, batch: Batch, *, count: int = 2, augmentation: Augmentation | None = None
    ) -> Tensor:
        """Return ``count`` random views of each image, (count * N, C, S, S), view by view.

        They change as the recipe says, or by another augmentation.
        """
        change = augmentation or self._augmentation
        images, noise, depth = batch[:3]
        # In full precision: eight bits of bfloat16 would blur places and brightness alike.
        with torch.autocast(self.device.type, enabled=False):
            images, noise = images.float().repeat(count, 1, 1, 1), noise.float().repeat(count)
            views = change(images, noise, depth.float().repeat(count), self._generator)
        return views.contiguous(memory_format=torch.channels_last)

    def taught(self) -> Network:
        """Return the network that is written when the training ends."""
        return self.network

    def finish(
        self,
        seen: NDArray[np.float32],  # noqa: ARG002
        outputs: NDArray[np.float32],  # noqa: ARG002
    ) -> dict[str, Any]:
        """Learn last things for `taught`, and return what else the card shall hold.

        From training images as an encoder sees them (N, C, S, S), and what `taught` makes of them
        (N, D).
        """
        return {}

    def trained_modules(self) -> list[nn.Module]:
        """Return the modules that the optimiser moves."""
        return [module for module in self.children() if any(True for _ in module.parameters())]

    def configure_optimizers(self) -> Any:
        """Build the recipe's optimiser, and its schedule over all steps."""
        settings = self.recipe.optimizer
        optimizer = build_optimizer(self.trained_modules(), settings)
        if settings.schedule == "plateau":
            plateau = {"scheduler": build_plateau(optimizer, settings), "monitor": "loss_epoch"}
            return {"optimizer": optimizer, "lr_scheduler": {**plateau, "interval": "epoch"}}
        schedule = build_schedule(optimizer, settings, int(self.trainer.estimated_stepping_batches))
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


def steps_now(trainer: pl.Trainer, batch: int) -> bool:
    """Whether a batch of an epoch, counted from 0, ends with a step of the optimiser.

    Not all do where a step takes several batches; see `radgalgui_training.shortage`.
    """
    return (batch + 1) % int(trainer.accumulate_grad_batches) == 0
