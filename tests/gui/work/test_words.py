"""What is said of times and numbers."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest

from radgalgui.gui.work.words import ago, brief, duration, figure, full, outcome, value_title
from radgalgui.jobs.work.reports import Done, Pace, Progress

NOW = datetime(2026, 3, 1, 9, 0).timestamp()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s"),
        (39.2, "40 s"),
        (60, "1 min"),
        (61, "2 min"),
        (3599, "1 h"),
        (4800, "1 h 20 min"),
        (11 * 3600 + 1200, "11 h"),
        (51 * 3600, "2 d 3 h"),
        (48 * 3600, "2 d"),
    ],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 1, 8, 5), "at 08:05"),
        (datetime(2026, 2, 28, 23, 59), "yesterday at 23:59"),
        (datetime(2026, 1, 3, 12, 4), "on 3 January at 12:04"),
        (datetime(2025, 12, 31, 12, 4), "on 31 December 2025 at 12:04"),
    ],
)
def test_when_something_was(moment, words):
    assert ago(moment.timestamp(), NOW) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (0.6123, "0.612"),
        (4.2, "4.20"),
        (312.4, "312"),
        (12345.0, "12,345"),
        (0.00305, "0.00305"),
        (3e-4, "3.0 × 10⁻⁴"),
        (-2.5e7, "-2.5 × 10⁷"),
        (float("nan"), "–"),
    ],
)
def test_figures(value, words):
    assert figure(value) == words


def test_values_have_names_that_people_use():
    assert value_title("knn_accuracy") == "Neighbours right"
    assert value_title("told_bits") == "Told bits"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({}, "Written to /out"),
        ({"sources": 1096, "rejected": 0, "report": "/out/account.csv"},
         "1,096 sources written to /out"),
        ({"sources": 12, "rejected": 3, "report": "/out/account.csv"},
         "12 sources written to /out; 3 left out, each with its reason in /out/account.csv"),
        ({"sources": "many"}, "Written to /out"),
    ],
)  # fmt: skip
def test_what_came_of_a_job(result, words):
    job = SimpleNamespace(done=Done(path="/out", result=result))
    assert outcome(job) == words


@pytest.mark.parametrize(
    ("told", "line", "details"),
    [
        ([], "Starting…", ""),
        ([(0, None, "laying out the map")], "Laying out the map", "Laying out the map"),
        ([(7, None, "rows")], "Rows", "Rows  ·  7"),
        ([(0, 40, "epoch 1"), (10, 40, "epoch 1")], "25 %, 15 s left",
         "Epoch 1  ·  10 of 40  ·  2.00 a second"),
    ],
)  # fmt: skip
def test_how_a_job_goes(told, line, details):
    pace = Pace()
    for second, (done, total, what) in enumerate(told):
        pace.add(Progress(done=done, total=total, what=what, time=5.0 * second))
    job = SimpleNamespace(state="running", alive=True, pace=pace)
    assert brief(job) == line
    assert full(job) == details
