"""Fit a mixture of Gaussians by expectation and maximisation, stopped by held-out vectors."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import torch
from torch import Tensor

from radgalgui.models.flows.base import Mixture
from radgalgui.models.flows.packing import halved
from radgalgui.progress import CancelToken

__all__ = ["fitted_mixture"]

_NARROWEST: Final = 3e-4  # added to variances, which are about 1: few vectors look too narrow
_MEANS: Final = 15  # rounds in which the components are first told apart
_ROUNDS: Final = 30
_PATIENCE: Final = 3
_BETTER: Final = 1e-3  # nats per dimension: a smaller gain is not worth the next rounds
_LEAST_SHARE: Final = 1e-4  # of a vector in a component; less is not added up
_PER_DIMENSION: Final = 2  # vectors that a component needs for each dimension


def fitted_mixture(
    learned: Tensor,
    held: Tensor,
    components: int,
    *,
    seed: int,
    cancel: CancelToken | None = None,
) -> Mixture:
    """Return a mixture of at most some components, or the standard normal if that is better.

    Parameters
    ----------
    learned, held : Tensor, shape (n, D)
        Whitened vectors: those that it learns from, and those that say when to stop.
    components : int
        Gaussians; fewer where each would have too few vectors.
    seed : int
        Draws the first means.
    cancel : CancelToken, optional
        Looked at in each round.

    Returns
    -------
    Mixture
        With ``components`` components in any case (those of the standard normal are alike),
        in the precision in which it is kept.
    """
    count, size = learned.shape
    best = Mixture(components, size).to(learned.device)
    fewer = min(components, count // (_PER_DIMENSION * size))
    if fewer < 2:
        return best
    value, waited = float(best(held).mean()), 0
    shares = _first_shares(learned, fewer, seed)
    for _ in range(_ROUNDS):
        if cancel is not None:
            cancel.check()
        made = _maximised(learned, shares)
        shares = torch.softmax(made.components(learned), 1)
        told = float(made(held).mean())
        waited = 0 if told > value + _BETTER * size else waited + 1
        if told > value:
            best, value = _padded(made, components), told
        if waited >= _PATIENCE:
            break
    halved(best)
    return best


def _first_shares(vectors: Tensor, components: int, seed: int) -> Tensor:
    """Return which component each vector is nearest to (n, K), by k means."""
    means = _first_means(vectors, components, seed)
    for _ in range(_MEANS):
        nearest = torch.cdist(vectors, means).argmin(1)
        shares = torch.nn.functional.one_hot(nearest, components).to(vectors)
        counts = shares.sum(0)[:, None]
        means = torch.where(counts > 0, shares.T @ vectors / counts.clamp(min=1), means)
    return shares


def _first_means(vectors: Tensor, components: int, seed: int) -> Tensor:
    """Return vectors far from each other: each is drawn by its squared distance from the others.

    Arthur & Vassilvitskii 2007, SODA, k-means++.
    """
    rng = np.random.default_rng(seed)
    means = vectors[int(rng.integers(len(vectors)))][None]
    for _ in range(components - 1):
        squares = torch.cdist(vectors, means).amin(1).double().square()
        edges = squares.cumsum(0).cpu().numpy()
        row = min(int(np.searchsorted(edges, rng.random() * edges[-1])), len(vectors) - 1)
        means = torch.cat([means, vectors[row][None]])
    return means


def _maximised(vectors: Tensor, shares: Tensor) -> Mixture:
    """Return the mixture that is likeliest, given to which components vectors belong."""
    size, components = vectors.shape[1], shares.shape[1]
    made = Mixture(components, size).to(vectors.device)
    counts = shares.sum(0) + 1e-6
    made.log_weights.copy_(torch.log(counts / counts.sum()))
    made.means.copy_(shares.T @ vectors / counts[:, None])
    unit = torch.eye(size, device=vectors.device)
    for number in range(components):
        share = shares[:, number]
        mine = share > _LEAST_SHARE
        apart = (vectors[mine] - made.means[number]) * share[mine].sqrt()[:, None]
        covariance = apart.T @ apart / counts[number] + _NARROWEST * unit
        lower = torch.linalg.cholesky(covariance)
        made.factors[number] = torch.linalg.solve_triangular(lower, unit, upper=False).T
    return made


def _padded(mixture: Mixture, components: int) -> Mixture:
    """Return a mixture of more components, the last one shared by those that are added."""
    added = components - len(mixture.means)
    if not added:
        return mixture
    made = Mixture(components, mixture.means.shape[1]).to(mixture.means.device)
    for name in ("log_weights", "means", "factors"):
        known = getattr(mixture, name)
        getattr(made, name).copy_(torch.cat([known, known[-1:].expand(added, *known.shape[1:])]))
    made.log_weights[-added - 1 :] -= math.log(added + 1)
    return made
