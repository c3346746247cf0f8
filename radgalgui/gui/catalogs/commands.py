"""What the actions on catalogues do: open, close, and lay one over another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

import radgalgui_resources
from radgalgui.gui.background import Aside
from radgalgui.gui.catalogs.beginning import Beginning
from radgalgui.gui.catalogs.mending import Mending
from radgalgui.gui.catalogs.overlay_presenter import OverlayPresenter
from radgalgui.gui.catalogs.recent import RecentMenu
from radgalgui.gui.feature import Feature

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["CatalogCommands"]


class CatalogCommands(Feature):
    """Slots of actions on whole catalogues; made with the window, joined to it by `connect`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.recent: RecentMenu | None = None
        self.overlay: OverlayPresenter | None = None
        self.mending: Mending | None = None
        self.aside = Aside(window)
        self._beginning: Beginning | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "open_catalog": self.choose,
            "close_catalog": self.leave,
            "lay_over": self.choose_other,
            "show_layer": lambda: self.overlay.toggle() if self.overlay else None,
            "take_off": lambda: self.overlay.asking.forget() if self.overlay else None,
        }

    def connect(self) -> None:
        """Put the menu of recent catalogues in its place, and follow what is open."""
        window = self._window
        desk, actions = window.desk, window.actions_
        self.recent = RecentMenu(window.settings, self.aside, self._open_path, window)
        self.recent.chosen.connect(desk.open_catalog)
        menu = actions.menus["&File"]
        menu.insertMenu(actions["close_catalog"], self.recent)
        self.overlay = OverlayPresenter(desk, window.presenter, window.map, window)
        self.overlay.card.set_theme(window.theme.tokens)
        window.theme.changed.connect(self.overlay.card.set_theme)
        self.overlay.card.help_wanted.connect(
            lambda: window.commands.show_help("catalogues", "Catalogues")
        )
        self.overlay.asking.changed.connect(self.refresh)
        self.overlay.card.shown.connect(lambda _: self.refresh())
        self.mending = Mending(window)
        self._beginning = Beginning(desk, window.settings, window.toasts, self.aside, window)
        window.status.leave.clicked.connect(self.leave)
        desk.status_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Offer only what can be done now."""
        actions, desk = self._window.actions_, self._window.desk
        bundled = self._open_path() == radgalgui_resources.catalog_path()
        actions["close_catalog"].setEnabled(not bundled)
        self._window.status.leave.setVisible(desk.sources is not None and not bundled)
        actions["lay_over"].setEnabled(desk.sources is not None and not desk.obstacle)
        over = self.overlay is not None and self.overlay.asking.overlay is not None
        for key in ("show_layer", "take_off"):
            actions[key].setEnabled(over)
        actions["show_layer"].setChecked(
            over and self.overlay is not None and self.overlay.card.box.isChecked()
        )

    @property
    def working(self) -> str:
        """What is being done about catalogues, in a few words; "" when nothing is."""
        return self.overlay.asking.working if self.overlay is not None else ""

    def _open_path(self) -> Path | None:
        sources = self._window.desk.sources
        return sources.path if sources is not None else None

    # -- open and close --------------------------------------------------------------------

    def begin(self, catalog: Path | None = None) -> None:
        """Open the catalogue named, or the one that was open last, or that which comes along."""
        if self._beginning is not None:
            self._beginning.begin(catalog)

    def close(self) -> None:
        """Wait for no disk any more."""
        if self._beginning is not None:
            self._beginning.close()

    def choose(self) -> None:
        """Let the user choose the folder of a catalogue, and open it."""
        if (path := self._ask("Open a catalogue (a folder with a manifest.json)")) is not None:
            self._window.desk.open_catalog(path)

    def leave(self) -> None:
        """Go back to the catalogue that comes with the program."""
        self._window.desk.open_catalog(radgalgui_resources.catalog_path())

    def _ask(self, words: str) -> Path | None:
        settings = self._window.settings
        name = QFileDialog.getExistingDirectory(self._window, words, settings.folder("catalog"))
        if not name:
            return None
        settings.keep_folder("catalog", str(Path(name).parent))
        return Path(name)

    # -- one over another ------------------------------------------------------------------

    def choose_other(self) -> None:
        """Let the user choose a catalogue to lay over the open one."""
        if (path := self._ask("Choose the catalogue to lay over this map")) is not None:
            self.lay_over(path)

    def lay_over(self, path: Path) -> None:
        """Lay another catalogue over the open one."""
        if self.overlay is not None:
            self.overlay.asking.ask(path)
