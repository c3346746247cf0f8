"""Which catalogues were open before, as a menu; those that are gone say why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

import radgalgui_resources
from radgalgui.gui.background import Background
from radgalgui.gui.settings import Settings

__all__ = ["RecentMenu", "why_missing"]

BUNDLED = "Simulated catalogue that comes along"
MANIFEST = "manifest.json"


def why_missing(path: Path) -> str:
    """Return why a folder holds no catalogue, in a few words; "" where it does."""
    try:
        if not path.exists():
            return "the folder is gone"
        if not path.is_dir():
            return "is no folder"
        return "" if (path / MANIFEST).is_file() else "holds no catalogue any more"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


class RecentMenu(QMenu):
    """``chosen(Path)`` tells which catalogue is wanted.

    Folders are looked at in the background each time the menu opens: they may lie on a disk that
    takes seconds to answer, or is not there.
    """

    chosen = Signal(object)

    def __init__(
        self,
        settings: Settings,
        background: Background,
        current: Callable[[], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("&Recent catalogues", parent)
        self._settings, self._background, self._current = settings, background, current
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        rows: list[tuple[QAction, Path]] = []
        for path, title in self._settings.recent_catalogs():
            rows.append((self._entry(path, f"{title} – {path.name}"), path))
        if rows:
            self.addSeparator()
        self._entry(radgalgui_resources.catalog_path(), BUNDLED)

        def grey(reasons: list[str]) -> None:
            for (action, path), reason in zip(rows, reasons, strict=True):
                if reason and action in self.actions():
                    action.setText(f"{path.name} ({reason})")
                    action.setEnabled(False)

        paths = [path for _, path in rows]
        self._background.run(lambda: [why_missing(p) for p in paths], grey, lambda _: None)

    def _entry(self, path: Path, text: str) -> QAction:
        action = self.addAction(text.replace("&", "&&"))
        action.setToolTip(str(path))
        action.setCheckable(True)
        action.setChecked(path == self._current())
        action.triggered.connect(lambda _checked=False: self.chosen.emit(path))
        return action
