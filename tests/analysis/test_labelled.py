"""Labelled vectors survive their file, and what does not fit is refused in one sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from radgalgui.analysis.labelled import FORMAT, LabelledVectors
from radgalgui.errors import DataError, UsageError
from radgalgui.sky.look import Look
from radgalgui.sky.rings import RING_NUMBERS

N, D, K = 12, 5, 3


def table(seed: int) -> np.ndarray:
    chances = np.random.default_rng(seed).random((N, K))
    return chances / chances.sum(axis=1, keepdims=True)


@pytest.fixture
def labelled() -> LabelledVectors:
    rng = np.random.default_rng(0)
    return LabelledVectors(
        name="test",
        classes=("Bent", "FRI", "FRII"),
        codes=rng.permutation(np.arange(N) % K),
        vectors={"one": rng.normal(size=(N, D)), "two": rng.normal(size=(N, 2 * D))},
        weights={"one": "a" * 64, "two": "b" * 64},
        held_out={"one": {"knn": table(1), "lr": table(2)}},
        network_held_out=table(3),
        network="c" * 64,
        looks=(Look(1800.0),),
        about={"labels": "made up"},
    )


def tampered(path: Path, target: Path, *, card: dict | None = None, **tensors) -> Path:
    """Write a file again with other values in its card, and other tensors (None: without)."""
    told = _card(path)
    stored = {
        name: value for name, value in {**load_file(path), **tensors}.items() if value is not None
    }
    save_file(stored, target, metadata={"radgalgui": json.dumps({**told, **(card or {})})})
    return target


def _card(path: Path) -> dict:
    with safe_open(path, framework="np") as file:
        return json.loads(file.metadata()["radgalgui"])


def test_what_was_saved_is_read_again(labelled, tmp_path):
    path = tmp_path / "new" / "test.safetensors"
    labelled.save(path)
    read = LabelledVectors.load(path)
    for name in ("name", "classes", "weights", "network", "ignore_orientation", "looks", "about"):
        assert getattr(read, name) == getattr(labelled, name)
    np.testing.assert_array_equal(read.labels, labelled.labels)
    for encoder, vectors in labelled.vectors.items():
        stored = read.vectors_of(encoder, labelled.weights[encoder])
        assert stored.dtype == np.float32
        np.testing.assert_allclose(stored, vectors, rtol=1e-3)
    np.testing.assert_allclose(read.held_out["one"]["lr"], table(2), rtol=1e-6)
    np.testing.assert_allclose(read.network_held_out, table(3), rtol=1e-6)
    assert path.stat().st_mode & 0o044 == 0o044  # for everybody, not for its owner alone


def test_probabilities_of_0_and_near_1_are_kept_apart(labelled, tmp_path):
    near = 1 - 10.0 ** -np.arange(4, 4 + N)
    rest = np.zeros((N, K - 2))
    sure = np.column_stack([near, 1 - near, rest])
    sure[0] = np.eye(K)[0]
    replace(labelled, held_out={"one": {"knn": sure}}).save(tmp_path / "test.safetensors")
    read = LabelledVectors.load(tmp_path / "test.safetensors").held_out["one"]["knn"]
    np.testing.assert_array_equal(read[0], sure[0])
    np.testing.assert_allclose(1 - read[1:, 0], 1 - near[1:], rtol=1e-2)
    assert len(np.unique(read[1:, 0])) == N - 1
    np.testing.assert_array_equal(read[:, 2:], 0)


def test_tables_of_older_files_are_still_read(labelled, tmp_path):
    labelled.save(tmp_path / "new.safetensors")
    older = tampered(
        tmp_path / "new.safetensors", tmp_path / "old.safetensors", **{"held-out/one/knn": table(7)}
    )
    read = LabelledVectors.load(older).held_out["one"]["knn"]
    np.testing.assert_array_equal(read, table(7))


def test_several_looks_are_kept_in_a_file_that_older_versions_refuse(labelled, tmp_path):
    one, several = tmp_path / "one.safetensors", tmp_path / "several.safetensors"
    looks = (Look(720.0, 0.05), Look(None, 0.01), Look())
    vectors = {"one": np.ones((N, 3 * D))}
    joined = replace(labelled, looks=looks, vectors=vectors, weights={"one": "a"}, held_out={})
    labelled.save(one)
    joined.save(several)
    read = LabelledVectors.load(several)
    assert read.looks == looks
    assert read.about == labelled.about
    assert read.vectors_of("one", "a", dimension=D).shape == (N, 3 * D)
    with pytest.raises(DataError, match=f"'one' have {3 * D} numbers, not {3 * (D + 1)}"):
        read.vectors_of("one", "a", dimension=D + 1)
    cards = [_card(path) for path in (one, several)]
    assert [card["format"] for card in cards] == [1, 2]
    assert (cards[0]["field"], "looks" in cards[0], "field" in cards[1]) == (1800.0, False, False)


def test_a_beam_is_kept_in_the_newer_format_too(labelled, tmp_path):
    told = replace(labelled, looks=(Look(720.0, beam=45.0),))
    told.save(tmp_path / "beam.safetensors")
    read = LabelledVectors.load(tmp_path / "beam.safetensors")
    assert (read.looks, read.plain) == (told.looks, True)
    assert _card(tmp_path / "beam.safetensors")["format"] == 3


@pytest.mark.parametrize("count", [1, 2])
def test_looks_that_tell_rings_are_kept_in_a_newer_format_yet(labelled, tmp_path, count):
    path, each = tmp_path / "rings.safetensors", D + RING_NUMBERS
    looks = tuple(Look(720.0, softening, rings=True) for softening in (0.05, 0.01)[:count])
    vectors = {"one": np.ones((N, count * each))}
    told = replace(labelled, looks=looks, vectors=vectors, weights={"one": "a"}, held_out={})
    told.save(path)
    read = LabelledVectors.load(path)
    assert (read.looks, read.plain, _card(path)["format"]) == (looks, False, 3)
    assert read.vectors_of("one", "a", dimension=D).shape == (N, count * each)
    with pytest.raises(DataError, match=f"have {count * each} numbers, not {count * (each - 1)}"):
        read.vectors_of("one", "a", dimension=D - 1)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"looks": [{}, {"field": 9.0}]}, "15 numbers, which are not those of 2 looks"),
        ({"looks": []}, "no look"),
        ({"looks": [{}] * 3}, "one of them twice"),
        ({"looks": [{}, {"field": 2.0}, {"rings": True}]}, "some looks tell the emission in rings"),
        ({"looks": [{"field": -9.0}, {}, {"field": 9.0}]}, "field of a look cannot be -9.0"),
        ({"looks": "wide"}, "do not fit its card"),
        ({"looks": None}, "do not fit its card"),
    ],
)
def test_looks_that_do_not_fit_are_refused(labelled, tmp_path, card, words):
    looks = tuple(Look(field) for field in (None, 1.0, 2.0))
    vectors = {"one": np.ones((N, 3 * D))}
    good = replace(labelled, looks=looks, vectors=vectors, weights={"one": "a"}, held_out={})
    good.save(tmp_path / "good.safetensors")
    bad = tampered(tmp_path / "good.safetensors", tmp_path / "bad.safetensors", card=card)
    with pytest.raises(DataError, match=words):
        LabelledVectors.load(bad)


def test_saving_again_replaces_the_file_whole(labelled, tmp_path):
    path = tmp_path / "test.safetensors"
    labelled.save(path)
    replace(labelled, name="other").save(path)
    assert LabelledVectors.load(path).name == "other"
    assert [file.name for file in tmp_path.iterdir()] == ["test.safetensors"]


def test_no_name_and_no_row_is_written(labelled, tmp_path):
    names = np.asarray([f"3C {n}" for n in range(N)], dtype=object)
    known = replace(labelled, names=names, rows=np.arange(N))
    known.save(tmp_path / "test.safetensors")
    assert b"3C 1" not in (tmp_path / "test.safetensors").read_bytes()
    assert LabelledVectors.load(tmp_path / "test.safetensors").names is None


def test_vectors_of_other_weights_or_of_no_encoder_are_refused(labelled):
    with pytest.raises(DataError, match=r"test: the vectors of 'one' were made with other weights"):
        labelled.vectors_of("one", "d" * 64)
    with pytest.raises(
        DataError, match="no vectors of the encoder 'three'; choose one of one, two"
    ):
        labelled.vectors_of("three", "a" * 64)


@pytest.mark.parametrize(
    ("card", "tensors", "words"),
    [
        ({"format": FORMAT + 1}, {}, "format 4, and this version reads formats 1 to 3; update"),
        ({"format": 0}, {}, "format 0"),
        ({"format": "x"}, {}, "holds no labelled vectors"),
        ({"kind": "weights"}, {}, "holds 'weights', not labelled vectors"),
        ({"classes": ["FRI", "FRII"]}, {}, "labels are not 0 to 1"),
        ({"classes": ["FRII", "FRI", "Bent"]}, {}, "sorted by name"),
        ({"classes": 3}, {}, "do not fit its card"),
        ({"encoders": {"one": "a"}}, {}, "different encoders"),
        ({"encoders": []}, {}, "do not fit its card"),
        ({"ignore_orientation": None, "field": "wide"}, {}, "do not fit its card"),
        ({}, {"labels": None}, "labels"),
        ({}, {"labels": np.zeros(N, dtype=np.int16)}, "two are the fewest"),
        ({}, {"labels": np.full(N, -1, dtype=np.int16)}, "labels are not 0 to 2"),
        ({}, {"labels": np.zeros((N, 2), dtype=np.int16)}, "labels are not"),
        ({}, {"vectors/one": np.zeros((N - 1, D), dtype=np.float16)}, "12 labels and vectors"),
        ({}, {"vectors/one": np.zeros(N, dtype=np.float16)}, "do not fit"),
        ({}, {"vectors/one": np.full((N, D), np.nan, dtype=np.float16)}, "NaN or infinity"),
        ({}, {"vectors/one": np.zeros((N, D), dtype=np.int32)}, "no numbers"),
        ({}, {"held-out/one/knn": np.zeros((N, K - 1), dtype=np.float32)}, r"\(12, 2\), not"),
        ({}, {"held-out/one/knn": np.ones((N, K), dtype=np.float32)}, "do not add up to 1"),
        ({}, {"held-out/none/knn": table(1).astype(np.float32)}, "no vectors"),
        ({}, {"held-out/finetuned": np.full((N, K), np.inf, dtype=np.float32)}, "NaN or infinity"),
        ({}, {"pixels": np.zeros(3, dtype=np.float32)}, "unexpected tensor 'pixels'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_sentence(
    labelled, tmp_path, card, tensors, words
):
    labelled.save(tmp_path / "good.safetensors")
    bad = tampered(
        tmp_path / "good.safetensors", tmp_path / "bad.safetensors", card=card, **tensors
    )
    with pytest.raises(DataError, match=words) as caught:
        LabelledVectors.load(bad)
    assert str(caught.value).startswith(str(bad))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"nonsense" * 9, b"\xff" * 200, b"{}"])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    (tmp_path / "bad.safetensors").write_bytes(content)
    with pytest.raises(DataError, match="is not a safetensors file"):
        LabelledVectors.load(tmp_path / "bad.safetensors")


def test_a_file_that_is_cut_off_missing_a_folder_or_an_encoders_is_refused(labelled, tmp_path):
    path = tmp_path / "test.safetensors"
    labelled.save(path)
    (tmp_path / "cut.safetensors").write_bytes(path.read_bytes()[:-40])
    save_file({"a": np.zeros(3, dtype=np.float32)}, tmp_path / "plain.safetensors")
    for bad in ("cut.safetensors", "gone.safetensors", "plain.safetensors", "."):
        with pytest.raises(DataError):
            LabelledVectors.load(tmp_path / bad)


def test_vectors_that_half_precision_cannot_hold_are_not_written(labelled, tmp_path):
    huge = replace(labelled, vectors={**labelled.vectors, "one": np.full((N, D), 1e6)})
    with pytest.raises(DataError, match="'vectors/one' is not finite as stored"):
        huge.save(tmp_path / "test.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_names_that_do_not_fit_are_refused(labelled):
    with pytest.raises(UsageError, match="12 labels"):
        replace(labelled, names=np.asarray(["one"], dtype=object))
