"""Any two numbers of the vectors as axes: where sources lie, and where a query falls."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from radgalgui.analysis.vectors import unit_vectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.maps.axes import Axes, AxisVectors, share_words
from radgalgui.jobs.maps.make import make_map
from radgalgui.jobs.maps.placing import place_by_rows
from radgalgui.jobs.maps.recipe import Recipe


@pytest.fixture
def vectors(survey) -> AxisVectors:
    return AxisVectors.read(survey, "one")


@pytest.fixture
def units(survey) -> np.ndarray:
    with Catalog.open(survey) as catalog:
        return unit_vectors(catalog.embeddings("one"))


def test_components_are_those_of_scikit_learn(vectors, units):
    theirs = PCA(5).fit_transform(units)[:, [4, 1]]
    ours = vectors.places(Axes("components", 4, 1))
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=2e-5)
    assert vectors.count("components") == 8
    assert sum(vectors.shares) == pytest.approx(1)


def test_numbers_are_those_of_the_vectors(vectors, units):
    places = vectors.places(Axes("numbers", 7, 0))
    np.testing.assert_allclose(places, units[:, [7, 0]], atol=1e-6)
    assert vectors.title("numbers", 7) == "Number 8 of the vector"


@pytest.mark.parametrize("axes", [Axes(), Axes("components", 3, 5), Axes("numbers", 2, 6)])
def test_a_source_as_a_query_falls_on_itself(vectors, units, axes):
    assert vectors.place(units[11], axes) == pytest.approx(vectors.places(axes)[11], abs=1e-6)
    with pytest.raises(UsageError, match="numbers"):
        vectors.place(units[11][:5], axes)


def test_what_the_principal_map_keeps_is_not_found_again(survey, monkeypatch):
    make_map(survey, "one", Recipe("pca"))
    with Catalog.open(survey) as catalog:
        stored = np.array(catalog.map("one", "pca"))
    monkeypatch.setattr("radgalgui.analysis.projection._principal_axes", None)
    vectors = AxisVectors.read(survey, "one")
    np.testing.assert_allclose(vectors.places(Axes()), stored, atol=1e-6)


@pytest.mark.parametrize("axes", [Axes("components", 8, 0), Axes("numbers", 0, -1)])
def test_axes_that_are_not_there_are_refused(vectors, axes):
    with pytest.raises(UsageError):
        vectors.places(axes)


def test_shares_are_told_to_two_digits():
    told = [share_words(share) for share in (0.314, 0.0951, 0.0949, 0.00421)]
    assert told == ["31 %", "10 %", "9.5 %", "0.42 %"]


def test_without_the_engine_a_query_is_placed_by_the_rows_it_was_told():
    rng = np.random.default_rng(2)
    places = rng.normal(size=(40, 2)).astype(np.float32)
    rows = [{"index": int(i), "similarity": 0.9 - 0.01 * n} for n, i in enumerate(range(5, 35))]
    x, y, spread = place_by_rows(rows, places)
    assert np.hypot(x, y) < 3
    assert spread > 0
    assert place_by_rows(rows[:15], places) == (x, y, spread)  # those behind have no say
    assert place_by_rows([], places) is None
