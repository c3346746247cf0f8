"""How commands tell what they do, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from radgalgui.cli import reporting as module
from radgalgui.cli.reporting import mended, reporting
from radgalgui.errors import Cancelled, ImageError, ResourceError
from radgalgui.progress import CancelToken

EVENTS, WORDS = Namespace(events=True, resume=False), Namespace(events=False)


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def _run(script: str) -> subprocess.Popen[bytes]:
    start = "import os, sys, time\nfrom argparse import Namespace\n"
    start += "from radgalgui.cli.reporting import reporting\nfrom radgalgui.entry import main\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_everything_is_told_in_order(capsys, tmp_path: Path) -> None:
    with reporting(Namespace(events=True, typed=["radgalgui", "x"]), tmp_path) as reporter:
        reporter.device("CPU, 1 thread")
        reporter.progress(1, 2, "cutting")
        reporter.note("warning", "a file is empty")
        reporter.point(1, {"loss": 0.5})
        reporter.pictures(tmp_path / "a.png", "eight galaxies")
        reporter.done(tmp_path, {"sources": 2})
        reporter.note("info", "too late")
    told = _lines(capsys.readouterr().out)
    kinds = ["Began", "Device", "Progress", "Note", "Point", "Pictures", "Done"]
    assert [line["kind"] for line in told] == kinds
    assert (told[0]["command"], told[0]["pid"]) == (["radgalgui", "x"], os.getpid())
    assert told[-1]["path"] == str(tmp_path)
    assert told[-1]["result"] == {"sources": 2}


def test_the_terminal_is_told_in_words(capsys, tmp_path: Path) -> None:
    with reporting(WORDS, tmp_path) as reporter:
        reporter.device("CPU, 1 thread")
        reporter.note("warning", "a file is empty")
        reporter.device("CPU, 1 thread")  # of the next fold
        reporter.point(1, {"loss": 0.5})
        reporter.done(tmp_path, {"sources": 2})
    told = capsys.readouterr()
    assert told.out == f"{tmp_path}\n"
    assert told.err == "radgalgui: CPU, 1 thread\nradgalgui: warning: a file is empty\n"


def test_progress_is_rare_but_for_the_ends_of_a_phase(capsys, tmp_path: Path) -> None:
    with reporting(EVENTS, tmp_path) as reporter:
        for phase in ("cutting", "embedding"):
            for done in range(1, 2001):
                reporter.progress(done, 2000, f"{phase}, {done} of them")
    told = [line for line in _lines(capsys.readouterr().out) if line["kind"] == "Progress"]
    assert len(told) < 100
    for phase in ("cutting", "embedding"):
        steps = [line["done"] for line in told if line["what"].startswith(phase)]
        assert (steps[0], steps[-1]) == (1, 2000)
        assert steps == sorted(steps)


def test_progress_comes_ten_times_a_second_and_later_once(
    capsys, tmp_path: Path, monkeypatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    with reporting(EVENTS, tmp_path) as reporter:
        for step in range(100_000):
            clock[0] = step / 100
            reporter.progress(step, None, "training")
    told = [line["done"] for line in _lines(capsys.readouterr().out) if line["kind"] == "Progress"]
    early = [step for step in told if step < 2000]
    late = [step for step in told if step >= 50_000]
    assert 180 <= len(early) <= 201
    assert 490 <= len(late) <= 502
    assert told[-1] == 99_999  # what was held back when it ended


def test_work_that_does_not_say_so_is_done_all_the_same(capsys, tmp_path: Path) -> None:
    with reporting(EVENTS, tmp_path):
        pass
    assert [line["kind"] for line in _lines(capsys.readouterr().out)] == ["Began", "Done"]


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (ImageError("it is empty", subject="a.fits"), ImageError, "a.fits: it is empty."),
        (OSError(28, "No space left on device", "/x/y.npy"), ResourceError, "/x: the disk is full"),
        (OSError(122, "Disk quota exceeded"), ResourceError, "OUT: the disk is full"),
        (OSError(13, "Permission denied", "/x"), OSError, "/x: Permission denied."),
        (MemoryError(), ResourceError, "not enough memory"),
        (RuntimeError("CUDA out of memory. Tried"), ResourceError, "not enough memory"),
        (ValueError("odd\nnumber"), ValueError, "The program failed (ValueError: odd number)."),
    ],
)
def test_an_error_is_the_last_line(error, raised, message, capsys, tmp_path: Path) -> None:
    def work() -> None:
        with reporting(EVENTS, "OUT") as reporter:
            reporter.progress(1, 2, "cutting")
            raise error

    with pytest.raises(raised):
        work()
    last = _lines(capsys.readouterr().out)[-1]
    assert last["kind"] == "Failed"
    assert message in last["message"]


@pytest.mark.parametrize(
    "words",
    [
        "[enforce fail at inline_container.cc:603] . PytorchStreamWriter failed writing file "
        "data/3: file write failed",
        "Can't synchronously write data (file write failed: time = now, error message = 'No space "
        "left on device', total write size = 65536)",
        "Error while serializing: I/O error: No space left on device (os error 28)",
        "802816 requested and 522176 written",
        "[enforce fail at inline_container.cc:671] . unexpected pos 704 vs 598",
    ],
)
def test_libraries_say_in_their_own_words_that_a_disk_is_full(words: str) -> None:
    error = mended(RuntimeError(words), "OUT", resumable=True)
    assert str(error) == "OUT: the disk is full; make room on it, and go on with --resume."


@pytest.mark.parametrize(
    "words",
    [
        "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 400000000000 bytes.",
        "DefaultCPUAllocator: not enough memory: you tried to allocate 3 bytes.",
        "MPS backend out of memory (MPS allocated: 5 GB)",
        "std::bad_alloc",
    ],
)
def test_and_that_memory_is_short(words: str) -> None:
    error = mended(RuntimeError(words), "OUT", resumable=False)
    assert isinstance(error, ResourceError)
    assert "try again" in str(error)


def test_torch_itself_says_so() -> None:
    import torch

    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**58, dtype=torch.uint8)
    assert isinstance(mended(caught.value, "OUT", resumable=False), ResourceError)


def test_a_cause_counts_and_other_errors_stay() -> None:
    error = ImageError("cannot be written")
    error.__cause__ = OSError(28, "No space left on device")
    assert isinstance(mended(error, "OUT", resumable=True), ResourceError)
    error.__cause__.__context__ = FileNotFoundError(2, "No such file", "/elsewhere/x")
    assert str(mended(error, "OUT", resumable=True)).startswith("OUT: the disk is full")
    other = RuntimeError("sizes do not match")
    assert mended(other, "OUT", resumable=True) is other
    ended = SystemExit(1)
    assert mended(ended, "OUT", resumable=True) is ended
    token = CancelToken()
    token.cancel()
    assert isinstance(mended(ended, "OUT", resumable=True, cancel=token), Cancelled)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_raise_the_token_first(number: signal.Signals, capsys, tmp_path: Path) -> None:
    before = signal.getsignal(number)

    def work() -> None:
        with reporting(EVENTS, tmp_path) as reporter:
            signal.raise_signal(number)
            assert reporter.cancel.cancelled
            reporter.cancel.check()

    with pytest.raises(Cancelled):
        work()
    assert signal.getsignal(number) is before
    assert _lines(capsys.readouterr().out)[-1]["kind"] == "Stopped"


def test_the_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    def work() -> None:
        with reporting(WORDS, tmp_path):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            pytest.fail("it went on")

    with pytest.raises(Cancelled):
        work()


def test_work_that_looks_at_no_token_ends_soon(tmp_path: Path, monkeypatch) -> None:
    from radgalgui.cli import stopping

    monkeypatch.setattr(stopping, "_PATIENCE", 0.1)

    def work() -> None:
        with reporting(WORDS, tmp_path):
            signal.raise_signal(signal.SIGTERM)
            time.sleep(60)
            pytest.fail("it went on")

    with pytest.raises(Cancelled):
        work()


def test_what_libraries_print_falls_between_no_lines() -> None:
    child = _run("""
        with reporting(Namespace(events=True), "out") as reporter:
            print("a library prints this without an end of line", end="")
            os.system("echo a program prints that")
            reporter.progress(1, 1, "x")
        print("afterwards")
    """)
    out, errors = child.communicate(timeout=300)
    *lines, last = out.decode().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["Began", "Progress", "Done"]
    assert last == "afterwards"
    assert b"a library prints this" in errors
    assert b"a program prints that" in errors


def test_a_reader_that_goes_away_is_no_fault() -> None:
    child = _run("""
        import radgalgui.cli.main as terminal
        def run(arguments):
            with reporting(Namespace(events=True), "out") as reporter:
                while True:
                    reporter.note("info", "x" * 1000)
        terminal.run = run
        sys.exit(main(["train"]))
    """)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.wait(300) == 0
    assert child.stderr.read() == b""
    child.stderr.close()


def test_other_processes_of_a_training_tell_nothing(capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    with reporting(EVENTS, tmp_path) as reporter:
        reporter.progress(1, 2, "x")
        reporter.done(tmp_path)
    assert capsys.readouterr() == ("", "")
