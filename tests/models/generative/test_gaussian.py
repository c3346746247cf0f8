"""Diagonal Gaussians against torch's own distributions and against sums over many draws."""

from __future__ import annotations

import torch
from torch.distributions import Normal, kl_divergence

from radgalgui.models.generative.gaussian import DiagonalGaussian, divergence


def _some(seed: int, shape: tuple[int, ...] = (3, 4, 2, 2)) -> DiagonalGaussian:
    generator = torch.Generator().manual_seed(seed)
    mean = torch.randn(shape, generator=generator)
    return DiagonalGaussian(mean, 0.7 * torch.randn(shape, generator=generator))


def test_divergence_is_that_of_torchs_distributions() -> None:
    posterior, prior = _some(0), _some(1)
    wanted = kl_divergence(
        Normal(posterior.mean, posterior.log_sigma.exp()), Normal(prior.mean, prior.log_sigma.exp())
    )
    torch.testing.assert_close(divergence(posterior, prior), wanted)


def test_divergence_is_the_mean_log_ratio_of_what_is_drawn() -> None:
    posterior, prior = _some(2, (1, 1)), _some(3, (1, 1))
    draws = Normal(posterior.mean, posterior.log_sigma.exp()).sample((200_000,))
    ratio = _log_density(draws, posterior) - _log_density(draws, prior)
    torch.testing.assert_close(
        ratio.mean(), divergence(posterior, prior).squeeze(), rtol=0.02, atol=0.01
    )


def test_divergence_from_itself_is_nothing() -> None:
    assert divergence(_some(4), _some(4)).abs().max() < 1e-6


def test_parameters_of_any_size_give_finite_widths() -> None:
    gaussian = DiagonalGaussian.of(torch.tensor([[1.0, 1e6], [1.0, -1e6]])[:, :, None, None])
    assert torch.isfinite(gaussian.log_sigma.exp()).all()
    assert gaussian.log_sigma.abs().max() <= 4.0


def test_standardised_values_come_back() -> None:
    gaussian, values = _some(5), _some(6).mean
    torch.testing.assert_close(gaussian.from_standard(gaussian.to_standard(values)), values)


def test_draws_have_the_mean_and_the_width_times_the_temperature() -> None:
    gaussian = DiagonalGaussian(torch.full((50_000, 1), 2.0), torch.full((50_000, 1), 0.5).log())
    draws = gaussian.draw(0.4, torch.Generator().manual_seed(0))
    assert abs(float(draws.mean()) - 2.0) < 0.01
    assert abs(float(draws.std()) - 0.2) < 0.01


def _log_density(values: torch.Tensor, gaussian: DiagonalGaussian) -> torch.Tensor:
    density: torch.Tensor = Normal(gaussian.mean, gaussian.log_sigma.exp()).log_prob(values)
    return density
