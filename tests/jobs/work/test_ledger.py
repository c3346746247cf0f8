"""Jobs on disk: what is kept of them, and what is passed over."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from radgalgui.errors import UsageError
from radgalgui.jobs.work import processes
from radgalgui.jobs.work.ledger import EVENTS, Ledger, Record, change
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.reports import Began, Done, Failed, Progress, Report, Stopped, to_line

ORDER = Order(
    "train", "SimCLR", ["train", "simclr-bundled", "--out", "my out", "--set", "a=[1, 2]"],
    Path("my out"), resumable=True,
)  # fmt: skip


def _ended(ledger: Ledger, *reports: Report, **told: object) -> Record:
    """Return the record of a process that is gone, and told this."""
    record = ledger.create(ORDER)
    lines = "".join(to_line(report) + "\n" for report in reports)
    (record.folder / EVENTS).write_text(lines, encoding="utf-8")
    return change(record, pid=2**22 + 1, born="long ago", **told)


def test_a_command_is_shown_as_typed_and_started_with_events() -> None:
    assert shlex.split(ORDER.shown()) == ["radgalgui", *ORDER.arguments]
    program = [sys.executable, "-m", "radgalgui"]
    assert ORDER.command() == [*program, *ORDER.arguments, "--events"]
    assert ORDER.command(resume=True) == [*program, *ORDER.arguments, "--resume", "--events"]


def test_nothing_is_said_twice_or_to_a_command_that_cannot_hear_it() -> None:
    order = Order("train", "x", ["train", "x", "--resume", "--events"], Path("x"), resumable=True)
    assert order.command(resume=True)[3:] == ["train", "x", "--resume", "--events"]
    order = Order("remove", "x", ["catalog", "remove", "x", "y"], Path("x"), resumable=False)
    assert order.command(resume=True)[3:] == ["catalog", "remove", "x", "y", "--events"]


def test_an_order_is_kept_as_it_was_given(ledger: Ledger, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    record = ledger.create(ORDER)
    again = ledger.record(record.id)
    assert again == record
    assert (again.order, again.cwd, again.state, again.pid) == (ORDER, tmp_path, "waiting", None)


def test_the_newest_job_comes_first(ledger: Ledger) -> None:
    made = [change(ledger.create(ORDER), created=float(moment)).id for moment in (5, 9, 7)]
    assert [record.id for record in ledger.records()] == [made[1], made[2], made[0]]


def test_a_folder_that_is_not_there_holds_no_jobs(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "none").records() == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "created": 0, "order": {"kind": "rm"}}'],
)
def test_what_is_no_job_is_passed_over(ledger: Ledger, content: str) -> None:
    whole, broken = ledger.create(ORDER), ledger.create(ORDER)
    (broken.folder / "job.json").write_text(content)
    (ledger.folder / "stray").touch()
    assert [record.id for record in ledger.records()] == [whole.id]
    with pytest.raises(UsageError, match="holds no job that can be read"):
        broken.fresh()


def test_how_a_job_stands_is_told_by_its_last_words(ledger: Ledger) -> None:
    progress, done, failed = Progress(1, 2), Done("x", {}), Failed("Why.")
    stands = {
        "vanished": _ended(ledger, progress),
        "done": _ended(ledger, progress, done),
        "failed": _ended(ledger, progress, failed, asked="cancel"),
        "cancelled": _ended(ledger, progress, Stopped()),
    }
    assert {state: record.state for state, record in stands.items()} == dict(
        zip(stands, stands, strict=True)
    )
    assert stands["done"].last == done
    assert _ended(ledger, progress, asked="stop").state == "cancelled"
    assert _ended(ledger, progress, exit=-9).state == "failed"
    assert _ended(ledger, progress, exit=0).state == "done"
    assert _ended(ledger).state == "vanished"


def test_only_the_last_process_counts(ledger: Ledger) -> None:
    earlier = to_line(Failed("Why.")) + "\n"
    record = _ended(ledger, Failed("Why."), Began(["radgalgui"], 3), since=len(earlier))
    assert (record.state, record.last) == ("vanished", None)


def test_what_is_printed_after_the_last_words_does_not_matter(ledger: Ledger) -> None:
    record = _ended(ledger, Done("x", {}))
    with (record.folder / EVENTS).open("a") as stream:
        stream.write("Exception ignored in: <function>\n")
    assert record.fresh().state == "done"


def test_only_what_ended_early_can_be_resumed(ledger: Ledger) -> None:
    assert not ledger.create(ORDER).resumable
    assert not _ended(ledger, Done("x", {})).resumable
    failed = _ended(ledger, Failed("Why."))
    assert (failed.resumable, failed.interrupted) == (True, False)
    vanished = _ended(ledger, Progress(1, 2))
    assert (vanished.resumable, vanished.interrupted) == (True, True)
    order = {**ORDER.to_dict(), "resumable": False}
    assert not change(vanished, order=order).resumable


def test_a_job_that_is_removed_leaves_what_it_wrote(ledger: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    record = ledger.create(Order("build", "x", ["catalog"], out, resumable=True))
    ledger.remove(record.id)
    assert ledger.records() == []
    assert not record.folder.exists()
    assert out.is_dir()


@pytest.mark.parametrize("name", ["", "..", "../jobs", "none"])
def test_only_jobs_are_removed(ledger: Ledger, name: str) -> None:
    record = ledger.create(ORDER)
    with pytest.raises(UsageError):
        ledger.remove(name)
    assert record.folder.is_dir()


def test_a_change_is_whole(ledger: Ledger, monkeypatch) -> None:
    record = ledger.create(ORDER)
    monkeypatch.setattr(json, "dumps", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        change(record, asked="cancel")
    monkeypatch.undo()
    assert record.fresh() == record
    assert [path.name for path in record.folder.iterdir()] == ["job.json"]


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="there is no ps here")
def test_a_process_is_known_again_by_ps_as_well() -> None:
    """As on a Mac, which has no /proc."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = processes._birth_by_ps(child.pid)
    assert born is not None
    assert processes._birth_by_ps(child.pid) == born
    assert born != processes._birth_by_ps(1)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it waits to be asked for its status
    assert processes._birth_by_ps(child.pid) is None
    assert processes.birth(child.pid) is None
    child.communicate()
    assert processes._birth_by_ps(child.pid) is None
