"""What the latents of a network tell: nats layer by layer, and components that are not idle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.progress import CancelToken, Progress, silent

__all__ = ["ACTIVE", "Latents", "Layer", "active_units", "measure_latents"]

ACTIVE: Final = 0.01
_AT_ONCE: Final = 32


@dataclass(frozen=True)
class Layer:
    """One latent: its side in pixels, its components at each place, and nats an image."""

    resolution: int
    components: int
    kl: float


@dataclass(frozen=True)
class Latents:
    """What the latents tell of a set of images.

    Parameters
    ----------
    layers : tuple of Layer
        Top first; the first is the vector.
    active : int
        Components of the vector that are active; see `active_units`.
    dimension : int
        Of the vector.
    sources : int
        Images that it was measured on.
    """

    layers: tuple[Layer, ...]
    active: int
    dimension: int
    sources: int

    @property
    def silent(self) -> int:
        """How many latents tell less than a hundredth of a nat."""
        return sum(layer.kl < 0.01 for layer in self.layers)


def active_units(means: NDArray[np.floating], *, threshold: float = ACTIVE) -> int:
    """Return how many components of posterior means (N, D) vary by more than a threshold.

    References
    ----------
    Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", arXiv 1509.00519.
    """
    return int((np.var(means.astype(np.float64), axis=0) > threshold).sum())


def measure_latents(
    network: GenerativeNetwork,
    images: NDArray[np.float32],
    *,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Latents:
    """Return what the latents of a network tell of images (N, C, S, S).

    Latents are drawn from their posteriors, as in training, each after those above it; the
    divergence of posterior from prior is added up over components and places and averaged
    over images.  A conditioned network is not told the sizes.
    """
    told: list[NDArray[np.float64]] = []
    means: list[NDArray[np.float32]] = []
    for first in range(0, len(images), _AT_ONCE):
        if cancel is not None:
            cancel.check()
        batch = torch.from_numpy(np.ascontiguousarray(images[first : first + _AT_ONCE]))
        batch = batch.contiguous(memory_format=torch.channels_last)
        generator = torch.Generator().manual_seed(seed + first)
        with torch.inference_mode():
            descent = network.descend(batch, generator=generator)
            means.append(network(batch).numpy())
        sums = [float(part.double().sum()) for part in descent.divergences]
        told.append(np.asarray(sums))
        progress(first + len(batch), len(images), "measuring latents")
    kl = np.sum(told, axis=0) / len(images)
    layers = tuple(
        Layer(shape[-1], shape[0], float(nats))
        for shape, nats in zip(network.latent_shapes, kl, strict=True)
    )
    vectors = np.concatenate(means)
    return Latents(layers, active_units(vectors), vectors.shape[1], len(images))
