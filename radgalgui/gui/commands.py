"""What each action of the window does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

import radgalgui_resources
from radgalgui.gui.analysis_commands import AnalysisCommands
from radgalgui.gui.catalogs.commands import CatalogCommands
from radgalgui.gui.choosing.commands import ChoosingCommands
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.display import Display
from radgalgui.gui.draw_commands import DrawCommands
from radgalgui.gui.export import export_csv, exportable
from radgalgui.gui.facts import position_text, source_position
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.features import FEATURES
from radgalgui.gui.help import HelpWindow, about_text, shortcuts_text
from radgalgui.gui.likelihood.commands import LikelihoodCommands
from radgalgui.gui.paths import is_catalog, paths_from_mime, paths_from_text
from radgalgui.gui.picture_commands import PictureCommands
from radgalgui.gui.saving import export_rows
from radgalgui.gui.session import Query
from radgalgui.gui.survey.commands import SurveyCommands
from radgalgui.gui.theme import ThemeChoice
from radgalgui.gui.training.commands import TrainingCommands
from radgalgui.gui.work.commands import JobCommands

if TYPE_CHECKING:
    from radgalgui.gui.dock import Dock
    from radgalgui.gui.window import MainWindow

__all__ = ["Commands"]

FITS_FILTER = (
    "FITS images (*.fits *.fit *.fts *.fits.gz *.fits.fz *.FITS *.FIT *.FTS);;All files (*)"
)


class Commands:
    """Slots of the window's actions; each says in the window what it could not do."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._help: HelpWindow | None = None
        self.analysis = AnalysisCommands(window)
        self.drawing = DrawCommands(window)
        self.pictures = PictureCommands(window)
        self.surveys = SurveyCommands(window)
        self.training = TrainingCommands(window)
        self.catalogs = CatalogCommands(window)
        self.likelihoods = LikelihoodCommands(window)
        self.choosing = ChoosingCommands(window)
        self.jobs = JobCommands(window)
        self.features: list[Feature] = [
            *(self.analysis, self.drawing, self.pictures, self.surveys, self.training),
            *(self.catalogs, self.likelihoods, self.choosing, self.jobs),
            *(make(window) for make in FEATURES),
        ]

    @property
    def specs(self) -> list[Spec]:
        """The actions that features bring along."""
        return [spec for feature in self.features for spec in feature.specs]

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        view = self._window.map.view
        session = self._window.desk.session
        return {
            "open": self.open,
            "open_folder": self.open_folder,
            "paste": self.paste,
            "example": self.example,
            "export": lambda: self.export(session.queries),
            "export_current": lambda: self.export([session.current] if session.current else []),
            "quit": lambda: (self._window.close(), None)[1],
            "undo": session.undo,
            "redo": session.redo,
            "back": self.back,
            "copy": self.copy,
            "find": self.find,
            "path": lambda: self._window.toolbar.path.setFocus(),
            "search_source": self.search_source,
            "next": lambda: session.step(1),
            "previous": lambda: session.step(-1),
            "next_query": lambda: self.walk_queries(1),
            "previous_query": lambda: self.walk_queries(-1),
            "orientation": self.orientation,
            "remove": self.remove,
            "next_map": self.next_map,
            "fit": view.fit,
            "zoom_in": lambda: view.zoom(1.5),
            "zoom_out": lambda: view.zoom(1 / 1.5),
            "to_query": self.to_query,
            "next_theme": self.next_theme,
            "restore": self._window.default_layout,
            "help": self.help,
            "shortcuts": self.shortcuts,
            "about": lambda: self._page().show_html(about_text(), "About RadGalGUI"),
            **{k: slot for part in self.features for k, slot in part.slots().items()},
        }

    def refresh(self) -> None:
        """Offer only what can be done now."""
        window, session = self._window, self._window.desk.session
        actions = window.actions_
        ready = bool(exportable(session.queries))
        actions["export"].setEnabled(ready)
        current = session.current
        actions["export_current"].setEnabled(current is not None and bool(current.rows))
        actions["undo"].setEnabled(session.can_undo)
        actions["redo"].setEnabled(session.can_redo)
        actions["search_source"].setEnabled(session.selected is not None)
        window.search_button.setEnabled(session.selected is not None)
        for key in ("remove", "to_query"):
            actions[key].setEnabled(current is not None)
        for key in ("next", "previous"):
            actions[key].setEnabled(current is not None and bool(current.rows))
        for key in ("next_query", "previous_query"):
            actions[key].setEnabled(any(query is not current for query in session.queries))
        actions["copy"].setEnabled(current is not None or session.selected is not None)
        sources = window.desk.sources
        actions["next_map"].setEnabled(sources is not None and len(sources.maps) > 1)
        for feature in self.features:
            feature.refresh()

    # -- asking ----------------------------------------------------------------------------

    def open(self) -> None:
        """Let the user choose images."""
        settings = self._window.settings
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open FITS images", settings.folder("open"), FITS_FILTER
        )
        if names:
            settings.keep_folder("open", str(Path(names[0]).parent))
            self._window.desk.ask_paths([Path(name) for name in names])

    def open_folder(self) -> None:
        """Let the user choose a folder."""
        settings = self._window.settings
        name = QFileDialog.getExistingDirectory(
            self._window, "Open a folder of FITS images", settings.folder("open")
        )
        if name:
            settings.keep_folder("open", name)
            self._window.desk.ask_paths([Path(name)])

    def paste(self) -> None:
        """Search with what was copied: files, or paths as text."""
        paths = paths_from_mime(QGuiApplication.clipboard().mimeData())
        if paths:
            self._ask(paths)
        else:
            self._say("There is no path or file to paste.", "info")

    def ask_typed(self, text: str) -> None:
        """Search with a typed path."""
        paths = paths_from_text(text)
        if paths:
            self._ask(paths)
            self._window.toolbar.path.clear()

    def _ask(self, paths: list[Path]) -> None:
        """Search with files; the folder of a catalogue is opened."""
        if len(paths) == 1 and is_catalog(paths[0]):
            self._window.desk.open_catalog(paths[0])
        else:
            self._window.desk.ask_paths(paths)

    def example(self) -> None:
        """Search with the bundled example."""
        self._window.desk.ask_paths([radgalgui_resources.example_path()])

    def search_source(self) -> None:
        """Search from the selected source."""
        selected = self._window.desk.session.selected
        if selected is not None:
            self._window.desk.ask_source(selected)

    def orientation(self) -> None:
        """Ignore orientation, or heed it; the query shown is asked again."""
        desk = self._window.desk
        desk.ignore_orientation = self._window.actions_["orientation"].isChecked()
        if desk.session.current is not None:
            desk.ask_again(desk.session.current, ignore_orientation=desk.ignore_orientation)

    # -- moving about ----------------------------------------------------------------------

    def back(self) -> None:
        """Take one step back."""
        window = self._window
        if window.map.view.area.cancel() or window.toasts.dismiss():
            return
        if any(feature.back() for feature in self.features):
            return
        if window.desk.session.back():
            return
        if window.filter_box.text():
            window.filter_box.clear()
        else:
            self.choosing.use(Tool.HAND)
        window.map.view.setFocus()

    def walk_queries(self, by: int) -> None:
        """Show the query before or after."""
        session = self._window.desk.session
        if session.queries:
            at = session.queries.index(session.current) if session.current else -1
            session.show(session.queries[max(0, min(at + by, len(session.queries) - 1))])

    def remove(self) -> None:
        """Take the query shown off the list."""
        current = self._window.desk.session.current
        if current is not None:
            self._window.desk.remove(current)

    def find(self) -> None:
        """Go to the table's filter."""
        self._window.docks["sources"].show()
        self._window.filter_box.setFocus()
        self._window.filter_box.selectAll()

    def filter(self, text: str) -> None:
        """Filter the table, and keep the selection in it."""
        window = self._window
        window.table.filter(text)
        window.table.mark(window.desk.session.selected)
        window.presenter.count_rows()

    def copy(self) -> None:
        """Copy name and position of what is shown."""
        session, sources = self._window.desk.session, self._window.desk.sources
        text, query = "", session.current
        if session.selected is not None and sources is not None:
            where = source_position(sources, session.selected)
            text = f"{sources.name(session.selected)}   {position_text(*where) if where else ''}"
        elif query is not None:
            seen = query.seen
            where_text = position_text(seen.ra, seen.dec) if seen is not None else ""
            text = f"{query.name}   {where_text}"
        if text:
            QGuiApplication.clipboard().setText(text.strip())
            self._say(f"Copied: {text.strip()}", "done")

    # -- map, pictures, look ---------------------------------------------------------------

    def choose_map(self, method: str) -> None:
        """Show another map."""
        presenter = self._window.presenter
        presenter.method = method
        presenter.show_map()
        self._window.settings.keep_map(presenter.method, presenter.column)

    def choose_column(self, column: str) -> None:
        """Colour the map by another column."""
        presenter = self._window.presenter
        presenter.recolour(column)
        self._window.map.check_column(column)
        self._window.settings.keep_map(presenter.method, presenter.column)

    def next_map(self) -> None:
        """Show the next of the stored maps."""
        sources = self._window.desk.sources
        if sources is not None and len(sources.maps) > 1:
            methods = self._window.map.chooser.names
            at = methods.index(self._window.presenter.method.split(":")[0])
            self.choose_map(methods[(at + 1) % len(methods)])

    def to_query(self) -> None:
        """Bring query and neighbours into view."""
        marks = self._window.map.view.marks.marks
        if marks.query is not None:
            self._window.map.view.glide_to([marks.query, *marks.neighbours])

    def choose_display(self, display: Display) -> None:
        """Show pictures in another way."""
        self._window.presenter.set_display(display)
        self._window.settings.keep_display(display)

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Follow the system, or keep to light or dark."""
        self._window.theme.choose(choice)
        self._window.settings.keep_theme(choice)

    def next_theme(self) -> None:
        """Change from light to dark or back."""
        dark = self._window.theme.tokens.dark
        self.choose_theme(ThemeChoice.LIGHT if dark else ThemeChoice.DARK)

    # -- export and help -------------------------------------------------------------------

    def export(self, queries: list[Query]) -> None:
        """Write neighbours to a file that the user names."""
        sources = self._window.desk.sources
        if sources is None or not exportable(queries):
            self._say("There are no neighbours to export yet.", "info")
            return
        export_rows(
            self._window,
            "Export neighbours",
            "neighbours.csv",
            lambda path: export_csv(path, queries, sources),
        )

    def help(self) -> None:
        """Open help on the panel in use."""
        self.help_on(self._window.dock_in_focus())

    def help_on(self, dock: Dock | None) -> None:
        """Open help on a panel; None is the map."""
        page, title = (dock.help_page, dock.windowTitle()) if dock is not None else ("map", "Map")
        self.show_help(page, title)

    def show_help(self, page: str, title: str) -> None:
        """Open a page of the help."""
        self._page().show_page(page, f"Help: {title}")

    def shortcuts(self) -> None:
        """List the shortcuts."""
        encoders = ("Encoders", self._window.encoders.shortcuts())
        text = shortcuts_text([*self._window.actions_.shortcuts(), encoders])
        self._page().show_html(text, "Keyboard shortcuts")

    def _page(self) -> HelpWindow:
        if self._help is None:
            self._help = HelpWindow(self._window)
        return self._help

    def _say(self, text: str, kind: str) -> None:
        self._window.toasts.say(text, kind)
