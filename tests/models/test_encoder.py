"""Encoders: the same vectors from file and from memory, whatever the batches and the turns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.errors import Cancelled, ImageError, UsageError, WeightsError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, orientations, pack
from radgalgui.models.weights import load_weights, save_weights, sha256
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing

SMALL = {"resnet": {"width": 0.125}}


def _written(folder: Path, name: str, *, channels: int = 1) -> Path:
    torch.manual_seed(1)
    architecture = {"name": name, "channels": channels, **SMALL.get(name, {})}
    network = registry.build(architecture)
    with torch.no_grad():  # as after training: no block is an identity any more
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    card = {
        "name": f"test-{name}",
        "architecture": architecture,
        "preprocessing": Preprocessing(channels=channels).to_dict(),
        "dimension": network.dimension,
    }
    path = folder / f"{name}.safetensors"
    centre = np.linspace(-1, 1, network.dimension)
    whitening = np.eye(network.dimension) + 0.125 * np.eye(network.dimension, k=1)
    save_weights(path, pack(network, centre=centre, whitening=whitening), card)
    return path


@pytest.fixture(scope="module", params=registry.names())
def weights(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("weights"), str(request.param))


@pytest.fixture(scope="module")
def encoder(weights: Path) -> Encoder:
    return Encoder.load(weights)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((7, 1, 64, 64), dtype=np.float32) ** 8


def test_vectors_are_centred_and_whitened_outputs(
    encoder: Encoder, weights: Path, images: np.ndarray
) -> None:
    tensors, card = load_weights(weights)
    network = registry.build(card["architecture"]).eval()
    prefix = "network."
    state = {k.removeprefix(prefix): torch.from_numpy(v) for k, v in tensors.items() if prefix in k}
    network.load_state_dict(state)
    with torch.inference_mode():
        outputs = network(torch.from_numpy(images)).numpy()
    expected = (outputs - tensors["centre"]) @ tensors["whitening"]
    np.testing.assert_allclose(encoder.embed(images), expected, rtol=1e-3, atol=1e-4)


def test_whitening_may_be_left_out(weights: Path, images: np.ndarray, tmp_path: Path) -> None:
    tensors, card = load_weights(weights)
    dimension = len(tensors["centre"])
    del tensors["whitening"]
    save_weights(tmp_path / "without", tensors, card)
    save_weights(tmp_path / "identity", {**tensors, "whitening": np.eye(dimension)}, card)
    without, identity = (Encoder.load(tmp_path / n).embed(images) for n in ("without", "identity"))
    np.testing.assert_allclose(without, identity, rtol=1e-5, atol=1e-6)


def test_an_encoder_knows_itself(encoder: Encoder, weights: Path) -> None:
    assert encoder.sha256 == sha256(weights)
    assert encoder.name.startswith("test-")
    assert encoder.preprocessing == Preprocessing()


def test_vectors_are_plain_arrays(encoder: Encoder, images: np.ndarray) -> None:
    vectors = encoder.embed(images)
    assert vectors.shape == (7, encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()


def test_saving_again_changes_nothing(
    encoder: Encoder, weights: Path, images: np.ndarray, tmp_path: Path
) -> None:
    tensors, card = load_weights(weights)
    save_weights(tmp_path / "again", tensors, card)
    again = Encoder.load(tmp_path / "again")
    np.testing.assert_array_equal(again.embed(images), encoder.embed(images))
    assert again.sha256 == encoder.sha256


def test_batches_do_not_matter(encoder: Encoder, images: np.ndarray) -> None:
    whole = encoder.embed(images)
    np.testing.assert_allclose(encoder.embed(images, batch_size=3), whole, rtol=1e-4, atol=1e-5)


def test_the_mean_vector_ignores_orientation(encoder: Encoder, images: np.ndarray) -> None:
    mean = encoder.embed(images, ignore_orientation=True)
    for turned in orientations(images):
        np.testing.assert_allclose(
            encoder.embed(turned, ignore_orientation=True), mean, rtol=1e-4, atol=1e-5
        )
    assert not np.allclose(encoder.embed(np.rot90(images, axes=(2, 3))), encoder.embed(images))


def test_the_mean_vector_is_the_mean(encoder: Encoder, images: np.ndarray) -> None:
    eight = np.stack([encoder.embed(turned) for turned in orientations(images)])
    mean = encoder.embed(images, ignore_orientation=True)
    np.testing.assert_allclose(mean, eight.mean(axis=0), rtol=1e-4, atol=1e-5)


def test_an_image_without_emission_has_a_vector(encoder: Encoder) -> None:
    assert np.isfinite(encoder.embed(np.zeros((1, 1, 64, 64), np.float32))).all()


def test_no_images_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.embed(np.empty((0, 1, 64, 64), np.float32)).shape == (0, encoder.dimension)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(
    encoder: Encoder, images: np.ndarray, bad: float
) -> None:
    spoilt = images.copy()
    spoilt[3, 0, 5, 5] = bad
    with pytest.raises(ImageError, match="NaN or infinite"):
        encoder.embed(spoilt)


@pytest.mark.parametrize("shape", [(64, 64), (1, 64, 64), (2, 3, 64, 64), (2, 1, 32, 32)])
def test_other_shapes_are_refused(encoder: Encoder, shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=r"\(N, 1, 64, 64\)"):
        encoder.embed(np.zeros(shape, np.float32))


def test_work_is_reported_and_can_be_stopped(encoder: Encoder, images: np.ndarray) -> None:
    token = CancelToken()
    seen: list[int] = []

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        seen.append(done)
        assert total == 7
        token.cancel()

    with pytest.raises(Cancelled):
        encoder.embed(images, batch_size=2, progress=progress, cancel=token)
    assert seen == [2]


def test_three_bands_run_through_the_same_path(tmp_path: Path) -> None:
    encoder = Encoder.load(_written(tmp_path, "resnet", channels=3))
    vectors = encoder.embed(np.random.default_rng(0).random((2, 3, 64, 64), dtype=np.float32))
    assert vectors.shape == (2, encoder.dimension)


@pytest.mark.parametrize(
    "fault", ["shape", "lost", "foreign", "width", "name", "preprocessing", "whitening"]
)
def test_tensors_that_do_not_fit_are_refused(tmp_path: Path, fault: str) -> None:
    path = _written(tmp_path, "resnet")
    tensors, card = load_weights(path)
    first = next(name for name in tensors if name.endswith("weight"))
    spoil: dict[str, Any] = {
        "shape": lambda: tensors.update({first: np.ones((2, 2), np.float32)}),
        "lost": lambda: tensors.pop(first),
        "foreign": lambda: tensors.update({"other": np.ones(2, np.float32)}),
        "whitening": lambda: tensors.update(whitening=np.ones((3, 3), np.float32)),
        "width": lambda: card.update(dimension=7),
        "name": lambda: card["architecture"].update(name="no-such-network"),
        "preprocessing": lambda: card["preprocessing"].update(colour=1),
    }
    spoil[fault]()
    save_weights(path, tensors, card)
    with pytest.raises(WeightsError) as caught:
        Encoder.load(path)
    assert "\n" not in str(caught.value)


def test_the_eight_orientations_differ_and_are_a_group(images: np.ndarray) -> None:
    eight = orientations(images)
    assert eight.shape == (8, *images.shape)
    np.testing.assert_array_equal(eight[0], images)
    assert len({view.tobytes() for view in eight}) == 8
    again = {view.tobytes() for view in orientations(np.ascontiguousarray(eight[5]))}
    assert again == {view.tobytes() for view in eight}


def test_inference_imports_nothing_heavy_but_torch() -> None:
    heavy = ("torchvision", "lightly", "pytorch_lightning", "sklearn", "scipy", "astropy")
    code = (
        "import sys, radgalgui.models.encoder, radgalgui.models.registry;"
        "from radgalgui.models.networks import resnet;"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
