"""The yardsticks measure what they say."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from radgalgui.models.encoder import Encoder
from radgalgui_training.evaluate import (
    cross_validated,
    format_table,
    rgd_neighbours,
    untrained,
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four classes that differ in size alone, in the published format; some sources twice."""
    root = tmp_path_factory.mktemp("published")
    (root / "rgd").mkdir()
    rng = np.random.default_rng(0)
    axis = np.arange(300) - 150
    with h5py.File(root / "rgd" / "galaxy_data_h5.h5", "w") as file:
        for number in range(140):
            again = number >= 120
            label = number % 4
            sigma = (2 + 4 * label) * rng.uniform(0.9, 1.1)
            blob = np.exp(-(axis**2 + axis[:, None] ** 2) / (2 * sigma**2))
            group = file.create_group(f"data_{number}")
            group["Img"] = np.round(255 * blob).astype(np.uint8)
            group["Label_literature"] = float(label)
            group["Split_literature"] = "test" if number % 120 == 5 else "train"
            group["Img"].attrs["RA"] = 10.0 + 0.1 * (number - 120 * again) + 0.0005 * again
            group["Img"].attrs["DEC"] = 30.0
    return root


def test_neighbours_are_counted_beside_chance_and_baselines(root: Path, encoder: Encoder) -> None:
    rows = rgd_neighbours(root, encoder)
    chance, pixels, bare, lies, ignoring = rows
    assert chance.mean == pytest.approx(0.25, abs=0.001)
    assert chance.balanced == 0.25
    assert [row.what for row in (bare, lies, ignoring)] == [
        "small, untrained",
        "small, as it lies",
        "small, ignoring orientation",
    ]
    for row in (pixels, bare, lies, ignoring):
        assert row.mean > 0.7
        assert set(row.classes) == {"FRI", "FRII", "Compact", "Bent"}
        assert row.balanced == pytest.approx(np.mean(list(row.classes.values())))


def test_a_source_that_stands_twice_counts_once(root: Path, encoder: Encoder) -> None:
    """119 sources are left: 120 and 20 repeated, less the test split."""
    row = rgd_neighbours(root)[0]
    counts = np.array([30, 29, 30, 30]) / 119
    assert sorted(row.classes.values()) == pytest.approx(sorted(counts))


def test_the_table_has_a_line_for_each(root: Path, encoder: Encoder) -> None:
    rows = rgd_neighbours(root, encoder)
    lines = format_table(rows).splitlines()
    assert len(lines) == 2 + len(rows)
    assert len({line.count("|") for line in lines}) == 1


def test_an_untrained_encoder_is_another_of_the_same_shape(encoder: Encoder) -> None:
    bare = untrained(encoder)
    assert bare.dimension == encoder.dimension
    images = np.random.default_rng(1).random((2, 1, 64, 64), dtype=np.float32)
    assert not np.allclose(bare.embed(images), untrained(encoder, seed=1).embed(images))
    np.testing.assert_array_equal(bare.embed(images), untrained(encoder).embed(images))


@pytest.mark.parametrize(("shift", "low", "high"), [(0.0, 0.35, 0.65), (8.0, 0.99, 1.0)])
def test_cross_validation_knows_noise_from_signal(shift: float, low: float, high: float) -> None:
    rng = np.random.default_rng(0)
    positive = np.arange(120) % 2 == 0
    vectors = rng.normal(size=(120, 6))
    vectors[positive, 0] += shift
    vectors[~positive, 1] += shift
    scores = cross_validated(vectors, positive, repeats=1)
    assert set(scores) == {"knn_accuracy", "knn_auc", "trees_accuracy", "trees_auc"}
    assert all(low <= score <= high for score in scores.values())
