"""``radgalgui measure``: sizes and fluxes of images as a table, and what it refuses."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.entry import main

SCALE = 1.8


@pytest.fixture
def double(tmp_path: Path) -> Path:
    """Return an image of two point sources 54 arcsec apart, without a beam in the header."""
    y, x = np.mgrid[:160, :160]
    data = np.random.default_rng(2).normal(0, 1e-3, (160, 160))
    sigma = 5.4 / SCALE / math.sqrt(8 * math.log(2))
    for at, peak in ((65.0, 0.06), (95.0, 0.04)):
        data += peak * np.exp(-((x - at) ** 2 + (y - 80) ** 2) / (2 * sigma**2))
    header = fits.Header(
        {
            "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRVAL1": 150.0, "CRVAL2": 30.0,
            "CRPIX1": 81.0, "CRPIX2": 81.0, "CDELT1": -SCALE / 3600, "CDELT2": SCALE / 3600,
            "BUNIT": "JY/BEAM",
        }
    )  # fmt: skip
    path = tmp_path / "double.fits"
    fits.writeto(path, data.astype(np.float32), header)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_parts_of_a_double_are_measured(double, tmp_path) -> None:
    out = tmp_path / "out.csv"
    assert (
        main(["measure", str(double), "--beam", "5.4", "--aperture", "50", "--csv", str(out)]) == 0
    )
    (row,) = rows(out)
    assert float(row["angular_size_arcsec"]) == pytest.approx(30 * SCALE + 10.9, abs=3)
    assert float(row["position_angle"]) == pytest.approx(90, abs=4)
    assert float(row["flux"]) == pytest.approx(0.1, rel=0.06)
    error = float(row["aperture_error"])
    assert float(row["aperture_flux"]) == pytest.approx(0.1, abs=4 * error)
    beams = math.pi * 50**2 / (math.pi * 5.4**2 / (4 * math.log(2)))
    assert error == pytest.approx(1e-3 * math.sqrt(beams), rel=0.05)
    assert row["flux_unit"] == "Jy"


def test_both_parts_are_measured_also_where_the_beam_is_wide(tmp_path) -> None:
    """Two sources 240 arcsec apart in a beam of 45: as many beams as FIRST has in 29 arcsec."""
    side, scale, beam = 128, 15.0, 45.0
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    data = np.random.default_rng(2).normal(0, 1e-3, (side, side))
    sigma = beam / scale / math.sqrt(8 * math.log(2))
    for at in (-8.0, 8.0):
        data += 0.05 * np.exp(-((x - at) ** 2 + y**2) / (2 * sigma**2))
    header = fits.Header(
        {
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 30.0,
            "CRPIX1": 64.5, "CRPIX2": 64.5, "CDELT1": -scale / 3600, "CDELT2": scale / 3600,
            "BUNIT": "JY/BEAM", "BMAJ": beam / 3600, "BMIN": beam / 3600, "BPA": 0.0,
        }
    )  # fmt: skip
    fits.writeto(tmp_path / "wide.fits", data.astype(np.float32), header)
    out = tmp_path / "out.csv"
    assert main(["measure", str(tmp_path / "wide.fits"), "--csv", str(out)]) == 0
    (row,) = rows(out)
    assert float(row["angular_size_arcsec"]) > 300
    assert float(row["flux"]) == pytest.approx(0.1, rel=0.06)


def test_a_position_picks_one_part_and_without_a_beam_nothing_is_a_flux(double, capsys) -> None:
    at = 150.0 + 15 * SCALE / 3600 / math.cos(math.radians(30))
    assert main(["measure", str(double), "--position", f"{at} 30", "--csv", "-"]) == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert float(row["angular_size_arcsec"]) == pytest.approx(10.9, abs=3)
    assert (row["flux_unit"], row["image_unit"]) == ("sum of JY/BEAM", "JY/BEAM")
    assert row["deconvolved_arcsec"] == ""


def test_without_coordinates_no_number_pretends_to_be_in_arcsec(double, tmp_path, capsys) -> None:
    bare, out = tmp_path / "bare.fits", tmp_path / "out.csv"
    data = fits.getdata(double)
    fits.writeto(bare, np.stack([data, data]))
    assert main(["measure", str(bare), "--aperture", "20", "--beam", "5", "--csv", str(out)]) == 0
    (row,) = rows(out)
    assert {name for name, value in row.items() if value == ""} >= {
        "angular_size_arcsec", "deconvolved_arcsec", "aperture_flux", "resolved",
    }  # fmt: skip
    assert (row["flux_unit"], row["image_unit"]) == ("sum of pixel values", "")
    planes, bare_note = capsys.readouterr().err.splitlines()
    assert "the first was taken" in planes
    assert "no sky coordinates" in bare_note
    assert "pixels" in bare_note


def test_what_cannot_be_measured_is_said_in_one_line(double, tmp_path, capsys) -> None:
    assert main(["measure", str(double), "--aperture", "wide"]) == 2
    assert "is no aperture" in capsys.readouterr().err
    assert main(["measure", str(double), "--sigma", "0"]) == 2
    assert "not above zero" in capsys.readouterr().err
    assert main(["measure", str(double), "--position", "10 10"]) == 2
    assert "outside the image" in capsys.readouterr().err
    empty = tmp_path / "empty.fits"
    fits.writeto(empty, np.random.default_rng(1).normal(0, 1, (64, 64)).astype(np.float32))
    assert main(["measure", str(empty)]) == 2
    assert "no source stands out" in capsys.readouterr().err


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_sizes_and_errors_do_not_depend_on_the_unit_of_brightness(double, tmp_path, factor) -> None:
    data, header = fits.getdata(double, header=True)
    scaled, out = tmp_path / "scaled.fits", tmp_path / "out.csv"
    fits.writeto(scaled, data.astype(np.float64) * factor, header)
    asked = [str(double), str(scaled), "--beam", "5.4", "--aperture", "20", "--annulus"]
    assert main(["measure", *asked, "--csv", str(out)]) == 0
    told, again = rows(out)
    for name in ("angular_size_arcsec", "position_angle", "ra", "dec"):
        assert again[name] == told[name]
    for name in ("flux", "flux_error", "peak", "noise", "aperture_flux", "aperture_error"):
        assert float(again[name]) / factor == pytest.approx(float(told[name]), rel=1e-5)
