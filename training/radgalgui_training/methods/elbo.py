"""Variational autoencoders: the evidence lower bound (Kingma & Welling 2014; Child 2021)."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from itertools import islice
from typing import Any, Final

import numpy as np
import torch
from lightly.loss import NTXentLoss
from lightly.models.modules import SimCLRProjectionHead
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer

from radgalgui.errors import RecipeError
from radgalgui.models.generative.network import Descent, GenerativeNetwork
from radgalgui.models.generative.population import Population
from radgalgui.models.network import Network
from radgalgui.sky.reconstruction import angular_sizes
from radgalgui_training.augment import Augmentation
from radgalgui_training.generation.latents import ACTIVE
from radgalgui_training.method import Batch, Method, steps_now
from radgalgui_training.recipes.model import AugmentSettings, Recipe
from radgalgui_training.teaching import TeachingOptions

__all__ = ["Elbo", "Options", "build"]

_AT_ONCE: Final = 64
_GUIDE_SIDE: Final = 32
_SETTLING: Final = 100  # batches
_PROJECTION: Final = 64
_PATIENCE: Final = 50  # steps
_TEMPERATURE: Final = 0.2


class Options(TeachingOptions):
    """``[method]`` for a variational autoencoder.  A teacher is shown the same view.

    Parameters
    ----------
    beta : float
        Weight of the divergence of posterior from prior (Higgins et al. 2017); 1 is the bound.
    beta_warmup : float
        Share of the training over which the weight rises from 0.
    free_nats : float
        Divergence that each component of the vector has for nothing (Kingma et al. 2016): below
        it, on the mean over a batch, telling less gains nothing.  Keeps the vector from being
        ignored while the finer latents do all the work.
    layer_nats : float
        The same for each finer latent as a whole, nats an image: what is had for nothing is used,
        so that no resolution falls idle.
    guide : float
        Weight of the squared error, in units of 32 x 32 pixels, of a small decoder that sees
        the vector alone and is thrown away afterwards; 0 has none.
    alike : float
        Weight of a contrastive term (SimCLR's, arXiv 2002.05709) that wants the vectors of two
        views of a galaxy, turned against each other, to be told from other galaxies'; 0 has none.
        What a galaxy is then stands in the vector, and how it lies mostly in the finer latents.
    alike_views : AugmentSettings
        How far the second view may change.  Blurred, over-exposed and noisier it is still the same
        galaxy; views that differ by a turn alone are told from others by their noise.
    size_dropout : float
        Share of the images whose angular size a conditioned network is not told.
    average : float
        Share of the last weights' mean that each step leaves as it was; the mean is what is
        written.  0 writes the weights themselves.
    clip_gradient, skip_gradient : float
        A gradient longer than the first is shortened to it, and a step with one longer than
        the second, or one that is not finite, is not taken.
    """

    beta: float = Field(default=1.0, ge=0)
    beta_warmup: float = Field(default=0.1, ge=0, le=1)
    free_nats: float = Field(default=0.0, ge=0)
    layer_nats: float = Field(default=0.0, ge=0)
    guide: float = Field(default=0.0, ge=0)
    alike: float = Field(default=0.0, ge=0)
    alike_views: AugmentSettings = AugmentSettings()
    size_dropout: float = Field(default=0.5, ge=0, le=1)
    average: float = Field(default=0.999, ge=0, lt=1)
    clip_gradient: float = Field(default=1.0, gt=0)
    skip_gradient: float = Field(default=1000.0, gt=0)


class Elbo(Method):
    """One view of each image, its latents from the posterior, and the bound on its probability.

    Parameters
    ----------
    network : GenerativeNetwork
        The network to train.
    options : Options
        The recipe's ``[method]``.
    recipe : Recipe
        The whole recipe.
    """

    network: GenerativeNetwork

    def __init__(self, network: GenerativeNetwork, options: Options, recipe: Recipe) -> None:
        super().__init__(network, recipe)
        self.options = options
        self.average = deepcopy(network).requires_grad_(False) if options.average else None
        self.guide = _Guide(network.dimension, network.channels) if options.guide else None
        self.projection: nn.Module | None = None
        if options.alike:
            width = network.dimension
            self.projection = SimCLRProjectionHead(width, width, _PROJECTION)
        eyes = recipe.preprocessing.preprocessing()
        self._changed = Augmentation(options.alike_views.strength(), eyes)
        self._contrast = NTXentLoss(temperature=_TEMPERATURE)
        self.lesson = options.lesson(network.dimension)
        self.skipped: Tensor
        self.register_buffer("skipped", torch.zeros((), dtype=torch.long))
        self._steps = 0

    def training_step(self, batch: Batch, _: int) -> Tensor:
        """Return the negative bound of a batch, nats a pixel."""
        views = self.views(batch, count=1)
        sizes = self._told(batch)
        descent = self.network.descend(views, angular_size=sizes, generator=self._generator)
        # In full precision: sums over thousands of pixels, and differences of logarithms.
        with torch.autocast(self.device.type, enabled=False):
            missed = -self.network.likelihood.log_likelihood(views, descent.parameters)
            missed = missed.sum(dim=(1, 2, 3)).mean()
            told = self._divergence(descent)
            pixels = views[0].numel()
            helped = self._guided(views, descent)
            if self.lesson is not None:
                helped = helped + self.lesson(descent.latents[0], views)
            if self.projection is not None:
                others = self.views(batch, count=1, augmentation=self._changed)
                unlike = self._unlike(descent, others, self.projection)
                helped = helped + self.options.alike * unlike
            loss = (missed + self._beta() * told + helped) / pixels
        kl = torch.stack([part.detach().sum(dim=1).mean() for part in descent.divergences])
        known = {"missed": missed.detach() / pixels, "told": kl.sum(), "vector": kl[0]}
        self.log("loss", loss, prog_bar=False, on_step=True, on_epoch=False, batch_size=len(views))
        self.log("loss_epoch", loss, on_step=False, on_epoch=True, batch_size=len(views))
        self.log_dict(known, on_step=False, on_epoch=True, batch_size=len(views))
        return loss

    def _told(self, batch: Batch) -> Tensor | None:
        """Return the sizes that the decoder is told, NaN for those that are held back."""
        if not self.network.conditioned or len(batch) < 4:
            return None
        sizes = batch[3].float()
        lot = torch.rand(len(sizes), device=sizes.device, generator=self._generator)
        return torch.where((lot < self.options.size_dropout) | (sizes <= 0), torch.nan, sizes)

    def _divergence(self, descent: Descent) -> Tensor:
        """Return what the latents tell, nats an image, less what they have for nothing."""
        vector, *finer = descent.divergences
        told = vector.mean(dim=0).clamp_min(self.options.free_nats).sum()
        for part in finer:
            told = told + part.sum(dim=1).mean().clamp_min(self.options.layer_nats)
        return told

    def _guided(self, views: Tensor, descent: Descent) -> Tensor:
        """Return the error of what can be drawn from the vector alone."""
        if self.guide is None:
            return torch.zeros((), device=views.device)
        aim = functional.adaptive_avg_pool2d(views, _GUIDE_SIDE)
        drawn = self.guide(descent.latents[0].flatten(1))
        error: Tensor = (drawn - aim).square().sum(dim=(1, 2, 3)).mean()
        return self.options.guide * error

    def _unlike(self, descent: Descent, others: Tensor, projection: nn.Module) -> Tensor:
        """Return how badly galaxies are told apart by the vectors of two views of each."""
        with torch.autocast(self.device.type, enabled=self._mixed()):
            again = self.network(others)
        first = projection(descent.latents[0].flatten(1).float())
        loss: Tensor = self._contrast(first, projection(again.float()))
        return loss

    def _mixed(self) -> bool:
        return self.recipe.training.precision != "32-true"

    def _beta(self) -> float:
        """Return the weight of the divergence at this step."""
        steps = self.options.beta_warmup * float(self.trainer.estimated_stepping_batches)
        risen = 1.0 if steps <= 0 else min(1.0, (self.global_step + 1) / steps)
        return self.options.beta * risen

    def on_before_optimizer_step(self, optimizer: Optimizer) -> None:
        """Shorten long gradients; take no step at all with one that is far too long."""
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        length = nn.utils.clip_grad_norm_(parameters, self.options.clip_gradient)
        if not torch.isfinite(length) or length > self.options.skip_gradient:
            self.skipped += 1
            for parameter in parameters:
                parameter.grad = None  # an optimiser passes over what has none
        self._steps += 1
        if self._steps == _PATIENCE and self.skipped == _PATIENCE:
            raise RecipeError(
                f"not one of the first {_PATIENCE} steps could be taken: gradients are longer "
                f"than method.skip_gradient = {self.options.skip_gradient:g}, the last is "
                f"{float(length):.3g} long",
                subject=self.recipe.name,
                remedy="raise it, or lower optimizer.learning_rate if the gradients grow",
            )
        self.log("skipped", self.skipped.float(), on_step=True, on_epoch=False)

    def on_train_batch_end(self, _: Any, __: Any, batch_idx: int) -> None:
        """Move the mean of the weights on, faster while there are few to take it of."""
        if self.average is None or not steps_now(self.trainer, batch_idx):
            return
        step = self.global_step
        kept = min(self.options.average, (1 + step) / (10 + step))
        with torch.no_grad():
            means: list[Tensor] = list(self.average.parameters())
            now: list[Tensor] = list(self.network.parameters())
            torch._foreach_lerp_(means, now, 1.0 - kept)

    def on_train_end(self) -> None:
        """Take the statistics of batches anew for the weights that are written."""
        loader = self.trainer.train_dataloader
        self.settle(islice(loader, _SETTLING) if loader is not None else ())

    def settle(self, batches: Iterable[Batch]) -> None:
        """Take the statistics that batch normalisation keeps, from batches, for `taught`.

        Those that were gathered on the way belong to the weights of each step, not to their mean.
        """
        network = self.average or self.network
        normalisations = [part for part in network.modules() if isinstance(part, nn.BatchNorm2d)]
        for part in normalisations:
            part.reset_running_stats()
            part.momentum = None  # the mean over all batches
        network.train()
        with torch.no_grad():
            for batch in batches:
                network.descend(self.views([part.to(self.device) for part in batch], count=1))
        network.eval()

    def trained_modules(self) -> list[nn.Module]:
        """Return the modules that the optimiser moves: not the mean of the weights."""
        heads = [self.guide, self.lesson, self.projection]
        return [self.network, *(head for head in heads if head is not None)]

    def taught(self) -> Network:
        """Return the network with the mean of its last weights."""
        return self.network if self.average is None else self.average

    def finish(self, seen: NDArray[np.float32], outputs: NDArray[np.float32]) -> dict[str, Any]:
        """Fit what vectors are like all together; tell what each layer and component knows."""
        network = self.average or self.network
        drawn: list[Tensor] = []
        sums: list[Tensor] = []
        with torch.inference_mode():
            for first in range(0, len(seen), _AT_ONCE):
                images = torch.from_numpy(seen[first : first + _AT_ONCE])
                generator = torch.Generator().manual_seed(first)  # always the same chances
                descent = network.descend(images, generator=generator)
                drawn.append(descent.latents[0].flatten(1))
                told = [part.sum(dim=0) for part in descent.divergences]
                sums = [a + b for a, b in zip(sums, told, strict=True)] if sums else told
        population = getattr(network, "population", None)
        if isinstance(population, Population):
            sizes = angular_sizes(seen, self.recipe.preprocessing.preprocessing())
            population.fit(torch.cat(drawn), torch.from_numpy(sizes))
        vectors = torch.from_numpy(outputs)
        spread = vectors.std(dim=0)
        layers = [
            {"resolution": shape[1], "kl": round(float(part.sum()) / len(seen), 4)}
            for shape, part in zip(network.latent_shapes, sums, strict=True)
        ]
        return {
            "latents": {
                "component_kl": _rounded(sums[0] / len(seen)),
                "component_mean": _rounded(vectors.mean(dim=0)),
                "component_spread": _rounded(spread),
                "layers": layers,
                "active": int((spread.square() > ACTIVE).sum()),
            }
        }


class _Guide(nn.Module):
    """A small decoder from the vector alone to an image of 32 x 32 pixels."""

    def __init__(self, dimension: int, channels: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Linear(dimension, 96 * 16), nn.Unflatten(1, (96, 4, 4))]
        for inside, outside in ((96, 64), (64, 32), (32, 16)):
            layers += [
                nn.SiLU(),
                nn.Upsample(scale_factor=2, mode="nearest"),
                nn.Conv2d(inside, outside, 3, padding=1),
            ]
        layers += [nn.SiLU(), nn.Conv2d(16, channels, 3, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return images (N, channels, 32, 32) of vectors (N, dimension)."""
        drawn: Tensor = self.body(vectors)
        return drawn.float()


def build(network: Network, options: Options, recipe: Recipe) -> Elbo:
    """Return the method for a network.

    Raises
    ------
    RecipeError
        If the network does not draw images, or is told sizes that the recipe does not measure.
    """
    if not isinstance(network, GenerativeNetwork):
        raise RecipeError(
            "method.name = 'elbo' needs a network that draws images",
            subject=recipe.name,
            remedy="set network.name = 'vdvae'",
        )
    if network.conditioned and not recipe.data.sizes:
        raise RecipeError(
            "network.conditioned = true, and data.sizes = false",
            subject=recipe.name,
            remedy="set data.sizes = true",
        )
    return Elbo(network, options, recipe)


def _rounded(values: Tensor) -> list[float]:
    return [round(float(value), 4) for value in values]
