"""Conformal sets hold the true class as often as asked for, whatever the probabilities are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from radgalgui.analysis.conformal import ConformalSets, agreement, check_level, coverage
from radgalgui.analysis.held_out import HeldOut, stratified_folds
from radgalgui.errors import UsageError


def sources(count: int, classes: int, *, seed: int, sharpness: float = 1.0) -> tuple:
    """Draw classes, uneven in number, and probabilities that know something of them.

    At sharpness 1 they are the true ones; above, too sure of themselves; below, too timid.
    """
    rng = np.random.default_rng(seed)
    shares = np.arange(1, classes + 1) / np.arange(1, classes + 1).sum()
    truth = rng.choice(classes, count, p=shares)
    evidence = 1.5 * np.eye(classes)[truth] + rng.normal(size=(count, classes))
    logits = sharpness * (1.5 * evidence + np.log(shares))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return truth, powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("sharpness", [1.0, 4.0, 0.05], ids=["true", "too-sure", "timid"])
@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("level", [0.7, 0.9])
def test_new_sources_of_every_class_are_covered_as_asked(
    sharpness: float, classes: int, level: float
) -> None:
    calibration = sources(3000, classes, seed=1, sharpness=sharpness)
    truth, chances = sources(20_000, classes, seed=2, sharpness=sharpness)
    inside = ConformalSets(*calibration).members(chances, level=level)
    held = inside[np.arange(len(truth)), truth]
    assert abs(held.mean() - level) < 0.03
    for k in range(classes):
        assert abs(held[truth == k].mean() - level) < 0.05  # a tenth of 3000 calibrate the rarest


@pytest.mark.parametrize("level", [0.6, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("sharpness", [1.0, 4.0])
def test_coverage_by_cross_validation_is_what_is_asked(level: float, sharpness: float) -> None:
    truth, chances = sources(729, 2, seed=3, sharpness=sharpness)
    told = coverage(truth, chances, level=level)
    assert abs(told.overall - level) < 0.03
    assert all(abs(share - level) < 0.03 for share in told.by_class)
    assert 0 < told.size <= 2


def test_cross_validated_coverage_foretells_that_of_new_sources() -> None:
    calibration = sources(800, 3, seed=5)
    truth, chances = sources(20_000, 3, seed=6)
    told = coverage(*calibration, level=0.9)
    inside = ConformalSets(*calibration).members(chances, level=0.9)
    assert told.overall == pytest.approx(inside[np.arange(len(truth)), truth].mean(), abs=0.03)
    assert told.size == pytest.approx(inside.sum(axis=1).mean(), rel=0.1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.floats(0.01, 0.99), min_size=2, max_size=6))
def test_sets_grow_with_the_level(seed: int, levels: list[float]) -> None:
    calibration, (_, chances) = sources(60, 3, seed=seed), sources(20, 3, seed=seed + 1)
    sets = ConformalSets(*calibration)
    inside = [sets.members(chances, level=level) for level in sorted(levels)]
    assert all((small <= large).all() for small, large in pairwise(inside))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_p_values_are_those_counted_one_by_one(seed: int) -> None:
    truth, chances = sources(40, 3, seed=seed)
    new = sources(5, 3, seed=seed + 1)[1]
    chances, new = chances.round(1), new.round(1)  # many ties
    told = ConformalSets(truth, chances).p_values(new)
    for row, probabilities in enumerate(new):
        for k in range(3):
            own = [c[k] for c, t in zip(chances, truth, strict=True) if t == k]
            conform_no_better = sum(c <= probabilities[k] for c in own)
            assert told[row, k] == pytest.approx((1 + conform_no_better) / (1 + len(own)))


def test_ties_make_sets_larger_never_too_small() -> None:
    """Twenty neighbours vote: 21 probabilities, most sources at the end."""
    calibration, new = sources(1500, 2, seed=1, sharpness=4), sources(5000, 2, seed=2, sharpness=4)
    sets = ConformalSets(calibration[0], (20 * calibration[1]).round() / 20)
    for level in (0.5, 0.9):
        inside = sets.members((20 * new[1]).round() / 20, level=level)
        assert inside[np.arange(5000), new[0]].mean() > level - 0.01


def test_a_tie_stays_a_tie_however_the_votes_were_added_up() -> None:
    votes = np.asarray([[0.1 + 0.2, 0.7], [0.7, 0.3]] * 10)  # 0.1 + 0.2 is more than 0.3
    p_values = ConformalSets(np.tile([1, 0], 10), votes).p_values([[0.3, 0.7], [0.7, 0.1 + 0.2]])
    np.testing.assert_allclose(p_values, [[1 / 11, 1], [1, 1 / 11]])


def test_sets_may_be_empty_or_hold_all_classes() -> None:
    sure = np.asarray([[0.99, 0.01], [0.01, 0.99]] * 50)
    sets = ConformalSets(np.tile([0, 1], 50), sure)
    assert not sets.members([[0.5, 0.5]], level=0.5).any()  # like nothing that was seen
    assert sets.members([[0.5, 0.5]], level=0.995).all()  # 50 sources cannot rule it out
    assert sets.members([[0.99, 0.01]], level=0.9).tolist() == [[True, False]]


def test_a_class_with_few_sources_is_never_ruled_out() -> None:
    """Below level / (1 - level) sources no p-value falls to 1 - level."""
    truth = np.asarray([0] * 100 + [1] * 8)
    chances = np.column_stack([1 - truth * 0.9, truth * 0.9])
    new = [[1.0, 0.0]]
    assert ConformalSets(truth, chances).members(new, level=0.9)[0, 1]
    assert not ConformalSets(truth, chances).members(new, level=0.85)[0, 1]
    nobody = ConformalSets(np.zeros(5, dtype=int), chances[:5]).p_values(new)
    assert nobody[0, 1] == 1  # no source of that class at all


def test_the_level_is_met_where_floating_point_would_miss_it() -> None:
    """With 9 sources the smallest p-value is 0.1, and 1 - 0.9 is 0.09999999999999998."""
    chances = np.column_stack([np.linspace(0.5, 0.9, 9), np.linspace(0.5, 0.1, 9)])
    sets = ConformalSets(np.zeros(9, dtype=int), chances)
    assert not sets.members([[0.0, 1.0]], level=0.9)[0, 0]


@pytest.mark.parametrize("level", [0, 1, -0.5, 1.5, 90, float("nan"), float("inf")])
def test_a_level_out_of_range_is_refused(level: float) -> None:
    truth, chances = sources(30, 2, seed=0)
    for refuse in (
        lambda: check_level(level),
        lambda: ConformalSets(truth, chances).members(chances, level=level),
        lambda: coverage(truth, chances, level=level),
    ):
        with pytest.raises(UsageError, match="level of confidence; give one between 0 and 1"):
            refuse()


@pytest.mark.parametrize(
    ("truth", "chances"),
    [
        ([0, 1], [[0.5, 0.5]]),
        ([0, 2], [[0.5, 0.5]] * 2),
        ([0, 1], [[0.5, np.nan]] * 2),
        ([], np.empty((0, 2))),
        ([0, 1], [0.5, 0.5]),
    ],
)
def test_what_does_not_fit_is_refused(truth: list[int], chances: object) -> None:
    with pytest.raises(UsageError):
        ConformalSets(truth, chances)


def test_probabilities_of_other_classes_are_refused() -> None:
    with pytest.raises(UsageError, match="3 probabilities do not fit 2 classes"):
        ConformalSets(*sources(30, 2, seed=0)).p_values([[0.2, 0.3, 0.5]])


def test_agreement_counts_votes_for_the_class_of_the_mean() -> None:
    votes, mean = agreement([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]])
    assert votes == 2
    np.testing.assert_allclose(mean, [0.6, 0.4])
    assert agreement([[0.1, 0.9]])[0] == 1
    # One that is very sure outweighs two that are not.
    assert agreement([[0.45, 0.55], [0.45, 0.55], [1.0, 0.0]])[0] == 1
    for nonsense in ([], [[np.nan, 0.5]], [0.5, 0.5]):
        with pytest.raises(UsageError):
            agreement(nonsense)


def vectors_of(truth: NDArray[np.int64], *, seed: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(size=(len(truth), 6))
    return (2 * np.eye(6)[truth] + noise).astype(np.float32)


def test_folds_share_classes_out_and_hold_each_source_once() -> None:
    labels = np.repeat(["a", "b", "c"], [40, 23, 4])
    folds = stratified_folds(labels, folds=5, seed=2)
    assert folds.max() + 1 == 4  # as many as the rarest class has
    for name in "abc":
        counts = np.bincount(folds[labels == name], minlength=4)
        assert counts.max() - counts.min() <= 1
    np.testing.assert_array_equal(folds, stratified_folds(labels, folds=5, seed=2))
    for few in (["a"] * 5, ["a"] * 5 + ["b"] * 2):
        with pytest.raises(UsageError):
            stratified_folds(few)


def test_held_out_probabilities_are_by_a_fit_on_the_other_folds() -> None:
    from radgalgui.analysis.classifiers import fit_classifier

    truth = np.arange(40) % 2
    vectors, labels = vectors_of(truth, seed=0), np.asarray(["FRI", "FRII"])[truth]
    held_out = HeldOut("lr", vectors, labels, folds=4, seed=1)
    assert held_out.left == 4
    held_out.step()
    assert held_out.left == 3
    found = held_out.run()
    folds = stratified_folds(labels, folds=4, seed=1)
    for fold in range(4):
        fitted = fit_classifier("lr", vectors[folds != fold], labels[folds != fold])
        np.testing.assert_allclose(
            found[folds == fold], fitted.probabilities(vectors[folds == fold])
        )


def test_a_source_does_not_speak_for_itself() -> None:
    """Labels without meaning: who knows them is always right, who does not is half of the time."""
    truth = np.random.default_rng(0).permutation(np.arange(120) % 2)
    vectors = vectors_of(np.zeros(120, dtype=int), seed=1)
    found = HeldOut("ext", vectors, truth).run()
    assert 0.3 < (found.argmax(axis=1) == truth).mean() < 0.7
