"""What latents tell, against naive sums, on small networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from radgalgui.models.networks.vae import VAE
from radgalgui.models.networks.vdvae import VDVAE
from radgalgui_training.generation.latents import active_units, measure_latents


def test_active_units_are_those_that_vary() -> None:
    rng = np.random.default_rng(0)
    spreads = np.array([0.0, 0.05, 0.2, 3.0])
    means = (5.0 + spreads * rng.standard_normal((500, 4))).astype(np.float32)
    naive = 0
    for column in means.T:
        middle = sum(map(float, column)) / len(column)
        naive += sum((float(v) - middle) ** 2 for v in column) / len(column) > 0.01
    assert active_units(means) == naive == 2
    assert active_units(means, threshold=1e-3) == 3


@pytest.mark.parametrize("name", ["vae", "vdvae"])
def test_nats_are_those_of_each_image_alone(name: str) -> None:
    torch.manual_seed(0)
    small = {"widths": [4, 4, 8, 8, 8, 16], "encoder_blocks": [1] * 6, "decoder_blocks": [1] * 6}
    network = (
        VAE(widths=[4, 8, 8, 8, 8], latent=6)
        if name == "vae"
        else VDVAE(**small, latents=[2, 2, 2, 4, 4, 6], conditioned=True)
    ).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    images = np.random.default_rng(0).random((5, 1, 64, 64), dtype=np.float32)
    told = measure_latents(network, images)
    with torch.inference_mode():
        descent = network.descend(
            torch.from_numpy(images), generator=torch.Generator().manual_seed(0)
        )
    naive = [float(part.sum(dim=1).mean()) for part in descent.divergences]
    np.testing.assert_allclose([layer.kl for layer in told.layers], naive, rtol=1e-4)
    shapes = [(layer.components, layer.resolution) for layer in told.layers]
    assert shapes == [(z, r) for z, r, _ in network.latent_shapes]
    assert (told.dimension, told.sources) == (6, 5)
    assert told.active == active_units(network(torch.from_numpy(images)).detach().numpy())
