"""Simulated sources as work needs them: as rows and images of a catalogue, and as files."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.export import write_csv
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.image import Beam, SkyImage
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import Simulated, simulate, simulated_wcs, write_simulated
from radgalgui.sky.simulate.instrument import BEAM_FWHM

__all__ = ["simulate_files", "simulated_chunks"]

_CHUNK = 250  # simulated images held at once: 22 MB
_FIELD = 150  # side of a simulated image, pixels, or more:
_ROOM = 1.5  # times the cutout's, to know the noise around it
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

    The images, shape (n, 1, S, S), are cut out as those of a query are, so that a source's
    own FITS file has the very vector that the catalogue holds.
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
    """Yield simulated sources, some hundreds at a time, as the survey would have drawn them."""
    scale = preprocessing.survey_scale or preprocessing.pixel_scale
    size = max(_FIELD, math.ceil(_ROOM * preprocessing.field_of_view / scale))
    for first in range(0, n, _CHUNK):
        count = min(_CHUNK, n - first)

        def report(done: int, _: int | None, what: str = "", /, start: int = first) -> None:
            progress(start + done, n, what)

        yield simulate(
            count,
            seed=seed,
            first=first,
            size=size,
            pixel_scale=scale,
            progress=report,
            cancel=cancel,
        )


def _seen(simulated: Simulated, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Return what an encoder sees of simulated sources, shape (n, 1, S, S)."""
    beam = Beam(BEAM_FWHM, BEAM_FWHM)
    images = []
    for k, data in enumerate(simulated.images):
        name = str(simulated.truth["name"][k])
        image = SkyImage(data, name, "", simulated_wcs(simulated, k), "Jy/beam", beam)
        images.append(make_cutout(image, preprocessing).seen)
    return np.stack(images)


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
