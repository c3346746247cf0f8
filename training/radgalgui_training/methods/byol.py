"""BYOL (Grill et al. 2020): one view predicts what a slow copy of the network makes of another."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import torch
from lightly.loss import NegativeCosineSimilarity
from lightly.models.modules import BYOLPredictionHead, BYOLProjectionHead
from lightly.models.utils import deactivate_requires_grad, update_momentum
from lightly.utils.scheduler import cosine_schedule
from pydantic import Field
from torch import Tensor, nn

from radgalgui.models.network import Network
from radgalgui_training.method import Batch, Method, steps_now
from radgalgui_training.recipes.model import Recipe
from radgalgui_training.teaching import TeachingOptions

__all__ = ["BYOL", "Options", "build"]


class Options(TeachingOptions):
    """``[method]`` of a recipe.  A teacher is shown the other view.

    Parameters
    ----------
    hidden, projection : int
        Widths of the projection and prediction heads, which are thrown away after training.
    momentum : float
        Share of the slow copy that is kept at each step, at the start.
    momentum_end : float
        And at the end, along a cosine; with 1 the copy stands still then.
    """

    hidden: int = Field(default=1024, ge=1)
    projection: int = Field(default=256, ge=1)
    momentum: float = Field(default=0.99, ge=0, le=1)
    momentum_end: float = Field(default=1.0, ge=0, le=1)


class BYOL(Method):
    """A network whose prediction of one view meets a slow copy's projection of the other.

    No source repels another: what keeps all vectors from becoming one is that the copy
    follows slowly and takes no gradient.

    References
    ----------
    Grill et al. 2020, "Bootstrap your own latent", arXiv 2006.07733; on radio galaxies,
    Slijepcevic et al. 2022, arXiv 2207.08666.
    """

    def __init__(self, network: Network, options: Options, recipe: Recipe) -> None:
        super().__init__(network, recipe)
        self.projection = BYOLProjectionHead(network.dimension, options.hidden, options.projection)
        self.prediction = BYOLPredictionHead(options.projection, options.hidden, options.projection)
        self.slow_network = deepcopy(self.network)
        self.slow_projection = deepcopy(self.projection)
        for copy in (self.slow_network, self.slow_projection):
            deactivate_requires_grad(copy)
        self.lesson = options.lesson(network.dimension)
        self._momentum = options.momentum, options.momentum_end
        self._loss = NegativeCosineSimilarity()

    def trained_modules(self) -> list[nn.Module]:
        """Return what the optimiser moves: not the slow copy."""
        taught = [] if self.lesson is None else [self.lesson]
        return [self.network, self.projection, self.prediction, *taught]

    def training_step(self, batch: Batch, _: int) -> Tensor:
        """Return the loss of two views of a batch, each predicting the other."""
        views = self.views(batch)
        vectors = self.network(views)
        predicted = self.prediction(self.projection(vectors))  # (2N, projection)
        with torch.no_grad():
            aims = self.slow_projection(self.slow_network(views))
        first, second = predicted.float().chunk(2)
        first_aim, second_aim = aims.float().chunk(2)
        loss: Tensor = (self._loss(first, second_aim) + self._loss(second, first_aim)) / 2
        if self.lesson is not None:
            loss = loss + self.lesson(vectors, views.roll(len(views) // 2, dims=0))
        self.log("loss", loss, prog_bar=False, batch_size=len(first))
        return loss

    def momentum(self) -> float:
        """Return the share of the slow copy that is kept at the step that ends now."""
        # At the last step the schedule has reached its end; lightly's refuses steps beyond.
        steps = max(1, int(self.trainer.estimated_stepping_batches))
        return cosine_schedule(min(self.global_step, steps), steps + 1, *self._momentum)  # type: ignore[no-any-return]

    def on_train_batch_end(self, _: Any, __: Any, batch_idx: int) -> None:
        """Let the slow copy follow each step."""
        if not steps_now(self.trainer, batch_idx):
            return
        momentum = self.momentum()
        update_momentum(self.network, self.slow_network, m=momentum)
        update_momentum(self.projection, self.slow_projection, m=momentum)


def build(network: Network, options: Options, recipe: Recipe) -> BYOL:
    """Return the method for a network."""
    return BYOL(network, options, recipe)
