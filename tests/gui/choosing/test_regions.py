"""Rectangles and lassos against a slow reference that goes around each point."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from radgalgui.gui.choosing.regions import in_lasso, in_rectangle
from radgalgui.gui.map_points import Cells

RNG = np.random.default_rng(5)


def turns(outline: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return how often a closed line goes around each place: the sum of the angles it turns."""
    toward = outline[None] - places[:, None]
    angle = np.arctan2(toward[..., 1], toward[..., 0])
    step = np.diff(np.concatenate([angle, angle[:, :1]], axis=1), axis=1)
    step = (step + np.pi) % (2 * np.pi) - np.pi
    return np.rint(step.sum(axis=1) / (2 * np.pi)).astype(int)


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    centres = RNG.normal(0, 3, (12, 2))
    near = centres[RNG.integers(0, 12, 4000)] + RNG.normal(0, 0.5, (4000, 2))
    near[::41] = np.nan
    return near.astype(np.float32)


@pytest.fixture(scope="module")
def cells(places) -> Cells:
    return Cells(places)


def outlines() -> dict[str, np.ndarray]:
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    wild = np.cumsum(RNG.normal(0, 0.6, (160, 2)), axis=0)
    return {
        "circle": 2.5 * circle,
        "star": circle * (1.5 + 1.5 * np.cos(angle * 9))[:, None],
        "eight": np.stack([4 * np.sin(angle), 3 * np.sin(2 * angle)], 1),
        "twice around": 2 * np.concatenate([circle, 0.7 * circle]),
        "by a trembling hand": wild - wild.mean(axis=0),
        "triangle": np.array([[-4.0, -1.0], [5.0, -0.5], [0.5, 6.0]]),
        "upright box": np.array([[-1.0, -1.0], [2.0, -1.0], [2.0, 3.0], [-1.0, 3.0]]),
        "far outside": 40 + circle,
        "around all": 60 * circle,
        "a corner of the map": np.array([4.0, 4.0]) + 3 * circle,
    }


@pytest.mark.parametrize("name", list(outlines()))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_lasso_holds_what_it_goes_around(cells, places, name, backwards):
    outline = outlines()[name][:: -1 if backwards else 1]
    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    wanted = known[turns(outline, places[known].astype(float)) != 0]
    found = in_lasso(cells, outline)
    assert len(np.unique(found)) == len(found)
    np.testing.assert_array_equal(np.sort(found), wanted)


def test_a_rectangle_holds_what_lies_in_it_whichever_corner_came_first(cells, places):
    for x, y, w, h in RNG.uniform(-5, 5, (40, 4)):
        low, high = np.sort([[x, y], [x + w, y + h]], axis=0)
        inside = ((places >= low) & (places <= high)).all(axis=1)
        found = in_rectangle(cells, QRectF(x, y, w, h))
        np.testing.assert_array_equal(np.sort(found), np.flatnonzero(inside))


def test_lines_that_hold_nothing(cells):
    assert len(in_lasso(cells, [])) == 0
    assert len(in_lasso(cells, [[0, 0], [5, 5]])) == 0
    assert len(in_lasso(cells, [[0, 0], [5, 5], [0, 0], [5, 5]])) == 0
    nowhere = Cells(np.full((3, 2), np.nan))
    assert len(in_lasso(nowhere, [[-1, -1], [1, -1], [0, 1]])) == 0
    assert len(in_rectangle(nowhere, QRectF(-1, -1, 2, 2))) == 0
    assert in_lasso(Cells(np.ones((1, 2))), [[0, 0], [2, 0], [1, 3]]).tolist() == [0]
