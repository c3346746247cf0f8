"""How long a dropped 300 x 300 FITS waits for its answer, in the engine as the window has it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import numpy as np

from radgalgui.jobs.events import Done, Neighbours, Ready, Refused
from radgalgui.jobs.supervisor import Engine
from radgalgui_resources import catalog_path
from tests.benchmarks.figures import Figure, peak_memory, shared_data


def measure() -> Iterator[Figure]:
    """Yield seconds as the window's side of the pipe sees them."""
    with tempfile.TemporaryDirectory() as folder:
        image = _image(Path(folder))
        yield from _answers(image)
        yield from _mosaic(Path(folder))


def _image(folder: Path) -> Path:
    """Return a real FIRST field where there are any, a simulated one elsewhere."""
    if data := shared_data():
        return sorted((data / "skyview_originals").glob("*.fits"))[0]
    from radgalgui.jobs.simulated import simulate_files

    return simulate_files(folder, n=1, seed=1)[0]


def _answers(image: Path) -> Iterator[Figure]:
    heard: Queue = Queue()
    engine = Engine(heard.put, lambda outcome: None)
    started = time.perf_counter()
    engine.start()
    engine.open("open", catalog_path(), "simclr")
    engine.search("first", image)
    _wait(heard, Ready, "open")
    yield Figure(
        "engine ready (torch, encoder, index), from its start", time.perf_counter() - started, "s"
    )
    _wait(heard, Neighbours, "first")
    yield Figure(
        "first answer, asked before the engine was ready", time.perf_counter() - started, "s", 4.0
    )
    for ignore in (False, True):
        durations = []
        for number in range(7):
            started = time.perf_counter()
            engine.search(f"{ignore}{number}", image, ignore_orientation=ignore)
            _wait(heard, Done, f"{ignore}{number}")
            durations.append(time.perf_counter() - started)
        way = "ignoring orientation" if ignore else "as it lies"
        yield Figure(f"300 x 300 FITS answered, {way}", float(np.median(durations)), "s", 1.0)
    engine.stop()


def _wait(heard: Queue, kind: type, job: str) -> None:
    while True:
        event = heard.get(timeout=60)
        if isinstance(event, Refused):
            raise SystemExit(event.message)
        if isinstance(event, kind) and event.job == job:
            return


def _mosaic(folder: Path) -> Iterator[Figure]:
    from astropy.io import fits

    rng = np.random.default_rng(0)
    tile = rng.normal(0, 1.5e-4, (1200, 1200)).astype(np.float32)
    tile[600:606, 600:606] += 0.02
    fits.writeto(folder / "mosaic.fits", np.tile(tile, (10, 10)))
    program = f"""
from radgalgui.sky.fits import read_image
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reduce import reduce_image
image = read_image({str(folder / "mosaic.fits")!r})
reduce_image(image, 6)
make_cutout(image, Preprocessing())
"""
    seconds, memory = peak_memory(program)
    yield Figure("12,000 x 12,000 mosaic read, shown and cut, fresh process", seconds, "s", 5.0)
    yield Figure("12,000 x 12,000 mosaic, peak resident memory", memory, "GB", 1.5)
