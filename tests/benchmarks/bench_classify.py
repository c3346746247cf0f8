"""The classifiers of shipped labels made ready, the first time and the next; and one answer."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, told_by_child

_MEASURED = """
import json, statistics, sys, time
import numpy as np
from radgalgui.jobs.classify import open_panel

panel = open_panel(sys.argv[1], "simclr", threads=1)
used, begun = time.process_time(), time.perf_counter()
panel.fits.prepare()
used, took = time.process_time() - used, time.perf_counter() - begun
vector = np.ascontiguousarray(panel.fits.vectors[:1])

def answer():
    begun = time.perf_counter()
    for fitted in panel.fits.fitted.values():
        fitted.probabilities(vector)
    return time.perf_counter() - begun

answer()
print(json.dumps([used, took, 1000 * statistics.median(answer() for _ in range(9))]))
"""


def measure() -> Iterator[Figure]:
    """Yield the figures, of SimCLR's vectors; what is kept lies in a temporary folder."""
    before = os.environ.get("RADGALGUI_HOME")
    try:
        for labels, most in (("mirabest", 3), ("rgd", 4)):
            with tempfile.TemporaryDirectory() as home:
                os.environ["RADGALGUI_HOME"] = home
                yield from _labels(labels, most, Path(home))
    finally:
        if before is None:
            del os.environ["RADGALGUI_HOME"]
        else:
            os.environ["RADGALGUI_HOME"] = before


def _labels(labels: str, most: float, home: Path) -> Iterator[Figure]:
    for when, used_most, answer_most in (("first", None, None), ("again", most, 20)):
        used, took, answer = told_by_child(_MEASURED, labels)
        yield Figure(f"{labels}: classifiers ready, {when}, processor", used, "s", used_most)
        yield Figure(f"  the same by the clock, several at a time, {when}", took, "s")
        yield Figure(f"  the six on one vector, {when}", answer, "ms", answer_most)
    kept = sum(path.stat().st_size for path in home.rglob("*.npz")) / 1e6
    yield Figure(f"{labels}: what is kept of them", kept, "MB", 10)
