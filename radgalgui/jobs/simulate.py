"""Simulated sources as FITS files, and their truth as a table beside them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from radgalgui.catalog.export import write_csv
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.simulate import Simulated, simulate, write_simulated

__all__ = ["TRUTH", "simulate_files"]

TRUTH = "truth.csv"
_CHUNK = 200  # sources at a time: 18 MB of 150-pixel images


def simulate_files(
    out: str | os.PathLike[str],
    *,
    n: int,
    seed: int,
    size: int = 150,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[Path]:
    """Write ``n`` simulated sources as FITS files with a WCS, and `TRUTH` beside them.

    Parameters
    ----------
    out : path
        Folder, made where absent; files of the same name are replaced.
    n, seed : int
        How many, and the seed: source i of a seed is always the same.
    size : int
        Side of an image, pixels of 1.8".
    progress, cancel
        Told after each chunk; looked at between files.

    Returns
    -------
    list of Path
        The FITS files, in the order of the table's rows.

    Raises
    ------
    UsageError
        If a number is out of range, or the folder cannot be written to.
    Cancelled
        If the user asked to stop; files written so far stay.
    """
    paths: list[Path] = []
    rows: list[dict[str, Any]] = []
    for first in range(0, n, _CHUNK):
        chunk = simulate(min(_CHUNK, n - first), seed=seed, size=size, first=first, cancel=cancel)
        paths += write_simulated(chunk, out, cancel=cancel)
        rows += _truth(chunk, paths[first:])
        progress(len(paths), n, "simulating")
    write_csv(Path(out) / TRUTH, list(rows[0]), rows)
    return paths


def _truth(chunk: Simulated, paths: list[Path]) -> list[dict[str, Any]]:
    columns = {name: values.tolist() for name, values in chunk.truth.items()}
    return [
        {"file": path.name, **{name: values[k] for name, values in columns.items()}}
        for k, path in enumerate(paths)
    ]
