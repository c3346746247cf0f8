"""How long the image view takes: moving a large picture with all that lies over it, its limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Figure

_MEASURED = """
import json, statistics, sys, time
import numpy as np
from astropy.wcs import WCS
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
from radgalgui.gui.display import Display
from radgalgui.gui.imaging.choices import Choices
from radgalgui.gui.imaging.contour_overlay import CompassOverlay, ContourOverlay
from radgalgui.gui.imaging.grid_overlay import GridOverlay
from radgalgui.gui.imaging.layers import contours_over
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.pixel_counts import count_pixels
from radgalgui.gui.picture_view import PictureView
from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.sky.graticule import graticule

side = int(sys.argv[1])
rng = np.random.default_rng(0)
from scipy.ndimage import gaussian_filter
values = gaussian_filter(rng.normal(size=(side, side)), 1.3).astype(np.float32)
values /= values.std()
y, x = np.mgrid[-15:16, -15:16]
for cx, cy in rng.integers(20, side - 20, (side // 20, 2)):
    values[cy - 15:cy + 16, cx - 15:cx + 16] += 200 * np.exp(-(x**2 + y**2) / 18)
wcs = WCS(naxis=2)
wcs.wcs.ctype, wcs.wcs.crval = ["RA---SIN", "DEC--SIN"], [150.0, 55.0]
wcs.wcs.crpix, wcs.wcs.cdelt = [side / 2, side / 2], [-1.8 / 3600, 1.8 / 3600]
sky = Sky(values, "Jy/beam", 1.8, SkyReadout(wcs.to_header().tostring()), (5.4, 5.4, 0.0), None,
          "", 1.0)
view = PictureView("x")
view.resize(900, 900)
view.choose(Choices(grid=True, contours=True, compass=True))
contours = ContourOverlay()
begun = time.perf_counter()
found = contours_over(sky, [sky], (3, 6, 12, 24, 48, 96, -3, -6, -12, -24, -48, -96))
lines = time.perf_counter() - begun
contours.show(found[0])
view.overlays += [GridOverlay(lambda work, done: done(work())), contours, CompassOverlay()]
begun = time.perf_counter()
view.show_sky(sky, Display("asinh", "99.5 %"))
first = time.perf_counter() - begun
view.show()
app.processEvents()

def median(call, times=25):
    call(0)
    took = []
    for i in range(times):
        begun = time.perf_counter()
        call(i)
        app.processEvents()
        took.append(time.perf_counter() - begun)
    return 1000 * statistics.median(took)

def pan(i):
    view.port.drag(QPointF(0, 0), QPointF(7 if i % 20 < 10 else -7, 5))
    view.repaint()

def zoom(i):
    view.port.zoom_about(QPointF(400, 500), 1.1 if i % 20 < 10 else 1 / 1.1)
    view.repaint()

def limits(i):
    view.show_sky(sky, Display("asinh", "by hand", "inferno", (-1.0 - 0.01 * i, 40.0 + i)))
    view.repaint()

told = [1000 * first, 1000 * lines]
view.port.zoom_about(QPointF(450, 450), 3.0)
told += [median(pan), median(zoom)]
view.reset_view()
told += [median(zoom), median(limits)]
view.overlays.clear()
told += [median(zoom)]
told += [median(lambda i: graticule(wcs, (0, 0, side, side)))]
told += [median(lambda i: count_pixels(values), 5)]
print(json.dumps(told))
"""


def measure() -> Iterator[Figure]:
    """Yield what a picture as large as any that is shown costs, in a view of 900 pixels."""
    for side, most in ((512, 16), (2048, 33)):
        first, lines, pan, near, whole, limits, bare, grid, counts = _run(side)
        words = f"{side} x {side} pixels"
        yield Figure(f"{words}: its colours, for the first time", first, "ms")
        yield Figure("  12 contours (in a thread)", lines, "ms", 3000)
        yield Figure("  grid (in a thread)", grid, "ms", 50)
        yield Figure("  histogram (in a thread)", counts, "ms", 500)
        yield Figure("  moved, with grid, contours and arrows", pan, "ms", most)
        yield Figure("  zoomed, with grid, contours and arrows", near, "ms", most)
        yield Figure("  all of it zoomed, with these", whole, "ms", most)
        yield Figure("  all of it zoomed, the pixels alone", bare, "ms", 16)
        yield Figure("  other limits, dragged, with these", limits, "ms", 50)


def _run(side: int) -> list[float]:
    asked = [sys.executable, "-c", _MEASURED, str(side)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(asked, capture_output=True, text=True, check=True, env=environment)
    return list(json.loads(done.stdout.splitlines()[-1]))
