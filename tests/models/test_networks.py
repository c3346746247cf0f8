"""Properties that hold across all networks of the registry."""

from __future__ import annotations

import pytest
import torch

from radgalgui.errors import WeightsError
from radgalgui.models import registry
from radgalgui.models.generative.network import GenerativeNetwork


@pytest.fixture(params=registry.names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("channels", [1, 3])
def test_vectors_have_the_stated_width(name: str, channels: int) -> None:
    network = registry.build({"name": name, "channels": channels}).eval()
    with torch.inference_mode():
        vectors = network(torch.rand(3, channels, 64, 64))
    assert network.channels == channels
    assert vectors.shape == (3, network.dimension)
    assert torch.isfinite(vectors).all()


def test_an_images_vector_does_not_depend_on_its_company(name: str) -> None:
    network = registry.build({"name": name}).eval()
    images = torch.rand(5, 1, 64, 64)
    with torch.inference_mode():
        together = network(images)
        alone = torch.cat([network(image[None]) for image in images])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_memory_format_does_not_change_vectors(name: str) -> None:
    network = registry.build({"name": name, "channels": 3}).eval()
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        usual = network(images)
        last = network.to(memory_format=torch.channels_last)(
            images.contiguous(memory_format=torch.channels_last)
        )
    torch.testing.assert_close(usual, last, rtol=1e-4, atol=1e-5)


def test_every_weight_is_learned(name: str) -> None:
    network = registry.build({"name": name}).train()
    with torch.no_grad():  # blocks may start as identities, whose insides get no gradient
        for parameter in network.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    images = torch.rand(4, 1, 64, 64)
    if isinstance(network, GenerativeNetwork):  # the vector is only the first of what it learns
        descent = network.descend(images)
        told = sum((kl.sum() for kl in descent.divergences), descent.parameters.square().sum())
    else:
        told = network(images).square().sum()
    told.backward()
    still = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert still == []


def test_unknown_names_and_options_are_told(name: str) -> None:
    with pytest.raises(WeightsError, match=r"unknown network 'resnext'.*resnet"):
        registry.build({"name": "resnext"})
    with pytest.raises(WeightsError, match=f"'{name}' cannot be built.*nonsense"):
        registry.build({"name": name, "nonsense": 1})


@pytest.mark.parametrize(
    "options",
    [{"depth": 50}, {"width": 0}, {"stem_kernel": 4}, {"channels": 0}, {"output": 0}],
)
def test_resnet_refuses_what_it_cannot_build(options: dict[str, int]) -> None:
    with pytest.raises(WeightsError, match="'resnet' cannot be built"):
        registry.build({"name": "resnet", **options})


@pytest.mark.parametrize(
    ("depth", "parameters"),
    [(18, 11_176_512 - 2 * 64 * 49), (34, 21_284_672 - 2 * 64 * 49)],
)
def test_resnet_is_the_published_network(depth: int, parameters: int) -> None:
    """The counts are torchvision's, less the classifier and two of the stem's three bands."""
    network = registry.build({"name": "resnet", "depth": depth})
    assert network.dimension == 512
    assert sum(p.numel() for p in network.parameters()) == parameters


@pytest.mark.parametrize("pool", [True, False])
def test_the_stem_decides_how_much_is_thrown_away(pool: bool) -> None:
    network = registry.build({"name": "resnet", "width": 0.25, "stem_pool": pool})
    stem = network.get_submodule("stem")
    assert stem(torch.rand(1, 1, 64, 64)).shape[-1] == (16 if pool else 32)


def test_a_linear_layer_sets_the_width_of_vectors() -> None:
    plain = registry.build({"name": "resnet", "width": 0.25})
    narrow = registry.build({"name": "resnet", "width": 0.25, "output": 100})
    assert narrow.dimension == 100
    assert narrow(torch.rand(2, 1, 64, 64)).shape == (2, 100)
    added = set(narrow.state_dict()) - set(plain.state_dict())
    assert added == {"output.weight", "output.bias"}
    assert set(plain.state_dict()) < set(narrow.state_dict())
