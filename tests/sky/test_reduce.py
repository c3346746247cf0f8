"""A reduced image shows the same sky: block means, and a WCS that still tells the truth."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.wcs import WCS, Sip
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radgalgui.sky.image import SkyImage
from radgalgui.sky.reduce import reduce_image


def tan(kind: str = "CD") -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [206.42, 23.38]
    wcs.wcs.crpix = [31.0, 22.0]
    if kind == "PC":
        wcs.wcs.cdelt = [-5e-4, 5e-4]
        wcs.wcs.pc = [[0.8, -0.6], [0.6, 0.8]]
        return wcs
    wcs.wcs.cd = np.array([[-4e-4, 3e-4], [3e-4, 4e-4]])
    if kind == "SIP":
        wcs.wcs.ctype = ["RA---TAN-SIP", "DEC--TAN-SIP"]
        terms = np.zeros((3, 3))
        terms[2, 0], terms[1, 1] = 1e-4, -2e-4
        wcs.sip = Sip(terms, terms.T.copy(), None, None, wcs.wcs.crpix)
    return wcs


@given(
    hnp.arrays(np.float64, (12, 18), elements=st.floats(-1e3, 1e3)), st.sampled_from([1, 2, 3, 6])
)
def test_pixels_are_block_means(data, factor):
    reduced = reduce_image(SkyImage(data, "", ""), factor).data
    blocks = data.reshape(12 // factor, factor, 18 // factor, factor)
    np.testing.assert_allclose(reduced, blocks.mean(axis=(1, 3)), atol=1e-3)
    assert reduced.dtype == np.float32


@pytest.mark.parametrize("kind", ["CD", "PC", "SIP"])
@pytest.mark.parametrize("factor", [2, 3, 5])
def test_the_wcs_follows_the_pixels(factor, kind):
    reduced = reduce_image(SkyImage(np.zeros((60, 90)), "", "", wcs=tan(kind)), factor)
    x, y = np.meshgrid(np.arange(90 // factor), np.arange(60 // factor))
    whole = tan(kind).pixel_to_world((x + 0.5) * factor - 0.5, (y + 0.5) * factor - 0.5)
    assert reduced.wcs.pixel_to_world(x, y).separation(whole).arcsec.max() < 1e-6


def test_a_block_is_blank_only_where_all_of_it_is():
    data = np.ones((4, 4))
    data[:2, :2] = np.nan
    data[2, 2] = np.nan
    reduced = reduce_image(SkyImage(data, "", ""), 2).data
    np.testing.assert_array_equal(np.isnan(reduced), [[True, False], [False, False]])


@pytest.mark.parametrize("factor", [1, 2])
def test_values_beyond_single_precision_become_blank(factor):
    data = np.array([[1e300, 1e300, 1.0, 2.0]] * 2)
    reduced = reduce_image(SkyImage(data, "", ""), factor).data
    assert np.isnan(reduced[:, 0]).all()
    assert np.isfinite(reduced[:, -1]).all()


def test_the_image_given_is_left_alone():
    data = np.array([[np.inf, 1.0], [2.0, 3.0]], dtype=np.float32)
    reduce_image(SkyImage(data, "", ""), 1)
    assert np.isinf(data[0, 0])
