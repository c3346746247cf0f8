"""Coverage: what is usual, what is new, and how sure the share is."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis.coverage import LEAST, LEVEL, Familiarity, coverage
from radgalgui.analysis.neighbours import ExactIndex, HnswIndex
from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import CancelToken

SPOTS = np.eye(12)[:3] * 4


def galaxies(n: int, seed: int, spots: np.ndarray = SPOTS) -> np.ndarray:
    """Return vectors in clusters: the first tight, as compact sources are, the others wide."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, len(spots), n)
    width = np.where(which == 0, 0.05, 0.8)[:, None]
    return (spots[which] + width * rng.standard_normal((n, 12))).astype(np.float32)


@pytest.fixture(scope="module")
def reference() -> np.ndarray:
    return galaxies(1500, 1)


@pytest.fixture(scope="module")
def familiar(reference) -> Familiarity:
    made = Familiarity(ExactIndex(reference), reference)
    made.prepare()
    return made


def measures(judged) -> np.ndarray:
    return np.column_stack([judged.distance, judged.relative])


def test_own_distances_are_those_of_a_slow_reference(reference, familiar):
    units = reference / np.linalg.norm(reference, axis=1, keepdims=True)
    apart = 1 - units @ units.T
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1)[:, :20]
    distance = np.take_along_axis(apart, near, 1).mean(axis=1)
    relative = distance / distance[near].mean(axis=1)
    np.testing.assert_allclose(familiar.usual[:, 0], distance, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(familiar.usual[:, 1], relative, rtol=0.02)


def test_the_same_population_is_covered_and_the_interval_says_so(familiar):
    told = coverage(familiar.usual, measures(familiar.judge(galaxies(800, 2))))
    assert told.share > 0.96
    assert told.low <= told.share <= told.high
    assert told.low - 0.01 < told.own < told.high + 0.02
    assert 0.975 < told.own <= LEVEL / 100


def test_another_population_is_new(familiar):
    judged = familiar.judge(galaxies(200, 3, np.eye(12)[6:8] * 4))
    assert judged.novelty.min() > LEVEL
    told = coverage(familiar.usual, measures(judged))
    assert told.share == 0
    assert told.low == 0
    assert told.high < 0.02


def test_what_lies_beside_a_dense_region_is_new_though_it_is_nearer_than_many_are(familiar):
    rng = np.random.default_rng(4)
    beside = SPOTS[0] + 0.35 * rng.standard_normal((100, 12)).astype(np.float32)
    judged = familiar.judge(beside)
    assert (judged.distance < np.quantile(familiar.usual[:, 0], 0.9)).all()
    assert judged.familiar.mean() < 0.05


def test_familiar_is_what_both_limits_hold(familiar):
    judged = familiar.judge(galaxies(500, 5))
    limits = np.sort(familiar.usual, axis=0)[int(np.ceil(0.99 * len(familiar.usual))) - 1]
    np.testing.assert_array_equal(judged.familiar, (measures(judged) <= limits).all(axis=1))


def test_few_sources_that_are_all_familiar_prove_little(familiar):
    few = measures(familiar.judge(galaxies(40, 6)))
    kept = few[(few < np.median(few, axis=0)).all(axis=1)][:5]
    told = coverage(familiar.usual, kept)
    assert told.share == told.high == 1
    assert 0.4 < told.low < 0.9


def test_an_approximate_index_and_a_part_of_the_sources_tell_much_the_same(reference, familiar):
    approximate = Familiarity(HnswIndex.build(reference), reference)
    approximate.prepare()
    others = galaxies(300, 7)
    np.testing.assert_allclose(
        approximate.judge(others).novelty, familiar.judge(others).novelty, atol=1.0
    )


def test_twins_make_nothing_undefined():
    vectors = np.repeat(galaxies(30, 8), 40, axis=0)
    made = Familiarity(ExactIndex(vectors), vectors)
    made.prepare()
    assert np.isfinite(made.usual).all()
    assert made.judge(vectors[::40]).familiar.all()


def test_it_goes_in_steps_and_can_be_stopped(reference):
    made = Familiarity(ExactIndex(reference), reference)
    with pytest.raises(UsageError, match="not been looked at"):
        made.judge(reference[:2])
    assert made.step()
    assert not made.ready
    while made.step():
        pass
    assert made.ready
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        Familiarity(ExactIndex(reference), reference).prepare(cancel=token)


def test_a_handful_of_sources_is_no_reference(reference, familiar):
    few = reference[: LEAST - 1]
    with pytest.raises(UsageError, match="too few to know what is usual"):
        Familiarity(ExactIndex(few), few)
    with pytest.raises(UsageError, match="no sources"):
        coverage(familiar.usual, np.empty((0, 2)))
