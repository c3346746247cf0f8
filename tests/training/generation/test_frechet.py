"""Fréchet distances against the formula as it is written, and how they depend on numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from radgalgui.errors import UsageError
from radgalgui_training.generation.frechet import frechet_distance, measure_distances


def test_the_distance_is_its_formula() -> None:
    rng = np.random.default_rng(0)
    first = rng.standard_normal((300, 5)) @ rng.standard_normal((5, 5))
    second = rng.standard_normal((200, 5)) @ rng.standard_normal((5, 5)) + 0.5
    spread_a, spread_b = np.cov(first.T), np.cov(second.T)
    root = np.real(sqrtm(spread_a @ spread_b))
    expected = np.sum((first.mean(0) - second.mean(0)) ** 2)
    expected += np.trace(spread_a + spread_b - 2 * root)
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(first, second) == pytest.approx(frechet_distance(second, first))
    assert frechet_distance(first, first) == pytest.approx(0, abs=1e-9)


def test_a_shift_alone_counts_squared() -> None:
    vectors = np.random.default_rng(0).standard_normal((100, 4))
    shifted = vectors + np.array([3, 0, 0, 4])
    assert frechet_distance(vectors, shifted) == pytest.approx(25)


def test_widths_and_numbers_are_looked_at() -> None:
    with pytest.raises(UsageError, match="no distance"):
        frechet_distance(np.zeros((5, 3)), np.zeros((5, 4)))
    with pytest.raises(UsageError, match="no distance"):
        frechet_distance(np.zeros((1, 3)), np.zeros((5, 3)))


def test_halves_of_one_set_are_apart_by_their_number_alone() -> None:
    rng = np.random.default_rng(2)
    real, same, other = (rng.standard_normal((800, 12)) + shift for shift in (0, 0, 1))
    halves, twin, far = measure_distances(real, [same, other], splits=4)
    assert halves.value > 0.05  # few vectors alone make a distance
    assert abs(halves.extrapolated) < 0.3 * halves.value
    assert twin.value == pytest.approx(halves.value, rel=0.4)
    assert far.value == pytest.approx(12, rel=0.1)
    assert far.extrapolated == pytest.approx(12, rel=0.1)
    assert halves.spread < 0.3 * halves.value


def test_a_seed_repeats_itself() -> None:
    vectors = np.random.default_rng(3).standard_normal((60, 3))
    first, again = (measure_distances(vectors, [vectors], splits=2, seed=1) for _ in range(2))
    assert first == again
