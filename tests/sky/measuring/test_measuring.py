"""Distances, fluxes, sizes and profiles against astropy, photutils and what is known exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS

from radgalgui.errors import ImageError
from radgalgui.sky.image import Beam, SkyImage
from radgalgui.sky.measuring.aperture import Aperture, covered, outline
from radgalgui.sky.measuring.distance import measure_distance
from radgalgui.sky.measuring.field import Field
from radgalgui.sky.measuring.flux import measure_flux
from radgalgui.sky.measuring.profiles import line_profile, radial_profile
from radgalgui.sky.measuring.size import island_edges, measure_size
from radgalgui.sky.measuring.source import Ask, measure_source
from radgalgui.sky.measuring.units import Adding, adding_of

RNG = np.random.default_rng(7)
SIDE = 121
SCALE = 1.5
BEAM = Beam(7.0, 5.0, 30.0)
PER_BEAM = math.pi * 7.0 * 5.0 / (4 * math.log(2)) / SCALE**2
TO_SIGMA = 1 / math.sqrt(8 * math.log(2))


def turned_wcs(turn: float = 25.0, *, stretch: float = 1.0, mirrored: bool = False) -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = [187.7, 52.4], [61.0, 61.0]
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    side = 1 if mirrored else -1
    turning = np.array([[c, -s], [s, c]])
    wcs.wcs.cd = SCALE / 3600 * turning @ np.diag([side * stretch, 1 / stretch])
    wcs.wcs.set()
    return wcs


def gaussian(wcs: WCS, x: float, y: float, beam: Beam, peak: float = 1.0) -> np.ndarray:
    """Return an elliptical Gaussian whose axes lie on the sky as the beam's do."""
    columns, rows = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    there = wcs.pixel_to_world(columns, rows)
    away = wcs.pixel_to_world(x, y).spherical_offsets_to(there)
    east, north = (v.to_value(u.arcsec) for v in away)
    angle = math.radians(beam.position_angle)
    along = east * math.sin(angle) + north * math.cos(angle)
    across = east * math.cos(angle) - north * math.sin(angle)
    widths = beam.major * TO_SIGMA, beam.minor * TO_SIGMA
    return peak * np.exp(-((along / widths[0]) ** 2 + (across / widths[1]) ** 2) / 2)


# -- places --------------------------------------------------------------------------------


@pytest.mark.parametrize("mirrored", [False, True])
def test_distances_and_angles_are_astropys(mirrored) -> None:
    wcs = turned_wcs(-70, mirrored=mirrored)
    field = Field(np.zeros((SIDE, SIDE)), wcs=wcs)
    for start, end in RNG.uniform(0, SIDE, (5, 2, 2)):
        one, other = wcs.pixel_to_world(*start), wcs.pixel_to_world(*end)
        told = measure_distance(field, tuple(start), tuple(end))
        assert told.length == pytest.approx(one.separation(other).arcsec, abs=1e-6)
        expected = one.position_angle(other).deg
        assert (told.position_angle - expected + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_without_coordinates_lengths_are_pixels_and_directions_unknown() -> None:
    told = measure_distance(Field(np.zeros((9, 9))), (1.0, 1.0), (4.0, 5.0))
    assert told.length == pytest.approx(5.0)
    assert math.isnan(told.position_angle)
    upright = measure_distance(Field(np.zeros((9, 9)), scale=2.0), (4.0, 4.0), (1.0, 4.0))
    assert (upright.length, upright.position_angle) == pytest.approx((6.0, 90.0))


# -- apertures -----------------------------------------------------------------------------


def test_an_aperture_covers_pixels_exactly_as_photutils_says() -> None:
    from photutils.aperture import EllipticalAperture

    field = Field(np.ones((SIDE, SIDE)), scale=1.0)
    for x, y, a, ratio, angle in RNG.uniform((20, 20, 0.3, 0.2, 0), (90, 90, 30, 1, 180), (12, 5)):
        found = covered(field, Aperture(x, y, a, ratio * a, angle))
        # theirs is counted from +x to +y, ours from north (+y) to east (-x)
        theirs = EllipticalAperture((x, y), a, ratio * a, theta=np.deg2rad(angle + 90))
        mask = theirs.to_mask(method="exact")
        whole = mask.to_image((SIDE, SIDE))
        left, low = found.first
        high, wide = found.weights.shape
        np.testing.assert_allclose(
            found.weights, whole[low : low + high, left : left + wide], atol=1e-9
        )
        assert found.weights.sum() + found.outside * theirs.area == pytest.approx(theirs.area)


def test_an_aperture_is_an_ellipse_on_the_sky_whatever_the_pixels() -> None:
    wcs = turned_wcs(40, stretch=1.3, mirrored=True)
    field = Field(np.ones((SIDE, SIDE)), wcs=wcs)
    aperture = Aperture(60.0, 60.0, 40.0, 20.0, 75.0)
    found = covered(field, aperture)
    assert found.weights.sum() * SCALE**2 == pytest.approx(aperture.area, rel=1e-6)
    line = wcs.pixel_to_world(*outline(field, aperture).T)
    centre = wcs.pixel_to_world(60, 60)
    away = centre.separation(line).arcsec
    assert (away.max(), away.min()) == pytest.approx((40, 20), rel=1e-3)
    farthest = centre.position_angle(line[int(np.argmax(away))]).deg % 180
    assert farthest == pytest.approx(75, abs=0.2)


def test_what_lies_outside_or_is_blank_is_told() -> None:
    values = np.ones((40, 40))
    values[:, 30:] = np.nan
    field = Field(values, scale=1.0, noise=1.0)
    half_out = measure_flux(field, Aperture.circle(10.0, -0.5, 5.0))
    assert half_out.blank == pytest.approx(0.5)
    assert half_out.value == pytest.approx(math.pi * 25 / 2)
    half_blank = measure_flux(field, Aperture.circle(29.5, 20.0, 5.0))
    assert half_blank.blank == pytest.approx(0.5)
    nothing = measure_flux(field, Aperture.circle(200.0, 20.0, 5.0))
    assert math.isnan(nothing.value)
    assert nothing.blank == 1.0


# -- flux ----------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0.0, 31.0])
@pytest.mark.parametrize("unit", ["Jy/beam", "JY/BEAM", "Jy beam-1", "Jy/bm"])
def test_a_point_source_has_the_flux_of_its_peak(turn, unit) -> None:
    wcs = turned_wcs(turn)
    field = Field(gaussian(wcs, 60.3, 58.9, BEAM, 0.02), unit, wcs, BEAM, noise=1e-4)
    told = measure_flux(field, Aperture(60.3, 58.9, 24.0, 18.0, 30.0))
    assert told.value == pytest.approx(0.02, rel=1e-4)
    assert (told.unit, told.is_flux) == ("Jy", True)
    assert told.beams == pytest.approx(math.pi * 24 * 18 / SCALE**2 / PER_BEAM)
    assert told.error == pytest.approx(1e-4 * math.sqrt(told.beams))


def test_the_error_is_how_fluxes_of_empty_sky_scatter() -> None:
    """Noise whose pixels go together as the beam does, as with natural weighting."""
    from scipy.ndimage import gaussian_filter

    fwhm = 7.5
    together = fwhm * TO_SIGMA / math.sqrt(2)
    noise = gaussian_filter(RNG.normal(size=(700, 700)), together, mode="wrap")
    field = Field(noise / noise.std(), "Jy/beam", scale=1.0, beam=Beam(fwhm, fwhm), noise=1.0)
    places = [(x, y) for x in range(60, 640, 45) for y in range(60, 640, 45)]
    for annulus in (False, True):
        told = [measure_flux(field, Aperture.circle(x, y, 20), annulus=annulus) for x, y in places]
        scatter = float(np.std([one.value for one in told]))
        assert np.median([one.error for one in told]) == pytest.approx(scatter, rel=0.15)
    seen = np.array([one.empty_error for one in told])
    assert np.median(seen[np.isfinite(seen)]) == pytest.approx(told[0].beams ** 0.5, rel=0.15)
    assert max(one.empty_count for one in told) > 60


def test_an_annulus_takes_the_level_of_the_sky_away() -> None:
    wcs = turned_wcs()
    sky = gaussian(wcs, 60, 60, BEAM) + 0.25 + RNG.normal(0, 0.005, (SIDE, SIDE))
    field = Field(sky, "Jy/beam", wcs, BEAM)
    told = measure_flux(field, Aperture.circle(60, 60, 20.0), annulus=True)
    assert told.background == pytest.approx(0.25, abs=2e-3)
    assert told.value == pytest.approx(1.0, abs=3 * told.error)
    assert measure_flux(field, Aperture.circle(60, 60, 20.0)).value > 5


@pytest.mark.parametrize(
    ("unit", "adding", "total", "factor"),
    [
        ("Jy/beam", Adding.BEAM, "Jy", 1.0),
        ("mJy/beam", Adding.BEAM, "Jy", 1e-3),
        ("MJY/BEAM", Adding.BEAM, "Jy", 1e-3),
        ("uJy beam^-1", Adding.BEAM, "Jy", 1e-6),
        ("Jy/pixel", Adding.PIXEL, "Jy", 1.0),
        ("MJy/sr", Adding.AREA, "Jy", 1e6 * (math.pi / 180 / 3600) ** 2),
        ("mJy/arcsec2", Adding.AREA, "Jy", 1e-3),
        ("mJy arcsec-2", Adding.AREA, "Jy", 1e-3),
        ("Jy.arcsec**(-2)", Adding.AREA, "Jy", 1.0),
        ("Jy.beam-1", Adding.BEAM, "Jy", 1.0),
        ("nJy beam^(-1)", Adding.BEAM, "Jy", 1e-9),
        ("MJy sr^-1", Adding.AREA, "Jy", 1e6 * (math.pi / 180 / 3600) ** 2),
        ("Jy/beam.km/s", Adding.NOTHING, "Jy/beam.km/s", 1.0),
        ("mK", Adding.AREA, "K arcsec²", 1e-3),
        ("adu", Adding.NOTHING, "adu", 1.0),
        ("", Adding.NOTHING, "", 1.0),
        ("nanomaggy", Adding.NOTHING, "nanomaggy", 1.0),
    ],
)
def test_units_say_how_values_add_up(unit, adding, total, factor) -> None:
    told = adding_of(unit)
    assert (told.adding, told.unit) == (adding, total)
    assert told.factor == pytest.approx(factor)


def test_without_a_beam_values_are_added_up_and_called_no_flux() -> None:
    told = measure_flux(Field(np.ones((30, 30)), "Jy/beam", scale=1.0), Aperture.circle(15, 15, 6))
    assert not told.is_flux
    assert (told.value, told.unit) == (pytest.approx(math.pi * 36), "Jy/beam")


# -- sizes ---------------------------------------------------------------------------------


def test_the_largest_size_is_that_of_the_island_under_the_click() -> None:
    wcs = turned_wcs(20)
    wide = Beam(60.0, 8.0, 110.0)
    other = gaussian(wcs, 15, 15, BEAM, 0.8)
    field = Field(gaussian(wcs, 60, 62, wide) + other, "Jy/beam", wcs, BEAM, noise=0.01)
    told = measure_size(field, [(60.0, 62.0)])
    assert told is not None
    expected = 60.0 * math.sqrt(math.log2(1 / 0.03))
    assert told.length == pytest.approx(expected, abs=SCALE)
    assert told.position_angle == pytest.approx(110, abs=1.0)
    assert told.resolved
    assert told.deconvolved == pytest.approx(math.sqrt(told.length**2 - 5.037**2), rel=2e-3)
    beside = measure_size(field, [(17.0, 17.0)])
    assert beside is not None
    assert not beside.resolved
    assert math.isnan(beside.deconvolved)
    both = measure_size(field, [(60.0, 62.0), (15.0, 15.0)])
    assert both is not None
    assert len(both.pixels) == len(told.pixels) + len(beside.pixels)
    assert both.length > told.length
    assert measure_size(field, [(110.0, 12.0)]) is None


def test_islands_at_blanks_and_edges_and_of_one_pixel() -> None:
    values = np.zeros((20, 20))
    values[0, 3:8] = 10.0
    values[9, 9] = 10.0
    field = Field(values, scale=2.0, noise=1.0)
    edge = measure_size(field, [(5.0, 0.0)])
    assert edge is not None
    assert edge.touches_edge
    assert (edge.length, edge.position_angle) == pytest.approx((10.0, 90.0))
    single = measure_size(field, [(10.0, 10.0)])
    assert single is not None
    assert single.length == pytest.approx(2.0)
    assert math.isnan(single.position_angle)
    assert not single.touches_edge
    assert len(island_edges(single.pixels)) == 4
    assert island_edges(edge.pixels).reshape(-1, 2).max(axis=0).tolist() == [7.5, 0.5]
    clipped = measure_size(Field(values, scale=2.0, noise=0.0), [(5.0, 0.0)])
    assert clipped is not None
    assert clipped.length == edge.length
    assert math.isnan(clipped.sigma)


# -- profiles ------------------------------------------------------------------------------


def test_a_radial_profile_is_the_gaussian_that_was_put_in() -> None:
    wcs, round_ = turned_wcs(33), Beam(12.0, 12.0)
    field = Field(gaussian(wcs, 60, 60, round_), "Jy/beam", wcs, round_, noise=0.01)
    told = radial_profile(field, (60.0, 60.0), 30.0, step=1.5)
    expected = np.exp(-(told.distance**2) * 4 * math.log(2) / 144)
    np.testing.assert_allclose(told.value, expected, atol=0.025)
    assert told.distance[-1] == pytest.approx(29.25)
    per_beam = math.pi * 144 / (4 * math.log(2))
    ring = math.pi * (30.0**2 - 28.5**2)
    assert told.error[-1] == pytest.approx(0.01 / math.sqrt(max(ring / per_beam, 1)))
    np.testing.assert_allclose(told.in_sigma, told.value / 0.01)
    assert (told.scatter >= 0).all()


def test_a_line_profile_is_linear_between_pixels_and_blank_outside() -> None:
    columns, rows = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    field = Field(3.0 * columns + 2.0 * rows, scale=2.0, noise=0.0)
    told = line_profile(field, (10.0, 20.0), (40.0, 60.0))
    assert told.distance[-1] == pytest.approx(100.0)
    share = told.distance / 100
    np.testing.assert_allclose(told.value, 3 * (10 + 30 * share) + 2 * (20 + 40 * share))
    assert np.isnan(told.in_sigma).all()
    over = line_profile(field, (-10.0, 5.0), (10.0, 5.0))
    assert np.isnan(over.value[0])
    assert np.isfinite(over.value[-1])
    values = np.ones((9, 9))
    values[4, 4] = np.nan
    beside = line_profile(Field(values, scale=1.0), (1.0, 4.0), (7.0, 4.0))
    assert np.isnan(beside.value[beside.value.size // 2])
    assert beside.value[0] == 1.0


def test_positions_come_from_the_wcs() -> None:
    wcs = turned_wcs()
    field = Field(np.zeros((SIDE, SIDE)), wcs=wcs)
    ra, dec = field.sky_of(3.0, 9.0)
    expected = wcs.pixel_to_world(3.0, 9.0)
    assert SkyCoord(ra, dec, unit="deg").separation(expected).arcsec < 1e-6
    assert field.pixel_of(ra, dec) == pytest.approx((3.0, 9.0), abs=1e-6)


def test_at_the_limb_of_the_sphere_nothing_is_measured() -> None:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.cdelt = ["RA---SIN", "DEC--SIN"], [-1.2, 1.2]
    wcs.wcs.crval, wcs.wcs.crpix = [10.0, 30.0], [50.5, 50.5]
    data = np.random.default_rng(0).normal(size=(100, 100)).astype(np.float32)
    image = SkyImage(data, "all sky", "", wcs)
    ask = Ask(position=image.pixel_to_sky(45, 2), aperture=(9000.0, 9000.0, 0.0))
    with pytest.raises(ImageError, match="at its limb"):
        measure_source(image, ask)
