"""How fast the map moves: 100,000, a million and three million sources, painted in software.

A frame is timed from the change of what is in view to the painted window, through the whole
event loop.  The map is 1200 x 900 pixels, on a virtual screen where there is one (Xvfb).  Beside it
stands what pyqtgraph itself offers: a ScatterPlotItem, and an ImageItem fed with a histogram.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Figure

TARGETS = {100_000: 12.0, 1_000_000: 20.0, 3_000_000: 33.0}

_SOURCES = """
import json, sys, time
import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
count, kind = int(sys.argv[1]), sys.argv[2]
rng = np.random.default_rng(0)
centres = rng.normal(0, 3, (60, 2))
group = rng.integers(0, 60, count)
xy = (centres[group] + rng.normal(0, 0.7, (count, 2))).astype(np.float32)
size = np.exp(rng.normal(3, 0.6, count))
size[::50] = np.nan
del group

def memory():
    lines = open("/proc/self/status").read().splitlines()
    return sum(int(l.split()[1]) for l in lines if l.startswith("RssAnon")) / 1024

def frame(view, change):
    begun = time.perf_counter()
    change()
    while view.painted == frame.seen:
        app.processEvents()
    frame.seen = view.painted
    return 1000 * (time.perf_counter() - begun)
frame.seen = 0

def counting(base):
    class Counting(base):
        painted = 0
        def paintEvent(self, event):
            super().paintEvent(event)
            self.painted += 1
    return Counting

def frames(view, box, times):
    frame.seen = view.painted
    pans, zooms = [], []
    for i in range(times):
        step = (0.004 if i % 8 < 4 else -0.004) * box.viewRect().width()
        pans.append(frame(view, lambda: box.translateBy((step, 0.5 * step))))
    for i in range(times):
        zoom = 0.9 if i % 12 < 6 else 1 / 0.9
        middle = box.viewRect().center()
        zooms.append(frame(view, lambda: box.scaleBy((zoom, zoom), center=middle)))
    return [float(np.median(pans)), float(np.median(zooms))]

def shown(view):
    view.resize(1200, 900)
    view.show()
    for _ in range(20):
        app.processEvents()
        time.sleep(0.01)
"""

_OURS = """
from radgalgui.gui.colours import continuous_scale
from radgalgui.gui.map_marks import Marks
from radgalgui.gui.map_view import MapView
from radgalgui.gui.theme import LIGHT
from radgalgui.gui.thumbnails import Thumbnails
View = counting(MapView)
view = View()
view.set_theme(LIGHT)
shown(view)
scale = continuous_scale(size)
before = memory()
view.set_map(xy, scale, "Angular size")
shown(view)
told = {"plain": frames(view, view.box, 48)}
told["memory"] = memory() - before
rows = np.argsort(((xy - xy[5]) ** 2).sum(axis=1))[:21]
near = [view.place_of(int(i)) for i in rows]
view.set_marks(Marks(query=near[0], spread=0.2, neighbours=tuple(near[1:]), selected=near[3]))
chosen = np.zeros(count, bool)
chosen[np.argsort(((xy - centres[3]) ** 2).sum(axis=1))[: count // 5]] = True
view.set_chosen(chosen)
told["chosen"] = frames(view, view.box, 48)
view.set_chosen(None)

images = np.random.default_rng(1).random((2000, 1, 64, 64)).astype(np.float32)
thumbnails = Thumbnails(images, "inferno")
def card(index):
    if index is not None:
        picture = thumbnails.pixmap(index % 2000)
        view.card.show_source(view.hover_at, picture, f"S{index}", ["FRII", "32 arcsec", "0.94"])
view.hovered.connect(card)
answers, port = [], view.viewport()
for x, y in rng.uniform(0.3, 0.7, (60, 2)) * (1200, 900):
    at = QPointF(round(x), round(y))
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, port.mapToGlobal(at), none, none,
                       Qt.KeyboardModifier.NoModifier)
    begun = time.perf_counter()
    app.sendEvent(port, move)
    answers.append(1000 * (time.perf_counter() - begun))
told["hover"] = float(np.median(answers))
print(json.dumps(told))
"""

_THEIRS = """
View = counting(pg.GraphicsView)
view = View()
box = pg.ViewBox(lockAspect=True, enableMenu=False)
view.setCentralItem(box)
levels = np.clip((np.log(np.nan_to_num(size, nan=1.0)) - 1) / 4, 0, 1)
before = memory()
if kind == "scatter":
    lut = pg.colormap.get("viridis").getLookupTable(nPts=100)
    brushes = [pg.mkBrush(*c) for c in lut]
    item = pg.ScatterPlotItem(x=xy[:, 0], y=xy[:, 1], size=3, pen=None,
                              brush=np.array(brushes)[(levels * 99).astype(int)])
else:
    item = pg.ImageItem()
    item.setColorMap("viridis")
    def follow(*_):
        rect = box.viewRect()
        ends = [[rect.left(), rect.right()], [rect.top(), rect.bottom()]]
        counted, _, _ = np.histogram2d(xy[:, 0], xy[:, 1], bins=(1200, 900), range=ends)
        item.setImage(np.log1p(counted), autoLevels=True)
        item.setRect(rect)
box.addItem(item, ignoreBounds=kind != "scatter")
low, high = xy.min(0), xy.max(0)
box.setRange(xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=0)
shown(view)
if kind != "scatter":
    box.sigRangeChanged.connect(follow)
told = {"plain": frames(view, box, 8 if count < 2_000_000 else 3)}
told["memory"] = memory() - before
print(json.dumps(told))
"""


def measure() -> Iterator[Figure]:
    """Yield frames while panning and zooming, answers to the pointer, and memory."""
    for count, most in TARGETS.items():
        ours = _run(_OURS, count, "ours")
        words = f"{count:,} sources"
        for name, said in (("plain", words), ("chosen", f"{words}, a fifth chosen, a query")):
            pan, zoom = ours[name]
            yield Figure(f"map, {said}: a frame of panning", pan, "ms", most)
            yield Figure(f"map, {said}: a frame of zooming", zoom, "ms", most)
        yield Figure(f"  hover: nearest source and its card, {words}", ours["hover"], "ms", 10.0)
        yield Figure(f"  memory of the map, {words}", ours["memory"], "MB")
        for kind, said in (("scatter", "ScatterPlotItem"), ("image", "ImageItem of a histogram")):
            theirs = _run(_THEIRS, count, kind)
            pan, zoom = theirs["plain"]
            yield Figure(f"  pyqtgraph {said}: panning, {words}", pan, "ms")
            yield Figure(f"  pyqtgraph {said}: zooming, {words}", zoom, "ms")
            yield Figure("    of our frame, zooming", zoom / ours["plain"][1], "times")
            yield Figure("    its memory", theirs["memory"], "MB")


def _run(program: str, count: int, kind: str) -> dict[str, list[float]]:
    command = [sys.executable, "-c", _SOURCES + program, str(count), kind]
    env = dict(os.environ)
    screen = shutil.which("xvfb-run")
    if screen is not None:
        command = [screen, "-a", "-s", "-screen 0 1600x1200x24", *command]
        env["QT_QPA_PLATFORM"] = "xcb"
    else:
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
    result = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if result.returncode:
        raise RuntimeError(result.stderr[-2000:])
    return json.loads(result.stdout.splitlines()[-1])
