"""The weights that RadGalGUI ships: what their card says, and that they know real galaxies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from radgalgui.analysis.metrics import neighbour_share
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import weights_path
from radgalgui_training.datasets import read_rgd
from radgalgui_training.recipes import load_recipe


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(weights_path("simclr"))


def test_the_card_tells_all(encoder: Encoder) -> None:
    card = encoder.card
    assert (encoder.name, encoder.dimension) == ("simclr", 256)
    assert encoder.preprocessing == Preprocessing()
    assert card["licence"] == "BSD-3-Clause"
    assert set(card["training_data"]) == {"fields", "islands", "mirabest", "rgd", "simulated"}
    assert {"torch", "lightly", "pytorch-lightning"} <= card["software"].keys()
    assert any("FIRST" in citation for citation in card["citations"])
    shares = card["metrics"]["rgd_same_class_among_10_nearest"]
    trained, bare = shares["simclr, as it lies"], shares["simclr, untrained"]
    pixels = shares["64 principal components of the pixels"]
    assert trained > max(pixels, bare) + 0.05
    assert pixels > shares["class shares (by lot)"]


def test_the_recipe_that_made_it_is_the_recipe_that_is_bundled(encoder: Encoder) -> None:
    recipe = load_recipe("simclr-bundled").model_dump(mode="json")
    assert encoder.card["recipe"] == recipe


def test_the_file_is_small(encoder: Encoder) -> None:
    assert weights_path("simclr").stat().st_size < 8e6


@pytest.mark.real
def test_neighbours_of_real_sources_share_their_class(shared_data: Path, encoder: Encoder) -> None:
    data = read_rgd(shared_data)
    images = data.seen(encoder.preprocessing)
    pixels = PCA(64, random_state=0).fit_transform(images.reshape(len(data), -1))
    share = neighbour_share(encoder.embed(images), data.labels, 10)["all"]
    assert share > neighbour_share(pixels, data.labels, 10)["all"] + 0.05


@pytest.mark.real
def test_a_turned_source_is_its_own_nearest_neighbour(shared_data: Path, encoder: Encoder) -> None:
    images = read_rgd(shared_data).seen(encoder.preprocessing)[::6]
    vectors = encoder.embed(images)
    turned = encoder.embed(np.rot90(images, axes=(-2, -1)))
    unit, other = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (vectors, turned))
    found = (other @ unit.T).argmax(axis=1) == np.arange(len(images))
    assert found.mean() > 0.8
