"""What a window pays for its jobs: looking at those on disk, and hearing what they tell."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from radgalgui.jobs.work.ledger import EVENTS, Ledger, Record, change
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.processes import birth
from radgalgui.jobs.work.reports import Point, Progress, to_line
from radgalgui.jobs.work.worker import Worker, attach
from tests.benchmarks.figures import Figure

_JOBS, _STEPS, _IDLE = 100, 20_000, 1000


def measure() -> Iterator[Figure]:
    """Yield processor time in milliseconds, with jobs that told 20,000 steps each."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        past = "".join(_told(step) for step in range(_STEPS))
        made = [_job(ledger, past) for _ in range(_JOBS)]
        spent, _ = _milliseconds(ledger.records)
        yield Figure("list 100 jobs on disk", spent, "ms", 100)
        polls = list(_polls(attach(made[0])))
        yield Figure("find a long job again: the slowest look", max(polls), "ms", 15)
        yield Figure("find a long job again: looks", len(polls), "", 50)
        running = change(made[1], pid=os.getpid(), born=birth(os.getpid()), exit=None)
        worker = attach(running)
        while worker.poll():
            pass
        spent, _ = _milliseconds(lambda: [worker.poll() for _ in range(_IDLE)])
        yield Figure("look at a job that tells nothing", spent / _IDLE, "ms", 0.1)


def _told(step: int) -> str:
    report = Progress(step, _STEPS, f"epoch {step // 100 + 1} of {_STEPS // 100}, loss 0.123")
    point = "" if step % 100 else to_line(Point(step // 100, {"loss": 0.1})) + "\n"
    return f"{to_line(report)}\n{point}"


def _job(ledger: Ledger, past: str) -> Record:
    """Write a job that has ended down, whose process was killed."""
    out = ledger.folder / "out"
    record = ledger.create(Order("train", "A training", ["train"], out, resumable=True))
    (record.folder / EVENTS).write_text(past, encoding="utf-8")
    return change(record, pid=1, born="long ago", exit=-9)


def _polls(worker: Worker) -> Iterator[float]:
    while worker.outcome is None:
        yield _milliseconds(worker.poll)[0]


def _milliseconds(call: Callable[[], object]) -> tuple[float, object]:
    began = time.process_time()
    answer = call()
    return 1e3 * (time.process_time() - began), answer
