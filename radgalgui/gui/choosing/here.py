"""Chooses the nearest to a place or a galaxy: a hundred, or as many as are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QInputDialog, QMenu

from radgalgui.gui.choosing.nearest import AlikeAsk, nearest_on_map
from radgalgui.gui.feature import Feature, Spec

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["Here"]

MENU, FIRST = "&Choose", 100


class Here(Feature):
    """Actions on what lies near the selected source, the query, or a place of the map."""

    specs = (
        Spec(
            "choose_near",
            MENU,
            "The 100 nearest to &here",
            ("Ctrl+Alt+J",),
            "Choose what lies nearest on the map: to the selected source, the query, or the"
            " middle of the view",
            before="choose_others",
        ),
        Spec(
            "choose_alike",
            MENU,
            "The 100 most a&like",
            ("Ctrl+Alt+K",),
            "Choose what the encoder finds most like the selected source or the query",
            before="choose_others",
        ),
        Spec(
            "choose_how_many",
            MENU,
            "How &many nearest…",
            tip="How many are chosen by the two actions above",
            before="choose_others",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._count = FIRST

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "choose_near": self.near,
            "choose_alike": self.alike,
            "choose_how_many": self.ask_number,
        }

    def connect(self) -> None:
        """Offer menus on the map, and hear the engine."""
        window = self._window
        self._asking = AlikeAsk(window.desk.link, self._told, window)
        self._asking.changed.connect(self._complain)
        window.map.view.place_menu_wanted.connect(self._menu_at)
        self._count = window.settings.nearest(FIRST)
        self._name_actions()

    def refresh(self) -> None:
        """Offer only what can be done now."""
        window, session = self._window, self._window.desk.session
        shown = bool(window.presenter.method) and window.desk.sources is not None
        window.actions_["choose_near"].setEnabled(shown)
        galaxy = session.selected is not None or session.current is not None
        able = galaxy and window.desk.sources is not None and not window.desk.obstacle
        window.actions_["choose_alike"].setEnabled(able)

    # -- on the map ------------------------------------------------------------------------

    def near(self) -> None:
        """Choose what lies nearest to the selected source, the query, or the middle."""
        view, session = self._window.map.view, self._window.desk.session
        if session.selected is not None and self._window.desk.sources is not None:
            place, name = (
                view.marks.marks.selected,
                self._window.desk.sources.name(session.selected),
            )
        else:
            place = view.marks.marks.query
            name = session.current.name if session.current is not None else ""
        if place is None:
            middle = view.box.viewRect().center()
            place, name = (middle.x(), middle.y()), "the middle of the view"
        self._choose_near(place, name)

    def _choose_near(self, place: tuple[float, float], name: str) -> None:
        window = self._window
        points = window.map.view.points
        rows = nearest_on_map(points.cells, place, self._count)
        if not len(rows):
            window.toasts.say("There are no sources on this map.", "info")
            return
        words = f"the {len(rows):,} nearest to {name} on the {window.map.method_title} map"
        window.desk.session.choose(rows, words)

    def _menu_at(self, place: QPointF, at: QPoint) -> None:
        """Open the menu of a place of the map at which no source stands."""
        if self._window.desk.sources is None or not self._window.presenter.method:
            return
        menu = QMenu(self._window)
        menu.setAccessibleName("What can be done here")
        menu.aboutToHide.connect(menu.deleteLater)
        where = (place.x(), place.y())
        near = menu.addAction(f"Choose the {self._count:,} nearest to &here")
        near.triggered.connect(lambda: self._choose_near(where, "a place"))
        actions = self._window.actions_
        menu.addAction(actions["choose_how_many"])
        menu.addSeparator()
        menu.addActions([actions[key] for key in ("see_chosen", "choose_none")])
        menu.addSeparator()
        menu.addActions([actions[key] for key in ("fit", "undo", "redo")])
        menu.popup(at)

    # -- by the encoder --------------------------------------------------------------------

    def alike(self) -> None:
        """Choose what is most like the selected source, or the query."""
        session, sources = self._window.desk.session, self._window.desk.sources
        if session.selected is not None and sources is not None:
            name = sources.name(session.selected)
            self._asking.source(session.selected, name, min(self._count, len(sources)))
        elif session.current is not None and sources is not None:
            self._asking.query(session.current, min(self._count, len(sources)))

    def _told(self, rows: list[int], name: str) -> None:
        self._window.desk.session.choose(rows, f"the {len(rows):,} most like {name}")

    def _complain(self) -> None:
        if self._asking.problem:
            self._window.toasts.say(self._asking.problem, "failure")

    # -- how many --------------------------------------------------------------------------

    def ask_number(self) -> None:
        """Let the user say how many the nearest are."""
        sources = self._window.desk.sources
        most = max(len(sources), 1) if sources is not None else 1_000_000
        count, well = QInputDialog.getInt(
            self._window, "How many nearest", "Sources to choose:", self._count, 1, most
        )
        if well:
            self._count = count
            self._window.settings.keep_nearest(count)
            self._name_actions()

    def _name_actions(self) -> None:
        actions = self._window.actions_
        actions["choose_near"].setText(f"The {self._count:,} nearest to &here")
        actions["choose_alike"].setText(f"The {self._count:,} most a&like")
