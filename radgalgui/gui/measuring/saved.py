"""Measurements and profiles as text and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from radgalgui.gui.measuring.measurement import Measurement
from radgalgui.gui.measuring.telling import COLUMNS, details, row, sentence, title
from radgalgui.gui.sky_readout import sexagesimal
from radgalgui.sky.measuring.profiles import Profile

__all__ = ["as_text", "save_measurements", "save_profile"]


def as_text(measurements: Sequence[Measurement]) -> str:
    """Return a line a measurement, its parts parted by tabs."""
    lines = []
    for one in measurements:
        where = sexagesimal(*one.position) if one.position is not None else ""
        parts = (one.ground.galaxy, str(one.number), title(one), sentence(one), details(one), where)
        lines.append("\t".join(parts))
    return "\n".join(lines)


def save_measurements(measurements: Sequence[Measurement], path: Path) -> int:
    """Write a row a measurement as CSV; return how many.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv

    write_csv(path, COLUMNS, [row(one) for one in measurements])
    return len(measurements)


def save_profile(measurement: Measurement, path: Path) -> int:
    """Write a profile as CSV; return how many rows.

    Distances are in arcsec or pixels, values, errors and scatter in the image's unit, which the
    columns are called by; ``sigma`` is the value over the noise.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv

    profile = measurement.result
    if not isinstance(profile, Profile):
        return 0
    scatter = profile.scatter if profile.scatter.size else np.full(len(profile.value), np.nan)
    columns = (profile.distance, profile.value, profile.error, scatter, profile.in_sigma)
    along = "arcsec" if profile.in_arcsec else "px"
    unit = f" ({profile.unit})" if profile.unit else ""
    names = (f"distance ({along})", f"value{unit}", f"error{unit}", f"scatter{unit}", "sigma")
    cells = [[f"{v:.8g}" if np.isfinite(v) else "" for v in column] for column in columns]
    write_csv(
        path, names, [dict(zip(names, line, strict=True)) for line in zip(*cells, strict=True)]
    )
    return len(profile.value)
