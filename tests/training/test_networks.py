"""Fine-tuned networks are measured on sources they never learned from, or told from the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.errors import DataError, UsageError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.network_classifier import ClassifyingNetwork, pack_members
from radgalgui.models.weights import save_weights
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.networks import NetworkRecord, load_record, network_results
from radgalgui_training.published import Published

METRICS = {
    "protocol": "5-fold cross-validation on the training part",
    "n": 40,
    "finetuned": {
        "accuracy": 0.9,
        "roc_auc": 0.95,
        "specificity": 0.85,
        "recall": 0.92,
        "calibration_error": 0.03,
    },
    "supervised": {
        "accuracy": 0.8,
        "roc_auc": 0.85,
        "specificity": 0.75,
        "recall": 0.82,
        "calibration_error": 0.06,
    },
}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return _save(tmp_path / "mirabest.safetensors")


def _save(path: Path, **card: Any) -> Path:
    torch.manual_seed(0)
    architecture = {"name": "resnet", "width": 0.125}
    member = ClassifyingNetwork(registry.build(architecture), 2)
    torch.nn.init.normal_(member.head.weight)
    told = {
        "name": "finetuned",
        "label_set": "mirabest",
        "classes": ["FRI", "FRII"],
        "temperature": 1.0,
        "architecture": architecture,
        "preprocessing": Preprocessing().to_dict(),
        "dimension": member.network.dimension,
        "started_from": {"name": "byol"},
        "training_data": {"labelled": 40, "sets": ["mirabest-confident", "rgd"]},
        "recipe": {"folds": 5},
        "metrics": METRICS,
        **card,
    }
    save_weights(path, pack_members([member]), told)
    return path


def _data(*, test: int, seed: int = 0) -> Published:
    rng = np.random.default_rng(seed)
    count = 40 + test
    return Published(
        name="mirabest-confident",
        images=rng.integers(0, 255, (count, 80, 80), np.uint8),
        labels=np.asarray(["FRI", "FRII"])[np.arange(count) % 2],
        test=np.arange(count) >= 40,
    )


def test_the_test_part_is_measured_and_twins_of_what_was_learned_are_not(weights: Path) -> None:
    data = _data(test=12)
    data.images[45] = data.images[3]
    record = load_record(weights)
    rows, words = network_results(record, data, draws=20)
    assert [row.classifier for row in rows] == ["finetuned", "supervised"]
    assert (rows[0].encoder, rows[0].n_train, rows[0].n_test) == ("byol", 40, 11)
    assert "without 1 images" in words
    clean = data.select(data.test & (np.arange(52) != 45))
    chances = record.classifier.probabilities(clean.seen(Preprocessing()))
    right = np.asarray(["FRI", "FRII"])[chances.argmax(axis=1)] == clean.labels
    assert rows[0].accuracy == pytest.approx(right.mean())
    assert np.sum(rows[0].confusion) == 11
    assert (rows[1].accuracy, rows[1].encoder) == (0.8, "none")


@pytest.mark.parametrize("known", [5, 12])
def test_images_of_the_test_part_that_it_learned_from_all_the_same_are_not_measured(
    weights: Path,
    tmp_path: Path,
    make_untaught: Callable[[], tuple[Any, dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    known: int,
) -> None:
    network, card = make_untaught()
    (tmp_path / "encoders").mkdir()
    path = tmp_path / "encoders" / "small.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    encoder, data = Encoder.load(path), _data(test=12)
    learned = data.select(np.arange(20, 40 + known))  # the folder is split in another way
    labels = LabelledVectors(
        name="mirabest",
        classes=("FRI", "FRII"),
        codes=(learned.labels == "FRII").astype(np.int64),
        vectors={"small": learned.vectors(encoder).astype(np.float16)},
        weights={"small": encoder.sha256},
        network_held_out=np.full((len(learned), 2), 0.5),
        network=load_record(weights).classifier.sha256,
    )
    labels.save(tmp_path / "labels.safetensors")
    record = load_record(weights, tmp_path / "labels.safetensors", encoders=[path.parent])
    rows, words = network_results(record, data, draws=5)
    if known == 12:  # nothing is left, so that only networks of folds can be measured
        assert rows[0].n_test == len(learned)
        assert "learned from all of it, cross-validated" in words
    else:
        assert (rows[0].n_train, rows[0].n_test) == (40, 7)
        assert "without 5 images that it learned from all the same" in words
        clean, _ = network_results(record, replace(data, images=255 - data.images), draws=5)
        assert clean[0].n_test == 12
        whole = {(encoder.sha256, True): data.vectors(encoder)}
        with monkeypatch.context() as patch:  # vectors that are known are not made again
            patch.setattr(Encoder, "embed", None)
            assert network_results(record, data, draws=5, embedded=whole) == (rows, words)


def test_without_a_test_part_the_network_is_never_run(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = load_record(weights)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("measured on its own training images")

    monkeypatch.setattr(record.classifier, "logits", refuse)
    rows, words = network_results(record, _data(test=0), draws=20)
    assert [(row.classifier, row.accuracy) for row in rows] == [
        ("finetuned", 0.9),
        ("supervised", 0.8),
    ]
    assert (rows[0].n_train, rows[0].n_test) == (32, 40)
    assert rows[0].intervals == {}
    assert "learned from all of it" in words
    assert "5-fold cross-validation" in words


def test_out_of_fold_probabilities_are_taken_when_they_are_of_this_network(
    weights: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    codes = np.arange(40) % 2
    held_out = np.full((40, 2), 0.2)
    held_out[np.arange(40), np.where(rng.random(40) < 0.75, codes, 1 - codes)] = 0.8
    labels = LabelledVectors(
        name="mirabest",
        classes=("FRI", "FRII"),
        codes=codes,
        vectors={"byol": rng.normal(size=(40, 4))},
        weights={"byol": "1"},
        network_held_out=held_out,
        network=load_record(weights).classifier.sha256,
    )
    labels.save(tmp_path / "labels.safetensors")
    rows, _ = network_results(
        load_record(weights, tmp_path / "labels.safetensors"), _data(test=0), draws=50
    )
    right = held_out.argmax(axis=1) == codes
    assert rows[0].accuracy == pytest.approx(right.mean())
    assert rows[0].recall == pytest.approx(right[codes == 1].mean())
    low, high = rows[0].intervals["accuracy"]
    assert low <= rows[0].accuracy <= high
    replace(labels, network="another").save(tmp_path / "labels.safetensors")
    assert load_record(weights, tmp_path / "labels.safetensors").held_out is None


def test_a_network_that_had_been_taught_before_names_its_encoder_and_that(tmp_path: Path) -> None:
    start = {"name": "byol", "taught": ["mirabest"]}
    record = load_record(_save(tmp_path / "further.safetensors", started_from=start))
    assert (record.encoder, record.taught) == ("byol", ("mirabest",))
    rows, words = network_results(record, _data(test=0), draws=20)
    assert {row.encoder for row in rows} == {"byol", "none"}
    assert "taught mirabest before" in words
    assert "taught mirabest before" in rows[0].how


def test_a_card_that_tells_nothing_gives_no_row(tmp_path: Path) -> None:
    record = load_record(_save(tmp_path / "bare.safetensors", metrics={}, started_from=None))
    rows, _ = network_results(record, _data(test=0), draws=5)
    assert rows == []
    assert record.encoder == "none"


def test_networks_of_other_labels_are_refused(weights: Path) -> None:
    record: NetworkRecord = load_record(weights)
    data = _data(test=0)
    with pytest.raises(DataError, match="learned from mirabest-confident, rgd"):
        network_results(record, replace(data, name="frdeep-nvss"))
    other = replace(data, labels=np.where(data.labels == "FRI", "Bent", "FRII"))
    with pytest.raises(UsageError, match=r"answers with FRI, FRII.*Bent, FRII"):
        network_results(record, other)
