"""Contours are where the brightness has their level."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from radgalgui.sky.contours import contours


def gaussian(size: int, sigma: float, x0: float, y0: float) -> np.ndarray:
    y, x = np.mgrid[:size, :size]
    return np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * sigma**2))


@pytest.mark.parametrize("sigma", [1.3, 4.0, 9.0])
@pytest.mark.parametrize("level", [0.9, 0.5, 0.1, 0.02])
def test_the_radius_of_a_gaussians_contour_is_the_analytic_one(sigma, level):
    x0, y0 = 48.3, 51.8
    (contour,) = contours(gaussian(100, sigma, x0, y0), [level], fine=4)
    assert len(contour) == 1
    points = contour.line(0)
    np.testing.assert_array_equal(points[0], points[-1])
    radius = np.hypot(points[:, 0] - x0, points[:, 1] - y0)
    wanted = sigma * np.sqrt(-2 * np.log(level))
    np.testing.assert_allclose(radius, wanted, atol=0.05)


def test_the_image_has_the_level_all_along_its_lines():
    noisy = np.random.default_rng(4).normal(size=(40, 50))
    for contour in contours(noisy, [-1.0, 0.5, 2.0]):
        assert len(contour) > 3
        # Marching squares interpolate along the edges of the grid, where all points lie.
        there = map_coordinates(noisy, [contour.y, contour.x], order=1)
        np.testing.assert_allclose(there, contour.level, atol=1e-9)


@pytest.mark.parametrize("fine", [1, 3])
def test_lines_keep_away_from_blanks_and_from_the_other_islands(fine):
    data = gaussian(80, 5.0, 20, 20) + gaussian(80, 5.0, 60, 55)
    data[:, 58:62] = np.nan
    (contour,) = contours(data, [0.3], fine=fine)
    assert len(contour) == 3  # one whole, two halves of the other
    assert not ((contour.x > 57) & (contour.x < 62)).any()
    bounds = contour.bounds()
    whole = bounds[np.argmin(bounds[:, 0])]
    assert whole[2] < 30
    assert whole[3] < 30


def test_levels_that_nothing_reaches_have_no_lines():
    high, low = contours(np.zeros((5, 5)), [1.0, -1.0], fine=4)
    assert (len(high), len(low)) == (0, 0)
    assert high.bounds().shape == (0, 4)
    assert contours(np.ones((1, 9)), [0.5])[0].x.size == 0
    assert len(contours(np.full((6, 6), np.nan), [0.5], fine=2)[0]) == 0


def test_a_part_of_an_image_has_its_lines_where_the_whole_has_them():
    data = gaussian(60, 6.0, 30.5, 28.0)
    whole, part = contours(data, [0.4])[0], contours(data[10:50, 12:55], [0.4], origin=(12, 10))[0]
    np.testing.assert_allclose(sorted(part.x), sorted(whole.x))
    np.testing.assert_allclose(sorted(part.y), sorted(whole.y))
    moved = whole.moved(lambda x, y: (x + 3, 2 * y))
    np.testing.assert_allclose(moved.line(0), whole.line(0) * [1, 2] + [3, 0])
