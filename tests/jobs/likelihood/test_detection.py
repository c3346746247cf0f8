"""The measurement of detection as a whole, on a small simulated catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.entry import main
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.likelihood import detection
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.models.encoder import Encoder
from radgalgui_resources import FIRST_ENCODER, path
from radgalgui_training.detection.sets import SETTINGS, STRANGE


@pytest.fixture(scope="module")
def survey(
    tmp_path_factory: pytest.TempPathFactory,
    drawing_weights: Path,
    make_judge: Callable[..., Any],
) -> Path:
    """Return a catalogue of 60 images, simulated it says, and a judge of an untaught network."""
    path = tmp_path_factory.mktemp("detection") / "survey"
    encoder = Encoder.load(drawing_weights)
    rng = np.random.default_rng(0)
    images = rng.random((60, 1, 64, 64), dtype=np.float32) ** 20
    columns = {
        "name": np.array([f"source {k}" for k in range(60)], dtype=object),
        "ra": np.zeros(60),
        "dec": np.zeros(60),
        "label": np.array(["FRI"] * 60, dtype=object),
        "angular_size": np.full(60, 30.0),
    }
    with CatalogWriter(path, encoder.preprocessing, title="Small", simulated=True) as writer:
        writer.append(columns, images)
    vectors = encoder.embed(images).astype(np.float16)
    with CatalogUpdate(path) as update:
        update.add_embeddings("vdvae", vectors, weights_sha256=encoder.sha256)
    make_judge(path, "vdvae")
    return path


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, drawing_weights: Path) -> None:
    """Install the small network, and let two images be enough."""
    monkeypatch.setattr(detection, "FEWEST", 2)
    monkeypatch.setattr(detection, "encoder_path", lambda _: drawing_weights)
    monkeypatch.setattr("radgalgui.jobs.likelihood.redrawn.weights_path", lambda _: drawing_weights)


def test_every_method_is_measured_on_every_image(survey: Path, tmp_path: Path) -> None:
    told = detection.measure_detection(survey, settings=SETTINGS[1:], count=2, folder=tmp_path)
    json.dumps(told, allow_nan=False)
    rows = {(r["control"], r["method"]): r for r in told["rows"]}
    assert set(rows) == {(c, m) for c in (*STRANGE, "mean") for m in (*METHODS, COMBINED)}
    assert {row["training"] for row in rows.values()} == {"all"}
    assert told["settings"][0]["sources"] == 60
    assert [it["name"] for it in told["controls"]] == list(STRANGE)
    for row in rows.values():
        assert row["auc"] is None or 0 <= row["low"] <= row["auc"] <= row["high"] <= 1
    assert rows["mean", COMBINED]["auc"] is not None


def test_what_cannot_be_measured_is_refused(
    survey: Path, tmp_path: Path, write_catalog: Callable[..., Path]
) -> None:
    with pytest.raises(UsageError, match="1 images tell nothing"):
        detection.measure_detection(survey, count=1)
    with pytest.raises(CatalogError, match="simclr"):
        detection.measure_detection(survey, encoders=["simclr"], count=2)
    real = write_catalog(tmp_path / "real", np.zeros((3, 1, 64, 64), np.float32))
    with pytest.raises(UsageError, match="not simulated"):
        detection.measure_detection(real, count=2)


def test_the_command_refuses_early(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "detection", "--images", "3"]) == 2
    assert "--images 3" in capsys.readouterr().err
    assert main(["evaluate", "rgd"]) == 2
    assert "--root" in capsys.readouterr().err


def test_the_command_prints_a_table_and_writes_json(
    survey: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {
        "images": 20,
        "ordinary_images": 40,
        "settings": [{"name": "all", "words": "all kinds", "sources": 60}],
        "controls": [{"name": "noise", "title": "", "words": ""}],
        "mean_of": [["noise"]],
        "rows": [
            {"encoder": "small", "training": "all", "control": control, "method": COMBINED,
             "auc": 0.75, "low": 0.5, "high": 0.875}
            for control in ("noise", "mean")
        ],
    }  # fmt: skip
    monkeypatch.setattr(detection, "measure_detection", lambda *_, **__: told)
    out = tmp_path / "out.json"
    assert main(["evaluate", "detection", "--catalog", str(survey), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "Together  0.750  0.750 (0.500 to 0.875)" in printed
    assert "all kinds (60 sources)" in printed
    assert json.loads(out.read_text()) == told


def test_what_ships_reaches_what_was_asked_for() -> None:
    told = json.loads(path("likelihood", "detection.json").read_text(encoding="utf-8"))
    settings = {setting.name for setting in SETTINGS}
    assert {row["training"] for row in told["rows"]} == settings
    mean = {
        row["encoder"]: row["auc"]
        for row in told["rows"]
        if (row["training"], row["control"], row["method"]) == ("extended", "mean", COMBINED)
    }
    assert mean["all"] >= 0.9
    assert mean[FIRST_ENCODER] >= 0.9
