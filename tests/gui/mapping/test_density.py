"""How densely a map is populated: counted right, and offered as a colour."""

from __future__ import annotations

import numpy as np

from radgalgui.gui.mapping.density import CELLS, DENSITY, REACH, TITLE, neighbours_around
from tests.gui.hands import choose


def test_sources_around_are_those_in_the_square():
    rng = np.random.default_rng(3)
    places = np.concatenate([rng.normal(0, 1, (400, 2)), rng.normal(6, 0.2, (400, 2))])
    counted = neighbours_around(places)
    low = places.min(axis=0)
    span = (places.max(axis=0) - low).max()
    cell = np.minimum(np.floor((places - low) / span * CELLS), CELLS - 1)
    apart = np.abs(cell[:, None] - cell[None]).max(axis=2)
    np.testing.assert_array_equal(counted, (apart <= REACH).sum(axis=1))
    assert np.median(counted[400:]) > 5 * np.median(counted[:400])


def test_a_source_without_a_place_has_no_density_and_adds_none():
    places = np.array([[0.0, 0.0], [0.0, 0.0], [np.nan, 1.0], [9.0, 9.0]])
    np.testing.assert_array_equal(neighbours_around(places), [2, 2, np.nan, 1])
    assert np.isnan(neighbours_around(np.full((3, 2), np.nan))).all()
    assert neighbours_around(np.empty((0, 2))).shape == (0,)


def test_sources_in_one_place_are_all_around_each_other():
    np.testing.assert_array_equal(neighbours_around(np.ones((5, 2))), np.full(5, 5))


def test_the_map_is_coloured_by_density_and_tells_it_on_hover(window, qtbot):
    choose(window.map.columns, TITLE)
    view = window.map.view
    qtbot.waitUntil(lambda: view.scale is not None and view.scale.missing != "being counted")
    assert window.presenter.column == DENSITY
    counted = neighbours_around(window.presenter.shown.places)
    lines = window.presenter.brief(window.desk.sources, 3)
    assert lines[0] == f"{counted[3]:,.0f} sources around it"
