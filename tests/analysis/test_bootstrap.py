"""Scores of all samples at once are those of the drawn sources, one sample after another."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from radgalgui.analysis.bootstrap import (
    bootstrap_weights,
    percentile_intervals,
    weighted_scores,
)
from radgalgui.analysis.scores import score
from radgalgui.errors import UsageError


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("ties", [False, True])
def test_weights_score_as_the_drawn_sources_do(classes: int, ties: bool) -> None:
    rng = np.random.default_rng(classes)
    truth = rng.integers(0, classes, 50)
    chances = rng.dirichlet(np.ones(classes), 50)
    chances[np.arange(50), truth] += 0.3
    chances /= chances.sum(axis=1, keepdims=True)
    if ties:
        chances[:, 0] = np.round(chances[:, 0], 1)
        chances[:, -1] = 1 - chances[:, :-1].sum(axis=1)
    weights = bootstrap_weights(50, draws=20, seed=1)
    measured = weighted_scores(truth, chances, weights, positive=1)
    for row, weight in zip(measured, weights.astype(int), strict=True):
        drawn = np.repeat(np.arange(50), weight)
        expected = astuple(score(truth[drawn], chances[drawn], positive=1))
        np.testing.assert_allclose(row, expected, atol=1e-12)


def test_a_sample_without_a_class_has_no_score_of_it() -> None:
    weights = np.asarray([[1.0, 1.0, 0.0], [0.0, 0.0, 3.0]])
    chances = np.asarray([[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]])
    first, second = weighted_scores([0, 0, 1], chances, weights, positive=1)
    assert np.isnan(first[[1, 3]]).all()  # no positive source: neither AUC nor recall
    assert first[2] == 0.5
    assert np.isnan(second[[1, 2]]).all()
    assert (second[0], second[3]) == (1, 1)


def test_groups_are_drawn_together() -> None:
    groups = np.asarray(["a", "b", "a", "c", "b", "a"])
    weights = bootstrap_weights(6, draws=40, seed=0, groups=groups)
    for name in "abc":
        of_group = weights[:, groups == name]
        assert (of_group == of_group[:, :1]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert len(np.unique(weights, axis=0)) > 5
    alone = bootstrap_weights(6, draws=40, seed=0)
    assert (alone.sum(axis=1) == 6).all()
    np.testing.assert_array_equal(alone, bootstrap_weights(6, draws=40, seed=0))


def test_intervals_are_as_wide_as_the_standard_error_says() -> None:
    values = np.random.default_rng(0).normal(size=400)
    means = bootstrap_weights(400, seed=3) @ values / 400
    measured = percentile_intervals(np.stack([means, np.full(1000, 7.0)], axis=1))
    error = values.std() / np.sqrt(len(values))
    expected = values.mean() + 1.96 * error * np.asarray([-1, 1])
    np.testing.assert_allclose(measured[0], expected, atol=0.15 * error)
    assert measured[1].tolist() == [7, 7]


def test_intervals_leave_nan_out() -> None:
    measured = percentile_intervals(np.asarray([[1.0, np.nan], [np.nan, np.nan], [2.0, np.nan]]))
    assert 1 <= measured[0, 0] <= measured[0, 1] <= 2
    assert np.isnan(measured[1]).all()


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="0 sources"):
        bootstrap_weights(0)
    with pytest.raises(UsageError, match="no intervals"):
        bootstrap_weights(3, groups=["a", "b"])
    with pytest.raises(UsageError, match="do not fit"):
        weighted_scores([0, 1], [[1.0, 0.0]] * 2, np.ones((1, 3)), positive=1)
    with pytest.raises(UsageError, match="no level"):
        percentile_intervals(np.ones((2, 1)), level=1)
