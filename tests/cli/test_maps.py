"""``radgalgui catalog map`` as a user types it, and as the window starts it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.entry import main
from radgalgui.jobs.work.reports import Done, Failed, Progress, from_line
from tests.analysis.clusters import labelled


@pytest.fixture(scope="module")
def plain(write_catalog, tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("mapped") / "survey"
    write_catalog(path, np.random.default_rng(5).random((40, 1, 64, 64)).astype(np.float32))
    with CatalogUpdate(path) as update:
        for number, name in enumerate(("one", "two")):
            rows = labelled(40, 8, seed=number)[0].astype(np.float16)
            update.add_embeddings(name, rows, weights_sha256=str(number) * 64)
    return path


@pytest.fixture
def survey(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return Path(shutil.copytree(plain, tmp_path / "survey"))


def maps(path: Path) -> dict[str, set[str]]:
    with Catalog.open(path) as catalog:
        return {name: set(catalog.maps(name)) for name in catalog.encoders}


def test_all_encoders_are_mapped_by_default_and_maps_can_go_again(survey, capsys):
    assert main(["catalog", "map", str(survey), "--method", "ipca"]) == 0
    told = capsys.readouterr()
    assert told.out == f"{survey}\n"
    assert "Map of two, 2 of 2" in told.err
    assert maps(survey) == {"one": {"pca"}, "two": {"pca"}}
    named = ["--method", "tsne", "--perplexity", "4", "--name", "Wide view"]
    assert main(["catalog", "map", str(survey), *named, "--encoder", "two"]) == 0
    assert maps(survey) == {"one": {"pca"}, "two": {"pca", "Wide-view"}}
    assert main(["catalog", "info", str(survey)]) == 0
    assert "Wide-view" in capsys.readouterr().out
    assert main(["catalog", "map", str(survey), "--remove", "Wide view"]) == 0
    assert main(["catalog", "map", str(survey), "--remove", "pca", "--encoder", "all"]) == 0
    assert maps(survey) == {"one": set(), "two": set()}


def test_the_window_hears_of_every_step_and_the_result(survey, capsys):
    arguments = ["--method", "tsne", "--perplexity", "4", "--encoder", "one", "--events"]
    assert main(["catalog", "map", str(survey), *arguments]) == 0
    told = [from_line(line) for line in capsys.readouterr().out.splitlines()]
    steps = [each for each in told if isinstance(each, Progress)]
    assert "laying out the map" in {each.what for each in steps}
    assert {each.total for each in steps if each.what == "laying out the map"} == {750}
    assert isinstance(told[-1], Done)
    assert told[-1].result == {"map": "tsne-p4", "words": "t-SNE 4", "encoders": ["one"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--encoder", "three"], "three"),
        (["--method", "umap", "--neighbours", "1"], "2 to 500 neighbours"),
        (["--method", "tsne", "--name", "umap"], "usual map"),
        (["--remove", "umap"], "no 'umap' map"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(survey, capsys, arguments, words):
    assert main(["catalog", "map", str(survey), *arguments]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert words in told[0]
    assert main(["catalog", "map", str(survey), *arguments, "--events"]) == 2
    last = from_line(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(last, Failed)
    assert words in last.message
    assert maps(survey) == {"one": set(), "two": set()}
