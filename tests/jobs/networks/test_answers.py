"""A network of the user's own answers: alone, beside the six, and in an open catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.analysis.conformal import ConformalSets, coverage
from radgalgui.analysis.labelled import NETWORK, LabelledVectors
from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.events import CatalogClasses, Classes
from radgalgui.jobs.networks.kept import add_network, remove_network
from radgalgui.jobs.networks.opening import open_alone, open_beside
from radgalgui.jobs.networks.panel import Alone, Beside
from radgalgui.jobs.networks.taught import read_out_of_fold
from radgalgui.jobs.search import Searcher
from radgalgui.models.encoder import Encoder

Write = Callable[..., Path]
Shapes = Callable[..., tuple[np.ndarray, np.ndarray]]


@pytest.fixture(scope="module")
def network(write_network: Write, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_network(tmp_path_factory.mktemp("own") / "shapes.safetensors")


@pytest.fixture(scope="module")
def searcher(
    write_catalog: Callable[..., Path],
    small_encoder: Encoder,
    draw_shapes: Shapes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Searcher:
    """Return what searches 40 blobs, of which a column calls every other one long."""
    folder = write_catalog(
        tmp_path_factory.mktemp("catalogs") / "blobs", draw_shapes(40)[0], small_encoder
    )
    catalog = Catalog.open(folder)
    return Searcher(catalog, small_encoder, ExactIndex(catalog.embeddings("small")))


@pytest.fixture(scope="module")
def image(draw_shapes: Shapes) -> np.ndarray:
    return draw_shapes(1, seed=5)[0][0]


def told_of(panel: Alone | Beside, image: np.ndarray) -> Classes:
    panel.fits.prepare()
    *_, told = panel.answer("job", lambda _preprocessing: image, level=0.8)
    return told


def test_alone_it_tells_its_own_probabilities_and_a_set_by_its_answers_out_of_fold(
    network: Path, image: np.ndarray
) -> None:
    panel = open_alone(network)
    told = told_of(panel, image)
    chances = panel.network.probabilities(image[None])
    assert [row["classifier"] for row in told.rows] == [NETWORK]
    np.testing.assert_allclose(told.mean, chances[0])
    known = read_out_of_fold(panel.taught)
    inside = ConformalSets(known.codes, known.probabilities).members(chances, level=0.8)[0]
    assert told.members == [c for c, held in zip(told.classes, inside, strict=True) if held]
    assert told.coverage == coverage(known.codes, known.probabilities, level=0.8).overall
    assert (told.sources, told.complete, told.label_set) == (42, True, "shapes")
    (note,) = told.notes
    assert "“shapes”: learned from 42 labelled images" in note["text"]


def test_without_answers_out_of_fold_there_is_no_set_and_that_is_said(
    write_network: Write, tmp_path: Path, image: np.ndarray
) -> None:
    panel = open_alone(write_network(tmp_path / "bare.safetensors", folds=False))
    told = told_of(panel, image)
    assert (told.members, told.coverage) == ([], None)
    said = told.notes[1]["text"]
    assert said.startswith("There is no set of classes: bare.folds.npz, which its training wrote,")
    assert said.endswith("beside it.")
    assert not said.endswith("..")


def test_beside_the_six_it_counts_for_the_set_if_the_sources_are_the_same(
    network: Path, labelled: LabelledVectors, small_encoder: Encoder, image: np.ndarray
) -> None:
    rows = np.r_[np.flatnonzero(labelled.codes == 0)[:20], np.flatnonzero(labelled.codes == 1)[:20]]
    rows = rows.reshape(2, 20).T.ravel()  # the classes by turns, as the network's sources
    vectors = {"small": labelled.vectors["small"][rows]}
    same = replace(labelled, codes=labelled.codes[rows], vectors=vectors, held_out={})
    for sources, counts in ((same, True), (labelled, False)):
        panel = open_beside(
            network, sources, small_encoder, same_sources=True, classifiers=["knn", NETWORK]
        )
        told = told_of(panel, image)
        assert [row["classifier"] for row in told.rows] == ["knn", NETWORK]
        assert (NETWORK in panel.fits.held_out) is counts
        assert ("by these others alone" in told.notes[0]["text"]) is not counts
    with pytest.raises(UsageError, match="leave --labels out"):
        open_beside(network, replace(labelled, classes=("a", "b")), small_encoder)


def test_in_a_catalogue_a_column_of_its_classes_teaches_the_six(
    searcher: Searcher, write_network: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    add_network(write_network(tmp_path / "a.safetensors", ("long", "round")), "kinds")
    searcher.learn("network:kinds")
    assert isinstance(searcher.panel, Beside)
    assert searcher.panel.labelled.rows is not None
    assert searcher.panel.labelled.name == "network:kinds"


def test_in_a_catalogue_without_its_classes_it_answers_alone_and_colours_the_map(
    searcher: Searcher,
    network: Path,
    write_network: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    add_network(network, "blobs")
    searcher.learn("network:blobs")
    assert isinstance(searcher.panel, Alone)
    (told,) = [e for e in searcher.neighbours("job", 3) if isinstance(e, Classes)]
    assert (told.label_set, told.encoder) == ("network:blobs", "small")
    (all_told,) = [e for e in searcher.predict_catalog("all") if isinstance(e, CatalogClasses)]
    assert all_told.classifiers == [NETWORK]
    np.testing.assert_allclose(all_told.probabilities[3], told.mean, atol=1e-6)
    remove_network("blobs")
    searcher.learn("network:blobs")  # what is loaded goes on answering
    add_network(write_network(tmp_path / "b.safetensors", ("fat", "flat")), "blobs")
    searcher.learn("network:blobs")  # until another is kept under its name
    assert searcher.panel.network.classes == ("fat", "flat")


@pytest.mark.parametrize("name", ["wide", "gone", "broken"])
def test_what_cannot_answer_is_refused_in_a_sentence_and_the_labels_stay(
    name: str,
    searcher: Searcher,
    network: Path,
    small_encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_network: Write,
) -> None:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / "classifiers"
    folder.mkdir(parents=True)
    bands: dict[str, Any] = {**small_encoder.preprocessing.to_dict(), "channels": 3}
    write_network(folder / "wide.safetensors", preprocessing=bands)
    (folder / "broken.safetensors").write_bytes(network.read_bytes()[:-500])
    words = {"wide": "takes 3 bands, and the images of blobs have one band"}
    words |= {"gone": "no longer in", "broken": "is not a safetensors file"}
    with pytest.raises(Exception, match=words[name]) as caught:
        searcher.learn(f"network:{name}")
    assert caught.type.__name__ in ("UsageError", "WeightsError")
    assert "\n" not in str(caught.value)
