"""Likelihoods: they are probabilities of 256 levels, and agree with a naive reference."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.special import softmax
from scipy.stats import logistic, norm

from radgalgui.models.generative.likelihoods import LEVELS, build_likelihood, likelihood_names

_HALF = 0.5 / (LEVELS - 1)


def _parameters(number: int, seed: int = 0, spread: float = 1.5) -> torch.Tensor:
    """Return parameters of one pixel, as a decoder might give them, repeated for each level."""
    drawn = spread * torch.randn(1, number, 1, 1, generator=torch.Generator().manual_seed(seed))
    return drawn.repeat(LEVELS, 1, 1, 1)


def _all_levels() -> torch.Tensor:
    return (torch.arange(LEVELS) / (LEVELS - 1))[:, None, None, None]


@pytest.mark.parametrize("name", likelihood_names())
@pytest.mark.parametrize("seed", range(6))
def test_the_levels_share_all_of_the_probability(name: str, seed: int) -> None:
    likelihood = build_likelihood(name, channels=1, components=1)
    found = likelihood.log_likelihood(_all_levels(), _parameters(likelihood.parameters, seed))
    assert float(found.double().exp().sum()) == pytest.approx(1.0, abs=2e-3)
    assert float(found.max()) <= 1e-6


@pytest.mark.parametrize("name", ["logistics", "hurdle"])
def test_a_mixture_shares_all_of_the_probability_too(name: str) -> None:
    likelihood = build_likelihood(name, channels=1, components=4)
    found = likelihood.log_likelihood(_all_levels(), _parameters(likelihood.parameters, 3))
    assert float(found.double().exp().sum()) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("width", [0.02, 0.1, 0.5])
def test_gaussian_is_the_share_of_a_normal_distribution(width: float) -> None:
    likelihood = build_likelihood("gaussian", channels=1, components=1)
    told = torch.tensor([_place(0.3), _width(width)])[None, :, None, None]
    told = told.repeat(LEVELS, 1, 1, 1)
    found = likelihood.log_likelihood(_all_levels(), told).exp().flatten().numpy()
    levels = np.arange(LEVELS) / (LEVELS - 1)
    np.testing.assert_allclose(found, _shares(norm(0.3, width).cdf, levels), atol=2e-5)


def test_logistics_is_the_share_of_a_mixture() -> None:
    likelihood = build_likelihood("logistics", channels=1, components=3)
    weights, means, scales = [0.2, -1.0, 0.7], [0.1, 0.5, 0.9], [0.03, 0.2, 0.006]
    raw = [*weights, *map(_place, means), *map(_width, scales)]
    told = torch.tensor(raw)[None, :, None, None].float()
    found = likelihood.log_likelihood(_all_levels(), told.repeat(LEVELS, 1, 1, 1)).exp()
    levels = np.arange(LEVELS) / (LEVELS - 1)
    parts = [_shares(logistic(m, s).cdf, levels) for m, s in zip(means, scales, strict=True)]
    wanted = softmax(weights) @ np.stack(parts)
    np.testing.assert_allclose(found.flatten().numpy(), wanted, atol=1e-5)


def test_hurdle_is_empty_with_its_own_probability() -> None:
    likelihood = build_likelihood("hurdle", channels=1, components=1)
    told = torch.tensor([math.log(0.25 / 0.75), 0.0, _place(0.4), _width(0.1)])
    told = told[None, :, None, None]
    found = likelihood.log_likelihood(_all_levels(), told.repeat(LEVELS, 1, 1, 1)).exp().flatten()
    assert float(found[0]) == pytest.approx(0.75, abs=1e-5)
    levels = np.arange(LEVELS) / (LEVELS - 1)
    lit = _shares(logistic(0.4, 0.1).cdf, levels)[1:]
    np.testing.assert_allclose(found[1:].numpy(), 0.25 * lit / lit.sum(), atol=1e-5)


@pytest.mark.parametrize("name", likelihood_names())
def test_extreme_parameters_give_finite_values_and_gradients(name: str) -> None:
    likelihood = build_likelihood(name, channels=2, components=1)
    for value in (-1e4, -50.0, 50.0, 1e4):
        told = torch.full((1, likelihood.parameters, 2, 2), value, requires_grad=True)
        images = torch.tensor([0.0, 0.3, 0.7, 1.0]).reshape(1, 1, 2, 2).repeat(1, 2, 1, 1)
        found = likelihood.log_likelihood(images, told)
        found.sum().backward()
        assert torch.isfinite(found).all(), value
        assert told.grad is not None
        assert torch.isfinite(told.grad).all(), value


@pytest.mark.parametrize("name", likelihood_names())
def test_means_and_typical_images_lie_in_range(name: str) -> None:
    likelihood = build_likelihood(name, channels=3, components=1)
    told = 5 * torch.randn(
        2, likelihood.parameters, 8, 8, generator=torch.Generator().manual_seed(1)
    )
    for image in (likelihood.mean(told), likelihood.typical(told)):
        assert image.shape == (2, 3, 8, 8)
        assert 0.0 <= float(image.min()) <= float(image.max()) <= 1.0


def test_a_pixel_that_may_well_be_empty_is_empty_in_a_typical_image() -> None:
    likelihood = build_likelihood("hurdle", channels=1, components=1)
    told = torch.tensor([-1.0, 0.0, 0.8, -4.0])[None, :, None, None]
    assert float(likelihood.typical(told)) == 0.0
    assert 0.1 < float(likelihood.mean(told)) < 0.4


def test_unknown_names_and_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown likelihood 'poisson'"):
        build_likelihood("poisson", channels=1, components=1)
    with pytest.raises(ValueError, match="1 component or more"):
        build_likelihood("logistics", channels=1, components=0)
    with pytest.raises(ValueError, match="one component"):
        build_likelihood("gaussian", channels=1, components=2)


def _place(mean: float) -> float:
    """Return what a decoder says for a mean: means are bent to between -1 and 2."""
    return math.atanh((mean - 0.5) / 1.5)


def _width(scale: float) -> float:
    """Return what a decoder says for a width: their logarithms lie between -5.5 and 1."""
    return 3.25 * math.atanh((math.log(scale) + 2.25) / 3.25)


def _shares(cdf: object, levels: np.ndarray) -> np.ndarray:
    """Return the share of each level's bin, the ends reaching to infinity."""
    edges = np.concatenate([[-np.inf], levels[1:] - _HALF, [np.inf]])
    shares: np.ndarray = np.diff(cdf(edges))  # type: ignore[operator]
    return shares
