"""A mosaic of simulated galaxies: found where they were put, wherever one looks or clicks."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.io.fits import Header
from astropy.wcs import WCS
from astropy.wcs.utils import skycoord_to_pixel

from radgalgui.cli import main
from radgalgui.errors import UsageError
from radgalgui.jobs.mosaic.mosaic import Mosaic
from radgalgui.jobs.mosaic.table import names_of, write_positions
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Row
from radgalgui.jobs.survey.rows import rows
from radgalgui.sky.image import SkyPosition
from radgalgui.sky.simulate import simulate

SIDE, CUT, NOISE = 1600, 120, 1.5e-4
SHARED = Path(__file__).parents[4] / "shared" / "data"


def rotated(side: int) -> WCS:
    """Return a Galactic SIN grid turned by 25 degrees, as a CD matrix has it."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["GLON-SIN", "GLAT-SIN"]
    wcs.wcs.crval, wcs.wcs.crpix = [60.0, 45.0], [side / 2, side / 3]
    angle, pixel = math.radians(25.0), 1.8 / 3600
    wcs.wcs.cd = pixel * np.array(
        [[-math.cos(angle), math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    return wcs


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    """Return the pixels (x, y) of the galaxies' middles."""
    grid = np.stack(np.meshgrid(np.arange(4), np.arange(4)), -1).reshape(-1, 2)
    jitter = np.random.default_rng(8).integers(-60, 60, grid.shape)
    return grid * 380 + 230 + jitter


@pytest.fixture(scope="module")
def path(tmp_path_factory, truth) -> Path:
    from radgalgui.sky.simulate.instrument import NOISE_RMS

    drawn = simulate(30, seed=3, size=CUT, kinds=["compact", "FRII"]).images
    clear = [image for image in drawn if np.count_nonzero(image > 6 * NOISE_RMS) > 20]
    data = np.random.default_rng(1).normal(0, NOISE, (SIDE, SIDE)).astype(np.float32)
    for image, (x, y) in zip(clear[: len(truth)], truth, strict=True):
        bright = np.where(image > 6 * NOISE_RMS, image, 0)  # its own noise stays out
        half = CUT // 2
        data[y - half : y + half, x - half : x + half] += bright * max(0.01 / bright.max(), 1)
    header = rotated(SIDE).to_header()
    header["BUNIT"] = "JY/BEAM"
    made = tmp_path_factory.mktemp("mosaic") / "field.fits"
    fits.writeto(made, data, header)
    return made


@pytest.fixture(scope="module")
def mosaic(path) -> Mosaic:
    return Mosaic(path)


def test_every_galaxy_is_found_and_its_position_is_that_of_astropy(mosaic, truth):
    found = mosaic.sources(sigma=8, join=60, apart=0)
    centres = np.array([(s.x, s.y) for s in found])
    apart = np.linalg.norm(centres[None] - truth[:, None], axis=-1)
    assert (apart.min(axis=1) < 30).all()  # of the galaxy, whose lobes may be uneven
    wcs = WCS(fits.getheader(mosaic.image.origin))
    sky = SkyCoord([s.ra for s in found], [s.dec for s in found], unit="deg")
    x, y = skycoord_to_pixel(sky, wcs)
    np.testing.assert_allclose(np.stack([x, y], 1), centres, atol=0.01)


def test_other_numbers_choose_among_the_same_islands(mosaic, monkeypatch):
    few = mosaic.sources(sigma=20, join=0, apart=0)
    monkeypatch.setattr("radgalgui.jobs.mosaic.mosaic.all_islands", None)  # not searched again
    many = mosaic.sources(sigma=5, join=0, apart=0)
    assert {(s.x, s.y) for s in few} < {(s.x, s.y) for s in many}
    assert min(s.peak_snr for s in few) >= 20
    assert len(mosaic.sources(sigma=5, join=120, apart=0)) < len(many)
    with pytest.raises(UsageError, match="below 3 sigma"):
        mosaic.sources(sigma=2.9, join=0, apart=0)


def test_an_overview_has_a_wcs_that_tells_the_truth(mosaic):
    told = mosaic.overview
    assert max(told.values.shape) <= 1024
    assert told.factor == 2
    wcs, whole = WCS(Header.fromstring(told.header)), rotated(SIDE)
    for x, y in ((10.0, 700.0), (400.2, 31.7)):
        there = wcs.pixel_to_world(x, y)
        here = whole.pixel_to_world((x + 0.5) * 2 - 0.5, (y + 0.5) * 2 - 0.5)
        assert there.separation(here).arcsec < 0.01 * 1.8


def test_a_click_means_the_source_beside_it_and_else_the_place(mosaic, truth):
    brightest = mosaic.sources(sigma=20, join=0, apart=0)[0]
    x, y = mosaic.meant_at(brightest.x + 4, brightest.y - 3)
    assert math.dist((x, y), (brightest.x, brightest.y)) < 3
    empty = (40.0, 1500.0)
    assert np.linalg.norm(truth - empty, axis=1).min() > 100
    assert mosaic.meant_at(*empty) == empty


@pytest.mark.parametrize("place", [(-500.0, 9000.0), (-500.0, -900.0)])
def test_beside_the_image_no_source_is_looked_for(mosaic, monkeypatch, place):
    monkeypatch.setattr("radgalgui.jobs.mosaic.mosaic.find_islands", None)
    assert mosaic.meant_at(*place) == place


def test_positions_outside_are_refused_with_the_middle(mosaic):
    with pytest.raises(UsageError, match="lies outside the image; its middle is"):
        mosaic.pixel(SkyPosition(10.0, -45.0))


def test_the_table_of_positions_makes_a_catalogue(mosaic, path, tmp_path):
    found = mosaic.sources(sigma=8, join=60, apart=0)
    table = tmp_path / "sources.csv"
    write_positions(table, found)
    seen = recognise([path, table])
    assert (seen.kind, seen.count) == ("mosaic", len(found))
    assert "None of the first" not in seen.summary
    made = [row for row in rows(seen.plan) if isinstance(row, Row)]
    assert [row.name for row in made] == names_of(found)
    assert made[0].ra == pytest.approx(found[0].ra, abs=1e-6)


def test_the_terminal_writes_the_same_sources(mosaic, path, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main.run(["islands", str(path), "--sigma", "8", "--join", "60", "--csv", str(out)]) == 0
    told = list(csv.DictReader(out.open()))
    found = mosaic.sources(sigma=8, join=60, apart=0)
    assert [row["name"] for row in told] == names_of(found)
    assert float(told[0]["x"]) == pytest.approx(found[0].x + 1, abs=1e-3)  # FITS counts from 1
    assert main.run(["islands", str(path), "--sigma", "1000000"]) == 0
    assert "0 sources above 1e+06 sigma" in capsys.readouterr().out
    assert main.run(["islands", str(path), "--sigma", "8", "--join", "100000"]) == 0
    assert "1 source above 8 sigma" in capsys.readouterr().out


def test_names_are_never_the_same_twice(mosaic):
    (source, *_) = mosaic.sources(sigma=20, join=0, apart=0)
    first, second = names_of([source, source])
    assert second == f"{first}#2"


@pytest.mark.real
@pytest.mark.skipif(not (SHARED / "first_fields").is_dir(), reason="needs the real FIRST fields")
def test_real_fields_hold_the_published_source():
    paths = sorted((SHARED / "first_fields").glob("*.fits.fz"))[::110]
    missed = 0
    for each in paths:
        ra, dec = (float(part) for part in _published(each.name))
        mosaic = Mosaic(each)
        x, y = mosaic.pixel(SkyPosition(ra, dec))
        found = mosaic.sources(sigma=5, join=40, apart=0)
        missed += not any(math.dist((s.x, s.y), (x, y)) * 1.8 < 60 for s in found)
    assert len(paths) >= 8
    assert missed <= 1  # a name rounds positions to 4"


def _published(name: str) -> tuple[str, str]:
    """Return RA and Dec, degrees, of MiraBest's pattern 100_010.451-009.284_..."""
    place = name.split("_")[1]
    return place[:7], place[7:]
