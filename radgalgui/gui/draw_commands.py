"""What the actions of the Draw menu do, and the menus of galaxies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QFileDialog, QMenu

from radgalgui.gui.draw_panel import COMPONENTS, SAMPLES, WALK
from radgalgui.gui.drawn import Galaxy, Sample
from radgalgui.gui.feature import Feature
from radgalgui.gui.session import Query

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["DrawCommands"]

LARGE = QSize(1000, 760)
NEAREST = ("choose_near", "choose_alike", "choose_how_many")


class DrawCommands(Feature):
    """Slots of actions that draw galaxies."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.draw_panel.samples.save_wanted.connect(self.save)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "draw": lambda: self.open(SAMPLES),
            "draw_others": self.draw_others,
            "draw_around": self.draw_around,
            "walk": lambda: self.open(WALK),
            "walk_from": self.walk_from,
            "walk_to": self.walk_to,
            "components": lambda: self.open(COMPONENTS),
            "save_drawn": self.save,
        }

    def refresh(self) -> None:
        """Offer only what can be done now."""
        window = self._window
        galaxy = window.drawing.galaxy is not None
        for key in ("draw_around", "walk_from", "walk_to"):
            window.actions_[key].setEnabled(galaxy)
        samples = window.drawing.drawing.samples
        window.actions_["save_drawn"].setEnabled(bool(samples))

    # -- pages -----------------------------------------------------------------------------

    def open(self, page: int) -> None:
        """Show a page of the panel, and let the keys go there."""
        self._window.guests.bring("draw")
        self._window.draw_panel.turn_to(page)
        self._window.draw_panel.focus_page()

    def draw_others(self) -> None:
        """Draw with another seed."""
        self.open(SAMPLES)
        self._window.draw_panel.samples.draw_others()

    def draw_around(self) -> None:
        """Draw around the galaxy in view."""
        self.open(SAMPLES)
        self._window.draw_panel.samples.draw_around()

    def walk_from(self) -> None:
        """Let the walk begin at the galaxy in view."""
        self.open(WALK)
        self._window.draw_panel.walk.take_first(self._window.drawing.galaxy)

    def walk_to(self) -> None:
        """Let the walk end at the galaxy in view."""
        self.open(WALK)
        self._window.draw_panel.walk.take_second(self._window.drawing.galaxy)

    def enlarge(self) -> None:
        """Show the panel in a window of its own, or in its place again."""
        dock = self._window.docks["draw"]
        dock.setFloating(not dock.isFloating())
        if dock.isFloating():
            room = self._window.screen().availableGeometry()
            dock.resize(LARGE.boundedTo(room.size() * 0.9))
            dock.move(room.center() - dock.rect().center())
        else:
            self._window.tabifyDockWidget(self._window.docks["neighbours"], dock)
            self.open(self._window.draw_panel.at)

    def back(self) -> bool:
        """Stop what plays or is drawn, if the keys go to the panel; False where nothing was."""
        window = self._window
        return window.dock_in_focus() is window.docks["draw"] and window.drawing.stop()

    def save(self) -> None:
        """Write all drawn galaxies to a folder that the user names."""
        window = self._window
        samples = window.drawing.drawing.samples
        if not samples:
            window.toasts.say("There are no drawn galaxies to save yet.", "info")
            return
        name = QFileDialog.getExistingDirectory(
            window, "Save drawn galaxies in a folder", window.settings.folder("drawn")
        )
        if name:
            window.settings.keep_folder("drawn", name)
            window.drawing.save_all(Path(name))

    # -- menus of galaxies -----------------------------------------------------------------

    def menu_on_source(self, index: int | None, at: QPoint) -> None:
        """Select a source, and open the menu of what can be done with it."""
        if index is not None:
            self._window.desk.session.select(index)
        if self._window.desk.session.selected is not None:
            self._open_menu(("search_source", "copy"), at)

    def menu_on_query(self, query: Query | None, at: QPoint) -> None:
        """Show a query, and open the menu of what can be done with it."""
        if query is not None:
            self._window.desk.session.show(query)
            self._open_menu(("remove", "copy"), at)

    def _open_menu(self, first: tuple[str, ...], at: QPoint) -> None:
        actions = self._window.actions_
        menu = self._menu()
        menu.addActions([actions[key] for key in first])
        menu.addSeparator()
        menu.addActions([actions[key] for key in NEAREST])
        menu.addSeparator()
        menu.addActions([actions[key] for key in ("walk_from", "walk_to", "draw_around")])
        menu.popup(at)

    def menu_on_sample(self, at: QPoint) -> None:
        """Open the menu of what can be done with a drawn galaxy."""
        window = self._window
        panel, drawing = window.draw_panel, window.drawing
        sample = panel.samples.grid.current()
        if sample is None:
            return
        menu = self._menu()
        menu.addAction("&Find its like", lambda: drawing.ask(sample))
        menu.addSeparator()
        for words, take in (("from", panel.walk.take_first), ("to", panel.walk.take_second)):
            action = menu.addAction(f"Walk &{words} here")
            action.triggered.connect(lambda _=False, take=take: self._walk_by_sample(sample, take))
        menu.addSeparator()
        menu.addAction(window.actions_["save_drawn"])
        menu.popup(at)

    def _walk_by_sample(self, sample: Sample, take: Callable[[Galaxy | None], None]) -> None:
        self.open(WALK)
        self._window.drawing.as_galaxy(sample, take)

    def _menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.setAccessibleName("What can be done with this galaxy")
        menu.aboutToHide.connect(menu.deleteLater)
        return menu
