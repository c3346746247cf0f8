"""The very deep VAE: a hierarchy of latents from one pixel to the whole image.

References
----------
Child 2021, "Very deep VAEs generalize autoregressive models", ICLR, arXiv 2011.10650.
Andrianomena & Tang 2023, "Radio galaxy zoo: leveraging latent space representations from
variational autoencoder", arXiv 2311.08331.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from radgalgui.models.generative.blocks import Block, pointwise, to_unit_scale
from radgalgui.models.generative.condition import SizeCondition
from radgalgui.models.generative.gaussian import DiagonalGaussian, divergence
from radgalgui.models.generative.likelihoods import build_likelihood
from radgalgui.models.generative.network import Descent, GenerativeNetwork
from radgalgui.models.generative.population import Expected, Population

__all__ = ["VDVAE", "build"]

_RESOLUTIONS = (64, 32, 16, 8, 4, 1)
_CLEAR = -1.5  # logarithm of a posterior's width over its prior's, before training
_NARROWING = 2  # the middle of a block has half the channels of its resolution


class VDVAE(GenerativeNetwork):
    """A hierarchical VAE with latents at each of several resolutions.

    Going up, residual blocks with mean pooling between the resolutions.  Going down, at each
    resolution some top-down blocks, with a new latent each; nearest-neighbour upsampling
    between.

    Parameters
    ----------
    channels : int
        Bands of an image.
    resolutions : sequence of int
        Sides in pixels, from the image's own to 1, each a divisor of the one before.
    widths : sequence of int
        Channels at each resolution.
    encoder_blocks, decoder_blocks : sequence of int
        Residual blocks, and top-down blocks, at each resolution.  One at the last: the vector
        is the only latent of one pixel.
    latents : sequence of int
        Components of each latent at each resolution; the last is the vector's width.
    likelihood : str
        See `radgalgui.models.generative.likelihoods`.
    components : int
        Of the likelihood's mixture.
    conditioned : bool
        Whether the decoder may be told the angular size of a source.

    Raises
    ------
    ValueError
        If the lists are of different lengths, a number is not positive, or the resolutions
        do not go down to 1 in whole steps.
    """

    def __init__(
        self,
        *,
        channels: int = 1,
        resolutions: Sequence[int] = _RESOLUTIONS,
        widths: Sequence[int] = (32, 64, 128, 128, 128, 256),
        encoder_blocks: Sequence[int] = (2, 2, 3, 3, 2, 1),
        decoder_blocks: Sequence[int] = (1, 2, 4, 4, 3, 1),
        latents: Sequence[int] = (8, 8, 16, 16, 16, 256),
        likelihood: str = "hurdle",
        components: int = 1,
        conditioned: bool = False,
    ) -> None:
        super().__init__()
        _check(channels, resolutions, widths, encoder_blocks, decoder_blocks, latents)
        self.channels, self.size = channels, resolutions[0]
        self.dimension = latents[-1]
        self.conditioned = conditioned
        self.likelihood = build_likelihood(likelihood, channels=channels, components=components)
        self.encoder = _Encoder(channels, resolutions, widths, encoder_blocks)
        depth = sum(decoder_blocks)
        self.levels = nn.ModuleList(
            _Level(resolutions[k], widths, k, decoder_blocks[k], latents[k], depth)
            for k in reversed(range(len(resolutions)))
        )
        self.top = nn.Parameter(torch.zeros(1, widths[-1], 1, 1))
        self.population = Population(latents[-1])
        self.condition = SizeCondition(list(reversed(widths))) if conditioned else None
        self.output = nn.Sequential(
            nn.GELU(), pointwise(widths[0], self.likelihood.parameters, scale=0.1)
        )
        self.latent_shapes = tuple(
            (latents[k], resolutions[k], resolutions[k])
            for k in reversed(range(len(resolutions)))
            for _ in range(decoder_blocks[k])
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return the vectors (N, dimension): the posterior means of the one-pixel latent."""
        features = self.encoder(images)
        told = self._told(len(images), None, images)
        state = self.top.expand(len(images), -1, -1, -1)
        top: _Level = self.levels[0]  # type: ignore[assignment]
        first: _TopDown = top.blocks[0]  # type: ignore[assignment]
        posterior = first.posterior_of(top.enter(state, told[0]), features[-1])
        return posterior.mean.flatten(1)

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
        """Go down from the top latent to the image; see `GenerativeNetwork.descend`."""
        for known in (images, *given[:1], *standardised[:1]):
            count = count if known is None else len(known)
        features = None if images is None else self.encoder(images)
        told = self._told(count, angular_size, self.top)
        state = self.top.expand(count, -1, -1, -1)
        way = _Way(given, standardised, temperature, mean, generator)
        if self.population.fitted:
            size = angular_size if self.conditioned else None
            way.expected = self.population.expected(count, size)
        for number, level in enumerate(self.levels):
            seen = None if features is None else features[-1 - number]
            state = level(state, seen, told[number], way)
        return Descent(self.output(state), way.latents, way.standard, way.divergences)

    def _told(self, count: int, angular_size: Tensor | None, like: Tensor) -> list[Tensor | None]:
        """Return what each level is told of the size, top first."""
        if self.condition is None:
            return [None] * len(self.levels)
        if angular_size is None:
            angular_size = torch.full((count,), math.nan, device=like.device)
        told: list[Tensor | None] = self.condition(angular_size)
        return told


@dataclass
class _Way:
    """How latents are found on a way down, and those found so far."""

    given: Sequence[Tensor]
    offsets: Sequence[Tensor]
    temperature: float
    mean: bool
    generator: torch.Generator | None
    expected: Expected | None = None  # of the vector, where it is known better than by its prior
    latents: list[Tensor] = field(default_factory=list)
    standard: list[Tensor] = field(default_factory=list)
    divergences: list[Tensor] = field(default_factory=list)

    def choose(self, prior: DiagonalGaussian, posterior: DiagonalGaussian | None) -> Tensor:
        """Return the next latent, and keep it."""
        number = len(self.latents)
        apart = torch.zeros_like(prior.mean[:, :, 0, 0])
        known = self.expected if number == 0 else None
        expected: Expected | DiagonalGaussian = prior if known is None else known
        if number < len(self.given):
            latent = self.given[number]
        elif number < len(self.offsets):
            latent = expected.from_standard(self.offsets[number])
        elif posterior is not None:
            latent = posterior.mean if self.mean else posterior.draw(1.0, self.generator)
            apart = divergence(posterior, prior).sum(dim=(2, 3))
        else:
            chance = 0.0 if self.mean else self.temperature
            latent = expected.draw(chance, self.generator) if chance else expected.mean
        self.latents.append(latent)
        self.standard.append(expected.to_standard(latent))
        self.divergences.append(apart)
        return latent


class _Encoder(nn.Module):
    """From an image up to one pixel; keeps what it found at each resolution."""

    def __init__(
        self,
        channels: int,
        resolutions: Sequence[int],
        widths: Sequence[int],
        blocks: Sequence[int],
    ) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.pools = [a // b for a, b in itertools.pairwise(resolutions)]
        self.wider = nn.ModuleList(
            pointwise(a, b) if a != b else nn.Identity() for a, b in itertools.pairwise(widths)
        )
        scale = 1.0 / math.sqrt(sum(blocks))
        self.stages = nn.ModuleList(
            nn.Sequential(
                # Over the batch: what all images share would drown what differs in the vector.
                nn.BatchNorm2d(width),
                *(
                    _block(width, width, width, side, residual=True, last_scale=scale)
                    for _ in range(count)
                ),
            )
            for side, width, count in zip(resolutions, widths, blocks, strict=True)
        )

    def forward(self, images: Tensor) -> list[Tensor]:
        """Return features at each resolution, the image's own first."""
        features = self.stem(to_unit_scale(images))
        found = [self.stages[0](features)]
        for pool, wider, stage in zip(self.pools, self.wider, self.stages[1:], strict=True):
            found.append(stage(wider(functional.avg_pool2d(found[-1], pool))))
        return found


class _Level(nn.Module):
    """All top-down blocks of one resolution, after the upsampling from the one above."""

    def __init__(
        self,
        side: int,
        widths: Sequence[int],
        place: int,
        blocks: int,
        latent: int,
        depth: int,
    ) -> None:
        super().__init__()
        width = widths[place]
        above = widths[min(place + 1, len(widths) - 1)]
        self.side = side
        self.narrower: nn.Module = nn.Identity() if above == width else pointwise(above, width)
        self.norm = _norm(width)
        self.bias = nn.Parameter(torch.zeros(1, width, side, side))
        self.blocks = nn.ModuleList(_TopDown(width, latent, side, depth) for _ in range(blocks))

    def enter(self, state: Tensor, told: Tensor | None) -> Tensor:
        """Return what comes from above at this level's resolution, told of the size."""
        state = self.narrower(state)
        if state.shape[-1] != self.side:
            state = functional.interpolate(state, size=(self.side, self.side), mode="nearest")
            # One pixel has no order of memory: what is made of it is told ours again.
            state = state.contiguous(memory_format=torch.channels_last)
        state = self.norm(state) + self.bias
        return state if told is None else state + told

    def forward(self, state: Tensor, seen: Tensor | None, told: Tensor | None, way: _Way) -> Tensor:
        state = self.enter(state, told)
        for block in self.blocks:
            state = block(state, seen, way)
        return state


class _TopDown(nn.Module):
    """One latent: its prior, its posterior, its projection, and what follows from it."""

    def __init__(self, width: int, latent: int, side: int, depth: int) -> None:
        super().__init__()
        scale = 1.0 / math.sqrt(depth)
        self.latent = latent
        # Starts as a standard normal prior, and nothing added.
        self.prior = _block(width, width, 2 * latent + width, side, last_scale=0.0)
        self.posterior = _block(2 * width, width, 2 * latent, side, last_scale=0.3)
        if side == 1:  # the vector starts as a whisper that can be heard through its noise
            last: nn.Conv2d = self.posterior.body[-1]  # type: ignore[assignment]
            nn.init.constant_(last.bias[latent:], _CLEAR)  # type: ignore[index]
        self.projection = pointwise(latent, width, scale=scale)
        self.result = _block(width, width, width, side, residual=True, last_scale=scale)

    def forward(self, state: Tensor, seen: Tensor | None, way: _Way) -> Tensor:
        told = self.prior(state)
        prior = self._prior(told)
        posterior = None if seen is None else self._posterior(state, seen, prior)
        latent = way.choose(prior, posterior)
        added = told[:, 2 * self.latent :] + self.projection(latent.to(told.dtype))
        result: Tensor = self.result(state + added)
        return result

    def posterior_of(self, state: Tensor, seen: Tensor) -> DiagonalGaussian:
        """Return the latent's posterior given what the encoder saw."""
        return self._posterior(state, seen, self._prior(self.prior(state)))

    def _prior(self, told: Tensor) -> DiagonalGaussian:
        return DiagonalGaussian.of(told[:, : 2 * self.latent])

    def _posterior(self, state: Tensor, seen: Tensor, prior: DiagonalGaussian) -> DiagonalGaussian:
        """Return the posterior, which the network tells in units of the prior."""
        told = DiagonalGaussian.of(self.posterior(torch.cat([state, seen], dim=1)))
        return told.relative_to(prior)


def build(**options: object) -> VDVAE:
    """Return a `VDVAE` with the options of a weights file or a recipe."""
    return VDVAE(**options)  # type: ignore[arg-type]


def _block(
    inside: int,
    width: int,
    outside: int,
    side: int,
    *,
    residual: bool = False,
    last_scale: float = 1.0,
) -> Block:
    """Return a block for a resolution: its middle has half the channels of the resolution."""
    return Block(
        inside,
        max(4, width // _NARROWING),
        outside,
        wide=side > 2,
        residual=residual,
        last_scale=last_scale,
    )


def _norm(width: int) -> nn.GroupNorm:
    """Return what brings features to one scale where a resolution begins.

    Child (2021) trains without, slowly; at ten times that rate the features would run away.
    """
    return nn.GroupNorm(1, width)


def _check(channels: int, resolutions: Sequence[int], *lists: Sequence[int]) -> None:
    """Raise `ValueError` unless the numbers make a network."""
    if channels < 1 or any(number < 1 for numbers in lists for number in numbers):
        raise ValueError("channels, widths, blocks and latents are positive whole numbers")
    if any(len(numbers) != len(resolutions) for numbers in lists) or len(resolutions) < 2:
        raise ValueError("widths, blocks and latents are lists as long as resolutions")
    steps = list(itertools.pairwise(resolutions))
    if resolutions[-1] != 1 or any(a <= b or a % b for a, b in steps):
        raise ValueError("resolutions go down to 1, each a divisor of the one before")
    if lists[2][-1] != 1:
        raise ValueError("the last resolution has one top-down block, whose latent is the vector")
