"""``radgalgui understand`` prints what components tell, writes tables, and refuses early."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.entry import main
from radgalgui.sky.preprocess import Preprocessing

N, D = 90, 6


def known(count: int) -> dict[str, np.ndarray]:
    """Return the columns that every catalogue has."""
    places, labels = np.linspace(10, 20, count), np.array(["FRI"] * count, dtype=object)
    names = np.array([f"S{i}" for i in range(count)], dtype=object)
    return {"name": names, "ra": places, "dec": places, "label": labels, "angular_size": places}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalogue with two encoders; the second's component 4 tells the size."""
    path, rng = tmp_path_factory.mktemp("c") / "mine", np.random.default_rng(0)
    vectors = rng.normal(size=(2, N, D)).astype(np.float32)
    columns = {
        **known(N),
        "angular_size": 20 + vectors[1, :, 4],
        "flat": np.ones(N),
        "gaps": np.where(np.arange(N) < 9, np.nan, vectors[1, :, 0]),
    }
    with CatalogWriter(path, Preprocessing(), title="t", simulated=True) as writer:
        writer.append(columns, np.zeros((N, 1, 64, 64), dtype=np.float32))
    with CatalogUpdate(path) as update:
        for name, each in zip(("one", "two"), vectors, strict=True):
            update.add_embeddings(name, each, weights_sha256="0" * 64)
    return path


def call(catalog: Path, *more: object) -> int:
    return main(["understand", "--catalog", str(catalog), *map(str, more)])


def test_one_encoder_is_told_in_words_and_a_table(catalog, capsys):
    assert call(catalog, "--encoder", "two", "--top", 3) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "two: Of 6 principal components" in out
    assert "The vectors tell angular_size (R² = 0." in out
    assert "ettled after" in out
    table = [line.split() for line in out.splitlines()[-4:]]
    assert table[0][:3] == ["component", "rank", "importance"]
    assert table[1][:2] == ["4", "1"]
    assert len(table) == 4


def test_the_first_encoder_is_taken_where_none_is_named(catalog, capsys):
    assert call(catalog, "--top", 0) == 0
    out = capsys.readouterr().out
    assert out.startswith("one: ")
    assert "do not tell angular_size" in out
    assert "component  rank" not in out


def test_all_encoders_into_files(catalog, tmp_path, capsys):
    outs = [tmp_path / f"out.{kind}" for kind in ("csv", "json", "html")]
    options = [x for out in outs for x in (f"--{out.suffix[1:]}", out)]
    assert call(catalog, "--encoder", "all", "--column", "gaps", *options) == 0
    out, err = capsys.readouterr()
    assert out.count("principal components") == 2
    assert "two: note: 9 sources are left out of the importance for want of a value." in err
    rows = list(csv.DictReader(outs[0].read_text().splitlines()))
    assert [row["encoder"] for row in rows] == ["one"] * D + ["two"] * D
    assert {row["column"] for row in rows} == {"gaps"}
    assert sorted(int(row["component"]) for row in rows[:D]) == list(range(D))
    reports = json.loads(outs[1].read_text())
    assert [report["encoder"] for report in reports] == ["one", "two"]
    assert reports[1]["sources_without_value"] == 9
    best = reports[1]["components"][0]
    assert float(rows[D]["importance"]) == pytest.approx(best["importance"])
    page = outs[2].read_text()
    assert page.count("<svg") == 3
    assert "What the vectors hold: gaps" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--column", "flat"), "same value in the column 'flat'"),
        (("--column", "name"), "holds words, not numbers"),
        (("--column", "nosuch"), "no column 'nosuch'"),
        (("--encoder", "nosuch"), "there are one, two"),
        (("--seed", "-1"), "no seed"),
        (("--top", "-1"), "--top -1"),
        (("--json", "/nowhere/x.json"), "no folder"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(catalog, options, words, capsys):
    assert call(catalog, *options) == 2
    err = capsys.readouterr().err
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_catalogue_without_vectors_is_refused(tmp_path, capsys):
    path = tmp_path / "bare"
    with CatalogWriter(path, Preprocessing(), title="t", simulated=True) as writer:
        writer.append(known(1), np.zeros((1, 1, 64, 64), dtype=np.float32))
    assert call(path) == 2
    assert "no vectors" in capsys.readouterr().err
