"""What is said of a reconstruction, and the limits and colours of a residual."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import told_reconstruction

from radgalgui.gui.colours import diverging_beside, lookup_table
from radgalgui.gui.display import Display, symmetric_span, to_levels
from radgalgui.gui.fit_text import fit_explanation, fit_words, residual_plane
from radgalgui.jobs.events import Reconstruction


def told(source=None, cutout=None, *, known=True, bands=1) -> Reconstruction:
    rng = np.random.default_rng(2)
    image = rng.uniform(0, 1, (bands, 8, 8)).astype(np.float32)
    residual = rng.normal(size=(bands, 8, 8)).astype(np.float32)
    return Reconstruction("j", image, residual, cutout, source, noise_known=known)


@pytest.mark.parametrize(
    ("source", "cutout", "words"),
    [
        (
            1.04,
            0.98,
            "Left over the source: no more than noise  ·  reduced χ² 1.0 (cutout 1.0)",
        ),
        (
            99.2,
            9.96,
            "Left over the source: 10 × the noise  ·  reduced χ² 99 (cutout 10)",
        ),
        (
            4.0,
            1.3,
            "Left over the source: 2.0 × the noise  ·  reduced χ² 4.0 (cutout 1.3)",
        ),
        (
            1e6,
            2e4,
            "Left over the source: 1,000 × the noise  ·  reduced χ² 1,000,000 (cutout 20,000)",
        ),
        (None, 1.0, "Nothing above the clip to call a source  ·  reduced χ² 1.0"),
        (float("nan"), float("inf"), ""),
    ],
)
def test_the_fit_in_words(source, cutout, words):
    assert fit_words(told(source, cutout)) == words


def test_without_noise_there_is_no_chi_square():
    words = fit_words(told(known=False))
    assert words.startswith("Noise not known ")
    assert "χ²" not in words
    assert "%" in words
    assert "per cent" in fit_explanation(told(known=False), "")
    assert "0.2 mJy" in fit_explanation(told(2, 1), "0.2 mJy")


def test_bands_of_pure_noise_add_up_to_noise():
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(5, 200, 200)).astype(np.float32)
    noise[0, :50] = np.nan
    noise[:, :3] = np.nan
    shown, unit = residual_plane(Reconstruction("j", noise, noise, 1, 1, noise_known=True))
    assert unit == "σ"
    assert np.isnan(shown[:3]).all()
    assert np.isfinite(shown[3:]).all()
    assert shown[3:50].std() == pytest.approx(1, abs=0.02)
    assert shown[50:].std() == pytest.approx(1, abs=0.02)
    shares, unit = residual_plane(Reconstruction("j", noise, noise / 100, None, None, False))
    assert unit == "%"
    np.testing.assert_allclose(shares[50:], noise[:, 50:].mean(axis=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", [1e-6, 0.3, 1.0, 7.0, 4e5])
def test_limits_of_a_residual_are_symmetric_round_and_hold_nearly_all(scale):
    values = (np.random.default_rng(4).normal(size=(64, 64)) * scale).astype(np.float32)
    low, high = symmetric_span(values)
    assert low == -high
    assert np.mean(np.abs(values) <= high) >= 0.994
    assert high / np.percentile(np.abs(values), 99.5) < 2.6
    mantissa = high / 10 ** np.floor(np.log10(high) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 5)) < 1e-6
    assert symmetric_span(values * 0, least=5.0) == (-5.0, 5.0)
    assert symmetric_span(np.full((2, 2), np.nan), least=5.0) == (-5.0, 5.0)


@pytest.mark.parametrize("beside", ["inferno", "gray_r"])
def test_no_residual_has_the_colour_of_an_empty_sky_and_signs_differ(beside):
    name = diverging_beside(beside)
    table = lookup_table(name).astype(int)
    ends = table[0], table[-1]
    assert ends[0][2] > ends[0][0] + 50  # below: blue
    assert ends[1][0] > ends[1][2] + 50  # above: red
    middle = table[127:129].mean(axis=0)
    assert np.ptp(middle) < 15
    assert (middle.mean() > 127) == (lookup_table(beside)[0].mean() > 127)
    values = np.array([[-9.0, 0.0, 9.0, np.nan]])
    levels = to_levels(values, Display(colour_map=name, span=(-5.0, 5.0), signed=True))[0]
    assert levels[0] == 0
    assert levels[2] == 255
    assert abs(int(levels[1]) - 127.5) <= 1
    assert abs(int(levels[3]) - 127.5) <= 1  # a blank pixel is not taken for a hole


def test_what_is_left_of_a_stored_galaxy_is_a_share_of_its_peak():
    rng = np.random.default_rng(5)
    drawn = told_reconstruction("j", rng.uniform(0, 1, (1, 16, 16)).astype(np.float32))
    shown, unit = residual_plane(drawn)
    assert unit == "%"
    np.testing.assert_allclose(shown, drawn.residual[0] * 100, rtol=1e-5)
