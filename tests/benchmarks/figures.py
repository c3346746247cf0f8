"""A measured figure, and how the benchmarks take them: fresh processes, medians, peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Figure", "child_seconds", "median_of", "peak_memory", "shared_data", "told_by_child"]


@dataclass(frozen=True)
class Figure:
    """``what`` was measured as ``value`` in ``unit``; at most or at least ``target``."""

    what: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is met; true where there is none."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        line = f"{self.what:<62} {self.value:10.4g} {self.unit:<8}"
        if self.target is None:
            return line
        sign = ">=" if self.at_least else "<="
        return f"{line} {sign} {self.target:g}  {'ok' if self.met else 'MISSED'}"


def median_of(times: int, call: Callable[[], object]) -> float:
    """Return the median duration of a call, in seconds, after one to warm up."""
    call()
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        durations.append(time.perf_counter() - started)
    return statistics.median(durations)


def child_seconds(arguments: list[str], *, times: int = 3, **env: str) -> float:
    """Return the median wall time of a fresh process."""
    return median_of(
        times,
        lambda: subprocess.run(
            arguments, check=True, capture_output=True, env={**os.environ, **env}
        ),
    )


def told_by_child(program: str, *arguments: str) -> Any:
    """Return what a Python program prints last, which is JSON, in a process without a screen."""
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr[-2000:])
    return json.loads(result.stdout.splitlines()[-1])


def peak_memory(program: str) -> tuple[float, float]:
    """Run a Python program in a fresh process; return (seconds, peak resident memory in GB)."""
    # Not getrusage: its peak starts, after fork and exec, at what this process itself holds.
    tail = (
        "\nimport sys as _s;"
        "print(*[l.split()[1] for l in open('/proc/self/status') if 'VmHWM' in l], file=_s.stderr)"
    )
    started = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", program + tail], check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    return seconds, int(result.stderr.split()[-1]) * 1024 / 1e9


def shared_data() -> Path | None:
    """Return the folder of real images, None where it is absent."""
    root = Path(os.environ.get("RADGALGUI_DATA", Path(__file__).parents[3] / "shared" / "data"))
    return root if root.is_dir() else None
