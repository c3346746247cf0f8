"""How far two samples lie apart, and where one lies to the other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import energy_distance, ks_2samp

from radgalgui.analysis.support import outside, support
from radgalgui.analysis.two_samples import (
    energy_of_numbers,
    energy_of_vectors,
    kolmogorov_smirnov,
)
from radgalgui.errors import UsageError

RNG = np.random.default_rng(11)
A, SAME, MOVED = RNG.normal(size=900), RNG.normal(size=400), RNG.normal(0.5, 1, 400)
VECTORS = RNG.normal(size=(700, 6))


@pytest.mark.parametrize("measure", [kolmogorov_smirnov, energy_of_numbers])
def test_distances_of_numbers_tell_what_is_moved_from_what_is_the_same(measure) -> None:
    moved, same = measure(A, MOVED), measure(A, SAME)
    assert moved.p_value < 0.01 < same.p_value
    assert same.value <= 1.2 * same.by_chance < moved.low <= moved.value <= moved.high
    assert 0 < moved.share < 1
    assert measure(A, A).value == 0
    assert measure(A, A + 1e3).share > 0.9


def test_numbers_are_as_far_apart_as_scipy_says() -> None:
    ties = np.round(MOVED, 1)
    for other in (MOVED, ties):
        assert kolmogorov_smirnov(A, other).value == pytest.approx(ks_2samp(A, other).statistic)
        assert energy_of_numbers(A, other).value == pytest.approx(energy_distance(A, other))


def test_one_source_far_off_is_not_all_that_the_energy_tells() -> None:
    far = np.append(SAME, -1e10)
    assert energy_of_numbers(A, far).value < 1.2 * energy_of_numbers(A, far).by_chance
    assert kolmogorov_smirnov(A, far).p_value > 0.01


def test_energies_of_vectors_are_those_of_the_definition() -> None:
    other = RNG.normal(0.4, 1, (300, 6))
    told = energy_of_vectors(VECTORS, other)
    n, m = len(VECTORS), len(other)
    square = 2 * cdist(VECTORS, other).mean()
    square -= cdist(VECTORS, VECTORS).sum() / (n * (n - 1)) + cdist(other, other).sum() / (
        m * (m - 1)
    )
    assert told.value == pytest.approx(np.sqrt(square))
    assert told.share == pytest.approx(square / (2 * cdist(VECTORS, other).mean()))
    assert told.p_value < 0.01
    assert told.by_chance < told.low < told.value < told.high


def test_energies_of_vectors_of_the_same_sources_are_as_chance_makes_them() -> None:
    told = [energy_of_vectors(VECTORS[:350], VECTORS[350:], seed=seed) for seed in range(2)]
    assert all(each.value <= 1.2 * each.by_chance and each.p_value > 0.01 for each in told)
    assert told[0].value == told[1].value  # of so few all are looked at


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(UsageError, match="do not compare"):
        energy_of_vectors(VECTORS, VECTORS[:, :3])
    with pytest.raises(UsageError, match="do not compare"):
        energy_of_vectors(VECTORS, VECTORS[:1])
    for measure in (kolmogorov_smirnov, energy_of_numbers, outside):
        with pytest.raises(UsageError, match="no numbers"):
            measure(A, np.full(3, np.nan))
    with pytest.raises(UsageError, match="no sources"):
        support(np.zeros((5, 1)), np.zeros((0, 1)))


def test_what_is_outside_is_told_by_tail() -> None:
    own = np.linspace(0, 1000, 10_001)
    told = outside(own, np.array([-1e30, 0.2, 500, 999.9, 1e4, np.nan]))
    assert told.limits == pytest.approx((0.5, 999.5))
    assert (told.below, told.above, told.share) == pytest.approx((0.4, 0.4, 0.8))
    assert told.low < 0.8 < told.high
    assert outside(own, own).share == pytest.approx(0.001, abs=2e-4)


def test_a_single_source_has_no_range_to_be_outside_of() -> None:
    for seed in range(5):
        told = outside([1.0], [0.0, 1.0, 2.0, 3.0], seed=seed)
        assert (told.below, told.above, told.limits) == (0.25, 0.5, (1.0, 1.0))


def test_the_interval_of_what_is_outside_holds_the_truth() -> None:
    """Twenty times 20,000 of one normal distribution and 1,000 of a wider one."""
    from scipy.stats import norm

    truth = 2 * norm.sf(norm.isf(0.0005) / 1.3)
    rng, held = np.random.default_rng(5), 0
    for number in range(20):
        told = outside(rng.normal(size=20_000), rng.normal(0, 1.3, 1000), seed=number)
        held += told.low <= truth <= told.high
    assert held >= 17


@pytest.mark.parametrize(
    ("low", "verdict"),
    [(0, "inside"), (5, "mostly inside"), (30, "partly outside"), (70, "outside")],
)
def test_support_is_measured_by_what_the_own_sources_reach(low, verdict) -> None:
    """Of B as many per cent as ``low`` lie where nothing of A does; the rest as A itself."""
    own = np.column_stack([RNG.permutation(2000) / 20, RNG.permutation(2000) / 20])
    others = own.copy()
    others[: 20 * low, 1] = 0.0
    told = support(own, others)
    assert told.verdict == verdict
    assert told.own == pytest.approx(0.98, abs=0.005)
    assert told.share == pytest.approx(told.own * (1 - low / 100), abs=0.01)
    assert told.low < told.share < told.high


def test_a_method_without_a_say_takes_nobody_out_of_the_support() -> None:
    own = np.column_stack([np.linspace(0.05, 99.95, 1000), np.full(1000, np.nan)])
    told = support(own, own)
    assert (told.share, told.own, told.verdict) == (0.99, 0.99, "inside")
