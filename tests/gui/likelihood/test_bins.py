"""Bins shared by several sets: round, robust, and nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.gui.likelihood.bins import FEWEST, MOST, shared_bins


@pytest.fixture
def own():
    return np.random.default_rng(1).normal(-300, 60, 20_000).astype(np.float32)


def test_counts_are_those_of_numpy_and_nothing_is_lost(own):
    other = np.random.default_rng(2).normal(-500, 90, 700)
    bins = shared_bins(own, [other])
    edges = bins.low + bins.width * np.arange(bins.count + 1)
    inner, _ = np.histogram(own, edges)
    counts = bins.counts(own)
    assert np.array_equal(counts[1:-1], inner)
    assert counts.sum() == len(own)
    assert counts[0] + counts[-1] < 0.002 * len(own) * 2
    assert bins.counts(other).sum() == 700
    assert FEWEST <= bins.count <= MOST + 1


def test_a_value_far_off_squeezes_nothing(own):
    spoilt = own.copy()
    spoilt[:5] = (-1e10, -3e38, -np.inf, np.inf, np.nan)
    plain, robust = shared_bins(own), shared_bins(spoilt, [np.full(50, -1e10)])
    assert robust.width == plain.width
    assert robust.low > -300 - 60 * 2.33 * 2 * 3.6
    counts = robust.counts(spoilt)
    assert counts.sum() == len(own) - 1  # NaN counts nowhere
    assert counts[0] >= 3
    assert robust.counts(np.full(50, -1e10))[0] == 50


def test_edges_are_round_numbers(own):
    bins = shared_bins(own)
    mantissa = bins.width / 10 ** np.floor(np.log10(bins.width))
    assert min(abs(mantissa - np.array([1, 2, 2.5, 5]))) < 1e-9
    assert abs(bins.low / bins.width - round(bins.low / bins.width)) < 1e-9


@pytest.mark.parametrize(
    "values", [[], [np.nan, np.inf], [3.0], [7.0] * 40, [0.0, 0.0], [1e-30, 2e-30], [-1e30, 1e30]]
)
def test_degenerate_sets_have_bins_too(values):
    bins = shared_bins(np.array(values, dtype=np.float64))
    assert bins.width > 0
    assert 1 <= bins.count <= MOST + 1
    assert bins.counts(np.array(values)).sum() == np.count_nonzero(~np.isnan(values))


def test_a_range_holds_the_rows_that_its_bins_count(own):
    own[7] = np.nan
    bins = shared_bins(own)
    counts = bins.counts(own)
    for first, last in ((0, 3), (5, 5), (bins.count, bins.count + 1), (0, bins.count + 1)):
        rows = bins.inside(own, first, last)
        assert len(rows) == counts[first : last + 1].sum()
        assert np.all(own[rows] >= bins.edge(first))
        assert np.all(own[rows] < bins.edge(last + 1))
