"""Starts the window: first it is painted, then the catalogue and the engine are loaded."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

import radgalgui_resources
from radgalgui.gui.background import threads_ended
from radgalgui.gui.desk import Desk
from radgalgui.gui.engine_link import EngineFactory, bundled_engine
from radgalgui.gui.paths import is_catalog
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import Theme
from radgalgui.gui.tidying import leaving_garbage, tidying_here

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["run"]

PULSE_MS = 250  # how often Python looks for Ctrl+C while Qt waits

#: Windows that threads still read for: who closed their files would wait for the same disk.
_KEPT: list[MainWindow] = []


def run(
    files: Sequence[str],
    *,
    catalog: Path | None = None,
    snapshot: Path | None = None,
    engine: EngineFactory = bundled_engine,
) -> int:
    """Open the window and return its exit status when it closes.

    Parameters
    ----------
    files : sequence of str
        Images and folders that become queries at once; the folder of a catalogue is opened.
    catalog : Path, optional
        A catalogue folder.  By default the one that was open last, or the bundled one, which
        ``snapshot`` always takes.
    snapshot : Path, optional
        A folder: answer the files (or the example), write ``neighbours.csv``, ``window.png``
        and ``panes.png`` there, print their paths and return, without waiting for anyone.
    engine : callable, optional
        Makes the engine from its two callbacks.

    Returns
    -------
    int
        0; with ``snapshot`` 2 where a file could not be answered, each named on standard
        error; 130 when interrupted by Ctrl+C.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("RadGalGUI")
    app.setOrganizationName("RadGalGUI")
    app.setDesktopFileName("radgalgui")
    QLocale.setDefault(QLocale.c())  # with a German one, 1.5 that is typed would be read as 15
    settings = Settings()
    theme = Theme(app)
    theme.choose(settings.theme())
    desk = Desk(engine)
    window = _window(desk, theme, settings)
    paths = [Path(name) for name in files]
    if catalog is None:
        catalog = next((path for path in paths if is_catalog(path)), None)
        paths = [path for path in paths if path != catalog]
    try:
        if snapshot is not None:
            from radgalgui.gui.snapshot import take_snapshot

            where = catalog or radgalgui_resources.catalog_path()
            with tidying_here():
                return take_snapshot(app, window, where, paths, snapshot)
        with _told_in(window), _interruptible(window), tidying_here():
            window.show()
            window.activateWindow()  # without a window manager nobody else does
            QTimer.singleShot(0, lambda: _begin(window, catalog, paths))
            return app.exec()
    finally:
        theme.release()
        if not threads_ended():
            _KEPT.append(window)


def _window(desk: Desk, theme: Theme, settings: Settings) -> MainWindow:
    """Make the window.

    What is imported makes many objects and next to no garbage: looking for some would take a
    tenth of the time.
    """
    with leaving_garbage():
        from radgalgui.gui.window import MainWindow

        return MainWindow(desk, theme, settings)


def _begin(window: MainWindow, catalog: Path | None, paths: list[Path]) -> None:
    window.commands.catalogs.begin(catalog)
    if paths:
        window.desk.ask_paths(paths)
    window.board.begin()


@contextmanager
def _told_in(window: MainWindow) -> Iterator[None]:
    """Tell of an unforeseen exception in the window; the traceback goes to the terminal."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        window.toasts.say(f"Something unforeseen went wrong: {kind.__name__}: {error}", "failure")

    sys.excepthook = tell
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _interruptible(window: MainWindow) -> Iterator[None]:
    """Let Ctrl+C in the terminal close the window as its own button does."""
    hit: list[int] = []

    def stop(number: int, _frame: object) -> None:
        hit.append(number)
        window.close()

    before = signal.signal(signal.SIGINT, stop)
    pulse = QTimer()  # Python sees the signal only when it runs, and Qt's loop lets it rest
    pulse.timeout.connect(lambda: None)
    pulse.start(PULSE_MS)
    try:
        yield
    finally:
        pulse.stop()
        signal.signal(signal.SIGINT, before)
    if hit:
        raise KeyboardInterrupt
