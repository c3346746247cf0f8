"""Label sets out of published data: in what order, by whom held out, with what network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from radgalgui.analysis.held_out import HeldOut
from radgalgui.errors import DataError, UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.sky.look import Look
from radgalgui_resources import weights_path
from radgalgui_training import labels
from radgalgui_training.labels import make_labels, read_network_folds
from radgalgui_training.published import Published
from radgalgui_training.sets import make_set


@pytest.fixture
def published(monkeypatch) -> Published:
    """Stand in for MiraBest: 40 images of two classes, one of them twice, and a test part."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (46, 150, 150)).astype(np.uint8)
    images[39] = images[3]
    names = np.asarray(["FRI", "FRII"])[np.arange(46) % 2]
    data = Published("mirabest-confident", images, names, np.arange(46) >= 40)
    monkeypatch.setattr(labels, "read_published", lambda name, root: data)
    return data


def test_a_set_holds_the_training_part_once_each_in_an_order_of_chance(
    encoder, published, tmp_path
):
    made = make_labels("mirabest", tmp_path, [encoder], classifiers=("knn",))
    own = published.select(np.arange(46) < 39)
    assert len(made) == 39
    assert made.classes == ("FRI", "FRII")
    assert sorted(made.labels) == sorted(own.labels)
    vectors = encoder.embed(own.seen(encoder.preprocessing), ignore_orientation=True)
    stored = made.vectors["small"]
    order = [int(np.abs(vectors - vector).sum(axis=1).argmin()) for vector in stored]
    assert sorted(order) == list(range(39))
    assert order != list(range(39))
    assert made.labels.tolist() == own.labels[order].tolist()
    np.testing.assert_allclose(stored, vectors[order], rtol=1e-2, atol=1e-2)
    assert made.held_out["small"]["knn"].shape == (39, 2)
    assert (made.names, made.rows, made.looks, made.network) == (None, None, (Look(),), "")
    assert made.weights == {"small": encoder.sha256}


def test_a_set_of_several_looks_says_so_and_keeps_nothing_of_one(
    encoder, published, tmp_path, monkeypatch
):
    looks = (Look(softening=0.05), Look(200.0, 0.01))
    several = replace(published, looks=looks)
    before = make_labels("mirabest", tmp_path, [encoder], classifiers=("knn",))
    monkeypatch.setattr(labels, "read_published", lambda name, root: several)
    made = make_labels("mirabest", tmp_path, [encoder], classifiers=("knn",), known=before)
    assert made.looks == looks
    assert made.vectors_of("small", encoder.sha256, dimension=encoder.dimension).shape[0] == 39
    of_one, of_two = before.held_out["small"]["knn"], made.held_out["small"]["knn"]
    assert not np.array_equal(of_one, of_two)
    assert make_set("mirabest", tmp_path, [encoder]).looks == (Look(),)


def test_the_network_is_told_of_with_its_weights_and_in_the_same_order(
    encoder, published, tmp_path
):
    own = published.labels[:39]
    chance = np.linspace(0, 1, 39)
    told = {"classes": np.unique(own), "labels": own}
    told["probabilities"] = np.column_stack([chance, 1 - chance])
    np.savez(tmp_path / "folds.npz", **told)
    (tmp_path / "network").write_bytes(b"weights")
    made = make_labels(
        "mirabest",
        tmp_path,
        [encoder],
        classifiers=(),
        network=tmp_path / "network",
        network_folds=tmp_path / "folds.npz",
    )
    assert len(made.network) == 64
    order = np.round(made.network_held_out[:, 0] * 38).astype(int)
    assert made.labels.tolist() == own[order].tolist()
    again = make_labels(
        "mirabest", tmp_path, [encoder], classifiers=(), network=tmp_path / "network", known=made
    )
    assert again.network == made.network
    np.testing.assert_array_equal(again.network_held_out, made.network_held_out)
    (tmp_path / "network").write_bytes(b"other weights")
    other = make_labels(
        "mirabest", tmp_path, [encoder], classifiers=(), network=tmp_path / "network", known=made
    )
    assert (other.network, other.network_held_out) == ("", None)
    np.savez(tmp_path / "other.npz", **{**told, "labels": np.roll(own, 1)})
    np.savez(tmp_path / "lacking.npz", labels=own)
    (tmp_path / "nonsense.npz").write_bytes(b"nonsense")
    for name in ("other", "lacking", "nonsense", "gone"):
        with pytest.raises(DataError, match=f"{name}.npz"):
            read_network_folds(tmp_path / f"{name}.npz", own)


def test_what_is_known_of_the_same_vectors_is_kept(encoder, published, tmp_path, monkeypatch):
    made = make_labels("mirabest", tmp_path, [encoder], classifiers=("knn",))
    fitted: list[str] = []

    class Watched(HeldOut):
        def __init__(self, name: str, *args, **more):
            fitted.append(name)
            super().__init__(name, *args, **more)

    monkeypatch.setattr(labels, "HeldOut", Watched)
    again = make_labels("mirabest", tmp_path, [encoder], classifiers=("knn", "lr"), known=made)
    assert fitted == ["lr"]
    np.testing.assert_array_equal(again.held_out["small"]["knn"], made.held_out["small"]["knn"])
    turned = replace(made, vectors={"small": made.vectors["small"][::-1]})
    others = (
        replace(made, weights={"small": "0" * 64}),
        turned,
        replace(made, about={"seed": 3}),
        replace(made, codes=made.codes[::-1]),
    )
    for other in others:
        fitted.clear()
        make_labels("mirabest", tmp_path, [encoder], classifiers=("knn",), known=other)
        assert fitted == ["knn"]


def test_a_part_keeps_the_share_of_each_class(encoder, published, tmp_path):
    made = make_labels("mirabest", tmp_path, [encoder], classifiers=(), largest=20)
    assert sorted(np.bincount(made.codes)) == [10, 10]


def test_what_cannot_be_made_is_refused(encoder, tmp_path):
    with pytest.raises(UsageError, match="no labels 'nosuch'; choose among mirabest"):
        make_labels("nosuch", tmp_path, [encoder])
    with pytest.raises(UsageError, match="no encoder"):
        make_labels("mirabest", tmp_path, [])
    with pytest.raises(DataError):
        make_labels("mirabest", tmp_path, [encoder])


@pytest.mark.real
def test_real_sources_are_classified_by_real_labels(shared_data, tmp_path, capsys):
    """Labels of 120 MiraBest sources; a FIRST field of a confident FRII, as SkyView served it."""
    from radgalgui.entry import main

    made = make_labels(
        "mirabest",
        shared_data,
        [Encoder.load(weights_path("simclr"))],
        classifiers=("knn", "lr"),
        largest=120,
    )
    right = np.mean(
        [
            (made.held_out["simclr"][name].argmax(axis=1) == made.codes).mean()
            for name in ("knn", "lr")
        ]
    )
    assert right > 0.7
    made.save(tmp_path / "real.safetensors")
    image = shared_data / "skyview_originals" / "200_223.470+050.068_0.3883_0071.80.fits"
    options = ["--labels", str(tmp_path / "real.safetensors"), "--classifier", "lr"]
    assert main(["classify", str(image), *options]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("200_223.470+050.068_0.3883_0071.80: FRII, probability ")
