"""What a source is: classifiers one by one, their mean and votes, the set, the neighbours."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

import numpy as np
import pytest

from radgalgui.analysis.conformal import ConformalSets, coverage
from radgalgui.errors import Cancelled, DataError, ImageError, UsageError, WeightsError
from radgalgui.jobs.classes import ClassPanel
from radgalgui.jobs.classify import classify
from radgalgui.jobs.events import Classes, Done, Picture, Seen
from radgalgui.jobs.fitting import Fits, suited_classifiers
from radgalgui.jobs.results import MEAN, class_columns, class_rows
from radgalgui.jobs.wire import read_event, write_event
from radgalgui.models.network_classifier import ClassifyingNetwork, NetworkClassifier, pack_members
from radgalgui.models.weights import save_weights
from radgalgui.progress import CancelToken
from radgalgui_resources import example_path

from .conftest import CLASSES, shapes

QUICK = ("knn", "lr")


def seen_as(image):
    return lambda preprocessing: image


@pytest.fixture
def panel(labelled, small_encoder):
    return ClassPanel(labelled, small_encoder, classifiers=QUICK)


@pytest.fixture(scope="module")
def network(small_encoder, tmp_path_factory):
    """Return the weights file of a network with a head; untaught, it finds both classes even."""
    path = tmp_path_factory.mktemp("classifiers") / "shapes.safetensors"
    member = ClassifyingNetwork(small_encoder._network, 2)
    card = {
        **small_encoder.card,
        "classes": list(CLASSES),
        "temperature": 1.0,
        "label_set": "shapes",
    }
    save_weights(path, pack_members([member]), card)
    return path


def test_each_classifier_is_told_as_soon_as_it_is_fitted_and_the_last_is_complete(panel):
    told = list(panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9))
    assert [[row["classifier"] for row in event.rows] for event in told] == [["knn"], ["knn", "lr"]]
    assert [event.complete for event in told] == [False, True]
    assert {event.job for event in told} == {"job"}
    again = list(panel.answer("again", seen_as(shapes(1)[0][0]), level=0.9))
    assert len(again) == 1  # nothing is fitted twice
    assert again[0].rows == told[-1].rows


def test_what_is_told_is_what_the_parts_say(panel, labelled, small_encoder):
    panel.fits.prepare()
    image, codes = shapes(1, seed=7)
    (told,) = panel.answer("job", seen_as(image[0]), level=0.8)
    vector = small_encoder.embed(image, ignore_orientation=True)
    for row in told.rows:
        fitted = panel.fits.fitted[row["classifier"]]
        np.testing.assert_allclose(row["probabilities"], fitted.probabilities(vector)[0])
    np.testing.assert_allclose(told.mean, np.mean([r["probabilities"] for r in told.rows], axis=0))
    best = int(np.argmax(told.mean))
    assert told.votes == sum(np.argmax(r["probabilities"]) == best for r in told.rows)
    held_out = np.mean(list(labelled.held_out["small"].values()), axis=0)
    inside = ConformalSets(labelled.codes, held_out).members([told.mean], level=0.8)[0]
    assert told.members == [name for name, held in zip(CLASSES, inside, strict=True) if held]
    assert told.coverage == coverage(labelled.codes, held_out, level=0.8).overall
    assert (told.label_set, told.encoder, told.sources) == ("shapes", "small", 60)
    assert CLASSES[best] == CLASSES[codes[0]]


def test_new_sources_are_told_apart_and_covered(panel):
    panel.fits.prepare()
    images, codes = shapes(24, seed=11)
    told = [next(iter(panel.answer("job", seen_as(image), level=0.9))) for image in images]
    right = [np.argmax(event.mean) == code for event, code in zip(told, codes, strict=True)]
    held = [CLASSES[code] in event.members for event, code in zip(told, codes, strict=True)]
    assert np.mean(right) > 0.8
    assert np.mean(held) > 0.7  # 0.9 less two standard errors of both samples


def test_turning_a_source_changes_nothing(panel):
    panel.fits.prepare()
    image = shapes(1, seed=3)[0][0]
    (lying,), (turned,) = (
        panel.answer("job", seen_as(np.ascontiguousarray(view)), level=0.9)
        for view in (image, np.rot90(image, axes=(-2, -1)))
    )
    np.testing.assert_allclose(lying.mean, turned.mean, atol=1e-4)


def test_neighbours_are_the_most_similar_by_cosine(panel, labelled, small_encoder):
    image = shapes(1, seed=5)[0]
    told = next(iter(panel.answer("job", seen_as(image[0]), level=0.9)))
    vector = small_encoder.embed(image, ignore_orientation=True)[0]
    vectors = np.asarray(labelled.vectors["small"])
    cosine = vectors @ vector / np.linalg.norm(vectors, axis=1) / np.linalg.norm(vector)
    nearest = np.argsort(-cosine, kind="stable")[:20]
    assert [row["label"] for row in told.neighbours] == labelled.labels[nearest].tolist()
    np.testing.assert_allclose(
        [row["similarity"] for row in told.neighbours], cosine[nearest], atol=1e-5
    )
    assert {(row["name"], row["index"]) for row in told.neighbours} == {("", None)}


def test_without_held_out_probabilities_they_are_made_and_the_set_waits(labelled, small_encoder):
    bare = replace(labelled, held_out={})
    panel = ClassPanel(bare, small_encoder, classifiers=("knn", "svc"))
    told = list(panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9))
    assert told[0].members == []
    assert told[0].coverage is None
    assert told[-1].complete
    assert told[-1].coverage is not None
    np.testing.assert_allclose(panel.fits.held_out["knn"], labelled.held_out["small"]["knn"])
    assert "svc" not in panel.fits.held_out  # too slow to be held out on the side
    alone = Fits(bare, small_encoder, classifiers=("svc",))
    assert alone.left == 6  # but if nothing else is asked for: a fit and five folds


def test_a_labelled_source_of_the_catalogue_is_told_by_those_that_did_not_know_it(
    labelled, small_encoder
):
    names = np.asarray([f"S{n}" for n in range(60)], dtype=object)
    known = replace(labelled, names=names, rows=np.arange(100, 160))
    panel = ClassPanel(known, small_encoder, classifiers=QUICK)
    (told,) = (e for e in panel.answer("job", seen_as(None), level=0.9, row=107) if e.complete)
    for row in told.rows:
        table = labelled.held_out["small"][row["classifier"]]
        np.testing.assert_allclose(row["probabilities"], table[7])
    assert "S7" not in {row["name"] for row in told.neighbours}
    assert all(row["name"] == f"S{row['index'] - 100}" for row in told.neighbours)
    # A source of which no view is to be had, and that is not labelled, is told nothing.
    assert list(panel.answer("job", seen_as(None), level=0.9, row=3)) == []


def test_the_network_answers_beside_the_others(labelled, small_encoder, network):
    sha256 = NetworkClassifier.load(network).sha256
    table = np.tile([0.4, 0.6], (60, 1))
    with_table = replace(labelled, network_held_out=table, network=sha256)
    for labels, held_out in ((with_table, True), (replace(with_table, network="0" * 64), False)):
        panel = ClassPanel(
            labels, small_encoder, network=network, classifiers=(*QUICK, "finetuned")
        )
        panel.fits.prepare()
        (told,) = panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9)
        assert [row["classifier"] for row in told.rows] == [*QUICK, "finetuned"]
        np.testing.assert_allclose(told.rows[-1]["probabilities"], [0.5, 0.5])
        assert ("finetuned" in panel.fits.held_out) == held_out


def test_a_network_of_other_classes_is_left_out_or_refused(
    labelled, small_encoder, network, tmp_path, caplog
):
    others = replace(labelled, classes=("compact", "extended"))
    with pytest.raises(WeightsError, match=r"knows the classes round, thin; those of the labels"):
        Fits(others, small_encoder, network=network, classifiers=["finetuned"]).step()
    (tmp_path / "bad.safetensors").write_bytes(b"nonsense")
    panel = ClassPanel(
        labelled,
        small_encoder,
        network=tmp_path / "bad.safetensors",
        classifiers=["lr", "finetuned"],
    )
    with caplog.at_level(logging.WARNING):
        told = list(panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9))
    assert [row["classifier"] for row in told[-1].rows] == ["lr"]
    assert "bad.safetensors" in caplog.text
    with pytest.raises(UsageError, match="no network was fine-tuned on the labels 'shapes'"):
        Fits(labelled, small_encoder, network=tmp_path / "none", classifiers=["finetuned"])


def test_a_damaged_network_is_told_in_words_beside_what_the_others_say(
    labelled, small_encoder, tmp_path
):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nonsense")
    panel = ClassPanel(labelled, small_encoder, network=bad, classifiers=["lr", "finetuned"])
    panel.fits.prepare()  # one of two is left
    told = list(panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9))[-1]
    (note,) = told.notes
    assert note["text"].startswith("The classifier 'finetuned' is left out: ")
    assert str(bad) in note["text"]
    assert read_event(io.BytesIO(_as_frame(told))) == told


def test_a_fit_that_crashes_leaves_its_classifier_out_and_the_others_answer(
    labelled, small_encoder, monkeypatch
):
    from radgalgui.analysis.classifiers import Fitting

    sound = Fitting.step

    def step(self):
        if self.name == "lr":
            raise ValueError("the solver broke")
        sound(self)

    monkeypatch.setattr(Fitting, "step", step)
    panel = ClassPanel(replace(labelled, held_out={}), small_encoder, classifiers=QUICK)
    told = list(panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9))[-1]
    assert told.complete
    assert [row["classifier"] for row in told.rows] == ["knn"]
    assert told.coverage is not None
    assert [n["text"] for n in told.notes] == [
        "The classifier 'lr' is left out: ValueError: the solver broke"
    ]
    assert list(panel.fits.make_quick()) == []
    assert panel.fits.quick == ("knn",)
    assert np.isfinite(panel.predict(panel.fits.vectors)).all()
    alone = Fits(labelled, small_encoder, classifiers=["lr"])
    with pytest.raises(ValueError, match="the solver broke"):
        alone.prepare()  # nobody is left


def test_a_fold_that_crashes_leaves_no_gaps_in_what_was_held_out(
    labelled, small_encoder, monkeypatch
):
    from radgalgui.analysis.held_out import HeldOut

    sound = HeldOut.step

    def step(self):
        sound(self)
        if self.left == 2:
            raise MemoryError

    monkeypatch.setattr(HeldOut, "step", step)
    fits = Fits(replace(labelled, held_out={}), small_encoder, classifiers=QUICK)
    while fits.left:
        fits.try_step()
    assert fits.held_out == {}
    assert set(fits.failed) == set(QUICK)


def test_a_network_that_wants_to_see_what_an_image_has_not_is_left_out_of_its_answer(
    labelled, small_encoder, network
):
    def view(preprocessing):
        if preprocessing == other:
            raise ImageError("the image has one plane")
        return shapes(1)[0][0]

    panel = ClassPanel(labelled, small_encoder, network=network, classifiers=("knn", "finetuned"))
    panel.fits.prepare()
    other = replace(panel.fits.network.sights[0], pixel_scale=3.0)
    panel.fits.network.sights = (other,)
    (told,) = panel.answer("job", view, level=0.9)
    assert [row["classifier"] for row in told.rows] == ["knn"]
    assert "the image has one plane" in told.notes[0]["text"]


def test_a_labelled_source_that_no_fit_can_do_without_is_told_nothing_at_once(
    labelled, small_encoder
):
    few = np.concatenate([np.flatnonzero(labelled.codes == 0), np.flatnonzero(labelled.codes)[:2]])
    pair = replace(
        labelled,
        codes=labelled.codes[few],
        vectors={"small": labelled.vectors["small"][few]},
        held_out={},
        rows=np.arange(len(few)),
    )
    panel = ClassPanel(pair, small_encoder, classifiers=QUICK)
    left = panel.fits.left
    assert list(panel.answer("job", seen_as(None), level=0.9, row=3)) == []
    assert panel.fits.left == left  # and nobody waits for fits that cannot tell


def test_vectors_of_other_weights_and_unknown_classifiers_are_refused(labelled, small_encoder):
    with pytest.raises(DataError, match="other weights"):
        ClassPanel(replace(labelled, weights={"small": "0" * 64}), small_encoder)
    with pytest.raises(UsageError, match="no classifier 'knm'; choose among knn, rf"):
        ClassPanel(labelled, small_encoder, classifiers=["knm"])


@pytest.mark.parametrize("level", [0.0, 1.0, 2.0, float("nan")])
def test_a_level_out_of_range_is_refused(panel, level):
    with pytest.raises(UsageError, match="level of confidence"):
        list(panel.answer("job", seen_as(shapes(1)[0][0]), level=level))


def test_a_cancelled_answer_ends_before_the_next_fit(panel):
    token = CancelToken()
    answer = panel.answer("job", seen_as(shapes(1)[0][0]), level=0.9, cancel=token)
    next(answer)
    token.cancel()
    left = panel.fits.left
    with pytest.raises(Cancelled):
        next(answer)
    assert panel.fits.left == left


def test_large_columns_are_left_to_the_quick_classifiers(labelled):
    def of(count: int, held_out: dict) -> tuple[str, ...]:
        codes = np.arange(count) % 2
        vectors = {"small": np.zeros((count, 3))}
        return suited_classifiers(
            replace(labelled, codes=codes, vectors=vectors, held_out=held_out)
        )

    assert of(2001, {}) == ("knn", "lr", "ext")
    assert len(of(2000, {})) == 6
    assert len(of(2001, {"small": {}})) == 6


def test_an_image_is_classified_without_a_catalogue(labelled, small_encoder):
    panel = ClassPanel(labelled, small_encoder, classifiers=("knn",))
    events = list(classify("job", example_path(), panel, level=0.9))
    assert [type(event) for event in events] == [Picture, Seen, Classes, Done]
    seen, told = events[1], events[2]
    rows = class_rows("galaxy", told, ra=seen.ra, dec=seen.dec)
    assert [row["classifier"] for row in rows] == ["knn", MEAN]
    assert all(tuple(class_columns(CLASSES)) == tuple(_ordered(row)) for row in rows)
    assert rows[0]["agreement"] == 1
    assert rows[-1]["class"] == CLASSES[int(np.argmax(told.mean))]
    assert rows[0]["conformal_set"] == "{" + ", ".join(told.members) + "}"


def _ordered(row):
    return [name for name in class_columns(CLASSES) if name in row]


def _as_frame(event) -> bytes:
    stream = io.BytesIO()
    write_event(stream, event)
    return stream.getvalue()
