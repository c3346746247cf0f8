"""What components hold is told step by step, in words that say whether to believe it."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.jobs import understand as module
from radgalgui.jobs.events import Done, Understanding
from radgalgui.jobs.understand import numeric_columns, understand
from radgalgui.jobs.understood import (
    COMPONENT_COLUMNS,
    by_importance,
    component_rows,
    forest_text,
    holding,
    understanding_dict,
    variance_text,
    verdict,
)
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing

N, D = 120, 8


def write_catalog(path: Path, n: int = N, **columns: np.ndarray) -> Path:
    """Write sources whose angular size is told by component 2 of their vectors."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(n, D)).astype(np.float32)
    table = {
        "name": np.array([f"S{i}" for i in range(n)], dtype=object),
        "ra": rng.uniform(0, 360, n),
        "dec": rng.uniform(-30, 60, n),
        "label": np.array(["FRI", "FRII"], dtype=object)[rng.integers(0, 2, n)],
        "angular_size": 30 + 8 * vectors[:, 2] + 0.3 * rng.normal(size=n),
        **columns,
    }
    with CatalogWriter(path, Preprocessing(), title="t", simulated=True) as writer:
        writer.append(table, np.zeros((n, 1, 64, 64), dtype=np.float32))
    with CatalogUpdate(path) as update:
        update.add_embeddings("first", vectors, weights_sha256="0" * 64)
    return path


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    rng = np.random.default_rng(4)
    gaps = rng.normal(size=N)
    gaps[:30] = np.nan
    gaps[30] = np.inf
    columns = {
        "flat": np.full(N, 2.5),
        "empty": np.full(N, np.nan),
        "few": np.where(np.arange(N) < 5, np.arange(N), np.nan),
        "gaps": gaps,
        "count": rng.integers(0, 4, N),
    }
    with Catalog.open(write_catalog(tmp_path_factory.mktemp("c") / "c", **columns)) as opened:
        yield opened


@pytest.fixture
def every_tree(monkeypatch):
    monkeypatch.setattr(module, "_TELL", 0.0)


def tell(catalog, column, **options):
    return list(understand(catalog, "first", column, job="j", **options))


def last(catalog, column, **options) -> Understanding:
    return [e for e in tell(catalog, column, **options) if isinstance(e, Understanding)][-1]


def test_variance_comes_first_then_importances_that_grow_surer(catalog, every_tree):
    events = tell(catalog, "angular_size")
    told = [event for event in events if isinstance(event, Understanding)]
    assert isinstance(events[0], Understanding)
    assert isinstance(events[-1], Done)
    assert np.isnan(told[0].importance).all()
    assert told[0].explained.sum() == pytest.approx(1.0)
    assert [event.trees for event in told] == list(range(told[-1].trees + 1))
    assert [event.complete for event in told] == [False] * (len(told) - 1) + [True]
    assert all(event.trees <= event.most_trees for event in told[1:])
    assert events.count(None) == told[-1].trees  # a place to give way after each tree
    final = told[-1]
    assert final.settled
    assert by_importance(final)[0] == 2
    assert final.score is not None
    assert final.score > 0.8
    assert final.correlation[2] > 0.9
    assert final.error.max() < told[2].error.max()


def test_it_is_told_a_few_times_a_second_at_most(catalog, monkeypatch):
    ticks = itertools.count(100.0, 0.05)  # seconds, of a clock that goes on when it is looked at
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    told = [e for e in tell(catalog, "angular_size") if isinstance(e, Understanding)]
    assert len(told) > 3
    assert len(told) < told[-1].trees / 2
    assert told[-1].complete


def test_sources_without_a_value_are_left_out_and_counted_in_words(catalog):
    told = last(catalog, "gaps")
    assert (told.sources, told.unknown) == (N, 31)
    (note,) = told.notes
    assert note["text"] == "31 sources are left out of the importance for want of a value."


def test_vectors_that_are_not_finite_are_left_out_and_counted_in_words(catalog, monkeypatch):
    vectors = catalog.embeddings("first").astype(np.float32)
    vectors[7] = np.nan
    monkeypatch.setattr(catalog, "embeddings", lambda encoder: vectors)
    told = last(catalog, "angular_size")
    assert (told.sources, told.unknown) == (N - 1, 0)
    assert [note["code"] for note in told.notes] == ["vectors"]
    assert "1 source is left out" in told.notes[0]["text"]
    assert by_importance(told)[0] == 2


def test_of_very_many_sources_some_are_drawn_which_is_said(catalog, monkeypatch):
    monkeypatch.setattr(module, "_MOST_SOURCES", 60)
    told = last(catalog, "angular_size")
    assert "60 sources drawn by chance" in told.notes[0]["text"]
    assert by_importance(told)[0] == 2


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("flat", "all sources have the same value in the column 'flat'"),
        ("empty", "0 of 120 sources have a number in the column 'empty'"),
        ("few", "5 of 120 sources have a number in the column 'few'"),
    ],
)
def test_what_no_forest_can_tell_is_refused_after_the_variance_was_told(catalog, column, words):
    steps = understand(catalog, "first", column)
    told = next(steps)
    assert isinstance(told, Understanding)
    assert told.explained.sum() == pytest.approx(1.0)
    with pytest.raises(UsageError, match=words):
        next(steps)


def test_words_and_unknown_names_are_refused_at_once(catalog):
    with pytest.raises(UsageError, match=r"holds words, not numbers; choose one of angular_size"):
        next(understand(catalog, "first", "label"))
    with pytest.raises(CatalogError, match="nosuch"):
        next(understand(catalog, "first", "nosuch"))
    with pytest.raises(CatalogError, match="there are first"):
        next(understand(catalog, "nosuch", "angular_size"))


def test_a_catalogue_of_two_sources_has_one_axis_and_no_importance(tmp_path):
    with Catalog.open(write_catalog(tmp_path / "two", 2)) as two:
        steps = understand(two, "first", "angular_size")
        told = next(steps)
        assert holding(told) == {0.9: 1, 0.99: 1}
        assert variance_text(told).startswith("Of 8 principal components 1 holds 90 %")
        with pytest.raises(UsageError, match="2 of 2 sources"):
            next(steps)


def test_whole_numbers_are_numbers_too(catalog):
    assert last(catalog, "count").complete
    assert numeric_columns(catalog)[-2:] == ["ra", "dec"]
    assert not {"name", "label"} & set(numeric_columns(catalog))


def test_it_can_be_cancelled_between_trees(catalog, every_tree):
    token = CancelToken()
    steps = understand(catalog, "first", "angular_size", cancel=token)
    while next(steps) is not None:
        pass
    token.cancel()
    with pytest.raises(Cancelled):
        next(steps)


def test_the_same_seed_tells_the_same(catalog):
    first, again = last(catalog, "gaps", seed=5), last(catalog, "gaps", seed=5)
    assert np.array_equal(first.importance, again.importance)
    assert not np.array_equal(first.importance, last(catalog, "gaps", seed=6).importance)


# -- words and rows ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(catalog):
    return last(catalog, "angular_size")


@pytest.mark.parametrize(
    ("score", "grade", "words"),
    [
        (None, "unknown", ""),
        (-0.04, "nothing", "do not tell angular size (R² = −0.04"),
        (0.049, "nothing", "do not read anything into"),
        (0.2, "little", "tell little of angular size"),
        (0.84, "well", "The vectors tell angular size (R² = 0.84"),
    ],
)
def test_an_importance_is_not_believed_where_the_forest_tells_nothing(told, score, grade, words):
    said = verdict(replace(told, score=score), "angular size")
    assert said.grade == grade
    assert words in said.text


def test_right_ascension_is_not_told_by_the_vectors(catalog):
    assert verdict(last(catalog, "ra"), "RA").grade == "nothing"


def test_it_is_said_how_far_the_forest_has_grown(told):
    def at(**changes):
        return forest_text(replace(told, **changes))

    assert at(trees=0) == ""
    first = {"change": None, "complete": False}
    assert at(trees=1, passes=0, **first) == "1 tree, first pass over the sources."
    assert at(trees=20, passes=1, **first) == "20 trees, 1 pass over the sources."
    moved = "12.3 % of the importance moved in the last round"
    later = {"trees": 40, "passes": 2, "change": 0.123}
    assert at(**later, complete=False).endswith(f"2 passes over the sources; {moved}.")
    assert at(**later, complete=True, settled=False).startswith("Not settled after 40 trees")
    assert told.settled
    assert forest_text(told).startswith(f"Settled after {told.trees} trees")


def test_rows_stand_by_falling_importance_and_have_every_component(told):
    rows = component_rows(told)
    assert [tuple(row) for row in rows] == [COMPONENT_COLUMNS] * D
    assert [row["rank"] for row in rows] == list(range(1, D + 1))
    importances = [row["importance"] for row in rows]
    assert importances == sorted(importances, reverse=True)
    assert sorted(row["component"] for row in rows) == list(range(D))
    assert rows[0]["mean"] == pytest.approx(told.mean[2], rel=1e-6)


def test_before_the_first_tree_rows_have_no_importance(catalog):
    rows = component_rows(next(understand(catalog, "first", "angular_size")))
    assert [row["component"] for row in rows] == list(range(D))
    assert {row["rank"] for row in rows} == {row["importance"] for row in rows} == {None}


def test_the_dict_is_json_and_tells_all(told):
    blank = replace(told, correlation=np.full(D, np.nan, np.float32))
    report = json.loads(json.dumps(understanding_dict(blank, catalog="c"), allow_nan=False))
    assert report["principal_components"] == {
        "90 %": holding(told)[0.9],
        "99 %": holding(told)[0.99],
    }
    assert math.fsum(report["explained_variance"]) == pytest.approx(1.0, abs=1e-5)
    assert len(report["components"]) == D
    assert report["components"][0]["correlation"] is None
    assert report["r2_out_of_bag"] == told.score
    assert "angular_size" in report["verdict"]
