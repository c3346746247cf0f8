"""Sources of a large image as rows: their names, and the table that a catalogue is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final

from radgalgui.catalog.export import write_csv
from radgalgui.sky.coordinates import position_name
from radgalgui.sky.extraction import FieldSource

__all__ = ["COLUMNS", "names_of", "rows_of", "write_positions", "write_table"]

#: Pixels are counted from 1, as FITS does.
COLUMNS: Final = (
    "name", "ra", "dec", "x", "y", "peak", "peak_snr", "angular_size_arcsec", "islands", "at_edge"
)  # fmt: skip


def names_of(sources: Sequence[FieldSource]) -> list[str]:
    """Return a name for each source, each another: by its position, or its pixel without one."""
    seen: dict[str, int] = {}
    names = []
    for source in sources:
        pixel = f"x{round(source.x) + 1} y{round(source.y) + 1}"
        name = position_name(source.ra, source.dec) or pixel
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names


def rows_of(sources: Sequence[FieldSource], scale: float) -> Iterable[dict[str, Any]]:
    """Yield a row for each source, by the names of `COLUMNS`.

    Parameters
    ----------
    sources : sequence of FieldSource
        In the order in which they are written.
    scale : float
        Arcsec a pixel, 0 without coordinates; the angular size is then unknown, None.
    """
    for name, source in zip(names_of(sources), sources, strict=True):
        placed = math.isfinite(source.ra)
        yield {
            "name": name,
            "ra": source.ra if placed else None,
            "dec": source.dec if placed else None,
            "x": round(source.x + 1, 3),
            "y": round(source.y + 1, 3),
            "peak": float(f"{source.peak:.6g}"),
            "peak_snr": float(f"{source.peak_snr:.5g}") if math.isfinite(source.peak_snr) else None,
            "angular_size_arcsec": source.extent * scale if scale > 0 else None,
            "islands": source.islands,
            "at_edge": source.touches_edge,
        }


def write_table(target: Path | IO[str], sources: Sequence[FieldSource], scale: float) -> int:
    """Write sources as CSV, and return how many."""
    write_csv(target, COLUMNS, rows_of(sources, scale))
    return len(sources)


def write_positions(target: Path, sources: Sequence[FieldSource]) -> None:
    """Write the table that a catalogue is built by: what is measured is measured anew there."""
    columns = ("name", "ra", "dec", "peak_snr", "islands")
    rows = ({name: row[name] for name in columns} for row in rows_of(sources, 0.0))
    write_csv(target, columns, rows)
