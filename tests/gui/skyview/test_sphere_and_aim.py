"""Which sources a field may hold, where one looks, and what the lines of the grid say."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize

from radgalgui.gui.skyview.aim import FIELD, LEAST, WHOLE, Aim
from radgalgui.gui.skyview.grid import grid_lines, latitude_text, longitude_text
from radgalgui.gui.skyview.points import Projected
from radgalgui.gui.skyview.scene import SkyScene
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.sky.projection import RIM, angles, directions

RNG = np.random.default_rng(8)


def random_sky(count: int) -> tuple[np.ndarray, np.ndarray]:
    return RNG.uniform(0, 360, count), np.rad2deg(np.arcsin(RNG.uniform(-1, 1, count)))


def test_no_source_of_a_field_is_missed():
    for patch in ("all", "field", "pole"):
        none_is_missed(patch)


def none_is_missed(patch: str) -> None:
    ra, dec = random_sky(4000)
    if patch == "field":
        ra, dec = 359.6 + ra / 400, 20 + dec / 200
    elif patch == "pole":
        dec = 90 - (90 - np.abs(dec)) / 30
    ra[7] = dec[11] = np.nan
    sphere = Sphere(ra, dec)
    assert set(sphere.index) == set(range(4000)) - {7, 11}
    for row in RNG.choice(sphere.index, 25):
        for angle in (0.001, 0.3, 5, 70, 180):
            towards = directions(ra[row] + angle / 9, dec[row])[:, 0]
            cosines = towards @ directions(ra[sphere.index], dec[sphere.index])
            inside = np.rad2deg(np.arccos(np.clip(cosines, -1, 1))) <= angle
            found = set(sphere.part(sphere.within(towards, angle))[0])
            assert found >= set(sphere.index[inside])
            if angle < 5 and patch == "all":
                assert len(found) < 40
    assert len(sphere.within(towards, 180)) == 1


def test_the_middle_of_all_holds_all():
    sphere = Sphere(np.array([10.0, 12.0, 11.0]), np.array([0.0, 0.0, 1.0]))
    lon, _ = angles(sphere.middle.reshape(3, 1))
    assert lon[0] == pytest.approx(11.0, abs=0.01)
    assert 1.0 < sphere.reach < 1.1
    assert Sphere(*random_sky(3000)).reach > 150
    nothing = Sphere(np.full(4, np.nan), np.zeros(4))
    assert len(nothing) == 0
    assert nothing.within(np.array([1.0, 0, 0]), 180) == []
    assert nothing.part([])[1].shape == (3, 0)


def test_places_in_a_rectangle_are_those_within():
    x, y = RNG.normal(size=(2, 500)).astype(np.float32)
    places = Projected(np.arange(500), x, y, 1.0)
    rect = QRectF(-0.5, -1.0, 1.2, 1.5)
    inside = (x >= -0.5) & (x <= 0.7) & (y >= -1) & (y <= 0.5)
    assert places.count(rect) == inside.sum()
    assert places.bounds.contains(QRectF(-0.5, -0.5, 1, 1))
    kept = places.kept(np.arange(500) % 2 == 0)
    np.testing.assert_array_equal(kept.index, np.arange(0, 500, 2))
    assert kept.count(rect) == inside[::2].sum()


def test_views_stay_within_their_limits():
    assert Aim(radius=1e-9).kept().radius == LEAST
    assert Aim(lat=70, radius=1e9).kept() == Aim(lat=0, radius=WHOLE)  # the whole sky is upright
    assert Aim(lat=70, radius=10).kept().lat == 70
    assert Aim(lat=95, radius=10).kept().lat == 90
    assert Aim(lon=-30).kept().lon == 330
    assert Aim().whole
    assert not Aim(radius=FIELD).whole
    assert (Aim().share, Aim(radius=FIELD).share) == (1, 0)


def test_another_frame_keeps_the_direction():
    aim = Aim(266.4, -28.9, 5)
    turned = aim.in_frame("galactic")
    assert (turned.lon + 180) % 360 == pytest.approx(180, abs=0.2)
    assert turned.lat == pytest.approx(0, abs=0.2)
    np.testing.assert_allclose(turned.vector, aim.vector, atol=1e-12)
    assert turned.moved(3, 1).frame == turned.zoomed(2).frame == "galactic"
    assert turned.between(turned.moved(2, 0), 0.5).frame == "galactic"


def test_a_glide_takes_the_short_way_and_ends_where_it_shall():
    start, end = Aim(350, 20, 40), Aim(20, -10, 0.4)
    assert start.between(end, 1.0).lon == pytest.approx(20)
    assert start.between(end, 1.0).radius == pytest.approx(0.4)
    middle = start.between(end, 0.5)
    assert middle.radius == pytest.approx(4.0)
    apart = [np.rad2deg(np.arccos(middle.vector @ aim.vector)) for aim in (start, end)]
    assert apart[0] == pytest.approx(apart[1])
    assert sum(apart) == pytest.approx(np.rad2deg(np.arccos(start.vector @ end.vector)))


def test_what_is_seen_moves_by_less_than_a_point_when_the_projection_changes():
    """Zooming by small steps, no place leaps: steps are as even in the change as before it."""
    east, north = RNG.uniform(-14, 14, (2, 50))
    vectors = directions(180 + east, 30 + north)
    radii = np.geomspace(60, 12, 200)
    x = [Aim(180, 30, r).projection.project(vectors)[0] * 300 / r for r in radii]
    leaps = np.abs(np.diff(x, axis=0))
    assert (leaps[1:] < 1.5 * leaps[:-1] + 0.5).all()


def test_the_grid_has_round_values_and_lies_where_astropy_has_it():
    from astropy.wcs import WCS

    aim = Aim(187.7, 12.4, 2.0)
    meridians, parallels = grid_lines(aim, 640, 400)
    grid = WCS(naxis=2)
    grid.wcs.ctype, grid.wcs.crval = ["RA---TAN", "DEC--TAN"], [aim.lon, aim.lat]
    scale = aim.scale(640, 400)
    grid.wcs.crpix, grid.wcs.cdelt = [1, 1], [-1 / scale, 1 / scale]
    for lines, axis in ((meridians, 0), (parallels, 1)):
        assert 2 <= len(lines.values) <= 12
        on_grid = np.abs(lines.values / lines.step - np.round(lines.values / lines.step))
        assert on_grid.max() < 1e-9
        for x, y, value in zip(lines.x, lines.y, lines.values, strict=True):
            near = np.hypot(x, y) < 3
            sky = grid.all_pix2world(-x[near] * scale, y[near] * scale, 0)
            back = grid.all_world2pix(*(sky if axis else (np.full(near.sum(), value), sky[1])), 0)
            assert np.abs(back[0] + x[near] * scale).max() < 0.01
            if axis:
                assert np.abs(sky[1] - value).max() * scale < 0.01

    meridians, parallels = grid_lines(Aim(120, 0), 800, 400)
    assert meridians.step == 30
    assert parallels.values.tolist() == [-60, -30, 0, 30, 60]
    assert np.hypot(meridians.x / RIM, 2 * meridians.y / RIM).max() < 1 + 1e-9


def test_longitudes_and_latitudes_are_told_with_the_digits_they_need():
    for value, step, frame, text in (
        (187.5, 7.5, "icrs", "12h 30m"),
        (-15, 15, "icrs", "23h"),
        (187.5 + 15 / 3600, 15 / 3600, "icrs", "12h 30m 01s"),
        (0.0015, 0.0015, "icrs", "0h 00m 00.4s"),
        (-30, 30, "galactic", "330°"),
        (10.5, 0.5, "galactic", "10° 30′"),
    ):
        assert longitude_text(value, step, frame) == text
    for value, step, text in ((0, 30, "0°"), (-30, 30, "−30°"), (-0.5, 0.01, "−0° 30′ 00″")):
        assert latitude_text(value, step) == text
    assert latitude_text(12.5, 0.5) == "+12° 30′"


def rows_inside(seen: QRectF, across: np.ndarray, down: np.ndarray, margin: float) -> set[int]:
    inside = (across > -margin) & (across < seen.width() + margin)
    inside &= (down > -margin) & (down < seen.height() + margin)
    return set(np.flatnonzero(inside).tolist())


def test_no_source_in_view_is_left_out():
    ra, dec = random_sky(5000)
    sphere, scene = Sphere(ra, dec), SkyScene()
    scene.points.set_sphere(sphere, 5000)
    for _ in range(40):
        scene.size = QSize(int(RNG.integers(200, 1600)), int(RNG.integers(150, 1000)))
        radius = float(np.exp(RNG.uniform(0, np.log(172))))
        scene.aim = Aim(RNG.uniform(0, 360), RNG.uniform(-90, 90), radius).kept()
        seen = QRectF(0, 0, scene.size.width(), scene.size.height())
        _places, rows = scene.places_within(seen)
        x, y = scene.aim.projection.project(directions(ra, dec))
        across, down = scene.middle[0] - x * scene.scale, scene.middle[1] - y * scene.scale
        surely, perhaps = (rows_inside(seen, across, down, margin) for margin in (-0.1, 0.1))
        assert surely <= set(rows.tolist()) <= perhaps
