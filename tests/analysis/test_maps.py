"""Maps: projections against scikit-learn, and where a query is placed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from radgalgui.analysis.maps import (
    PcaProjection,
    pca_map,
    place_by_neighbours,
    place_many_by_neighbours,
    umap_map,
)
from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.progress import CancelToken

CLUSTERS = 6


def labelled(n: int = 600, dimension: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((CLUSTERS, dimension))
    labels = rng.integers(0, CLUSTERS, n)
    return (centres[labels] + 0.3 * rng.standard_normal((n, dimension))).astype(np.float32), labels


def test_searching_and_placing_load_nothing_heavy():
    """The engine answers without UMAP, whose import compiles for seconds."""
    program = (
        "import sys; import radgalgui.analysis.maps, radgalgui.analysis.metrics;"
        "print([m for m in ('torch', 'sklearn', 'umap', 'numba') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# The principal plane


def test_the_plane_is_that_of_scikit_learn():
    rows, _ = labelled()
    places, projection = pca_map(rows)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    reference = PCA(2).fit(units)
    ours, theirs = places, reference.transform(units)
    theirs = theirs * np.sign((ours * theirs).sum(axis=0))  # the sign is a convention
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    np.testing.assert_allclose(projection.explained, reference.explained_variance_ratio_, rtol=1e-4)


def test_a_source_is_placed_where_the_map_has_it_whatever_its_length():
    rows, _ = labelled()
    places, projection = pca_map(rows)
    np.testing.assert_allclose(projection.project(rows * 7.5), places, atol=1e-6)
    np.testing.assert_allclose(projection.project(rows[3])[0], places[3], atol=1e-6)


def test_the_projection_is_kept_on_disk(tmp_path):
    rows, _ = labelled()
    _, projection = pca_map(rows)
    for name in ("a.npz", "b.npz"):
        projection.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    loaded = PcaProjection.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(loaded.project(rows), projection.project(rows))
    assert loaded.explained == projection.explained


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", None])
def test_refuses_a_damaged_projection(tmp_path, content):
    path = tmp_path / "x.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogError, match=r"x\.npz"):
        PcaProjection.load(path)


def test_refuses_a_projection_of_other_arrays(tmp_path):
    np.savez(tmp_path / "x.npz", mean=np.ones(3), components=np.ones((3, 3)), explained=(0.5, 0.5))
    with pytest.raises(CatalogError):
        PcaProjection.load(tmp_path / "x.npz")


def test_refuses_vectors_of_another_encoder():
    _, projection = pca_map(labelled()[0])
    with pytest.raises(UsageError, match="19"):
        projection.project(np.ones((1, 19)))


@pytest.mark.parametrize("rows", [np.ones((1, 5)), np.ones((5, 1)), np.zeros((5, 5)), np.ones(5)])
def test_refuses_what_has_no_plane(rows):
    with pytest.raises(UsageError):
        pca_map(rows)


def test_equal_vectors_lie_on_one_point():
    places, _ = pca_map(np.ones((5, 4)))
    np.testing.assert_allclose(places, 0.0, atol=1e-6)


# UMAP: compiled once for all tests of this module


@pytest.fixture(scope="module")
def mapped() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, labels = labelled()
    return rows, labels, umap_map(rows)


def test_umap_keeps_clusters_together(mapped):
    rows, labels, places = mapped
    assert places.shape == (len(rows), 2)
    assert places.dtype == np.float32
    between = np.linalg.norm(places[:, None] - places[None], axis=-1)
    nearest = between.argsort(axis=1)[:, 1:11]
    assert (labels[nearest] == labels[:, None]).mean() > 0.95


def test_umap_is_the_same_for_the_same_seed(mapped):
    rows, _, places = mapped
    np.testing.assert_array_equal(umap_map(rows), places)
    assert not np.array_equal(umap_map(rows, seed=1), places)


@pytest.mark.usefixtures("mapped")
def test_umap_takes_few_vectors_and_twins():
    rows, _ = labelled(40)
    assert umap_map(rows[:4]).shape == (4, 2)
    rows[5:30] = rows[0]
    assert np.isfinite(umap_map(rows)).all()
    with pytest.raises(UsageError):
        umap_map(rows[:3])


def test_umap_can_be_cancelled():
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        umap_map(labelled(50)[0], cancel=token)


def test_a_source_left_out_falls_among_its_own(mapped):
    rows, labels, places = mapped
    ids, similarity = ExactIndex(rows).search(rows, 16)
    extent = np.ptp(places, axis=0).max()
    errors, right = [], []
    for own in range(0, len(rows), 3):
        x, y, _ = place_by_neighbours(similarity[own, 1:], places[ids[own, 1:]])
        errors.append(np.hypot(*(places[own] - (x, y))))
        near = np.linalg.norm(places - (x, y), axis=1).argsort()[:5]
        right.append((labels[near] == labels[own]).mean())
    assert np.median(errors) < 0.05 * extent
    assert np.mean(right) > 0.95


def test_a_source_falls_on_itself(mapped):
    rows, _, places = mapped
    ids, similarity = ExactIndex(rows).search(rows.astype(np.float16), 15)
    for own in range(50):
        *place, spread = place_by_neighbours(similarity[own], places[ids[own]])
        assert tuple(place) == tuple(places[own].astype(float))
        assert spread == 0.0


# Placing

# Different ones: of two neighbours that are equally similar either may win.
similarities = st.lists(st.integers(-999, 999), min_size=1, max_size=30, unique=True).map(
    lambda thousandths: [value / 1000 for value in thousandths]
)


def spots(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3, (count, 2))


@given(similarities, st.integers(0, 1000), st.randoms(use_true_random=False))
def test_the_order_of_neighbours_does_not_matter(values, seed, random):
    places = spots(len(values), seed)
    order = list(range(len(values)))
    random.shuffle(order)
    a = place_by_neighbours(values, places)
    b = place_by_neighbours([values[i] for i in order], places[order])
    np.testing.assert_allclose(a, b, atol=1e-9)


@given(similarities, st.integers(0, 1000), st.floats(0, 6.3), st.floats(0.1, 10))
def test_placing_turns_shifts_and_grows_with_the_map(values, seed, angle, scale):
    places = spots(len(values), seed)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = np.array([5.0, -2.0])
    *place, spread = place_by_neighbours(values, places)
    *moved, moved_spread = place_by_neighbours(values, places @ turn.T + shift)
    np.testing.assert_allclose(moved, turn @ place + shift, atol=1e-6)
    assert moved_spread == pytest.approx(scale * spread, abs=1e-6)


@given(similarities, st.integers(0, 1000))
def test_the_place_lies_among_the_neighbours(values, seed):
    places = spots(len(values), seed)
    x, y, spread = place_by_neighbours(values, places)
    assert (places.min(axis=0) - 1e-9 <= (x, y)).all()
    assert ((x, y) <= places.max(axis=0) + 1e-9).all()
    assert 0 <= spread <= np.ptp(places, axis=0).sum() + 1e-9


def two_clusters(rng: np.random.Generator, strays: int) -> np.ndarray:
    """Return 15 places: two thirds and more round the origin, the others a hundred away."""
    return np.r_[rng.normal(0, 1, (15 - strays, 2)), rng.normal(100, 1, (strays, 2))]


@given(st.integers(0, 1000), st.integers(1, 5))
def test_never_in_the_void_between_clusters(seed, strays):
    rng = np.random.default_rng(seed)
    places = two_clusters(rng, strays)
    x, y, spread = place_by_neighbours(rng.uniform(0.8, 0.9, 15), places)
    assert min(np.hypot(x, y), np.hypot(x - 100, y - 100)) < 5
    assert spread > 10  # and the spread says that the neighbours did not agree


@given(st.integers(0, 1000), st.integers(1, 4))
def test_strays_with_less_than_a_third_of_the_weight_do_not_pull(seed, strays):
    places = two_clusters(np.random.default_rng(seed), strays)
    x, y, _ = place_by_neighbours(np.full(15, 0.85), places)
    assert np.hypot(x, y) < 5


def test_of_two_equal_clusters_the_more_similar_wins():
    rng = np.random.default_rng(0)
    places = np.r_[rng.normal(0, 1, (8, 2)), rng.normal(100, 1, (8, 2))]
    for best in (0, 1):
        values = np.full(16, 0.90)
        values[8 * best : 8 * best + 8] = 0.95
        x, y, _ = place_by_neighbours(values, places)
        assert np.hypot(x - 100 * best, y - 100 * best) < 5


def test_one_neighbour_gives_its_place():
    assert place_by_neighbours([0.5], [[2.0, 3.0]]) == (2.0, 3.0, 0.0)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], np.empty((0, 2))),
        ([0.5], np.zeros((2, 2))),
        ([0.5, 0.5], np.zeros((2, 3))),
        ([np.nan], np.zeros((1, 2))),
        ([0.5], np.full((1, 2), np.inf)),
    ],
)
def test_refuses_neighbours_that_place_nothing(values, places):
    with pytest.raises(UsageError):
        place_by_neighbours(values, places)


def test_many_are_placed_as_each_of_them_is():
    rng = np.random.default_rng(3)
    values, places = rng.uniform(0.2, 1.0, (40, 15)), rng.normal(size=(40, 15, 2))
    values[7, 4] = 1.0  # a source of the catalogue
    many = place_many_by_neighbours(values, places)
    each = [place_by_neighbours(v, xy) for v, xy in zip(values, places, strict=True)]
    np.testing.assert_allclose(many, each, atol=1e-12)
    np.testing.assert_array_equal(many[7], [*places[7, 4], 0.0])
    with pytest.raises(UsageError, match="do not fit"):
        place_many_by_neighbours(values, places[:, :3])
