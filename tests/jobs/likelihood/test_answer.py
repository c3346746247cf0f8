"""How likely what is asked about is: sources, new images, and where the judge is damaged."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.events import Done, Likelihood, Neighbours, Reconstruction
from radgalgui.jobs.likelihood.answer import OTHER_GENERATOR, Assessor
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.stored import read_scores
from radgalgui.jobs.results import LIKELIHOOD_COLUMNS, likelihood_row
from radgalgui.jobs.search import Searcher
from radgalgui.jobs.studio import Studio
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator


def opened(path, encoder: Encoder) -> Searcher:
    catalog = Catalog.open(path)
    searcher = Searcher(catalog, encoder, ExactIndex(catalog.embeddings(encoder.name)))
    searcher.assessor = Assessor(catalog, encoder.name)
    return searcher


@pytest.fixture(scope="module")
def searcher(judged, small_encoder) -> Searcher:
    return opened(judged, small_encoder)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Return a FITS image of a long source on noise."""
    y, x = np.mgrid[-50:50, -50:50]
    data = np.exp(-((x / 9) ** 2 + (y / 3) ** 2)) + np.random.default_rng(0).normal(
        0, 0.01, x.shape
    )
    path = tmp_path_factory.mktemp("image") / "long.fits"
    fits.writeto(path, data.astype(np.float32))
    return path


def likelihood(events) -> Likelihood:
    (told,) = (event for event in events if isinstance(event, Likelihood))
    return told


def test_a_source_is_told_what_is_stored_of_it(searcher, judged):
    stored = read_scores(judged, "small")
    events = list(searcher.neighbours("job", 17))
    assert [type(event) for event in events] == [Neighbours, Likelihood, Done]
    told = likelihood(events)
    assert told.log_likelihood == pytest.approx(stored.scores[17, 0])
    assert told.percentile == pytest.approx(stored.percentiles[17, 0])
    assert told.combined == pytest.approx(stored.combined[17])
    assert [row["method"] for row in told.opinions] == list(METHODS)
    assert told.opinions[-1]["percentile"] is None  # nothing was drawn again
    assert searcher.assessor.left  # which took no judge


def test_percentiles_are_shares_of_the_catalogue(searcher, judged, small_encoder):
    stored = read_scores(judged, "small")
    own, (low, high) = stored.scores[:, 0], stored.central
    vectors = small_encoder.embed(Catalog.open(judged).images[:40] ** 1.2)
    told = [searcher.assessor.of_vector("job", vector) for vector in vectors]
    assert len({one.percentile for one in told}) > 10
    for one in told:
        assert one.percentile == pytest.approx(100 * np.mean(own < one.log_likelihood), abs=0.26)
        assert one.opinions[0]["percentile"] == one.percentile
        assert one.outside == (not low <= one.log_likelihood <= high)
        assert {"few", "reconstruction"} == {note["code"] for note in one.notes}


def test_it_does_not_depend_on_whether_orientation_is_ignored(searcher, image):
    lies, ignored = (
        likelihood(searcher.answer("job", image, ignore_orientation=ignore))
        for ignore in (False, True)
    )
    assert lies == ignored


def test_noise_is_below_all_sources_and_outside(searcher, small_encoder):
    noise = np.random.default_rng(3).random((1, 1, 64, 64)).astype(np.float32)
    told = searcher.assessor.of_vector("job", small_encoder.embed(noise)[0])
    assert told.percentile == 0
    assert told.outside
    assert told.combined < 1


def test_nothing_is_told_without_likelihoods_or_an_assessor(
    write_catalog, small_encoder, judged, image, tmp_path
):
    images = Catalog.open(judged).images[:60]
    bare = opened(write_catalog(tmp_path / "bare", images, small_encoder), small_encoder)
    assert not bare.assessor.left
    asked = opened(judged, small_encoder)
    asked.assessor = None
    for searcher in (bare, asked):
        for events in (searcher.answer("job", image), searcher.neighbours("job", 0)):
            assert not any(isinstance(event, Likelihood) for event in events)


def test_a_damaged_judge_is_told_in_a_note_and_spoils_no_answer(
    judged, small_encoder, image, tmp_path
):
    path = tmp_path / "damaged"
    shutil.copytree(judged, path)
    Catalog.open(path).judge_path("small").write_bytes(b"nonsense")
    searcher = opened(path, small_encoder)
    events = list(searcher.answer("job", image))
    assert isinstance(events[-1], Done)
    told = likelihood(events)
    assert (told.log_likelihood, told.percentile, told.combined) == (None, None, None)
    assert {row["percentile"] for row in told.opinions} == {None}
    (note,) = told.notes
    assert note["code"] == "refused"
    assert "radgalgui catalog likelihood" in note["text"]
    assert not searcher.assessor.left
    # of a source, the stored scores are still there
    assert likelihood(searcher.neighbours("job", 3)).percentile is not None


def test_the_reconstruction_has_a_say_where_the_same_network_drew_the_catalogues_sources(
    judged, make_judge, small_encoder, drawing_weights, image, tmp_path
):
    generator = Generator.of(Encoder.load(drawing_weights))
    told = {}
    for sha in (generator.sha256, "0" * 64):
        path = tmp_path / sha[:8]
        shutil.copytree(judged, path)
        make_judge(path, "small", redrawn=np.linspace(-1, 0, 200), generator=sha)
        searcher = opened(path, small_encoder)
        searcher.studio = Studio.of(generator)
        events = list(searcher.answer("job", image))
        kinds = [type(event) for event in events]
        assert kinds.index(Reconstruction) + 1 == kinds.index(Likelihood)
        told[sha] = likelihood(events)
    same, other = told.values()
    assert same.opinions[-1]["percentile"] is not None
    assert other.opinions[-1]["percentile"] is None
    assert OTHER_GENERATOR in [note["text"] for note in other.notes]
    assert same.percentile == other.percentile


def test_a_row_has_the_columns_in_their_order(searcher, image):
    told = likelihood(searcher.answer("job", image))
    row = likelihood_row("long", told)
    assert tuple(row) == LIKELIHOOD_COLUMNS
    assert row["percentile"] == told.opinions[0]["percentile"]
    assert row["knn_distance"] == told.opinions[3]["percentile"]
    assert (row["reconstruction"], row["combined"]) == (None, told.combined)
