"""Labels from a column of a catalogue: which sources, which classes, and what holds none."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError, DataError, UsageError
from radgalgui.jobs.labels import column_labels, find_labels, shipped_label_sets
from radgalgui.jobs.search import Searcher
from radgalgui.sky.look import Look
from radgalgui_resources import catalog_path, path


class Fake:
    """As much of a catalogue as labels need."""

    def __init__(self, words: list[str], *, vectors: np.ndarray | None = None) -> None:
        self.path = "fake"
        self._columns = {
            "name": np.asarray([f"S{n}" for n in range(len(words))], dtype=object),
            "label": np.asarray(words, dtype=object),
            "flux": np.linspace(0, 1, len(words)),
        }
        self._vectors = np.arange(2.0 * len(words)).reshape(-1, 2) if vectors is None else vectors
        self.manifest = SimpleNamespace(vectors={"small": SimpleNamespace(weights_sha256="a")})

    columns = ("name", "label", "flux")

    @property
    def names(self):
        return self._columns["name"]

    def column(self, name):
        return self._columns[name]

    def embeddings(self, encoder):
        assert encoder == "small"
        return self._vectors


def test_a_column_is_its_sources_with_their_names_vectors_and_classes():
    words = ["b", "", "a", "a", "unknown", "b", "c", "None"]
    labelled = column_labels(Fake(words), "label", "small")
    assert labelled.classes == ("a", "b")
    assert labelled.about == {"left_out": ["c"], "drawn_from": 4}
    assert labelled.rows.tolist() == [0, 2, 3, 5]
    assert labelled.labels.tolist() == ["b", "a", "a", "b"]
    assert labelled.names.tolist() == ["S0", "S2", "S3", "S5"]
    assert labelled.vectors["small"][:, 0].tolist() == [0, 4, 6, 10]
    assert not labelled.ignore_orientation  # vectors of catalogues are of images as they lie


def test_of_a_large_column_each_class_keeps_its_share():
    words = np.random.default_rng(0).permutation(["a"] * 900 + ["b"] * 95 + ["c"] * 5).tolist()
    labelled = column_labels(Fake(words), "label", "small", largest=100, seed=3)
    assert np.bincount(labelled.codes).tolist() == [90, 10, 3]
    assert labelled.about["drawn_from"] == 1000
    assert all(words[row] == name for row, name in zip(labelled.rows, labelled.labels, strict=True))
    again, other = (
        column_labels(Fake(words), "label", "small", largest=100, seed=seed) for seed in (3, 4)
    )
    assert again.rows.tolist() == labelled.rows.tolist() != other.rows.tolist()


def test_one_long_word_in_a_large_column_takes_no_room_in_all_its_rows():
    words = ["FRI", "FRII"] * 50_000 + ["a long remark " * 500]
    fake = Fake(words, vectors=np.ones((len(words), 1), np.float32))
    tracemalloc.start()
    labelled = column_labels(fake, "label", "small")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert labelled.about["drawn_from"] == 100_000
    assert peak < 20e6  # an array of text would take 2.8 GB


@pytest.mark.parametrize(
    ("words", "column", "message"),
    [
        (["a"] * 9, "label", "holds 1 classes"),
        (["a"] * 9 + ["b"], "label", "holds 1 classes"),
        ([""] * 9, "label", "holds 0 classes"),
        ([f"class {n // 2}" for n in range(42)], "label", "21 classes .* with 2 to 20"),
        (["a", "b"] * 3, "flux", "holds numbers, not classes; choose a column of text"),
        (["a", "b"] * 3, "name", "holds 0 classes"),
    ],
)
def test_a_column_without_classes_is_refused(words, column, message):
    with pytest.raises(UsageError, match=message):
        column_labels(Fake(words), column, "small")


def test_vectors_that_are_not_finite_are_refused():
    vectors = np.ones((6, 2))
    vectors[3] = np.nan
    with pytest.raises(UsageError, match="NaN or infinity"):
        column_labels(Fake(["a", "b"] * 3, vectors=vectors), "label", "small")


def test_labels_that_are_not_there_are_refused_with_those_that_are(tmp_path):
    catalog = Fake(["a", "b"] * 3)
    with pytest.raises(UsageError, match=r"no labels 'nosuch'; choose one of .*column:label"):
        find_labels("nosuch", catalog=catalog, encoder="small")
    with pytest.raises(UsageError, match=r"no labels 'column:label'; choose .*column:NAME"):
        find_labels("column:label", catalog=None, encoder="small")
    with pytest.raises(DataError, match=r"gone.safetensors: is not there"):
        find_labels(str(tmp_path / "gone.safetensors"), catalog=catalog, encoder="small")
    for name in ("label", "column:label"):
        assert find_labels(name, catalog=catalog, encoder="small").name == "label"


def test_what_ships_is_what_lies_in_the_resources():
    there = {file.stem for file in path("labels").glob("*.safetensors")}
    assert set(shipped_label_sets()) == there


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return Searcher.open(catalog_path(), "simclr")


def test_the_bundled_catalogue_has_labels_and_lacks_another_encoder():
    catalog = Catalog.open(catalog_path())
    labelled = find_labels("label", catalog=catalog, encoder="simclr")
    assert {"FRI", "FRII"} <= set(labelled.classes)
    assert len(labelled) == pytest.approx(2000, abs=20)
    with pytest.raises(CatalogError, match="nosuch"):
        find_labels("label", catalog=catalog, encoder="nosuch")


def test_a_searcher_learns_forgets_and_keeps_what_it_had_when_asked_for_nonsense(searcher):
    searcher.learn("label", level=0.8)
    panel = searcher.panel
    with pytest.raises(UsageError):
        searcher.learn("nosuch")
    with pytest.raises(UsageError, match="level of confidence"):
        searcher.learn("label", level=90)
    assert (searcher.panel, searcher.level) == (panel, 0.8)
    searcher.learn(None)
    assert searcher.panel is None
    searcher.learn("label")
    assert searcher.panel is panel  # what was fitted is not fitted again
    searcher.learn(None)


def test_only_the_label_sets_used_last_are_kept(searcher, monkeypatch):
    from radgalgui.jobs.networks import opening

    labelled = column_labels(searcher.catalog, "label", "simclr", largest=200)
    monkeypatch.setattr(opening, "find_labels", lambda name, **_: replace(labelled, name=name))
    panels = {}
    for name in ("a", "b", "c", "a", "d"):
        searcher.learn(name)
        panels[name] = searcher.panel
    searcher.learn("a")
    assert searcher.panel is panels["a"]
    searcher.learn("b")
    assert searcher.panel is not panels["b"]
    searcher.learn(None)


def test_the_class_of_every_source_is_that_of_its_own_vector(searcher):
    from radgalgui.jobs.classes import ClassPanel
    from radgalgui.jobs.events import CatalogClasses, Done

    labelled = column_labels(searcher.catalog, "label", "simclr", largest=200)
    searcher.panel = panel = ClassPanel(labelled, searcher.encoder, classifiers=("knn", "lr"))
    events = [event for event in searcher.predict_catalog("job") if event is not None]
    seen = replace(labelled, looks=(Look(720.0, 0.05),))
    searcher.panel = ClassPanel(seen, searcher.encoder, classifiers=("knn",))
    with pytest.raises(UsageError, match=r"another way than the catalogue \(12′ wide at"):
        next(searcher.predict_catalog("job"))
    searcher.panel = None
    told = events[0]
    assert [type(event) for event in events] == [CatalogClasses, Done]
    assert told.classifiers == ["knn", "lr"]
    assert told.probabilities.shape == (len(searcher.catalog), len(labelled.classes))
    np.testing.assert_allclose(told.probabilities.sum(axis=1), 1, atol=1e-4)
    others = np.setdiff1d(np.arange(60), labelled.rows)
    vectors = np.asarray(searcher.catalog.embeddings("simclr")[others], dtype=np.float32)
    expected = np.mean([panel.fits.fitted[n].probabilities(vectors) for n in ("knn", "lr")], axis=0)
    np.testing.assert_allclose(told.probabilities[others], expected, atol=1e-6)
    held_out = np.mean([panel.fits.held_out[n] for n in ("knn", "lr")], axis=0)
    np.testing.assert_allclose(told.probabilities[labelled.rows], held_out, atol=1e-6)
