"""Percentiles among a reference's own, opinions joined, and how far methods agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from radgalgui.analysis.combine import Combination, agreement, agreement_words, combined
from radgalgui.analysis.percentiles import Reference
from radgalgui.errors import UsageError

NUMBERS = some.one_of(
    some.integers(-3, 3).map(float), some.just(np.nan), some.just(-np.inf), some.just(-1e30)
)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (9, 2), elements=NUMBERS), arrays(np.float32, (5, 2), elements=NUMBERS))
def test_percentiles_are_counted(own, asked) -> None:
    told = Reference(own).percentile(asked)
    for (row, column), score in np.ndenumerate(asked):
        known = [each for each in own[:, column] if not np.isnan(each)]
        if np.isnan(score) or not known:
            assert np.isnan(told[row, column])
            continue
        lower = sum(each < score for each in known) + sum(each == score for each in known) / 2
        assert told[row, column] == pytest.approx(100 * lower / len(known))


def test_a_source_asked_about_again_stands_level_with_itself() -> None:
    own = np.random.default_rng(0).normal(500, 1e-5, (50, 1))  # equal and unequal in float32
    reference = Reference(own.astype(np.float32))
    assert np.array_equal(reference.percentile(own), reference.percentile(own.astype(np.float32)))
    assert reference.counts == (50,)
    assert reference.percentile(own[:0]).shape == (0, 1)


def test_other_methods_are_refused() -> None:
    with pytest.raises(UsageError, match="2 methods"):
        Reference(np.zeros((5, 1))).percentile(np.zeros((5, 2)))
    with pytest.raises(UsageError, match="shape"):
        Reference(np.zeros(5))
    with pytest.raises(UsageError, match="3 methods"):
        Combination(np.zeros((5, 3))).percentile(np.zeros((5, 2)))


def own_percentiles(count: int = 400, *, methods: int = 4) -> np.ndarray:
    rng = np.random.default_rng(1)
    shared = rng.normal(size=(count, 1))
    return Reference(s := shared + rng.normal(size=(count, methods))).percentile(s)


def test_joined_it_is_a_percentile_too() -> None:
    together = Combination(own_percentiles())
    assert together.own.mean() == pytest.approx(50.0)
    assert np.histogram(together.own, bins=10, range=(0, 100))[0].tolist() == [40] * 10


def test_one_method_that_is_sure_is_heard_beside_others_that_see_nothing() -> None:
    together = Combination(own_percentiles())
    sure, unsure, usual = together.percentile(
        np.array([[0.0, 50, 50, 50], [30, 30, 30, 30], [60, 60, 60, 60]])
    )
    assert sure < 2 < unsure < usual
    assert together.percentile(np.zeros((1, 4)))[0] == 0


def test_a_lower_percentile_by_any_method_is_never_more_usual() -> None:
    together, table = Combination(own_percentiles()), np.full((101, 4), 40.0)
    for method in range(4):
        lowered = table.copy()
        lowered[:, method] = np.linspace(0, 100, 101)
        assert (np.diff(together.percentile(lowered)) >= 0).all()


def test_methods_without_a_say_are_left_out_of_both_sides() -> None:
    own = own_percentiles()
    together = Combination(own)
    silent = own.copy()
    silent[:, 2] = np.nan
    assert np.array_equal(together.percentile(silent), Combination(own[:, [0, 1, 3]]).own)
    assert np.array_equal(Combination(silent).percentile(own), Combination(silent).own)
    assert np.isnan(together.percentile(np.full((2, 4), np.nan))).all()
    alone = np.full((3, 4), np.nan)
    alone[:, 1] = [0.0, 37.125, 100.0]
    assert together.percentile(alone) == pytest.approx([0.0, 37.125, 100.0])


def test_a_method_that_knows_no_own_source_has_no_say_of_others() -> None:
    own = own_percentiles()
    own[:, 3] = np.nan
    scores = np.random.default_rng(2).normal(size=(20, 4))
    reference = Reference(np.where(np.isnan(own), np.nan, own))
    told = Combination(own).percentile(reference.percentile(scores))
    assert np.isfinite(told).all()


def test_the_statistic_is_the_harmonic_mean() -> None:
    told = combined(np.array([[10.0, 40.0, np.nan], [0.0, 100.0, 100.0]]), floor=0.1)
    assert told[0] == pytest.approx(np.log(2 / (10 + 2.5)))
    assert told[1] == pytest.approx(np.log(3 / (1000 + 2)))


def test_rank_agreement_is_spearmans() -> None:
    scores = own_percentiles(60).round(-1)  # with many that are equal
    scores[:7, 1] = np.nan
    told = agreement(scores)
    for one, other in ((0, 1), (0, 2), (3, 1)):
        both = ~np.isnan(scores[:, [one, other]]).any(axis=1)
        wanted = spearmanr(scores[both, one], scores[both, other]).statistic
        assert told[one, other] == told[other, one] == pytest.approx(wanted)
    assert told.diagonal() == pytest.approx(1.0)
    scores[:, 0], scores[:, 1] = 5.0, np.nan
    assert np.isnan(agreement(scores)[0]).all()
    assert np.isnan(agreement(scores)[1]).all()


def test_of_many_sources_some_tell_the_agreement() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(30_000, 1)) + rng.normal(size=(30_000, 2))
    assert agreement(scores)[0, 1] == pytest.approx(0.483, abs=0.03)  # 6/pi asin(rho/2), rho 1/2


def test_agreement_is_told_in_words() -> None:
    names = ["Flow", "Forest", "Factor"]
    table = np.array([[1, 0.9, 0.1], [0.9, 1, 0.3], [0.1, 0.3, 1]])
    degree, extremes = agreement_words(table, names)
    assert "agree in part" in degree
    assert "0.30" in degree
    assert extremes == "Flow and Forest agree most (0.90), Flow and Factor least (0.10)."
    assert len(agreement_words(table[:2, :2], names[:2])) == 1
    assert "nothing can be said" in agreement_words(np.full((3, 3), np.nan), names)[0]
