"""Tables for others: what a strict reader gets back is what was given."""

from __future__ import annotations

import csv
import io
import math
import sys

import numpy as np
import pytest
from astropy.io.votable import parse_single_table, validate
from astropy.io.votable.ucd import parse_ucd
from astropy.units import Unit
from hypothesis import given
from hypothesis import strategies as st

from radgalgui.catalog.export import UCDS, UNITS, write_csv, write_votable
from radgalgui.errors import UsageError

COLUMNS = ("name", "ra", "dec", "rank", "similarity", "class")
ROWS = [
    {
        "name": "RGZJ134541.2+232253",
        "ra": 206.4217,
        "dec": 23.38,
        "rank": 1,
        "similarity": 0.98765432,
        "class": "FRII",
    },
    {
        "name": 'a "b", c',
        "ra": None,
        "dec": float("nan"),
        "rank": 2,
        "similarity": np.float32(0.5),
        "class": None,
    },
]


def text(columns, rows, **options) -> str:
    stream = io.StringIO(newline="")
    write_csv(stream, columns, rows, **options)
    return stream.getvalue()


def test_a_table_as_rfc_4180_has_it():
    assert text(COLUMNS, ROWS) == (
        "name,ra,dec,rank,similarity,class\r\n"
        "RGZJ134541.2+232253,206.4217000,23.3800000,1,0.987654,FRII\r\n"
        '"a ""b"", c",,,2,0.500000,\r\n'
    )


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_any_text_comes_back(rows):
    columns = ("a", "b,c", 'd"e')
    written = text(columns, rows)
    assert list(csv.reader(io.StringIO(written, newline=""), strict=True)) == [
        list(columns),
        *map(list, rows),
    ]
    assert written.endswith("\r\n")


@given(st.floats(allow_infinity=False), st.integers())
def test_any_number_comes_back_exactly_where_no_format_is_given(real, whole):
    row = next(csv.DictReader(io.StringIO(text(("x", "n"), [(real, whole)]))))
    assert int(row["n"]) == whole
    assert row["x"] == "" if math.isnan(real) else float(row["x"]) == real


@given(st.floats(0, 360), st.floats(-90, 90))
def test_positions_keep_a_milliarcsecond(ra, dec):
    row = next(csv.DictReader(io.StringIO(text(("ra", "dec"), [(ra, dec)]))))
    assert abs(float(row["ra"]) - ra) * 3.6e6 <= 0.2
    assert abs(float(row["dec"]) - dec) * 3.6e6 <= 0.2
    assert len(row["ra"].partition(".")[2]) >= 6


def test_formats_may_be_chosen():
    assert text(("x",), [(1 / 3,)], formats={"x": ".2f"}) == "x\r\n0.33\r\n"


def test_rows_must_have_as_many_fields_as_columns():
    with pytest.raises(ValueError, match="zip"):
        text(("a", "b"), [(1,)])


def test_a_file_is_utf8_with_crlf(tmp_path):
    write_csv(tmp_path / "x.csv", ("name",), [("Ωmega",)])
    assert (tmp_path / "x.csv").read_bytes() == "name\r\nΩmega\r\n".encode()


@pytest.mark.parametrize("write", [write_csv, write_votable])
def test_a_failure_leaves_the_file_that_was_there(tmp_path, write):
    path = tmp_path / "x"
    path.write_text("before")

    def rows():
        yield {"name": "a"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(path, ("name",), rows())
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("write", [write_csv, write_votable])
def test_a_place_that_cannot_be_written_to_is_named(tmp_path, write):
    with pytest.raises(UsageError, match=r"nowhere.*cannot be written"):
        write(tmp_path / "nowhere" / "x", ("name",), [("a",)])
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="folder"):
        write(tmp_path / "folder", ("name",), [("a",)])
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_file_may_be_read_by_whom_the_system_lets(tmp_path):
    (tmp_path / "usual").touch()
    write_csv(tmp_path / "x.csv", ("name",), [])
    assert (tmp_path / "x.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


# VOTable


def test_a_votable_has_units_meanings_and_nulls(tmp_path):
    write_votable(tmp_path / "x.vot", COLUMNS, ROWS, description="Neighbours of NGC 1265")
    table = parse_single_table(tmp_path / "x.vot")
    assert "NGC 1265" in table.description
    fields = {field.name: field for field in table.fields}
    assert tuple(fields) == COLUMNS
    assert fields["ra"].unit == Unit("deg")
    assert fields["ra"].ucd == "pos.eq.ra;meta.main"
    assert fields["ra"].datatype == "double"
    assert fields["rank"].datatype == "long"
    data = table.to_table()
    assert [str(name) for name in data["name"]] == [row["name"] for row in ROWS]
    assert data["ra"][0] == ROWS[0]["ra"]
    assert bool(data["ra"].mask[1])
    assert bool(data["dec"].mask[1])


def test_a_column_whose_unit_stands_beside_it_has_that(tmp_path):
    columns = ("flux", "noise", "flux_unit", "image_unit")
    rows = [(0.02, 0.15, "Jy", "mJy/beam"), (0.03, 0.2, "sum of pixel values", "mJy/beam")]
    for count, unit in ((1, Unit("Jy")), (2, None)):
        write_votable(tmp_path / "x.vot", columns, rows[:count])
        fields = {field.name: field.unit for field in parse_single_table(tmp_path / "x.vot").fields}
        assert fields["flux"] == unit
        assert fields["noise"] == Unit("mJy/beam")


def test_a_votable_is_valid(tmp_path):
    write_votable(tmp_path / "x.vot", COLUMNS, ROWS)
    report = io.StringIO()
    assert validate(tmp_path / "x.vot", output=report, xmllint=False), report.getvalue()


def test_a_votable_may_be_empty(tmp_path):
    write_votable(tmp_path / "x.vot", COLUMNS, [])
    assert len(parse_single_table(tmp_path / "x.vot").array) == 0


def test_units_and_meanings_are_of_the_standards():
    for unit in UNITS.values():
        Unit(unit, format="vounit")
    for ucd in UCDS.values():
        parse_ucd(ucd, check_controlled_vocabulary=True)
