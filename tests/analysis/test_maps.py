"""Maps on which neighbours stay neighbours: UMAP and t-SNE, and where a source left out falls."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis import maps
from radgalgui.analysis.maps import tsne_map, umap_map
from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.analysis.placing import place_by_neighbours
from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import CancelToken
from tests.analysis.clusters import labelled

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


@pytest.mark.usefixtures("mapped")
def test_umap_tells_its_epochs_and_stops_among_them(monkeypatch):
    monkeypatch.setattr(maps, "_TOLD_EVERY", 0.0)  # or a fast machine is done before it tells
    token, told = CancelToken(), []

    def heard(done: int, total: int | None, what: str = "", /) -> None:
        told.append((what, done, total))
        if what == "laying out the map" and done > 0:
            token.cancel()

    with pytest.raises(Cancelled):
        umap_map(labelled(300)[0], progress=heard, cancel=token)
    steps = list(dict.fromkeys(what for what, _, _ in told))
    assert steps == [
        "finding the principal components",
        "building the neighbour index",
        "looking for neighbours",
        "starting UMAP",
        "laying out the map",
    ]
    _, done, total = told[-1]
    assert (done, total) == (1, 500)  # epochs of a small map


# t-SNE


@pytest.fixture(scope="module")
def embedded() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, labels = labelled(300)
    return rows, labels, tsne_map(rows, perplexity=20)


def test_tsne_keeps_clusters_together(embedded):
    rows, labels, places = embedded
    assert places.shape == (len(rows), 2)
    assert places.dtype == np.float32
    between = np.linalg.norm(places[:, None] - places[None], axis=-1)
    nearest = between.argsort(axis=1)[:, 1:11]
    assert (labels[nearest] == labels[:, None]).mean() > 0.95


def test_tsne_is_the_same_for_the_same_seed(embedded):
    rows, _, places = embedded
    np.testing.assert_array_equal(tsne_map(rows, perplexity=20), places)
    assert not np.array_equal(tsne_map(rows, perplexity=20, seed=1), places)


def test_tsne_takes_few_vectors_and_twins():
    rows, _ = labelled(40)
    assert np.isfinite(tsne_map(rows[:4])).all()
    rows[5:30] = rows[0]
    assert np.isfinite(tsne_map(rows)).all()
    with pytest.raises(UsageError, match="at least 4"):
        tsne_map(rows[:3])


def test_tsne_tells_its_steps_and_stops_among_them():
    token, told = CancelToken(), []

    def heard(done: int, total: int | None, what: str = "", /) -> None:
        told.append((what, done, total))
        if done == 260 and what == "laying out the map":
            token.cancel()

    with pytest.raises(Cancelled):
        tsne_map(labelled(60)[0], progress=heard, cancel=token)
    assert told[-1] == ("laying out the map", 260, 750)


@pytest.mark.parametrize(
    "wrong", [{"neighbours": 1}, {"min_dist": -0.1}, {"min_dist": 1.5}, {"perplexity": 0.5}]
)
def test_settings_out_of_range_are_refused(wrong):
    made = tsne_map if "perplexity" in wrong else umap_map
    with pytest.raises(UsageError):
        made(labelled(50)[0], **wrong)


# Placing on them


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
