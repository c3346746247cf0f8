"""The scale bar of a mosaic tells what it measures where one looks."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.wcs import WCS
from PySide6.QtCore import QRectF
from PySide6.QtGui import QTransform

from radgalgui.gui.imaging.hooks import Stage
from radgalgui.gui.mosaic.view import scale_at
from radgalgui.gui.picture_view import Sky
from radgalgui.gui.sky_readout import SkyReadout

WIDE, HIGH = 400, 300
PIXEL = 60.0  # arcsec


def shown(projection: str, x: float, y: float, zoom: float) -> tuple[Stage, Sky]:
    """Return a picture with its middle at RA 0, Dec 0, and a look at one of its pixels."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = [f"RA---{projection}", f"DEC--{projection}"]
    wcs.wcs.cdelt = [-PIXEL / 3600, PIXEL / 3600]
    wcs.wcs.crpix = [1.0, 1.0]
    readout = SkyReadout(wcs.to_header().tostring())
    to_screen = QTransform(zoom, 0, 0, -zoom, 0, 0)
    middle = to_screen.map(x + 0.5, y + 0.5)
    to_screen *= QTransform.fromTranslate(WIDE / 2 - middle[0], HIGH / 2 - middle[1])
    pixels = np.zeros((8, 8), np.float32)
    return Stage(QRectF(0, 0, WIDE, HIGH), to_screen), Sky(pixels, "", PIXEL, readout)


@pytest.mark.parametrize("zoom", [0.5, 1.0, 7.0])
def test_degrees_of_a_plate_carree_map_are_narrower_farther_north(zoom) -> None:
    for dec in (0.0, 45.0, 75.0):
        there = scale_at(*shown("CAR", -300.0, dec * 60, zoom))
        assert there == pytest.approx(PIXEL * np.cos(np.radians(dec)), rel=1e-3)


def test_an_orthographic_map_is_stretched_towards_its_limb() -> None:
    across = scale_at(*shown("SIN", 60 * np.degrees(np.sin(np.radians(40))), 0.0, 2.0))
    assert across == pytest.approx(PIXEL / np.cos(np.radians(40)), rel=1e-2)


def test_off_the_sky_it_is_that_of_the_header() -> None:
    assert scale_at(*shown("SIN", 4000.0, 0.0, 1.0)) == PIXEL
