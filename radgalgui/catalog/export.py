"""Tables for others: CSV (RFC 4180), and VOTable with units and UCDs."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

__all__ = [
    "FORMATS",
    "FORMAT_PREFIXES",
    "UCDS",
    "UCD_PREFIXES",
    "UNITS",
    "for_xml",
    "ucd_of",
    "write_csv",
    "write_votable",
    "writing",
]

Row = Mapping[str, Any] | Sequence[Any]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: How numbers are written where the digits that Python would give say more than is known.
FORMATS = {
    "ra": ".7f",
    "dec": ".7f",
    "similarity": ".6f",
    "angular_size": ".2f",
    "angular_size_arcsec": ".2f",
    "agreement": ".3f",
    "coverage": ".3f",
    "log_likelihood": ".9g",  # they are kept in float32
    "percentile": ".7g",
    "isolation_forest": ".7g",
    "local_outlier_factor": ".7g",
    "knn_distance": ".7g",
    "reconstruction": ".7g",
    "combined": ".7g",
}

#: The same of columns whose names begin so.
FORMAT_PREFIXES = {"probability_": ".6f"}

#: Units by column, as the VOUnit standard spells them.
UNITS = {
    "ra": "deg",
    "dec": "deg",
    "angular_size": "arcsec",
    "angular_size_arcsec": "arcsec",
    "measured_size": "arcsec",
    "deconvolved_arcsec": "arcsec",
    "flux": "Jy",
    "measured_flux": "Jy",
    "peak_flux": "Jy/beam",
    "noise": "Jy/beam",
    "position_angle": "deg",
    "inclination": "deg",
    "bending": "deg",
}

#: Columns whose unit another column tells, row by row, where it stands beside them.
TOLD_UNITS = {
    "flux": "flux_unit",
    "flux_error": "flux_unit",
    "aperture_flux": "flux_unit",
    "aperture_error": "flux_unit",
    "aperture_empty_error": "flux_unit",
    "peak": "image_unit",
    "noise": "image_unit",
}

#: What columns mean, as the IVOA's UCD1+ vocabulary says it.
UCDS = {
    "name": "meta.id;meta.main",
    "query": "meta.id",
    "rank": "stat.rank",
    "ra": "pos.eq.ra;meta.main",
    "dec": "pos.eq.dec;meta.main",
    "similarity": "stat.correlation",
    "label": "meta.code.class",
    "class": "meta.code.class",
    "angular_size": "phys.angSize",
    "angular_size_arcsec": "phys.angSize",
    "measured_size": "phys.angSize",
    "flux": "phot.flux.density;em.radio",
    "measured_flux": "phot.flux.density;em.radio",
    "peak_flux": "phot.flux.density;em.radio;stat.max",
    "position_angle": "pos.posAng",
    "survey": "meta.id;meta.dataset",
    "catalog": "meta.dataset",
    "encoder": "meta.id;meta.software",
    "origin": "meta.ref",
    "label_set": "meta.dataset",
    "classifier": "meta.id;meta.software",
    "conformal_set": "meta.code.class",
    "coverage": "stat.probability",
    "log_likelihood": "stat.likelihood",
    "percentile": "stat.rank",
    "isolation_forest": "stat.rank",
    "local_outlier_factor": "stat.rank",
    "knn_distance": "stat.rank",
    "reconstruction": "stat.rank",
    "combined": "stat.rank",
}

#: The same of columns whose names begin so: a probability a class.
UCD_PREFIXES = {"probability_": "stat.probability"}


def write_csv(
    target: str | os.PathLike[str] | IO[str],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    formats: Mapping[str, str] = FORMATS,
) -> None:
    """Write a table as RFC 4180 has it: a header, CRLF, fields quoted where they must be.

    Parameters
    ----------
    target : path or text file
        A path is written beside and renamed, in UTF-8 (a file name that is not comes out byte
        for byte); an open file is written to as it is.
    columns : sequence of str
        The header, and the order of the fields.
    rows : iterable of mapping or sequence
        By column name, or in the order of the columns.  None and NaN become empty fields.
    formats : mapping of str to str
        Format of the numbers of a column; others are written with as many digits as
        distinguish them.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    if isinstance(target, (str, os.PathLike)):
        path = Path(target)
        with (
            writing(path),
            replaced_file(path) as beside,
            beside.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream,
        ):
            _write_rows(stream, columns, rows, formats)
    else:
        _write_rows(target, columns, rows, formats)


def write_votable(
    path: str | os.PathLike[str],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    description: str = "",
) -> None:
    """Write a table as VOTable 1.4, with units and UCDs where the column is a known one.

    Parameters
    ----------
    path : path
        Written beside and renamed.
    columns, rows
        As for `write_csv`.  Numbers that are None or NaN become nulls, text that is None
        becomes empty.
    description : str, optional
        What the table is, for the reader.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    from astropy.io.votable import from_table, writeto
    from astropy.table import Table

    table = Table()
    listed = list(zip(*(_fields(columns, row) for row in rows), strict=True))
    fields = dict(zip(columns, listed or [()] * len(columns), strict=True))
    for name, values in fields.items():
        table[name] = _votable_column(name, values, _unit(name, fields))
    votable = from_table(table)
    if description:
        votable.resources[0].tables[0].description = description
    target = Path(path)
    with writing(target), replaced_file(target) as beside:
        writeto(votable, str(beside))


def _write_rows(
    stream: IO[str], columns: Sequence[str], rows: Iterable[Row], formats: Mapping[str, str]
) -> None:
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        named = zip(columns, _fields(columns, row), strict=True)
        writer.writerow([_text(value, _form(name, formats)) for name, value in named])


def _form(name: str, formats: Mapping[str, str]) -> str:
    """Return how the numbers of a column are written; "" for as many digits as they need."""
    by_start = (form for start, form in FORMAT_PREFIXES.items() if name.startswith(start))
    return formats.get(name) or next(by_start, "")


def _fields(columns: Sequence[str], row: Row) -> list[Any]:
    """Return a row's values in the order of the columns."""
    return [row[name] for name in columns] if isinstance(row, Mapping) else list(row)


def _text(value: Any, form: str) -> str:
    """Return a value as a field: empty where it is unknown."""
    if _unknown(value):
        return ""
    if isinstance(value, (float, np.floating)):
        return format(float(value), form) if form else str(value)
    return str(value)


def _unknown(value: Any) -> bool:
    return value is None or (isinstance(value, (float, np.floating)) and math.isnan(value))


def _unit(name: str, fields: Mapping[str, Sequence[Any]]) -> str | None:
    """Return the unit of a column, None where it has none or its rows have several."""
    from astropy.units import Unit

    if TOLD_UNITS.get(name) not in fields:
        return UNITS.get(name)
    told = {value for value in fields[TOLD_UNITS[name]] if value}
    try:
        return Unit(told.pop()).to_string("vounit") if len(told) == 1 else None
    except ValueError:  # such as "sum of pixel values"
        return None


def _votable_column(name: str, values: Sequence[Any], unit: str | None) -> Any:
    """Return an astropy column, masked where a number is unknown."""
    from astropy.table import MaskedColumn

    known = [value for value in values if not _unknown(value)]
    missing = [_unknown(value) for value in values]
    ucd = ucd_of(name)
    meta = {"ucd": ucd} if ucd else None
    if any(isinstance(value, str) for value in known):
        words = ["" if _unknown(value) else for_xml(str(value)) for value in values]
        return MaskedColumn(words, meta=meta)
    whole = known and all(isinstance(value, (int, np.integer)) for value in known)
    filled = [0 if m else v for v, m in zip(values, missing, strict=True)]
    return MaskedColumn(
        np.array(filled, dtype=np.int64 if whole else np.float64),
        mask=missing or False,
        unit=unit,
        meta=meta,
    )


def ucd_of(name: str) -> str | None:
    """Return what a column means, None for one that is not known."""
    if name in UCDS:
        return UCDS[name]
    return next((ucd for start, ucd in UCD_PREFIXES.items() if name.startswith(start)), None)


def for_xml(text: str) -> str:
    """Return text with what XML cannot hold, such as bytes of a file name, as U+FFFD."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says of a path into one sentence."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror or error})",
            subject=path,
            remedy="choose another place",
        ) from error
