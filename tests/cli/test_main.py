"""The command's front door: help, version, mistakes; one line and the right exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from radgalgui import __version__
from radgalgui.cli.main import COMMANDS, is_command, require_display
from radgalgui.entry import main
from radgalgui.errors import UsageError
from radgalgui_training.recipes import finetune_names, recipe_names

PUBLIC = [name for name in COMMANDS if name not in {"engine", "labels"}]


def test_help_names_every_public_command(capsys):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"  {name}" in printed for name in PUBLIC)
    assert "  engine" not in printed


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"radgalgui {__version__}\n"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"usage: radgalgui {name}")
    for line in printed.splitlines():
        assert len(line) <= 80
        assert not line.endswith("-")  # a name that is to be copied would be torn apart


def test_the_recipes_are_named_where_one_is_asked_for(capsys):
    assert main(["train", "--help"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in [*recipe_names(), *finetune_names()])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["search"], "FILE"),
        (["search", "--top", "many", "x.fits"], "--top"),
        (["search", "--top", "0", "x.fits"], "--top 0"),
        (["search", "x.fits", "--csv", "nowhere/out.csv"], "'nowhere'"),
        (["search", "x.fits", "--csv", "."], "is a folder"),
        (["search", "x.fits", "--votable", "nowhere/out.vot"], "'nowhere'"),
        (["search", "x.fits", "--votable", "-"], "--votable"),
        (["search", "x.fits", "--csv", "-", "--events"], "--events"),
        (["serch", "x.fits"], "'search'"),
        (["simulate", "--n", "0", "--out", "x"], "--n 0"),
        (["simulate", "--n", "1", "--out", "x", "--compact"], "--catalog"),
        (["train", "simclr-smoke", "--out", "x", "--set", "epochs"], "KEY=VALUE"),
        (["train", "no-such-recipe", "--out", "x"], "no-such-recipe"),
        (["catalog", "info", "/nonexistent/catalogue"], "/nonexistent/catalogue"),
        (["--unknown"], "--unknown"),
    ],
)
def test_a_mistake_is_one_line_on_standard_error_and_status_2(
    arguments, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith("radgalgui: ")
    assert words in captured.err


def test_a_file_named_like_a_command_can_be_meant(tmp_path, monkeypatch):
    (tmp_path / "serch").touch()
    monkeypatch.chdir(tmp_path)
    assert not is_command(["serch"])


def test_without_a_display_the_window_is_refused_with_a_remedy(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(UsageError, match="--snapshot"):
        require_display()


def test_an_interrupt_ends_with_130(monkeypatch, capsys):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("radgalgui.cli.main.run", interrupted)
    assert main(["doctor"]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
def test_output_that_nobody_takes_is_no_traceback(unbuffered):
    """Whether Python writes line by line or when it ends."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        assert run_into(pipe, unbuffered) == (0, "")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            status, complaint = run_into(full, unbuffered)
        assert status == 2
        assert len(complaint.splitlines()) == 1


def run_into(stream, unbuffered: str) -> tuple[int, str]:
    """Return status and standard error of ``radgalgui --help`` printed into a stream."""
    result = subprocess.run(
        [sys.executable, "-m", "radgalgui", "--help"],
        stdout=stream,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
        timeout=300,
        check=False,
    )
    return result.returncode, result.stderr


def test_what_the_terminals_encoding_lacks_is_printed_by_its_number():
    code = "import sys; from radgalgui import entry\n"
    code += "entry._dispatch = lambda _: print('12\u2032', chr(0xDCE9), 'a\u00e9') or 0\n"
    code += "sys.exit(entry.main([]))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=300,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.split() == [b"12\\u2032", b"\xe9", b"a\xe9"]
