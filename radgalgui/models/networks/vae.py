"""A plain convolutional VAE: one latent, the vector, from which the whole image is drawn.

What hierarchical networks are compared with; trained and loaded as they are.

References
----------
Kingma & Welling 2014, "Auto-encoding variational Bayes", ICLR, arXiv 1312.6114.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from radgalgui.models.generative.blocks import pointwise, to_unit_scale
from radgalgui.models.generative.gaussian import DiagonalGaussian, divergence
from radgalgui.models.generative.likelihoods import build_likelihood
from radgalgui.models.generative.network import Descent, GenerativeNetwork

__all__ = ["VAE", "build"]


class VAE(GenerativeNetwork):
    """Convolutions that halve the image down to a few pixels, one latent, and the way back.

    At each resolution a residual block of two 3 x 3 convolutions, which starts as nothing added.
    The prior is a standard normal distribution.

    Parameters
    ----------
    channels : int
        Bands of an image.
    size : int
        Side of an image, pixels; halved between the resolutions.
    widths : sequence of int
        Channels at each resolution, the image's own first.
    latent : int
        Components of the latent, which is the vector.
    likelihood : str
        See `radgalgui.models.generative.likelihoods`.
    components : int
        Of the likelihood's mixture.

    Raises
    ------
    ValueError
        If a number is not positive, or the size cannot be halved so often.
    """

    def __init__(
        self,
        *,
        channels: int = 1,
        size: int = 64,
        widths: Sequence[int] = (16, 32, 48, 96, 112),
        latent: int = 256,
        likelihood: str = "hurdle",
        components: int = 1,
    ) -> None:
        super().__init__()
        smallest = _smallest(size, widths)
        if min(channels, latent, *widths) < 1:
            raise ValueError("channels, widths and latent must be 1 or more")
        self.channels, self.size, self.dimension = channels, size, latent
        self.conditioned = False
        self.likelihood = build_likelihood(likelihood, channels=channels, components=components)
        self.latent_shapes = ((latent, 1, 1),)
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, widths[0], 3, padding=1),
            _Residual(widths[0]),
            *(_halved(a, b) for a, b in pairwise(widths)),
            nn.GELU(),
            nn.Conv2d(widths[-1], 2 * latent, smallest),
        )
        down = widths[::-1]
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(latent, down[0], smallest),
            _Residual(down[0]),
            *(_doubled(a, b) for a, b in pairwise(down)),
            nn.GELU(),
            pointwise(down[-1], self.likelihood.parameters, scale=0.1),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return the vectors (N, dimension): the posterior means."""
        return self._posterior(images).mean.flatten(1)

    def descend(
        self,
        images: Tensor | None = None,
        *,
        count: int = 1,
        given: Sequence[Tensor] = (),
        standardised: Sequence[Tensor] = (),
        angular_size: Tensor | None = None,  # noqa: ARG002
        temperature: float = 1.0,
        mean: bool = False,
        generator: torch.Generator | None = None,
    ) -> Descent:
        """Go from the latent to the image; see `GenerativeNetwork.descend`.

        It takes no notice of the angular size.
        """
        for known in (images, *given[:1], *standardised[:1]):
            count = count if known is None else len(known)
        prior = self._prior(count)
        apart = torch.zeros_like(prior.mean[:, :, 0, 0])
        if given:
            latent = given[0]
        elif standardised:
            latent = standardised[0]  # the prior is the standard normal
        elif images is not None:
            posterior = self._posterior(images)
            latent = posterior.mean if mean else posterior.draw(1.0, generator)
            apart = divergence(posterior, prior).sum(dim=(2, 3))
        else:
            latent = prior.mean if mean else prior.draw(temperature, generator)
        features = latent.contiguous(memory_format=torch.channels_last)
        return Descent(self.decoder(features), [latent], [latent], [apart])

    def _posterior(self, images: Tensor) -> DiagonalGaussian:
        return DiagonalGaussian.of(self.encoder(to_unit_scale(images)))

    def _prior(self, count: int) -> DiagonalGaussian:
        zero = next(self.parameters()).new_zeros(count, self.dimension, 1, 1).float()
        return DiagonalGaussian(zero, zero)


class _Residual(nn.Module):
    """Two 3 x 3 convolutions, each after a GELU, added to what came in."""

    def __init__(self, width: int) -> None:
        super().__init__()
        last = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(last.weight)
        self.body = nn.Sequential(nn.GELU(), nn.Conv2d(width, width, 3, padding=1), nn.GELU(), last)

    def forward(self, features: Tensor) -> Tensor:
        changed: Tensor = self.body(features)
        return features + changed


def _halved(inside: int, outside: int) -> nn.Module:
    """Return what halves the resolution."""
    return nn.Sequential(
        nn.GELU(),
        nn.Conv2d(inside, outside, 3, stride=2, padding=1),
        nn.BatchNorm2d(outside),
        _Residual(outside),
    )


def _doubled(inside: int, outside: int) -> nn.Module:
    """Return what doubles the resolution."""
    return nn.Sequential(
        nn.GELU(),
        pointwise(inside, outside),
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.BatchNorm2d(outside),
        _Residual(outside),
    )


def _smallest(size: int, widths: Sequence[int]) -> int:
    """Return the side of the smallest resolution, pixels."""
    if not widths:
        raise ValueError("widths are missing")
    halvings = 1 << (len(widths) - 1)
    if size < halvings or size % halvings:
        raise ValueError(f"a side of {size} pixels cannot be halved {len(widths) - 1} times")
    return size // halvings


def build(**options: object) -> VAE:
    """Return a `VAE` with the options of a weights file or a recipe."""
    return VAE(**options)  # type: ignore[arg-type]
