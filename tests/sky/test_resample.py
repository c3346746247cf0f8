"""Resampling, and the frames between grids: the same as reproject and astropy, only faster."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import FK4, FK5, Galactic, SkyCoord
from astropy.wcs import WCS
from reproject import reproject_interp

from radgalgui.sky.celestial import LocalGrid, north_up
from radgalgui.sky.frames import rotation, turned
from radgalgui.sky.image import Beam, SkyPosition
from radgalgui.sky.resample import smooth, to_grid


def _grid(frame: str, projection: str = "SIN", turn: float = 0.0) -> WCS:
    """Return a grid of 1.3 arcsec around ICRS 202.4 +31.25, in a frame and turned."""
    middle = SkyCoord(202.4, 31.25, unit="deg").transform_to(frame).spherical
    wcs = WCS(naxis=2)
    ends = ("GLON", "GLAT") if frame == "galactic" else ("RA--", "DEC-")
    wcs.wcs.ctype = [f"{end}-{projection}" for end in ends]
    wcs.wcs.crval = [middle.lon.deg, middle.lat.deg]
    wcs.wcs.crpix = [90.3, 70.8]
    cosine, sine = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    wcs.wcs.cd = np.array([[-cosine, sine], [sine, cosine]]) * 1.3 / 3600
    if frame != "galactic":
        wcs.wcs.radesys = frame.upper()
        wcs.wcs.equinox = 1950.0 if frame == "fk4" else 2000.0
    wcs.wcs.set()
    return wcs


@pytest.mark.parametrize("frame", ["icrs", "fk5", "fk4", "galactic"])
@pytest.mark.parametrize(("x", "y"), [(90, 70), (4, 6), (175, 138)])
def test_a_grid_is_filled_as_reproject_fills_it(frame: str, x: float, y: float) -> None:
    rows, columns = np.mgrid[:140, :180]
    data = (np.sin(rows / 5.0) * np.cos(columns / 7.0) + 0.01 * rows).astype(np.float32)
    data[60:66, 80:95] = np.nan
    wcs = _grid(frame, turn=25.0)
    sky = wcs.pixel_to_world(x, y).icrs
    target = north_up(SkyPosition(sky.ra.deg, sky.dec.deg), 32, 2.7)
    filled = np.nan_to_num(data)
    expected, inside = reproject_interp(
        (filled, wcs), target, (32, 32), order="bicubic", roundtrip_coords=False
    )
    holes, _ = reproject_interp(
        (np.isnan(data).astype("f4"), wcs), target, (32, 32), order="nearest-neighbor"
    )
    expected[(inside == 0) | (np.nan_to_num(holes) > 0.5)] = np.nan

    np.testing.assert_allclose(to_grid(data, wcs, target, 32), expected, atol=1e-6)


def test_nothing_of_an_image_elsewhere_is_in_the_grid() -> None:
    target = north_up(SkyPosition(22.0, -31.0), 8, 2.7)

    assert np.isnan(to_grid(np.ones((140, 180), "f4"), _grid("fk5"), target, 8)).all()


@pytest.mark.parametrize("frame", [FK5(), FK5(equinox="J1975"), Galactic()])
def test_a_frame_is_turned_to_icrs_as_astropy_does(frame: FK5 | Galactic) -> None:
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(0, 360, 50), np.append(rng.uniform(-90, 90, 48), [90.0, -90.0])
    matrix = rotation(frame)
    assert matrix is not None
    expected = SkyCoord(lon, lat, unit="deg", frame=frame).icrs

    ra, dec = turned(matrix, lon, lat)
    there = SkyCoord(ra, dec, unit="deg")
    back = SkyCoord(*turned(matrix.T, ra, dec), unit="deg", frame=frame)

    assert there.separation(expected).arcsec.max() < 1e-6
    assert back.separation(SkyCoord(lon, lat, unit="deg", frame=frame)).arcsec.max() < 1e-6


def test_fk4_is_no_rotation() -> None:
    assert rotation(FK4()) is None


@pytest.mark.parametrize("scale", [0.06, 0.03])
def test_pixels_far_finer_than_the_beam_lose_nothing_of_it(scale):
    """Of 90 and of 180 pixels a beam: smoothed in larger ones, in a hundredth of the time."""
    side = round(20.0 / scale)
    y, x = np.mgrid[:side, :side].astype(np.float64)
    at = np.array([side * 0.55, side * 0.45])
    away = np.hypot(x - at[0], y - at[1]) * scale
    point = np.exp2(-4.0 * (away / 0.5) ** 2).astype(np.float32)
    point[3, 4] = np.nan
    grid = LocalGrid(scale, 1.0, 0.0, True)

    told = smooth(point, grid, Beam(0.5, 0.5), 5.4, per_beam=True)
    assert np.argwhere(np.isnan(told)).tolist() == [[3, 4]]
    near = (away < 4.0) & np.isfinite(told)
    np.testing.assert_allclose(told[near], np.exp2(-4.0 * (away[near] / 5.4) ** 2), atol=2e-3)
