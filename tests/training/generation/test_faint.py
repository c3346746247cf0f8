"""What is kept of faint emission, on pixels that are known."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui_training.generation.faint import (
    Bin,
    FaintPixels,
    lost_beyond,
    measure_recovery,
)


def _source(size: float, shares: list[float], distances: list[float]) -> FaintPixels:
    brightness = np.full(len(shares), 4.0)
    return FaintPixels(brightness, np.asarray(distances), brightness * shares, size)


def test_flux_is_kept_pixel_by_pixel_and_never_more_than_there_was() -> None:
    sources = [_source(20.0, [3.0, 0.0], [5.0, 25.0])] * 4
    found = measure_recovery(sources, bootstrap_weights(4, draws=50))
    assert found.kept == pytest.approx(0.5)  # the first pixel's surplus is not counted
    near, far = found.by_distance
    assert (near.low, near.high, near.kept) == (0.0, 10.0, 1.0)
    assert (far.low, far.high, far.kept) == (20.0, 30.0, 0.0)
    assert [each.sources for each in found.by_size] == [4]
    assert found.interval == pytest.approx((0.5, 0.5))


def test_negative_flux_counts_as_none() -> None:
    sources = [_source(20.0, [-1.0, 1.0], [5.0, 5.0])] * 3
    assert measure_recovery(sources, bootstrap_weights(3, draws=9)).kept == pytest.approx(0.5)


def test_sources_are_weighted_by_their_flux() -> None:
    bright = FaintPixels(np.full(6, 6.0), np.zeros(6), np.zeros(6), 50.0)
    dim = FaintPixels(np.full(2, 3.0), np.zeros(2), np.full(2, 3.0), 50.0)
    found = measure_recovery([bright, dim, dim], bootstrap_weights(3, draws=200))
    assert found.kept == pytest.approx(12 / 48)
    assert found.interval[0] < found.kept < found.interval[1]
    assert [round(each.kept, 3) for each in found.by_brightness] == []  # two sources are too few


def test_where_half_is_lost_is_found_on_a_straight_line() -> None:
    def bins(*kept: float) -> list[Bin]:
        return [
            Bin(10.0 * k, 10.0 * k + 10, 10.0 * k + 5, 9, share, (0, 1))
            for k, share in enumerate(kept)
        ]

    assert lost_beyond(bins(0.9, 0.7, 0.3)) == pytest.approx(20.0)
    assert lost_beyond(bins(0.4, 0.9)) == 0
    assert lost_beyond(bins(0.9, 0.8)) is None
    assert lost_beyond([]) is None


def test_nothing_faint_is_no_number() -> None:
    empty = FaintPixels(np.zeros(0), np.zeros(0), np.zeros(0), 30.0)
    found = measure_recovery([empty, empty], bootstrap_weights(2, draws=5))
    assert np.isnan(found.kept)
    assert found.by_size == ()
