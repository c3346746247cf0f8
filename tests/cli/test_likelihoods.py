"""``radgalgui catalog likelihood`` as a user types it, and as the window starts it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.entry import main
from radgalgui.jobs.work.reports import Done, Failed, Point, Progress, from_line
from radgalgui_training.flows.presets import PRESETS, Preset


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let flows be small."""
    tiny = Preset("bundled", blocks=1, hidden=8, members=2, epochs=1)
    monkeypatch.setitem(PRESETS, "bundled", tiny)


@pytest.fixture(scope="module")
def plain(write_catalog, tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("told") / "survey"
    rng = np.random.default_rng(5)
    write_catalog(path, rng.random((60, 1, 64, 64)).astype(np.float32))
    with CatalogUpdate(path) as update:
        for name in ("one", "two"):
            rows = rng.standard_normal((60, 4)).astype(np.float32)
            update.add_embeddings(name, rows, weights_sha256="1" * 64)
    return path


@pytest.fixture
def survey(plain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain, tmp_path / "survey"))


def judged(path: Path) -> set[str]:
    with Catalog.open(path) as catalog:
        return set(catalog.manifest.likelihoods)


def test_all_encoders_are_told_by_default(survey, capsys):
    assert main(["catalog", "likelihood", str(survey), "--device", "cpu"]) == 0
    told = capsys.readouterr()
    assert told.out == f"{survey}\n"
    assert "two: held-out sources have a log-likelihood of" in told.err
    assert "Nothing is told of reconstructions" in told.err  # of other pixels than those there
    assert judged(survey) == {"one", "two"}
    assert main(["catalog", "info", str(survey)]) == 0
    assert "one flow of denmarf" in capsys.readouterr().out


def test_the_window_hears_a_curve_and_the_result(survey, capsys):
    arguments = ["--encoder", "one", "--no-reconstruction", "--device", "cpu", "--events"]
    assert main(["catalog", "likelihood", str(survey), *arguments]) == 0
    told = [from_line(line) for line in capsys.readouterr().out.splitlines()]
    points = [each for each in told if isinstance(each, Point)]
    assert [point.step for point in points] == list(range(1, len(points) + 1))
    assert len(points) == 10  # five flows of an epoch, and what each starts from
    assert "held_out_likelihood" in points[-1].values
    assert any(isinstance(each, Progress) and each.what.startswith("flow") for each in told)
    assert isinstance(told[-1], Done)
    assert told[-1].result["held_out_per_dimension"].keys() == {"one"}
    assert judged(survey) == {"one"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--encoder", "three"], "three"),
        (["--encoder", "one", "--preset", "huge"], "huge"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(survey, capsys, arguments, words):
    command = ["catalog", "likelihood", str(survey), *arguments, "--device", "cpu"]
    assert main([*command]) == 2
    assert words in capsys.readouterr().err.splitlines()[-1]
    assert main([*command, "--events"]) == 2
    last = from_line(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(last, Failed)
    assert words in json.dumps(last.message)


def test_a_catalogue_without_vectors_says_what_to_do(write_catalog, tmp_path, capsys):
    path = write_catalog(tmp_path / "bare", np.zeros((3, 1, 64, 64), np.float32))
    assert main(["catalog", "likelihood", str(path)]) == 2
    assert "radgalgui embed" in capsys.readouterr().err
