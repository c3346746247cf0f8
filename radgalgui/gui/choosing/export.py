"""Rows of the table as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.sources import Sources

__all__ = ["export_sources"]


def export_sources(path: Path, sources: Sources, rows: NDArray[np.int64]) -> int:
    """Write some sources with all columns of the table, by their own names; return how many.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv

    columns = [_values(values[rows]) for values in sources.columns.values()]
    write_csv(path, tuple(sources.columns), zip(*columns, strict=True))
    return len(rows)


def _values(column: NDArray[Any]) -> list[Any]:
    """Return what is written: float32 as it is, since it has fewer digits than a Python float."""
    return list(column) if column.dtype == np.float32 else list(column.tolist())
