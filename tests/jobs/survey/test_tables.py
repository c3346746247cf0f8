"""Tables of every format, read to the same rows."""

from __future__ import annotations

import gzip
from pathlib import Path

import astropy.units as u
import numpy as np
import pyarrow as pa
import pytest
from astropy.table import MaskedColumn, Table
from pyarrow import parquet

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.tables import is_table, open_table

HEAD = ["name", "ra", "dec", "objid"]
ROWS = [
    ("A", 187.25, -3.5, 588848901530583233),
    ("Bé", 10.0, 2.0, 1),
    ("C", None, 89.0, 2),
]


def _astropy() -> Table:
    table = Table()
    table["name"] = [row[0] for row in ROWS]
    ra = [row[1] or 0.0 for row in ROWS]
    table["ra"] = MaskedColumn(ra, mask=[False, False, True], unit="deg")
    table["dec"] = [row[2] for row in ROWS] * u.deg
    table["objid"] = np.array([row[3] for row in ROWS], dtype=np.int64)
    table["ra"].info.meta = {"ucd": "pos.eq.ra;meta.main"}
    return table


def _write(path: Path) -> Path:
    """Write the table in the format that its ending says."""
    text = [",".join("" if cell is None else str(cell) for cell in row) for row in [HEAD, *ROWS]]
    if path.suffix == ".csv":
        path.write_text("\r\n".join(text) + "\r\n", encoding="utf-8")
    elif path.suffix == ".tsv":
        path.write_text("# a remark\n" + "\n".join(text).replace(",", "\t"), encoding="utf-16")
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress("\n".join(text).replace(",", ";").encode("utf-8-sig")))
    elif path.suffix == ".parquet":
        columns = zip(*ROWS, strict=True)
        parquet.write_table(pa.table(dict(zip(HEAD, map(list, columns), strict=True))), path)
    elif path.suffix == ".fits":
        held = _astropy().filled(np.nan)
        held["name"] = [row[0].replace("é", "e") for row in ROWS]
        held.write(path)
    else:
        _astropy().write(path, format="votable" if path.suffix == ".vot" else "ascii.ecsv")
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "csv.gz", "parquet", "fits", "vot", "ecsv"])
def test_every_format_tells_the_same(tmp_path: Path, ending: str) -> None:
    path = _write(tmp_path / f"table.{ending}")
    assert is_table(path)

    table = open_table(path)
    read = [line.cells for line in table.lines()]

    assert table.names == HEAD
    wanted = [tuple(None if cell is None else str(cell) for cell in row) for row in ROWS]
    told = [tuple(None if c is None else str(c).replace("Be", "Bé") for c in row) for row in read]
    assert told == wanted
    assert [line.cells for line in table.lines()] == read  # can be read again


@pytest.mark.parametrize("ending", ["fits", "vot", "ecsv"])
def test_units_come_along(tmp_path: Path, ending: str) -> None:
    table = open_table(_write(tmp_path / f"table.{ending}"))

    assert [column.unit for column in table.columns] == ["", "deg", "deg", ""]
    if ending == "vot":
        assert table.columns[1].ucd == "pos.eq.ra;meta.main"


def test_vizier_writes_units_below_the_names(tmp_path: Path) -> None:
    path = tmp_path / "vizier.tsv"
    path.write_text('#VizieR\n\nName\tRAJ2000\tDEJ2000\n \t"h:m:s"\tdeg\n---\t---\t---\nA\t1\t2\n')
    table = open_table(path)

    assert [column.unit for column in table.columns] == ["", "h:m:s", "deg"]
    assert [line.cells for line in table.lines()] == [("A", "1", "2")]


def test_columns_may_be_parted_by_blanks_and_have_no_names(tmp_path: Path) -> None:
    parted, unnamed = tmp_path / "a.txt", tmp_path / "b.csv"
    parted.write_text("name   ra  dec\nA  1.0   2\nB 2   3.5\n")
    unnamed.write_text("a.fits,10.5,20\nb.fits,11,21\n")

    assert [line.cells for line in open_table(parted).lines()] == [
        ("A", "1.0", "2"), ("B", "2", "3.5"),
    ]  # fmt: skip
    assert open_table(unnamed).names == ["column 1", "column 2", "column 3"]
    assert len(list(open_table(unnamed).lines())) == 2


def test_names_that_stand_twice_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("ra,ra,\n1,2,3\n")

    assert open_table(path).names == ["ra", "ra_2", "column 3"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (b"name,ra\nA,1\n\nB,2\n", ["", "blank", ""]),
        (b"name,ra\nA,1,2\nB\nC,3,,\n", ["too many", "too few", ""]),
        (b'name,ra\n"A,1\nB,2\nC,"3"\n', ["not closed", "", ""]),
        (b'name,ra\n"A\nline two",1\nB,2\n', ["", ""]),
        (b"name,ra\n# a remark\nA,1\n", ["comment", ""]),
        (b"name,ra\nA\0B,1\nC,2\n", ["null bytes", ""]),
    ],
)
def test_each_line_is_accounted_for(tmp_path: Path, text: bytes, problems: list[str]) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(text)
    lines = list(open_table(path).lines())

    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert problem in line.problem
        assert bool(problem) == bool(line.problem)


def test_a_line_in_another_encoding_is_read_and_remarked_on(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes("name,ra\nAbell é,1\n".encode() + "Abell ü,2\n".encode("cp1252"))
    utf8, windows = open_table(path).lines()

    assert (utf8.cells[0], utf8.remark) == ("Abell é", "")
    assert windows.cells[0] == "Abell ü"
    assert "Windows-1252" in windows.remark


@pytest.mark.parametrize("share", [0.001, 0.5])
def test_damaged_compression_is_told_in_a_sentence_wherever_it_begins(
    tmp_path: Path, share: float
) -> None:
    rows = "".join(f"s{n},{n * 0.7:.3f},{n * 0.3:.4f}\n" for n in range(5000))
    packed = bytearray(gzip.compress(f"name,ra,dec\n{rows}".encode()))
    start = 40 + int(share * len(packed))
    packed[start : start + 30] = b"\xff" * 30
    path = tmp_path / "damaged.csv.gz"
    path.write_bytes(packed)

    with pytest.raises(UsageError, match="cannot be read"):
        list(open_table(path).lines())


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.csv", b"", "empty"), ("a.csv", b"\n\n", "empty"), ("a.xlsx", b"PK\x03\x04", "CSV"),
     ("a.parquet", b"PAR1nonsense", "cannot be read"), ("a.xml", b"<?xml ?><a/>", "cannot|XML"),
     ("a.fits", b"SIMPLE  =                    T" + b" " * 50, "FITS")],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UsageError, match=says) as caught:
        open_table(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError):
        open_table(tmp_path / "missing.csv")
