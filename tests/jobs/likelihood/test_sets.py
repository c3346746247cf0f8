"""Sets of galaxies judged by a catalogue: published, drawn, controls, another catalogue."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import Cancelled, CatalogError, DataError, UsageError
from radgalgui.jobs.events import Done, ScoredSet
from radgalgui.jobs.likelihood import sets
from radgalgui.jobs.likelihood.answer import Assessor
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.sets import score_set
from radgalgui.jobs.likelihood.stored import read_scores
from radgalgui.jobs.search import Searcher
from radgalgui.jobs.studio import Studio
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken
from radgalgui.sky.controls import CONTROLS
from radgalgui.sky.look import Look


def opened(path, encoder, studio=None) -> Searcher:
    catalog = Catalog.open(path)
    searcher = Searcher(catalog, encoder, ExactIndex(catalog.embeddings(encoder.name)))
    searcher.assessor, searcher.studio = Assessor(catalog, encoder.name), studio
    return searcher


@pytest.fixture(scope="module")
def searcher(judged, small_encoder) -> Searcher:
    return opened(judged, small_encoder)


@pytest.fixture(scope="module")
def drawing(judged, make_judge, small_encoder, drawing_weights, tmp_path_factory) -> Searcher:
    """Return a searcher whose own sources were drawn again by the generator at hand."""
    generator = Generator.of(Encoder.load(drawing_weights))
    path = tmp_path_factory.mktemp("drawing") / "judged"
    shutil.copytree(judged, path)
    redrawn = np.linspace(-1, 0, 200)
    make_judge(path, "small", redrawn=redrawn, generator=generator.sha256)
    return opened(path, small_encoder, Studio.of(generator))


def ask(searcher: Searcher, name: str, **options) -> list[ScoredSet]:
    *told, end = [e for e in score_set(searcher, name, job="set", **options) if e is not None]
    assert isinstance(end, Done)
    assert {event.job for event in told} == {"set"}
    assert [event.first for event in told] == np.cumsum([0, *map(_count, told[:-1])]).tolist()
    assert {event.total for event in told} == {sum(map(_count, told))}
    for event in told:
        n = _count(event)
        assert event.scores.shape == (n, len(METHODS))
        assert event.percentiles.shape == (n, len(METHODS) + 1)
        assert len(event.names) == len(event.labels) == n
        assert len(event.images) in (0, n)
    return told


def _count(event: ScoredSet) -> int:
    return len(event.scores)


@pytest.fixture
def labelled(small_encoder, judged) -> LabelledVectors:
    """Return the catalogue's own sources as a set of labels."""
    vectors = np.asarray(Catalog.open(judged).embeddings("small"))
    return LabelledVectors(
        name="shapes",
        classes=("long", "round"),
        codes=np.arange(200) % 2,
        vectors={"small": vectors},
        weights={"small": small_encoder.sha256},
        ignore_orientation=False,
    )


def test_a_published_set_is_judged_by_its_stored_vectors(searcher, labelled, judged, tmp_path):
    file = tmp_path / "shapes.safetensors"
    labelled.save(file)
    (told,) = ask(searcher, str(file))
    own = read_scores(judged, "small").scores
    # the flow of the tests was not cross-fitted, so it says the same of these as of its own
    np.testing.assert_allclose(told.log_likelihood, own[:, 0], rtol=1e-5)
    assert (told.title, told.labels[:2]) == ("shapes", ["long", "round"])
    assert np.isnan(told.percentiles[:, 4]).all()
    assert np.isfinite(told.combined).all()
    assert [note["code"] for note in told.notes] == ["reconstruction"]


def test_a_set_tells_what_makes_it_hard_to_compare(searcher, labelled, tmp_path):
    file = tmp_path / "wide.safetensors"
    replace(labelled, ignore_orientation=True, looks=(Look(960.0),)).save(file)
    notes = {note["code"]: note["text"] for note in ask(searcher, str(file))[0].notes}
    assert "means over eight orientations" in notes["orientation"]
    assert "16′" in notes["field"]


@pytest.mark.parametrize(
    ("looks", "how"),
    [
        ((Look(), Look(960.0)), "as wide as the encoder's own field and 16′ wide"),
        ((Look(rings=True),), "the emission in rings"),
    ],
)
def test_vectors_of_other_looks_are_not_judged_by_the_likelihood_of_one(
    searcher, labelled, tmp_path, looks, how
):
    file = tmp_path / "several.safetensors"
    vectors = {
        name: np.ones((len(each), sum(look.numbers(each.shape[1]) for look in looks)))
        for name, each in labelled.vectors.items()
    }
    replace(labelled, vectors=vectors, looks=looks).save(file)
    with pytest.raises(DataError, match=rf"several.safetensors: .* of sources seen {how}"):
        ask(searcher, str(file))


def test_how_a_published_set_was_drawn_again_counts_if_the_same_network_did(
    drawing, labelled, tmp_path
):
    file, scores = tmp_path / "shapes.safetensors", np.linspace(-2, 0, 200).tolist()
    for sha, known in ((drawing.studio.generator.sha256, True), ("0" * 64, False)):
        replace(labelled, about={"reconstruction": scores, "generator": sha}).save(file)
        (told,) = ask(drawing, str(file))
        assert np.isfinite(told.percentiles[:, 4]).all() == known
    own = np.linspace(-1, 0, 200)
    replace(
        labelled, about={"reconstruction": scores, "generator": drawing.studio.generator.sha256}
    ).save(file)
    shares = [100 * np.mean(own < score) for score in scores]
    np.testing.assert_allclose(ask(drawing, str(file))[0].percentiles[:, 4], shares, atol=0.3)


def test_vectors_of_images_as_they_lie_come_before_means_over_orientations(
    labelled, tmp_path, monkeypatch
):
    monkeypatch.setattr(sets, "shipped_label_sets", lambda: ("shapes",))
    monkeypatch.setattr(sets, "labels_path", lambda name: tmp_path / "means.safetensors")
    monkeypatch.setattr(sets, "sets_path", lambda name: tmp_path / "upright.safetensors")
    replace(labelled, ignore_orientation=True).save(tmp_path / "means.safetensors")
    assert sets.shipped_set("shapes").ignore_orientation
    labelled.save(tmp_path / "upright.safetensors")
    assert not sets.shipped_set("shapes").ignore_orientation


def test_controls_have_titles_sentences_and_pictures(drawing):
    told = ask(drawing, sets.CONTROLS)
    assert [event.labels[0] for event in told] == list(CONTROLS)
    for event, control in zip(told, CONTROLS.values(), strict=True):
        assert (event.names, event.words) == ([control.title], [control.sentence])
        assert event.images.shape == (1, 1, 64, 64)
        assert 0 <= event.images.min() <= event.images.max() <= 1
        assert np.isfinite(event.percentiles).all()


def test_drawn_galaxies_are_told_in_portions_with_their_pictures(drawing):
    told = ask(drawing, sets.DRAWN, count=6, seed=3)
    assert [_count(event) for event in told] == [4, 2]
    again = ask(drawing, sets.DRAWN, count=6, seed=3)
    for one, other in zip(told, again, strict=True):
        np.testing.assert_array_equal(one.scores, other.scores)
        assert one.images.shape[1:] == (1, 64, 64)
        vectors = drawing.encoder.embed(one.images)
        judge = drawing.assessor.judge
        np.testing.assert_allclose(judge.scores(vectors)[:, 0], one.log_likelihood, rtol=1e-4)
    assert not np.array_equal(told[0].scores, ask(drawing, sets.DRAWN, count=6)[0].scores)


def test_another_catalogue_is_judged_as_stored_or_embedded_now(
    searcher, write_catalog, draw_blobs, draw_static, small_encoder, tmp_path
):
    images = np.concatenate([draw_blobs(140, seed=8), draw_static(60)])
    path = write_catalog(tmp_path / "other", images, preprocessing=small_encoder.preprocessing)
    embedded = ask(searcher, str(path))
    assert [_count(event) for event in embedded] == [128, 72]
    percentile = np.concatenate([event.percentile for event in embedded])
    assert np.median(percentile[140:]) == 0
    assert np.median(percentile[:140]) > 5
    assert embedded[1].names[-1] == "other 199"
    assert embedded[0].labels[:2] == ["round", "long"]
    images = Catalog.open(path).images[:]  # in 256 levels, as they are stored
    stored_path = write_catalog(tmp_path / "stored", images, small_encoder)
    (stored,) = ask(searcher, str(stored_path))
    np.testing.assert_allclose(stored.percentile, percentile, atol=1.1)


def test_another_catalogues_own_reconstructions_count(
    drawing, write_catalog, make_judge, draw_blobs, small_encoder, tmp_path
):
    path = write_catalog(tmp_path / "other", draw_blobs(60, seed=8), small_encoder)
    sha = drawing.studio.generator.sha256
    make_judge(path, "small", redrawn=np.full(60, -0.5), generator=sha)
    (told,) = ask(drawing, str(path))
    np.testing.assert_allclose(told.percentiles[:, 4], 50, atol=0.3)


def test_what_cannot_be_judged_is_refused_in_a_sentence(
    searcher, write_catalog, draw_blobs, small_encoder, labelled, judged, tmp_path
):
    other = replace(labelled, weights={"small": "0" * 64})
    other.save(tmp_path / "other.safetensors")
    for name, error, words in (
        ("nosuch", UsageError, "no set 'nosuch'"),
        (str(judged), UsageError, "the reference itself"),
        (str(tmp_path), CatalogError, str(tmp_path)),
        (str(tmp_path / "other.safetensors"), DataError, "other weights"),
        (str(tmp_path / "gone.safetensors"), DataError, "is not there"),
        (sets.DRAWN, UsageError, "nothing draws"),
    ):
        with pytest.raises(error, match=words):
            list(score_set(searcher, name, job="j"))
    bare = opened(write_catalog(tmp_path / "bare", draw_blobs(60), small_encoder), small_encoder)
    with pytest.raises(CatalogError, match="radgalgui catalog likelihood"):
        list(score_set(bare, sets.CONTROLS, job="j"))


def test_too_many_galaxies_are_not_drawn(drawing):
    for count in (0, 10**6):
        with pytest.raises(UsageError, match=str(count)):
            list(score_set(drawing, sets.DRAWN, job="j", count=count))


def test_it_can_be_cancelled_between_portions(drawing):
    token = CancelToken()
    events = score_set(drawing, sets.DRAWN, job="j", count=40, cancel=token)
    assert isinstance(next(events), ScoredSet)
    token.cancel()
    with pytest.raises(Cancelled):
        list(events)
