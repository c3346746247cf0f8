"""What every generative network can do: infer the latents of images, and draw images."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from radgalgui.models.generative.likelihoods import Likelihood
from radgalgui.models.network import Network

__all__ = ["Descent", "GenerativeNetwork"]


@dataclass(frozen=True)
class Descent:
    """One way down through a network's latents, from the top to the image.

    Parameters
    ----------
    parameters : Tensor, shape (N, P, S, S)
        What the network's likelihood takes.
    latents : list of Tensor, each of shape (N, z, r, r)
        The latents that were used, top first.
    standardised : list of Tensor, same shapes
        The same as standard deviations from what the prior expects, given those above.
    divergences : list of Tensor, each of shape (N, z)
        Kullback-Leibler divergence of posterior from prior, nats, summed over places; 0 for
        latents that were given or came from the prior.
    """

    parameters: Tensor
    latents: list[Tensor]
    standardised: list[Tensor]
    divergences: list[Tensor]


class GenerativeNetwork(Network):
    """A network whose vector is a latent from which, with others, it draws images.

    ``forward`` returns the mean of the top latent's posterior, the galaxy's vector.

    Attributes
    ----------
    size : int
        S, the side of an image, pixels.
    likelihood : Likelihood
        Of images given ``Descent.parameters``.
    latent_shapes : tuple of (z, r, r)
        Top first; the first is (dimension, 1, 1).
    conditioned : bool
        Whether it was made to be told angular sizes.
    """

    size: int
    likelihood: Likelihood
    latent_shapes: tuple[tuple[int, int, int], ...]
    conditioned: bool

    @abstractmethod
    def descend(
        self,
        images: Tensor | None = None,
        *,
        count: int = 1,
        given: Sequence[Tensor] = (),
        standardised: Sequence[Tensor] = (),
        angular_size: Tensor | None = None,
        temperature: float = 1.0,
        mean: bool = False,
        generator: torch.Generator | None = None,
    ) -> Descent:
        """Go down from the top latent to the image.

        Each latent is, in this order: the one in ``given``; the one in ``standardised``; that of
        the posterior, where there are images; that of the prior.

        Parameters
        ----------
        images : Tensor, shape (N, C, S, S), optional
            Images in [0, 1] whose posterior is used.
        count : int
            N, where there are no images, no ``given`` and no ``standardised``.
        given : sequence of Tensor
            The first latents, top first; the rest are found as said.
        standardised : sequence of Tensor
            Likewise, as standard deviations from what the prior expects.
        angular_size : Tensor, shape (N,), optional
            Largest angular size in arcsec at the encoder's scale; NaN or None where it is not
            known.  Only for networks that are ``conditioned``; others take no notice.
        temperature : float
            Multiplies the standard deviations of what is drawn from the prior.
        mean : bool
            Take means instead of drawing, of posterior and prior alike.
        generator : torch.Generator, optional
            Where the random numbers come from.
        """
