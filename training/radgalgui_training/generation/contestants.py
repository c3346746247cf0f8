"""Who draws galaxies: networks, and the principal components of the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from radgalgui.models.encoder import Encoder
from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.generation.pca import PixelPca

__all__ = ["PCA_COMPONENTS", "Drawer", "best_pca", "named", "network_of"]

PCA_COMPONENTS = 256


@dataclass(frozen=True)
class Drawer:
    """Who was measured.

    Parameters
    ----------
    name : str
        In tables.
    what : str
        What it is, in a few words.
    numbers : int
        That it learned; 0 where nothing was.
    latents : int
        Numbers that it draws an image from; 0 where that means nothing.
    """

    name: str
    what: str
    numbers: int = 0
    latents: int = 0

    @classmethod
    def of(cls, encoder: Encoder, name: str) -> Drawer:
        """Return what there is to say of a network that draws."""
        network = network_of(encoder)
        latents = int(sum(np.prod(shape) for shape in network.latent_shapes))
        layers = len(network.latent_shapes)
        what = f"{layers} layers of latents" if layers > 1 else "one latent"
        learned = sum(parameter.numel() for parameter in network.parameters())
        return cls(name, what, learned, latents)


def named(encoders: Sequence[Encoder]) -> dict[str, Encoder]:
    """Return encoders by their names; of those of one name the later are numbered."""
    found: dict[str, Encoder] = {}
    for encoder in encoders:
        several = sum(each.name == encoder.name for each in found.values())
        found[f"{encoder.name} ({several + 1})" if several else encoder.name] = encoder
    return found


def network_of(encoder: Encoder) -> GenerativeNetwork:
    """Return the network of an encoder that draws.

    Raises
    ------
    UsageError
        If it does not.
    """
    Generator.of(encoder)  # which refuses all others
    return cast(GenerativeNetwork, encoder.network)


def best_pca(
    taught: NDArray[np.float32],
    measured: NDArray[np.float32],
    *,
    components: int = PCA_COMPONENTS,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[PixelPca, bool]:
    """Return the principal components that reconstruct best, and whether of turned images.

    Fitted to the training images as they lie and to all their orientations; whichever has the
    smaller squared error on the images that are measured is taken, in favour of the components.
    Of fewer training images there are one less than these.
    """
    found = []
    components = min(components, len(taught) - 1)
    for number, turned in enumerate((False, True)):
        if cancel is not None:
            cancel.check()
        pca = PixelPca.fit(taught, components, turned=turned)
        error = float(np.square(pca.reconstruct(measured) - measured).mean())
        found.append((error, turned, pca))
        progress(number + 1, 2, "fitting principal components")
    _, turned, pca = min(found, key=lambda each: each[0])
    return pca, turned
