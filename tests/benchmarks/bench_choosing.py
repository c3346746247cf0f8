"""How long it takes to choose very many sources on a map, and how fast the map moves meanwhile.

The map is 1200 x 900 pixels, painted in software; sources are clustered.  What an area holds is
asked by the mouse; the table and the gallery of the chosen are the window's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figures import Figure, told_by_child

_MEASURED = """
import json, math, sys, time
from pathlib import Path
import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
from radgalgui.gui.choosing.tile_grid import TileGrid
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.colours import continuous_scale
from radgalgui.gui.map_view import MapView
from radgalgui.gui.session import Session
from radgalgui.gui.source_table import SourceTable
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import LIGHT

count = int(sys.argv[1])
rng = np.random.default_rng(0)
centres = rng.normal(0, 3, (60, 2))
xy = (centres[rng.integers(0, 60, count)] + rng.normal(0, 0.7, (count, 2))).astype(np.float32)
size = np.exp(rng.normal(3, 0.6, count))
names = np.array([f"S{i}" for i in range(count)], dtype=object)
columns = {"name": names, "angular_size": size}
sources = Sources(Path("."), "", False, "", 1.0, columns, {}, None)
view, session, table, tiles = MapView(), Session(), SourceTable(), TileGrid("Chosen")
for widget, wide, high in ((view, 1200, 900), (table, 700, 300), (tiles, 660, 300)):
    widget.resize(wide, high)
    widget.show()
table.set_sources(sources)
view.set_theme(LIGHT)
view.set_map(xy, continuous_scale(size), "size")
app.processEvents()

def show(_change):
    chosen = session.chosen
    view.set_chosen(chosen.mask(count) if chosen else None)
    table.show_chosen(chosen.rows if chosen else None, only=True)
    tiles.show_rows(chosen.rows, None, lambda _: ("", "", ""), lambda _: "")

session.subscribe(show)
view.area.drawn.connect(lambda rows, words, how: session.choose(rows, words, how))
view.area.use(Tool.LASSO)
port, none, left = view.viewport(), Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton

def lasso(radius):
    turns = np.linspace(0, 2 * math.pi, 300)
    wobble = radius * (1 + 0.05 * np.sin(40 * turns))
    steps = np.stack([600 + wobble * np.cos(turns), 450 + wobble * np.sin(turns)], 1)
    path = [QPoint(round(x), round(y)) for x, y in steps]
    QTest.mousePress(port, left, none, path[0])
    for at in map(QPointF, path):
        move = QMouseEvent(QEvent.Type.MouseMove, at, port.mapToGlobal(at),
                           Qt.MouseButton.NoButton, left, none)
        app.sendEvent(port, move)
    begun = time.perf_counter()
    QTest.mouseRelease(port, left, none, path[-1])
    return 1000 * (time.perf_counter() - begun)

def paints(times=20):
    took = []
    for i in range(times):
        view.box.translateBy((0.002 * (-1) ** i, 0.001))
        begun = time.perf_counter()
        port.repaint()
        took.append(1000 * (time.perf_counter() - begun))
    return float(np.median(took))

plain = paints()
radius = 60
while lasso(radius) and len(session.chosen) < 0.2 * count and radius < 420:
    radius += 30
held = len(session.chosen)
took = sorted(lasso(radius + (i % 2)) for i in range(5))
print(json.dumps([held, took[2], plain, paints()]))
"""


def measure() -> Iterator[Figure]:
    """Yield times of choosing a fifth of all sources, and of repaints with and without that."""
    targets = {20_000: (50.0, 33.0), 100_000: (50.0, 33.0), 1_000_000: (150.0, None)}
    for count, (most, paint) in targets.items():
        held, lasso, plain, chosen = _run(count)
        words = f"{count:,} sources"
        yield Figure(f"lasso of {held:,} of {words}: all views follow", lasso, "ms", most)
        yield Figure(f"  repaint while moving, {words}", plain, "ms", paint)
        yield Figure(f"  the same with {held:,} chosen", chosen, "ms", paint)


def _run(count: int) -> list[float]:
    return told_by_child(_MEASURED, str(count))
