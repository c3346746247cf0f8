"""A part of an image as a file of its own: the same pixels at the same places of the sky."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS, Sip

from radgalgui.errors import UsageError
from radgalgui.sky.fits import read_image
from radgalgui.sky.section import write_section


def grid(kind: str) -> WCS:
    """Return a WCS of 300 x 200 pixels of one kind."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = [83.6, -5.4], [140.0, 90.0]
    wcs.wcs.cdelt = [-5e-4, 5e-4]
    if kind == "cd":
        wcs.wcs.cdelt = [1.0, 1.0]
        turn = np.deg2rad(40.0)
        wcs.wcs.cd = 5e-4 * np.array([[-np.cos(turn), np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    elif kind == "galactic":
        wcs.wcs.ctype = ["GLON-SIN", "GLAT-SIN"]
    elif kind == "b1950":
        wcs.wcs.radesys, wcs.wcs.equinox = "FK4", 1950.0
    elif kind == "sip":
        wcs.wcs.ctype = ["RA---TAN-SIP", "DEC--TAN-SIP"]
        a = np.zeros((3, 3))
        a[2, 0] = 1e-5
        wcs.sip = Sip(a, a.T, None, None, wcs.wcs.crpix)
    return wcs


@pytest.mark.parametrize("kind", ["tan", "cd", "galactic", "b1950", "sip"])
def test_every_pixel_stays_where_it_is_on_the_sky(tmp_path, kind):
    data = np.random.default_rng(3).normal(size=(200, 300)).astype(np.float32)
    header = grid(kind).to_header(relax=True)
    header["BUNIT"], header["BMAJ"], header["BMIN"], header["BPA"] = "JY/BEAM", 0.0015, 0.001, 30.0
    fits.writeto(tmp_path / "whole.fits", data, header)
    image = read_image(tmp_path / "whole.fits")
    part = write_section(tmp_path / "part.fits", image, (37, 181), (-5, 90))
    values, told = fits.getdata(part, header=True)
    np.testing.assert_array_equal(values, data[0:90, 37:181])
    assert (told["BUNIT"], told["BMAJ"], told["BPA"]) == ("JY/BEAM", pytest.approx(0.0015), 30.0)
    assert "38:181, 1:90 of whole.fits" in str(told["HISTORY"])
    x, y = np.array([0.0, 143.0, 70.2]), np.array([0.0, 89.0, 33.3])
    there = WCS(told).pixel_to_world(x, y)
    here = WCS(header).pixel_to_world(x + 37, y)
    assert there.separation(here).arcsec.max() < 0.01 * 1.8


def test_a_part_beside_the_image_is_refused(tmp_path):
    data = np.random.default_rng(3).normal(size=(20, 30)).astype(np.float32)
    fits.writeto(tmp_path / "whole.fits", data)
    image = read_image(tmp_path / "whole.fits")
    with pytest.raises(UsageError, match="no pixel of the image is in view"):
        write_section(tmp_path / "part.fits", image, (30, 40), (0, 5))
    part = write_section(tmp_path / "part.fits", image, (3, 9), (4, 6))  # without coordinates
    np.testing.assert_array_equal(fits.getdata(part), data[4:6, 3:9])
