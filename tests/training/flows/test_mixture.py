"""Mixtures are found where there are islands, and left out where there are too few sources."""

from __future__ import annotations

import pytest
import torch
from scipy.stats import multivariate_normal

from radgalgui.errors import Cancelled
from radgalgui.progress import CancelToken
from radgalgui_training.flows.mixture import fitted_mixture


@pytest.fixture(scope="module")
def islands() -> torch.Tensor:
    """Three Gaussians of other widths, 3000 vectors of length 2."""
    generator = torch.Generator().manual_seed(0)
    around = torch.randn(3000, 2, generator=generator)
    widths = torch.tensor([[0.1, 0.5], [0.3, 0.1], [0.2, 0.2]])
    middles = torch.tensor([[-2.0, 0.0], [1.0, 1.5], [1.0, -1.5]])
    kind = torch.arange(3000) % 10 // 4  # four, four and two of ten
    return around * widths[kind] + middles[kind]


def test_islands_are_found(islands: torch.Tensor) -> None:
    mixture = fitted_mixture(islands[:2500], islands[2500:], 3, seed=0)
    order = mixture.means[:, 1].argsort()
    expected = torch.tensor([[1.0, -1.5], [-2.0, 0.0], [1.0, 1.5]])
    torch.testing.assert_close(mixture.means[order], expected, atol=0.05, rtol=0)
    shares = torch.tensor([0.2, 0.4, 0.4])
    torch.testing.assert_close(mixture.log_weights[order].exp(), shares, atol=0.01, rtol=0)
    wide = torch.linalg.inv(mixture.factors[order] @ mixture.factors[order].mT)
    torch.testing.assert_close(
        wide.diagonal(dim1=1, dim2=2).sqrt(),
        torch.tensor([[0.2, 0.2], [0.1, 0.5], [0.3, 0.1]]),
        atol=0.03,
        rtol=0,
    )


def test_the_same_seed_gives_the_same_mixture(islands: torch.Tensor) -> None:
    first, again = (fitted_mixture(islands, islands[::5], 3, seed=4) for _ in range(2))
    assert torch.equal(first.factors, again.factors)


@pytest.mark.parametrize(("count", "alike"), [(7, True), (9, False)])
def test_few_vectors_are_left_with_one_gaussian(
    islands: torch.Tensor, count: int, alike: bool
) -> None:
    """With as many components as asked for, all alike, and so no other density."""
    mixture = fitted_mixture(islands[:count], islands[count:], 3, seed=0)
    assert len(mixture.means) == 3
    told = mixture(islands).double().numpy()
    normal = multivariate_normal([0, 0], [[1, 0], [0, 1]]).logpdf(islands.numpy())
    assert bool(abs(told - normal).max() < 1e-4) is alike


def test_no_mixture_is_taken_that_held_out_vectors_deny(islands: torch.Tensor) -> None:
    elsewhere = torch.randn(400, 2, generator=torch.Generator().manual_seed(1))
    mixture = fitted_mixture(islands, elsewhere, 3, seed=0)
    assert torch.equal(mixture.means, torch.zeros(3, 2))


def test_it_can_be_cancelled(islands: torch.Tensor) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        fitted_mixture(islands, islands, 3, seed=0, cancel=token)
