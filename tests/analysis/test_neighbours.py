"""Neighbours: against a naive search, and against indexes that are damaged or do not fit."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radgalgui.analysis import neighbours
from radgalgui.analysis.metrics import recall
from radgalgui.analysis.neighbours import ExactIndex, HnswIndex
from radgalgui.errors import Cancelled, CatalogError, RadGalError, UsageError
from radgalgui.progress import CancelToken

D = 24


def vectors(n: int = 400, dimension: int = D, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((8, dimension))
    noise = 0.5 * rng.standard_normal((n, dimension))
    return (centres[rng.integers(0, 8, n)] + noise).astype(np.float32)


def naive(stored: np.ndarray, query: np.ndarray, k: int) -> tuple[list[int], list[float]]:
    """Return neighbours by a sort of all cosines, one at a time."""
    cosines = [float(v @ query / np.linalg.norm(v) / np.linalg.norm(query)) for v in stored]
    ids = sorted(range(len(stored)), key=lambda i: -cosines[i])[:k]
    return ids, [cosines[i] for i in ids]


@pytest.fixture(scope="module", params=["exact", "hnsw"])
def index(request):
    return ExactIndex(vectors()) if request.param == "exact" else HnswIndex.build(vectors())


def test_finds_what_a_naive_search_finds(index):
    queries = vectors(20, seed=1)
    ids, similarity = index.search(queries, 10)
    assert ids.shape == similarity.shape == (20, 10)
    assert ids.dtype == np.int64
    assert similarity.dtype == np.float32
    for row, query in enumerate(queries):
        expected, cosines = naive(vectors(), query, 10)
        assert ids[row].tolist() == expected
        np.testing.assert_allclose(similarity[row], cosines, atol=1e-6)


def test_best_first_without_repeats(index):
    ids, similarity = index.search(vectors(50, seed=2), 60)
    assert (np.diff(similarity, axis=1) <= 0).all()
    assert all(len(set(row)) == 60 for row in ids.tolist())


def test_a_stored_vector_finds_itself_whatever_its_length(index):
    scale = np.geomspace(1e-30, 1e30, 400)[:, None]
    ids, similarity = index.search(vectors().astype(np.float64) * scale, 1)
    assert ids[:, 0].tolist() == list(range(400))
    np.testing.assert_allclose(similarity, 1.0, atol=1e-6)


def test_one_query_may_come_as_a_row(index):
    query = vectors(1, seed=3)
    for a, b in zip(index.search(query[0], 5), index.search(query, 5), strict=True):
        np.testing.assert_array_equal(a, b)


def test_all_vectors_may_be_asked_for(index):
    ids, _ = index.search(vectors(3, seed=4), 400)
    assert (np.sort(ids, axis=1) == np.arange(400)).all()


def test_among_many_twins_all_may_still_be_asked_for():
    """Hnswlib's graph of twins is in pieces, and its own search gives up."""
    rows = np.r_[np.ones((1500, D)), vectors(50)]
    ids, similarity = HnswIndex.build(rows).search(rows[-2:], 1550)
    assert (np.sort(ids, axis=1) == np.arange(1550)).all()
    np.testing.assert_allclose(similarity, ExactIndex(rows).search(rows[-2:], 1550)[1], atol=1e-6)


@pytest.mark.parametrize(
    ("queries", "k"),
    [
        (np.ones((1, D)), 0),
        (np.ones((1, D)), 401),
        (np.ones((1, D - 1)), 1),
        (np.ones((1, D + 1)), 1),
        (np.ones((1, 1, D)), 1),
        (np.empty((0, D)), 1),
        (np.zeros((1, D)), 1),
        (np.full((1, D), np.nan), 1),
        (np.r_[np.ones(D - 1), np.inf][None], 1),
    ],
)
def test_refuses_what_it_cannot_answer(index, queries, k):
    with pytest.raises(UsageError) as caught:
        index.search(queries, k)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("make", [ExactIndex, HnswIndex.build])
@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_refuses_to_hold_vectors_without_direction(make, bad):
    rows = vectors(5)
    rows[3] = bad
    with pytest.raises(UsageError, match="vector 3"):
        make(rows)


def test_refuses_to_hold_nothing():
    for make in (ExactIndex, HnswIndex.build):
        with pytest.raises(UsageError):
            make(np.empty((0, D)))


@settings(max_examples=25, deadline=None)
@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(2, 40), st.integers(2, 6)),
        elements=st.floats(-10, 10, width=32),
    )
)
def test_exact_search_agrees_with_the_cosine_of_any_vectors(rows):
    if (np.abs(rows).max(axis=1) < 1e-3).any():
        with pytest.raises(UsageError) if not np.abs(rows).max(axis=1).all() else _nothing():
            ExactIndex(rows)
        return
    ids, similarity = ExactIndex(rows).search(rows, len(rows))
    exact = rows.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    np.testing.assert_allclose(
        similarity, np.take_along_axis(exact @ exact.T, ids, axis=1), atol=1e-5
    )
    assert (np.diff(similarity, axis=1) <= 0).all()


@pytest.mark.parametrize("held", [1 << 26, 0])
def test_of_twins_at_the_last_place_the_first_are_taken(held, monkeypatch):
    monkeypatch.setattr(neighbours, "_AT_ONCE", 50)
    stored = np.tile(np.array([[0, 1], [1, 0]], np.float16), (200, 1))
    stored[300] = [1, 1]  # the nearest
    found = ExactIndex(stored, held=held)
    for k in (1, 2, 7, 150):
        ids, _ = found.search(np.array([[1.0, 0.9], [0.9, 1.0]], np.float32), k)
        assert ids.tolist() == [[300, *range(1, 2 * k - 1, 2)], [300, *range(0, 2 * k - 2, 2)]]


class _nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_many_vectors_are_searched_where_they_lie(tmp_path, monkeypatch):
    monkeypatch.setattr(neighbours, "_AT_ONCE", 97)
    np.save(tmp_path / "vectors.npy", vectors().astype(np.float16))
    lying = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    few, many = ExactIndex(lying), ExactIndex(lying, held=0)
    assert len(many) == len(few)
    assert many.dimension == few.dimension
    queries = vectors(300, seed=1)
    for k in (1, 10, len(lying)):
        (ids, similarity), (expected, cosines) = many.search(queries, k), few.search(queries, k)
        np.testing.assert_allclose(similarity, cosines, atol=2e-6)
        assert (ids == expected).mean() > 0.99  # but for the order of ties
        assert (np.sort(ids, axis=1) == np.sort(expected, axis=1)).mean() > 0.99


@pytest.mark.parametrize(("bad", "why"), [(0.0, "is zero"), (np.nan, "NaN or infinity")])
def test_many_vectors_with_a_bad_one_are_refused_by_its_number(bad, why):
    rows = vectors().astype(np.float16)
    rows[250] = bad
    with pytest.raises(UsageError, match=f"vector 250 .*{why}"):
        ExactIndex(rows, held=0)


def test_recall_of_the_default_search():
    rows = vectors(5100, 64) * np.geomspace(2, 0.1, 64, dtype=np.float32)
    rows, queries = rows[:5000], rows[5000:]
    truth = ExactIndex(rows).search(queries, 50)[0]
    assert recall(HnswIndex.build(rows).search(queries, 50)[0], truth) >= 0.99


def test_the_same_vectors_make_the_same_file(tmp_path):
    for name in ("a", "b"):
        HnswIndex.build(vectors(), seed=3).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_saved_and_loaded_answers_the_same(tmp_path):
    built = HnswIndex.build(vectors())
    built.save(tmp_path / "x.hnsw")
    loaded = HnswIndex.load(tmp_path / "x.hnsw", vectors())
    assert (loaded.dimension, len(loaded)) == (D, 400)
    ids, similarity = built.search(vectors(9, seed=6), 20)
    found, alike = loaded.search(vectors(9, seed=6), 20)
    np.testing.assert_array_equal(found, ids)
    np.testing.assert_allclose(alike, similarity, atol=1e-6)


def test_a_file_holds_the_links_alone(saved):
    assert saved.stat().st_size < 0.5 * vectors().astype(np.float32).nbytes


@pytest.fixture
def saved(tmp_path):
    HnswIndex.build(vectors()).save(tmp_path / "x.hnsw")
    return tmp_path / "x.hnsw"


@pytest.mark.parametrize(("dimension", "count"), [(D - 1, 400), (2 * D, 400), (D, 399), (D, 0)])
def test_refuses_an_index_of_other_vectors(saved, dimension, count):
    with pytest.raises(CatalogError, match=r"x\.hnsw"):
        HnswIndex.load(saved, np.ones((count, dimension)))


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.booleans())
def test_refuses_a_damaged_file(tmp_path_factory, where, truncate):
    path = tmp_path_factory.mktemp("damaged") / "x.hnsw"
    HnswIndex.build(vectors(50)).save(path)
    data = bytearray(path.read_bytes())
    place = min(int(where * len(data)), len(data) - 1)
    if truncate:
        data = data[:place]
    else:
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(CatalogError, match="damaged"):
        HnswIndex.load(path, vectors(50))


@pytest.mark.parametrize("missing", ["x.hnsw", "x.hnsw.json"])
def test_refuses_half_an_index(saved, missing):
    saved.with_name(missing).unlink()
    with pytest.raises(CatalogError):
        HnswIndex.load(saved, vectors())


@pytest.mark.parametrize(
    "change",
    [
        {"format": "faiss"},
        {"version": 1},
        {"metric": "l2"},
        {"dimension": None},
        {"sha256": "0" * 64},
        {"bytes": 1},
    ],
)
def test_refuses_notes_that_do_not_fit(saved, change):
    side = saved.with_name("x.hnsw.json")
    side.write_text(json.dumps({**json.loads(side.read_text()), **change}))
    with pytest.raises(CatalogError):
        HnswIndex.load(saved, vectors())


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_refuses_notes_that_are_none(saved, text):
    saved.with_name("x.hnsw.json").write_text(text)
    with pytest.raises(RadGalError):
        HnswIndex.load(saved, vectors())


def test_building_reports_and_can_be_cancelled():
    told = []
    HnswIndex.build(vectors(3000), progress=lambda done, total, what="": told.append((done, total)))
    assert told[0] == (0, 3000)
    assert told[-1] == (3000, 3000)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        HnswIndex.build(vectors(), cancel=token)
