"""Garbage is collected on the window's thread, whoever made it."""

from __future__ import annotations

import gc
import threading

from radgalgui.gui.tidying import tidying_here


class Knot:
    """Refers to itself; told by ``freed`` in which thread it was collected."""

    freed: list[threading.Thread]

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.freed.append(threading.current_thread())


def make_garbage() -> None:
    for _ in range(5 * gc.get_threshold()[0]):
        Knot()


def test_garbage_of_a_thread_is_collected_in_the_thread_of_the_window(qtbot):
    Knot.freed = []
    worker = threading.Thread(target=make_garbage)
    with tidying_here():
        worker.start()
        worker.join()
        assert Knot.freed == []
        qtbot.waitUntil(lambda: len(Knot.freed) > 0)
        assert set(Knot.freed) == {threading.main_thread()}
    assert not gc.isenabled()  # as everywhere in these tests: see tests/conftest.py
