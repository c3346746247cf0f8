"""The least likely sources, as a table and as a user types it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.entry import main
from radgalgui.errors import UsageError
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.jobs.likelihood.outliers import COLUMNS, least_likely, outlier_rows
from radgalgui.jobs.likelihood.stored import scores_of


@pytest.mark.parametrize("by", [*METHODS[:4], COMBINED])
def test_the_least_likely_come_first(judged, by):
    with Catalog.open(judged) as catalog:
        stored = scores_of(catalog, "small")
    rows, told = least_likely(stored, by=by, top=30), stored.column(by)
    assert len(set(rows.tolist())) == 30
    assert (np.diff(told[rows]) >= 0).all()
    assert told[rows].max() <= np.delete(told, rows).min()


def test_what_a_method_does_not_know_is_left_out(judged):
    with Catalog.open(judged) as catalog:
        stored = scores_of(catalog, "small")
    assert len(least_likely(stored, by="reconstruction")) == 0
    assert len(least_likely(stored, top=10_000)) == 200
    with pytest.raises(UsageError, match="no method 'flow'"):
        least_likely(stored, by="flow")


def test_rows_tell_of_the_source_and_what_each_method_says(judged):
    with Catalog.open(judged) as catalog:
        stored = scores_of(catalog, "small")
        first, second = outlier_rows(catalog, stored, [7, 3])
        assert tuple(first) == COLUMNS
        assert (first["rank"], second["rank"]) == (1, 2)
        assert first["name"] == catalog.names[7]
        assert first["label"] == catalog.column("label")[7]
    assert first["percentile"] == pytest.approx(float(stored.percentiles[7, 0]))
    assert first[COMBINED] == pytest.approx(float(stored.combined[7]))
    assert first["reconstruction"] is None
    assert np.float32(first["log_likelihood"]) == stored.scores[7, 0]


def test_the_command_prints_and_writes_them(judged, capsys, tmp_path):
    assert main(["catalog", "outliers", str(judged), "--top", "5", "--csv", "-"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["rank"] for row in rows] == list("12345")
    assert tuple(rows[0]) == COLUMNS
    out = tmp_path / "strange.csv"
    by = ["--by", "knn_distance", "--encoder", "small", "--csv", str(out)]
    assert main(["catalog", "outliers", str(judged), "--top", "3", *by]) == 0
    told = [float(row["knn_distance"]) for row in csv.DictReader(out.open())]
    assert told == sorted(told)
    assert main(["catalog", "outliers", str(judged), "--top", "2"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == ["rank", "name", "label", "log_likelihood", "percentile",
                                *METHODS[1:], COMBINED]  # fmt: skip
    assert len(shown) == 5  # two sources, and how far the methods agree
    assert "median rank correlation" in shown[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--top", "0"], "--top 0"),
        (["--encoder", "byol"], "byol"),
        (["--csv", "no/such/folder.csv"], "no folder"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(judged, capsys, arguments, words):
    assert main(["catalog", "outliers", str(judged), *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_a_catalogue_without_likelihoods_names_the_command(
    write_catalog, draw_blobs, tmp_path, capsys
):
    path: Path = write_catalog(tmp_path / "plain", draw_blobs(3))
    assert main(["catalog", "outliers", str(path)]) == 2
    assert f"run: radgalgui catalog likelihood {path}" in capsys.readouterr().err
