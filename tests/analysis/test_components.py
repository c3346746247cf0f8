"""Principal axes against a singular value decomposition, importance against planted answers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from radgalgui.analysis.components import (
    FEWEST,
    SETTLED,
    ImportanceForest,
    Spectrum,
    axes_holding,
    correlations,
)
from radgalgui.errors import UsageError


def planted(count=1500, width=12, *, noise=0.1, seed=0):
    """Return vectors and a number that is told by component 3 and, half as much, by 7."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, width)).astype(np.float32)
    values = 2.0 * vectors[:, 3] - vectors[:, 7] + noise * rng.normal(size=count)
    return vectors, 40.0 + 10.0 * values


# -- spectrum ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_shares_of_variance_are_those_of_a_singular_value_decomposition(dtype):
    rng = np.random.default_rng(1)
    vectors = (rng.normal(size=(300, 9)) @ rng.normal(size=(9, 9)) + 5).astype(dtype)
    told = Spectrum.of(vectors)
    exact = vectors.astype(np.float64)
    singular = np.linalg.svd(exact - exact.mean(axis=0), compute_uv=False)
    assert np.allclose(told.explained, singular**2 / (singular**2).sum())
    assert np.allclose(told.mean, exact.mean(axis=0))
    assert np.allclose(told.spread, exact.std(axis=0))
    assert told.sound.all()


def test_more_vectors_than_are_taken_at_a_time(monkeypatch):
    vectors, _ = planted(100)
    whole = Spectrum.of(vectors)
    monkeypatch.setattr("radgalgui.analysis.components._AT_ONCE", 7)
    parts = Spectrum.of(vectors)
    assert np.allclose(whole.explained, parts.explained)
    assert np.allclose(whole.mean, parts.mean)


def test_vectors_that_are_not_finite_are_left_out():
    vectors, _ = planted(50)
    hurt = vectors.copy()
    hurt[3, 0], hurt[11, 5], hurt[49] = np.nan, np.inf, -np.inf
    told = Spectrum.of(hurt)
    assert np.flatnonzero(~told.sound).tolist() == [3, 11, 49]
    assert np.allclose(told.explained, Spectrum.of(vectors[told.sound]).explained)


def test_axes_that_hold_a_share():
    shares = [0.5, 0.3, 0.15, 0.05]
    assert [axes_holding(shares, s) for s in (0.5, 0.51, 0.8, 0.9, 0.99, 1.0)] == [1, 2, 2, 3, 4, 4]
    assert axes_holding([0.0, 0.0], 0.9) == axes_holding([], 0.9) == 0


def test_vectors_that_are_all_the_same_have_no_axis():
    told = Spectrum.of(np.ones((5, 4), dtype=np.float16))
    assert told.explained.tolist() == [0, 0, 0, 0]
    assert axes_holding(told.explained, 0.9) == 0


@pytest.mark.parametrize(
    "vectors", [np.ones((1, 4)), np.empty((0, 4)), np.full((9, 4), np.nan), np.ones(4)]
)
def test_fewer_than_two_vectors_are_refused(vectors):
    with pytest.raises(UsageError):
        Spectrum.of(vectors)


def test_correlations_are_those_of_numpy_and_nan_where_nothing_varies():
    vectors, values = planted(200)
    vectors[:, 5] = 4.0
    told = correlations(vectors, values)
    assert np.isnan(told[5])
    for i in (0, 3, 7, 11):
        assert told[i] == pytest.approx(np.corrcoef(vectors[:, i], values)[0, 1], abs=1e-6)
    assert np.isnan(correlations(vectors, np.full(200, 3.0))).all()


# -- importance ----------------------------------------------------------------------------


def grown(vectors, values, trees=20, **options):
    forest = ImportanceForest(vectors, values, **options)
    for _ in range(trees):
        forest.step()
    return forest


def test_what_was_planted_is_important_and_the_rest_is_not():
    forest = grown(*planted())
    assert np.argsort(-forest.importance)[:2].tolist() == [3, 7]
    assert forest.importance.sum() == pytest.approx(1.0)
    assert forest.importance[[3, 7]].sum() > 0.9
    assert forest.score > 0.9
    assert (forest.error < 0.1).all()


def test_noise_is_not_believed():
    vectors, values = planted()
    forest = grown(vectors, np.random.default_rng(9).permutation(values))
    assert forest.score < 0.05
    assert forest.importance.sum() == pytest.approx(1.0)


def test_it_agrees_with_a_forest_that_sees_all_sources_at_once():
    vectors, values = planted(800, noise=1.0)
    whole = RandomForestRegressor(60, random_state=1, oob_score=True).fit(vectors, values)
    forest = grown(vectors, values, 60)
    assert np.abs(forest.importance - whole.feature_importances_).max() < 0.02
    assert forest.score == pytest.approx(whole.oob_score_, abs=0.02)


def test_the_score_is_of_trees_that_had_not_seen_the_source():
    """A forest knows its own sources by heart; their values are noise here."""
    rng = np.random.default_rng(2)
    vectors, noise = rng.normal(size=(400, 6)), rng.normal(size=400)
    forest = grown(vectors, noise, 30)
    assert forest._forest.score(vectors, noise) > 0.5
    assert forest.score < 0.1


def test_a_batch_is_a_thousand_sources_and_a_pass_shows_each_once(monkeypatch):
    vectors, values = planted(3000, width=8)
    forest = ImportanceForest(vectors, values)
    batches, deal = [], forest._next_batch
    monkeypatch.setattr(forest, "_next_batch", lambda: batches.append(deal()) or batches[-1])
    for _ in range(6):
        forest.step()
    assert [len(batch) for batch in batches] == [1000] * 6
    for part in (batches[:3], batches[3:]):
        assert sorted(np.concatenate(part)) == list(range(3000))
    assert not np.array_equal(batches[0], batches[3])
    assert (forest.trees, forest.passes) == (6, 2)


def test_it_settles_when_a_round_changes_little_and_says_how_much():
    forest = ImportanceForest(*planted())
    while not forest.finished:
        assert not forest.settled
        forest.step()
    assert forest.settled
    assert forest.change < SETTLED
    assert forest.trees < forest.most_trees
    assert forest.trees % 20 == 0


def test_it_ends_where_the_importance_never_settles(monkeypatch):
    monkeypatch.setattr("radgalgui.analysis.components.SETTLED", 0.0)
    monkeypatch.setattr("radgalgui.analysis.components._MOST_ROUNDS", 2)
    forest = ImportanceForest(*planted(60))
    while not forest.finished:
        forest.step()
    assert forest.trees == forest.most_trees == 40
    assert not forest.settled
    assert 0 < forest.change < 1


def test_the_same_seed_grows_the_same_forest():
    first, again = grown(*planted(300), 5, seed=4), grown(*planted(300), 5, seed=4)
    other = grown(*planted(300), 5, seed=5)
    assert np.array_equal(first.importance, again.importance)
    assert first.score == again.score
    assert not np.array_equal(first.importance, other.importance)


def test_before_the_first_tree_nothing_is_known():
    forest = ImportanceForest(*planted(FEWEST))
    assert np.isnan(forest.importance).all()
    assert np.isnan(forest.error).all()
    assert np.isnan(forest.score)
    assert not forest.finished


@pytest.mark.parametrize("factor", [2.0**-900, 2.0**-20, 2.0**900])
def test_units_do_not_matter(factor):  # powers of two, so that rounding chooses no other splits
    vectors, values = planted(100)
    told, scaled = grown(vectors, values, 3), grown(vectors, values * factor, 3)
    assert np.allclose(told.importance, scaled.importance)
    assert scaled.score == pytest.approx(told.score)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full(60, 7.0), "all values are the same"),
        (np.r_[np.nan, np.arange(59.0)], "finite"),
        (np.arange(59.0), "do not fit"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(values, words):
    with pytest.raises(UsageError, match=words):
        ImportanceForest(planted(60)[0], values)


def test_too_few_sources_are_refused():
    with pytest.raises(UsageError, match=f"{FEWEST} sources with a value, and there are 2"):
        ImportanceForest(*planted(2))
