"""The bundled catalogue, by every encoder: a galaxy is ordinary, drawn stripes are not."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.encoders import weights_file
from radgalgui.jobs.likelihood.judge import Judge
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.sets import TITLES, shipped_set
from radgalgui.jobs.likelihood.stored import read_scores
from radgalgui.models.encoder import Encoder
from radgalgui.sky.controls import controls
from radgalgui_resources import catalog_path

ENCODERS = ("byol", "simclr", "simsiam", "vdvae")


@pytest.fixture(scope="module")
def pictures():
    """Return the controls by kind, as all bundled encoders see them."""
    eyes = Catalog.open(catalog_path()).manifest.preprocessing
    return {control.kind: control.seen for control in controls(eyes)}


@pytest.mark.parametrize("name", ENCODERS)
def test_a_galaxy_is_ordinary_and_hard_edges_are_strange(name, pictures):
    catalog = Catalog.open(catalog_path())
    judge = Judge.load(catalog, name)
    kinds = ("galaxy", "blocks", "stripes", "artefact")
    vectors = Encoder.load(weights_file(name)).embed(np.stack([pictures[k] for k in kinds]))
    galaxy, *strange = judge.percentiles(judge.scores(vectors))
    assert galaxy[0] > 5
    assert galaxy[-1] > 5
    for percentiles in strange:
        assert percentiles[0] < 2
        assert percentiles[-1] < 2


@pytest.mark.parametrize("name", ENCODERS)
def test_own_sources_stand_evenly_among_themselves(name):
    stored = read_scores(catalog_path(), name)
    assert stored is not None
    assert np.isfinite(stored.scores).mean() > 0.99
    for method in METHODS:
        column = stored.column(method)
        known = column[np.isfinite(column)]
        np.testing.assert_allclose(np.quantile(known, (0.1, 0.5, 0.9)), (10, 50, 90), atol=1)


@pytest.mark.parametrize("label_set", ["frdeep", "mirabest", "rgd"])
def test_published_sets_are_seen_as_they_lie_by_all_bundled_encoders(label_set):
    published = shipped_set(label_set)
    assert label_set in TITLES
    assert not published.ignore_orientation
    assert len(published.about["reconstruction"]) == len(published)
    catalog = Catalog.open(catalog_path())
    for name in ENCODERS:
        vectors = published.vectors_of(name, catalog.manifest.vectors[name].weights_sha256)
        assert len(vectors) == len(published)
