"""A mosaic of 10,000 x 10,000 pixels: opened, searched, looked at closely, and its memory.

Noise and 2,500 sources; repaints are whole turns of the event loop, 1200 x 900 pixels, painted in
software, with all markers in view.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.figures import Figure, peak_memory

_SIDE, _SOURCES = 10_000, 2_500

_READ = """
import json, sys, time
from radgalgui.jobs.mosaic.mosaic import Mosaic
begun = time.perf_counter()
mosaic = Mosaic(sys.argv[1])
opened = time.perf_counter()
found = mosaic.sources(sigma=5, join=20, apart=0)
searched = time.perf_counter()
mosaic.sources(sigma=8, join=40, apart=0)
again = time.perf_counter()
mosaic.pyramid.part((2000, 4400), (2000, 3800), 2)
looked = time.perf_counter()
print(json.dumps({
    "opened": opened - begun, "searched": searched - opened, "again": again - searched,
    "looked": looked - again, "found": len(found),
}))
"""

_MEASURED = """
import json, sys, time, tracemalloc
import numpy as np
from astropy.io import fits
from radgalgui.sky.measuring.field import Field
from radgalgui.sky.measuring.size import measure_size

values = fits.getdata(sys.argv[1], memmap=True)
field = Field(values, scale=1.8)
part = values[3000:3400, 3000:3400]
y, x = np.unravel_index(np.argmax(part), part.shape)
place = float(x + 3000), float(y + 3000)
measure_size(field, [place])  # scipy is there from now on
tracemalloc.start()
measure_size(field, [place])
memory = tracemalloc.get_traced_memory()[1] / 1e6
tracemalloc.stop()
begun = time.perf_counter()
for _ in range(20):
    measure_size(field, [place])
print(json.dumps({"click": 50 * (time.perf_counter() - begun), "memory": memory}))
"""

_SHOWN = """
import json, sys, time
import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
from radgalgui.gui.display import Display
from radgalgui.gui.mosaic.desk import Opened
from radgalgui.gui.mosaic.roster import Roster
from radgalgui.gui.mosaic.view import MosaicView
from radgalgui.gui.theme import LIGHT
from radgalgui.jobs.mosaic.mosaic import Mosaic

mosaic = Mosaic(sys.argv[1])
roster = Roster()
roster.take(mosaic.sources(sigma=5, join=20, apart=0))
view = MosaicView(roster)
view.resize(1200, 900)
view.show()
view.set_theme(LIGHT)
view.show_mosaic(Opened(None, mosaic.overview, None), Display("asinh", "99.9 %"))
app.processEvents()
took = []
for step in range(40):
    begun = time.perf_counter()
    view.port.zoom_about(QPointF(500, 400), 1.1 if step < 20 else 1 / 1.1)
    view.update()
    app.processEvents()
    took.append(1000 * (time.perf_counter() - begun))
print(json.dumps({"repaint": float(np.median(took)), "worst": max(took)}))
"""


def measure() -> Iterator[Figure]:
    """Yield seconds, milliseconds and memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = _mosaic(Path(folder) / "mosaic.fits")
        told = _run(_READ, path)
        size = "10,000 x 10,000"
        yield Figure(f"{size} mosaic opened: overview and noise", told["opened"], "s", 8.0)
        yield Figure(f"all {told['found']:.0f} sources found", told["searched"], "s", 6.0)
        yield Figure("the same with other numbers", told["again"], "s", 1.0)
        yield Figure("2400 x 1800 blocks of 2 x 2 pixels looked at", told["looked"], "s", 0.3)
        clicked = _run(_MEASURED, path)
        yield Figure("size of a source measured by a click", clicked["click"], "ms", 50.0)
        yield Figure("  memory that this takes", clicked["memory"], "MB", 50.0)
        program = _READ.replace("sys.argv[1]", repr(str(path)))
        _, memory = peak_memory(program)
        yield Figure(f"{size} mosaic, peak resident memory", memory, "GB", 1.5)
        shown = _run(_SHOWN, path)
        yield Figure("repaint of the overview, all markers in view", shown["repaint"], "ms", 20.0)


def _run(program: str, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"},
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _mosaic(path: Path) -> Path:
    """Write noise of a beam of five pixels, and sources of that beam, without coordinates."""
    from astropy.io import fits
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(0)
    tile = gaussian_filter(rng.normal(size=(1000, 1000)).astype(np.float32), 1.3, mode="wrap")
    times = _SIDE // 1000
    data = np.tile(tile * np.float32(1.5e-4 / tile.std()), (times, times))
    y, x = np.mgrid[-8:9, -8:9]
    blob = np.exp(-(x**2 + y**2) / (2 * 1.3**2)).astype(np.float32)
    places = rng.integers(10, _SIDE - 10, (_SOURCES, 2))
    peaks = 1.5e-3 * rng.pareto(1.0, _SOURCES).astype(np.float32).clip(0.6, 300)
    for (at_x, at_y), peak in zip(places, peaks, strict=True):
        data[at_y - 8 : at_y + 9, at_x - 8 : at_x + 9] += peak * blob
    fits.writeto(path, data)
    return path
