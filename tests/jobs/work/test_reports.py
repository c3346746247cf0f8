"""What long work tells: lines that come back as they went, and nothing else."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radgalgui.jobs.work.reports import (
    Began,
    Device,
    Done,
    Failed,
    Note,
    Pace,
    Pictures,
    Point,
    Progress,
    Report,
    Stopped,
    from_line,
    is_last,
    phase,
    to_line,
)

counts = st.integers(0, 10**12)
texts = st.text(max_size=40)
numbers = st.floats(allow_nan=False, allow_infinity=False)
reports = st.one_of(
    st.builds(Began, st.lists(texts), counts),
    st.builds(Device, texts),
    st.builds(Progress, counts, st.none() | counts, texts),
    st.builds(Note, st.sampled_from(["info", "warning"]), texts),
    st.builds(Point, counts, st.dictionaries(texts, numbers)),
    st.builds(Pictures, texts, texts),
    st.builds(Done, texts, st.dictionaries(texts, st.none() | texts | numbers | counts)),
    st.builds(Failed, texts),
    st.builds(Stopped),
)


@given(reports)
def test_a_report_is_one_line_and_comes_back(report: Report) -> None:
    line = to_line(report)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert from_line(line) == report


@given(reports, st.integers(0, 1000))
def test_no_part_of_a_line_is_a_report(report: Report, length: int) -> None:
    line = to_line(report)
    assert from_line(line[: length % len(line)]) is None


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert from_line(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "[1, 2]",
        "{}",
        '{"kind": "Rubbish", "time": 0}',
        '{"kind": ["Done"], "time": 0}',
        '{"kind": "Done", "time": 0}',
        '{"kind": "Done", "time": 0, "path": 3}',
        '{"kind": "Progress", "time": 0, "done": "1", "total": 2, "what": ""}',
        '{"kind": "Progress", "time": 0, "done": true, "total": 2, "what": ""}',
        '{"kind": "Point", "time": 0, "step": 1, "values": {"loss": "small"}}',
        f'{{"kind": "Point", "time": 0, "step": 1, "values": {{"loss": 1{"0" * 400}}}}}',
        '{"kind": "Note", "time": 0, "level": "loud", "text": ""}',
        "[" * 100_000,
        "{" + '"a":{' * 50_000,
    ],
)
def test_what_is_no_report_is_none(line: str) -> None:
    assert from_line(line) is None


def test_a_training_that_runs_away_tells_nan_in_plain_json() -> None:
    line = to_line(Point(3, {"loss": math.nan, "told": math.inf, "missed": 1.5}))
    assert json.loads(line, parse_constant=pytest.fail)["values"]["loss"] is None
    point = from_line(line)
    assert isinstance(point, Point)
    assert math.isnan(point.values["loss"])
    assert math.isnan(point.values["told"])
    assert point.values["missed"] == 1.5


def test_numbers_of_numpy_are_told_as_numbers() -> None:
    done = from_line(to_line(Done("x", {"n": np.int64(3), "share": np.float32(0.5)})))
    assert isinstance(done, Done)
    assert done.result == {"n": 3, "share": 0.5}


def test_later_versions_may_say_more() -> None:
    assert from_line('{"kind": "Device", "time": 1.0, "text": "CPU", "more": [1]}') == Device(
        "CPU", time=1.0
    )


def test_only_three_end_it() -> None:
    assert [is_last(each) for each in (Done("x"), Failed("x"), Stopped(), Note("info", "x"))] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("epoch 1 of 20, loss 0.412", "epoch 2 of 20, loss nan"),
        ("data.size_cut = 10, epoch 3 of 4, loss 1", "data.size_cut = 1.5e-3, epoch 1 of 4"),
        ("embedding", "embedding"),
    ],
)
def test_a_phase_goes_on_while_only_its_numbers_change(one: str, other: str) -> None:
    assert phase(one) == phase(other)


def test_other_words_are_another_phase() -> None:
    assert len({phase(what) for what in ("cutting", "embedding with simclr", "embedding")}) == 3


def _told(*steps: tuple[float, int, int | None, str]) -> Pace:
    pace = Pace()
    for time, done, total, what in steps:
        pace.add(Progress(done, total, what, time=time))
    return pace


def test_nothing_is_known_before_a_second_is_over() -> None:
    assert Pace().rate is None
    pace = _told((0.0, 0, 100, "a"), (0.5, 10, 100, "a"))
    assert (pace.rate, pace.seconds_left, pace.share) == (None, None, 0.1)


def test_rate_and_time_left_are_those_of_the_phase() -> None:
    pace = _told((0, 0, 10, "a"), (9, 10, 10, "a"), (10, 500, 1000, "b"), (20, 600, 1000, "b"))
    assert pace.rate == pytest.approx(10)
    assert pace.seconds_left == pytest.approx(40)
    assert pace.share == pytest.approx(0.6)


def test_the_rate_is_that_of_the_last_minute() -> None:
    slow_then_fast = [(float(t), t, 10_000, "a") for t in range(100)]
    slow_then_fast += [(100.0 + t, 100 + 10 * t, 10_000, "a") for t in range(120)]
    assert _told(*slow_then_fast).rate == pytest.approx(10, rel=0.02)


def test_without_a_total_there_is_a_rate_but_no_time_left() -> None:
    pace = _told((0, 0, None, "a"), (2, 8, None, "a"))
    assert (pace.rate, pace.seconds_left, pace.share) == (4.0, None, None)


def test_work_that_begins_again_forgets_its_pace() -> None:
    pace = _told((0, 0, 100, "a"), (10, 50, 100, "a"))
    assert pace.rate == 5
    pace.add(Began(["radgalgui"], 1))
    assert (pace.rate, pace.share) == (None, None)
