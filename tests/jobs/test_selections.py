"""Named selections outlive the window, other orders of the sources, and damage to one of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import ResourceError, UsageError
from radgalgui.jobs.keeping import beside
from radgalgui.jobs.selections import (
    check_name,
    keep_selection,
    list_selections,
    read_selections,
)
from radgalgui.sky.preprocess import Preprocessing

NAMES = ["J1", "J2", "twin", "J4", "twin", "J6"]


def make(path: Path, names: list[str]) -> Path:
    columns = {"name": np.array(names, dtype=object), "ra": np.arange(len(names)) * 1.0}
    columns["dec"] = columns["ra"]
    images = np.zeros((len(names), 1, 64, 64), np.float32)
    with CatalogWriter(path, Preprocessing(), title="T", simulated=True) as writer:
        writer.append(columns, images)
    return path


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def catalog(tmp_path) -> Path:
    return make(tmp_path / "mine", NAMES)


def keep(path: Path, name: str, rows: list[int]):
    place, chosen = beside(path), np.array(rows)
    kept = keep_selection(place, [NAMES[i] for i in rows], name, chosen, "by hand")
    list_selections(place, [*read_selections(place, NAMES), kept])
    return kept


def test_what_was_kept_is_read_again_also_where_the_catalogue_was_moved(catalog, tmp_path):
    kept = keep(catalog, "a few", [0, 2, 5])
    keep(catalog, "more “é”", [1])
    moved = tmp_path / "elsewhere" / "moved"
    moved.parent.mkdir()
    shutil.move(catalog, moved)
    first, second = read_selections(beside(moved), NAMES)
    assert (first.name, first.words, first.made) == ("a few", "by hand", kept.made)
    assert first.rows.tolist() == [0, 2, 5]
    assert first.remark == ""
    assert second.name == "more “é”"


def test_sources_are_found_by_their_names_in_another_order(catalog):
    keep(catalog, "a few", [0, 2, 5])
    shutil.rmtree(catalog)
    names = ["J9", "twin", "J6", "J4", "twin"]
    make(catalog, names)
    (found,) = read_selections(beside(catalog), names)
    assert found.rows.tolist() == [1, 2, 4]
    assert (found.lost, found.doubtful) == (1, 1)
    assert "1 of its sources are no longer" in found.remark
    assert "share a name" in found.remark
    list_selections(beside(catalog), [found])  # as when another is added
    (again,) = read_selections(beside(catalog), names)
    assert again.rows.tolist() == [1, 2, 4]


def test_another_catalogue_has_none_of_them(catalog, tmp_path):
    keep(catalog, "a few", [0])
    other = make(tmp_path / "other", [*NAMES, "J7"])
    assert read_selections(beside(other), NAMES) == []
    assert beside(other).folder != beside(catalog).folder


@pytest.mark.parametrize("content", [b"garbage", b""])
def test_a_damaged_selection_leaves_the_others_alone(catalog, content):
    kept, place = keep(catalog, "a few", [0, 1]), beside(catalog)
    keep(catalog, "others", [3])
    (place.folder / "selections" / f"{kept.key}.npy").write_bytes(content)
    assert [one.name for one in read_selections(place, NAMES)] == ["others"]
    (place.folder / "selections.json").write_text("[1, 2")
    assert read_selections(place, NAMES) == []


@pytest.mark.parametrize("told", ['{"tables": 5}', '{"tables": null, "catalogue": 3}', "[]", "{"])
def test_a_damaged_note_of_another_catalogue_is_passed_over(catalog, home, told):
    note = home / "beside" / "0" / "about.json"
    note.parent.mkdir(parents=True)
    note.write_text(told)
    kept = keep(catalog, "a few", [0, 1])
    assert [one.key for one in read_selections(beside(catalog), NAMES)] == [kept.key]


def test_what_is_deleted_leaves_no_files(catalog):
    keep(catalog, "a few", [0, 1])
    kept = keep(catalog, "others", [3])
    place = beside(catalog)
    list_selections(place, [kept])
    stems = {path.stem for path in (place.folder / "selections").iterdir()}
    assert stems == {kept.key}


def test_a_folder_that_cannot_be_written_is_told(catalog, home):
    home.write_text("a file in the way")
    with pytest.raises(ResourceError, match="RADGALGUI_HOME"):
        keep(catalog, "a few", [0])


@pytest.mark.parametrize(
    ("name", "why"),
    [(" ", "needs a name"), ("A  FEW", "already"), ("RA", "column"), ("x" * 61, "60")],
)
def test_names_that_will_not_do(name, why):
    with pytest.raises(UsageError, match=why):
        check_name(name, ["a few"], ["name", "ra"])
    assert check_name("  bent   ones ", ["a few"]) == "bent ones"
