"""``radgalgui evaluate`` prints tables, writes JSON, and refuses early."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from radgalgui.cli import evaluate
from radgalgui.cli.evaluate_tables import print_report
from radgalgui.entry import main
from radgalgui.models import registry
from radgalgui.models.encoder import pack
from radgalgui.models.network_classifier import ClassifyingNetwork, pack_members
from radgalgui.models.weights import save_weights
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import path
from radgalgui_training.literature import PublishedResult
from radgalgui_training.published import DATASETS, Published
from radgalgui_training.results import ConformalResult, Drop, Report, Result


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install two small encoders in place of those that come along."""
    architecture = {"name": "resnet", "width": 0.125}
    for seed, name in enumerate(["first", "second"]):
        torch.manual_seed(seed)
        network = registry.build(architecture)
        card = {
            "name": name,
            "architecture": architecture,
            "preprocessing": Preprocessing().to_dict(),
            "dimension": network.dimension,
        }
        tensors = pack(network, centre=np.zeros(network.dimension))
        save_weights(tmp_path / "weights" / f"{name}.safetensors", tensors, card)
    monkeypatch.setattr("radgalgui_resources.path", tmp_path.joinpath)
    return tmp_path


@pytest.fixture
def batches(tmp_path: Path) -> Path:
    folder = tmp_path / "mirabest" / "F_batches"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name, count in (("data_batch_1", 24), ("test_batch", 8)):
        images = rng.integers(0, 255, (count, 150, 150), np.uint8)
        labels = [(0, 5, 9, 6)[k % 4] for k in range(count)]
        batch = {"data": list(images), "labels": labels, "filenames": ["x"] * count}
        (folder / name).write_bytes(pickle.dumps(batch))
    return tmp_path


def test_all_encoders_stand_beside_the_published(
    weights: Path, batches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    command = ["evaluate", "mirabest-confident", "--root", str(batches), "--classifier", "knn"]
    assert main([*command, "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    told = json.loads(out.read_text())
    assert [row["encoder"] for row in told["results"]] == ["first", "second"]
    assert {(row["n_train"], row["n_test"]) for row in told["results"]} == {(18, 6)}
    assert told["ignore_orientation"] is True
    for row in told["results"]:
        assert f"{row['accuracy']:.3f}" in printed
    assert "2311.08331" in printed
    assert "vdvae" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_wide_reports_fit_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for file in sorted(path("evaluation").glob("*.json")):
        told = json.loads(file.read_text())
        kinds = {"results": Result, "published": PublishedResult, "drops": Drop}
        rows = {key: tuple(kind(**row) for row in told[key]) for key, kind in kinds.items()}
        conformal = tuple(ConformalResult(**row) for row in told["conformal"])
        print_report(Report(**{**told, **rows, "conformal": conformal}))
        printed = capsys.readouterr().out
        assert max(map(len, printed.splitlines())) <= 80
        best = max(row["accuracy"] for row in told["results"])
        assert f"{best:.3f}" in printed
        for published in told["published"]:
            assert f"{published['accuracy']:.3f}" in printed
        for drop in told["drops"]:
            assert f"{drop['scores']['accuracy']:+.3f}" in printed


def test_encoders_are_measured_one_after_another(
    weights: Path,
    batches: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, whole = tmp_path / "out.json", tmp_path / "whole.json"
    command = ["evaluate", "mirabest-confident", "--root", str(batches), "--classifier", "knn"]
    assert main([*command, "--json", str(whole)]) == 0
    for encoder in ("second", "first"):
        assert main([*command, "--encoder", encoder, "--json", str(out), "--update"]) == 0
    assert json.loads(out.read_text()) == json.loads(whole.read_text())
    # What does not fit is refused before anything is measured.
    monkeypatch.setattr(Published, "vectors", None)
    assert main([*command, "--seed", "3", "--json", str(out), "--update"]) == 2
    assert "out.json: the report was measured with another seed" in capsys.readouterr().err
    out.write_text("{")
    assert main([*command, "--json", str(out), "--update"]) == 2
    assert "out.json: is no evaluation report" in capsys.readouterr().err


def test_one_encoder_as_images_lie(
    weights: Path, batches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "mirabest-confident", "--root", str(batches), "--classifier", "lr"]
    assert main([*command, "--encoder", "second", "--no-ignore-orientation", "--seed", "3"]) == 0
    printed = capsys.readouterr().out
    assert "Orientation kept" in printed
    assert "first " not in printed


def test_neighbours_are_still_measured(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rgd").mkdir()
    rng = np.random.default_rng(0)
    with h5py.File(tmp_path / "rgd" / "galaxy_data_h5.h5", "w") as file:
        for number in range(70):
            group = file.create_group(f"data_{number}")
            group["Img"] = rng.integers(0, 255, (300, 300), np.uint8)
            group["Label_literature"] = float(number % 4)
            group["Split_literature"] = "train"
            group["Img"].attrs.update(RA=10.0 + number, DEC=30.0)
    out = tmp_path / "out.json"
    command = ["evaluate", "neighbours", "--root", str(tmp_path), "--encoder", "first"]
    assert main([*command, "--neighbours", "5", "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    rows = {row["what"]: row["mean"] for row in json.loads(out.read_text())}
    assert 0 < rows["first, as it lies"] < 1
    assert all(f"| {what} | {mean:.3f} |" in printed for what, mean in rows.items())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mirabest", "--root", "."], "invalid choice: 'mirabest'"),
        (["rgd", "--root", ".", "--seed", "-1"], "--seed -1"),
        (["rgd", "--root", ".", "--json", "no/such/out.json"], "out.json: there is no folder"),
        (["rgd", "--root", ".", "--encoder", "third"], "there is no encoder 'third'"),
        (["rgd", "--root", "."], "galaxy_data_h5.h5"),
        (["sdss", "--root", ".", "--html", "no/such/out.html"], "out.html: there is no folder"),
        (["neighbours", "--root", ".", "--html", "out.html"], "no report of neighbours"),
        (["rgd", "--root", ".", "--update"], "no report to update"),
        (["emu", "--root", ".", "--classifier", "finetuned"], "frozen vectors"),
        (["emu", "--root", "."], "data_batch_1"),
        (["frdeep-nvss", "--root", ".", "--classifier", "finetuned"], "no fine-tuned network"),
    ],
)
def test_mistakes_are_told_in_a_line(
    weights: Path,
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", *arguments]) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert words in captured.err


def test_the_command_offers_the_datasets_that_there_are() -> None:
    assert set(evaluate._DATASETS) == set(DATASETS)


def test_a_weights_file_and_a_report_are_named_by_path(
    weights: Path, batches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, out = tmp_path / "out.html", tmp_path / "out.json"
    command = ["evaluate", "mirabest-confident", "--root", str(batches), "--classifier", "svc"]
    file = str(weights / "weights" / "second.safetensors")
    assert main([*command, "--encoder", file, "--html", str(page), "--json", str(out)]) == 0
    (row,) = json.loads(out.read_text())["results"]
    assert (row["encoder"], row["classifier"]) == ("second", "svc")
    assert f"{row['accuracy']:.3f}" in page.read_text(encoding="utf-8")
    assert row["roc"]["fpr"][0] == 0
    capsys.readouterr()


def test_the_fine_tuned_network_stands_in_the_table(
    weights: Path, batches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(2)
    architecture = {"name": "resnet", "width": 0.125}
    member = ClassifyingNetwork(registry.build(architecture), 2)
    card = {
        "name": "finetuned",
        "label_set": "mirabest",
        "classes": ["FRI", "FRII"],
        "temperature": 1.5,
        "architecture": architecture,
        "preprocessing": Preprocessing().to_dict(),
        "dimension": member.network.dimension,
        "started_from": {"name": "second"},
    }
    save_weights(tmp_path / "classifiers" / "mirabest.safetensors", pack_members([member]), card)
    out = tmp_path / "out.json"
    command = ["evaluate", "mirabest-confident", "--root", str(batches), "--json", str(out)]
    assert main([*command, "--classifier", "finetuned"]) == 0
    told = json.loads(out.read_text())
    (row,) = told["results"]
    assert (row["encoder"], row["classifier"], row["n_test"]) == ("second", "finetuned", 6)
    assert "no image is one of the training part" in told["protocol"]
    assert "finetuned" in capsys.readouterr().out
    # Beside one encoder alone it stands where it set out from that.
    for encoder, rows in (("first", 1), ("second", 1)):
        assert main([*command, "--encoder", encoder, "--classifier", "knn"]) == 0
        assert len(json.loads(out.read_text())["results"]) == rows
