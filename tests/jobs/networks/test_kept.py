"""Classifiers of the user's own: kept under a name, found by it, told about before they answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import UsageError, WeightsError
from radgalgui.jobs.networks import kept
from radgalgui.jobs.networks.taught import read_out_of_fold, read_taught
from radgalgui_resources import weights_path

Write = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_network_is_kept_with_its_answers_out_of_fold(
    home: Path, tmp_path: Path, write_network: Write
) -> None:
    source = write_network(tmp_path / "shapes.safetensors")
    path = kept.add_network(source, " mine ")
    assert kept.networks() == {"mine": path}
    assert kept.network_path("mine") == kept.network_path("network:mine") == path
    assert kept.network_path(str(source)) == source
    assert kept.add_network(source, "mine") == path  # again: nothing changes
    taught = read_taught(path)
    assert (taught.name, taught.sources, taught.accuracy) == ("mine", 42, 0.875)
    assert "“mine”: learned from 42 labelled images, cross-validated accuracy 0.875" in taught.words
    assert kept.network_words("mine").whole == taught.words
    assert kept.network_words("mine").origin == "from 42 images, accuracy 0.875"
    assert len(read_out_of_fold(taught).codes) == 40
    assert kept.suggested_name("mine") == "mine-2"
    assert kept.suggested_name("mirabest") == "mirabest-mine"


def test_what_cannot_be_kept_is_told_and_nothing_is_written(
    home: Path, tmp_path: Path, write_network: Write
) -> None:
    source = write_network(tmp_path / "shapes.safetensors")
    half = tmp_path / "half.safetensors"
    half.write_bytes(source.read_bytes()[:-1000])
    for path in (half, weights_path("simclr"), tmp_path / "none.safetensors"):
        with pytest.raises(WeightsError, match=path.name):
            kept.add_network(path, "mine")
    for name, words in (("mirabest", "comes along"), ("a/b", "is no name for a classifier")):
        with pytest.raises(UsageError, match=words):
            kept.add_network(source, name)
    assert not home.exists()
    kept.add_network(source, "mine")
    other = write_network(tmp_path / "other.safetensors", ("a", "b"))
    with pytest.raises(UsageError, match="another classifier 'mine'"):
        kept.add_network(other, "mine")
    with pytest.raises(UsageError, match="perhaps you mean 'mine'"):
        kept.network_path("min")
    with pytest.raises(UsageError, match="no longer in"):
        kept.network_path("network:gone")


def test_a_network_is_removed_with_its_answers_and_its_name_is_free_again(
    home: Path, tmp_path: Path, write_network: Write
) -> None:
    source = write_network(tmp_path / "shapes.safetensors")
    path = kept.add_network(source, "mine")
    before = kept.network_stamp("network:mine")
    assert before
    for name, words in (("min", "perhaps you mean 'mine'"), (str(source), "is a path")):
        with pytest.raises(UsageError, match=words):
            kept.remove_network(name)
    assert kept.remove_network("network:mine") == path
    assert list(kept.networks_folder().iterdir()) == []
    assert source.is_file()  # what the training wrote stays
    assert kept.network_stamp("network:mine") == kept.network_stamp("mirabest") == ()
    with pytest.raises(UsageError, match="no classifier 'mine'"):
        kept.remove_network("mine")
    other = write_network(tmp_path / "other.safetensors", ("a", "b"))
    assert read_taught(kept.add_network(other, "mine")).classes == ("a", "b")
    assert kept.network_stamp("network:mine") != before


def test_answers_of_another_training_are_not_taken_for_its_own(
    tmp_path: Path, write_network: Write
) -> None:
    path = write_network(tmp_path / "shapes.safetensors")
    beside = tmp_path / "shapes.folds.npz"
    with np.load(beside) as archive:
        arrays = dict(archive)
    np.savez(beside, **{**arrays, "temperature": np.asarray(1.26)})
    with pytest.raises(UsageError, match="belongs to another training"):
        read_out_of_fold(read_taught(path))
    np.savez(beside, **{**arrays, "probabilities": arrays["probabilities"][:5]})
    with pytest.raises(UsageError, match="is not what a cross-validation wrote"):
        read_out_of_fold(read_taught(path))
    beside.write_bytes(beside.read_bytes()[:200])
    with pytest.raises(UsageError, match=r"damaged|is not what"):
        read_out_of_fold(read_taught(path))
    beside.unlink()
    with pytest.raises(UsageError, match="is not beside it"):
        read_out_of_fold(read_taught(path))
