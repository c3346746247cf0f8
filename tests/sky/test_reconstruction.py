"""Residuals in units of the noise, their chi-square, and sizes as queries are measured."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Cutout, SkyImage
from radgalgui.sky.islands import find_islands
from radgalgui.sky.noise import noise_level
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reconstruction import angular_sizes, residual, residual_of_seen

EYES = Preprocessing()
NOISE = 2e-4


def blob(*, peak: float = 1.0, fwhm: float = 6.0, at: tuple[float, float] = (31.5, 31.5)):
    y, x = np.mgrid[:64, :64]
    square = (x - at[0]) ** 2 + (y - at[1]) ** 2
    return peak * np.exp(-4 * np.log(2) * square / fwhm**2)


def cut(data: np.ndarray, noise: float = NOISE, band_noise: tuple[float, ...] = ()) -> Cutout:
    """Return planes (C, 64, 64) as a cutout."""
    noises = np.asarray(band_noise or [noise] * len(data))
    seen = np.stack([EYES.see(plane, n) for plane, n in zip(data, noises, strict=True)])
    return Cutout(
        data.astype(np.float32), seen, noise, 0.0, 0.0, (31.5, 31.5), band_noise=band_noise
    )


@given(hnp.arrays(np.float32, (3, 3), elements=st.floats(0, 1, width=32)))
def test_unstretching_undoes_the_stretch(scaled):
    for softening in (0.02, 0.1, 5.0):
        eyes = Preprocessing(softening=softening)
        np.testing.assert_allclose(eyes.unstretch(eyes.stretch(scaled)), scaled, atol=2e-6)


def test_unstretching_goes_from_0_to_1_and_keeps_nan():
    values = EYES.unstretch(np.array([0.0, 1.0, np.nan]))
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, [0.0, 1.0, np.nan], atol=1e-6)


def test_of_a_perfect_reconstruction_only_the_noise_is_left():
    noise = np.random.default_rng(0).normal(0, NOISE, (1, 64, 64))
    truth = blob(peak=0.02)
    cutout = cut(truth + noise)
    # What would be seen of the galaxy without noise, on the scale of what is seen with it.
    drawn = EYES.stretch(np.clip(truth / cutout.data.max(), 0, 1))[None]
    left = residual(cutout, drawn, EYES)
    assert left.noise_known
    np.testing.assert_allclose(left.values, noise / NOISE, atol=0.02)
    assert left.chi_square == pytest.approx(1.0, abs=0.06)
    assert left.chi_square_source == pytest.approx(1.0, abs=0.35)


def test_chi_square_is_the_mean_square_within_the_islands_and_everywhere():
    rng = np.random.default_rng(1)
    cutout = cut(blob(peak=0.02)[None] + rng.normal(0, NOISE, (1, 64, 64)))
    nothing = np.zeros((1, 64, 64), np.float32)
    left = residual(cutout, nothing, EYES)
    inside = np.zeros((64, 64), bool)
    for island in find_islands(cutout.data[0], noise=NOISE, sigma=EYES.clip_sigma):
        for x, y in zip(island.x, island.y, strict=True):
            inside[y, x] = True
    square = (cutout.data[0].astype(float) / NOISE) ** 2
    assert left.chi_square == pytest.approx(square.mean())
    assert left.chi_square_source == pytest.approx(square[inside].mean())
    assert left.chi_square_source > 100 * EYES.clip_sigma  # nothing was drawn of a bright source


def test_empty_sky_has_a_chi_square_and_no_source():
    noise = np.random.default_rng(2).normal(0, NOISE, (1, 64, 64)).clip(-2.9 * NOISE, 2.9 * NOISE)
    left = residual(cut(noise), np.zeros((1, 64, 64)), EYES)
    assert left.chi_square == pytest.approx(1.0, abs=0.1)
    assert left.chi_square_source is None


def test_without_noise_the_residual_is_a_share_of_the_peak():
    data = np.where(blob() > 0.05, 7.0 * blob(), 0.0)[None]
    left = residual(cut(data, noise=0.0), np.zeros((1, 64, 64)), EYES)
    assert (left.noise_known, left.chi_square, left.chi_square_source) == (False, None, None)
    np.testing.assert_allclose(left.values, data / data.max(), rtol=1e-6)
    stored = residual_of_seen(EYES.see(data, 0.0), np.zeros((1, 64, 64)), EYES)
    np.testing.assert_allclose(stored.values, left.values, atol=1e-6)
    assert not stored.noise_known


def test_blank_pixels_stay_blank_and_count_for_nothing():
    noise = np.random.default_rng(3).normal(0, NOISE, (1, 64, 64))
    noise[:, :20] = np.nan
    left = residual(cut(noise), np.zeros((1, 64, 64)), EYES)
    np.testing.assert_array_equal(np.isnan(left.values), np.isnan(noise))
    assert left.chi_square == pytest.approx(1.0, abs=0.1)


def test_each_band_has_its_own_noise_and_peak():
    rng = np.random.default_rng(4)
    noises = (1e-3, 5e-2, 2.0)
    planes = [rng.normal(0, n, (64, 64)) + blob(peak=40 * n) for n in noises]
    cutout = cut(np.stack(planes), noise=0.7, band_noise=noises)
    left = residual(cutout, cutout.seen, EYES)
    # What is below the clip is not drawn: only that noise is left, in each band's own unit.
    for plane in left.values:
        assert 2.8 < plane.max() < 3.0
    unknown = dataclasses.replace(cutout, band_noise=(1e-3, 0.0, 2.0))
    assert not residual(unknown, cutout.seen, EYES).noise_known


def test_bands_that_are_cut_out_tell_their_noise():
    rng = np.random.default_rng(5)
    bands = tuple(rng.normal(0, n, (200, 200)).astype(np.float32) for n in (1.0, 3.0))
    image = SkyImage(bands[0], "bands", "", bands=bands)
    cutout = make_cutout(image, Preprocessing(channels=2))
    assert cutout.band_noise == pytest.approx((1.0, 3.0), rel=0.05)
    assert make_cutout(SkyImage(bands[0], "one", ""), EYES).band_noise == ()


@pytest.mark.parametrize("fwhm", [6.0, 14.0])
def test_a_drawn_galaxy_measures_what_its_query_would(fwhm):
    sky = blob(fwhm=fwhm) + 0.6 * blob(fwhm=fwhm, at=(46.0, 31.5))
    seen = EYES.see(np.where(sky > 0.05, sky, 0.0), 0.0)[None]
    image = SkyImage(EYES.unstretch(seen)[0], "drawn", "")
    (size,) = angular_sizes(seen[None], EYES)
    assert size == pytest.approx(make_cutout(image, EYES).angular_size)


def test_a_round_galaxy_is_as_large_as_it_was_made():
    sky = blob(fwhm=8.0)
    seen = EYES.see(np.where(sky > 1 / 16, sky, 0.0), 0.0)[None]  # twice the width at 1/16
    assert angular_sizes(seen[None], EYES)[0] == pytest.approx(16 * EYES.pixel_scale, rel=0.07)


def test_empty_images_and_none_have_no_size():
    assert angular_sizes(np.zeros((2, 1, 64, 64)), EYES).tolist() == [0.0, 0.0]
    assert angular_sizes(np.zeros((0, 1, 64, 64)), EYES).shape == (0,)


@pytest.mark.real
def test_in_first_fields_the_residual_of_empty_sky_is_the_noise(shared_data: Path):
    files = sorted((shared_data / "first_fields").glob("*.fits.fz"))[:8]
    if not files:
        pytest.skip("no FIRST fields are here")
    eyes = Preprocessing(pixel_scale=2.7, survey_scale=1.8)
    for path in files:
        cutout = make_cutout(read_image(path), eyes)
        left = residual(cutout, cutout.seen, eyes)
        assert left.noise_known
        # All above the clip was drawn: what is left has the width of the noise around it.
        assert noise_level(left.values[0]) == pytest.approx(1.0, abs=0.35)
        assert left.chi_square_source == pytest.approx(0.0, abs=0.05)
