"""Properties of islands, against photutils and against naive measures."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photutils.segmentation import detect_sources

from radgalgui.sky.islands import extent, find_islands


def _field(seed: int, shape=(90, 130)) -> np.ndarray:
    """Noise of one, smoothed by hand into blobs, with blanks."""
    rng = np.random.default_rng(seed)
    data = rng.normal(0, 1, shape)
    for _ in range(12):
        y, x = rng.integers(0, shape[0]), rng.integers(0, shape[1])
        data[max(y - 2, 0) : y + 3, max(x - 3, 0) : x + 4] += rng.exponential(12)
    data[rng.random(shape) < 0.01] = np.nan
    return data


@given(st.integers(0, 2**16), st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_are_those_of_photutils(seed, min_pixels) -> None:
    data = _field(seed)
    ours = find_islands(data, noise=1.0, peak_sigma=3.0, min_pixels=min_pixels)
    segments = detect_sources(np.nan_to_num(data, nan=-9.0), 3.0, n_pixels=min_pixels)
    theirs = (
        [] if segments is None else [np.flatnonzero(segments.data == k) for k in segments.labels]
    )
    mine = [np.sort(i.y * data.shape[1] + i.x) for i in ours]
    assert sorted(map(tuple, mine)) == sorted(map(tuple, theirs))


@given(st.integers(0, 2**16))
@settings(max_examples=20, deadline=None)
def test_measures_are_those_of_their_pixels(seed) -> None:
    data = _field(seed)
    islands = find_islands(data, noise=1.0)
    assert [i.label for i in islands] == list(range(1, len(islands) + 1))
    assert all(a.peak_value >= b.peak_value >= 5.0 for a, b in itertools.pairwise(islands))
    for island in islands:
        values = data[island.y, island.x]
        assert len(island.x) == values.size >= 4
        assert island.peak_value == values.max() == data[island.peak[1], island.peak[0]]
        assert island.flux == pytest.approx(values.sum())
        assert island.centroid[0] == pytest.approx(np.average(island.x, weights=values))
        box = data[island.bounds]
        assert box.shape == (np.ptp(island.y) + 1, np.ptp(island.x) + 1)


@given(st.integers(0, 2**16), st.sampled_from([1, 2, 3]))
@settings(max_examples=15, deadline=None)
def test_turn_with_the_image(seed, quarters) -> None:
    data = _field(seed)
    flat = sorted((len(i.x), i.peak_value, i.touches_edge) for i in find_islands(data, noise=1.0))
    turned = find_islands(np.rot90(data, quarters), noise=1.0)
    assert sorted((len(i.x), i.peak_value, i.touches_edge) for i in turned) == flat


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_extent_is_the_largest_distance(points) -> None:
    x, y = np.array(points).T
    largest = np.hypot(x[:, None] - x, y[:, None] - y).max()
    assert largest * 0.999 <= extent(x, y) - 1 <= largest + 1e-9


def test_extent_of_nothing() -> None:
    assert extent(np.array([]), np.array([])) == 0.0


@pytest.mark.parametrize("at", [(0, 20), (20, 0), (39, 20), (20, 39)])
def test_knows_that_it_touches_the_edge(at) -> None:
    data = np.zeros((40, 40))
    data[max(at[0] - 2, 0) : at[0] + 3, max(at[1] - 2, 0) : at[1] + 3] = 10
    assert [i.touches_edge for i in find_islands(data, noise=1.0)] == [True]


def test_knows_that_it_touches_a_blank() -> None:
    data = np.zeros((40, 40))
    data[10:15, 10:15] = 10
    assert not find_islands(data, noise=1.0)[0].touches_edge
    data[15, 12] = np.nan
    assert find_islands(data, noise=1.0)[0].touches_edge


@pytest.mark.parametrize("value", [np.nan, 0.0, -5.0])
def test_an_empty_sky_has_none(value) -> None:
    assert find_islands(np.full((30, 30), value), noise=1.0) == []


def test_infinities_belong_to_none() -> None:
    data = np.zeros((40, 40))
    data[10:15, 10:15] = np.inf
    assert find_islands(data, noise=1.0) == []


def test_blocks_are_not_seen() -> None:
    """An island across the border of two blocks of rows is one."""
    data = np.zeros((1100, 30), dtype=">f4")
    data[500:530, 10:14] = 9
    assert [len(i.x) for i in find_islands(data, noise=1.0)] == [120]
