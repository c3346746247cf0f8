"""How long until the help is printed, the window is painted and the map can be used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Figure, child_seconds

_WINDOW = """
import time
born = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + int(
    open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]) / 100
from radgalgui.gui.app import measure_start
print({name: moment - born for name, moment in measure_start().items()})
"""


def measure() -> Iterator[Figure]:
    """Yield seconds from the start of a fresh process."""
    command = [sys.executable, "-m", "radgalgui", "--help"]
    yield Figure("radgalgui --help", child_seconds(command, times=5), "s", 0.5)
    moments: dict[str, list[float]] = {}
    for _ in range(4):
        for name, seconds in _window().items():
            moments.setdefault(name, []).append(seconds)
    for name, target in (("painted", 1.5), ("map", 4.0)):
        later = sorted(moments[name][1:])  # the first run fills the disk cache
        yield Figure(f"window: {name}, from the start of the process", later[1], "s", target)


def _window() -> dict[str, float]:
    result = subprocess.run(
        [sys.executable, "-c", _WINDOW],
        check=True,
        capture_output=True,
        text=True,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
    )
    return {name: float(value) for name, value in re.findall(r"'(\w+)': ([\d.]+)", result.stdout)}
