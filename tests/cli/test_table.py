"""``radgalgui catalog export``: which sources and columns, in which order and file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from radgalgui.catalog.writer import CatalogWriter
from radgalgui.entry import main
from radgalgui.sky.preprocess import Preprocessing

COUNT = 12
SIZE = np.linspace(60, 5, COUNT)
LABEL = np.array([*["FRI", "FRII", None] * 4], dtype=object)


@pytest.fixture(scope="module")
def survey(tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("table") / "survey"
    columns = {
        "name": np.array([f"J{i:02d}" for i in range(COUNT)], dtype=object),
        "ra": np.arange(COUNT) * 10.0,
        "dec": np.full(COUNT, -5.0),
        "label": LABEL,
        "angular_size": SIZE,
    }
    with CatalogWriter(path, Preprocessing(), title="Sources for tests") as writer:
        writer.append(columns, np.zeros((COUNT, 1, 64, 64), np.uint8))
    return path


def test_a_part_of_a_catalogue_sorted_and_printed(survey, capfdbinary):
    where = "angular_size > 20 AND label = 'FRII'"
    asked = ["export", str(survey), "--where", where, "--columns", "angular_size,name"]
    assert main(["catalog", *asked, "--sort", "angular_size", "--out", "-"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode())))
    expected = [i for i in range(COUNT) if SIZE[i] > 20 and LABEL[i] == "FRII"]
    assert [row["name"] for row in rows] == [f"J{i:02d}" for i in reversed(expected)]
    assert list(rows[0]) == ["angular_size", "name"]


def test_several_keys_into_a_fits_table(survey, tmp_path, capsys):
    out = tmp_path / "t.fits"
    assert (
        main(["catalog", "export", str(survey), "--sort", "label DESC, ra", "--out", str(out)]) == 0
    )
    assert capsys.readouterr().out.strip() == f"12 of 12 sources written to {out}"
    back = Table.read(out)
    words = ["" if np.ma.is_masked(v) else str(v) for v in back["label"]]
    assert words == ["FRII"] * 4 + ["FRI"] * 4 + [""] * 4
    assert back["ra"].tolist() == [float(10 * i) for kind in (1, 0, 2) for i in range(kind, 12, 3)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--where", "angularsize > 3", "--out", "a.csv"], "perhaps you mean angular_size"),
        (["--where", "angular_size >", "--out", "a.csv"], "breaks off"),
        (["--columns", "name,lable", "--out", "a.csv"], "perhaps you mean label"),
        (["--sort", "siz desc", "--out", "a.csv"], "there is no column siz"),
        (["--out", "a.doc"], "no kind of table"),
        (["--out", "nowhere/a.csv"], "no folder"),
    ],
)
def test_mistakes_end_in_one_line(survey, arguments, said, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["catalog", "export", str(survey), *arguments]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
    assert not list(tmp_path.iterdir())
