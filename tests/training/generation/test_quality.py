"""Likeness of images against its definitions, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui_training.generation.quality import psnr, ssim


def _naive_ssim(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return what Wang et al. 2004 write down, one window after the other."""
    offsets = np.arange(-5, 6)
    window = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    window /= window.sum()
    found = []
    for row in range(5, len(first) - 5):
        for column in range(5, len(first) - 5):
            part = np.s_[row - 5 : row + 6, column - 5 : column + 6]
            a, b = first[part], second[part]
            mean_a, mean_b = (window * a).sum(), (window * b).sum()
            var_a = (window * (a - mean_a) ** 2).sum()
            var_b = (window * (b - mean_b) ** 2).sum()
            both = (window * (a - mean_a) * (b - mean_b)).sum()
            found.append(
                (2 * mean_a * mean_b + 1e-4)
                * (2 * both + 9e-4)
                / ((mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4))
            )
    return float(np.mean(found))


def test_ssim_is_its_definition() -> None:
    rng = np.random.default_rng(0)
    first = rng.random((3, 1, 17, 17))
    second = np.clip(first + 0.2 * rng.standard_normal(first.shape), 0, 1)
    expected = [_naive_ssim(a[0], b[0]) for a, b in zip(first, second, strict=True)]
    np.testing.assert_allclose(ssim(first, second), expected, rtol=1e-10)


def test_ssim_of_the_same_is_one_and_falls_with_noise() -> None:
    rng = np.random.default_rng(1)
    image = rng.random((1, 1, 24, 24))
    noisy = [
        float(ssim(image, image + level * rng.standard_normal(image.shape))[0])
        for level in (0.0, 0.05, 0.3)
    ]
    assert noisy[0] == pytest.approx(1.0)
    assert noisy[0] > noisy[1] > noisy[2]


def test_psnr_is_ten_decibels_a_tenth_of_squared_error() -> None:
    image = np.zeros((2, 1, 4, 4))
    drawn = image + np.array([0.1, 0.01])[:, None, None, None]
    np.testing.assert_allclose(psnr(image, drawn), [20.0, 40.0])
    assert psnr(image, image)[0] == np.inf


def test_images_of_other_shapes_are_refused() -> None:
    with pytest.raises(UsageError, match="do not compare"):
        psnr(np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 5, 5)))
    with pytest.raises(UsageError, match="smaller than the window"):
        ssim(np.zeros((1, 1, 10, 10)), np.zeros((1, 1, 10, 10)))
