"""Keeps selections under names, chooses them again, and colours the map by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMenu

from radgalgui.errors import RadGalError
from radgalgui.gui.choosing.chosen import Chosen, How
from radgalgui.gui.choosing.export import export_sources
from radgalgui.gui.choosing.named import COLUMN, NamedSelections, with_selections
from radgalgui.gui.choosing.tool import how_of
from radgalgui.gui.errands import sentence
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.saving import ask_where

if TYPE_CHECKING:
    from radgalgui.catalog.text import Column
    from radgalgui.gui.choosing.named_dialog import NamedDialog
    from radgalgui.gui.sources import Sources
    from radgalgui.gui.window import MainWindow
    from radgalgui.jobs.selections import Kept

__all__ = ["Naming"]

MENU = "&Choose"


class Naming(Feature):
    """Actions on named selections; `named` holds them."""

    specs = (
        Spec(
            "name_chosen",
            MENU,
            "Keep them under a na&me…",
            ("Ctrl+D",),
            "Give the chosen sources a name, to choose them again another day",
            before="tool_hand",
        ),
        Spec(
            "named",
            MENU,
            "Named &selections…",
            ("Ctrl+Shift+B",),
            "All selections that were kept: choose, join, rename, export, colour by",
            before="tool_hand",
        ),
    )

    named: NamedSelections

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._dialog: NamedDialog | None = None
        self._added: tuple[str, ...] = ()
        self._coloured = ""

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"name_chosen": self.name_chosen, "named": self.open}

    def connect(self) -> None:
        """Read what is kept of catalogues as they open, and offer it in menu, bar and table."""
        window = self._window
        self.named = NamedSelections(window.desk, window)
        self.named.changed.connect(self._renew)
        self.named.said.connect(window.toasts.say)
        window.desk.encoder_changed.connect(lambda _: self._renew())
        window.map.column_chosen.connect(self._remember)
        window.commands.choosing.presenter.bar.named.connect(self.name_chosen)
        self._menu = QMenu("Choose a &named one", window)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        window.actions_.menus[MENU].insertMenu(window.actions_["named"], self._menu)

    def refresh(self) -> None:
        """Offer only what can be done now."""
        actions, session = self._window.actions_, self._window.desk.session
        there = hasattr(self, "named")
        actions["name_chosen"].setEnabled(bool(session.chosen) and there and self.named.ready)
        actions["named"].setEnabled(self._window.desk.sources is not None)
        if there:
            self._menu.menuAction().setEnabled(bool(self.named.kept))
        if self._dialog is not None:
            self._dialog.refresh()

    # -- following -------------------------------------------------------------------------

    def _renew(self) -> None:
        """Let the table and the list of colours have the selections as columns, made meanwhile."""
        window, kept, before = self._window, list(self.named.kept), self._added
        sources = window.desk.sources
        if sources is not None and (kept or not sources.columns.keys().isdisjoint(before)):
            window.desk.background.run(
                lambda: with_selections(sources, kept, before),
                lambda made: self._take(sources, made, kept),
                lambda error: window.toasts.say(sentence(error), "failure"),
            )
        window.commands.refresh()

    def _take(self, sources: Sources, made: Sources, kept: list[Kept]) -> None:
        window = self._window
        if window.desk.sources is not sources:
            self._renew()  # of another encoder, or another catalogue, meanwhile
            return
        window.desk.sources = made
        self._added = (COLUMN, *(one.name for one in kept))
        window.presenter.renew_columns()
        if self._coloured in made.columns and window.presenter.column != self._coloured:
            window.commands.choose_column(self._coloured)
        if self._dialog is not None:
            self._dialog.refresh()

    def _remember(self, column: str) -> None:
        """Know which selection colours the map: another encoder's columns lack it for a moment."""
        self._coloured = column if column in self._added else ""

    def _fill(self) -> None:
        self._menu.clear()
        for one in self.named.kept:
            text = f"{one.name.replace('&', '&&')}\t{len(one.rows):,}"
            action = self._menu.addAction(text)
            action.setToolTip(f"{one.words}. Shift adds, Alt or Ctrl takes away, both intersect")
            action.triggered.connect(lambda _=False, one=one: self._by_keys(one))

    def _by_keys(self, one: Kept) -> None:
        self.choose(one, how_of(QGuiApplication.keyboardModifiers()))

    # -- doing -----------------------------------------------------------------------------

    def open(self) -> None:
        """Show the list of named selections."""
        if self._dialog is None:
            from radgalgui.gui.choosing.named_dialog import NamedDialog

            self._dialog = NamedDialog(self._window, self)
        self._dialog.open()

    def name_chosen(self) -> None:
        """Ask for a name, and keep the chosen sources under it."""
        desk, chosen = self._window.desk, self._window.desk.session.chosen
        if not chosen or desk.sources is None or not self.named.ready:
            return
        path, listed = desk.sources.path, desk.sources.columns["name"]
        text = f"Name for these {len(chosen):,} sources:"
        name, well = QInputDialog.getText(self._window, "Keep selection", text)
        now = desk.sources  # a job may have put another catalogue there meanwhile
        if well and (now is None or now.path != path or not _alike(now, listed, chosen)):
            text = "The catalogue has changed meanwhile: choose the sources again to keep them."
            self._window.toasts.say(text, "warning")
        elif well:
            self._keep(name, chosen)

    def keep(self, name: str) -> bool:
        """Keep the chosen sources under a name; False, with a message, where it will not do."""
        return self._keep(name, self._window.desk.session.chosen)

    def _keep(self, name: str, chosen: Chosen) -> bool:
        try:
            self.named.keep(name, chosen)
        except RadGalError as error:
            self._window.toasts.say(str(error), "failure")
            return False
        return True

    def choose(self, one: Kept, how: How) -> None:
        """Choose a named selection, or join it with what is chosen."""
        self._window.desk.session.choose(one.rows, f"“{one.name}”", how)

    def rename(self, one: Kept, name: str) -> None:
        """Give one another name."""
        try:
            self.named.rename(one.key, name)
        except RadGalError as error:
            self._window.toasts.say(str(error), "failure")

    def remove(self, one: Kept) -> None:
        """Forget one; a message offers to take that back."""
        desk, toasts = self._window.desk, self._window.toasts
        path = desk.sources.path if desk.sources is not None else None
        self.named.remove(one.key)
        again = Chosen.of(one.rows, one.words)

        def take_back() -> None:
            if desk.sources is not None and desk.sources.path == path:
                self._keep(one.name, again)
            else:  # its rows are others here
                toasts.say(f"“{one.name}” is of a catalogue that is open no more.", "warning")

        toasts.say(f"“{one.name}” is forgotten.", "info", ("Keep it", take_back))

    def export(self, one: Kept) -> None:
        """Write the sources of one to a file that the user names."""
        window, sources = self._window, self._window.desk.sources
        if sources is None:
            return
        plain = "".join(c if c.isalnum() or c in "-_ " else "_" for c in one.name)
        path = ask_where(window, window.settings, f"Export “{one.name}”", f"{plain}.csv")
        if path is None:
            return
        window.desk.background.run(
            lambda: export_sources(path, sources, one.rows),
            lambda rows: window.toasts.say(f"{rows:,} sources written to {path}", "done"),
            lambda error: window.toasts.say(
                f"The CSV could not be written: {sentence(error)}", "failure"
            ),
            writes=path.name,
        )

    def colour(self, column: str = COLUMN) -> None:
        """Colour the map by the named selections, or by one of them."""
        self._coloured = column
        self._window.commands.choose_column(column)


def _alike(sources: Sources, listed: Column, chosen: Chosen) -> bool:
    """Whether the chosen rows are still the sources that they were when ``listed`` were all."""
    names, rows = sources.columns["name"], chosen.rows
    if names is listed:
        return True
    return len(names) > int(rows.max()) and list(names[rows]) == list(listed[rows])
