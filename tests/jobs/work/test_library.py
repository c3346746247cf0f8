"""The user's own encoders: kept whole, called as wished, found by name everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import radgalgui_resources
from radgalgui.errors import UsageError, WeightsError
from radgalgui.files import sha256
from radgalgui.jobs.work import copies, library
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import read_card, save_weights


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def trained(make_untaught: Callable[[], Any], tmp_path: Path) -> Path:
    """The weights of an encoder that calls itself ``small``."""
    network, card = make_untaught()
    path = tmp_path / "trained" / "result.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


def test_the_folder_is_where_the_system_keeps_such_things(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RADGALGUI_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert library.data_folder() == tmp_path / "data" / "RadGalGUI"
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert library.data_folder() == tmp_path / ".local" / "share" / "RadGalGUI"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert library.data_folder() == tmp_path / "Library" / "Application Support" / "RadGalGUI"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert library.data_folder() == tmp_path / "Local" / "RadGalGUI"
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "mine"))
    assert library.data_folder() == tmp_path / "mine"
    assert library.jobs_folder().parent == library.encoders_folder().parent == tmp_path / "mine"


def test_what_can_be_made_again_is_where_the_system_keeps_that(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RADGALGUI_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert library.cache_folder() == tmp_path / "cache" / "RadGalGUI"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert library.cache_folder() == tmp_path / ".cache" / "RadGalGUI"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert library.cache_folder() == tmp_path / "Library" / "Caches" / "RadGalGUI"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert library.cache_folder() == tmp_path / "Local" / "RadGalGUI" / "cache"
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "mine"))
    assert library.cache_folder() == tmp_path / "mine" / "cache"


def test_without_a_folder_there_are_those_that_come_along(home: Path) -> None:
    bundled = sorted(path.stem for path in radgalgui_resources.path("weights").glob("*.safe*"))
    assert list(library.encoders()) == bundled
    assert not home.exists()


def test_an_encoder_is_added_by_its_name_and_found(home: Path, trained: Path) -> None:
    added = library.add_encoder(trained)
    assert added == home / "encoders" / "small.safetensors"
    assert list(library.encoders())[-1] == "small"
    assert library.encoder_path("small") == added
    assert sha256(added) == sha256(trained)  # catalogues made with the one know the other
    assert library.add_encoder(trained) == added


def test_under_another_name_it_makes_the_same_vectors(home: Path, trained: Path) -> None:
    added = library.add_encoder(trained, "vla-survey.2")
    renamed, before = Encoder.load(added), Encoder.load(trained)
    assert (renamed.name, before.name) == ("vla-survey.2", "small")
    assert {**renamed.card, "name": "small"} == before.card
    images = np.random.default_rng(0).random((3, 1, 64, 64), dtype=np.float32)
    np.testing.assert_array_equal(renamed.embed(images), before.embed(images))
    assert library.add_encoder(trained, "vla-survey.2") == added


def test_another_encoder_of_the_same_name_is_refused(home: Path, trained: Path) -> None:
    added = library.add_encoder(trained)
    other = trained.with_name("other.safetensors")
    network = Encoder.load(trained).network
    save_weights(other, pack(network, centre=np.ones(network.dimension)), read_card(trained))
    before = sha256(added)
    with pytest.raises(UsageError, match="another encoder 'small' of your own already"):
        library.add_encoder(other)
    assert sha256(added) == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("simclr", "comes along; choose another name, such as 'simclr-mine'"),
        ("", "is no name"),
        ("../small", "is no name"),
        ("a/b", "is no name"),
        (".hidden", "is no name"),
        ("x.safetensors", "is no name"),
        ("galaxié", "is no name"),
        ("x" * 61, "is no name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(
    home: Path, trained: Path, name: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        library.add_encoder(trained, name)
    assert not home.exists()


def test_what_is_no_encoder_is_refused(home: Path, trained: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.safetensors"
    half.write_bytes(trained.read_bytes()[:-1000])
    classifier = tmp_path / "classifier.safetensors"
    save_weights(classifier, {"head": np.zeros((2, 2))}, read_card(trained))
    for path in (half, classifier, tmp_path / "none.safetensors"):
        with pytest.raises(WeightsError, match=path.name):
            library.add_encoder(path)
    assert not home.exists()


def test_what_is_half_copied_is_offered_nowhere(home: Path, trained: Path, monkeypatch) -> None:
    def fills_up(source: Path, target: Path) -> None:
        Path(target).write_bytes(Path(source).read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies.shutil, "copyfile", fills_up)
    with pytest.raises(UsageError, match=r"cannot be kept there \(No space left"):
        library.add_encoder(trained)
    assert list((home / "encoders").iterdir()) == []
    (home / "encoders" / ".part-0123.small.safetensors").touch()  # of a process that was killed
    assert "small" not in "".join(library.encoders())


def test_a_name_that_nobody_bears_says_which_there_are(home: Path, trained: Path) -> None:
    library.add_encoder(trained)
    with pytest.raises(UsageError, match="perhaps you mean 'small'"):
        library.encoder_path("smal")
    with pytest.raises(UsageError, match="'simsiam', 'vdvae' or 'small', or name its weights"):
        library.encoder_path("quite-another")
    assert library.encoder_path("./x") == Path("x")
    assert library.encoder_path("x.safetensors") == Path("x.safetensors")


def test_a_file_that_comes_along_goes_before_one_of_the_same_name(home: Path) -> None:
    own = home / "encoders"
    own.mkdir(parents=True)
    (own / "simclr.safetensors").touch()
    assert library.encoder_path("simclr") == radgalgui_resources.weights_path("simclr")


def test_it_is_offered_where_encoders_are_asked_for_by_name(home: Path, trained: Path) -> None:
    from radgalgui.jobs.doctor import _encoders as told_by_the_doctor
    from radgalgui.jobs.encoders import weights_file
    from radgalgui.jobs.studio import open_generator

    added = library.add_encoder(trained)
    assert weights_file("small") == added
    with pytest.raises(UsageError, match="'small' makes vectors and cannot draw"):
        open_generator("small")
    findings = {finding.what: finding.state for finding in told_by_the_doctor()}
    assert findings["own encoder small"] == "ok"
