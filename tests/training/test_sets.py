"""Published sets as their images lie, with how well each was drawn again."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.analysis.opinions import reconstruction_score
from radgalgui.errors import UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui_training import labels
from radgalgui_training.labels import make_labels
from radgalgui_training.published import Published
from radgalgui_training.sets import make_set


@pytest.fixture
def published(monkeypatch) -> Published:
    """Stand in for MiraBest: 12 images of two classes, one without any emission."""
    images = np.random.default_rng(0).integers(0, 255, (12, 150, 150)).astype(np.uint8)
    images[5] = 0
    names = np.asarray(["FRI", "FRII"])[np.arange(12) % 2]
    data = Published("mirabest-confident", images, names, np.zeros(12, dtype=bool))
    monkeypatch.setattr(labels, "read_published", lambda name, root: data)
    return data


def test_vectors_are_of_images_as_they_lie_in_the_order_of_the_labels(encoder, published, tmp_path):
    made = make_set("mirabest", tmp_path, [encoder])
    assert not made.ignore_orientation
    assert (
        made.labels.tolist()
        == make_labels("mirabest", tmp_path, [encoder], classifiers=()).labels.tolist()
    )
    vectors = encoder.embed(published.seen(encoder.preprocessing))
    for stored in made.vectors["small"]:
        assert np.abs(vectors - stored).max(axis=1).min() < 0.01
    assert "reconstruction" not in made.about


def test_how_each_was_drawn_again_is_kept_with_the_weights_that_drew(
    encoder, published, drawing_weights, tmp_path
):
    generator = Generator.of(Encoder.load(drawing_weights))
    made = make_set("mirabest", tmp_path, [encoder], generator=generator)
    made.save(tmp_path / "set.safetensors")
    kept = LabelledVectors.load(tmp_path / "set.safetensors").about
    assert kept["generator"] == generator.sha256
    seen = published.seen(generator.preprocessing)
    softening = generator.preprocessing.softening
    scores = reconstruction_score(seen, generator.reconstruct(seen), softening=softening)
    told = np.asarray(kept["reconstruction"], dtype=float)
    assert np.isnan(told).sum() == 1  # of an empty image nothing can be told
    np.testing.assert_allclose(np.sort(told), np.sort(scores), rtol=1e-3)


def test_no_set_and_no_encoder_are_refused(tmp_path, encoder):
    with pytest.raises(UsageError, match="nosuch"):
        make_set("nosuch", tmp_path, [encoder])
    with pytest.raises(UsageError, match="no encoder"):
        make_set("mirabest", tmp_path, [])
