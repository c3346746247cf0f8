"""The whole road without anyone at the keyboard: answer, export, and a picture of the window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

import radgalgui_resources
from radgalgui.gui.export import export_csv, exportable
from radgalgui.gui.panes_image import panes_image
from radgalgui.gui.session import Query
from radgalgui.gui.window import SIZE, MainWindow

__all__ = ["take_snapshot"]

PATIENCE_MS = 300_000
SETTLE_MS = 900  # glide and pictures come to rest


def take_snapshot(
    app: QApplication, window: MainWindow, catalog: Path, paths: list[Path], folder: Path
) -> int:
    """Answer ``paths``, or the example; write to ``folder``; return the exit status."""
    with _quiet_platform():
        return _take(app, window, catalog, paths, folder)


def _take(
    app: QApplication, window: MainWindow, catalog: Path, paths: list[Path], folder: Path
) -> int:
    asked = paths or [radgalgui_resources.example_path()]
    settings = window.settings
    layout, guests = settings.layout(), settings.guests()
    window.resize(SIZE)
    window.show()
    app.processEvents()
    window.default_layout()  # a picture for everybody, however this user's panels were left
    window.desk.start(catalog)
    window.desk.ask_paths(asked)
    _wait_for_answers(window)
    status = _write(window, folder)
    window.close()
    settings.keep_layout(*layout, guests)  # the user's own
    settings.sync()
    return status


@contextmanager
def _quiet_platform() -> Iterator[None]:
    """Keep to itself what a platform without a screen says that it cannot do."""

    def pass_on(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith("This plugin does not support"):
            print(text, file=sys.stderr)  # noqa: T201

    before = qInstallMessageHandler(pass_on)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _wait_for_answers(window: MainWindow) -> None:
    loop, desk = QEventLoop(), window.desk

    def look() -> None:
        queries = desk.session.queries
        if not desk.looking and queries and not any(query.open for query in queries):
            loop.quit()

    watch = QTimer()
    watch.timeout.connect(look)
    watch.start(50)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    watch.stop()


def _write(window: MainWindow, folder: Path) -> int:
    session, sources = window.desk.session, window.desk.sources
    answered = exportable(session.queries)
    refused = [query for query in session.queries if not query.rows]
    for line in [window.desk.problem] if window.desk.problem else [_refusal(q) for q in refused]:
        print(line, file=sys.stderr)  # noqa: T201
    if not answered or sources is None:
        return 2
    session.show(answered[0])
    _settle()
    folder.mkdir(parents=True, exist_ok=True)
    table, picture = folder / "neighbours.csv", folder / "window.png"
    panes = folder / "panes.png"
    export_csv(table, answered, sources)
    window.grab().save(str(picture))
    panes_image(window.image.panes, window.theme.tokens).save(str(panes))
    print(f"{table}\n{picture}\n{panes}")  # noqa: T201
    return 2 if refused else 0


def _refusal(query: Query) -> str:
    return f"{query.path or query.name}: {query.reason or 'not answered in time'}"


def _settle() -> None:
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()
