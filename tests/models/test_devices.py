"""Devices: what is chosen and said, and vectors that a shortage of memory does not change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.errors import ResourceError, UsageError
from radgalgui.models import devices
from radgalgui.models.devices import Room, available_devices, choose_device, is_memory_shortage
from radgalgui.models.encoder import Encoder


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).random((11, 1, 64, 64), dtype=np.float32) ** 8


@pytest.fixture
def encoder(make_untaught: Callable[[], tuple[Any, dict[str, Any]]]) -> Encoder:
    network, card = make_untaught()
    return Encoder(network, centre=np.zeros(network.dimension), card=card)


def _small(network: torch.nn.Module, limit: int) -> list[int]:
    """Make a network run short of memory above ``limit`` images; return the batches it took."""
    taken: list[int] = []

    def check(_: Any, inputs: tuple[torch.Tensor, ...]) -> None:
        if len(inputs[0]) > limit:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        taken.append(len(inputs[0]))

    network.register_forward_pre_hook(check)
    return taken


def test_the_processor_is_always_there_and_said() -> None:
    assert available_devices()[-1] == "cpu"
    assert choose_device("cpu", threads=2).text == "CPU, 2 threads, 32-bit"
    assert choose_device("cpu", threads=1, precision="bf16").text == "CPU, 1 thread, bfloat16 mixed"
    assert choose_device().name == available_devices()[0]


def test_a_card_is_chosen_before_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda name: f"Card {name}")
    assert available_devices() == ["cuda:0", "cuda:1", "cpu"]
    assert choose_device().name == choose_device("cuda").name == "cuda:0"
    assert choose_device("cuda:1").text == "Card cuda:1 (cuda:1), 32-bit"
    with pytest.raises(UsageError, match="no device 'cuda:2' here; use cuda:0 or cuda:1 or cpu"):
        choose_device("cuda:2")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"wanted": "tpu"}, "no device 'tpu'"),
        ({"threads": -1}, "-1 threads"),
        ({"precision": "64"}, "no precision '64'; use auto, 32, bf16, 16"),
    ],
)
def test_what_is_not_there_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        choose_device(**options)


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with choose_device("cpu", threads=before + 1).at_work():
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_shortages_are_told_from_other_errors() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert is_memory_shortage(caught.value)
    assert is_memory_shortage(torch.OutOfMemoryError("CUDA out of memory."))
    windows = "DefaultCPUAllocator: not enough memory: you tried to allocate 800 bytes."
    assert is_memory_shortage(RuntimeError(windows))
    assert is_memory_shortage(RuntimeError("MPS backend out of memory (MPS allocated: 17.9 GB)"))
    assert not is_memory_shortage(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_memory_shortage(ValueError("out of memory"))


@pytest.mark.parametrize("ignore_orientation", [False, True])
def test_a_shortage_halves_the_batch_and_changes_no_vector(
    encoder: Encoder, images: np.ndarray, ignore_orientation: bool
) -> None:
    options: dict[str, Any] = {"ignore_orientation": ignore_orientation, "batch_size": 64}
    expected = encoder.embed(images, **options)
    views = 8 if ignore_orientation else 1
    taken, said = _small(encoder.network, 3 * views), list[tuple[str, str]]()
    found = encoder.embed(images, note=lambda *note: said.append(note), **options)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert max(taken) <= 3 * views
    assert sum(taken) == len(images) * views
    assert [level for level, _ in said] == ["warning", "warning"]
    assert said[1][1].endswith("going on with 2.")


def test_memory_that_never_suffices_is_told(encoder: Encoder, images: np.ndarray) -> None:
    _small(encoder.network, 0)
    with pytest.raises(ResourceError, match="does not hold a single image"):
        encoder.embed(images)


def test_other_errors_pass(encoder: Encoder) -> None:
    def broken(_: slice) -> None:
        raise RuntimeError("shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="multiplied"):
        list(Room(4).fit(8, broken))


def test_less_exact_vectors_point_the_same_way(encoder: Encoder, images: np.ndarray) -> None:
    exact = encoder.embed(images)
    fast = encoder.embed(images, device=devices.choose_device("cpu", precision="bf16"))
    assert fast.dtype == np.float32
    assert not np.array_equal(fast, exact)
    cosines = (fast * exact).sum(1) / np.linalg.norm(fast, axis=1) / np.linalg.norm(exact, axis=1)
    assert cosines.min() > 0.99
