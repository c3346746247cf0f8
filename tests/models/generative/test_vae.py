"""The plain VAE: one latent, its divergence, and the ways down that all networks that draw have."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from radgalgui.errors import WeightsError
from radgalgui.models import registry
from radgalgui.models.networks.vae import VAE


def _network(**options: Any) -> VAE:
    """Return a small network, moved away from its start."""
    torch.manual_seed(0)
    network = VAE(**{"size": 16, "widths": [4, 8, 8], "latent": 6, **options}).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def _images(count: int = 3, channels: int = 1) -> torch.Tensor:
    return torch.rand(count, channels, 16, 16, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("channels", [1, 3])
def test_one_latent_draws_a_whole_image(channels: int) -> None:
    network = _network(channels=channels)
    descent = network.descend(_images(channels=channels))
    assert network.latent_shapes == ((6, 1, 1),)
    assert [tuple(z.shape) for z in descent.latents] == [(3, 6, 1, 1)]
    assert descent.parameters.shape == (3, network.likelihood.parameters, 16, 16)
    assert network.likelihood.mean(descent.parameters).shape == (3, channels, 16, 16)


def test_the_divergence_is_that_from_a_standard_normal() -> None:
    network, images = _network(), _images()
    with torch.inference_mode():
        posterior = network._posterior(images)
        mean, log_sigma = posterior.mean.flatten(1), posterior.log_sigma.flatten(1)
        expected = torch.distributions.kl_divergence(
            torch.distributions.Normal(mean, log_sigma.exp()),
            torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean)),
        )
        found = network.descend(images).divergences[0]
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


def test_the_vector_is_the_mean_of_the_latent() -> None:
    network, images = _network(), _images()
    with torch.inference_mode():
        descent = network.descend(images, mean=True)
        torch.testing.assert_close(network(images), descent.latents[0].flatten(1))
        again = network.descend(given=descent.latents)
        by_offset = network.descend(standardised=descent.standardised)
    assert torch.equal(again.parameters, descent.parameters)
    assert torch.equal(by_offset.parameters, descent.parameters)
    assert not again.divergences[0].any()


def test_a_seed_repeats_itself_and_temperature_widens() -> None:
    network = _network()
    first, again, hot, cold = (
        network.descend(
            count=4, temperature=temperature, generator=torch.Generator().manual_seed(seed)
        ).latents[0]
        for seed, temperature in ((5, 1.0), (5, 1.0), (5, 2.0), (5, 0.0))
    )
    assert torch.equal(first, again)
    torch.testing.assert_close(hot, 2 * first)
    assert not cold.any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 18, "widths": [4, 8, 8]}, "18 pixels cannot be halved 2 times"),
        ({"widths": []}, "widths are missing"),
        ({"widths": [4, 0, 8]}, "1 or more"),
        ({"latent": 0}, "1 or more"),
        ({"likelihood": "poisson"}, "unknown likelihood"),
    ],
)
def test_what_makes_no_network_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        registry.build({"name": "vae", "size": 16, "widths": [4, 8, 8], **options})


def test_it_has_as_many_parameters_as_the_very_deep_one() -> None:
    from radgalgui_training.recipes import load_recipe

    counts = [
        sum(p.numel() for p in registry.build(load_recipe(f"{name}-bundled").network).parameters())
        for name in ("vae", "vdvae")
    ]
    assert counts[0] == pytest.approx(counts[1], rel=0.02)
