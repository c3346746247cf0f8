"""SimSiam (Chen & He 2021): one view predicts the other's projection, which takes no gradient."""

from __future__ import annotations

from lightly.loss import NegativeCosineSimilarity
from lightly.models.modules import SimSiamPredictionHead, SimSiamProjectionHead
from pydantic import Field
from torch import Tensor

from radgalgui.models.network import Network
from radgalgui_training.method import Batch, Method
from radgalgui_training.recipes.model import Recipe
from radgalgui_training.teaching import TeachingOptions

__all__ = ["Options", "SimSiam", "build"]


class Options(TeachingOptions):
    """``[method]`` of a recipe.  A teacher is shown the other view.

    Parameters
    ----------
    hidden, projection, bottleneck : int
        Widths inside the projection head, of its result, and inside the prediction head; both
        heads are thrown away after training.
    """

    hidden: int = Field(default=512, ge=1)
    projection: int = Field(default=512, ge=1)
    bottleneck: int = Field(default=128, ge=1)


class SimSiam(Method):
    """A network with a projection and a prediction head under the negative cosine.

    No source repels another and there is no slow copy: the stopped gradient and the
    bottleneck of the prediction keep all vectors from becoming one.

    References
    ----------
    Chen & He 2021, "Exploring simple Siamese representation learning", arXiv 2011.10566.
    """

    def __init__(self, network: Network, options: Options, recipe: Recipe) -> None:
        super().__init__(network, recipe)
        width = options.projection
        self.projection = SimSiamProjectionHead(network.dimension, options.hidden, width)
        self.prediction = SimSiamPredictionHead(width, options.bottleneck, width)
        self.lesson = options.lesson(network.dimension)
        self._loss = NegativeCosineSimilarity()

    def training_step(self, batch: Batch, _: int) -> Tensor:
        """Return the loss of two views of a batch, each predicting the other."""
        views = self.views(batch)
        vectors = self.network(views)
        projected = self.projection(vectors)  # (2N, projection)
        first, second = self.prediction(projected).float().chunk(2)
        first_aim, second_aim = projected.detach().float().chunk(2)
        loss: Tensor = (self._loss(first, second_aim) + self._loss(second, first_aim)) / 2
        if self.lesson is not None:
            loss = loss + self.lesson(vectors, views.roll(len(views) // 2, dims=0))
        self.log("loss", loss, prog_bar=False, batch_size=len(first))
        return loss


def build(network: Network, options: Options, recipe: Recipe) -> SimSiam:
    """Return the method for a network."""
    return SimSiam(network, options, recipe)
