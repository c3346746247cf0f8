"""Rows are cut alike by the thread that asks and by processes beside it, also by dying ones."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import Cancelled
from radgalgui.jobs.survey import cutters, effort
from radgalgui.jobs.survey.cutters import Prepared, open_cutters
from radgalgui.jobs.survey.effort import processes_for
from radgalgui.jobs.survey.plan import Rejected
from radgalgui.jobs.survey.rows import rows
from radgalgui.progress import CancelToken

ASK_AND_DIE = """
import os, sys
from radgalgui.jobs.survey.cutters import open_cutters
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.rows import rows
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing

if __name__ == "__main__":
    plan = recognise([sys.argv[1]]).plan
    with open_cutters(plan, Preprocessing(), None, processes=1) as some:
        list(some.each(list(rows(plan)), CancelToken()))
        print(*some._pool._processes, flush=True)
        os.kill(os.getpid(), 9)
"""


@pytest.fixture
def plan(fields, plan_of):
    return plan_of(fields)


def cut(plan, eyes, **options) -> list[Prepared | Rejected]:
    with open_cutters(plan, eyes, None, **options) as some:
        return list(some.each(list(rows(plan)), CancelToken()))


def test_processes_cut_what_the_asking_thread_cuts_and_their_end_loses_nothing(
    plan, small_encoder, monkeypatch
):
    monkeypatch.setattr(cutters, "_PART", 5)
    eyes, told = small_encoder.preprocessing, []
    alone = cut(plan, eyes, processes=0)
    assert [type(each) for each in alone].count(Rejected) == 2
    todo = list(rows(plan))
    note = lambda level, text: told.append((level, text))  # noqa: E731
    with open_cutters(plan, eyes, None, processes=1, note=note) as some:
        assert same(alone, list(some.each(todo, CancelToken())))
        assert not told
        (worker,) = multiprocessing.active_children()
        worker.kill()
        worker.join()
        assert same(alone, list(some.each(todo, CancelToken())))
        assert same(alone, list(some.each(todo, CancelToken())))
    ((level, text),) = told
    assert level == "warning"
    assert "goes on" in text
    assert not multiprocessing.active_children()


def same(some: list[Prepared | Rejected], others: list[Prepared | Rejected]) -> bool:
    """Whether two lots of cut rows are equal to the last bit."""
    return len(some) == len(others) and all(
        np.array_equal(one.image, two.image) and repr(one.values) == repr(two.values)
        if isinstance(one, Prepared) and isinstance(two, Prepared)
        else one == two
        for one, two in zip(some, others, strict=True)
    )


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_a_process_ends_with_the_one_that_asked_even_if_that_was_killed(fields, tmp_path):
    script = tmp_path / "ask.py"
    script.write_text(ASK_AND_DIE)
    asked = subprocess.run(
        [sys.executable, str(script), str(fields)], capture_output=True, text=True, timeout=300
    )
    assert asked.returncode == -9, asked.stderr
    worker = int(asked.stdout)
    for _ in range(2400):
        if not alive(worker):
            return
        time.sleep(0.05)
    pytest.fail(f"the process {worker} still runs")


def alive(process: int) -> bool:
    """Whether a process runs: neither gone nor waiting to be taken notice of."""
    try:
        told = Path(f"/proc/{process}/stat").read_text()
        return told.rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_who_asks_to_stop_waits_for_no_row(plan, small_encoder):
    token = CancelToken()
    token.cancel()
    with open_cutters(plan, small_encoder.preprocessing, None) as some, pytest.raises(Cancelled):
        list(some.each(list(rows(plan)), token))


def test_processes_are_for_many_files_and_for_several_processors(plan, stack, plan_of, monkeypatch):
    monkeypatch.setattr(effort, "processors", lambda: 4)
    assert processes_for(plan, 100_000) == 4
    assert processes_for(plan, 100) == processes_for(plan, None) == 0
    assert processes_for(plan_of(stack), 100_000) == 0
    monkeypatch.setattr(effort, "processors", lambda: 1)
    assert processes_for(plan, 100_000) == 0
    monkeypatch.setattr(effort, "processors", lambda: 64)
    assert processes_for(plan, 100_000) == 8
