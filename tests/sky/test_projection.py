"""Our projections of the sky against astropy's, to a hundredth of a pixel."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS

from radgalgui.sky.projection import RIM, TO_GALACTIC, Projection, angles, directions

RNG = np.random.default_rng(5)
CENTRES = [(0.0, 0.0), (187.5, 0.0), (83.6, 22.0), (201.4, -43.0), (10.0, 88.0)]


@pytest.fixture(scope="module")
def sky() -> tuple[np.ndarray, np.ndarray]:
    ra = RNG.uniform(0, 360, 2000)
    return ra, np.rad2deg(np.arcsin(RNG.uniform(-1, 1, 2000)))


def wcs(code: str, lon: float, lat: float, pixel: float, *, galactic: bool = False) -> WCS:
    """Return astropy's grid around a direction, its middle at pixel (0, 0)."""
    grid = WCS(naxis=2)
    names = ("GLON-", "GLAT-") if galactic else ("RA---", "DEC--")
    grid.wcs.ctype = [f"{name}{code}" for name in names]
    grid.wcs.crval, grid.wcs.crpix, grid.wcs.cdelt = [lon, lat], [1, 1], [-pixel, pixel]
    if code == "AIT":  # north up in the middle
        grid.wcs.lonpole, grid.wcs.latpole = (0 if lat >= 0 else 180), 90
    grid.wcs.set()
    return grid


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("centre", CENTRES)
def test_the_whole_sky_is_astropys_aitoff(sky, centre, dtype):
    pixel = 0.2  # degrees: the sky is 1620 pixels wide
    theirs = np.array(wcs("AIT", *centre, pixel).all_world2pix(*sky, 0))
    x, y = Projection(*centre).project(directions(*sky).astype(dtype))
    assert np.abs(-x / pixel - theirs[0]).max() < 0.01
    assert np.abs(y / pixel - theirs[1]).max() < 0.01
    assert np.hypot(x / RIM, 2 * y / RIM).max() < 1 + 1e-6


@pytest.mark.parametrize(("dtype", "side", "pixel"), [(np.float64, 1, 1), (np.float32, 40, 0.1)])
@pytest.mark.parametrize("centre", CENTRES)
def test_a_field_is_astropys_gnomonic(centre, dtype, side, pixel):
    """A degree in pixels of an arcsec in double, forty degrees in single precision."""
    pixel = pixel / 3600 if dtype is np.float64 else pixel
    places = RNG.uniform(-side / 2, side / 2, (2, 500))
    grid = wcs("TAN", *centre, pixel)
    ra, dec = grid.all_pix2world(*(places / pixel), 0)
    x, y = Projection(*centre, whole=0).project(directions(ra, dec).astype(dtype))
    assert np.abs(-x - places[0]).max() < 0.01 * pixel
    assert np.abs(y - places[1]).max() < 0.01 * pixel


def test_galactic_north_is_up(sky):
    galactic = SkyCoord(*sky, unit="deg").galactic
    theirs = np.array(
        wcs("AIT", 0, 0, 0.2, galactic=True).all_world2pix(galactic.l.deg, galactic.b.deg, 0)
    )
    x, y = Projection(0, 0, "galactic").project(directions(*sky))
    assert np.abs([-x / 0.2 - theirs[0], y / 0.2 - theirs[1]]).max() < 0.01
    lon, lat = angles(TO_GALACTIC @ directions(*sky))
    assert np.abs((lon - galactic.l.deg + 180) % 360 - 180).max() < 1e-9
    assert np.abs(lat - galactic.b.deg).max() < 1e-9


@pytest.mark.parametrize("whole", [1.0, 0.7, 0.2, 0.0])
@pytest.mark.parametrize("centre", CENTRES)
def test_the_way_back_is_the_way_there(centre, whole):
    x, y = RNG.uniform(-30, 30, (2, 300))
    projection = Projection(*centre, "galactic", whole)
    vectors = projection.unproject(x, y)
    assert np.linalg.norm(vectors, axis=0) == pytest.approx(np.ones(300))
    again = projection.project(vectors)
    assert np.abs([again[0] - x, again[1] - y]).max() < 1e-9


def test_beyond_the_rim_is_no_sky():
    whole = Projection(120, 0)
    assert whole.position(RIM * 0.99, 0) is not None
    assert whole.position(RIM * 1.01, 0) is None
    assert whole.position(RIM * 0.8, RIM * 0.4) is None
    assert whole.place(120, 0) == pytest.approx((0, 0))
    field = Projection(120, 0, whole=0)
    assert field.place(300, 0) is None
    assert field.place(120, 85) is None
    assert np.isnan(field.project(directions([300, 121], [0, 0]))[0]).tolist() == [True, False]


def test_one_projection_turns_into_the_other_without_a_jump():
    """Places follow the share of the whole sky evenly, so that nothing leaps while it grows."""
    vectors = directions(RNG.uniform(-40, 40, 200), RNG.uniform(-40, 40, 200))
    steps = [Projection(0, 10, whole=w).project(vectors)[0] for w in np.linspace(0, 1, 11)]
    leaps = np.abs(np.diff(steps, axis=0))
    assert leaps.max() < 1.5 * leaps.min(axis=0).max()


def test_no_directions_give_no_places():
    x, y = Projection(0, 0).project(np.empty((3, 0), np.float32))
    assert x.shape == y.shape == (0,)
