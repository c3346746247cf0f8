"""Tables of any format astronomers hand in, read row by row: text, FITS, VOTable, Parquet."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.delimited import DelimitedTable, Line
from radgalgui.jobs.survey.stacks import about_hdf5
from radgalgui.jobs.survey.values import Cell

__all__ = ["TABLE_ENDINGS", "Column", "Line", "Table", "is_table", "open_table"]

TABLE_ENDINGS: Final = (
    ".csv", ".tsv", ".txt", ".dat", ".ecsv", ".vot", ".votable", ".xml", ".parquet", ".pq",
)  # fmt: skip
_FITS_ENDINGS: Final = (".fits", ".fit", ".fts")
_FOREIGN: Final = (
    (b"PK\x03\x04", "a spreadsheet or ZIP archive"),
    (b"\x89PNG", "a picture"),
    (b"%PDF", "a PDF document"),
)
_BLOCK: Final = 4096  # rows read at once
_FRAMES: Final[Mapping[str, str]] = {
    "icrs": "icrs", "eq_fk5": "fk5", "eq_fk4": "fk4", "fk5": "fk5", "fk4": "fk4",
    "galactic": "galactic",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: its name, and unit and UCD where the table tells them."""

    name: str
    unit: str = ""
    ucd: str = ""


@dataclass(frozen=True)
class Table:
    """A table that can be read more than once.

    Parameters
    ----------
    path : Path
        Its file.
    columns : tuple of Column
        Those with one value a row.
    lines : callable
        ``lines()`` yields each row as a `Line`, read anew from the file.
    frame : str
        Of its positions, one of `radgalgui.jobs.survey.plan.FRAMES`; "" where it tells none.
    """

    path: Path
    columns: tuple[Column, ...]
    lines: Callable[[], Iterator[Line]]
    frame: str = ""

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]


def is_table(path: Path) -> bool:
    """Tell whether a file is a table: by its name, for FITS by what it holds."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(TABLE_ENDINGS):
        return True
    return name.endswith(_FITS_ENDINGS) and _is_fits_table(path)


def open_table(path: str | os.PathLike[str], dataset: str = "") -> Table:
    """Open a table.

    Parameters
    ----------
    path : path
        CSV, TSV and other text with a row a line, ECSV, FITS, VOTable or Parquet.  The content
        counts, not the ending.  Of an HDF5 file the data sets with one value an image, which
        lie beside the stack of images; a .npy array of one dimension is a column ``label``.
    dataset : str, optional
        Which of an HDF5 file's data sets is the stack.

    Raises
    ------
    UsageError
        If there is none, or it cannot be read.
    """
    path = Path(path)
    start = _first_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if start.startswith(b"\x89HDF"):
                return _hdf5(path, dataset)
            return _reader(start)(path)
    except UsageError:
        raise
    except Exception as error:
        # Damaged files make astropy and pyarrow raise some twenty kinds of error.
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        raise UsageError(
            f"cannot be read as a table ({reason})", subject=path, remedy="write it again, as CSV"
        ) from error


def _reader(start: bytes) -> Callable[[Path], Table]:
    if start.startswith(b"SIMPLE  ="):
        return _fits
    if start.startswith(b"PAR1"):
        return _parquet
    if b"<votable" in start.lower() or start.lstrip().lower().startswith(b"<?xml"):
        return _votable
    if start.startswith(b"# %ECSV"):
        return _ecsv
    if start.startswith(b"\x93NUMPY"):
        return _array
    return _text


def _first_bytes(path: Path) -> bytes:
    """Return how a file begins, unpacked where it is gzipped.

    Raises
    ------
    UsageError
        If it cannot be read, or is a table of no kind that is known.
    """
    import gzip
    import zlib

    try:
        with path.open("rb") as stream:
            start = stream.read(512)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                start = packed.read(512)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(
            f"cannot be read ({error})", subject=path, remedy="check the path"
        ) from error
    for magic, kind in _FOREIGN:
        if start.startswith(magic):
            raise UsageError(f"is {kind}, not a table", subject=path, remedy="save it as CSV")
    return start


def _text(path: Path) -> Table:
    table = DelimitedTable(path)
    columns = map(Column, table.names, table.units)
    return Table(path, tuple(columns), table.lines)


def _fits(path: Path) -> Table:
    from astropy.io import fits

    hdus = fits.open(path.absolute(), memmap=True)
    hdu = next((h for h in hdus if isinstance(h, fits.BinTableHDU | fits.TableHDU)), None)
    if hdu is None:
        hdus.close()
        raise UsageError("is a FITS file without a table", subject=path)
    kept = [(n, c) for n, c in enumerate(hdu.columns, 1) if _is_scalar(hdu.data.dtype[c.name])]
    columns = tuple(
        Column(c.name, c.unit or "", str(hdu.header.get(f"TUCD{n}", ""))) for n, c in kept
    )
    frame = _FRAMES.get(str(hdu.header.get("RADESYS", "")).strip().lower(), "")

    def lines() -> Iterator[Line]:
        for start in range(0, len(hdu.data), _BLOCK):
            block = hdu.data[start : start + _BLOCK]
            yield from _lines([_without(block[c.name], getattr(c, "null", None)) for _, c in kept])

    return Table(path, columns, lines, frame)


def _votable(path: Path) -> Table:
    from astropy.io.votable import parse

    held = parse(str(path), verify="ignore")
    tables = [table for table in held.iter_tables() if len(table.fields)]
    if not tables:
        raise UsageError("is XML or a VOTable without a table", subject=path)
    table = max(tables, key=lambda one: len(one.array))
    kept = [f for f in table.fields if _is_scalar(table.array.dtype[f.ID], objects=True)]
    columns = tuple(Column(f.name or f.ID, str(f.unit or ""), str(f.ucd or "")) for f in kept)
    systems = [str(system.system or "").lower() for system in held.iter_coosys()]
    frame = next((_FRAMES[system] for system in systems if system in _FRAMES), "")

    def lines() -> Iterator[Line]:
        for start in range(0, len(table.array), _BLOCK):
            block = table.array[start : start + _BLOCK]
            yield from _lines([block[f.ID] for f in kept])

    return Table(path, columns, lines, frame)


def _parquet(path: Path) -> Table:
    import pyarrow as pa
    from pyarrow import parquet

    file = parquet.ParquetFile(path)
    kept = [field for field in file.schema_arrow if not pa.types.is_nested(field.type)]
    names = [field.name for field in kept]
    columns = tuple(
        Column(field.name, (field.metadata or {}).get(b"unit", b"").decode()) for field in kept
    )

    def lines() -> Iterator[Line]:
        for batch in parquet.ParquetFile(path).iter_batches(_BLOCK, columns=names):
            yield from _lines([batch.column(name).to_pylist() for name in names])

    return Table(path, columns, lines)


def _ecsv(path: Path) -> Table:
    from astropy.table import Table as AstropyTable

    table = AstropyTable.read(path, format="ascii.ecsv")
    kept = [table[name] for name in table.colnames if _is_scalar(np.asarray(table[name]).dtype)
            and np.ndim(table[name]) == 1]  # fmt: skip
    columns = tuple(
        Column(str(c.info.name), str(c.unit or ""), str(c.info.meta.get("ucd", "")) if c.info.meta
               else "") for c in kept
    )  # fmt: skip
    return Table(path, columns, lambda: _lines([np.ma.asanyarray(column) for column in kept]))


def _hdf5(path: Path, dataset: str) -> Table:
    import h5py

    about = about_hdf5(path, dataset)
    group = about.dataset.rpartition("/")[0] or "/"

    def lines() -> Iterator[Line]:
        with h5py.File(path, "r") as file:
            columns = [file[group][name] for name in about.columns]
            for start in range(0, file[about.dataset].shape[0], _BLOCK):
                yield from _lines([column[start : start + _BLOCK] for column in columns])

    return Table(path, tuple(map(Column, about.columns)), lines)


def _array(path: Path) -> Table:
    values = np.load(path, mmap_mode="r", allow_pickle=False)
    if values.ndim != 1:
        raise UsageError(f"is an array of shape {values.shape}, not a column", subject=path)
    return Table(path, (Column("label"),), lambda: _lines([values]))


def _lines(columns: Sequence[Any]) -> Iterator[Line]:
    """Yield the rows of columns that lie in memory."""
    if not columns:
        return
    for cells in zip(*map(_cells, columns), strict=True):
        blank = all(cell is None for cell in cells)
        yield Line((), "the row is blank") if blank else Line(cells)


def _cells(values: Any) -> list[Cell]:
    """Return a column's values as plain ones, None where masked or blank."""
    held = values.tolist() if hasattr(values, "tolist") else values
    return [_plain(value) for value in held]


def _plain(value: Any) -> Cell:
    if value is None or isinstance(value, np.ma.core.MaskedConstant):
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(value)
    return str(value)


def _without(values: Any, null: Any) -> Any:
    """Return integers as a list, with None where they are what stands for nothing."""
    if null is None or np.asarray(values).dtype.kind not in "iu":
        return values
    return [None if value == null else value for value in np.asarray(values).tolist()]


def _is_scalar(dtype: np.dtype[Any], *, objects: bool = False) -> bool:
    return not dtype.shape and dtype.kind in ("biufUSO" if objects else "biufUS")


def _is_fits_table(path: Path) -> bool:
    """Tell whether a FITS file holds a table and no image."""
    from astropy.io import fits

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with fits.open(path.absolute(), memmap=True) as hdus:
                images = [h for h in hdus if h.is_image and sum(n > 1 for n in h.shape) >= 2]
                return not images and any("Table" in type(h).__name__ for h in hdus)
        except Exception:  # whatever it is, it is not a table
            return False
