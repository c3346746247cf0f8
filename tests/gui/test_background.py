"""Threads of the window: what they are given is let go of where it belongs, and nobody waits."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication

from radgalgui.gui.background import (
    Aside,
    Background,
    finish_writing,
    threads_ended,
    writing,
)


class Keeper:
    """Stands for a panel that is closed while it waits; ``gone`` has the thread that freed it."""

    def __init__(self, gone: list[threading.Thread]) -> None:
        self._gone = gone

    def work(self) -> int:
        return 1

    def fail(self) -> int:
        panel = self  # a variable that the traceback of the error knows
        raise ValueError(panel is self)

    def __del__(self) -> None:
        self._gone.append(threading.current_thread())


class SlowKeeper(Keeper):
    """Reads from a disk that answers late."""

    reading: threading.Event
    release: threading.Event

    def work(self) -> int:
        self.reading.set()
        self.release.wait()
        return super().work()


@pytest.fixture
def background(qtbot) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()
    assert threads_ended(30)


@pytest.mark.parametrize("way", ["work", "fail"])
def test_a_panel_closed_while_its_thread_works_is_not_freed_in_the_thread(background, qtbot, way):
    gone: list[threading.Thread] = []
    told: list[object] = []
    release = threading.Event()
    background.run(release.wait, told.append, told.append)
    panel = Keeper(gone)
    background.run(getattr(panel, way), lambda _: None, lambda _: None)
    background.run(lambda: 3, told.append, told.append)
    del panel
    release.set()
    qtbot.waitUntil(lambda: told == [True, 3])
    gc.collect()
    assert gone == [threading.main_thread()]


def test_what_never_answers_is_given_up_and_heard_of_no_more(qtbot):
    aside, release = Aside(), threading.Event()
    done: list[object] = []
    failed: list[Exception] = []
    aside.ask(release.wait, done.append, failed.append, patience_ms=20)
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert isinstance(failed[0], TimeoutError)
    aside.ask(lambda: 7, done.append, failed.append, patience_ms=600_000)
    qtbot.waitUntil(lambda: done == [7])
    release.set()
    assert threads_ended(30)
    QCoreApplication.sendPostedEvents(aside)
    assert (done, len(failed)) == ([7], 1)
    aside.close()


@pytest.mark.parametrize("make", [Background, Aside])
def test_a_thread_that_reads_is_left_behind_and_frees_no_panel(qtbot, make):
    gone: list[threading.Thread] = []
    told: list[object] = []
    reading, release = threading.Event(), threading.Event()
    threads = make()
    panel = SlowKeeper(gone)
    panel.reading, panel.release = reading, release
    begin = threads.run if make is Background else threads.ask
    begin(panel.work, told.append, told.append)
    assert reading.wait(30)
    threads.close()  # comes back, though nobody has answered
    assert not threads_ended()
    del panel, threads, begin
    release.set()
    assert threads_ended(30)
    gc.collect()
    assert gone == [threading.main_thread()]
    assert told == []


def test_at_the_end_what_only_reads_is_dropped_and_what_writes_is_written(qtbot):
    background, release, done = Background(), threading.Event(), []
    begun = threading.Event()
    background.run(lambda: begun.set() or release.wait(), done.append, done.append)
    background.run(lambda: done.append("read"), done.append, done.append)
    background.run(lambda: done.append("written"), done.append, done.append, writes="a.csv")
    assert begun.wait(30)
    background.close()
    background.run(lambda: done.append("late"), done.append, done.append, writes="b.csv")
    assert writing() == ["a.csv"]
    release.set()
    assert threads_ended(30)
    assert writing() == []
    assert done == ["written"]


def test_what_waits_behind_a_disk_that_does_not_answer_is_written_all_the_same(background, qtbot):
    reading, release, done, told = threading.Event(), threading.Event(), [], []
    background.run(lambda: reading.set() or release.wait(), told.append, told.append)
    background.run(lambda: done.append("read"), told.append, told.append)
    background.run(lambda: done.append("a"), told.append, told.append, writes="a.csv")
    background.run(lambda: done.append("b"), told.append, told.append, writes="b.csv")
    assert reading.wait(30)
    qtbot.waitUntil(lambda: finish_writing(0.1) == [])
    assert done[:2] == ["a", "b"]
    assert not release.is_set()
    qtbot.waitUntil(lambda: len(told) == 3)
    release.set()  # who stays after all has every answer
    qtbot.waitUntil(lambda: len(told) == 4)
    assert done == ["a", "b", "read"]


def test_what_is_not_written_is_named(background, qtbot):
    release, told = threading.Event(), []
    background.run(release.wait, told.append, told.append, writes="a.csv")
    assert finish_writing(0.01) == writing() == ["a.csv"]
    release.set()
    qtbot.waitUntil(lambda: told == [True])
    assert finish_writing(0.0) == []
