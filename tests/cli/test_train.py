"""``radgalgui train``: what is printed, sweeps, and faults in one line with status 2."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from radgalgui.entry import main
from radgalgui.jobs.networks.kept import networks_folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What training was asked to do; it does nothing but report two steps."""
    import radgalgui_training.compare
    import radgalgui_training.run
    import radgalgui_training.sweep

    calls: list[dict[str, Any]] = []

    def work(*arguments: Any, **options: Any) -> Path:
        options["progress"](1, 2, "epoch 1 of 2, loss 0.500")
        options["progress"](2, 2, "epoch 2 of 2, loss 0.250")
        calls.append({"arguments": arguments, **options})
        return Path(options["out"]) / "written"

    monkeypatch.setattr(radgalgui_training.run, "train", work)
    monkeypatch.setattr(radgalgui_training.sweep, "sweep", work)
    monkeypatch.setattr(radgalgui_training.compare, "compare", work)
    return calls


def test_the_path_is_printed(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["train", "byol-smoke", "--out", str(tmp_path), "--set", "training.epochs=3"]
    assert main([*command, "--resume"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'written'}\n"
    assert asked[0]["arguments"] == ("byol-smoke",)
    assert asked[0]["overrides"] == {"training.epochs": "3"}
    assert asked[0]["resume"] is True


@pytest.mark.parametrize("place", ["checkpoints", "trainings/1-0/checkpoints"])
def test_a_training_is_not_begun_over_another(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], tmp_path: Path, place: str
) -> None:
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "last.ckpt").write_bytes(b"days of work")
    command = ["train", "byol-smoke", "--out", str(tmp_path)]
    assert main(command) == 2
    assert "there is a training in this folder already" in capsys.readouterr().err
    assert main([*command, "--resume", "--restart"]) == 2
    assert not asked
    assert [main([*command, "--resume"]), main([*command, "--restart"])] == [0, 0]
    assert [each["resume"] for each in asked] == [True, False]


def test_events_are_lines_of_json(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["train", "byol-smoke", "--out", str(tmp_path), "--events"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["kind"] for line in lines] == ["Began", "Progress", "Progress", "Done"]
    assert lines[0]["command"] == [
        "radgalgui",
        "train",
        "byol-smoke",
        "--out",
        str(tmp_path),
        "--events",
    ]
    told = {"done": 1, "total": 2, "what": "epoch 1 of 2, loss 0.500"}
    assert lines[1].items() >= told.items()
    assert lines[-1]["path"] == str(tmp_path / "written")


def test_other_processes_print_no_path(
    asked: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert main(["train", "byol-smoke", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""


def test_a_sweep_takes_its_values_as_typed(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    command = ["train", "byol-rgz", "--out", str(tmp_path), "--data", str(tmp_path)]
    assert main([*command, "--sweep", "size_cut=0,10, 16"]) == 0
    assert asked[0]["arguments"] == ("byol-rgz", "size_cut", ["0", "10", "16"])
    assert "resume" not in asked[0]


def test_a_comparison_takes_its_values_as_typed(
    asked: list[dict[str, Any]], tmp_path: Path
) -> None:
    command = ["train", "finetune-mirabest", "--out", str(tmp_path), "--data", str(tmp_path)]
    assert main([*command, "--compare", "start_from=simclr, none"]) == 0
    assert asked[0]["arguments"] == ("finetune-mirabest", "start_from", ["simclr", "none"])
    folders = asked[0]["folders"]
    assert [each.name for each in folders] == ["weights", "encoders", "classifiers", "classifiers"]
    assert folders[-1] == networks_folder()  # the user's own


def test_a_catalogue_is_learned_from(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    """Instead of published images, or beside them where it is said where they lie."""
    command = [
        "train",
        "simclr-bundled",
        "--out",
        str(tmp_path),
        "--catalog",
        "a",
        "--catalog",
        "b",
    ]
    assert main(command) == 0
    assert main([*command, "--data", str(tmp_path), "--set", "data.rgd=0"]) == 0
    alone, beside = (call["overrides"] for call in asked)
    assert alone["data.catalogs"] == ["a", "b"]
    assert alone["data.fields"] == alone["data.rgd"] == 0
    assert alone["evaluate"] is False
    assert beside == {"data.catalogs": ["a", "b"], "data.rgd": "0"}


def test_devices_become_values_of_the_recipe(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    command = ["train", "byol-smoke", "--out", str(tmp_path), "--device", "cpu", "--threads", "2"]
    assert main([*command, "--precision", "bf16", "--set", "training.threads=1"]) == 0
    assert asked[0]["overrides"] == {
        "training.device": "cpu", "training.threads": "1", "training.precision": "bf16-mixed",
    }  # fmt: skip


def test_an_estimate_is_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    more = ["--set", "training.epochs=6", "--set", "data.simulated=32"]
    assert main(["train", "simclr-smoke", "--out", str(tmp_path), "--estimate", *more]) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(r"about \d+ \w+: 12 steps of [\d.]+ m?s\n", told)
    assert (
        main(["train", "simclr-smoke", "--out", str(tmp_path), "--estimate", "--events", *more])
        == 0
    )
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["kind"] == "Done"
    assert last["result"]["steps"] == 12
    assert last["result"]["text"].startswith("about ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["byol-smoke", "--set", "epochs"], "--set 'epochs' is not KEY=VALUE"),
        (["byol-smoke", "--join", "x"], "--join is for networks that answer with classes"),
        (["byol-smoke", "--sweep", "size_cut"], "--sweep 'size_cut' is not KEY=VALUE"),
        (["byol-smoke", "--sweep", "size_cut=1,,2"], "empty or a repeated value"),
        (["byol-smoke", "--sweep", "size_cut=1,1"], "empty or a repeated value"),
        (["byol-smoke", "--sweep", "size_cat=1"], "did you mean 'data.size_cut'"),
        (["byol-smoke", "--compare", "start_from=x"], "names one value alone"),
        (["byol-smoke", "--compare", "a=1,2", "--estimate"], "--compare and --estimate do not go"),
        (["finetune-mirabest", "--catalog", "x"], "--catalog is for encoders"),
        (["byol-smoke", "--device", "cuda:7"], "there is no device 'cuda:7' here; use "),
        (["byol-smok", "--sweep", "size_cut=1"], "no such recipe; did you mean 'byol-smoke'"),
        (["finetune-mirabest", "--sweep", "size_cut=1"], "this recipe makes none"),
    ],
)
def test_faults_are_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["train", *arguments, "--out", str(tmp_path / "out")]) == 2
    complaint = capsys.readouterr().err
    assert says in complaint
    assert complaint.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("recipe", ["byol-smoke", "simclr-smoke"])
@pytest.mark.skipif(
    not os.environ.get("RADGALGUI_SLOW"), reason="takes half a minute: set RADGALGUI_SLOW=1"
)
def test_two_processes_train_one_encoder(recipe: str, tmp_path: Path) -> None:
    """The same loop on two processes, as on two cards; what both hold stays the same."""
    command = [sys.executable, "-m", "radgalgui", "train", recipe, "--out", str(tmp_path)]
    more = ["--set", "training.devices=2", "--set", "data.simulated=32", "--device", "cpu"]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=True)
    assert done.stdout == f"{tmp_path / recipe}.safetensors\n"
    log = (tmp_path / "log.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in log[1:]] == [["1", "1"], ["2", "2"]]
    from radgalgui.models.encoder import Encoder

    assert Encoder.load(tmp_path / f"{recipe}.safetensors").card["training_data"] == {
        "simulated": 32
    }


@pytest.mark.skipif(
    not os.environ.get("RADGALGUI_SLOW"), reason="takes half a minute: set RADGALGUI_SLOW=1"
)
def test_torchrun_trains_one_encoder(tmp_path: Path) -> None:
    """As on a cluster: torchrun says how many processes there are, and the recipe says nothing."""
    run = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = ["--module", "radgalgui", "train", "simclr-smoke", "--out", str(tmp_path)]
    more = ["--set", "data.simulated=32", "--device", "cpu", "--threads", "1", "--events"]
    done = subprocess.run([*run, *command, *more], capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["kind"] for line in told if line["kind"] in ("Began", "Done")] == ["Began", "Done"]
    (device,) = [line["text"] for line in told if line["kind"] == "Device"]
    assert device == "2 x CPU, 1 thread, 32-bit"
    # 32 images, 16 to a step of each of the two: one step in each of two epochs.
    log = (tmp_path / "log.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in log[1:]] == [["1", "1"], ["2", "2"]]
    from radgalgui.models.encoder import Encoder

    trained = Encoder.load(tmp_path / "simclr-smoke.safetensors")
    assert trained.card["training_data"] == {"simulated": 32}
