"""How long histograms of very many sources take: their bins, a range in them, a repaint."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figures import Figure, told_by_child

_MEASURED = """
import json, statistics, sys, time
import numpy as np
from PySide6.QtWidgets import QApplication
app = QApplication(["radgalgui"])
from radgalgui.gui.colours import OKABE_ITO
from radgalgui.gui.likelihood.chart import Mark, Series, make_chart
from radgalgui.gui.likelihood.histogram import Histogram

count = int(sys.argv[1])
rng = np.random.default_rng(0)
own = (-300 - rng.gamma(3, 30, count)).astype(np.float32)
sets = [Series("own", "Own", own)]
sets += [Series(str(i), str(i), own[: count // 5] - 30 * i, OKABE_ITO[i]) for i in range(1, 4)]
view = Histogram()
view.resize(900, 600)
view.show()
view.show_chart(make_chart(own, sets, density=True))
view.mark(Mark(-400.0, "query"))
view.show_chosen(Series("chosen", "Chosen", own[: count // 3]))

def median(call, times=9):
    call()
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return 1000 * statistics.median(took)

bins = view.chart.bins
print(json.dumps([
    median(lambda: make_chart(own, sets, density=True)),
    median(lambda: bins.inside(own, 2, bins.count // 2)),
    median(view.grab),
]))
"""


def measure() -> Iterator[Figure]:
    """Yield what four sets cost, of 20,000 and of a million sources, and a fifth of that each."""
    for count, most in ((20_000, 30), (1_000_000, 400)):
        chart, inside, paint = _run(count)
        words = f"{count:,} sources and three sets"
        yield Figure(f"bins of {words} (in a thread)", chart, "ms", most)
        yield Figure(f"  the sources in a range, {words}", inside, "ms", 50)
        yield Figure(f"  repaint, {words}", paint, "ms", 16)


def _run(count: int) -> list[float]:
    return told_by_child(_MEASURED, str(count))
