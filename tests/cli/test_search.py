"""From a FITS file to a CSV on the terminal, with the bundled catalogue and encoder."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.entry import main
from radgalgui.jobs.results import SEARCH_COLUMNS
from radgalgui.jobs.simulated import simulate_files
from radgalgui_resources import catalog_path, example_path


def search(capsys, *arguments: str) -> tuple[int, list[dict[str, str]], list[str]]:
    """Run ``radgalgui search ... --csv -`` and return (status, rows, lines of complaint)."""
    status = main(["search", *map(str, arguments), "--csv", "-"])
    captured = capsys.readouterr()
    return status, list(csv.DictReader(captured.out.splitlines())), captured.err.splitlines()


def assert_answered(rows: list[dict[str, str]], *, top: int = 20) -> None:
    assert tuple(rows[0]) == SEARCH_COLUMNS
    assert [int(row["rank"]) for row in rows] == list(range(1, top + 1))
    similarity = [float(row["similarity"]) for row in rows]
    assert similarity == sorted(similarity, reverse=True)
    assert all(-1 <= value <= 1.0001 for value in similarity)


def test_the_example_is_answered_with_20_rows_best_first(capsys):
    status, rows, complaints = search(capsys, example_path())
    assert status == 0
    assert_answered(rows)
    assert complaints == []


def test_rows_agree_with_the_catalogue_to_a_tenth_of_an_arcsecond(capsys):
    _, rows, _ = search(capsys, example_path())
    catalog = Catalog.open(catalog_path())
    for row in rows:
        source = catalog.row(catalog.find(row["name"]))
        assert abs(float(row["ra"]) - source["ra"]) * np.cos(np.deg2rad(source["dec"])) < 0.1 / 3600
        assert abs(float(row["dec"]) - source["dec"]) < 0.1 / 3600
        assert row["class"] == source["label"]
        assert row["catalog"] == catalog_path().name
        assert row["encoder"] == "simclr"


def test_a_source_of_the_catalogue_finds_itself_first(capsys, tmp_path):
    """The bundled catalogue's own sources, written as FITS files, come back as the first row."""
    catalog = Catalog.open(catalog_path())
    paths = simulate_files(tmp_path, n=12, seed=catalog.manifest.seed)
    _, rows, _ = search(capsys, *paths, "--top", "3")
    first = [row["name"] for row in rows if row["rank"] == "1"]
    found = sum(name == path.stem for name, path in zip(first, paths, strict=True))
    assert found >= 10


def test_ignoring_orientation_finds_a_turned_source_as_itself(capsys, tmp_path):
    from astropy.io import fits

    straight, turned = tmp_path / "straight.fits", tmp_path / "turned.fits"
    image = fits.getdata(example_path())
    fits.writeto(straight, image)
    fits.writeto(turned, np.rot90(image).copy())
    _, rows, _ = search(capsys, straight, turned, "--ignore-orientation")
    names = [[r["name"] for r in rows if r["query"] == q] for q in ("straight", "turned")]
    assert len(set(names[0]) & set(names[1])) >= 18


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "note"), [("skyview_originals", None), ("vlass", "resampled|smoothed|rescaled|1.0")]
)
def test_real_images_are_answered(shared_data, folder, note, capsys):
    paths = sorted((shared_data / folder).glob("*.fits"))
    assert len(paths) == 12
    status, rows, complaints = search(capsys, *paths)
    assert status == 0
    assert len(rows) == 12 * 20
    for path in paths:
        assert_answered([row for row in rows if row["query"] == path.stem])
    if note:
        import re

        assert all(any(p.name in c and re.search(note, c) for c in complaints) for p in paths)


def test_good_files_are_answered_and_each_bad_one_is_named(capsys, tmp_path):
    (tmp_path / "empty.fits").touch()
    (tmp_path / "text.fits").write_text("no image")
    status, rows, complaints = search(
        capsys,
        tmp_path / "empty.fits",
        example_path(),
        tmp_path / "text.fits",
        tmp_path / "gone.fits",
    )
    assert status == 2
    assert_answered(rows)
    for name in ("empty.fits", "text.fits", "gone.fits"):
        assert sum(name in line for line in complaints) == 1


def test_a_folder_is_all_its_images(capsys, tmp_path):
    paths = simulate_files(tmp_path, n=3, seed=5)
    status, rows, _ = search(capsys, tmp_path, paths[1], paths[1], "--top", "1")
    assert status == 0
    assert sorted(row["query"] for row in rows) == sorted(path.stem for path in paths)


def test_files_of_one_name_in_two_folders_have_a_table_each(capsys, tmp_path):
    paths = [tmp_path / folder / "field.fits" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        shutil.copy(example_path(), path)
    assert main(["search", *map(str, paths), "--top", "3"]) == 0
    tables = capsys.readouterr().out.split("\n\n")
    assert len(tables) == 2
    assert all(len(table.strip().splitlines()) == 2 + 3 for table in tables)


@pytest.mark.skipif(sys.platform != "linux", reason="file names there are Unicode")
def test_a_file_name_that_is_no_utf8_is_written_as_it_is(capfdbinary, tmp_path):
    from astropy.io.votable import parse_single_table

    path = os.fsencode(tmp_path) + b"/3C\xff31.fits"
    shutil.copy(example_path(), path)
    table, votable = tmp_path / "out.csv", tmp_path / "out.vot"
    arguments = ["search", os.fsdecode(path), "--top", "1"]
    assert main(arguments) == 0
    assert b"3C\xff31: nearest" in capfdbinary.readouterr().out
    assert main([*arguments, "--csv", str(table), "--votable", str(votable)]) == 0
    assert b"3C\xff31," in table.read_bytes()
    assert parse_single_table(votable).array["query"][0] == "3C\ufffd31"


def test_hostile_files_are_answered_rightly_or_refused_in_one_sentence(
    hostile_case, capsys, tmp_path
):
    path = hostile_case.build(tmp_path)
    status, rows, complaints = search(capsys, path)
    assert all(line.startswith("radgalgui: ") for line in complaints)
    if hostile_case.refused:
        assert status == 2
        assert rows == []
        assert len(complaints) == 1
    else:
        assert status == 0
        assert_answered(rows)
        assert len(complaints) >= len(hostile_case.notes)


def test_the_table_the_csv_and_the_votable_say_the_same(capsys, tmp_path):
    from astropy.io.votable import parse_single_table

    assert main(["search", str(example_path()), "--top", "5"]) == 0
    table = capsys.readouterr().out
    csv_path, votable = tmp_path / "out.csv", tmp_path / "out.vot"
    assert (
        main(
            [
                "search",
                str(example_path()),
                "--top",
                "5",
                "--csv",
                str(csv_path),
                "--votable",
                str(votable),
            ]
        )
        == 0
    )
    assert csv_path.read_bytes().count(b"\r\n") == 6  # RFC 4180
    rows = list(csv.DictReader(csv_path.read_bytes().decode().splitlines()))
    stored = parse_single_table(votable)
    assert [str(name) for name in stored.array["name"]] == [row["name"] for row in rows]
    assert {field.name: field.ucd for field in stored.fields}["ra"] == "pos.eq.ra;meta.main"
    assert all(row["name"] in table for row in rows)


def test_events_are_json_lines_in_order(capsys):
    assert main(["search", str(example_path()), "--events"]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["Picture", "Seen", "Neighbours", "Place", "Done"]


def test_a_typed_position_moves_the_cutout(capsys, tmp_path):
    path = simulate_files(tmp_path, n=1, seed=3)[0]
    assert main(["search", str(path), "--position", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err
    assert main(["search", str(path), "--position", "00:00:00 -89:00:00"]) == 2
    assert path.name in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--encoder", "nosuch"], ["--catalog", "/nonexistent"]])
def test_what_cannot_be_opened_is_said_in_one_line(arguments, capsys):
    assert main(["search", str(example_path()), *arguments]) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert arguments[1] in captured.err


def test_simulate_writes_the_truth_beside_the_images(capsys, tmp_path):
    assert main(["simulate", "--n", "4", "--seed", "9", "--out", str(tmp_path)]) == 0
    assert "simulated" in capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "truth.csv").read_text().splitlines()))
    assert sorted(row["file"] for row in rows) == sorted(p.name for p in tmp_path.glob("*.fits"))
    assert len(rows) == 4


def test_catalog_info_says_that_the_bundled_catalogue_is_simulated(capsys):
    assert main(["catalog", "info"]) == 0
    printed = capsys.readouterr().out
    assert "simulated" in printed.lower()
    assert "20,000" in printed
    assert main(["catalog", "info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["sources"] == 20_000
    assert facts["simulated"] is True


def test_the_doctor_finds_nothing_missing(capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "MISSING" not in printed
    assert "20,000 simulated sources" in printed
