"""The weights that RadGalGUI ships: what their card says, and that they know real galaxies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from radgalgui.analysis.metrics import neighbour_share
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import weights_path
from radgalgui_training.datasets import read_rgd
from radgalgui_training.recipes import load_recipe
from radgalgui_training.recipes.model import Recipe

EYES = Preprocessing(pixel_scale=2.7, survey_scale=1.8)
SETS = {"fields", "islands", "mirabest", "rgd", "frdeep", "simulated"}
# How shipped encoders went on from earlier ones; their recipes say more.
GONE_ON = {
    "simclr": {"start_from", "training.epochs", "optimizer.learning_rate"},
    "simsiam": {"start_from", "training.epochs"},
}


@pytest.fixture(scope="module", params=["simclr", "byol", "simsiam", "vdvae"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return Encoder.load(weights_path(request.param))


def test_the_card_tells_all(encoder: Encoder) -> None:
    card = encoder.card
    assert encoder.dimension == 256
    assert encoder.preprocessing == EYES
    assert card["licence"] == "BSD-3-Clause"
    assert set(card["training_data"]) == SETS
    assert {"torch", "lightly", "pytorch-lightning"} <= card["software"].keys()
    assert any("FIRST" in citation for citation in card["citations"])
    shares = card["metrics"]["rgd_same_class_among_10_nearest"]
    trained = shares[f"{encoder.name}, ignoring orientation"]
    pixels = shares["64 principal components of the pixels"]
    assert trained > max(pixels, shares[f"{encoder.name}, untrained"]) + 0.02
    assert pixels > shares["class shares (by lot)"]


def test_the_recipe_that_made_it_is_the_recipe_that_is_bundled(encoder: Encoder) -> None:
    bundled = load_recipe(f"{encoder.name}-bundled").model_dump(mode="json")
    # What recipes could not yet say when it was made has its default.
    own = Recipe.model_validate(encoder.card["recipe"]).model_dump(mode="json")
    changed = _differences(own, bundled)
    assert changed == GONE_ON.get(encoder.name, set())


def _differences(one: dict[str, Any], other: dict[str, Any], inside: str = "") -> set[str]:
    """Return the dotted keys of the values that differ."""
    found: set[str] = set()
    for key in one.keys() | other.keys():
        left, right = one.get(key), other.get(key)
        if isinstance(left, dict) and isinstance(right, dict):
            found |= _differences(left, right, f"{inside}{key}.")
        elif left != right:
            found.add(inside + key)
    return found


def test_the_file_is_small(encoder: Encoder) -> None:
    assert weights_path(encoder.name).stat().st_size < 8e6


@pytest.fixture(scope="module")
def labels(shared_data: Path) -> Any:
    """Return the classes of the sources of the Radio Galaxy Dataset."""
    return read_rgd(shared_data).labels


@pytest.fixture(scope="module")
def images(shared_data: Path) -> NDArray[np.float32]:
    """Return the sources of the Radio Galaxy Dataset as all shipped encoders see them."""
    return read_rgd(shared_data).seen(EYES)


@pytest.fixture(scope="module")
def share_of_pixels(images: NDArray[np.float32], labels: Any) -> float:
    """Return how many neighbours by 64 principal components of the pixels share their class."""
    pixels = PCA(64, random_state=0).fit_transform(images.reshape(len(images), -1))
    return neighbour_share(pixels, labels, 10)["all"]


@pytest.mark.real
def test_neighbours_of_real_sources_share_their_class(
    images: NDArray[np.float32], labels: Any, share_of_pixels: float, encoder: Encoder
) -> None:
    vectors = encoder.embed(images, ignore_orientation=True)
    assert neighbour_share(vectors, labels, 10)["all"] > share_of_pixels + 0.02


@pytest.mark.real
def test_a_turned_source_is_among_its_own_nearest(
    images: NDArray[np.float32], encoder: Encoder
) -> None:
    images = images[::6]
    vectors = encoder.embed(images)
    turned = encoder.embed(np.rot90(images, axes=(-2, -1)))
    unit, other = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (vectors, turned))
    similarity = other @ unit.T
    nearer = (similarity > np.diag(similarity)[:, None]).sum(axis=1)
    # Drawn by lot: 0.05.  BYOL keeps the most of how a source lies.
    assert (nearer < 0.05 * len(images)).mean() > 0.4
    if encoder.name == "simclr":  # which learns to tell each source from every other
        assert (nearer == 0).mean() > 0.8
