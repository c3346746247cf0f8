"""Encoders of the user's own: told about, removed, and known by the catalogues that need them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import UsageError, WeightsError
from radgalgui.files import sha256
from radgalgui.jobs import keeping
from radgalgui.jobs.encoders import weights_problem
from radgalgui.jobs.networks import encoders
from radgalgui.jobs.work.ledger import Ledger
from radgalgui.jobs.work.library import add_encoder, jobs_folder
from radgalgui.jobs.work.orders import Order
from radgalgui.sky.preprocess import Preprocessing


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def mine(home: Path, tmp_path: Path, write_encoder: Callable[[Path], Path]) -> Path:
    """The weights of an encoder that was kept as ``mine``."""
    return add_encoder(write_encoder(tmp_path / "trained.safetensors"), "mine")


def write_catalog(folder: Path, weights_sha256: str) -> Path:
    """Write a catalogue of three sources, with vectors of an encoder ``mine``."""
    columns = {"name": np.array(["a", "b", "c"], dtype=object), "ra": np.ones(3), "dec": np.ones(3)}
    with CatalogWriter(folder, Preprocessing(), title="Three") as writer:
        writer.append(columns, np.zeros((3, 1, 64, 64), np.float32))
    with CatalogUpdate(folder) as update:
        vectors = np.eye(3, 8, dtype=np.float32)
        update.add_embeddings("mine", vectors, weights_sha256=weights_sha256)
    return folder


def test_what_an_encoder_is_stands_in_a_sentence(mine: Path, tmp_path: Path) -> None:
    assert encoders.own_encoders() == {"mine": mine}
    told = encoders.read_own(mine)
    assert told.words == (
        f"{told.dimension} numbers a galaxy, of 115″ of sky. It learned from 3,000 images."
    )
    broken = mine.with_name("broken.safetensors")
    broken.write_bytes(b"nothing")
    assert list(encoders.own_encoders()) == ["broken", "mine"]
    with pytest.raises(WeightsError, match=r"broken\.safetensors"):
        encoders.read_own(broken)


def test_a_classifier_is_no_encoder(tmp_path: Path, write_network: Callable[..., Path]) -> None:
    with pytest.raises(WeightsError, match="it tells classes"):
        encoders.read_own(write_network(tmp_path / "shapes.safetensors"))


def test_catalogues_that_need_an_encoder_are_known_and_can_be_looked_at_without(
    mine: Path, tmp_path: Path
) -> None:
    built = write_catalog(tmp_path / "built", sha256(mine))
    looked_at = write_catalog(tmp_path / "looked-at", sha256(mine))
    named = write_catalog(tmp_path / "named", sha256(mine))
    other = write_catalog(tmp_path / "other", "0" * 64)  # of weights that were called the same
    order = Order("embed", "", ["embed", "built"], built, resumable=False)
    for _ in range(2):
        Ledger(jobs_folder()).create(order)
    Ledger(jobs_folder()).create(Order("train", "", ["train"], tmp_path / "run", resumable=True))
    keeping.beside(looked_at).make()
    further = [named, other, tmp_path / "gone", built]
    known = encoders.known_catalogs(further)
    assert known[:4] == further
    assert set(known) == {*further, looked_at, tmp_path / "run"}
    assert encoders.catalogs_with(mine, known) == [named, built, looked_at]
    with Catalog.open(built) as catalog:
        assert weights_problem(catalog, "mine") == ""
        assert encoders.remove_encoder("mine") == mine
        assert "looked at only: the encoder 'mine'" in weights_problem(catalog, "mine")
    assert encoders.own_encoders() == {}
    assert encoders.catalogs_with(mine, known) == []


def test_a_catalogue_that_is_damaged_needs_nothing(mine: Path, tmp_path: Path) -> None:
    folder = write_catalog(tmp_path / "built", sha256(mine))
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert not encoders.has_vectors(folder, mine)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("simclr", "'simclr' comes with the program; only those of your own"),
        ("min", "no encoder 'min' of your own is kept .*; choose 'mine'"),
        ("run/mine.safetensors", "is a path"),
    ],
)
def test_what_is_not_kept_is_not_removed(mine: Path, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        encoders.remove_encoder(name)
    assert mine.is_file()


def test_a_file_that_cannot_be_deleted_stays(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(UsageError, match=r"cannot be deleted .Permission denied."):
        encoders.remove_encoder("mine")
