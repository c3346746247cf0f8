"""Labels seen in other ways than the encoder's own: another field, several looks at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from radgalgui.analysis.vectors import side_by_side
from radgalgui.errors import DataError
from radgalgui.jobs.classes import ClassPanel
from radgalgui.jobs.classify import classify
from radgalgui.jobs.events import Seen
from radgalgui.sky.look import Look
from radgalgui.sky.rings import emission_in_rings
from radgalgui_resources import example_path

from .conftest import shapes

QUICK = ("knn", "lr")


def test_labels_of_another_field_see_that_field(labelled, small_encoder):
    wide = ClassPanel(replace(labelled, looks=(Look(1152.0),)), small_encoder, classifiers=("knn",))
    assert wide.preprocessing.pixel_scale == 18.0
    assert wide.preprocessing.size == small_encoder.preprocessing.size
    seen = [e for e in classify("job", example_path(), wide) if isinstance(e, Seen)]
    assert seen[0].pixel_scale == 18.0


@pytest.fixture(scope="module", params=[False, True], ids=["vectors", "rings"])
def looks(request, labelled, small_encoder):
    """Return the labels as two looks see them, and how: one as ever, one at a deeper stretch.

    With and without the emission in rings beside the vectors.
    """
    looks = (Look(rings=request.param), Look(None, 0.01, rings=request.param))
    sights = [small_encoder.preprocessing, Look(None, 0.01).sight(small_encoder.preprocessing)]
    images = [sight.stretch(shapes(60)[0]) for sight in sights]
    seen = np.concatenate(images)
    vectors = side_by_side(small_encoder.embed(seen, ignore_orientation=True), seen, looks)
    joined = replace(labelled, looks=looks, vectors={"small": vectors}, held_out={})
    return joined, sights


def test_a_source_is_seen_by_every_look_and_its_vectors_stand_side_by_side(looks, small_encoder):
    joined, sights = looks
    panel = ClassPanel(joined, small_encoder, classifiers=QUICK)
    assert panel.sights == tuple(sights)
    image = shapes(1, seed=9)[0][0]
    told = list(panel.answer("job", lambda sight: sight.stretch(image), level=0.9))[-1]
    views = [sight.stretch(image)[None] for sight in sights]
    apart = [small_encoder.embed(view, ignore_orientation=True) for view in views]
    if joined.looks[0].rings:
        parts = [
            np.hstack([one, 2 * emission_in_rings(view)])
            for one, view in zip(apart, views, strict=True)
        ]
    else:
        parts = apart
    for row in told.rows:
        chances = panel.fits.fitted[row["classifier"]].probabilities(np.hstack(parts) / 2**0.5)[0]
        np.testing.assert_allclose(row["probabilities"], chances, atol=1e-5)
    # What is alike is what the encoder finds alike, whatever lies around.
    halves = [
        half[:, : small_encoder.dimension] for half in np.split(joined.vectors["small"], 2, axis=1)
    ]
    cosines = [
        half @ one[0] / np.linalg.norm(half, axis=1) / np.linalg.norm(one)
        for half, one in zip(halves, apart, strict=True)
    ]
    nearest = np.sort(np.mean(cosines, axis=0))[::-1][:20]
    np.testing.assert_allclose([row["similarity"] for row in told.neighbours], nearest, atol=1e-5)


def test_a_look_that_is_not_to_be_had_leaves_a_source_unanswered(looks, small_encoder):
    joined, sights = looks
    panel = ClassPanel(joined, small_encoder, classifiers=("knn",))
    image = shapes(1)[0][0]
    stored = [image if sight == sights[0] else None for sight in panel.sights]
    answer = panel.answer("job", lambda s: stored[panel.sights.index(s)], level=0.9)
    assert list(answer) == []


def test_the_widest_look_is_shown_and_vectors_of_another_length_are_refused(looks, small_encoder):
    joined, _ = looks
    rings = joined.looks[0].rings
    wide = replace(joined, looks=(Look(720.0, rings=rings), Look(1152.0, rings=rings)))
    panel = ClassPanel(wide, small_encoder, classifiers=("knn",))
    assert panel.preprocessing.field_of_view == 1152
    with pytest.raises(DataError, match="numbers, not"):
        ClassPanel(replace(joined, looks=(Look(),)), small_encoder)
