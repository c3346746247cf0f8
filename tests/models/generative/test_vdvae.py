"""The very deep VAE: shapes, divergences, repeatability and what each way down keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.errors import WeightsError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.generative.gaussian import DiagonalGaussian, divergence
from radgalgui.models.networks.vdvae import VDVAE
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.sky.preprocess import Preprocessing

_SMALL: dict[str, Any] = {
    "widths": [4, 4, 8, 8, 8, 16],
    "encoder_blocks": [1, 1, 2, 1, 1, 1],
    "decoder_blocks": [1, 2, 1, 2, 1, 1],
    "latents": [2, 2, 3, 4, 4, 16],
}
_SHAPES = (
    (16, 1, 1),
    (4, 4, 4),
    (4, 8, 8),
    (4, 8, 8),
    (3, 16, 16),
    (2, 32, 32),
    (2, 32, 32),
    (2, 64, 64),
)


def _network(**options: Any) -> VDVAE:
    """Return a small network whose priors and posteriors differ, as if it had learned."""
    torch.manual_seed(0)
    network = VDVAE(**{**_SMALL, **options}).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def _images(count: int = 3, channels: int = 1) -> torch.Tensor:
    return torch.rand(count, channels, 64, 64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("channels", [1, 3])
def test_every_layer_has_its_shape_and_a_divergence(channels: int) -> None:
    network = _network(channels=channels)
    descent = network.descend(_images(channels=channels))
    assert network.latent_shapes == _SHAPES
    assert [tuple(z.shape[1:]) for z in descent.latents] == list(_SHAPES)
    assert [tuple(kl.shape) for kl in descent.divergences] == [(3, s[0]) for s in _SHAPES]
    assert all(bool((kl > 0).any()) and bool((kl > -1e-4).all()) for kl in descent.divergences)
    assert descent.parameters.shape == (3, network.likelihood.parameters, 64, 64)


def test_the_first_divergence_is_that_of_the_vector() -> None:
    network, images = _network(), _images()
    with torch.inference_mode():
        descent = network.descend(images, mean=True)
        state = network.levels[0].enter(network.top.expand(3, -1, -1, -1), None)  # type: ignore[operator]
        block = network.levels[0].blocks[0]  # type: ignore[index, union-attr]
        posterior = block.posterior_of(state, network.encoder(images)[-1])  # type: ignore[operator, union-attr]
        prior = DiagonalGaussian.of(block.prior(state)[:, :32])  # type: ignore[operator, union-attr]
    torch.testing.assert_close(descent.divergences[0], divergence(posterior, prior).flatten(1))
    torch.testing.assert_close(network(images), posterior.mean.flatten(1))


def test_the_vector_is_the_mean_of_the_first_latent() -> None:
    network, images = _network(), _images()
    with torch.inference_mode():
        torch.testing.assert_close(
            network(images), network.descend(images, mean=True).latents[0].flatten(1)
        )


def test_a_seed_repeats_itself_and_another_does_not() -> None:
    network = _network()
    with torch.inference_mode():
        first, again, other = (
            network.descend(count=2, generator=torch.Generator().manual_seed(seed)).parameters
            for seed in (5, 5, 6)
        )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_given_latents_draw_the_same_image_again() -> None:
    network, images = _network(), _images()
    with torch.inference_mode():
        seen = network.descend(images, mean=True)
        by_value = network.descend(given=seen.latents)
        by_offset = network.descend(standardised=seen.standardised)
    torch.testing.assert_close(by_value.parameters, seen.parameters)
    torch.testing.assert_close(by_offset.parameters, seen.parameters, rtol=1e-3, atol=1e-4)
    assert all(not kl.any() for kl in by_value.divergences)


def test_upper_latents_are_kept_and_the_rest_is_drawn() -> None:
    network, images = _network(), _images(1)
    with torch.inference_mode():
        seen = network.descend(images, mean=True)
        drawn = network.descend(given=seen.latents[:2], generator=torch.Generator().manual_seed(3))
    assert torch.equal(drawn.latents[1], seen.latents[1])
    assert not torch.equal(drawn.latents[2], seen.latents[2])


def test_without_temperature_nothing_is_left_to_chance() -> None:
    network = _network()
    with torch.inference_mode():
        cold = network.descend(count=2, temperature=0.0)
        mean = network.descend(count=2, mean=True)
    torch.testing.assert_close(cold.parameters, mean.parameters)
    torch.testing.assert_close(cold.parameters[0], cold.parameters[1])


def test_a_conditioned_network_listens_to_sizes_and_bears_not_to_know_them() -> None:
    network = _network(conditioned=True)
    known = torch.tensor([20.0, 120.0])
    with torch.inference_mode():
        small, large = network.descend(count=2, mean=True, angular_size=known).parameters
        unknown = network.descend(
            count=2, mean=True, angular_size=torch.tensor([torch.nan, 0.0])
        ).parameters
        untold = network.descend(count=2, mean=True).parameters
    assert not torch.allclose(small, large)
    torch.testing.assert_close(unknown, untold)
    assert torch.isfinite(unknown).all()


def test_an_unconditioned_network_takes_no_notice_of_sizes() -> None:
    network = _network()
    with torch.inference_mode():
        told = network.descend(count=1, mean=True, angular_size=torch.tensor([50.0]))
        untold = network.descend(count=1, mean=True)
    assert torch.equal(told.parameters, untold.parameters)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resolutions": [64, 32, 16]}, "as long as resolutions"),
        ({"resolutions": [64, 32, 16, 8, 4, 2]}, "go down to 1"),
        ({"resolutions": [64, 32, 16, 9, 3, 1]}, "go down to 1"),
        ({"widths": [4, 4, 8, 8, 8, 0]}, "positive whole numbers"),
        ({"decoder_blocks": [1, 1, 1, 1, 1, 2]}, "one top-down block"),
        ({"likelihood": "poisson"}, "unknown likelihood"),
    ],
)
def test_what_makes_no_network_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        registry.build({"name": "vdvae", **_SMALL, **options})


def test_saving_and_loading_gives_the_same_bits(tmp_path: Path) -> None:
    """What is written is what was loaded, and it draws the same to the last bit."""
    network = _network(conditioned=True)
    card = {
        "name": "small",
        "architecture": {"name": "vdvae", **_SMALL, "conditioned": True},
        "preprocessing": Preprocessing().to_dict(),
        "dimension": network.dimension,
    }
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    save_weights(first, pack(network, centre=np.zeros(16), whitening=np.eye(16)), card)
    loaded = Encoder.load(first)
    tensors, _ = load_weights(first)
    save_weights(second, tensors, card)
    again = Encoder.load(second)
    assert first.read_bytes() == second.read_bytes()
    with torch.inference_mode():
        drawn, twice = (
            encoder.network.descend(count=2, generator=torch.Generator().manual_seed(4))  # type: ignore[operator]
            for encoder in (loaded, again)
        )
    assert torch.equal(drawn.parameters, twice.parameters)
    images = _images().numpy()
    assert np.array_equal(loaded.embed(images), again.embed(images))


def test_vectors_are_drawn_from_the_population_once_that_is_known() -> None:
    network = _network(conditioned=True)
    vectors = 3 + 0.1 * torch.randn(100, 16, generator=torch.Generator().manual_seed(0))
    sizes = torch.exp(3 + torch.rand(100, generator=torch.Generator().manual_seed(1)))
    images = _images()
    with torch.inference_mode():
        before = network.descend(images, mean=True)
        network.population.fit(vectors, sizes)
        after = network.descend(images, mean=True)
        drawn = network.descend(count=50, generator=torch.Generator().manual_seed(2)).latents[0]
        again = network.descend(standardised=after.standardised)
    torch.testing.assert_close(after.latents, before.latents)  # what is seen is seen as before
    assert float((drawn.flatten(1).mean(dim=0) - 3).abs().max()) < 0.1
    torch.testing.assert_close(again.latents[0], after.latents[0], rtol=1e-3, atol=1e-3)
