"""``radgalgui classify --network``: a classifier of the user's own, from a file or by name."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from radgalgui.analysis.classifiers import CLASSIFIERS
from radgalgui.cli.classify import add_arguments
from radgalgui.cli.own_network import open_network
from radgalgui.entry import main
from radgalgui.jobs.networks.kept import add_network
from radgalgui.progress import silent
from radgalgui_resources import example_path, weights_path


@pytest.fixture(scope="module")
def network(write_network: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    return write_network(folder / "shapes.safetensors", ("elliptical", "spiral"))


def told(*words: object) -> int:
    return main(["classify", str(example_path()), *map(str, words)])


def test_it_answers_alone_where_no_labels_have_its_classes(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path))
    add_network(network, "kinds")
    assert told("--network", "kinds") == 0
    text = capsys.readouterr().out
    assert "Your classifier “kinds”: learned from 42 labelled images" in text
    assert "conformal set at 0.9" in text
    assert told("--network", network, "--csv", "-") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["classifier"] for row in rows] == ["finetuned", "mean"]
    assert {row["label_set"] for row in rows} == {"shapes"}
    assert float(rows[0]["probability_spiral"]) + float(rows[0]["probability_elliptical"]) == (
        pytest.approx(1, abs=1e-5)
    )


def test_the_six_stand_beside_it_where_the_labels_have_its_classes(
    write_network: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_network(tmp_path / "mine.safetensors", ("FRI", "FRII"))
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    options = parser.parse_args(["image.fits", "--network", str(path)])
    panel = open_network(options, progress=silent)
    assert panel.fits.classifiers == (*CLASSIFIERS, "finetuned")
    assert panel.labelled.name == "mirabest"
    options.classifier = "finetuned"
    assert open_network(options, progress=silent).fits.classifiers == ("finetuned",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--network", "{network}", "--classifier", "knn"], "--network is of no use"),
        (["--network", "{network}", "--labels", "mirabest"], "leave --labels out"),
        (["--network", "nobodys"], "no classifier 'nobodys' of your own"),
        (["--network", "{folder}/gone.safetensors"], "gone.safetensors: is not there"),
        (["--network", "{simclr}"], "holds no classifying network"),
        (["--network", "{folder}/half.safetensors"], "is not a safetensors file"),
        (["--network", "{folder}/bands.safetensors"], "bands"),
    ],
)
def test_what_will_not_do_is_refused_in_a_line(
    words: list[str],
    said: str,
    network: Path,
    write_network: Callable[..., Path],
    make_untaught: Callable[..., tuple],
    tmp_path: Path,
    capsys,
) -> None:
    half = tmp_path / "half.safetensors"
    half.write_bytes(network.read_bytes()[:-1000])
    sight = {**make_untaught()[1]["preprocessing"], "channels": 3}
    write_network(tmp_path / "bands.safetensors", preprocessing=sight)
    places = {"network": network, "folder": tmp_path, "simclr": weights_path("simclr")}
    assert told(*[word.format(**places) for word in words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
