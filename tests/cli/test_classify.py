"""From a FITS file to classes on the terminal, with labels drawn from the bundled catalogue."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import pytest

from radgalgui.analysis.held_out import HeldOut
from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.entry import main
from radgalgui_resources import catalog_path, example_path

COLUMNS = [
    "query",
    "encoder",
    "label_set",
    "classifier",
    "class",
    "probability_FRI",
    "probability_FRII",
    "agreement",
    "conformal_set",
    "conformal_level",
    "coverage",
    "ra",
    "dec",
]


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """Write 120 simulated FRI and FRII of the bundled catalogue as a file of labelled vectors."""
    catalog = Catalog.open(catalog_path())
    words = catalog.column("label").astype(str)
    rows = np.concatenate([np.flatnonzero(words == name)[:60] for name in ("FRI", "FRII")])
    vectors = np.asarray(catalog.embeddings("simclr")[rows], dtype=np.float32)
    labelled = LabelledVectors(
        name="simulated",
        classes=("FRI", "FRII"),
        codes=np.repeat([0, 1], 60),
        vectors={"simclr": vectors},
        weights={"simclr": catalog.manifest.vectors["simclr"].weights_sha256},
        held_out={"simclr": {n: HeldOut(n, vectors, words[rows]).run() for n in ("knn", "lr")}},
    )
    path = tmp_path_factory.mktemp("labels") / "simulated.safetensors"
    labelled.save(path)
    return path


def classify(capsys, *arguments) -> tuple[int, list[dict[str, str]], list[str]]:
    status = main(["classify", *map(str, arguments), "--csv", "-"])
    captured = capsys.readouterr()
    return status, list(csv.DictReader(captured.out.splitlines())), captured.err.splitlines()


def test_every_classifier_has_a_row_and_their_mean_one_more(capsys, labels):
    status, rows, complaints = classify(capsys, example_path(), "--labels", labels)
    assert (status, complaints) == (0, [])
    assert list(rows[0]) == COLUMNS
    names = [row["classifier"] for row in rows]
    assert names == ["knn", "rf", "svc", "lr", "grad", "ext", "mean"]
    chances = np.asarray([[float(row[c]) for c in COLUMNS[5:7]] for row in rows])
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(chances[-1], chances[:-1].mean(axis=0), atol=1e-5)
    for row, chance in zip(rows, chances, strict=True):
        assert row["class"] == ("FRI", "FRII")[int(chance.argmax())]
        assert (row["query"], row["encoder"]) == (example_path().stem, "simclr")
        assert row["label_set"] == "simulated"
        assert float(row["conformal_level"]) == 0.9
        assert row["conformal_set"] in {"{}", "{FRI}", "{FRII}", "{FRI, FRII}"}
        assert 0.8 < float(row["coverage"]) <= 1
    agree = np.mean([row["class"] == rows[-1]["class"] for row in rows[:-1]])
    assert float(rows[-1]["agreement"]) == pytest.approx(agree, abs=1e-3)
    assert rows[-1]["class"] == "FRII"  # the example is a simulated FRII
    assert 0 <= float(rows[-1]["ra"]) < 360


def test_good_files_are_answered_and_each_bad_one_is_named(capsys, labels, tmp_path):
    shutil.copy(example_path(), tmp_path / "good.fits")
    (tmp_path / "text.fits").write_text("no image")
    arguments = (tmp_path / "text.fits", tmp_path / "good.fits", tmp_path / "gone.fits")
    status, rows, complaints = classify(
        capsys, *arguments, "--labels", labels, "--classifier", "lr"
    )
    assert status == 2
    assert [row["classifier"] for row in rows] == ["lr", "mean"]
    assert {row["query"] for row in rows} == {"good"}
    assert len(complaints) == 2
    assert all(sum(name in line for line in complaints) == 1 for name in ("text", "gone"))


def test_the_table_is_read_at_once_and_the_votable_says_the_same(capsys, labels, tmp_path):
    from astropy.io.votable import parse_single_table

    command = ["classify", str(example_path()), "--labels", str(labels), "--classifier", "lr"]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{example_path().stem}: FRII, probability ")
    assert lines[1].startswith("conformal set at 0.9: {")
    assert lines[2] == "learned from 120 sources of simulated, seen by simclr"
    assert lines[4].split() == ["classifier", "class", "FRI", "FRII"]
    votable = tmp_path / "out.vot"
    assert main([*command, "--level", "0.5", "--votable", str(votable)]) == 0
    stored = parse_single_table(votable)
    assert stored.array["classifier"].tolist() == ["lr", "mean"]
    ucds = {field.name: field.ucd for field in stored.fields}
    assert ucds["class"] == "meta.code.class"
    assert ucds["probability_FRI"] == "stat.probability"
    assert stored.array["conformal_level"].tolist() == [0.5, 0.5]


def test_a_column_of_the_catalogue_gives_labels_and_names_of_neighbours(capsys):
    command = ["classify", str(example_path()), "--labels", "column:label", "--classifier", "knn"]
    assert main([*command, "--events"]) == 0
    captured = capsys.readouterr()
    events = [json.loads(line) for line in captured.out.splitlines()]
    assert [event["kind"] for event in events] == ["Picture", "Seen", "Classes", "Done"]
    told = events[2]
    assert told["label_set"] == "label"
    assert "FRII" in told["members"]
    assert abs(told["coverage"] - 0.9) < 0.05
    catalog = Catalog.open(catalog_path())
    for row in told["neighbours"]:
        source = catalog.row(row["index"])
        assert (source["name"], source["label"]) == (row["name"], row["label"])
    assert "of 20,000 labelled sources are learned from" in captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--level", "1.5"], "1.5 is no level of confidence"),
        (["--level", "0"], "0 is no level"),
        (["--level", "nan"], "nan is no level"),
        (["--level", "high"], "invalid float value"),
        (["--classifier", "knm"], "invalid choice: 'knm'"),
        (["--labels", "nosuch"], "there are no labels 'nosuch'"),
        (["--labels", "column:nosuch"], "column:label"),
        (["--labels", "column:survey"], "holds 1 classes"),
        (["--labels", "column:flux"], "holds numbers, not classes"),
        (["--labels", "/nonexistent.safetensors"], "/nonexistent.safetensors: is not there"),
        (["--encoder", "nosuch"], "nosuch"),
        (["--catalog", "/nonexistent", "--labels", "column:label"], "/nonexistent"),
        (["--catalog", "/nonexistent"], "--catalog is of no use"),
        (["--position", "nonsense"], "nonsense"),
        (["--csv", "/nonexistent/out.csv"], "no folder"),
        (["--csv", "-", "--events"], "both print on standard output"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments, words, capsys):
    assert main(["classify", str(example_path()), *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert words in captured.err


def test_labels_of_other_weights_a_damaged_file_and_a_missing_network_are_refused(
    capsys, labels, tmp_path
):
    from dataclasses import replace

    other = tmp_path / "other.safetensors"
    replace(LabelledVectors.load(labels), weights={"simclr": "0" * 64}).save(other)
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(labels.read_bytes()[:300])
    for options, words in (
        (["--labels", other], "made with other weights (000000000000)"),
        (["--labels", damaged], f"{damaged}: is not a safetensors file"),
        (["--labels", labels, "--classifier", "finetuned"], "no network was fine-tuned"),
    ):
        assert main(["classify", str(example_path()), *map(str, options)]) == 2
        complaint = capsys.readouterr().err
        assert words in complaint
        assert len(complaint.splitlines()) == 1


def test_a_damaged_network_is_named_once_and_the_others_answer(capsys, labels, monkeypatch):
    from radgalgui.jobs import classify as jobs

    monkeypatch.setattr(jobs, "classifier_path", lambda name: labels)  # no network at all
    status, rows, complaints = classify(capsys, example_path(), example_path(), "--labels", labels)
    assert status == 0
    assert [row["classifier"] for row in rows] == ["knn", "rf", "svc", "lr", "grad", "ext", "mean"]
    (line,) = complaints
    assert line.startswith("radgalgui: note: the classifier 'finetuned' is left out: ")
    assert str(labels) in line
    command = [example_path(), "--labels", labels, "--classifier", "finetuned"]
    status, rows, complaints = classify(capsys, *command)
    assert (status, rows, len(complaints)) == (2, [], 1)


def test_the_network_alone_is_not_said_to_learn_from_the_vectors_of_an_encoder(capsys):
    assert main(["classify", str(example_path()), "--classifier", "finetuned"]) == 0
    printed = capsys.readouterr().out
    assert " sources of mirabest\n" in printed
    assert "seen by" not in printed
