"""SimCLR (Chen et al. 2020): two views of a source attract, all other sources repel."""

from __future__ import annotations

from lightly.loss import NTXentLoss
from lightly.models.modules import SimCLRProjectionHead
from pydantic import Field
from torch import Tensor

from radgalgui.models.network import Network
from radgalgui_training.method import Batch, Method
from radgalgui_training.recipes.model import Recipe
from radgalgui_training.settings import Settings

__all__ = ["Options", "SimCLR", "build"]


class Options(Settings):
    """``[method]`` of a recipe.

    Parameters
    ----------
    temperature : float
        Of the normalised cross entropy: the lower, the more the nearest sources repel.
    hidden, projection : int
        Widths of the projection head, which is thrown away after training.
    """

    temperature: float = Field(default=0.2, gt=0)
    hidden: int = Field(default=256, ge=1)
    projection: int = Field(default=128, ge=1)


class SimCLR(Method):
    """A network with a projection head under the normalised temperature-scaled cross entropy.

    References
    ----------
    Chen, Kornblith, Norouzi & Hinton 2020, arXiv 2002.05709.
    """

    def __init__(self, network: Network, options: Options, recipe: Recipe) -> None:
        super().__init__(network, recipe)
        self.head = SimCLRProjectionHead(network.dimension, options.hidden, options.projection)
        self._options = options
        self._loss = NTXentLoss(options.temperature)

    def setup(self, stage: str) -> None:
        """Compare with the sources on all devices where there are several."""
        if stage == "fit":
            several = self.trainer.world_size > 1
            self._loss = NTXentLoss(self._options.temperature, gather_distributed=several)

    def training_step(self, batch: Batch, _: int) -> Tensor:
        """Return the loss of two views of a batch."""
        projected = self.head(self.network(self.views(batch)))  # (2N, projection)
        first, second = projected.float().chunk(2)
        loss: Tensor = self._loss(first, second)
        self.log("loss", loss, prog_bar=False, batch_size=len(first))
        return loss


def build(network: Network, options: Options, recipe: Recipe) -> SimCLR:
    """Return the method for a network."""
    return SimCLR(network, options, recipe)
