"""Networks with heads: the same answer however a source lies, and no wrong file is believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from radgalgui.errors import Cancelled, ImageError, UsageError, WeightsError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, orientations, pack
from radgalgui.models.network_classifier import (
    ClassifyingNetwork,
    NetworkClassifier,
    pack_members,
    softmax,
)
from radgalgui.models.weights import load_weights, save_weights, sha256
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing

CLASSES = ["Bent", "FRI", "FRII"]


def _members(count: int, *, channels: int = 1, classes: int = 3) -> list[ClassifyingNetwork]:
    torch.manual_seed(1)
    members = []
    for _ in range(count):
        network = registry.build({"name": "resnet", "width": 0.125, "channels": channels})
        member = ClassifyingNetwork(network, classes).eval()
        with torch.no_grad():  # as after training: the head has an opinion
            for parameter in member.parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
        members.append(member)
    return members


def _card(**changed: Any) -> dict[str, Any]:
    card = {
        "name": "finetuned",
        "label_set": "test",
        "classes": CLASSES,
        "temperature": 0.5,
        "architecture": {"name": "resnet", "width": 0.125, "channels": 1},
        "preprocessing": Preprocessing().to_dict(),
        "dimension": 64,
    }
    return {**card, **changed}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "test.safetensors"
    save_weights(path, pack_members(_members(2)), _card())
    return path


@pytest.fixture(scope="module")
def classifier(weights: Path) -> NetworkClassifier:
    return NetworkClassifier.load(weights)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((5, 1, 64, 64), dtype=np.float32) ** 4


def test_a_classifier_knows_itself(classifier: NetworkClassifier, weights: Path) -> None:
    assert classifier.label_set == "test"
    assert classifier.classes == ("Bent", "FRI", "FRII")
    assert classifier.sights == (Preprocessing(),)
    assert classifier.sight_of == (0, 0)
    assert classifier.temperature == 0.5
    assert classifier.card["name"] == "finetuned"
    assert classifier.sha256 == sha256(weights)


def test_probabilities_are_probabilities(classifier: NetworkClassifier, images: np.ndarray) -> None:
    chances = classifier.probabilities(images)
    assert chances.shape == (5, 3)
    assert chances.dtype == np.float64
    assert (chances > 0).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-12)
    assert np.ptp(chances, axis=0).max() > 1e-3  # they are not all the same answer


def test_turns_and_mirror_images_do_not_matter(
    classifier: NetworkClassifier, images: np.ndarray
) -> None:
    chances = classifier.probabilities(images)
    for turned in orientations(images):
        np.testing.assert_allclose(classifier.probabilities(turned), chances, atol=1e-5)
    network = _members(1)[0]
    with torch.inference_mode():
        bare = [network(torch.from_numpy(np.ascontiguousarray(v))) for v in orientations(images)]
    assert not torch.allclose(bare[0], bare[1])  # each member alone does see the difference


def test_the_answer_is_the_mean_over_members_and_orientations(
    classifier: NetworkClassifier, images: np.ndarray, weights: Path
) -> None:
    tensors, card = load_weights(weights)
    logits = np.zeros((8, 2, 5, 3))
    for number in range(2):
        member = ClassifyingNetwork(registry.build(card["architecture"]), 3).eval()
        prefix = f"member.{number}."
        member.load_state_dict(
            {
                k.removeprefix(prefix): torch.from_numpy(v)
                for k, v in tensors.items()
                if k.startswith(prefix)
            }
        )
        with torch.inference_mode():
            for place, view in enumerate(orientations(images)):
                logits[place, number] = member(torch.from_numpy(np.ascontiguousarray(view)))
    expected = logits.mean(axis=(0, 1))
    np.testing.assert_allclose(classifier.logits(images), expected, atol=1e-4)
    powers = np.exp(expected / 0.5)
    np.testing.assert_allclose(
        classifier.probabilities(images), powers / powers.sum(axis=1, keepdims=True), atol=1e-4
    )


def test_each_member_sees_its_own_field(images: np.ndarray, tmp_path: Path) -> None:
    members = _members(3)
    narrow, wide = Preprocessing(), Preprocessing(pixel_scale=2.7)
    seen = [wide.to_dict(), narrow.to_dict(), wide.to_dict()]
    path = tmp_path / "fields.safetensors"
    save_weights(path, pack_members(members), _card(member_preprocessing=seen))
    both = NetworkClassifier.load(path)
    assert both.sights == (wide, narrow)
    assert both.sight_of == (0, 1, 0)
    alone = [
        NetworkClassifier.load(_alone(tmp_path, member)).logits(view)
        for member, view in zip(members, (images, 1 - images, images), strict=True)
    ]
    np.testing.assert_allclose(both.logits(images, 1 - images), np.mean(alone, axis=0), atol=1e-5)
    with pytest.raises(UsageError, match="takes 2 views of each source, not 1"):
        both.logits(images)
    with pytest.raises(UsageError, match="as many images in each"):
        both.logits(images, images[:2])


def _alone(folder: Path, member: ClassifyingNetwork) -> Path:
    path = folder / "alone.safetensors"
    save_weights(path, pack_members([member]), _card())
    return path


def test_a_temperature_changes_no_order(images: np.ndarray) -> None:
    members = _members(1)
    cold, warm = (
        NetworkClassifier(members, card=_card(temperature=t)).probabilities(images)
        for t in (0.3, 3.0)
    )
    np.testing.assert_array_equal(cold.argsort(axis=1), warm.argsort(axis=1))
    assert (cold.max(axis=1) > warm.max(axis=1)).all()


def test_batches_do_not_matter(classifier: NetworkClassifier, images: np.ndarray) -> None:
    whole = classifier.probabilities(images)
    np.testing.assert_allclose(classifier.probabilities(images, batch_size=9), whole, atol=1e-5)


def test_no_images_and_empty_images_have_answers(classifier: NetworkClassifier) -> None:
    assert classifier.probabilities(np.zeros((0, 1, 64, 64))).shape == (0, 3)
    dark = classifier.probabilities(np.zeros((1, 1, 64, 64)))
    np.testing.assert_allclose(dark.sum(axis=1), 1)


def test_three_bands_and_two_classes(tmp_path: Path) -> None:
    card = _card(
        classes=["elliptical", "spiral"],
        architecture={"name": "resnet", "width": 0.125, "channels": 3},
        preprocessing=Preprocessing(channels=3).to_dict(),
    )
    path = tmp_path / "optical.safetensors"
    save_weights(path, pack_members(_members(1, channels=3, classes=2)), card)
    images = np.random.default_rng(1).random((2, 3, 64, 64), dtype=np.float32)
    assert NetworkClassifier.load(path).probabilities(images).shape == (2, 2)


@pytest.mark.parametrize("shape", [(2, 64, 64), (2, 3, 64, 64), (2, 1, 32, 32)])
def test_images_of_other_shapes_are_refused(
    classifier: NetworkClassifier, shape: tuple[int, ...]
) -> None:
    with pytest.raises(UsageError, match=r"takes images of shape \(N, 1, 64, 64\)"):
        classifier.probabilities(np.zeros(shape))


def test_what_is_not_finite_is_refused(classifier: NetworkClassifier) -> None:
    with pytest.raises(ImageError, match="NaN or infinite"):
        classifier.probabilities(np.full((1, 1, 64, 64), np.nan))


def test_it_can_be_stopped_and_tells_how_far_it_is(
    classifier: NetworkClassifier, images: np.ndarray
) -> None:
    steps: list[tuple[int, int | None]] = []
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        steps.append((done, total))
        if done >= 4:
            token.cancel()

    with pytest.raises(Cancelled):
        classifier.probabilities(images, batch_size=16, progress=progress, cancel=token)
    assert steps == [(2, 5), (4, 5)]


@pytest.mark.parametrize(
    "changed",
    [
        {"classes": ["FRI", "FRII"]},
        {"classes": ["FRII", "FRI", "Bent"]},
        {"classes": ["FRI", "FRI", "FRII"]},
        {"classes": ["FRI"]},
        {"classes": "FRI"},
        {"classes": [1, 2, 3]},
        {"temperature": 0.0},
        {"temperature": float("nan")},
        {"temperature": "warm"},
        {"dimension": 128},
        {"architecture": {"name": "resnet", "width": 0.25}},
        {"architecture": {"name": "resnext"}},
        {"preprocessing": {"side": 64}},
        {"preprocessing": Preprocessing(channels=3).to_dict()},
        {"member_preprocessing": [Preprocessing().to_dict()]},
        {"member_preprocessing": [Preprocessing().to_dict(), {"side": 64}]},
        {"member_preprocessing": "alike"},
    ],
    ids=str,
)
def test_a_card_that_does_not_fit_is_refused(
    weights: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    path = tmp_path / "wrong.safetensors"
    save_weights(path, load_weights(weights)[0], _card(**changed))
    with pytest.raises(WeightsError, match=r"wrong.safetensors: its tensors do not fit") as caught:
        NetworkClassifier.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["classes", "temperature", "label_set"])
def test_a_card_that_lacks_something_is_refused(weights: Path, tmp_path: Path, key: str) -> None:
    card = _card()
    del card[key]
    path = tmp_path / "lacking.safetensors"
    save_weights(path, load_weights(weights)[0], card)
    with pytest.raises(WeightsError, match=f"is no classifier: its card lacks '{key}'"):
        NetworkClassifier.load(path)


def test_wrong_tensors_are_refused(weights: Path, tmp_path: Path) -> None:
    tensors = load_weights(weights)[0]
    fewer = {k: v for k, v in tensors.items() if k != "member.1.head.bias"}
    shapes = {**tensors, "member.0.head.weight": np.zeros((4, 64), np.float32)}
    foreign = {**tensors, "payload": np.zeros(3, np.float32)}
    skipping = {k.replace("member.1", "member.2"): v for k, v in tensors.items()}
    for wrong in (fewer, shapes, foreign, skipping, {"member.x.head.bias": np.zeros(3)}):
        path = tmp_path / "wrong.safetensors"
        save_weights(path, wrong, _card())
        with pytest.raises(WeightsError, match="do not fit"):
            NetworkClassifier.load(path)


def test_an_encoder_is_no_classifier(tmp_path: Path) -> None:
    network = _members(1)[0].network
    card = {k: v for k, v in _card().items() if k not in ("classes", "temperature", "label_set")}
    path = tmp_path / "encoder.safetensors"
    save_weights(path, pack(network, centre=np.zeros(64)), card)
    assert Encoder.load(path).dimension == 64
    with pytest.raises(WeightsError, match="is no classifier"):
        NetworkClassifier.load(path)


def test_another_hash_or_a_damaged_file_is_refused(weights: Path, tmp_path: Path) -> None:
    assert NetworkClassifier.load(weights, expected_sha256=sha256(weights)).classes
    with pytest.raises(WeightsError, match="has the hash"):
        NetworkClassifier.load(weights, expected_sha256="0" * 64)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(WeightsError, match="not a safetensors file"):
        NetworkClassifier.load(cut)
    with pytest.raises(WeightsError, match="is not there"):
        NetworkClassifier.load(tmp_path / "nothing.safetensors")


def test_a_file_without_a_card_is_refused(weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "bare.safetensors"
    save_file(load_file(weights), path, metadata={"radgalgui": json.dumps({"format": 1})})
    with pytest.raises(WeightsError, match="card without"):
        NetworkClassifier.load(path)


def test_softmax_is_stable_and_right() -> None:
    logits = np.array([[1e4, 0.0], [-1e4, -1e4], [np.log(3.0), 0.0]])
    np.testing.assert_allclose(softmax(logits), [[1, 0], [0.5, 0.5], [0.75, 0.25]], atol=1e-12)
    assert softmax(np.zeros((0, 2))).shape == (0, 2)
