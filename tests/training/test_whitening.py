"""Whitening evens variances out by the stated power, and turns nothing."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui_training.whitening import centre_and_whitening


@pytest.fixture
def vectors() -> np.ndarray:
    rng = np.random.default_rng(0)
    turned, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    return rng.normal(size=(4000, 5)) * (8, 4, 2, 1, 0.5) @ turned + 3


@pytest.mark.parametrize("power", [0.0, 0.25, 0.5, 1.0])
def test_variances_follow_the_power(vectors: np.ndarray, power: float) -> None:
    centre, whitening = centre_and_whitening(vectors, power=power)
    before = np.linalg.eigvalsh(np.cov(vectors.T))
    after = np.linalg.eigvalsh(np.cov(((vectors - centre) @ whitening).T))
    expected = before[-1] * (before / before[-1]) ** (1 - power)
    np.testing.assert_allclose(after, expected, rtol=1e-3)
    np.testing.assert_allclose(((vectors - centre) @ whitening).mean(axis=0), 0, atol=1e-4)


def test_whitening_is_symmetric_and_power_nought_is_nothing(vectors: np.ndarray) -> None:
    _, whitening = centre_and_whitening(vectors, power=0.5)
    np.testing.assert_allclose(whitening, whitening.T, atol=1e-6)
    np.testing.assert_allclose(centre_and_whitening(vectors, power=0)[1], np.eye(5), atol=1e-6)


def test_directions_without_variance_stay_finite() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 4)) * (1, 1, 0, 0)
    _, whitening = centre_and_whitening(vectors, power=1.0)
    assert np.abs(whitening).max() <= 100 * (1 + 1e-6)
    assert np.isfinite(centre_and_whitening(np.ones((1, 4)), power=1.0)[1]).all()
