"""Two surveys compared: what is the same lies inside, what is foreign outside, and why."""

from __future__ import annotations

import json

import numpy as np
import pytest

from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.jobs.likelihood.compare import compare, comparing
from radgalgui.jobs.search import Searcher
from radgalgui.progress import CancelToken


def opened(path, encoder) -> Searcher:
    catalog = Catalog.open(path)
    return Searcher(catalog, encoder, ExactIndex(catalog.embeddings(encoder.name)))


@pytest.fixture(scope="module")
def searcher(judged, small_encoder) -> Searcher:
    return opened(judged, small_encoder)


@pytest.fixture(scope="module")
def others(write_catalog, draw_blobs, draw_static, small_encoder, tmp_path_factory) -> dict:
    """Return catalogues of blobs, with vectors and without, and of noise beside blobs."""
    folder = tmp_path_factory.mktemp("others")
    alike, mixed = draw_blobs(60, seed=8), np.concatenate([draw_blobs(40, seed=9), draw_static(20)])
    return {
        "alike": str(write_catalog(folder / "alike", alike, small_encoder)),
        "images": str(write_catalog(folder / "images", alike, None)),
        "mixed": str(write_catalog(folder / "mixed", mixed, small_encoder)),
        "few": str(write_catalog(folder / "few", alike[:1], small_encoder)),
    }


def test_the_same_kind_of_source_lies_inside(searcher, others):
    told = compare(searcher, others["alike"])
    # The flow of the tests was not cross-fitted, so that what it has not seen seems a little lower.
    assert told.support.verdict in ("inside", "mostly inside")
    assert told.sentence.startswith(f"Alike lies {told.support.verdict} the support of Judged: ")
    assert told.ks.value < 0.25
    assert told.energy_vectors.p_value > 0.01
    assert 20 < told.b.percentile < 80
    assert (told.a.sources, told.b.sources, len(told.log_likelihood)) == (200, 60, 60)


def test_what_is_foreign_is_counted_and_lies_outside(searcher, others):
    told = compare(searcher, others["mixed"])
    assert told.support.verdict == "partly outside"
    assert told.support.share == pytest.approx(0.6, abs=0.08)
    assert told.outside.below == pytest.approx(0.35, abs=0.08)
    assert told.ks.p_value < 0.01
    assert told.energy_likelihood.p_value < 0.01
    assert told.energy_vectors.p_value < 0.01
    assert told.log_likelihood[40:].max() < told.outside.limits[0] < told.log_likelihood[:40].max()


def test_without_vectors_of_its_own_the_other_is_embedded(searcher, others):
    embedded, stored = (compare(searcher, others[name]) for name in ("images", "alike"))
    np.testing.assert_allclose(embedded.log_likelihood, stored.log_likelihood, rtol=1e-2)


def test_all_numbers_are_plain_json(searcher, others):
    told = compare(searcher, others["mixed"])
    facts = json.loads(json.dumps(told.to_dict(), allow_nan=False))
    assert facts["ks"]["statistic"] == told.ks.value
    assert facts["support"]["verdict"] == told.support.verdict
    assert facts["outside"]["limits"] == list(told.outside.limits)
    assert facts["sentence"] == told.sentence
    assert any("200 sources" in note for note in facts["notes"])


def test_a_single_source_has_no_energy_of_vectors(searcher, others):
    told = compare(searcher, others["few"])
    assert told.energy_vectors is told.to_dict()["energy_vectors"] is None
    assert any("Few has 1 source:" in note for note in told.notes)
    assert "of its 1 source lies where" in told.sentence


def test_it_gives_way_and_can_be_stopped(searcher, others):
    token, reports = CancelToken(), []
    steps = comparing(
        searcher, others["mixed"], progress=lambda *told: reports.append(told[:2]), cancel=token
    )
    assert [next(steps) for _ in range(4)] == [None] * 4
    assert reports == [(60, 60)]
    token.cancel()
    with pytest.raises(Cancelled):
        next(steps)


def test_what_is_lacking_is_named_with_the_command_that_makes_it(searcher, others, small_encoder):
    unjudged = opened(others["alike"], small_encoder)
    with pytest.raises(CatalogError, match=r"radgalgui catalog likelihood .*alike --encoder small"):
        compare(unjudged, others["mixed"])
    with pytest.raises(UsageError, match="is the reference itself"):
        compare(searcher, str(searcher.catalog.path))
    with pytest.raises(UsageError, match=r"mirabest, .*folder of a catalogue"):
        compare(searcher, "no such set")
