"""``radgalgui networks``: what the user has kept, listed and removed at the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.entry import main
from radgalgui.files import sha256
from radgalgui.jobs.networks.encoders import own_encoders
from radgalgui.jobs.networks.kept import add_network, networks
from radgalgui.jobs.work.library import add_encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import example_path


@pytest.fixture
def kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_encoder: Callable[[Path], Path],
    write_network: Callable[..., Path],
) -> Path:
    """Keep an encoder ``mine``, of which a catalogue has vectors, and two classifiers."""
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    path = add_encoder(write_encoder(tmp_path / "a.safetensors"), "mine")
    for name in ("mine", "shapes"):
        add_network(write_network(tmp_path / "shapes.safetensors"), name)
    folder = tmp_path / "survey"
    columns = {"name": np.array(["a"], dtype=object), "ra": np.ones(1), "dec": np.ones(1)}
    with CatalogWriter(folder, Preprocessing(), title="One") as writer:
        writer.append(columns, np.zeros((1, 1, 64, 64), np.float32))
    with CatalogUpdate(folder) as update:
        update.add_embeddings("mine", np.ones((1, 8), np.float32), weights_sha256=sha256(path))
    return folder


class Terminal(io.StringIO):
    """A user who types."""

    def isatty(self) -> bool:
        return True


def test_all_that_is_kept_is_listed_with_the_catalogues_that_need_it(kept: Path, capsys) -> None:
    (own_encoders()["mine"].with_name("broken.safetensors")).write_bytes(b"nothing")
    assert main(["networks", "list", "--catalog", str(kept), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["kind"], row["name"], row["catalogues"]) for row in rows] == [
        ("encoder", "broken", []),
        ("encoder", "mine", [str(kept)]),
        ("classifier", "mine", []),
        ("classifier", "shapes", []),
    ]
    assert rows[0]["about"].startswith("cannot be used: is not a safetensors file")
    assert "115″ of sky" in rows[1]["about"]
    assert rows[3]["about"] == "round, thin; from 42 images, accuracy 0.875"
    assert main(["networks", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[4].split()[:2] == ["shapes", "classifier"]


def test_without_any_that_is_said(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path))
    assert main(["networks", "list"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "",
        "radgalgui: you have kept no encoder and no classifier of your own\n",
    )


def test_an_encoder_is_removed_when_the_user_says_so(kept: Path, capsys, monkeypatch) -> None:
    command = ["networks", "remove", "mine", "--kind", "encoder", "--catalog", str(kept)]
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert main(command) == 0
    told = capsys.readouterr()
    assert f"{kept} has vectors of the encoder 'mine'" in told.err
    assert "Delete the encoder 'mine'? This cannot be undone. [y/N] " in told.err
    assert told.err.endswith("nothing was removed\n")
    assert list(own_encoders()) == ["mine"]
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    path = own_encoders()["mine"]
    assert main(command) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert own_encoders() == {}
    assert list(networks()) == ["mine", "shapes"]
    assert main(["search", str(example_path()), "--catalog", str(kept), "--encoder", "mine"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the encoder 'mine', which made the vectors, is not on this computer" in line


def test_several_are_removed_at_once_without_a_question(kept: Path) -> None:
    assert main(["networks", "remove", "mine", "shapes", "--kind", "classifier", "--yes"]) == 0
    assert networks() == {}
    assert list(own_encoders()) == ["mine"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["mine", "--yes"], "there is an encoder 'mine' and a classifier; say which by --kind"),
        (["shape", "--yes"], "no encoder and no classifier 'shape'; perhaps you mean 'shapes'"),
        (["simclr", "--yes"], "kept no encoder and no classifier 'simclr'; see"),
        (["shapes", "--kind", "encoder"], "kept no encoder 'shapes'"),
        (["shapes"], "nobody is there to be asked; add --yes"),
        (["shapes", "gone", "--yes"], "'gone'"),
    ],
)
def test_what_cannot_be_removed_is_told_and_all_stays(
    kept: Path, words: list[str], complaint: str, capsys, monkeypatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["networks", "remove", *words]) == 2
    assert complaint in capsys.readouterr().err
    assert (len(own_encoders()), len(networks())) == (1, 2)
