"""Work in child processes: told, killed, cancelled, found again; each with a real process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from radgalgui.errors import UsageError
from radgalgui.jobs.work.ledger import EVENTS, Ledger, Record, change
from radgalgui.jobs.work.reports import Done, Failed, Point, Progress, Report, Stopped
from radgalgui.jobs.work.worker import attach, start

from .conftest import finished, first_report, until

Make = Callable[..., Record]
SLEEPS = 'tell(kind="Progress", done=1, total=9, what="a"); time.sleep(600)'
ENDS = 'tell(kind="Done", path="x", result={"sources": 3})'


def _kill(pid: int | None, number: signal.Signals = signal.SIGKILL) -> None:
    assert pid is not None
    os.kill(pid, number)


def test_work_tells_and_is_done(order_script: Make, ledger: Ledger) -> None:
    record = order_script('tell(kind="Progress", done=1, total=2, what="a")\n' + ENDS)
    assert record.state == "waiting"
    worker = start(record, nice=0)
    told = finished(worker)
    assert told == [
        Progress(1, 2, "a", time=0.0),
        Done("x", {"sources": 3}, time=0.0),
    ]
    assert worker.outcome is not None
    assert (worker.outcome.how, worker.outcome.code) == ("done", 0)
    assert worker.poll() == []
    (again,) = Ledger(ledger.folder).records()  # as after a restart
    assert (again.state, again.last) == ("done", told[-1])


def test_killed_work_says_that_memory_was_short_and_can_go_on(order_script: Make) -> None:
    record = order_script(f"if sys.argv[1:]: {ENDS}\nelse: {SLEEPS}")
    worker = start(record, nice=0)
    first_report(worker)
    assert worker.record.fresh().state == "running"
    _kill(worker.record.pid)
    finished(worker)
    assert worker.outcome is not None
    assert worker.outcome.how == "killed"
    assert "SIGKILL, most likely for lack of memory; it can be resumed" in worker.outcome.text
    stands = record.fresh()
    assert (stands.state, stands.resumable, stands.exit) == ("failed", True, -9)
    resumed = start(stands, resume=True, nice=0)
    assert isinstance(finished(resumed)[-1], Done)
    assert record.fresh().state == "done"


def test_work_that_another_window_started_is_told_from_its_beginning(order_script: Make) -> None:
    worker = start(order_script(SLEEPS), nice=0)
    first_report(worker)
    other = attach(worker.record)
    assert other.running
    assert isinstance(first_report(other), Progress)
    _kill(worker.record.pid)
    finished(other)  # the first window has not looked yet
    assert other.outcome is not None
    assert other.outcome.how == "vanished"
    assert "killed, or the machine went down" in other.outcome.text
    stands = worker.record.fresh()
    assert (stands.state, stands.interrupted) == ("vanished", True)
    finished(worker)
    assert worker.record.fresh().state == "failed"  # now it is known how


def test_cancelled_work_stops_by_itself(order_script: Make) -> None:
    script = f"""
try:
    {SLEEPS}
except KeyboardInterrupt:
    tell(kind="Stopped")
    sys.exit(130)
"""
    worker = start(order_script(script), nice=0)
    first_report(worker)
    worker.cancel()
    assert finished(worker) == [Stopped(time=0.0)]
    assert worker.outcome is not None
    assert (worker.outcome.how, worker.outcome.code) == ("cancelled", 130)
    stands = worker.record.fresh()
    assert (stands.state, stands.resumable, stands.interrupted) == ("cancelled", True, False)


def test_work_that_takes_no_notice_is_killed_after_the_grace(order_script: Make) -> None:
    worker = start(order_script(f"signal.signal(signal.SIGINT, signal.SIG_IGN); {SLEEPS}"), nice=0)
    first_report(worker)
    began = time.monotonic()
    worker.cancel(grace=0.2)
    finished(worker)
    assert time.monotonic() - began >= 0.2
    assert worker.outcome is not None
    assert (worker.outcome.how, worker.outcome.code) == ("cancelled", -9)
    assert worker.record.fresh().state == "cancelled"


def test_what_a_closing_window_stops_is_offered_by_the_next(order_script: Make) -> None:
    worker = start(order_script(SLEEPS), nice=0)
    first_report(worker)
    worker.terminate_now()
    finished(worker)
    stands = worker.record.fresh()
    assert (stands.state, stands.interrupted) == ("cancelled", True)


def test_a_line_half_written_is_no_report_and_spoils_no_later_one(order_script: Make) -> None:
    half = 'sys.stdout.write(\'{"kind": "Done", "pa\'); sys.stdout.flush(); os._exit(1)'
    record = order_script(f"if sys.argv[1:]: {ENDS}\nelse: {half}")
    first = start(record, nice=0)
    assert finished(first) == []
    assert first.outcome is not None
    assert first.outcome.text == "Test stopped with status 1."
    second = start(record.fresh(), resume=True, nice=0)
    assert [type(report) for report in finished(second)] == [Done]


def test_a_whole_last_line_counts_without_its_end(order_script: Make) -> None:
    line = json.dumps({"kind": "Failed", "time": 0.0, "message": "It is broken."})
    worker = start(order_script(f"sys.stdout.write({line!r}); sys.exit(2)"), nice=0)
    assert finished(worker) == [Failed("It is broken.", time=0.0)]
    assert worker.outcome is not None
    assert worker.outcome.text == "It is broken."


def test_rubbish_between_reports_is_passed_over(order_script: Make) -> None:
    script = f"""
sys.stdout.buffer.write(bytes(range(256)) * 10 + b"\\n")
print("warning: a library says so")
print('{{"kind": "Done", "time": "never"}}')
print("x" * 3_000_000)
print(json.dumps({{"kind": "Note", "time": 0, "level": "info", "text": "y" * 2_000_000}}))
{ENDS}
print("[]")
"""
    worker = start(order_script(script), nice=0)
    assert finished(worker) == [Done("x", {"sources": 3}, time=0.0)]
    assert worker.outcome is not None
    assert worker.outcome.how == "done"


def test_a_failure_without_a_word_is_told_by_the_last_line_of_its_errors(
    order_script: Make,
) -> None:
    worker = start(order_script("raise RuntimeError('no such luck')"), nice=0)
    finished(worker)
    assert worker.outcome is not None
    assert worker.outcome.text == "Test stopped with status 1: RuntimeError: no such luck."
    assert worker.record.fresh().state == "failed"


def test_a_number_that_went_to_another_process_is_not_ours(order_script: Make) -> None:
    record = order_script(SLEEPS)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        taken = change(record, pid=stranger.pid, born="of a process that is gone", since=0)
        assert taken.state == "vanished"
        worker = attach(taken)
        worker.cancel()
        worker.terminate_now()
        finished(worker)
        assert worker.outcome is not None
        assert worker.outcome.how == "vanished"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_two_windows_start_a_job_once(order_script: Make, ledger: Ledger) -> None:
    record = order_script(SLEEPS)
    worker = start(record, nice=0)
    first_report(worker)
    with pytest.raises(UsageError, match="running already"):
        start(record, nice=0)  # as the other window knows it: still waiting
    (seen,) = Ledger(ledger.folder).records()
    with pytest.raises(UsageError, match="still running; cancel it first"):
        Ledger(ledger.folder).remove(seen.id)
    attach(seen).cancel()  # by the other window
    finished(worker)
    assert worker.outcome is not None
    assert worker.outcome.how == "cancelled"


@pytest.mark.skipif(sys.platform == "win32", reason="there files are not locked")
def test_two_windows_that_start_at_the_same_moment(order_script: Make) -> None:
    import fcntl

    record = order_script(ENDS)
    with (record.folder / EVENTS).open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # the other window is about to
        with pytest.raises(UsageError, match="another window is starting"):
            start(record, nice=0)
    finished(start(record, nice=0))


def test_work_outlives_the_window(order_script: Make, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    record = order_script(f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)\n{ENDS}")
    from .conftest import TELL

    window = f"""
import sys
from pathlib import Path
from radgalgui.jobs.work.ledger import read_record
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.worker import start
Order.command = lambda order, resume=False: [sys.executable, "-c", {TELL!r} + order.arguments[0]]
start(read_record(Path({str(record.folder)!r})), nice=0).release()
"""
    ended = subprocess.run([sys.executable, "-Wd", "-c", window], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    found = attach(record.fresh())
    assert found.running
    gate.touch()
    assert isinstance(finished(found)[-1], Done)
    assert record.fresh().state == "done"


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="there are no sessions")
def test_work_has_a_session_of_its_own_and_steps_back(order_script: Make) -> None:
    worker = start(order_script(SLEEPS), nice=7)
    first_report(worker)
    pid = worker.record.pid
    assert pid is not None
    assert os.getsid(pid) == pid != os.getsid(0)
    assert os.getpriority(os.PRIO_PROCESS, pid) == 7
    worker.terminate_now()
    finished(worker)


def test_a_long_past_is_read_in_parts(order_script: Make) -> None:
    script = """
for i in range(4000):
    print('{"kind": "Progress", "time": 0, "done": %d, "total": 4000, "what": "a"}' % i)
    if i % 100 == 99: tell(kind="Point", step=i, values={"loss": 1 / i})
"""
    worker = start(order_script(script), nice=0)
    until(lambda: not worker.running)
    parts: list[list[Report]] = []
    while worker.outcome is None:
        parts.append(worker.poll())
    assert len(parts) > 2
    told = [report for part in parts for report in part]
    points = [report.step for report in told if isinstance(report, Point)]
    assert points == list(range(99, 4000, 100))  # nothing but progress is passed over
    done = [report.done for report in told if isinstance(report, Progress)]
    assert set(points) <= set(done)
    assert done[-1] == 3999
    assert done == sorted(done)
    assert len(done) < 2500


def test_what_cannot_be_started_is_refused(order_script: Make, monkeypatch) -> None:
    from radgalgui.jobs.work.orders import Order

    record = order_script(ENDS)
    monkeypatch.setattr(Order, "command", lambda order, resume=False: ["/no/such/program"])
    with pytest.raises(UsageError, match="'Test' cannot be started"):
        start(record)
    assert record.fresh().state == "waiting"
