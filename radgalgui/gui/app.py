"""Starts the window: first it is painted, then the catalogue and the engine are loaded."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import radgalgui_resources
from radgalgui.gui.desk import Desk
from radgalgui.gui.engine_link import EngineFactory, bundled_engine
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import Theme
from radgalgui.gui.window import MainWindow

__all__ = ["run"]


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
        Images and folders that become queries at once.
    catalog : Path, optional
        A catalogue folder; the bundled one by default.
    snapshot : Path, optional
        A folder: answer the files (or the example), write ``neighbours.csv`` and
        ``window.png`` there, print both paths and return, without waiting for anyone.
    engine : callable, optional
        Makes the engine from its two callbacks.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("RadGalGUI")
    app.setOrganizationName("RadGalGUI")
    app.setDesktopFileName("radgalgui")
    settings = Settings()
    theme = Theme(app)
    theme.choose(settings.theme())
    desk = Desk(engine)
    window = MainWindow(desk, theme, settings)
    paths = [Path(name) for name in files]
    where = catalog or radgalgui_resources.catalog_path()
    try:
        if snapshot is not None:
            from radgalgui.gui.snapshot import take_snapshot

            return take_snapshot(app, window, where, paths, snapshot)
        window.show()
        window.activateWindow()  # without a window manager nobody else does
        QTimer.singleShot(0, lambda: _begin(desk, where, paths))
        return app.exec()
    finally:
        theme.release()


def _begin(desk: Desk, catalog: Path, paths: list[Path]) -> None:
    desk.start(catalog)
    if paths:
        desk.ask_paths(paths)
