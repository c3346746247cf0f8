"""Diagonal Gaussians, the latents of all generative networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

__all__ = ["DiagonalGaussian", "divergence"]

# Widths lie within e^-4 and e^4: narrower priors make divergences of millions of nats.
_WIDEST: Final = 4.0


@dataclass(frozen=True)
class DiagonalGaussian:
    """Independent normal distributions.

    Parameters
    ----------
    mean : Tensor
        Of any shape.
    log_sigma : Tensor, same shape
        Natural logarithm of the standard deviations.
    """

    mean: Tensor
    log_sigma: Tensor

    @classmethod
    def of(cls, parameters: Tensor) -> DiagonalGaussian:
        """Return the distribution of a network's output (N, 2 z, ...): means, then widths.

        The logarithms of the widths are bent so that they stay within +-4.
        """
        mean, raw = parameters.float().chunk(2, dim=1)
        return cls(mean, _WIDEST * torch.tanh(raw / _WIDEST))

    def relative_to(self, prior: DiagonalGaussian) -> DiagonalGaussian:
        """Return this distribution moved and widened to the units of another.

        A posterior told like that stays near its prior whatever becomes of the prior, and the
        divergence of one from the other cannot run away (Vahdat & Kautz 2020, arXiv 2007.03898).
        """
        return DiagonalGaussian(prior.from_standard(self.mean), prior.log_sigma + self.log_sigma)

    def draw(self, temperature: float = 1.0, generator: torch.Generator | None = None) -> Tensor:
        """Return one value of each; ``temperature`` multiplies the standard deviations."""
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.from_standard(temperature * noise)

    def from_standard(self, standardised: Tensor) -> Tensor:
        """Return the values that lie so many standard deviations from the means."""
        return self.mean + self.log_sigma.exp() * standardised

    def to_standard(self, values: Tensor) -> Tensor:
        """Return how many standard deviations values lie from the means."""
        return (values - self.mean) * (-self.log_sigma).exp()


def divergence(posterior: DiagonalGaussian, prior: DiagonalGaussian) -> Tensor:
    """Return the Kullback-Leibler divergence of each component, nats, 0 or more.

    ``ln(s_p / s_q) + (s_q^2 + (m_q - m_p)^2) / (2 s_p^2) - 1/2``.
    """
    difference = posterior.log_sigma - prior.log_sigma
    distance = prior.to_standard(posterior.mean)
    return 0.5 * ((2 * difference).exp() + distance.square() - 1.0) - difference
