"""Python's garbage, collected on the window's thread alone.

Python collects cyclic garbage in whichever thread happens to make the next object.  Where that is
a worker thread, and the garbage holds a widget or a timer, Qt's object is destroyed in the wrong
thread, and sooner or later the program crashes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

from radgalgui.gui.background import threads_ended

__all__ = ["leaving_garbage", "tidying_here"]

#: How often it is looked whether there is enough to collect, milliseconds.
LOOK_MS = 500


@contextmanager
def leaving_garbage() -> Iterator[None]:
    """Collect no garbage meanwhile, in any thread."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def tidying_here() -> Iterator[None]:
    """Collect garbage in this thread, which has Qt's event loop, and in no other.

    What is there already is set aside, so that a collection takes no longer than a frame.
    """
    gc.collect()
    gc.freeze()
    owner = QObject()
    timer = QTimer(owner)
    timer.timeout.connect(_collect)
    timer.start(LOOK_MS)
    with leaving_garbage():
        try:
            yield
        finally:
            timer.stop()
            if threads_ended():
                gc.unfreeze()
            else:  # one that is left behind must not collect what the window was
                gc.freeze()


def _collect() -> None:
    """Collect the oldest generation that Python would have collected by now."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
