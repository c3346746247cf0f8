"""What is shown of a mosaic in which a position was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io.fits import Header
from astropy.wcs import WCS

from radgalgui.errors import ImageError
from radgalgui.jobs.sight import Sight
from radgalgui.sky.celestial import north_up
from radgalgui.sky.image import SkyImage, SkyPosition
from radgalgui.sky.preprocess import Preprocessing


@pytest.fixture(scope="module")
def mosaic() -> SkyImage:
    data = np.random.default_rng(0).normal(size=(2400, 2400)).astype(np.float32)
    data[1998:2003, 398:403] = 100.0
    return SkyImage(data, "mosaic", "", wcs=north_up(SkyPosition(200.0, 40.0), 2400, 1.8))


def test_the_sky_around_a_position_is_shown_at_its_own_pixels(mosaic):
    asked = mosaic.pixel_to_sky(400, 2000)
    sight = Sight(mosaic, asked)
    picture, seen = sight.picture("job"), sight.seen("job", Preprocessing())
    assert picture.reduction == 1
    assert picture.original.shape == (512, 512)
    x, y = seen.pixel
    assert picture.original[round(y), round(x)] == 100
    where = WCS(Header.fromstring(picture.header)).pixel_to_world(x, y)
    assert where.ra.deg == pytest.approx(seen.ra, abs=0.01 * 1.8 / 3600)
    assert where.dec.deg == pytest.approx(seen.dec, abs=0.01 * 1.8 / 3600)
    assert (seen.ra, seen.dec) == pytest.approx((asked.ra, asked.dec), abs=1.8 / 3600)


def test_at_the_edge_it_ends_with_the_image(mosaic):
    sight = Sight(mosaic, mosaic.pixel_to_sky(3, 2390))
    picture = sight.picture("job")
    assert picture.original.shape == (266, 259)
    x, y = sight.seen("job", Preprocessing()).pixel
    assert (x, y) == pytest.approx((3, 256), abs=0.1)


@pytest.mark.parametrize(("x", "y"), [(-700, 1200), (1200, -700), (3300, 1200), (-700, -700)])
def test_beside_the_image_all_of_it_is_shown(mosaic, x, y):
    sight = Sight(mosaic, mosaic.pixel_to_sky(x, y))
    assert sight.picture("job").original.shape == (1200, 1200)
    with pytest.raises(ImageError, match="outside the image"):
        sight.seen("job", Preprocessing())


def test_at_the_limb_of_the_sphere_the_scale_is_that_of_the_middle(mosaic, monkeypatch):
    def at_the_limb(*_: object) -> None:
        raise np.linalg.LinAlgError("the pixel lies off the sphere")

    sight = Sight(mosaic)
    inside = sight.seen("job", Preprocessing()).box
    monkeypatch.setattr("radgalgui.jobs.sight.local_grid", at_the_limb)
    assert sight.seen("job", Preprocessing()).box == pytest.approx(inside, rel=1e-3)


def test_without_a_position_all_of_it_is_shown_reduced(mosaic):
    picture = Sight(mosaic).picture("job")
    assert picture.reduction == 2
    assert picture.original.shape == (1200, 1200)
