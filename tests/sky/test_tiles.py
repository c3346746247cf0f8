"""Compressed images are unpacked at once as astropy unpacks them tile by tile, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.sky.fits import read_image
from radgalgui.sky.tiles import unpacked_rows


def packed(path, **options):
    """Write a noisy image compressed, open it unscaled, and return its HDU."""
    pixels = np.random.default_rng(4).normal(0, 1e-3, (23, 70)).astype(options.pop("dtype", "f4"))
    pixels[4:9, 30:35] += 1.0
    pixels[11, 3:7] = options.pop("blank", 0.5)
    hdu = fits.CompImageHDU(pixels, **{"compression_type": "RICE_1", **options})
    hdu.writeto(path)
    return fits.open(path, do_not_scale_image_data=True)


@pytest.mark.parametrize("blank", [0.5, np.nan])
@pytest.mark.parametrize("dither", [-1, 1, 2])
def test_rows_in_rice_codes_are_what_astropy_makes_of_them(tmp_path, dither, blank):
    path = tmp_path / "packed.fits.fz"
    seed = {"dither_seed": 77} if dither > 0 else {}
    with packed(path, quantize_method=dither, blank=blank, **seed) as hdus:
        expected = hdus[1].section[:, :]
        pixels = unpacked_rows(hdus[1])
        assert pixels.dtype == expected.dtype
        assert pixels.tobytes() == expected.tobytes()
    assert np.array_equal(read_image(path).data, expected, equal_nan=True)


@pytest.mark.parametrize(
    "options",
    [
        {"compression_type": "GZIP_2"},
        {"tile_shape": (23, 35)},
        {"dtype": "f8"},
        {"quantize_level": 0.0, "compression_type": "GZIP_1"},
    ],
)
def test_what_is_packed_in_another_way_is_left_to_astropy(tmp_path, options):
    path = tmp_path / "packed.fits.fz"
    with packed(path, **options) as hdus:
        assert unpacked_rows(hdus[1]) is None
        expected = hdus[1].section[:, :]
    assert np.array_equal(read_image(path).data, expected)


def test_codes_cut_short_are_left_to_astropy(tmp_path):
    path = tmp_path / "packed.fits.fz"
    with packed(path) as hdus:
        table = hdus[1]._bintable
        table.header["PCOUNT"] = 100
        assert unpacked_rows(hdus[1]) is None
