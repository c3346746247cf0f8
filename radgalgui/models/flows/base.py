"""What flows end in: a mixture of Gaussians, which one Gaussian is too."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["Mixture"]


class Mixture(nn.Module):
    """A mixture of K Gaussians over D dimensions; a new one is the standard normal, K times.

    A flow bends space, but tears it badly: sources of several kinds are islands, and a flow to
    one Gaussian spends itself on the bridges between them.  A flow to a mixture does not.

    Parameters
    ----------
    components : int
        K, at least 1.
    dimension : int
        D.

    References
    ----------
    Izmailov et al. 2020, arXiv:1912.13025; Papamakarios et al. 2017, arXiv:1705.07057
    """

    log_weights: Tensor  # (K,), sums to 1 as exponentials
    means: Tensor  # (K, D)
    factors: Tensor  # (K, D, D), upper triangular: F F^T is the inverse of the covariance

    def __init__(self, components: int, dimension: int) -> None:
        super().__init__()
        weights = torch.full((components,), -math.log(components))
        self.register_buffer("log_weights", weights)
        self.register_buffer("means", torch.zeros(components, dimension))
        self.register_buffer("factors", torch.eye(dimension).repeat(components, 1, 1))

    def components(self, vectors: Tensor) -> Tensor:
        """Return the log density of each component, weighted, of vectors (n, D): (n, K)."""
        count, size = self.means.shape
        wide = self.factors.permute(1, 0, 2).reshape(size, count * size)  # one large product
        turned = (vectors @ wide).reshape(-1, count, size)
        offsets = torch.einsum("kd,kde->ke", self.means, self.factors)
        squares = (turned - offsets).square().sum(2)
        scales = torch.diagonal(self.factors, dim1=1, dim2=2).log().sum(1)
        return self.log_weights + scales - 0.5 * squares - 0.5 * size * math.log(2 * math.pi)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return log densities (n,) of vectors (n, D)."""
        return torch.logsumexp(self.components(vectors), 1)

    def sample(self, noise: Tensor, chances: Tensor) -> Tensor:
        """Return vectors made of normal noise (n, D) and uniform chances (n,) of components."""
        edges = self.log_weights.double().exp().cumsum(0)
        chosen = torch.searchsorted(edges, chances.double()).clamp(max=len(edges) - 1)
        vectors = torch.empty_like(noise)
        for number in range(len(edges)):
            rows = chosen == number
            apart = torch.linalg.solve_triangular(
                self.factors[number], noise[rows], upper=True, left=False
            )
            vectors[rows] = apart + self.means[number]
        return vectors

    def card(self) -> dict[str, Any]:
        """Return its size as JSON has it."""
        return {"components": len(self.means)}
