"""Second opinions: as scikit-learn has them, whatever is asked, and kept without a pickle."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from radgalgui.analysis.forest import Forest
from radgalgui.analysis.opinions import NAMES, Opinions, reconstruction_score
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.progress import CancelToken

RNG = np.random.default_rng(7)
OWN = (RNG.normal(size=(300, 12)) * np.geomspace(3, 0.3, 12) + 1.0).astype(np.float16)
OTHERS = RNG.normal(size=(40, 12)) * np.geomspace(3, 0.3, 12) + 1.0
FOREST, FACTOR, DISTANCE = range(len(NAMES))


@pytest.fixture(scope="module")
def fitted() -> tuple[Opinions, np.ndarray]:
    return Opinions.fit(OWN, seed=3)


def whitened(vectors: np.ndarray) -> np.ndarray:
    """Return vectors along the principal axes of the own ones, by another decomposition."""
    own = OWN.astype(np.float64)
    _, values, axes = np.linalg.svd(own - own.mean(axis=0), full_matrices=False)
    return (vectors - own.mean(axis=0)) @ axes.T / values * np.sqrt(len(own))


def test_local_outlier_factors_are_those_of_scikit_learn(fitted) -> None:
    opinions, own = fitted
    factor = LocalOutlierFactor(n_neighbors=20, novelty=True).fit(whitened(OWN))
    assert own[:, FACTOR] == pytest.approx(factor.negative_outlier_factor_, rel=1e-4)
    told = opinions.score(OTHERS)[:, FACTOR]
    assert told == pytest.approx(factor.score_samples(whitened(OTHERS)), rel=1e-4)


def test_the_distance_is_that_to_the_twentieth_neighbour_but_itself(fitted) -> None:
    opinions, own = fitted
    search = NearestNeighbors().fit(whitened(OWN))
    without_itself = search.kneighbors(n_neighbors=20)[0][:, -1]
    assert own[:, DISTANCE] == pytest.approx(-without_itself, rel=1e-4)
    far = search.kneighbors(whitened(OTHERS), n_neighbors=20)[0][:, -1]
    assert opinions.score(OTHERS)[:, DISTANCE] == pytest.approx(-far, rel=1e-4)


def test_a_forest_of_arrays_answers_as_scikit_learns() -> None:
    vectors, others = OWN.astype(np.float32), OTHERS.astype(np.float32)
    learned = IsolationForest(n_estimators=30, max_samples=100, random_state=5).fit(vectors)
    forest = Forest.grow(vectors, trees=30, sample=100, seed=5)
    for asked in (vectors, others, 1e3 * others):
        assert forest.score(asked) == pytest.approx(learned.score_samples(asked), abs=1e-6)


def test_strange_vectors_score_below_nearly_all_by_each_opinion(fitted) -> None:
    opinions, own = fitted
    strange = opinions.score(OTHERS + 8.0)
    assert (strange < np.quantile(own, 0.02, axis=0)).mean(axis=0).min() > 0.9
    usual = opinions.score(OTHERS)
    assert (usual > np.quantile(own, 0.02, axis=0)).mean(axis=0).min() > 0.8


def test_what_was_kept_answers_the_same(fitted) -> None:
    opinions, _ = fitted
    again = Opinions.from_arrays(opinions.arrays(), OWN)
    assert np.array_equal(again.score(OTHERS), opinions.score(OTHERS))
    assert all(array.dtype != object for array in opinions.arrays().values())


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept.pop("density"),
        lambda kept: kept.pop("forest.value"),
        lambda kept: kept.update(axes=kept["axes"][:-1]),
        lambda kept: kept.update(rows=kept["rows"] + 1),
        lambda kept: kept.update(rows=kept["rows"][:-1]),
        lambda kept: kept.update({"forest.left": np.zeros_like(kept["forest.left"])}),
        lambda kept: kept.update({"forest.feature": kept["forest.feature"] + 12}),
    ],
)
def test_what_is_damaged_is_refused(fitted, damage) -> None:
    kept = fitted[0].arrays()
    damage(kept)
    with pytest.raises(CatalogError, match="second opinions"):
        Opinions.from_arrays(kept, OWN)


def test_opinions_on_other_vectors_are_refused(fitted) -> None:
    with pytest.raises(CatalogError, match="other vectors"):
        Opinions.from_arrays(fitted[0].arrays(), OWN[:, :-1])
    with pytest.raises(UsageError, match="use the encoder"):
        fitted[0].score(OTHERS[:, :-1])


def test_far_off_points_are_finite_and_in_order_and_nan_stays_nan(fitted) -> None:
    far = np.outer([10.0, 1e3, 1e6, 1e10], OTHERS[0])
    told = fitted[0].score(far)
    assert np.isfinite(told).all()
    assert (np.diff(told[:, [FACTOR, DISTANCE]], axis=0) < 0).all()
    broken = np.stack([OTHERS[0], OTHERS[0], OTHERS[0]])
    broken[0, 3], broken[1, 4] = np.nan, np.inf
    told = fitted[0].score(broken)
    assert np.isnan(told[:2]).all()
    assert told[2] == pytest.approx(fitted[0].score(OTHERS[:1])[0])


def test_twins_do_not_make_their_neighbours_strange() -> None:
    vectors = OWN.astype(np.float64).copy()
    vectors[:60] = vectors[0]
    _, own = Opinions.fit(vectors)
    assert np.isfinite(own).all()
    assert own[:60, DISTANCE] == pytest.approx(0.0, abs=1e-3)
    # Beside twins densities differ by the distance that twins are given, and no more.
    assert own[:, FACTOR].min() > -1e4
    assert np.median(own[60:, FACTOR]) > -1.5


def test_where_most_are_twins_the_others_are_strange_within_reason() -> None:
    vectors = OWN[:51].astype(np.float64).copy()
    vectors[::2] = vectors[0]
    _, own = Opinions.fit(vectors)
    assert np.isfinite(own).all()
    assert -1e5 < own[1::2, FACTOR].min() < own[::2, FACTOR].min()


def test_of_many_vectors_some_are_compared_with_and_all_have_scores() -> None:
    reports: list[tuple[int, int | None]] = []
    opinions, own = Opinions.fit(
        OWN, most=100, progress=lambda done, total, _="": reports.append((done, total))
    )
    assert (opinions.compared, own.shape) == (100, (300, 3))
    assert np.isfinite(own).all()
    assert reports[-1] == (300, 300)
    rest = np.setdiff1d(np.arange(300), opinions.arrays()["rows"])
    assert own[rest] == pytest.approx(opinions.score(OWN[rest]), rel=1e-5)
    again = Opinions.from_arrays(opinions.arrays(), OWN)
    assert np.array_equal(again.score(OTHERS), opinions.score(OTHERS))


def test_a_component_that_does_not_vary_decides_nothing() -> None:
    still = np.column_stack([OWN, np.full(len(OWN), 0.25)])
    opinions, _ = Opinions.fit(still)
    moved = np.column_stack([OTHERS, np.full(len(OTHERS), 0.26)])
    calm = np.column_stack([OTHERS, np.full(len(OTHERS), 0.25)])
    assert opinions.score(moved) == pytest.approx(opinions.score(calm), rel=1e-3)


@pytest.mark.parametrize(
    ("vectors", "why"),
    [
        (OWN[:49], "too few"),
        (np.ones((60, 4)), "all vectors are the same"),
        (np.where(np.arange(300)[:, None] == 7, np.nan, OWN), "vector 7"),
        (OWN[0], "shape"),
    ],
)
def test_vectors_that_tell_nothing_are_refused(vectors, why) -> None:
    with pytest.raises(UsageError, match=why):
        Opinions.fit(vectors)


def test_fitting_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        Opinions.fit(OWN, cancel=token)


def test_a_reconstruction_is_told_by_the_share_of_power_that_is_missed() -> None:
    peak, half = np.zeros((2, 1, 8, 8)), np.arcsinh(5.0) / np.arcsinh(10.0)
    peak[:, 0, 2, 2] = peak[:, 0, 5, 5] = 1.0
    drawn = peak.copy()
    drawn[1, 0, 5, 5] = 0.0  # one of two points
    assert reconstruction_score(peak, drawn) == pytest.approx([0.0, -0.5])
    # Half the brightness everywhere, and half of it missed: a quarter of the power, as before.
    assert reconstruction_score(peak, half * peak) == pytest.approx([-0.25, -0.25])
    faint = np.arcsinh(2.5) / np.arcsinh(10.0)
    assert reconstruction_score(half * peak, faint * peak) == pytest.approx([-0.25, -0.25])


def test_a_reconstruction_of_nothing_is_not_judged() -> None:
    images = np.zeros((3, 1, 8, 8))
    images[1:, 0, 4, 4] = 1.0
    drawn = images.copy()
    drawn[2, 0, 0, 0] = np.nan
    told = reconstruction_score(images, drawn)
    assert np.isnan(told[[0, 2]]).all()
    assert told[1] == 0
    assert reconstruction_score(images[:0], drawn[:0]).shape == (0,)
    with pytest.raises(UsageError, match="do not compare"):
        reconstruction_score(images, drawn[:1])
