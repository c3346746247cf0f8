"""What the actions of the Choose menu do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.choosing.chosen import How
from radgalgui.gui.choosing.counter import AreaCount
from radgalgui.gui.choosing.export import export_sources
from radgalgui.gui.choosing.looking import Looking
from radgalgui.gui.choosing.presenter import CHOSEN, ChosenPresenter, ChosenViews
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.errands import sentence
from radgalgui.gui.feature import Feature
from radgalgui.gui.saving import ask_where

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["ChoosingCommands"]

NEEDING_SOME = ("choose_none", "choose_others", "see_chosen", "save_chosen")
TOOLS = {f"tool_{tool.value}": tool for tool in Tool}
AREAS = {"rectangle": "a rectangle", "lasso": "a lasso"}


class ChoosingCommands(Feature):
    """Slots of actions on the chosen sources."""

    presenter: ChosenPresenter

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)

    def connect(self) -> None:
        """Join map, gallery and bar to the session, once the window stands."""
        window = self._window
        views = ChosenViews(
            *(window.galleries, window.tiles, window.docks["neighbours"], window.docks["sources"])
        )
        self.presenter = ChosenPresenter(window.presenter, views, window)
        overlay = window.commands.catalogs.overlay
        if overlay is not None:
            self.presenter.bar.stand_below(overlay.card)
            window.map.view.overview.yield_to(overlay.card)
        self.looking = Looking(window.map.view, window.presenter)
        self.count = AreaCount(window.map.view)
        bar, area = self.presenter.bar, window.map.view.area
        bar.inverted.connect(self.invert)
        bar.saved.connect(self.save)
        bar.cleared.connect(window.desk.session.choose_none)
        area.drawn.connect(self._drawn)
        area.changed.connect(self.refresh)
        window.map.view.marked.connect(self._marked)
        window.tiles.chosen.connect(window.desk.session.select)
        window.tiles.searched.connect(window.desk.ask_source)
        window.tiles.menu_wanted.connect(window.commands.drawing.menu_on_source)
        window.image.display_changed.connect(lambda _: self.presenter.refresh_tiles())
        window.map.columns.currentIndexChanged.connect(lambda _: self.presenter.refresh_tiles())
        window.theme.changed.connect(self.presenter.set_theme)
        self.presenter.set_theme(window.theme.tokens)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "choose_all": self.choose_all,
            "choose_nearest": self.choose_nearest,
            "choose_others": self.invert,
            "choose_none": self._window.desk.session.choose_none,
            "see_chosen": self.see,
            "save_chosen": self.save,
            **{key: partial(self.use, tool) for key, tool in TOOLS.items()},
        }

    def refresh(self) -> None:
        """Offer only what can be done now, and show which tool is in use."""
        window, session = self._window, self._window.desk.session
        actions = window.actions_
        for key in NEEDING_SOME:
            actions[key].setEnabled(bool(session.chosen))
        current = session.current
        actions["choose_nearest"].setEnabled(current is not None and bool(current.rows))
        actions["choose_all"].setEnabled(window.desk.sources is not None)
        for key, tool in TOOLS.items():
            actions[key].setChecked(tool is window.map.view.area.tool)
        actions["undo"].setText(f"&Undo {session.undo_words}".rstrip())
        actions["redo"].setText(f"&Redo {session.redo_words}".rstrip())

    # -- choosing --------------------------------------------------------------------------

    def use(self, tool: Tool) -> None:
        """Let dragging on the map move it, or draw an area."""
        self._window.map.view.area.use(tool)
        self.refresh()

    def _drawn(self, rows: NDArray[np.int64], kind: str, how: How) -> None:
        window = self._window
        if not len(rows):
            window.toasts.say(f"No source lies in that {kind}.", "info")
        words = f"{AREAS[kind]} on the {window.map.method_title} map"
        window.desk.session.choose(rows, words, how)

    def _marked(self, row: int, how: How) -> None:
        self._window.desk.session.choose([row], "picked by hand", how)

    def choose_all(self) -> None:
        """Choose all that the table shows."""
        window = self._window
        session, words = window.desk.session, window.table.filter_words
        within = self.presenter.table_segments.number == CHOSEN and bool(session.chosen)
        session.choose(window.table.rows.order, words, "intersect" if within else "replace")

    def choose_nearest(self) -> None:
        """Choose the neighbours of the query shown."""
        current = self._window.desk.session.current
        if current is not None and current.rows:
            rows = [row["index"] for row in current.rows]
            self._window.desk.session.choose(rows, f"nearest to {current.name}")

    def invert(self) -> None:
        """Choose all others instead."""
        sources = self._window.desk.sources
        if sources is not None:
            self._window.desk.session.invert(len(sources))

    # -- what is done with them ------------------------------------------------------------

    def see(self) -> None:
        """Bring all that are chosen into view."""
        self._window.map.view.glide_to_rows(self._window.desk.session.chosen.rows)

    def save(self) -> None:
        """Write the chosen sources, and no others, to a file that the user names."""
        window = self._window
        sources, chosen = window.desk.sources, window.desk.session.chosen
        if sources is None or not chosen:
            window.toasts.say("No sources are chosen that could be saved.", "info")
            return
        path = ask_where(window, window.settings, "Save chosen sources", "chosen.csv")
        if path is None:
            return
        window.desk.background.run(
            lambda: export_sources(path, sources, chosen.rows),
            lambda rows: window.toasts.say(f"{rows:,} sources written to {path}", "done"),
            lambda error: window.toasts.say(
                f"The CSV could not be written: {sentence(error)}", "failure"
            ),
            writes=path.name,
        )
