"""The window is closed while a disk does not answer: the real program, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from radgalgui.gui.work import last_writes
from radgalgui.gui.work.closing import ClosingDialog

LEFT = Qt.MouseButton.LeftButton

#: The program; what is asked about images reads from a pipe that nobody writes to, and keeps
#: HDF5's lock meanwhile.
READS = """
import sys
from functools import partial
from pathlib import Path
from fakes import FakeEngine
from h5py._objects import phil
from radgalgui import entry
from radgalgui.gui import app, desk

pipe = Path(sys.argv.pop(1))

def read(paths):
    print("reads", flush=True)
    with phil:
        return pipe.read_bytes()

desk.find_images_in = read
app.run = partial(app.run, engine=FakeEngine)
sys.exit(entry.main())
"""

#: A window that was closed without what it writes, to a pipe that nobody reads from.
WRITES = """
import sys
from pathlib import Path
from radgalgui import entry
from radgalgui.gui import app
from radgalgui.gui.background import Background

pipe = Path(sys.argv.pop(1))

def run(*_, **__):
    Background().run(lambda: pipe.write_bytes(b""), print, print, writes="few.csv")
    return 0

app.run = run
sys.exit(entry.main())
"""


@pytest.fixture
def program(
    catalog: Path, image: Path, home: Path, settings_folder: Path, tmp_path: Path
) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Return what starts the program on a disk that never answers."""
    os.mkfifo(tmp_path / "pipe")
    begun: list[subprocess.Popen[str]] = []

    def start(program: str) -> subprocess.Popen[str]:
        settings_folder.mkdir()
        words = [str(tmp_path / "pipe"), str(image), "--catalog", str(catalog)]
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(settings_folder),
        }
        begun.append(
            subprocess.Popen(
                [sys.executable, "-c", program, *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment,
            )
        )
        return begun[0]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="such a pipe is of Unix")
def test_the_program_ends_while_a_thread_reads_from_a_dead_disk(program: Any) -> None:
    process = program(READS)
    assert process.stdout.readline() == "reads\n"
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=240)
    assert (process.returncode, out) == (130, ""), errors
    assert errors.splitlines()[-1] == "radgalgui: interrupted"
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="such a pipe is of Unix")
def test_what_could_not_be_written_is_told_when_the_program_ends(program: Any) -> None:
    process = program(WRITES)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 0
    assert errors == "radgalgui: few.csv could not be written: its disk does not answer\n"


@pytest.fixture
def writing_one(window: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let a file be written that is not done before the event is set."""
    monkeypatch.setattr(last_writes, "PATIENCE_S", 0.01)
    release = threading.Event()
    window.desk.background.run(release.wait, lambda _: None, lambda _: None, writes="few.csv")
    yield release
    release.set()


def question(window: Any) -> Any:
    (dialog,) = (d for d in window.findChildren(ClosingDialog) if d.isVisible())
    return dialog


def test_the_window_closes_when_the_file_is_written(window: Any, writing_one: Any, qtbot) -> None:
    assert not window.close()
    dialog = question(window)
    assert dialog.headline.text() == "Still writing"
    assert dialog.named.text() == "few.csv"
    assert not dialog.keep.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)  # it shall not close after all
    assert window.isVisible()
    assert not window.close()
    writing_one.set()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_who_does_not_want_to_wait_closes_without_it(window: Any, writing_one: Any, qtbot) -> None:
    assert not window.close()
    dialog = question(window)
    assert dialog.stay.isDefault()
    assert dialog.stop.text() == "Close without it"
    QTest.mouseClick(dialog.stop, LEFT)
    assert not window.isVisible()
    assert not writing_one.is_set()
