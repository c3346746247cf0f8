"""Which catalogues were open before, as a menu; those that are gone say why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

import radgalgui_resources
from radgalgui.gui.background import Aside
from radgalgui.gui.paths import is_catalog
from radgalgui.gui.settings import Settings

__all__ = ["RecentMenu", "why_missing"]

BUNDLED = "Simulated catalogue that comes along"


def why_missing(path: Path) -> str:
    """Return why a folder holds no catalogue, in a few words; "" where it does."""
    try:
        if not path.exists():
            return "the folder is gone"
        if not path.is_dir():
            return "it is no folder"
        return "" if is_catalog(path) else "it holds no catalogue any more"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


class RecentMenu(QMenu):
    """``chosen(Path)`` tells which catalogue is wanted.

    Folders are looked at each time the menu opens, and nobody waits for that: they may lie on a
    disk that takes seconds to answer, or never does.
    """

    chosen = Signal(object)

    def __init__(
        self,
        settings: Settings,
        aside: Aside,
        current: Callable[[], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("&Recent catalogues", parent)
        self._settings, self._aside, self._current = settings, aside, current
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._look)
        self._fill()

    def _fill(self) -> list[tuple[QAction, Path]]:
        """List what was open before, and return it; what comes along stands below."""
        self.clear()
        rows = []
        for path, title in self._settings.recent_catalogs():
            rows.append((self._entry(path, f"{title} – {path.name}"), path))
        if rows:
            self.addSeparator()
        self._entry(radgalgui_resources.catalog_path(), BUNDLED)
        return rows

    def _look(self) -> None:
        """List what was open before, and grey what is gone."""
        for action, path in self._fill():

            def grey(reason: str, action: QAction = action, path: Path = path) -> None:
                if reason and action in self.actions():
                    action.setText(f"{path.name} ({reason})")
                    action.setEnabled(False)

            self._aside.ask(partial(why_missing, path), grey, lambda _: None)

    def _entry(self, path: Path, text: str) -> QAction:
        action = self.addAction(text.replace("&", "&&"))
        action.setToolTip(str(path))
        action.setCheckable(True)
        action.setChecked(path == self._current())
        action.triggered.connect(lambda _checked=False: self.chosen.emit(path))
        return action
