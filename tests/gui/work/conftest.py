"""Jobs of small real child processes; those that a test leaves running are ended."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from radgalgui.gui.work.board import Board
from radgalgui.jobs.work.ledger import Ledger
from radgalgui.jobs.work.library import jobs_folder
from radgalgui.jobs.work.orders import Order

SCRIPT = Path(__file__).with_name("small_job.py")


def small_command(order: Order, *, resume: bool = False) -> list[str]:
    more = ["--resume"] if resume and order.resumable else []
    return [sys.executable, "-S", str(SCRIPT), *order.arguments, *more, "--events"]


@pytest.fixture(autouse=True)
def small_jobs(monkeypatch) -> Iterator[None]:
    """Let orders start small jobs instead of trainings, and end those that still run."""
    monkeypatch.setattr(Order, "command", small_command)
    yield
    for record in Ledger(jobs_folder()).records():
        if record.state == "running" and record.pid is not None:
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(record.pid, signal.SIGKILL)


@pytest.fixture
def order(tmp_path: Path) -> Callable[..., Order]:
    """Return a function that orders a small job; ``end`` says how it ends.

    After the epoch ``hold``, if any, it waits for a file ``go`` in its folder, or for its end.
    """

    def make(
        end: str = "done",
        *,
        epochs: int = 3,
        hold: int = 0,
        title: str = "Training SimCLR",
        kind: str = "train",
        out: Path | None = None,
        resumable: bool = True,
    ) -> Order:
        out = out or tmp_path / title.replace(" ", "-")
        words = [str(out), str(epochs), end, str(hold)]
        return Order(kind, title, words, out, resumable)

    return make


@pytest.fixture
def make_board(qtbot) -> Iterator[Callable[..., Board]]:
    """Return a function that makes a board over the same jobs; all are closed."""
    made: list[Board] = []

    def make(most: int = 1) -> Board:
        made.append(Board(most=most))
        return made[-1]

    yield make
    for board in made:
        board.close()
        board.deleteLater()
