"""Thumbnails: one plane in a colour map, three bands in their own colours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from radgalgui.gui.thumbnails import Thumbnails


def _colour(thumbnails: Thumbnails, index: int, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour of the pixel (x, y), y from the bottom as FITS counts."""
    picture = thumbnails.pixmap(index).toImage()
    colour = QColor(picture.pixel(x, picture.height() - 1 - y))
    return colour.red(), colour.green(), colour.blue()


def test_three_bands_are_red_green_and_blue(qapp) -> None:
    images = np.zeros((2, 3, 8, 8), np.float32)
    images[0, :, 2, 5] = (1.0, 0.6, 0.2)
    images[1, 2] = 1.0
    thumbnails = Thumbnails(images)
    assert _colour(thumbnails, 0, 5, 2) == (255, 153, 51)
    assert _colour(thumbnails, 0, 2, 5) == (0, 0, 0)
    assert _colour(thumbnails, 1, 0, 7) == (0, 0, 255)
    np.testing.assert_allclose(thumbnails.seen(0)[2, 5], 0.6)


@pytest.mark.parametrize("bands", [1, 2, 4])
def test_any_other_number_of_bands_is_their_mean_in_the_colour_map(qapp, bands) -> None:
    images = np.random.default_rng(0).random((1, bands, 8, 8), dtype=np.float32)
    thumbnails = Thumbnails(images, "viridis")
    level = int(images[0, :, 3, 6].mean() * 255)
    assert _colour(thumbnails, 0, 6, 3) == tuple(thumbnails.table[level])


def test_a_plane_and_an_image_of_one_plane_look_alike(qapp) -> None:
    plane = np.random.default_rng(1).random((8, 8), dtype=np.float32)
    thumbnails = Thumbnails(plane[None, None])
    assert thumbnails.draw(plane).toImage() == thumbnails.pixmap(0).toImage()
