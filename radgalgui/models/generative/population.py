"""What the vectors of real galaxies are like, all together, so that new ones can be drawn.

The prior that a network learns with is blind to how components go together.  After the training a
normal distribution with all covariances is fitted to what the posterior gives for the training
images, and takes the prior's place where vectors are drawn; with it the line along which vectors
change with angular size.

References
----------
Ghosh, Sajjadi, Vergari, Black & Schölkopf 2020, "From variational to deterministic autoencoders",
ICLR, arXiv 1903.12436 (density estimation after the training).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

__all__ = ["Expected", "Population"]

_FLOOR: Final = 1e-3  # of the mean variance, added to each: nothing is drawn from a plane
_FEWEST: Final = 2


@dataclass(frozen=True)
class Expected:
    """A normal distribution of vectors, (N, D, 1, 1), with a mean for each and one covariance.

    Parameters
    ----------
    mean : Tensor, shape (N, D, 1, 1)
        Means.
    factor : Tensor, shape (D, D)
        Lower triangle whose product with its transpose is the covariance.
    """

    mean: Tensor
    factor: Tensor

    def draw(self, temperature: float = 1.0, generator: torch.Generator | None = None) -> Tensor:
        """Return one vector for each mean; ``temperature`` multiplies the deviations."""
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.from_standard(temperature * noise)

    def from_standard(self, standardised: Tensor) -> Tensor:
        """Return the vectors of independent standard deviations from the means."""
        return self.mean + (standardised.flatten(1) @ self.factor.T)[:, :, None, None]

    def to_standard(self, values: Tensor) -> Tensor:
        """Return the independent standard deviations of vectors from the means."""
        apart = (values - self.mean).flatten(1).T
        found: Tensor = torch.linalg.solve_triangular(self.factor, apart, upper=False)
        return found.T[:, :, None, None]


class Population(nn.Module):
    """The distribution of vectors over the training images; unknown until it is fitted.

    Parameters
    ----------
    dimension : int
        D, the width of a vector.
    """

    mean: Tensor
    factor: Tensor
    slope: Tensor
    told_factor: Tensor
    typical: Tensor

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimension))
        self.register_buffer("factor", torch.zeros(dimension, dimension))
        self.register_buffer("slope", torch.zeros(dimension))
        self.register_buffer("told_factor", torch.zeros(dimension, dimension))
        # The mean logarithm of the angular sizes, and whether anything was fitted at all.
        self.register_buffer("typical", torch.zeros(2))

    @property
    def fitted(self) -> bool:
        """Whether there is anything to draw from."""
        return bool(self.typical[1] > 0)

    def fit(self, vectors: Tensor, angular_sizes: Tensor) -> None:
        """Take the distribution of vectors.

        Parameters
        ----------
        vectors : Tensor, shape (N, D)
            Drawn from the posteriors of N images, two at least.
        angular_sizes : Tensor, shape (N,)
            Arcsec; NaN or 0 where not known.  Without two that are, sizes tell nothing.
        """
        if len(vectors) < _FEWEST:
            raise ValueError("a distribution is fitted to two vectors or more")
        wide = vectors.double()
        mean = wide.mean(dim=0)
        known = torch.isfinite(angular_sizes) & (angular_sizes > 0)
        slope, typical = torch.zeros_like(mean), torch.zeros((), dtype=torch.float64)
        if int(known.sum()) >= _FEWEST:
            logarithm = angular_sizes[known].double().log()
            typical = logarithm.mean()
            offset = logarithm - typical
            spread = offset.square().sum()
            if spread > 0:
                slope = (offset[:, None] * (wide[known] - mean)).sum(dim=0) / spread
            left = wide[known] - mean - offset[:, None] * slope
        else:
            left = wide - mean
        self.mean.copy_(mean)
        self.slope.copy_(slope)
        self.factor.copy_(_factor(wide - mean))
        self.told_factor.copy_(_factor(left))
        self.typical.copy_(torch.stack([typical, torch.ones_like(typical)]))

    def expected(self, count: int, angular_size: Tensor | None) -> Expected:
        """Return the distribution of so many vectors, of galaxies of known sizes or of any.

        Parameters
        ----------
        count : int
            N.
        angular_size : Tensor, shape (N,), optional
            Arcsec.  Unless all are known and above 0, none counts.
        """
        mean = self.mean.expand(count, -1)
        if angular_size is None or not bool((angular_size > 0).all()):
            return Expected(mean[:, :, None, None], self.factor)
        offset = angular_size.log() - self.typical[0]
        mean = mean + offset[:, None] * self.slope
        return Expected(mean[:, :, None, None], self.told_factor)


def _factor(left: Tensor) -> Tensor:
    """Return the lower triangle of the covariance of residuals (N, D), float64."""
    covariance = left.T @ left / (len(left) - 1)
    floor = _FLOOR * covariance.diagonal().mean().clamp_min(torch.finfo(torch.float32).tiny)
    factor: Tensor = torch.linalg.cholesky(covariance + floor * torch.eye(len(covariance)))
    return factor
