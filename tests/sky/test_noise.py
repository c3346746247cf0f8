"""Properties of the noise: that it is the noise, whatever else is in the image."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.stats import mad_std, sigma_clip
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.sky.noise import background, noise_level

SEEDS = st.integers(0, 2**16)


def _noise(seed: int, sigma: float = 1.0, side: int = 200) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, sigma, (side, side))


@given(SEEDS, st.floats(1e-8, 1e8))
@settings(max_examples=20, deadline=None)
def test_is_the_sigma_of_gaussian_noise(seed, sigma) -> None:
    assert noise_level(_noise(seed, sigma)) == pytest.approx(sigma, rel=0.03)


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_agrees_with_astropy(seed) -> None:
    data = _noise(seed)
    data[:20, :20] += 50
    clipped = sigma_clip(data, stdfunc="mad_std", maxiters=None, masked=False)
    assert noise_level(data) == pytest.approx(float(mad_std(clipped)), rel=1e-6)


@given(SEEDS, st.floats(0.0, 0.2))
@settings(max_examples=20, deadline=None)
def test_sources_hardly_matter(seed, share) -> None:
    data = _noise(seed)
    data[: int(200 * share)] += np.random.default_rng(seed).exponential(100)
    # A fifth of the pixels lifted by 2.8 sigma is the worst: the noise seems 1.31 times as large.
    assert noise_level(data) == pytest.approx(1.0, rel=0.33)


@given(SEEDS, st.floats(0.0, 0.95), st.sampled_from([np.nan, np.inf, -np.inf]))
@settings(max_examples=20, deadline=None)
def test_blanks_do_not_matter(seed, share, blank) -> None:
    data = _noise(seed)
    data[: int(200 * share)] = blank
    assert noise_level(data) == pytest.approx(1.0, rel=0.1)


@given(SEEDS, st.floats(0.55, 0.95))
@settings(max_examples=20, deadline=None)
def test_padding_with_zeros_does_not_matter(seed, share) -> None:
    data = _noise(seed)
    data[: int(200 * share)] = 0.0
    assert noise_level(data) == pytest.approx(1.0, rel=0.1)


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_noise_cut_at_zero_is_mirrored(seed) -> None:
    assert noise_level(np.maximum(_noise(seed), 0)) == pytest.approx(1.0, rel=0.05)


@given(SEEDS, st.floats(2.5, 6.0))
@settings(max_examples=10, deadline=None)
def test_an_image_whose_background_was_cut_off_has_none(seed, clip) -> None:
    data = _noise(seed)
    data[90:110, 90:110] += 40
    data[data < clip] = 0
    assert noise_level(data) == 0.0


@given(SEEDS, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
@settings(max_examples=20, deadline=None)
def test_moves_and_scales_with_the_image(seed, offset, factor) -> None:
    level, noise = background(_noise(seed))
    moved = background(_noise(seed) * factor + offset)
    assert moved[1] == pytest.approx(noise * factor, rel=1e-6)
    assert moved[0] == pytest.approx(level * factor + offset, abs=1e-6 * (factor + abs(offset)))


@pytest.mark.parametrize("dtype", [">f4", "<f4", ">f8", "<i2", "u1"])
def test_any_number_type_and_order(dtype) -> None:
    data = (_noise(0, 20.0) + 100).astype(dtype)
    assert noise_level(data) == pytest.approx(20.0, rel=0.05)


def test_large_images_are_sampled_evenly() -> None:
    data = _noise(1, 1.0, 2000)
    data[::2] *= 1.0001  # a pattern by rows must not decide
    assert noise_level(data) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 7.0])
def test_nothing_to_measure_is_zero(value) -> None:
    assert noise_level(np.full((50, 50), value)) == 0.0
