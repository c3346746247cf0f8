"""Many images are answered as few are: the same rows in the same order, bad ones named."""

from __future__ import annotations

import csv
import json
import signal

import pytest

from radgalgui.cli import answers, reconstruct
from radgalgui.entry import main
from radgalgui.jobs import looking
from radgalgui.jobs.simulated import simulate_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of seven galaxies, and a file in their midst that holds none."""
    folder = tmp_path_factory.mktemp("many")
    paths = simulate_files(folder, n=7, seed=3)
    (folder / f"{sorted(paths)[3].stem} text.fits").write_text("no image")
    return folder


@pytest.fixture
def many(monkeypatch):
    """Count three images as many, of which the first two are answered alone."""
    monkeypatch.setattr(answers, "_FEW", 2)
    monkeypatch.setattr(looking, "_FIRST_BATCHES", (2,))


def asked(capsys, *arguments) -> tuple[int, str, list[str]]:
    status = main([*map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err.splitlines()


def assert_alike(one: str, other: str) -> None:
    """Compare tables: text alike, numbers as batches of other sizes give them on any machine."""
    few, more = (list(csv.DictReader(told.splitlines())) for told in (one, other))
    assert len(few) == len(more) > 0
    for row, again in zip(few, more, strict=True):
        for name, value in row.items():
            try:
                assert float(again[name]) == pytest.approx(float(value), rel=1e-4, abs=3e-5)
            except ValueError:
                assert again[name] == value


def test_many_files_are_searched_for_as_few_are(folder, capsys, monkeypatch, request):
    wanted = ("search", folder, "--top", 3, "--csv", "-")
    status, few, complaints = asked(capsys, *wanted)
    assert status == 2
    request.getfixturevalue("many")
    monkeypatch.setattr(looking, "processes_for_files", lambda *_, **__: 1)
    again = asked(capsys, *wanted)
    assert again[0::2] == (status, complaints)
    assert_alike(few, again[1])


def test_many_files_are_classified_as_few_are(folder, capsys, monkeypatch, request):
    monkeypatch.setattr(looking, "processes_for_files", lambda *_, **__: 0)
    wanted = ("classify", folder, "--classifier", "lr", "--csv", "-")
    status, few, complaints = asked(capsys, *wanted)
    assert status == 2
    request.getfixturevalue("many")
    again = asked(capsys, *wanted)
    assert again[0::2] == (status, complaints)
    assert_alike(few, again[1])


def test_many_files_tell_the_same_events(folder, capsys, monkeypatch, request):
    monkeypatch.setattr(looking, "processes_for_files", lambda *_, **__: 0)
    wanted = ("search", folder, "--events", "--ignore-orientation")
    _, few, _ = asked(capsys, *wanted)
    request.getfixturevalue("many")
    status, more, complaints = asked(capsys, *wanted)
    assert status == 2
    assert sum("text.fits" in line for line in complaints) == 1
    told = [[json.loads(line) for line in text.splitlines()] for text in (few, more)]
    for one, other in zip(*told, strict=True):
        assert (one["kind"], one["job"]) == (other["kind"], other["job"])
        if one["kind"] == "Seen":
            assert one == other


def test_many_files_are_reconstructed_as_few_are(
    folder, drawing_weights, capsys, tmp_path, request
):
    wanted = ("reconstruct", folder, "--encoder", drawing_weights, "--csv", "-", "--out", tmp_path)
    status, few, complaints = asked(capsys, *wanted)
    assert status == 2
    request.getfixturevalue("many")
    again = asked(capsys, *wanted)
    assert again[0::2] == (status, complaints)
    assert_alike(few, again[1])


def interrupted(make):
    """Return what answers as ``make`` does, with a Ctrl-C before the fourth answer."""

    def answered(*arguments):
        for number, told in enumerate(make(*arguments)):
            if number == 3:
                signal.raise_signal(signal.SIGINT)
            yield told

    return answered


@pytest.mark.parametrize("how", ["few", "many"])
def test_interrupted_a_search_keeps_the_rows_that_it_has(
    folder, capsys, monkeypatch, tmp_path, request, how
):
    if how == "many":
        request.getfixturevalue("many")
        monkeypatch.setattr(looking, "processes_for_files", lambda *_, **__: 0)
    monkeypatch.setattr(answers.Answering, "answers", interrupted(answers.Answering.answers))
    out, table = tmp_path / "out.csv", tmp_path / "out.xml"
    wanted = ("search", folder, "--top", 2, "--csv", out, "--votable", table)
    status, _, complaints = asked(capsys, *wanted)
    assert status == 130
    assert complaints[-2:] == [
        f"radgalgui: 3 of 8 images were answered; their rows are in {out} and {table}",
        "radgalgui: interrupted",
    ]
    rows = list(csv.DictReader(out.open()))
    assert [row["rank"] for row in rows] == ["1", "2"] * 3
    assert len({row["query"] for row in rows}) == 3
    assert table.read_text().count("<TR>") == 6


def test_a_fault_on_one_image_takes_no_rows_of_those_before_it(
    folder, capsys, monkeypatch, tmp_path
):
    def failing(*arguments):
        for number, told in enumerate(answer_all(*arguments)):
            if number == 3:
                raise ZeroDivisionError
            yield told

    answer_all = answers.Answering.answers
    monkeypatch.setattr(answers.Answering, "answers", failing)
    out = tmp_path / "out.csv"
    with pytest.raises(ZeroDivisionError):
        asked(capsys, "search", folder, "--top", 1, "--csv", out)
    assert len(list(csv.DictReader(out.open()))) == 3


def test_interrupted_a_reconstruction_keeps_the_rows_that_it_has(
    folder, drawing_weights, capsys, monkeypatch, tmp_path
):
    monkeypatch.setattr(reconstruct, "_made", interrupted(reconstruct._made))
    wanted = ("reconstruct", folder, "--encoder", drawing_weights, "--out", tmp_path, "--csv", "-")
    status, rows, complaints = asked(capsys, *wanted)
    assert status == 130
    assert complaints[-2].endswith("3 of 8 images were answered; their rows are in the output")
    assert len(list(csv.DictReader(rows.splitlines()))) == 3
