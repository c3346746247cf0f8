"""Which catalogue the window begins with: that which was open last, or the one that comes along."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt

import radgalgui_resources
from radgalgui.gui.background import Aside
from radgalgui.gui.catalogs.recent import why_missing
from radgalgui.gui.desk import Desk
from radgalgui.gui.settings import Settings
from radgalgui.gui.toasts import Toasts

__all__ = ["Beginning"]

#: How long a disk may take to say whether it has the catalogue, milliseconds.
PATIENCE_MS = 3000
INSTEAD = "The simulated catalogue is shown instead."


class Beginning(QObject):
    """Opens the first catalogue, and remembers which is open for the next time.

    One that is missing or damaged gives way to the catalogue that comes along.  So does one whose
    opening did not come to an end the last time: whatever it was that ended the program then, the
    window can be opened again.
    """

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        toasts: Toasts,
        aside: Aside,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._settings, self._toasts, self._aside = desk, settings, toasts, aside
        self._begun = False
        desk.catalog_opened.connect(self._remember)
        desk.fell_back.connect(self._tell)

    def begin(self, catalog: Path | None = None) -> None:
        """Open the catalogue named, or the one that was open last, and start the engine."""
        self._begun = True
        self._desk.sources_ready.connect(
            self._remember, Qt.ConnectionType.SingleShotConnection
        )  # the first; of all others `catalog_opened` tells
        last, bundled = self._settings.last_catalog(), radgalgui_resources.catalog_path()
        if catalog is not None or last is None or last == bundled:
            self._desk.start(catalog or bundled)
        elif last == self._settings.unfinished_catalog():
            self._pass_over(last, "opening it did not come to an end the last time", offer=True)
        else:
            self._look_for(last)

    def close(self) -> None:
        """Note that the program was ended, and did not come to grief."""
        self._aside.close()
        if self._begun:
            self._settings.keep_unfinished_catalog(None)

    def _look_for(self, last: Path) -> None:
        """Open the last catalogue if its disk answers in time and has it."""
        self._settings.keep_unfinished_catalog(last)
        self._desk.link.start()  # it need not know yet what it will load

        def found(reason: str) -> None:
            if self._left_behind:
                return
            if reason:
                self._pass_over(last, reason)
            else:
                self._desk.start(last, instead=radgalgui_resources.catalog_path())

        def silent(_: Exception) -> None:
            if not self._left_behind:
                self._pass_over(last, "its disk does not answer", offer=True)

        self._aside.ask(partial(why_missing, last), found, silent, patience_ms=PATIENCE_MS)

    @property
    def _left_behind(self) -> bool:
        """Whether another catalogue was asked for meanwhile."""
        return self._desk.sources is not None or self._desk.opening.switch is not None

    def _pass_over(self, last: Path, reason: str, *, offer: bool = False) -> None:
        self._desk.start(radgalgui_resources.catalog_path())
        again = ("Open it", lambda: self._desk.open_catalog(last)) if offer else None
        self._toasts.say(f"{last} was not opened again: {reason}. {INSTEAD}", "warning", again)

    def _tell(self, problem: str) -> None:
        self._toasts.say(f"{problem} {INSTEAD}", "warning")

    def _remember(self) -> None:
        sources = self._desk.sources
        assert sources is not None
        bundled = sources.path == radgalgui_resources.catalog_path()
        self._settings.keep_last_catalog(None if bundled else sources.path.absolute())
        self._settings.keep_unfinished_catalog(None)
        if not bundled:
            self._settings.keep_catalog(sources.path.absolute(), sources.title)
