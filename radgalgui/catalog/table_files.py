"""Columns written as a table for other programs: CSV, FITS, VOTable and Parquet, by whole columns.

A million rows take seconds.  Units and UCDs are those of `radgalgui.catalog.export`.
"""

from __future__ import annotations

import base64
import itertools
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.export import FORMATS, UNITS, for_xml, ucd_of, writing
from radgalgui.catalog.text import Column, Text
from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

__all__ = ["TABLE_FORMATS", "table_format", "write_table"]

#: Kinds of table by the ending of the file, with their names.
TABLE_FORMATS = {
    ".csv": "CSV",
    ".fits": "FITS table",
    ".vot": "VOTable",
    ".parquet": "Parquet",
}
_SAME = {".fit": ".fits", ".xml": ".vot", ".votable": ".vot", ".pq": ".parquet", ".txt": ".csv"}

_AT_ONCE = 30_000  # rows encoded at once; a multiple of three, which base64 likes
_VOTABLE_TYPES = {
    "b1": "boolean",
    "u1": "unsignedByte",
    "i2": "short",
    "i4": "int",
    "i8": "long",
    "f4": "float",
    "f8": "double",
    "S": "char",
    "U": "unicodeChar",
}

_FITS_TYPES = {"b1": "L", "u1": "B", "i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D"}
FITS_BLOCK = 2880  # bytes
_LONGEST_NAME = 60  # letters, so that a column's name and a number behind it fit into a card

Columns = Mapping[str, NDArray[Any] | Any]


def table_format(path: Path) -> str:
    """Return the ending of `TABLE_FORMATS` that a file name asks for.

    Raises
    ------
    UsageError
        If it asks for none of them.
    """
    ending = _SAME.get(path.suffix.lower(), path.suffix.lower())
    if ending not in TABLE_FORMATS:
        kinds = ", ".join(f"{end} ({name})" for end, name in TABLE_FORMATS.items())
        raise UsageError(
            f"{path.suffix or 'no ending'} is no kind of table known here",
            subject=path,
            remedy=f"let the name end in one of {kinds}",
        )
    return ending


def write_table(
    target: str | os.PathLike[str] | IO[bytes],
    columns: Mapping[str, Column],
    rows: NDArray[np.int64] | None = None,
    *,
    description: str = "",
) -> int:
    """Write columns of a catalogue as a table, in the kind that the file's name asks for.

    Parameters
    ----------
    target : path, or binary file
        A path is written beside and renamed; an open file gets CSV.
    columns : mapping of str to ndarray or Text (N,)
        By name, in their order.  NaN and "" are unknown: an empty field in CSV, null in Parquet,
        NaN and an empty word in FITS tables and VOTables.
    rows : ndarray of int, shape (M,), optional
        Which rows, in this order; all by default.
    description : str, optional
        What the table is, for the reader.

    Returns
    -------
    int
        How many rows were written.

    Raises
    ------
    UsageError
        If the name asks for no known kind, or the file cannot be written.
    """
    taken: dict[str, Any] = {name: _taken(values, rows) for name, values in columns.items()}
    count = _count(taken)
    if not isinstance(target, (str, os.PathLike)):
        _write_csv(target, taken, description)
        return count
    path = Path(target)
    write = _WRITERS[table_format(path)]
    with writing(path), replaced_file(path) as beside, beside.open("wb") as stream:
        write(stream, taken, description)
    return count


def _taken(values: Column, rows: NDArray[np.int64] | None) -> Any:
    """Return the rows of a column: an Arrow array of words, or an array of numbers."""
    if isinstance(values, Text):
        return values.values if rows is None else values.take(rows)
    return values if rows is None else values[rows]


# CSV and Parquet


def _write_csv(stream: IO[bytes], columns: Columns, _description: str) -> None:
    """Write what RFC 4180 describes; degrees and arcsec have no more digits than mean something."""
    import pyarrow as pa
    from pyarrow import csv

    made = {name: _nullable(_rounded(name, values)) for name, values in columns.items()}
    csv.write_csv(pa.table(made), stream, csv.WriteOptions(eol="\r\n"))


def _rounded(name: str, values: Any) -> Any:
    form = FORMATS.get(name, "")
    if not (isinstance(values, np.ndarray) and form.endswith("f") and values.dtype.kind == "f"):
        return values
    return np.round(values, int(form[1:-1]))


def _nullable(values: Any) -> Any:
    """Return a column for Arrow in which NaN and "" are null."""
    import pyarrow as pa
    from pyarrow import compute

    if isinstance(values, np.ndarray):
        return pa.array(np.ascontiguousarray(values), from_pandas=True)
    return compute.if_else(compute.equal(values, ""), None, values)


def _write_parquet(stream: IO[bytes], columns: Columns, description: str) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    arrays = [_nullable(values) for values in columns.values()]
    about = [{"unit": UNITS.get(name, ""), "ucd": ucd_of(name) or ""} for name in columns]
    fields = [
        pa.field(name, array.type, metadata={k: v for k, v in told.items() if v})
        for name, array, told in zip(columns, arrays, about, strict=True)
    ]
    schema = pa.schema(fields, metadata={"description": description} if description else None)
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), stream, compression="zstd")


# FITS and VOTable


def _write_fits(stream: IO[bytes], columns: Columns, description: str) -> None:
    """Write a binary table; words and names lose what is not ASCII: FITS has nothing else."""
    from astropy.io import fits

    made = {
        name: _plain(values) if isinstance(values, np.ndarray) else _ascii(values, "replace")
        for name, values in columns.items()
    }
    heads = [
        fits.Column(name=plain, format=_fits_format(values), unit=UNITS.get(name))
        for plain, (name, values) in zip(_plain_names(made), made.items(), strict=True)
    ]
    header = fits.BinTableHDU.from_columns(heads, nrows=0, name="SOURCES").header
    header["NAXIS2"] = _count(made)
    for number, name in enumerate(made, start=1):
        if ucd := ucd_of(name):
            header[f"TUCD{number}"] = ucd
    if description:
        header["COMMENT"] = description.encode("ascii", "replace").decode()
    stream.write(fits.PrimaryHDU().header.tostring().encode("ascii"))
    stream.write(header.tostring().encode("ascii"))
    written = 0
    for record in _records(made, 0):
        written += stream.write(record.tobytes())
    stream.write(bytes(-written % FITS_BLOCK))


def _plain_names(names: Iterable[str]) -> list[str]:
    """Return names that FITS can hold, each once, without accents; other letters become ``_``."""
    plain: dict[str, None] = {}
    for name in names:
        letters = [c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)]
        wanted = "".join(c if " " <= c <= "~" else "_" for c in letters)[:_LONGEST_NAME]
        numbered = (f"{wanted}_{number}" for number in itertools.count(2))
        plain[next(n for n in itertools.chain([wanted], numbered) if n not in plain)] = None
    return list(plain)


def _fits_format(values: NDArray[Any]) -> str:
    if values.dtype.kind == "S":
        return f"{values.dtype.itemsize}A"
    return _FITS_TYPES[values.dtype.str[1:]]


def _write_votable(stream: IO[bytes], columns: Columns, description: str) -> None:
    """Write VOTable 1.4 in its BINARY2 serialisation, a record a row."""
    made = {
        name: _plain(values) if isinstance(values, np.ndarray) else _characters(values)
        for name, values in columns.items()
    }
    stream.write(_votable_head(made, description).encode())
    nulls = -(-len(made) // 8)  # a bit a column in front of each row: none is set, NaN says it
    for record in _records(made, nulls):
        stream.write(base64.b64encode(_wide(record)) + b"\n")
    stream.write(b"</STREAM></BINARY2></DATA></TABLE></RESOURCE></VOTABLE>\n")


def _records(columns: Mapping[str, NDArray[Any]], ahead: int) -> Iterator[NDArray[Any]]:
    """Yield rows as big-endian records, ``ahead`` bytes of zero in front of each."""
    stored = [(f"column {i}", _stored(values)) for i, values in enumerate(columns.values())]
    kind = np.dtype([("ahead", "u1", (ahead,)), *stored] if ahead else stored)
    count = _count(columns)
    for start in range(0, count, _AT_ONCE):
        record = np.zeros(min(_AT_ONCE, count - start), dtype=kind)
        for (name, _), values in zip(stored, columns.values(), strict=True):
            some = values[start : start + _AT_ONCE]
            record[name] = np.where(some, b"T", b"F") if some.dtype.kind == "b" else some
        yield record


def _count(columns: Mapping[str, Any]) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _votable_head(columns: Mapping[str, NDArray[Any]], description: str) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
        '<RESOURCE type="results"><TABLE>',
    ]
    if description:
        lines.append(f"<DESCRIPTION>{_escaped(description)}</DESCRIPTION>")
    for name, values in columns.items():
        kind = values.dtype.kind
        told = {"name": for_xml(name), "datatype": _votable_type(values)}
        if kind in "SU":
            told["arraysize"] = str(values.dtype.itemsize // (4 if kind == "U" else 1))
        told |= {"unit": UNITS.get(name, ""), "ucd": ucd_of(name) or ""}
        spelt = " ".join(f"{key}={quoteattr(value)}" for key, value in told.items() if value)
        lines.append(f"<FIELD {spelt}/>")
    return "\n".join([*lines, '<DATA><BINARY2><STREAM encoding="base64">', ""])


def _escaped(text: str) -> str:
    return quoteattr(for_xml(text))[1:-1]


def _votable_type(values: NDArray[Any]) -> str:
    kind = values.dtype.kind
    return _VOTABLE_TYPES[kind if kind in "SU" else values.dtype.str[1:]]


def _stored(values: NDArray[Any]) -> str:
    """Return how NumPy spells a column's type in a record: big-endian, as VOTables are."""
    if values.dtype.kind == "b":
        return "S1"
    return f">{values.dtype.str[1:]}" if values.dtype.kind in "iufU" else values.dtype.str


def _wide(record: NDArray[Any]) -> bytes:
    """Return records as bytes, NumPy's letters of four bytes as two, as unicodeChar has them."""
    names = record.dtype.names or ()
    if not any(record.dtype[name].kind == "U" for name in names):
        return record.tobytes()
    parts = []
    for name in names:
        values = np.ascontiguousarray(record[name])
        if record.dtype[name].kind == "U":
            letters = values.view(">u4").reshape(len(values), -1)
            values = np.where(letters > 0xFFFF, 0xFFFD, letters).astype(">u2")
        parts.append(values.view("u1").reshape(len(record), -1))
    return np.concatenate(parts, axis=1).tobytes()


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in a type that FITS tables and VOTables both have."""
    wider = {"i1": "i2", "u2": "i4", "u4": "i8", "u8": "i8", "f2": "f4"}
    return values.astype(wider.get(values.dtype.str[1:], values.dtype), copy=False)


def _characters(words: Any) -> NDArray[Any]:
    """Return Arrow's words as letters of one byte where that is enough, else of four."""
    from pyarrow import compute

    if compute.all(compute.string_is_ascii(words)).as_py() is not False:
        return _ascii(words, "strict")
    return np.array([for_xml(word) for word in words.to_pylist()], dtype=np.str_)


def _ascii(words: Any, others: str) -> NDArray[np.bytes_]:
    plain = [word.encode("ascii", others) for word in words.to_pylist()]
    made = np.array(plain, dtype=np.bytes_)
    return made if made.dtype.itemsize else made.astype("S1")


_WRITERS: dict[str, Callable[[IO[bytes], Columns, str], None]] = {
    ".csv": _write_csv,
    ".fits": _write_fits,
    ".vot": _write_votable,
    ".parquet": _write_parquet,
}
