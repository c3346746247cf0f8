"""Where a vector falls on a map that is there, from where its neighbours lie."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radgalgui.analysis.placing import (
    map_grain,
    place_by_neighbours,
    place_many_by_neighbours,
)
from radgalgui.errors import UsageError


def test_searching_and_placing_load_nothing_heavy():
    """The engine answers without UMAP, whose import compiles for seconds."""
    program = (
        "import sys; import radgalgui.analysis.maps, radgalgui.analysis.placing,"
        " radgalgui.analysis.projection, radgalgui.analysis.metrics;"
        "print([m for m in ('torch', 'sklearn', 'umap', 'numba', 'openTSNE') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# Different ones: of two neighbours that are equally similar either may win.
similarities = st.lists(st.integers(-999, 999), min_size=1, max_size=30, unique=True).map(
    lambda thousandths: [value / 1000 for value in thousandths]
)


def spots(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3, (count, 2))


@given(similarities, st.integers(0, 1000), st.randoms(use_true_random=False))
def test_the_order_of_neighbours_does_not_matter(values, seed, random):
    places = spots(len(values), seed)
    order = list(range(len(values)))
    random.shuffle(order)
    a = place_by_neighbours(values, places)
    b = place_by_neighbours([values[i] for i in order], places[order])
    np.testing.assert_allclose(a, b, atol=1e-9)


@given(
    similarities,
    st.integers(0, 1000),
    st.floats(0, 6.3),
    st.floats(0.1, 10),
    st.sampled_from([0.0, 0.4, 5.0]),
)
def test_placing_turns_shifts_and_grows_with_the_map(values, seed, angle, scale, grain):
    places = spots(len(values), seed)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = np.array([5.0, -2.0])
    *place, spread = place_by_neighbours(values, places, grain=grain)
    *moved, moved_spread = place_by_neighbours(values, places @ turn.T + shift, grain=scale * grain)
    np.testing.assert_allclose(moved, turn @ place + shift, atol=1e-6)
    assert moved_spread == pytest.approx(scale * spread, abs=1e-6)


@given(similarities, st.integers(0, 1000))
def test_the_place_lies_among_the_neighbours(values, seed):
    places = spots(len(values), seed)
    x, y, spread = place_by_neighbours(values, places)
    assert (places.min(axis=0) - 1e-9 <= (x, y)).all()
    assert ((x, y) <= places.max(axis=0) + 1e-9).all()
    assert 0 <= spread <= np.ptp(places, axis=0).sum() + 1e-9


def two_clusters(rng: np.random.Generator, strays: int) -> np.ndarray:
    """Return 15 places: two thirds and more round the origin, the others a hundred away."""
    return np.r_[rng.normal(0, 1, (15 - strays, 2)), rng.normal(100, 1, (strays, 2))]


@given(st.integers(0, 1000), st.integers(1, 5))
def test_never_in_the_void_between_clusters(seed, strays):
    rng = np.random.default_rng(seed)
    places = two_clusters(rng, strays)
    x, y, _ = place_by_neighbours(rng.uniform(0.8, 0.9, 15), places, grain=1.0)
    assert min(np.hypot(x, y), np.hypot(x - 100, y - 100)) < 5


@given(st.integers(0, 1000), st.sampled_from([0, 1, 2, 3, 4, 6, 7]))
def test_the_spread_holds_two_thirds_of_the_neighbours(seed, strays):
    places = two_clusters(np.random.default_rng(seed), strays)
    x, y, spread = place_by_neighbours(np.full(15, 0.85), places)
    inside = np.hypot(*(places - (x, y)).T) <= spread + 1e-9
    assert inside.sum() == 10
    assert spread < 5 if strays <= 5 else spread > 90  # that the neighbours do not agree


@given(st.integers(0, 1000), st.integers(1, 4))
def test_strays_with_less_than_a_third_of_the_weight_do_not_pull(seed, strays):
    places = two_clusters(np.random.default_rng(seed), strays)
    x, y, _ = place_by_neighbours(np.full(15, 0.85), places, grain=1.0)
    assert np.hypot(x, y) < 5


def test_neighbours_within_the_grain_draw_a_place_to_the_middle_of_them():
    rng = np.random.default_rng(4)
    crowd = np.r_[rng.normal(0, 1.0, (12, 2)), rng.normal(30, 1, (3, 2))]
    x, y, _ = place_by_neighbours(np.full(15, 0.9), crowd, grain=10.0)
    assert np.hypot(*(crowd[:12].mean(axis=0) - (x, y))) < 0.6
    far = place_by_neighbours(np.full(15, 0.9), crowd, grain=1e6)
    np.testing.assert_allclose(far[:2], crowd.mean(axis=0), atol=1e-3)  # all draw alike


@pytest.mark.parametrize("count", [40, 5000, 60_000])
def test_the_grain_is_how_far_the_fifteenth_neighbour_lies(count):
    places = np.random.default_rng(count).uniform(-3, 5, (count, 2)).astype(np.float32)
    expected = 8 * np.sqrt(15 / np.pi / count)
    assert map_grain(places) == pytest.approx(expected, rel=0.25)
    assert map_grain(100 * places) == pytest.approx(100 * map_grain(places), rel=0.1)


def test_a_map_of_one_place_has_no_grain():
    assert map_grain(np.ones((5, 2))) == 0.0
    assert map_grain(np.empty((0, 2))) == 0.0
    assert place_by_neighbours([0.9, 0.8], np.ones((2, 2)), grain=0.0) == (1.0, 1.0, 0.0)


def test_of_two_equal_clusters_the_more_similar_wins():
    rng = np.random.default_rng(0)
    places = np.r_[rng.normal(0, 1, (8, 2)), rng.normal(100, 1, (8, 2))]
    for best in (0, 1):
        values = np.full(16, 0.90)
        values[8 * best : 8 * best + 8] = 0.95
        x, y, _ = place_by_neighbours(values, places)
        assert np.hypot(x - 100 * best, y - 100 * best) < 5


def test_one_neighbour_gives_its_place():
    assert place_by_neighbours([0.5], [[2.0, 3.0]]) == (2.0, 3.0, 0.0)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], np.empty((0, 2))),
        ([0.5], np.zeros((2, 2))),
        ([0.5, 0.5], np.zeros((2, 3))),
        ([np.nan], np.zeros((1, 2))),
        ([0.5], np.full((1, 2), np.inf)),
    ],
)
def test_refuses_neighbours_that_place_nothing(values, places):
    with pytest.raises(UsageError):
        place_by_neighbours(values, places)


def test_many_are_placed_as_each_of_them_is():
    rng = np.random.default_rng(3)
    values, places = rng.uniform(0.2, 1.0, (40, 15)), rng.normal(size=(40, 15, 2))
    values[7, 4] = 1.0  # a source of the catalogue
    many = place_many_by_neighbours(values, places)
    each = [place_by_neighbours(v, xy) for v, xy in zip(values, places, strict=True)]
    np.testing.assert_allclose(many, each, atol=1e-12)
    np.testing.assert_array_equal(many[7], [*places[7, 4], 0.0])
    with pytest.raises(UsageError, match="do not fit"):
        place_many_by_neighbours(values, places[:, :3])
