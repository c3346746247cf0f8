"""Threads of the window: what they are given is let go of where it belongs, and nobody waits."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from radgalgui.gui.background import Aside, Background


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


@pytest.fixture
def background(qtbot) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


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
    aside.ask(lambda: 7, done.append, failed.append, patience_ms=20)
    qtbot.waitUntil(lambda: done == [7])
    release.set()
    qtbot.waitUntil(lambda: all(t.name != "window-aside" for t in threading.enumerate()))
    qtbot.wait(40)
    assert (done, len(failed)) == ([7], 1)
    aside.close()
