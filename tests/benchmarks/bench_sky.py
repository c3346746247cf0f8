"""How fast the sky turns, and how fast the map moves that is tiled with images.

Both views are 1200 x 900 pixels, painted in software.  The sources lie all over the sky, and on
the map in clusters.  A repaint is a whole turn of the event loop: from the change of the view until
its frame is painted; tiles are made in a thread meanwhile, of images in a file of zeros.  Turns of
the sky are told in time of the processor, all of which is the window's: what else the machine does
does not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figures import Figure, told_by_child

_SKY = """
import json, math, sys, time
import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.colours import continuous_scale
from radgalgui.gui.skyview.aim import Aim
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.gui.skyview.view import SkyView
from radgalgui.gui.theme import LIGHT

count = int(sys.argv[1])
rng = np.random.default_rng(0)
ra, dec = rng.uniform(0, 360, count), np.rad2deg(np.arcsin(rng.uniform(-1, 1, count)))
scale = continuous_scale(rng.normal(size=count))
begun = time.perf_counter()
sphere = Sphere(ra, dec)
sorting = 1000 * (time.perf_counter() - begun)
view = SkyView()
view.resize(1200, 900)
view.show()
view.set_theme(LIGHT)
view.set_sphere(sphere, count)
view.points.set_table(scale.table(dark=False))
view.points.set_codes(scale.codes, shaped=False)
app.processEvents()

def median(change, times=25):
    took = []
    for i in range(times):
        begun = time.thread_time()
        change(i)
        app.processEvents()
        took.append(1000 * (time.thread_time() - begun))
        assert view.scene._drawn[0][0] == view.points.number  # it has been painted
    return float(np.median(took))

def turns(aim):
    view.look(aim, glide=False)
    app.processEvents()
    turning = median(lambda i: view.look(view.aim.moved(0.01 * aim.radius, 0), glide=False))
    zooming = median(lambda i: view.look(view.aim.zoomed(1.02), glide=False))
    return [turning, zooming]

whole, half, field = turns(Aim()), turns(Aim(180, 20, 60)), turns(Aim(180, 20, 10))
view.look(Aim(), glide=False)
chosen = rng.random(count) < 0.2
view.points.set_chosen(chosen)
lit = turns(Aim())
view.points.set_chosen(None)
view.look(Aim(180, 20, 100), glide=False)
app.processEvents()
took = []
for i in range(100):
    begun = time.perf_counter()
    view.scene.source_at(QPointF(200 + 8 * i, 100 + 7 * i))
    took.append(1000 * (time.perf_counter() - begun))
hover = float(np.median(took))
held, left, none = [], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
view.area.drawn.connect(lambda rows, words, how: held.append(len(rows)))
view.area.use(Tool.LASSO)

def lasso():
    turns = np.linspace(0, 2 * math.pi, 300)
    radius = 260 * (1 + 0.05 * np.sin(40 * turns))
    path = np.stack([600 + radius * np.cos(turns), 450 + radius * np.sin(turns)], 1)
    QTest.mousePress(view, left, none, QPoint(*(int(v) for v in path[0])))
    for at in (QPointF(*row) for row in path):
        move = QMouseEvent(QMouseEvent.Type.MouseMove, at, view.mapToGlobal(at),
                           Qt.MouseButton.NoButton, left, none)
        app.sendEvent(view, move)
    begun = time.perf_counter()
    QTest.mouseRelease(view, left, none, QPoint(*(int(v) for v in path[-1])))
    return 1000 * (time.perf_counter() - begun)

took = float(np.median([lasso() for _ in range(5)]))
print(json.dumps([sorting, whole, half, field, lit, hover, held[-1], took]))
"""

_TILES = """
import json, os, sys, tempfile, time
from types import SimpleNamespace
import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
from radgalgui.catalog.images import CatalogImages
from radgalgui.gui.choosing.chosen import NOTHING
from radgalgui.gui.colours import continuous_scale, lookup_table
from radgalgui.gui.map_view import MapView
from radgalgui.gui.theme import LIGHT
from radgalgui.gui.tiling.presenter import TilesPresenter
from pathlib import Path

count = int(sys.argv[1])
rng = np.random.default_rng(0)
centres = rng.normal(0, 3, (60, 2))
xy = (centres[rng.integers(0, 60, count)] + rng.normal(0, 0.7, (count, 2))).astype(np.float32)
scale = continuous_scale(np.exp(rng.normal(3, 0.6, count)))
folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "images.npy"
np.lib.format.open_memmap(path, "w+", np.uint8, (count, 1, 64, 64))  # takes no room on the disk
images = CatalogImages(path, count=count, size=64, channels=1)
view = MapView()
view.resize(1200, 900)
view.show()
view.set_theme(LIGHT)
view.set_map(xy, scale, "size")

class Parts(QObject):
    shown, changed = Signal(), Signal(object)

class Sources(SimpleNamespace):
    def __len__(self):
        return count

signals = Parts()
window = QObject()
window.map = SimpleNamespace(view=view)
window.desk = SimpleNamespace(
    sources=Sources(images=images),
    session=SimpleNamespace(chosen=NOTHING, subscribe=lambda _: None),
)
thumbnails = SimpleNamespace(table=lookup_table("inferno"))
window.presenter = SimpleNamespace(map_shown=signals.shown, thumbnails=thumbnails)
window.image = SimpleNamespace(display_changed=signals.changed)
window.theme = SimpleNamespace(tokens=LIGHT)
tiles = TilesPresenter(window)

def wait(until):
    begun = time.perf_counter()
    while not until() and time.perf_counter() - begun < 30:
        loop = QEventLoop()
        QTimer.singleShot(2, loop.quit)
        loop.exec()
    return 1000 * (time.perf_counter() - begun)

def done():
    return tiles.layer.sheet is not None and tiles.layer.sheet.whole and not tiles.maker.busy

begun = time.perf_counter()
tiles.switch(on=True)
first = wait(lambda: tiles.layer.sheet is not None)
wait(done)

def moves(change, times=40):
    took = []
    for i in range(times):
        begun = time.perf_counter()
        change(i)
        app.processEvents()
        took.append(1000 * (time.perf_counter() - begun))
        loop = QEventLoop()  # as a screen lets time pass between two frames
        QTimer.singleShot(8, loop.quit)
        loop.exec()
    return [float(np.median(took)), float(np.percentile(took, 95))]

view.zoom(4)
wait(done)
wide = view.box.viewRect().width()
panning = moves(lambda i: view.box.translateBy(x=0.02 * wide * (1 if i < 20 else -1)))
zooming = moves(lambda i: view.box.scaleBy((0.97, 0.97) if i < 20 else (1 / 0.97, 1 / 0.97)))
tiles.close()
print(json.dumps([first, panning, zooming]))
"""


def measure() -> Iterator[Figure]:
    """Yield times of repaints, of pointing and of choosing on the sky; and of tiles on the map."""
    for count, most in ((100_000, 12.0), (1_000_000, 20.0), (3_000_000, None)):
        words = f"{count:,} sources on the sky"
        sorting, whole, half, field, lit, hover, held, lasso = _run(_SKY, count)
        yield Figure(f"{words}: sorted in a thread", sorting, "ms", None)
        yield Figure("  whole sky turns", whole[0], "ms", most)
        yield Figure("  whole sky zooms", whole[1], "ms", most)
        yield Figure("  whole sky turns, a fifth chosen", lit[0], "ms", None)
        yield Figure("  120 degrees of it turn", half[0], "ms", most)
        yield Figure("  a field of 20 degrees moves", field[0], "ms", most)
        yield Figure("  which source is pointed at", hover, "ms", 10.0)
        yield Figure(f"  lasso of {held:,}", lasso, "ms", 150.0 if count <= 1_000_000 else None)
    for count, most in ((100_000, 12.0), (1_000_000, 20.0)):
        first, panning, zooming = _run(_TILES, count)
        yield Figure(f"{count:,} sources as tiles: the first are there", first, "ms", None)
        yield Figure("  repaint while the map moves, median", panning[0], "ms", most)
        yield Figure("  the slowest twentieth", panning[1], "ms", None)
        yield Figure("  repaint while zooming, median", zooming[0], "ms", most)
        yield Figure("  the slowest twentieth", zooming[1], "ms", None)


def _run(program: str, count: int) -> list:
    return told_by_child(program, str(count))
