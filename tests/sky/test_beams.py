"""Beams are found wherever a FITS file may tell them, and doubted where they cannot be right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.sky.beams import read_beam
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Beam

SIDE, CHANNELS = 40, 4
CARDS = {
    "CTYPE1": "RA---SIN",
    "CTYPE2": "DEC--SIN",
    "CRVAL1": 10.0,
    "CRVAL2": 40.0,
    "CRPIX1": 20.0,
    "CRPIX2": 20.0,
    "CDELT1": -5e-4,
    "CDELT2": 5e-4,
    "BUNIT": "JY/BEAM",
}
PIXELS = np.random.default_rng(0).normal(size=(SIDE, SIDE)).astype(np.float32)


@pytest.mark.parametrize(
    ("cards", "beam"),
    [
        ({"BMAJ": 0.002, "BMIN": 0.001, "BPA": 30.0}, Beam(7.2, 3.6, 30.0)),
        ({"BMAJ": 0.001, "BMIN": 0.002}, Beam(7.2, 3.6, 0.0)),
        ({"BMAJ": 0.002}, Beam(7.2, 7.2, 0.0)),
        ({"BMAJ": 0.0, "BMIN": 0.0}, None),
        ({"BMAJ": -1.0, "BMIN": 0.001}, None),
        ({"BMAJ": "wide"}, None),
        ({"BMAJ": 45.0, "BMIN": 45.0}, None),  # arcsec against the standard: not believed
        ({"HISTORY": "AIPS   CLEAN BMAJ=  1.7778E-03 BMIN=  1.5000E-03 BPA=   0.00"},
         Beam(6.40008, 5.4, 0.0)),
        ({"HISTORY": "AIPS   CLEAN BMAJ=  1.5000D-03 BMIN=  1.5000D-03"}, Beam(5.4, 5.4, 0.0)),
        ({}, None),
    ],
)  # fmt: skip
def test_the_beam(cards, beam) -> None:
    found = read_beam(fits.Header(cards))
    if beam is None:
        assert found is None
    else:
        assert found is not None
        assert (found.major, found.minor, found.position_angle) == pytest.approx(
            (beam.major, beam.minor, beam.position_angle)
        )


def beams_table(unit: str = "arcsec", per: float = 1.0) -> fits.BinTableHDU:
    """Return the table that CASA writes: beams of 6, 5, 4 and 3 arcsec for each polarisation."""
    channels = np.tile(np.arange(CHANNELS), 2)
    columns = [
        fits.Column("BMAJ", "E", unit=unit, array=(6.0 - channels) * per),
        fits.Column("BMIN", "E", unit=unit, array=(5.0 - channels) * per),
        fits.Column("BPA", "E", unit="deg", array=10.0 * channels),
        fits.Column("CHAN", "J", array=channels),
        fits.Column("POL", "J", array=np.repeat([0, 1], CHANNELS)),
    ]
    return fits.BinTableHDU.from_columns(columns, name="BEAMS")


def write(path: Path, data: np.ndarray, cards: dict, *further) -> Path:
    fits.HDUList([fits.PrimaryHDU(data, fits.Header({**CARDS, **cards})), *further]).writeto(path)
    return path


AXES = {"CTYPE3": "FREQ", "CRVAL3": 1.4e9, "CDELT3": 1e6, "CTYPE4": "STOKES", "CASAMBM": True}


@pytest.mark.parametrize(("unit", "per"), [("arcsec", 1.0), ("deg", 1 / 3600)])
def test_a_plane_has_the_beam_of_its_channel(tmp_path, unit, per) -> None:
    cube = np.stack([PIXELS] * CHANNELS)[None]
    image = read_image(write(tmp_path / "a.fits", cube, AXES, beams_table(unit, per)))
    assert image.beam is not None
    assert (image.beam.major, image.beam.minor) == pytest.approx((6.0, 5.0), rel=1e-6)
    assert image.notes[0].text.endswith("the first was taken.")


def test_channels_that_are_blank_are_passed_over_with_their_beams(tmp_path) -> None:
    cube = np.stack([PIXELS * n for n in range(1, CHANNELS + 1)])[None]
    cube[0, :2] = np.nan
    image = read_image(write(tmp_path / "a.fits", cube, AXES, beams_table()))
    assert np.array_equal(image.data, cube[0, 2])
    assert image.beam is not None
    assert (image.beam.major, image.beam.position_angle) == (4.0, 20.0)
    assert "number 3 was taken, for those before it are blank" in image.notes[0].text
    assert [bool(np.isfinite(band).any()) for band in image.bands] == [False, False, True, True]
    assert image.bands[2] is image.data
    assert np.array_equal(image.bands[3], cube[0, 3])


def test_a_table_of_beams_that_is_none_is_passed_over(tmp_path) -> None:
    odd = fits.BinTableHDU.from_columns([fits.Column("X", "E", array=[1.0])], name="BEAMS")
    assert read_image(write(tmp_path / "a.fits", PIXELS, {}, odd)).beam is None


@pytest.mark.parametrize("own", [{}, {"BMAJ": 0.001, "BUNIT": "K"}])
def test_what_an_extension_lacks_stands_in_the_first_header(tmp_path, own) -> None:
    first = fits.PrimaryHDU()
    first.header.update({"BMAJ": 0.002, "BMIN": 0.001, "BPA": 30.0, "BUNIT": "JY/BEAM"})
    placed = {name: value for name, value in CARDS.items() if name != "BUNIT"}
    image = fits.ImageHDU(PIXELS, fits.Header({**placed, **own}))
    path = tmp_path / "a.fits"
    fits.HDUList([first, image]).writeto(path)
    told = read_image(path)
    expected = (Beam(3.6, 3.6, 0.0), "K") if own else (Beam(7.2, 3.6, 30.0), "JY/BEAM")
    assert (told.beam, told.unit) == expected


def test_a_beam_wider_than_the_image_is_doubted(tmp_path) -> None:
    told = read_image(write(tmp_path / "a.fits", PIXELS, {"BMAJ": 2.5, "BMIN": 2.0}))
    assert told.beam is None
    assert [note.code for note in told.notes] == ["beam"]
    assert "2.5 degrees is wider than the image" in told.notes[0].text
    kept = read_image(write(tmp_path / "b.fits", PIXELS, {"BMAJ": 0.015}))
    assert kept.beam is not None
    assert kept.notes == ()
