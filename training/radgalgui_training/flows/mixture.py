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
_TRIALS: Final = ((8, 4), (3, 8))  # starts that are left, and rounds that each then takes
_ROUNDS: Final = 30  # for the best of them
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
    shares: Tensor | None = None,
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
        Draws the first means, several times over: many starts end in a poor mixture.
    shares : Tensor, shape (n, components), optional
        How much of each learned vector belongs to each component, to start from instead.
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
    rng = np.random.default_rng(seed)
    if shares is not None:
        starts = [_Rounds(learned, held, shares, cancel)]
    else:
        first = (_first_shares(learned, fewer, rng) for _ in range(_TRIALS[0][0]))
        starts = [_Rounds(learned, held, one, cancel) for one in first]
        for left, rounds in _TRIALS:
            starts = sorted(starts, key=lambda one: -one.value)[:left]
            for start in starts:
                start.go(rounds)
    chosen = max(starts, key=lambda one: one.value)
    chosen.go(_ROUNDS)
    if chosen.value > float(best(held).mean()):
        best = _padded(chosen.best, components)
    halved(best)
    return best


class _Rounds:
    """Expectation and maximisation from one start; remembers what was best for held-out vectors."""

    def __init__(
        self,
        learned: Tensor,
        held: Tensor,
        shares: Tensor,
        cancel: CancelToken | None,
    ) -> None:
        self._learned, self._held, self._cancel = learned, held, cancel
        self._shares = shares
        self._waited = 0
        self.value = -math.inf
        self.best: Mixture

    def go(self, rounds: int) -> None:
        """Take some rounds, or fewer where they gain nothing more."""
        least = _BETTER * self._held.shape[1]
        for _ in range(rounds):
            if self._cancel is not None:
                self._cancel.check()
            if self._waited >= _PATIENCE:
                return
            made = _maximised(self._learned, self._shares)
            self._shares = torch.softmax(made.components(self._learned), 1)
            told = float(made(self._held).mean())
            self._waited = 0 if told > self.value + least else self._waited + 1
            if told > self.value:
                self.best, self.value = made, told


def _first_shares(vectors: Tensor, components: int, rng: np.random.Generator) -> Tensor:
    """Return which component each vector is nearest to (n, K), by k means."""
    rows = rng.choice(len(vectors), components, replace=False)
    means = vectors[torch.from_numpy(rows).to(vectors.device)]
    for _ in range(_MEANS):
        nearest = torch.cdist(vectors, means).argmin(1)
        shares = torch.nn.functional.one_hot(nearest, components).to(vectors)
        counts = shares.sum(0)[:, None]
        means = torch.where(counts > 0, shares.T @ vectors / counts.clamp(min=1), means)
    return shares


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
