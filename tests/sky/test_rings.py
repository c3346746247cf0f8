"""Emission in rings: what lies how near to the middle of an image."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.sky.look import Look
from radgalgui.sky.rings import RING_NUMBERS, emission_in_rings


def spot(side: int, row: int, column: int, *, across: int = 2, bands: int = 1) -> np.ndarray:
    image = np.zeros((1, bands, side, side), dtype=np.float32)
    image[..., row : row + across, column : column + across] = 0.5
    return image


def test_a_source_in_the_middle_is_in_every_ring_and_one_in_the_corner_in_the_last():
    middle, corner = (emission_in_rings(spot(64, at, at))[0] for at in (31, 0))
    assert middle.reshape(-1, 2) == pytest.approx(np.log1p([[4.0, 2.0]] * 8))
    assert (corner[:-2] == 0).all()
    assert corner[-2:] == pytest.approx(np.log1p([4.0, 2.0]))


def test_an_empty_image_has_zeros_and_a_pixel_without_a_value_is_not_hidden():
    images = np.zeros((2, 1, 64, 64), dtype=np.float32)
    images[1, 0, 0, 0] = np.nan
    rings = emission_in_rings(images)
    assert rings.shape == (2, RING_NUMBERS)
    assert rings.dtype == np.float32
    assert (rings[0] == 0).all()
    assert np.isfinite(rings[1, :-2]).all()
    assert np.isnan(rings[1, -2:]).all()


def test_how_an_image_lies_its_size_and_its_bands_do_not_matter():
    image = np.random.default_rng(1).random((3, 1, 64, 64), dtype=np.float32)
    rings = emission_in_rings(image)
    for same in (np.rot90(image, axes=(2, 3)), image[..., ::-1], np.repeat(image, 3, axis=1)):
        assert emission_in_rings(same) == pytest.approx(rings, rel=1e-5)
    # Of 32 pixels a side, a quarter as many, each four times as large; the first circle, of two
    # pixels, cuts its corners.
    coarse, fine = (
        emission_in_rings(spot(32, 15, 15)),
        emission_in_rings(spot(64, 30, 30, across=4)),
    )
    assert coarse[:, 2:] == pytest.approx(fine[:, 2:])


def test_a_look_tells_how_many_numbers_there_are():
    assert Look().numbers(256) == 256
    assert Look(rings=True).numbers(256) == 256 + RING_NUMBERS
