"""The parts of the simulator: shapes, arms, telescope and noise, against what they must obey."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.sky.noise import noise_level
from radgalgui.sky.simulate import simulate
from radgalgui.sky.simulate.instrument import (
    BEAM_FWHM,
    NOISE_RMS,
    Telescope,
    beam_transform,
    grid_size,
)
from radgalgui.sky.simulate.measure import arm_numbers, largest_angular_size
from radgalgui.sky.simulate.morphology import Model, build
from radgalgui.sky.simulate.particles import Particles, blob, clumpy, join, spine, tube
from radgalgui.sky.simulate.population import KINDS, Shape, chosen_kinds, draw_shape

SHAPE = Shape(
    kind="FRII",
    length=60.0,
    inclination=90.0,
    position_angle=0.0,
    core_fraction=0.02,
    jet_speed=0.6,
    arm_ratio=1.0,
    flux_ratio=1.0,
    peak=0.01,
)


def _telescope(seed: int = 0, grid: int = 180) -> Telescope:
    return Telescope(np.random.default_rng(seed), grid=grid, pixel_scale=1.8, dec=30.0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_every_kind_is_finite_and_bright(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cloud = build(rng, replace(draw_shape(rng, (kind,)), kind=kind)).particles()
    assert len(cloud.x) == len(cloud.y) == len(cloud.flux)
    assert np.isfinite([cloud.x, cloud.y, cloud.flux]).all()
    assert (cloud.flux >= 0).all()
    assert cloud.total > 0


@pytest.mark.parametrize("kind", ["FRI", "FRII", "WAT", "NAT", "hybrid", "double-double"])
def test_flux_is_what_was_asked(kind: str) -> None:
    model = build(np.random.default_rng(1), replace(SHAPE, kind=kind, flux_ratio=3.0))
    assert model.particles().total == pytest.approx(1.0)
    assert model.core.total == pytest.approx(SHAPE.core_fraction)
    assert arm_numbers(model)[2] == pytest.approx(3.0)


def _mean_reach(kind: str) -> float:
    """Return the flux-weighted distance from the core in units of the source's half length."""
    reach = []
    for seed in range(30):
        cloud = build(np.random.default_rng(seed), replace(SHAPE, kind=kind)).particles()
        reach.append(np.average(np.hypot(cloud.x, cloud.y), weights=cloud.flux))
    return float(np.mean(reach)) / (SHAPE.length / 2)


def test_friis_are_brighter_at_their_edges_than_fris() -> None:
    assert _mean_reach("FRII") > 0.6
    assert _mean_reach("FRI") < 0.55


def _median_bending(kind: str) -> float:
    shapes = (replace(SHAPE, kind=kind, length=80.0) for _ in range(30))
    return float(
        np.median(
            [arm_numbers(build(np.random.default_rng(k), s))[0] for k, s in enumerate(shapes)]
        )
    )


def test_tails_bend_in_the_order_of_their_names() -> None:
    straight, wide, narrow = (_median_bending(kind) for kind in ("FRII", "WAT", "NAT"))
    assert straight < 12 < wide < 60 < narrow


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 180.0])
def test_bending_is_the_angle_that_two_arms_lack_to_a_line(angle: float) -> None:
    core = Particles(np.zeros(1), np.zeros(1), np.ones(1))
    first = Particles(np.array([10.0]), np.zeros(1), np.ones(1))
    second = Particles(np.array([-20.0]), np.zeros(1), np.full(1, 4.0)).moved(np.radians(angle))
    bending, lengths, fluxes = arm_numbers(Model(core, (first, second)))
    assert bending == pytest.approx(angle, abs=1e-9)
    assert (lengths, fluxes) == pytest.approx((2.0, 4.0))


def test_sources_without_two_arms_have_no_arm_numbers() -> None:
    core = Particles(np.zeros(1), np.zeros(1), np.ones(1))
    assert np.isnan(arm_numbers(Model(core))).all()


@given(st.floats(0.05, 0.95), st.floats(1.0, 90.0))
def test_boosting_favours_the_near_jet(speed: float, inclination: float) -> None:
    boost = replace(SHAPE, jet_speed=speed, inclination=inclination).boost
    assert boost >= 1.0
    assert replace(SHAPE, jet_speed=speed, inclination=90.0).boost == pytest.approx(1.0)
    if inclination < 89:
        assert boost > replace(SHAPE, jet_speed=speed, inclination=inclination + 1).boost


@given(st.floats(-7, 7), st.floats(-50, 50), st.floats(-50, 50))
def test_turning_and_shifting_keep_flux_and_distances(angle: float, dx: float, dy: float) -> None:
    cloud = blob(np.random.default_rng(0), flux=2.0, fwhm=5.0)
    moved = cloud.moved(angle, dx, dy)
    assert moved.total == pytest.approx(2.0)
    np.testing.assert_allclose(
        np.hypot(moved.x - dx, moved.y - dy), np.hypot(cloud.x, cloud.y), atol=1e-9
    )


def test_a_straight_spine_is_as_long_as_asked_and_a_bent_one_turns() -> None:
    rng = np.random.default_rng(0)
    assert spine(rng, length=12.0).end == pytest.approx((12.0, 0.0))
    bent = spine(rng, length=12.0, bend=1.2)
    assert bent.angle[-1] == pytest.approx(1.2)
    assert np.hypot(np.diff(bent.x), np.diff(bent.y)).sum() == pytest.approx(12.0)


def test_a_filled_tube_stays_within_its_width() -> None:
    rng = np.random.default_rng(0)
    line = spine(rng, length=30.0)
    cloud = tube(
        rng, line, brightness=np.ones(64), width=np.full(64, 8.0), flux=3.0, filled=True, clumps=0.5
    )
    assert np.abs(cloud.y).max() <= 4.0 + 1e-9
    assert cloud.total == pytest.approx(3.0)
    assert np.abs(cloud.y).mean() == pytest.approx(4.0 * 4 / (3 * np.pi), rel=0.1)  # a disc's


def test_texture_of_no_contrast_changes_nothing() -> None:
    cloud = blob(np.random.default_rng(0), flux=1.0, fwhm=9.0)
    np.testing.assert_array_equal(
        clumpy(np.random.default_rng(1), cloud, contrast=0.0).flux, cloud.flux
    )


def test_joined_clouds_add_their_flux() -> None:
    rng = np.random.default_rng(0)
    assert join([blob(rng, flux=1.0, fwhm=3), blob(rng, flux=2.5, fwhm=1)]).total == pytest.approx(
        3.5
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), min_size=1, max_size=12))
def test_angular_size_agrees_with_the_farthest_pair(pixels: list[tuple[int, int]]) -> None:
    image = np.zeros((30, 30))
    for x, y in pixels:
        image[y, x] = 1.0
    farthest = max(np.hypot(a - c, b - d) for a, b in pixels for c, d in pixels)
    measured = largest_angular_size(image, 0.5, 2.0)
    # Directions 5 degrees apart miss at most 1 - cos(2.5 degrees) of a length.
    assert 2.0 * (farthest * 0.999 + 1) - 1e-6 <= measured <= 2.0 * (farthest + 1) + 1e-6


def test_angular_size_of_nothing_is_zero() -> None:
    assert largest_angular_size(np.zeros((5, 5)), 0.1, 1.8) == 0.0


def test_kinds_keep_their_order_and_a_single_name_is_a_choice() -> None:
    assert chosen_kinds(None) == KINDS
    assert chosen_kinds(reversed(KINDS)) == KINDS
    assert chosen_kinds("NAT") == ("NAT",)


@given(st.integers(16, 600), st.floats(0.5, 2.7))
def test_the_grid_is_padded_and_shares_its_centre_with_the_image(size: int, scale: float) -> None:
    grid = grid_size(size, scale)
    assert grid >= size + 24
    assert grid * scale >= 300
    assert (grid - size) % 2 == 0


def test_the_beam_has_unit_peak_and_the_survey_s_width() -> None:
    beam = np.fft.fftshift(np.fft.irfft2(beam_transform(180, 1.8)))
    assert beam.max() == pytest.approx(1.0, abs=1e-3)  # cut off at the pixel scale
    assert 1.8**2 * beam.sum() == pytest.approx(1.1331 * BEAM_FWHM**2, rel=1e-3)
    assert beam[90, 90 + 3] == pytest.approx(0.5 ** ((2 * 3 * 1.8 / BEAM_FWHM) ** 2), abs=1e-3)


def test_noise_has_the_strength_that_the_truth_tells() -> None:
    empty = np.zeros((180, 180), np.float32)
    for seed in range(8):
        telescope = _telescope(seed)
        image = telescope.observe(empty, empty)
        assert image.std() == pytest.approx(telescope.rms, rel=0.06)
        assert 0.75 < telescope.rms / NOISE_RMS < 1.6


def test_noise_is_drawn_only_where_baselines_reach() -> None:
    telescope = _telescope()
    empty = np.zeros((180, 180), np.float32)
    power = np.abs(np.fft.rfft2(telescope.observe(empty, empty)))
    assert power[telescope.weights == 0].max() < 1e-4 * power.max()
    assert telescope.weights[0, 0] == 0  # no baseline measures the total flux


def test_a_bright_point_keeps_its_peak_and_has_faint_sidelobes() -> None:
    sky = np.zeros((180, 180), np.float32)
    sky[90, 90] = 1.0
    restored = np.fft.irfft2(np.fft.rfft2(sky) * beam_transform(180, 1.8)).astype(np.float32)
    y, x = np.indices(sky.shape)
    outside = np.hypot(x - 90, y - 90) > 10
    worst = []
    for seed in range(8):
        image = _telescope(seed).observe(sky, restored)
        assert image[90, 90] == pytest.approx(1.0, abs=0.05)
        worst.append(np.abs(image[outside]).max())
    assert 5 * NOISE_RMS < np.median(worst) < 0.02


def test_position_angles_are_measured_from_north_through_east() -> None:
    made = simulate(40, seed=12, kinds=["FRII"])
    truth = made.truth
    y, x = np.indices(made.images.shape[1:]) - 74.5
    errors = []
    for k in np.flatnonzero((truth["angular_size"] > 25) & (truth["chance_neighbours"] == 0)):
        weight = np.where(made.images[k] > 6 * truth["noise"][k], made.images[k], 0.0)
        if weight.sum() == 0:
            continue
        dx, dy = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
        xx, yy, xy = ((weight * q).sum() for q in (dx * dx, dy * dy, dx * dy))
        axis = 0.5 * np.arctan2(2 * xy, xx - yy)  # from west (+x) towards north
        angle = np.degrees(axis) - 90.0
        errors.append(abs((angle - truth["position_angle"][k] + 90) % 180 - 90))
    assert len(errors) >= 10
    assert np.median(errors) < 8


def _correlations(image: np.ndarray) -> list[float]:
    """Return the noise's correlation at 1, 2 and 4 pixels along a row."""
    noise = noise_level(image)
    calm = np.clip(image - np.median(image), -4 * noise, 4 * noise)
    power = (calm**2).mean()
    return [(calm[:, lag:] * calm[:, :-lag]).mean() / power for lag in (1, 2, 4)]


@pytest.mark.real
def test_noise_is_correlated_as_in_first(shared_data) -> None:
    paths = sorted((shared_data / "first_fields").glob("*.fits.fz"))[::40]
    corners = [np.nan_to_num(fits.getdata(path)[:110, :110]) for path in paths]
    corners = [c for c in corners if c.shape == (110, 110) and c.max() < 6 * noise_level(c)]
    assert len(corners) >= 10
    real = np.median([_correlations(c) for c in corners], axis=0)
    empty = np.zeros((180, 180), np.float32)
    made = [_correlations(_telescope(k).observe(empty, empty)[:110, :110]) for k in range(20)]
    np.testing.assert_allclose(np.median(made, axis=0), real, atol=0.08)
