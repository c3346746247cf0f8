"""A million sources in the real window: opened, scrolled, found, sorted and written.

The window is 1440 x 900, painted in software.  Memory is what the process holds beyond files
that are mapped into it; the engine, a process of its own, is not counted and not started: no
weights made the vectors of this catalogue.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, told_by_child
from tests.benchmarks.large_catalog import make_large_catalog

COUNT = 1_000_000

_MEASURED = """
import json, os, sys, tempfile, time
from pathlib import Path
import numpy as np
home = tempfile.mkdtemp()
os.environ["RADGALGUI_HOME"] = home
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, home)
app = QApplication(["radgalgui"])
from radgalgui.gui.desk import Desk
from radgalgui.gui.engine_link import bundled_engine
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import Theme
from radgalgui.gui.window import MainWindow

def held():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    return int(lines["RssAnon"].split()[0]) * 1024 / 1e9

def wait(until, longest):
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: until() and loop.quit())
    timer.start(2)
    QTimer.singleShot(longest * 1000, loop.quit)
    loop.exec()
    assert until()

settings, theme = Settings(), Theme(app)
window = MainWindow(Desk(bundled_engine), theme, settings)
window.resize(1440, 900)
window.show()
app.processEvents()
told = {}
turns = [time.perf_counter()]
pulse = QTimer()
pulse.timeout.connect(lambda: turns.append(time.perf_counter()))
pulse.start(0)
begun, before, spent = time.perf_counter(), held(), time.process_time()
window.desk.start(Path(sys.argv[1]))
wait(lambda: window.desk.sources is not None, 60)
for view in (window.map.view, window.table):
    view.viewport().repaint()
told["open"] = time.perf_counter() - begun
told["spent"] = time.process_time() - spent
told["stall"] = 1000 * float(np.diff(turns + [time.perf_counter()]).max())
wait(lambda: time.perf_counter() - begun > told["open"] + 1, 10)
told["memory"] = held() - before
stalls = []
for _ in range(4):
    began = time.perf_counter()
    turns[:] = [began]
    window.commands.next_map()
    wait(lambda: time.perf_counter() - began > 0.4, 10)
    stalls.append(1000 * float(np.diff(turns).max()))
told["switch"] = float(np.median(stalls))
pulse.stop()

table = window.table
def took(act, until=lambda: not window.table.arranger.pending):
    started = time.perf_counter()
    act()
    wait(until, 60)
    table.viewport().repaint()
    return time.perf_counter() - started

told["words"] = took(lambda: table.filter("j012", at_once=True))
told["found"] = len(table.rows.order)
table.filter("flux > 1e9", at_once=True)
wait(lambda: not table.arranger.pending, 60)
told["where"] = took(lambda: table.filter("angular_size > 30 AND label = 'FRII'", at_once=True))
told["fulfil"] = len(table.rows.order)
table.filter("")
told["sort"] = took(lambda: table.sort_by("angular_size"))
told["names"] = took(lambda: table.sort_by("name"))
told["again"] = took(lambda: table.sort_by("label", further=True))
bar = table.verticalScrollBar()
steps = []
for at in np.linspace(0, bar.maximum(), 40).astype(int):
    started = time.perf_counter()
    bar.setValue(int(at))
    app.processEvents()
    steps.append(1000 * (time.perf_counter() - started))
told["scroll"] = float(np.median(steps))
started = time.perf_counter()
window.desk.session.choose(table.rows.order, "all")
told["choose"] = 1000 * (time.perf_counter() - started)
window.desk.session.choose_none()

from radgalgui.catalog.table_files import TABLE_FORMATS, write_table
columns = window.desk.sources.columns
for ending in TABLE_FORMATS:
    started = time.perf_counter()
    write_table(Path(home) / f"t{ending}", columns, table.rows.order)
    told[ending] = time.perf_counter() - started
print(json.dumps(told))
window.close()
"""


def measure() -> Iterator[Figure]:
    """Yield the figures of a catalogue of a million sources."""
    with tempfile.TemporaryDirectory() as folder:
        told = _run(make_large_catalog(Path(folder) / "million", COUNT))
    words = f"{COUNT:,} sources"
    yield Figure(f"window: {words} opened, map and table painted", told["open"], "s", 3.0)
    yield Figure("  processor time of that", told["spent"], "s")
    yield Figure("  longest time that the window did not answer", told["stall"], "ms", 150.0)
    yield Figure("  the same when another map is shown", told["switch"], "ms", 60.0)
    yield Figure("  memory beyond files mapped", told["memory"], "GB", 1.5)
    yield Figure(f"table: words found in {words} ({told['found']:,.0f})", told["words"], "s", 1.0)
    yield Figure(f"  a condition on two columns ({told['fulfil']:,.0f})", told["where"], "s", 0.5)
    yield Figure("  sorted by numbers", told["sort"], "s", 1.0)
    yield Figure("  sorted by names, for the first time", told["names"], "s", 4.0)
    yield Figure("  sorted by names, then by class", told["again"], "s", 2.0)
    yield Figure("  scrolled to another place and painted", told["scroll"], "ms", 16.0)
    yield Figure("all sources chosen: every view follows", told["choose"], "ms")
    for ending in (".csv", ".fits", ".vot", ".parquet"):
        yield Figure(f"written as {ending}, 12 columns, sorted", told[ending], "s", 6.0)


def _run(folder: Path) -> dict[str, float]:
    return told_by_child(_MEASURED, str(folder))
