"""How long until the help is printed, the window painted, the map there, a first image answered."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.benchmarks.figures import Figure, child_seconds

# The window as `radgalgui` opens it, watched from an event filter that it knows nothing of.
_WATCHED = """
import json, sys, time
ticks = int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])
def age():
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / 100
moments = {}
from PySide6.QtCore import QEvent, QObject, QSettings
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, sys.argv[1])
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            window = next((w for w in app.topLevelWidgets() if hasattr(w, "desk")), None)
            if window is not None and "painted" not in moments:
                moments["painted"] = age()
            if window is not None and window.desk.sources is not None and "map" not in moments:
                moments["map"] = age()
            if window is not None and any(query.rows for query in window.desk.session.queries):
                moments["answer"] = age()
                app.quit()
        return False
watch = Watch()
app.installEventFilter(watch)
from radgalgui.gui.app import run
from radgalgui_resources import example_path
run([str(example_path())])
print(json.dumps(moments))
"""


def measure() -> Iterator[Figure]:
    """Yield seconds from the start of a fresh process."""
    command = [sys.executable, "-m", "radgalgui", "--help"]
    yield Figure("radgalgui --help", child_seconds(command, times=5), "s", 0.5)
    starts = [_start() for _ in range(6)][1:]  # the first run fills the disk cache
    for name, target in (("painted", 1.5), ("map", 4.0), ("answer", None)):
        seconds = statistics.median(start[name] for start in starts)
        yield Figure(f"window: {name}, from the start of its process", seconds, "s", target)
    waited = statistics.median(start["answer"] - start["painted"] for start in starts)
    yield Figure("window: first answer, dropped as soon as it is painted", waited, "s", 4.0)


def _start() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as settings:  # not what its user opened last
        result = subprocess.run(
            [sys.executable, "-c", _WATCHED, settings],
            check=True,
            capture_output=True,
            text=True,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        )
    return json.loads(result.stdout.splitlines()[-1])
