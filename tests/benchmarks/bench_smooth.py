"""How smooth the window stays while a ResNet-18 is trained on all cores, as a job that it started.

A timer of 5 ms runs in a window over the bundled catalogue, with the panel of jobs open and its
curves growing, while somebody zooms the map and looks at another source twice a second.  A
gap is the time between two of its ticks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from radgalgui.jobs.work import worker
from radgalgui.jobs.work.ledger import Ledger
from tests.benchmarks.figures import Figure

_WATCHED = """
import json, os, sys, time
import numpy as np
from pathlib import Path
from PySide6.QtCore import QEventLoop, QSettings, QTimer, Qt
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
home = Path(os.environ["RADGALGUI_HOME"])
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home))
import radgalgui_resources
from radgalgui.gui.desk import Desk
from radgalgui.gui.engine_link import bundled_engine
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import Theme
from radgalgui.gui.tidying import tidying_here
from radgalgui.gui.window import MainWindow
from radgalgui.jobs.work.orders import Order

window = MainWindow(Desk(bundled_engine), Theme(app), Settings())
window.resize(1440, 900)
window.show()
window.desk.start(radgalgui_resources.catalog_path())

def until(there, seconds):
    ends = time.monotonic() + seconds
    while not there() and time.monotonic() < ends:
        app.processEvents()
        time.sleep(0.005)
    assert there(), "waited in vain"

tidying = tidying_here()
tidying.__enter__()
until(lambda: window.desk.ready is not None, 120)
window.commands.jobs.open()
rng = np.random.default_rng(0)

def use():
    window.map.view.zoom(1.5 if rng.random() < 0.5 else 1 / 1.5)
    window.desk.session.select(int(rng.integers(20_000)))

def gaps(seconds):
    told, ends = [], time.perf_counter() + seconds
    tick, hand = QTimer(), QTimer()
    tick.setTimerType(Qt.TimerType.PreciseTimer)
    tick.timeout.connect(lambda: told.append(time.perf_counter()))
    hand.timeout.connect(use)
    tick.start(5)
    hand.start(500)
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    tick.stop()
    hand.stop()
    spans = np.diff(told) * 1000
    return [float(np.percentile(spans, 99)), float(spans.max()), len(spans)]

quiet = gaps(5)
sets = {"network.width": "1.0", "training.epochs": "2000", "training.batch_size": "32",
        "data.simulated": "64"}
words = [word for key, value in sets.items() for word in ("--set", f"{key}={value}")]
out = home / "encoder"
words += ["--out", str(out), "--threads", str(os.cpu_count())]
order = Order("train", "ResNet-18", ["train", "simclr-smoke", *words], out, True)
key = window.board.start(order)
job = window.board.jobs[key]
until(lambda: job.points or not job.alive, 300)
assert job.alive, (job.state, [line.text for line in job.log])
steps = job.pace.last.done
busy = gaps(float(sys.argv[1]))
nice = os.getpriority(os.PRIO_PROCESS, job.record.pid)
steps = job.pace.last.done - steps
assert job.alive and steps, "no step was taken meanwhile"
window.board.stop(key)
until(lambda: not job.alive, 60)
window.close()
print(json.dumps({"quiet": quiet, "busy": busy, "nice": nice, "steps": steps}))
"""


def measure() -> Iterator[Figure]:
    """Yield the gaps of the window's event loop, without and with a training beside it."""
    with tempfile.TemporaryDirectory() as home:
        try:
            told = _watch(home, seconds=30)
        finally:  # a job outlives a window that fails
            for record in Ledger(Path(home) / "jobs").records():
                worker.attach(record).terminate_now()
    for name, words in (("quiet", "nothing runs"), ("busy", "a ResNet-18 trains on all cores")):
        high, worst, _ = told[name]
        target = (30.0, 150.0) if name == "busy" else (None, None)
        yield Figure(f"event-loop gap while {words}: 99th percentile", high, "ms", target[0])
        yield Figure(f"event-loop gap while {words}: worst", worst, "ms", target[1])
    yield Figure("  steps of the training meanwhile", told["steps"], "")
    yield Figure("  by how much the training steps back (nice)", told["nice"], "")


def _watch(home: str, *, seconds: float) -> dict[str, list[float]]:
    env = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "RADGALGUI_HOME": home}
    result = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(seconds)],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr[-2000:])
    return json.loads(result.stdout.splitlines()[-1])
