"""The board and real child processes: turns, ends of all kinds, and what another window finds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from radgalgui.jobs.work.ledger import EVENTS, Ledger
from radgalgui.jobs.work.library import jobs_folder
from radgalgui.jobs.work.orders import Order

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")


def wait_for(qtbot, board, key: str, state: str) -> None:
    def there() -> bool:
        return key in board.jobs and board.jobs[key].state == state

    qtbot.waitUntil(there)


def wait_for_epoch(qtbot, board, key: str, epoch: int) -> None:
    def there() -> bool:
        points = board.jobs[key].points if key in board.jobs else []
        return bool(points) and points[-1].step >= epoch

    qtbot.waitUntil(there)


def kept(order: Order) -> list[int]:
    return [int(word) for word in (order.out / "epochs.txt").read_text().split()]


def test_one_runs_at_a_time_and_the_others_wait_for_it(make_board, order, qtbot):
    board, ended = make_board(), []
    board.ended.connect(lambda key, outcome: ended.append((key, outcome.how)))
    first = board.start(order(title="first"))
    second = board.start(order(title="second"))
    third = board.start(order(title="third"))
    assert list(board.jobs) == [third, second, first]
    assert [job.state for job in board.jobs.values()] == ["waiting", "waiting", "running"]
    assert [job.id for job in board.waiting()] == [second, third]
    wait_for(qtbot, board, third, "done")
    assert ended == [(first, "done"), (second, "done"), (third, "done")]
    began = [board.jobs[key].began for key in (first, second, third)]
    assert began[1] >= board.jobs[first].ended
    assert began[2] >= board.jobs[second].ended


def test_what_a_job_tells_is_all_there_when_it_ends(make_board, order, qtbot):
    board = make_board()
    key = board.start(order(epochs=4))
    wait_for(qtbot, board, key, "done")
    job = board.jobs[key]
    assert [point.step for point in job.points] == [1, 2, 3, 4]
    assert job.device == "CPU, 2 threads, 32-bit"
    assert job.pace.share == 1
    assert job.done.path == str(job.record.order.out)
    assert board.next_step(key) is None
    board.offer("train", "Use it", lambda job: None)
    assert board.next_step(key).text == "Use it"


def test_a_stopped_job_goes_on_where_it_was(make_board, order, qtbot):
    board, wanted = make_board(), order(epochs=8, hold=2)
    key = board.start(wanted)
    wait_for_epoch(qtbot, board, key, 2)
    board.stop(key)
    assert board.jobs[key].state == "stopping"
    wait_for(qtbot, board, key, "cancelled")
    assert board.jobs[key].resumable
    before = kept(wanted)
    assert len(before) < 8
    board.resume(key)
    wait_for(qtbot, board, key, "done")
    assert kept(wanted) == list(range(1, 9))
    assert [point.step for point in board.jobs[key].points] == list(range(1, 9))
    assert "Resumed" in [line.text for line in board.jobs[key].log]


def test_one_that_waits_is_taken_off_the_list(make_board, order, qtbot):
    board = make_board()
    running = board.start(order("hang", title="running"))
    waiting = board.start(order(title="waiting"))
    board.remove(running)
    assert running in board.jobs
    board.stop(waiting)
    assert waiting not in board.jobs
    board.stop(running)
    wait_for(qtbot, board, running, "cancelled")
    board.remove(running)
    assert not board.jobs
    qtbot.waitUntil(lambda: Ledger(jobs_folder()).records() == [])


def test_a_killed_job_says_so_and_nothing_is_damaged(make_board, order, qtbot):
    """As the kernel does when memory runs out: SIGKILL, for the one process."""
    board, wanted = make_board(), order(epochs=8, hold=2)
    key = board.start(wanted)
    wait_for_epoch(qtbot, board, key, 2)
    with qtbot.waitSignal(board.ended) as ended:
        os.kill(board.jobs[key].record.pid, signal.SIGKILL)
    outcome = ended.args[1]
    assert outcome.how == "killed"
    assert "SIGKILL, most likely for lack of memory" in outcome.text
    assert board.jobs[key].state == "failed"
    assert board.jobs[key].message == outcome.text
    board.resume(key)
    wait_for(qtbot, board, key, "done")
    assert kept(wanted) == list(range(1, 9))
    assert board.jobs[key].message == ""


def test_a_crash_leaves_its_last_words_in_the_log(make_board, order, qtbot):
    board = make_board()
    key = board.start(order("quiet"))
    wait_for(qtbot, board, key, "failed")
    lines = [line.text for line in board.jobs[key].log]
    assert "Traceback (most recent call last):" in lines
    assert "MemoryError" in board.jobs[key].message


def test_what_cannot_be_started_makes_room_for_the_next(make_board, order, qtbot, monkeypatch):
    board, whole = make_board(), Order.command
    monkeypatch.setattr(
        Order,
        "command",
        lambda self, **how: ["/nowhere"] if self.title == "bad" else whole(self, **how),
    )
    with qtbot.waitSignal(board.troubled) as told:
        bad = board.start(order(title="bad"))
        good = board.start(order(title="good"))
    assert "cannot be started" in told.args[0]
    wait_for(qtbot, board, good, "done")
    assert board.jobs[bad].state == "failed"


def test_another_window_hears_the_rest_of_what_still_runs(make_board, order, qtbot):
    first = make_board()
    wanted = order("hang", hold=2)
    key = first.start(wanted)
    wait_for_epoch(qtbot, first, key, 2)
    first.close()
    second, found = make_board(), []
    second.found.connect(found.extend)
    second.begin()
    (wanted.out / "go").touch()
    wait_for_epoch(qtbot, second, key, 3)
    assert second.jobs[key].state == "running"
    assert [point.step for point in second.jobs[key].points] == [1, 2, 3]
    assert found == []
    second.stop(key)
    wait_for(qtbot, second, key, "cancelled")


def test_another_window_finds_what_vanished_what_was_stopped_and_what_waits(
    make_board, order, qtbot
):
    first = make_board(most=2)
    vanished = first.start(order("hang", title="vanished"))
    given_up = first.start(order("hang", title="given up"))
    for key in (vanished, given_up):
        wait_for_epoch(qtbot, first, key, 3)
    first.stop(given_up)
    wait_for(qtbot, first, given_up, "cancelled")
    stopped = first.start(order("hang", title="stopped"))
    waiting = first.start(order(title="waiting"))
    wait_for_epoch(qtbot, first, stopped, 3)
    pid = first.jobs[vanished].record.pid
    first.close()
    os.kill(pid, signal.SIGKILL)
    second = make_board()
    second.begin()
    wait_for(qtbot, second, stopped, "running")
    second.stop_all()
    wait_for(qtbot, second, stopped, "cancelled")
    second.close()
    third = make_board()
    with qtbot.waitSignal(third.found) as found:
        third.begin()
    assert set(found.args[0]) == {vanished, stopped, waiting}
    assert third.jobs[given_up].state == "cancelled"
    third.read(vanished)
    qtbot.waitUntil(lambda: len(third.jobs[vanished].points) == 3)
    third.resume(waiting)
    wait_for(qtbot, third, waiting, "done")


@pytest.fixture
def small_disk(tmp_path: Path):
    """Return a folder on a disk of two megabytes, where one may be mounted."""
    place = tmp_path / "small-disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_named_and_the_job_can_be_resumed(make_board, order, qtbot, small_disk):
    board = make_board()
    wanted = order("full", out=small_disk / "out")
    key = board.start(wanted)
    wait_for(qtbot, board, key, "failed")
    assert "disk is full" in board.jobs[key].message
    assert str(small_disk) in board.jobs[key].message
    assert kept(wanted) == [1, 2, 3]
    assert board.jobs[key].resumable


def test_jobs_on_a_full_disk_are_still_told(make_board, order, qtbot, small_disk, monkeypatch):
    """Where the job's own folder has no room either, it can tell nothing: the status must do."""
    monkeypatch.setenv("RADGALGUI_HOME", str(small_disk))
    board = make_board()
    key = board.start(order("full", out=small_disk / "out"))
    with qtbot.waitSignal(board.ended) as ended:
        pass
    assert "disk is full" in ended.args[1].text
    board.close()
    (small_disk / "out" / "images.npy").unlink()
    again = make_board()
    with qtbot.waitSignal(again.found):
        again.begin()
    assert again.jobs[key].state == "failed"
    events = Ledger(jobs_folder()).record(key).folder / EVENTS
    assert '"Point"' in events.read_text()


def test_no_room_to_note_an_order_down_is_told_at_once(make_board, order, small_disk, monkeypatch):
    from radgalgui.errors import UsageError

    monkeypatch.setenv("RADGALGUI_HOME", str(small_disk))
    with (small_disk / "filler").open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))
    board = make_board()
    with pytest.raises(UsageError, match="make room"):
        board.start(order())
    assert not board.jobs
