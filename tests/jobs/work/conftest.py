"""Orders whose work is a few lines of Python, and what waits for them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from radgalgui.jobs.work.ledger import Ledger, Record
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.processes import kill
from radgalgui.jobs.work.reports import Report
from radgalgui.jobs.work.worker import Worker

PATIENCE = 60.0  # seconds, on a machine that does much else
TELL = """import json, os, signal, sys, time
def tell(**r): print(json.dumps({"time": 0.0, **r}), flush=True)
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "jobs")


@pytest.fixture
def order_script(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Record]]:
    """Return what takes an order down whose process runs a script, with ``tell`` at hand.

    With ``resume`` among its arguments when it is resumed.
    """
    made: list[Record] = []

    def command(order: Order, *, resume: bool = False) -> list[str]:
        more = ["resume"] if resume and order.resumable else []
        return [sys.executable, "-c", TELL + order.arguments[0], *more]

    def make(script: str, *, out: Path = tmp_path / "out", resumable: bool = True) -> Record:
        made.append(
            ledger.create(Order("build", "Test", [textwrap.dedent(script)], out, resumable))
        )
        return made[-1]

    monkeypatch.setattr(Order, "command", command)
    yield make
    for record in made:
        if record.folder.is_dir() and (now := record.fresh()).state == "running":
            assert now.pid is not None
            kill(now.pid)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of a megabyte, or skip where none may be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system, on Linux")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"no small file system can be mounted here: {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def until(reached: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def finished(worker: Worker) -> list[Report]:
    """Return all that a worker tells until it ends."""
    told: list[Report] = []

    def over() -> bool:
        told.extend(worker.poll())
        return worker.outcome is not None

    until(over)
    assert not worker.running
    return told


def first_report(worker: Worker) -> Report:
    """Wait for the first report, and return it."""
    told: list[Report] = []

    def heard() -> bool:
        told.extend(worker.poll())
        return bool(told)

    until(heard)
    return told[0]
