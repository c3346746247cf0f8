"""Sizes, concentration and islands of images that are known, and whether sizes are biased."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr

from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reconstruction import angular_sizes
from radgalgui.sky.simulate import simulate
from radgalgui_training.generation.morphology import (
    concentration,
    kolmogorov_smirnov,
    measure_morphology,
)
from radgalgui_training.generation.sizes import asked_sizes, size_bias

_EYES = Preprocessing(size=64, pixel_scale=2.0)


def _blob(x: float, y: float, sigma: float) -> np.ndarray:
    rows, columns = np.indices((64, 64))
    image = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * sigma**2))
    return np.where(image > 0.05, image, 0.0)


def test_a_wide_double_is_larger_and_less_concentrated_than_a_point() -> None:
    point = _blob(31.5, 31.5, 1.0)
    double = _blob(20, 31.5, 1.0) + _blob(43, 31.5, 1.0)
    found = measure_morphology(np.stack([point, double, np.zeros((64, 64))])[:, None], _EYES)
    assert found.islands.tolist() == [1, 2, 0]
    assert found.size[0] == pytest.approx(2 * 5, abs=3)
    assert found.size[1] == pytest.approx(2 * (23 + 5), abs=3)
    assert found.size[2] == 0
    assert found.concentration[0] > found.concentration[1] + 1
    assert np.isnan(found.concentration[2])
    assert found.empty == pytest.approx(1 / 3)


def test_sizes_are_those_that_are_told_of_drawn_galaxies() -> None:
    drawn = simulate(12, seed=3, size=64, pixel_scale=2.0)
    seen = np.stack([
        _EYES.see(image[None], noise)
        for image, noise in zip(drawn.images, drawn.truth["noise"], strict=True)
    ])  # fmt: skip
    seen = np.round(seen * 255) / 255
    np.testing.assert_allclose(measure_morphology(seen, _EYES).size, angular_sizes(seen, _EYES))


def test_what_rounds_to_nothing_is_empty() -> None:
    haze = np.full((1, 1, 64, 64), 0.4 / 255, np.float32)
    assert measure_morphology(haze, _EYES).empty == 1


def test_a_uniform_disc_holds_its_flux_as_its_area() -> None:
    rows, columns = np.indices((64, 64))
    disc = (np.hypot(rows - 31.5, columns - 31.5) < 20).astype(float)
    assert concentration(disc) == pytest.approx(5 * np.log10(2), abs=0.03)


def test_distributions_differ_as_scipy_says() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 1, 200), rng.normal(0.4, 1, 130).round(1)
    expected = ks_2samp(first, second).statistic
    assert kolmogorov_smirnov(first, second) == pytest.approx(expected)
    assert kolmogorov_smirnov(np.append(first, np.nan), first) == 0
    assert np.isnan(kolmogorov_smirnov(np.full(3, np.nan), first))


def test_galaxies_of_half_the_size_have_a_bias_of_one_half() -> None:
    real = np.random.default_rng(0).lognormal(3, 0.5, 400)
    found = size_bias("half", np.append(0.5 * real, 0.0), real)
    assert found.median.value == pytest.approx(0.5)
    assert found.mean.value == pytest.approx(0.5)
    assert found.median.low < 0.5 < found.median.high < 1
    assert np.isnan(size_bias("none", np.zeros(3), real).median.value)


def test_sizes_asked_for_are_compared_in_their_order() -> None:
    rng = np.random.default_rng(1)
    asked = rng.uniform(10, 100, 800)
    measured = asked * np.exp(0.2 * rng.standard_normal(800))
    found = asked_sizes(asked, np.where(np.arange(800) < 10, 0.0, measured))
    assert found.correlation == pytest.approx(spearmanr(asked[10:], measured[10:]).statistic)
    assert found.off == pytest.approx(np.exp(0.2 * 0.6745), rel=0.05)
    assert list(found.asked) == sorted(found.asked)
    assert all(a < b < c for a, b, c in zip(found.low, found.measured, found.high, strict=True))
    assert asked_sizes(asked, np.zeros(800)).asked == ()
