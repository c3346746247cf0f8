"""What users hand in, recognised."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pytest
from astropy.coordinates import SkyCoord

from radgalgui.errors import RadGalError, UsageError
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Plan, Rejected, Row
from radgalgui.jobs.survey.rows import rows

PLACES = ((150.0, 2.0), (150.5, 2.5), (151.0, -0.5), (151.5, 3.5))  # those of `images`


def _table(path: Path, head: Sequence[str], lines: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *lines])
    return path


def _kept(plan: Plan) -> list[Row]:
    return [row for row in rows(plan) if isinstance(row, Row)]


def test_a_folder_of_images_is_one_row_a_file(images: Path) -> None:
    found = recognise([images])

    assert (found.kind, found.count) == ("folder", 4)
    assert "4 FITS images" in found.summary
    assert [row.name for row in rows(found.plan)] == [f"field_{n}" for n in range(4)]
    assert found.first_rows[1]["name"] == "field_1"
    assert Plan.from_dict(found.plan.to_dict()) == found.plan


def test_names_of_mirabests_pattern_tell_classes(images: Path, tmp_path: Path) -> None:
    for number, name in enumerate(
        ("100_150.000+002.000_0.1_33.5", "210_150.500+002.500_0.2_20.0", "310_151.000-000.500_0_9")
    ):
        shutil.copy(images / f"field_{number}.fits", tmp_path / f"{name}.fits")
    found = recognise([tmp_path])

    assert "class, position, redshift and angular size" in found.summary
    assert [row.label for row in _kept(found.plan)] == ["FRI", "FRII", "Hybrid"]
    assert _kept(found.plan)[2].dec == -0.5
    assert _kept(found.plan)[1].columns["angular_size"] == 20.0


def test_a_table_in_the_folder_tells_of_its_images(images: Path, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    shutil.copytree(images, folder)
    lines = [("field_2", "FRI"), ("field_0", "FRII"), ("field_1", "FRI"), ("elsewhere", "FRI")]
    _table(folder / "classes.csv", ("source", "class"), lines)
    _table(folder / "another.csv", ("a", "b"), [(1, 2)])

    found = recognise([folder])

    assert (found.kind, found.count) == ("folder", 4)
    assert "classes.csv" in found.summary
    assert [row.label for row in rows(found.plan)] == ["FRII", "FRI", "FRI", ""]
    assert [note.code for note in _kept(found.plan)[3].notes] == ["not-in-table"]


@pytest.mark.parametrize("how", ["paths", "names", "stems in another column", "absolute"])
def test_a_table_finds_its_images(images: Path, tmp_path: Path, how: str) -> None:
    head, stems = ("id", "file", "ra", "dec"), [f"field_{n}" for n in range(4)]
    if how == "names":
        head = ("name", "remark", "ra", "dec")
    named = {
        "paths": [(f"s{n}", f"{stem}.fits") for n, stem in enumerate(stems)],
        "names": [(stem, "x") for stem in stems],
        "stems in another column": [(f"s{n}", stem) for n, stem in enumerate(stems)],
        "absolute": [(f"s{n}", images / f"{stem}.fits") for n, stem in enumerate(stems)],
    }[how]
    table = _table(
        tmp_path / "t.csv", head, [(*one, *two) for one, two in zip(named, PLACES, strict=True)]
    )

    found = recognise([images], table) if how != "absolute" else recognise([table])

    assert (found.kind, found.count) == ("table", 4)
    assert found.plan.options.centre == "position"
    read = _kept(found.plan)
    assert [Path(row.path or "").stem for row in read] == stems
    assert [(row.ra, row.dec) for row in read] == list(PLACES)
    assert list(recognise([images, table]).plan.inputs) == list(
        recognise([images], table).plan.inputs
    )


def test_hours_are_found_by_looking_into_the_images(images: Path, tmp_path: Path) -> None:
    lines = [(f"field_{n}.fits", ra / 15, dec) for n, (ra, dec) in enumerate(PLACES)]
    found = recognise([images], _table(tmp_path / "t.csv", ("file", "RA", "DEC"), lines))

    assert found.plan.options.ra_unit == "hour"
    assert "hours" in found.summary
    assert {c.name: c.unit for c in found.columns}["RA"] == "hour"
    assert _kept(found.plan)[0].ra == pytest.approx(150.0)


def test_positions_elsewhere_are_warned_of(images: Path, tmp_path: Path) -> None:
    lines = [(f"field_{n}.fits", 10.0 + n, 60.0) for n in range(4)]
    found = recognise([images], _table(tmp_path / "t.csv", ("file", "RA", "DEC"), lines))

    assert "None of the first 4 positions" in found.summary


def test_positions_are_cut_from_a_mosaic(mosaic: Path, tmp_path: Path) -> None:
    table = _table(tmp_path / "t.csv", ("Name", "RA", "Dec"), [("A", 202.4, 31.25), ("B", "", "")])
    found = recognise([mosaic], table)

    assert (found.kind, found.count) == ("mosaic", 2)
    assert found.plan.options.centre == "position"
    first, second = rows(found.plan)
    assert isinstance(first, Row)
    assert (first.ra, first.path) == (202.4, None)
    assert isinstance(second, Rejected)
    assert "no position" in second.reason


@pytest.mark.parametrize(("frame", "columns"), [("galactic", ("GLON", "GLAT")),
                                                ("fk4", ("RA_1950", "DEC_1950"))])  # fmt: skip
def test_other_frames_are_brought_to_icrs(
    mosaic: Path, tmp_path: Path, frame: str, columns: tuple[str, str]
) -> None:
    place = SkyCoord(202.4, 31.25, unit="deg").transform_to(frame).spherical
    lines = [("A", place.lon.deg, place.lat.deg), ("B", "", ""), ("C", place.lon.deg, 91)]
    found = recognise([mosaic], _table(tmp_path / "t.csv", ("Name", *columns), lines))
    first, *bad = rows(found.plan)

    assert found.plan.options.frame == frame
    assert isinstance(first, Row)
    assert (first.ra, first.dec) == pytest.approx((202.4, 31.25), abs=1e-6)
    assert all(isinstance(row, Rejected) for row in bad)


def test_the_users_columns_are_kept_and_the_rest_guessed(mosaic: Path, tmp_path: Path) -> None:
    head = ("Name", "RA", "DEC", "ra_host", "dec_host", "class")
    table = _table(tmp_path / "t.csv", head, [("A", 1, 2, 202.4, 31.25, "FRI")])
    found = recognise([mosaic], table, columns={"ra": "ra_host", "dec": "dec_host", "label": ""})

    assert found.plan.columns == {"name": "Name", "ra": "ra_host", "dec": "dec_host"}
    row = _kept(found.plan)[0]
    assert (row.ra, row.label) == (202.4, "")
    assert row.columns["class"] == "FRI"


def test_right_ascensions_may_run_below_zero(mosaic: Path, tmp_path: Path) -> None:
    lines = [("A", -157.6, 31.25), ("B", 10, 0), ("C", -999, 0)]
    signed = recognise([mosaic], _table(tmp_path / "a.csv", ("Name", "RA", "DEC"), lines[:2]))
    wrong = recognise([mosaic], _table(tmp_path / "b.csv", ("Name", "RA", "DEC"), lines[1:]))

    assert _kept(signed.plan)[0].ra == pytest.approx(202.4)
    assert [row.name for row in _kept(wrong.plan)] == ["B"]


def test_an_array_has_a_table_or_labels_beside_it(tmp_path: Path) -> None:
    np.save(tmp_path / "cube.npy", np.random.default_rng(0).random((3, 20, 20)))
    assert _kept(recognise([tmp_path / "cube.npy"]).plan)[0].name == "cube_0001"

    np.save(tmp_path / "cube_labels.npy", np.array(["FRI", "FRII", "FRI"]))
    labelled = recognise([tmp_path])
    assert [row.label for row in _kept(labelled.plan)] == ["FRI", "FRII", "FRI"]

    table = _table(tmp_path / "cube.csv", ("name", "z"), [("a", 0.1), ("a", 0.2)])
    short = recognise([tmp_path / "cube.npy"])
    assert short.plan.table == str(table)
    assert "2 rows" in short.summary
    read = list(rows(short.plan))
    assert [row.name for row in read[:2]] == ["a", "a#2"]
    assert isinstance(read[2], Rejected)


def test_an_hdf5_stack_is_found_by_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "survey.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("data")
        group["cutouts"] = np.zeros((5, 16, 16, 3), np.uint8)
        group["objid"] = np.arange(5) + 588848901530583233
        group["class"] = np.array([b"E", b"S", b"S", b"E", b"E"])
        group["boxes"] = np.zeros((5, 2))
        file["mean"] = np.zeros((900, 900))
        file.attrs["pixel_scale_arcsec"] = 0.4
    found = recognise([path])

    assert (found.kind, found.count) == ("stack", 5)
    assert "3 bands" in found.summary
    assert found.plan.options.dataset == "data/cutouts"
    assert found.plan.options.pixel_scale == 0.4
    first = _kept(found.plan)[0]
    assert (first.name, first.label) == ("588848901530583233", "E")


def test_what_a_catalogue_holds_is_taken_as_it_is(tmp_path: Path) -> None:
    np.save(tmp_path / "images.npy", np.zeros((2, 1, 16, 16), np.uint8))
    (tmp_path / "manifest.json").write_text("{}")

    assert recognise([tmp_path / "images.npy"]).plan.options.pixels == "ready"


@pytest.mark.parametrize("what", ["nothing", "missing", "empty", "useless table", "two tables"])
def test_what_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, what: str) -> None:
    first = _table(tmp_path / "a.csv", ("a", "b"), [("x", "y")])
    second = _table(tmp_path / "b.csv", ("a", "b"), [("x", "y")])
    (tmp_path / "empty").mkdir()
    paths = {
        "nothing": [], "missing": [tmp_path / "no"], "empty": [tmp_path / "empty"],
        "useless table": [first], "two tables": [first, second],
    }[what]  # fmt: skip

    with pytest.raises(RadGalError) as caught:
        recognise(paths)
    assert "\n" not in str(caught.value)


def test_a_plan_of_another_version_is_refused() -> None:
    plan = Plan(("/a",), "folder").to_dict()

    with pytest.raises(UsageError):
        Plan.from_dict({**plan, "colour": "red"})
    with pytest.raises(UsageError):
        Plan.from_dict({**plan, "options": {"frame": "ecliptic"}})
    with pytest.raises(UsageError):
        Plan.from_dict({**plan, "kind": "heap"})
