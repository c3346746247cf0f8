"""Properties of the WCS: agreement with astropy, round trips, sources found where they are."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.sky.celestial import (
    icrs_to_pixel,
    local_grid,
    north_up,
    pixel_to_icrs,
    read_plane,
    section,
)
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.image import SkyImage, SkyPosition
from radgalgui.sky.preprocess import Preprocessing

SIDE = 240
SCALE = 1.8 / 3600

FRAMES = {
    "icrs": {"RADESYS": "ICRS"},
    "fk5": {"RADESYS": "FK5", "EQUINOX": 2000.0},
    "fk5-1975": {"RADESYS": "FK5", "EQUINOX": 1975.0},
    "fk4": {"RADESYS": "FK4", "EQUINOX": 1950.0},
    "fk4-by-epoch": {"EPOCH": 1950.0},
    "silent": {},
    "galactic": {"galactic": True},
}


def _grid_cards(kind: str, turn: float, scale: float = SCALE) -> dict[str, float]:
    """Return the same rotated grid in each of the ways of writing it."""
    c, s = np.cos(turn), np.sin(turn)
    if kind == "cd":
        return {
            "CD1_1": -scale * c, "CD1_2": scale * s, "CD2_1": scale * s, "CD2_2": scale * c,
        }  # fmt: skip
    out = {"CDELT1": -scale, "CDELT2": scale}
    if kind == "pc":
        return out | {"PC1_1": c, "PC1_2": -s, "PC2_1": s, "PC2_2": c}
    return out | {"CROTA2": np.rad2deg(-turn)}


def _header(
    *,
    frame: str = "icrs",
    projection: str = "TAN",
    kind: str = "cd",
    turn: float = 0.0,
    at: tuple[float, float] = (202.4, 31.25),
    side: int = SIDE,
) -> fits.Header:
    header = fits.Header()
    lon, lat = ("GLON", "GLAT") if frame == "galactic" else ("RA--", "DEC-")
    header["CTYPE1"], header["CTYPE2"] = f"{lon}-{projection}", f"{lat}-{projection}"
    header["CRVAL1"], header["CRVAL2"] = at
    header["CRPIX1"], header["CRPIX2"] = side / 2 + 3.3, side / 2 - 7.1
    header.update(_grid_cards(kind, turn))
    header.update({k: v for k, v in FRAMES[frame].items() if k != "galactic"})
    return header


def _astropy(header: fits.Header) -> WCS:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return WCS(header)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("projection", ["SIN", "TAN", "ZEA", "CAR"])
@pytest.mark.parametrize("kind", ["cd", "pc", "crota"])
def test_positions_agree_with_astropy(frame, projection, kind) -> None:
    header = _header(frame=frame, projection=projection, kind=kind, turn=0.4)
    wcs = read_plane(header, (SIDE, SIDE)).wcs
    x, y = np.meshgrid(np.linspace(-5, SIDE + 5, 7), np.linspace(-5, SIDE + 5, 7))
    ra, dec = pixel_to_icrs(wcs, x, y)
    ours = SkyCoord(ra, dec, unit="deg", frame="icrs")
    theirs = _astropy(header).pixel_to_world(x, y).icrs
    assert ours.separation(theirs).max() < 1e-6 * u.arcsec


@pytest.mark.parametrize("frame", FRAMES)
@given(
    turn=st.floats(-3.1, 3.1),
    x=st.floats(0, SIDE),
    y=st.floats(0, SIDE),
    ra=st.floats(0, 359.99),
    dec=st.floats(-88, 88),
)
@settings(max_examples=15, deadline=None)
def test_there_and_back_is_the_same_pixel(frame, turn, x, y, ra, dec) -> None:
    wcs = read_plane(_header(frame=frame, turn=turn, at=(ra, dec)), (SIDE, SIDE)).wcs
    back = icrs_to_pixel(wcs, *pixel_to_icrs(wcs, x, y))
    np.testing.assert_allclose(back, (x, y), atol=1e-5)


def test_kinds_of_writing_a_grid_are_one_grid() -> None:
    wcs = [read_plane(_header(kind=k, turn=0.7), (SIDE, SIDE)).wcs for k in ("cd", "pc", "crota")]
    places = np.array([pixel_to_icrs(w, [3.0, 200.0], [9.0, 150.0]) for w in wcs])
    np.testing.assert_allclose(places, np.broadcast_to(places[0], places.shape), atol=1e-10)


@given(turn=st.floats(-179, 179), east_left=st.booleans(), scale=st.floats(0.1, 60))
@settings(max_examples=30, deadline=None)
def test_the_local_grid_is_what_the_header_says(turn, east_left, scale) -> None:
    header = _header(at=(10.0, 0.0))
    header["CRPIX1"], header["CRPIX2"] = 120.0, 120.0
    c, s, step = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn)), scale / 3600
    side = -1 if east_left else 1
    header.update(CD1_1=side * step * c, CD1_2=side * step * s, CD2_1=-step * s, CD2_2=step * c)
    grid = local_grid(read_plane(header, (SIDE, SIDE)).wcs, 119.0, 119.0)
    assert grid.scale == pytest.approx(scale, rel=1e-4)
    assert grid.stretch == pytest.approx(1.0, abs=1e-3)
    assert grid.east_left is east_left
    assert (grid.rotation - turn + 180) % 360 - 180 == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("dec", [90.0, -90.0, 89.9995, 89.95, -89.901])
@pytest.mark.parametrize("off", [(0.0, 0.0), (0.5, 0.5), (-3.0, 40.0)])
def test_the_local_grid_holds_at_the_poles(dec, off) -> None:
    """Scale and handedness do not know where the pole is; north turns around it."""
    header = _header(at=(33.0, dec), turn=0.4)
    header["CRPIX1"], header["CRPIX2"] = 120.0, 120.0
    plane = read_plane(header, (SIDE, SIDE))
    assert plane.notes == ()
    grid = local_grid(plane.wcs, 119.0 + off[0], 119.0 + off[1])
    assert grid.scale == pytest.approx(SCALE * 3600, rel=1e-4)
    assert grid.stretch == pytest.approx(1.0, abs=1e-3)
    assert grid.east_left


@pytest.mark.parametrize(
    ("keyword", "value"), [("CRVAL1", "abc"), ("CRPIX2", ""), ("CD1_1", "x"), ("EQUINOX", "soon")]
)
def test_a_number_that_is_none_is_no_place_at_all(keyword, value) -> None:
    """Wcslib would take it for zero, and put the image elsewhere on the sky without a word."""
    header = _header()
    header[keyword] = value
    plane = read_plane(header, (SIDE, SIDE))
    assert plane.wcs is None
    assert [note.code for note in plane.notes] == ["no-wcs"]
    assert keyword in plane.notes[0].text


def test_numbers_written_as_text_are_numbers() -> None:
    header, text = _header(frame="fk4"), _header(frame="fk4")
    for keyword in ("CRVAL1", "CRPIX2"):
        text[keyword] = str(header[keyword])
    text["EQUINOX"] = "B1950"
    places = [pixel_to_icrs(read_plane(h, (SIDE, SIDE)).wcs, 5.0, 9.0) for h in (header, text)]
    np.testing.assert_allclose(places[0], places[1], atol=1e-9)


@given(x0=st.integers(-300, 300), y0=st.integers(-300, 300), sip=st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_section_keeps_positions(x0, y0, sip) -> None:
    header = _header(turn=0.2)
    if sip:
        header.update(A_ORDER=2, B_ORDER=2, A_2_0=1e-6, B_1_1=-2e-6)
    wcs = read_plane(header, (SIDE, SIDE)).wcs
    there = pixel_to_icrs(wcs, 50.0, 70.0)
    same = pixel_to_icrs(section(wcs, x0, y0), 50.0 - x0, 70.0 - y0)
    np.testing.assert_allclose(same, there, atol=1e-9)


@given(ra=st.floats(0, 359.99), dec=st.floats(-89, 89), size=st.integers(16, 151))
@settings(max_examples=30, deadline=None)
def test_north_up_is_centred_upright_and_of_its_scale(ra, dec, size) -> None:
    target = north_up(SkyPosition(ra, dec), size, 1.8)
    middle = (size - 1) / 2
    at = SkyCoord(*pixel_to_icrs(target, middle, middle), unit="deg")
    assert at.separation(SkyCoord(ra, dec, unit="deg")) < 1e-6 * u.arcsec
    grid = local_grid(target, middle, middle)
    assert grid.scale == pytest.approx(1.8, rel=1e-4)
    assert grid.rotation == pytest.approx(0.0, abs=0.02)
    assert grid.east_left


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("projection", ["SIN", "TAN"])
@pytest.mark.parametrize("turn", [0.0, 0.6, -2.5])
def test_a_source_is_found_where_it_was_put(frame, projection, turn) -> None:
    """Within 0.1 arcsec by the brightness-weighted centre of the cutout's own pixels."""
    header = _header(frame=frame, projection=projection, turn=turn)
    wcs = read_plane(header, (SIDE, SIDE)).wcs
    truth = SkyCoord(_astropy(header).pixel_to_world(131.37, 108.81).icrs)
    x, y = _astropy(header).world_to_pixel(truth)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    data = 0.1 * np.exp(-4 * np.log(2) * ((columns - x) ** 2 + (rows - y) ** 2) / 3.0**2)
    data += np.random.default_rng(0).normal(0, 1e-4, data.shape)
    image = SkyImage(data.astype(np.float32), "a", "a.fits", wcs=wcs, unit="Jy/beam")
    cutout = make_cutout(image, Preprocessing())
    centre = SkyCoord(cutout.position.ra, cutout.position.dec, unit="deg")
    assert centre.separation(truth) < 1.3 * u.arcsec  # half a pixel each way where it is cropped

    bright = np.where(cutout.data[0] > 1e-3, cutout.data[0], 0)
    rows, columns = np.mgrid[:64, :64]
    pixel = [(bright * axis).sum() / bright.sum() for axis in (columns, rows)]
    found = SkyCoord(*pixel_to_icrs(cutout.wcs, *pixel), unit="deg")
    assert found.separation(truth) < 0.1 * u.arcsec


@given(x=st.floats(5, SIDE - 5), y=st.floats(5, SIDE - 5))
@settings(max_examples=20, deadline=None)
def test_an_image_and_its_helpers_are_inverse(x, y) -> None:
    wcs = read_plane(_header(), (SIDE, SIDE)).wcs
    image = SkyImage(np.zeros((SIDE, SIDE), np.float32), "a", "a.fits", wcs=wcs)
    assert image.sky_to_pixel(image.pixel_to_sky(x, y)) == pytest.approx((x, y), abs=1e-6)


def test_without_a_wcs_the_helpers_know_nothing() -> None:
    image = SkyImage(np.zeros((9, 9), np.float32), "a", "a.fits")
    assert image.pixel_to_sky(3, 3) is None
    assert np.isnan(image.sky_to_pixel(SkyPosition(3, 3))).all()


@pytest.mark.parametrize(
    ("shape", "index", "skipped"),
    [
        ((1, 1, 30, 40), (0, 0, slice(None), slice(None)), 0),
        ((4, 16, 30, 40), (0, 0, slice(None), slice(None)), 63),
        ((30, 40), (slice(None), slice(None)), 0),
        ((30, 40, 1), (slice(None), slice(None), 0), 0),
    ],
)
def test_the_plane_of_an_array_without_coordinates(shape, index, skipped) -> None:
    plane = read_plane(fits.Header(), shape)
    assert (plane.index, plane.skipped, plane.wcs) == (index, skipped, None)
    assert [note.code for note in plane.notes] == ["no-wcs"]
