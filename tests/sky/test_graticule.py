"""Lines of the coordinate grid lie where astropy says."""

from __future__ import annotations

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import Angle, SkyCoord
from astropy.wcs import WCS

from radgalgui.sky.graticule import graticule

PART = (-0.5, -0.5, 199.5, 149.5)


def made(ctype=("RA---TAN", "DEC--TAN"), crval=(187.7, 12.4), scale=1.8, turn=25.0, frame="ICRS"):
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.crval, wcs.wcs.crpix = list(ctype), list(crval), [90.0, 70.0]
    a = np.radians(turn)
    wcs.wcs.cd = scale / 3600 * np.array([[-np.cos(a), np.sin(a)], [np.sin(a), np.cos(a)]])
    if ctype[0].startswith("RA"):
        wcs.wcs.radesys = frame
        if frame != "ICRS":
            wcs.wcs.equinox = {"FK5": 2000.0, "FK4": 1950.0}[frame]
    wcs.wcs.set()
    return wcs


KINDS = {
    "rotated TAN": {},
    "SIN": {"ctype": ("RA---SIN", "DEC--SIN"), "scale": 40.0},
    "galactic": {"ctype": ("GLON-CAR", "GLAT-CAR"), "crval": (0.01, 0.02)},
    "B1950": {"frame": "FK4"},
    "far north": {"crval": (10.0, 89.9), "turn": 0.0},
    "across 0h": {"crval": (0.001, -35.0), "scale": 0.25, "turn": -140.0},
}


@pytest.mark.parametrize("frame", ["icrs", "galactic"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_point_of_a_line_has_its_coordinate(kind, frame):
    wcs = made(**KINDS[kind])
    lines = graticule(wcs, PART, frame=frame)
    assert {"lon", "lat"} == {line.kind for line in lines}
    for line in lines:
        known = np.isfinite(line.x)
        lon, lat = (line.value,) * 2
        sky = getattr(SkyCoord.from_pixel(line.x[known], line.y[known], wcs), frame).spherical
        if line.kind == "lon":
            near = np.abs(sky.lat.deg) < 89.999  # at the pole every longitude is right
            away = (sky.lon.deg[near] - lon + 180) % 360 - 180
            off = away * np.cos(sky.lat.rad[near])
        else:
            off = sky.lat.deg - lat
        assert np.abs(off).max() * 3600 < 0.01 * 1.8  # a hundredth of a pixel


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_a_few_of_each_and_their_texts_are_read_back(kind):
    lines = graticule(made(**KINDS[kind]), PART)
    for way in ("lon", "lat"):
        some = [line for line in lines if line.kind == way]
        assert 2 <= len(some) <= 12
        assert len({line.text for line in some}) == len(some)
        for line in some:
            text = line.text.replace("−", "-")
            read = Angle(text, unit=u.hourangle if way == "lon" else u.deg).deg
            assert abs((read - line.value + 180) % 360 - 180) < 1e-6


def test_lines_cross_the_whole_part():
    """On an upright grid every parallel goes from the left edge to the right one."""
    lines = graticule(made(turn=0.0), PART)
    for line in lines:
        along = line.x if line.kind == "lat" else line.y
        across = 199.5 if line.kind == "lat" else 149.5
        assert np.nanmin(along) <= -0.5
        assert np.nanmax(along) >= across


def test_a_pole_in_the_picture_is_where_all_meridians_meet():
    wcs = made(crval=(10.0, 90.0), turn=0.0, scale=30.0)
    lines = [line for line in graticule(wcs, PART) if line.kind == "lon"]
    assert len(lines) >= 6
    x, y = SkyCoord(0, 90, unit="deg").to_pixel(wcs)
    for line in lines:
        assert np.nanmin(np.hypot(line.x - x, line.y - y)) < 0.01


def test_beside_the_sky_there_is_no_grid():
    wcs = made(ctype=("RA---AIT", "DEC--AIT"), crval=(0.0, 0.0), scale=3600.0, turn=0.0)
    assert graticule(wcs, (1e4, 1e4, 2e4, 2e4)) == []
    whole = graticule(wcs, (-100.0, -30.0, 280.0, 170.0))
    for line in whole:  # no line jumps from one edge of the map to the other
        steps = np.hypot(np.diff(line.x), np.diff(line.y))
        assert np.nanmax(steps) < 60


@pytest.mark.parametrize("projection", ["AIT", "MOL", "SFL"])
@pytest.mark.parametrize("part", [(0.0, 0.0, 400.0, 400.0), (0.0, 250.0, 400.0, 300.0)])
def test_a_map_of_the_whole_sky_has_no_lines_from_edge_to_edge(projection, part):
    """In frames that are not the map's, too, where lines cross its edge anywhere."""
    wcs = made(
        ctype=(f"GLON-{projection}", f"GLAT-{projection}"), crval=(0, 0), scale=3600.0, turn=0
    )
    wcs.wcs.crpix = [200.0, 200.0]
    wcs.wcs.set()
    lines = graticule(wcs, part, frame="icrs")
    assert len(lines) > 8
    for line in lines:
        steps = np.hypot(np.diff(line.x), np.diff(line.y))
        assert np.nanmax(steps) < 25  # pixels of a degree, which are 4.5 degrees apart
