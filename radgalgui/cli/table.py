"""``radgalgui catalog export``: rows and columns of a catalogue as a table for other programs."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.cli.output import check_target
from radgalgui.errors import UsageError
from radgalgui_resources import catalog_path

if TYPE_CHECKING:
    from radgalgui.catalog.text import Column

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "catalog", type=Path, nargs="?", metavar="DIR", help="default: the bundled one"
    )
    parser.add_argument(
        "--where",
        metavar="CONDITION",
        help="only sources that fulfil it, written as after WHERE in SQL: "
        "\"angular_size > 30 AND label = 'FRII'\"; unknown values fulfil nothing but IS NULL",
    )
    parser.add_argument(
        "--columns", metavar="A,B,...", help="these columns, in this order (default: all)"
    )
    parser.add_argument(
        "--sort",
        metavar="'A,B DESC,...'",
        help="sort by these columns, the first before the others; DESC for the largest first",
    )
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help="a file that ends in .csv, .fits, .vot or .parquet; '-' prints CSV",
    )


def run(options: argparse.Namespace) -> None:
    """Write the table, and say how much of the catalogue it is."""
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.catalog.sorting import sorted_rows
    from radgalgui.catalog.table_files import table_format, write_table

    if options.out != "-":
        check_target("--out", Path(options.out))
        table_format(Path(options.out))
    with Catalog.open(options.catalog or catalog_path()) as catalog:
        columns = catalog.read_columns()
        wanted = _names(options.columns, columns, "--columns") or list(columns)
        keys = _keys(options.sort, columns)
        rows = sorted_rows(columns, keys, _found(columns, options.where))
        shown = {name: columns[name] for name in wanted}
        target: Any = sys.stdout.buffer if options.out == "-" else Path(options.out)
        written = write_table(target, shown, rows, description=catalog.manifest.title)
        if options.out != "-":
            print(f"{written:,} of {len(catalog):,} sources written to {options.out}")


def _found(columns: dict[str, Column], condition: str | None) -> NDArray[np.int64] | None:
    """Return the rows that fulfil a condition, None for all."""
    if condition is None:
        return None
    from radgalgui.catalog.where import Where

    where = Where(columns)
    try:
        return where.rows(condition)
    except UsageError as error:
        raise UsageError(error.what, subject="--where", remedy=error.remedy) from error
    finally:
        where.close()


def _names(text: str | None, columns: dict[str, Column], option: str) -> list[str]:
    """Return the names in a list of columns."""
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    for name in names:
        if name not in columns:
            near = difflib.get_close_matches(name, columns, n=1, cutoff=0.5)
            remedy = f"perhaps you mean {near[0]}" if near else f"there are {', '.join(columns)}"
            raise UsageError(f"there is no column {name}", subject=option, remedy=remedy)
    return names


def _keys(text: str | None, columns: dict[str, Column]) -> list[tuple[str, bool]]:
    """Return the columns to sort by, and whether the largest value of each comes first."""
    wanted = [re.sub(r"\s+", " ", part.strip()) for part in (text or "").split(",")]
    plain = [re.sub(r" (?:asc|desc)$", "", part, flags=re.I) for part in wanted]
    names = _names(",".join(plain), columns, "--sort")
    falling = [part.lower().endswith(" desc") for part in wanted if part]
    return list(zip(names, falling, strict=True))
