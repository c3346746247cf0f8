"""Simulated sources as work needs them: as rows and images of a catalogue, and as files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.export import write_csv
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.noise import noise_level
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import Simulated, simulate, write_simulated

__all__ = ["simulate_files", "simulated_chunks"]

_CHUNK = 250  # simulated images held at once: 22 MB
_FIELD = 150  # side of a simulated image, pixels: room around the cutout to know the noise
_FIRST_COLUMNS = ("name", "ra", "dec", "angular_size", "label", "flux", "survey", "origin")


def simulate_files(
    out: str | os.PathLike[str],
    *,
    n: int,
    seed: int,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[Path]:
    """Write simulated sources as FITS files, and the truth about them as ``truth.csv``.

    Returns
    -------
    list of Path
        The images, in order.

    Raises
    ------
    UsageError
        If a number is out of range or the folder cannot be written to.
    Cancelled
        If the user asked to stop; files written so far stay.
    """
    paths: list[Path] = []
    rows: list[dict[str, Any]] = []
    for simulated in _simulations(n, seed, Preprocessing(), progress, cancel):
        written = write_simulated(simulated, out, cancel=cancel)
        truth = simulated.truth
        rows += [
            {"file": path.name, **{name: values[k] for name, values in truth.items()}}
            for k, path in enumerate(written)
        ]
        paths += written
    if rows:
        write_csv(Path(out) / "truth.csv", list(rows[0]), rows)
    return paths


def simulated_chunks(
    n: int,
    seed: int,
    preprocessing: Preprocessing,
    progress: Progress,
    cancel: CancelToken | None,
) -> Iterator[tuple[dict[str, NDArray[Any]], NDArray[np.float32]]]:
    """Yield the table and the images of simulated sources, some hundreds at a time.

    The images are what an encoder sees of the middle of each simulated field, shape
    (n, 1, S, S); the noise is measured in the whole field, as it is for a query.
    """
    for simulated in _simulations(n, seed, preprocessing, progress, cancel):
        yield _columns(simulated), _seen(simulated, preprocessing)


def _simulations(
    n: int,
    seed: int,
    preprocessing: Preprocessing,
    progress: Progress,
    cancel: CancelToken | None,
) -> Iterator[Simulated]:
    """Yield simulated sources, some hundreds at a time, on the encoder's pixel scale."""
    # As even or odd as the cutout, so that both have their centre in the same place.
    size = max(_FIELD, preprocessing.size) + (preprocessing.size - _FIELD) % 2
    for first in range(0, n, _CHUNK):
        count = min(_CHUNK, n - first)

        def report(done: int, _: int | None, what: str = "", /, start: int = first) -> None:
            progress(start + done, n, what)

        yield simulate(
            count,
            seed=seed,
            first=first,
            size=size,
            pixel_scale=preprocessing.pixel_scale,
            progress=report,
            cancel=cancel,
        )


def _seen(simulated: Simulated, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Return what an encoder sees of simulated sources, shape (n, 1, S, S)."""
    side = preprocessing.size
    start = (simulated.images.shape[-1] - side) // 2
    middle = slice(start, start + side)
    return np.stack(
        [
            preprocessing.see(image[None, middle, middle], noise_level(image))
            for image in simulated.images
        ]
    )


def _columns(simulated: Simulated) -> dict[str, NDArray[Any]]:
    """Return the table of simulated sources: what every catalogue has first, then the truth."""
    count = len(simulated)
    origins = [
        f"simulated: seed {simulated.seed}, source {simulated.first + k}" for k in range(count)
    ]
    columns = {
        **simulated.truth,
        "survey": np.array(["simulated"] * count),
        "origin": np.array(origins),
    }
    order = [*_FIRST_COLUMNS, *(name for name in columns if name not in _FIRST_COLUMNS)]
    return {name: columns[name] for name in order}
