"""Shows the session on the sky, and lets the sky and the map point out each other's sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from radgalgui.gui.background import Background
from radgalgui.gui.choosing.chosen import How
from radgalgui.gui.colours import MISSING, Scale
from radgalgui.gui.facts import source_position
from radgalgui.gui.session import Change, Query
from radgalgui.gui.skyview.aim import Aim
from radgalgui.gui.skyview.laid import LaidOnSky
from radgalgui.gui.skyview.panel import FRAMES, SkyPanel
from radgalgui.gui.skyview.scene import SkyMarks
from radgalgui.gui.skyview.sphere import Sphere
from radgalgui.gui.theme import Tokens
from radgalgui.sky.projection import directions

if TYPE_CHECKING:
    from radgalgui.gui.dock import Dock
    from radgalgui.gui.window import MainWindow

__all__ = ["SkyPresenter"]

NEAR = 1.5  # degrees: half the width of a field around one source
LEAST = 0.1  # degrees: half the width of a field around several, at least

NO_CATALOGUE = "The sources of a catalogue stand here on the sky, as soon as one is open."
NO_POSITIONS = (
    "This catalogue does not say where its sources lie on the sky. Columns ra and dec in its table,"
    " degrees ICRS, would show them here."
)
SIMULATED = "Simulated: positions at random over the area of FIRST"
AREAS = {"rectangle": "a rectangle", "lasso": "a lasso"}

Position = tuple[float, float]


class SkyPresenter(QObject):
    """Follows a session while the panel is open; positions are sorted when it first opens."""

    def __init__(self, window: MainWindow, panel: SkyPanel, dock: Dock) -> None:
        super().__init__(window)
        self._window, self._panel, self._dock = window, panel, dock
        self._view, self._map = panel.view, window.map.view
        self._desk, self._session = window.desk, window.desk.session
        self._thread = Background(self)
        self._sorted: object = None  # whose positions are shown
        self._asked: object = None  # whose are being sorted
        self._laid = LaidOnSky(window, panel, self._thread)
        self._chosen_shown: object = None
        self._waiting = False  # for the sources, to look from near
        frame = window.settings.sky_frame()
        self._view.look(self._view.aim.in_frame(FRAMES[frame == "galactic"]), glide=False)
        self._connect()
        self._view.points.set_style(*window.settings.point_style())
        panel.say(NO_CATALOGUE)

    def _connect(self) -> None:
        view, panel, sky_map = self._view, self._panel, self._map
        self._session.subscribe(self._changed)
        self._desk.sources_ready.connect(lambda _: self.show())
        self._dock.visibilityChanged.connect(lambda _: self.show())
        sky_map.recoloured.connect(self._recolour)
        sky_map.shown_changed.connect(self._show_hidden)
        sky_map.restyled.connect(self._restyle)
        sky_map.hovered.connect(self._pointed_on_map)
        sky_map.area.changed.connect(lambda: view.area.use(sky_map.area.tool))
        panel.tool_wanted.connect(sky_map.area.use)
        panel.all_wanted.connect(lambda: view.look(view.whole_sky()))
        panel.field_wanted.connect(self.go_near)
        panel.frames.changed.connect(self.use_frame)
        view.hovered.connect(self._hover)
        view.picked.connect(self._session.select)
        view.marked.connect(self._marked)
        view.menu_wanted.connect(self._window.commands.drawing.menu_on_source)
        view.area.drawn.connect(self._drawn)

    def close(self) -> None:
        """Wait for positions that are being sorted."""
        self._thread.close()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._panel.set_theme(tokens)
        self._laid.set_theme(tokens)
        self._recolour()

    # -- catalogue -------------------------------------------------------------------------

    def show(self) -> None:
        """Show the catalogue that is open, if the panel can be seen."""
        sources = self._desk.sources
        if not self._panel.isVisible() or sources is None:
            return
        if "ra" not in sources.columns or "dec" not in sources.columns:
            self._sorted = self._asked = None
            self._panel.say(NO_POSITIONS)
            self._dock.title.count.setText("")
            return
        key = (sources.path, len(sources))
        if key == self._sorted:
            self._follow()
        elif key != self._asked:
            self._asked = key
            self._panel.say("Sorting the sources on the sky…")
            ra, dec = sources.columns["ra"], sources.columns["dec"]
            self._thread.run(
                lambda: Sphere(np.asarray(ra, float), np.asarray(dec, float)),
                lambda sphere: self._show_sphere(key, sphere),
                lambda error: self._panel.say(f"The positions cannot be shown: {error}"),
            )

    def _show_sphere(self, key: object, sphere: Sphere) -> None:
        sources = self._desk.sources
        if sources is None or key != self._asked or key != (sources.path, len(sources)):
            return
        self._sorted, self._asked, self._chosen_shown = key, None, None
        whole = len(sphere) == len(sources)
        text, few = sources.count_text(), f"{len(sphere):,}"
        some = (text, few) if whole else (f"{few} of {text}", f"{few} of {len(sources):,}")
        self._dock.title.count.setText(*some)
        self._panel.note(SIMULATED if sources.simulated else "")
        self._panel.say("" if len(sphere) else NO_POSITIONS)
        self._view.set_sphere(sphere, len(sources))
        self._recolour()
        self._show_hidden()
        self._follow()
        self._then()

    def show_near(self) -> None:
        """Look from near as soon as the sources stand on the sky."""
        if self._ready:
            self.go_near()
        else:
            self._waiting = True

    def _then(self) -> None:
        if self._waiting:
            self._waiting = False
            self.go_near()

    @property
    def _ready(self) -> bool:
        """Whether the catalogue that is open stands on the sky."""
        sources = self._desk.sources
        return sources is not None and self._sorted == (sources.path, len(sources))

    def _recolour(self) -> None:
        sources = self._desk.sources
        if sources is not None and self._ready:
            grey = Scale(np.full(len(sources), MISSING, np.uint8), "linear")
            dark = self._window.theme.tokens.dark
            self._view.points.set_scale(self._map.scale or grey, dark=dark)
            self._view.update()

    def _restyle(self, size: float, opacity: float) -> None:
        self._view.points.set_style(size, opacity)
        self._view.update()

    def _show_hidden(self) -> None:
        if self._ready:
            self._view.points.set_hidden(self._map.points.hidden)
            self._view.update()

    # -- session ---------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if self._ready and self._panel.isVisible():
            if change is Change.CHOSEN:
                self._show_chosen()
            elif change in (Change.CURRENT, Change.ANSWER, Change.SELECTION, Change.QUERIES):
                self._show_marks()
            if change is Change.SELECTION and self._session.selected is not None:
                self._bring_into_view(self.position_of(self._session.selected))

    def _follow(self) -> None:
        self._show_chosen()
        self._show_marks()
        self._laid.show()

    def _show_chosen(self) -> None:
        chosen, sources = self._session.chosen, self._desk.sources
        if sources is not None and chosen is not self._chosen_shown:
            self._chosen_shown = chosen
            self._view.points.set_chosen(chosen.mask(len(sources)) if chosen else None)
            self._view.update()

    def _show_marks(self) -> None:
        query, selected = self._session.current, self._session.selected
        near = [self.position_of(row["index"]) for row in query.rows] if query is not None else []
        others = [self._query_position(q) for q in self._session.queries if q is not query]
        self._view.set_marks(
            SkyMarks(
                query=self._query_position(query) if query is not None else None,
                neighbours=tuple(place for place in near if place is not None),
                earlier=tuple(place for place in others if place is not None),
                selected=self.position_of(selected) if selected is not None else None,
            )
        )

    def position_of(self, index: int) -> Position | None:
        """Return where a source of the catalogue lies, None where that is unknown."""
        sources = self._desk.sources
        known = sources is not None and index < len(sources)
        return source_position(sources, index) if known and sources is not None else None

    def _query_position(self, query: Query) -> Position | None:
        if query.index is not None:
            return self.position_of(query.index)
        seen = query.seen
        if seen is not None and seen.ra is not None and seen.dec is not None:
            return seen.ra, seen.dec
        return query.position

    # -- where one looks -------------------------------------------------------------------

    def use_frame(self, number: int) -> None:
        """Let the north of another frame be up."""
        aim = self._view.aim.in_frame(FRAMES[number])
        self._view.look(aim, glide=False)  # what follows is in its frame
        self._window.settings.keep_sky_frame(FRAMES[number])
        if aim.whole:
            aim = self._view.whole_sky()
        self._view.look(aim, glide=False)

    def go_near(self) -> None:
        """Look at what is selected, chosen or asked about from near; else at the middle of all."""
        view, session = self._view, self._session
        selected = None if session.selected is None else self.position_of(session.selected)
        asked = self._query_position(session.current) if session.current is not None else None
        if selected is not None:
            view.look(view.holding(directions(*selected), NEAR))
        elif session.chosen and (aim := self._around_chosen()) is not None:
            view.look(aim)
        elif asked is not None:
            view.look(view.holding(directions(*asked), NEAR))
        else:
            middle = view.points.sphere.middle
            view.look(view.aim.towards(middle, min(view.points.sphere.reach * 0.5, 12.0)))

    def _around_chosen(self) -> Aim | None:
        sources = self._desk.sources
        if sources is None:
            return None
        rows = self._session.chosen.rows
        ra, dec = (np.asarray(sources.columns[name][rows], float) for name in ("ra", "dec"))
        known = np.isfinite(ra) & np.isfinite(dec)
        if not known.any():
            return None
        aim = self._view.holding(directions(ra[known], dec[known]), LEAST)
        return aim if not aim.whole else None

    def _bring_into_view(self, position: Position | None) -> None:
        """Turn the sky to a position that is not to be seen, from as near as before."""
        at = self._view.scene.pixel_of(*position) if position is not None else None
        inside = at is not None and self._view.rect().contains(at.toPoint())
        if position is not None and not inside:
            aim = self._view.aim
            self._view.look(aim.towards(directions(*position)[:, 0], aim.radius))

    # -- pointer ---------------------------------------------------------------------------

    def _hover(self, index: int | None) -> None:
        position = None if index is None else self.position_of(index)
        self._view.point_out(position)
        marks = self._map.marks
        known = index is not None and self._map.scale is not None
        place = self._map.place_of(index) if known and index is not None else None
        marks.set_marks(replace(marks.marks, hovered=place))
        sources, thumbnails = self._desk.sources, self._window.presenter.thumbnails
        if index is not None and sources is not None and thumbnails is not None:
            lines = self._window.presenter.brief(sources, index)
            picture = thumbnails.pixmap(index)
            self._view.card.show_source(self._view.hover_at, picture, sources.name(index), lines)

    def _pointed_on_map(self, index: int | None) -> None:
        if self._ready and self._panel.isVisible():
            self._view.point_out(None if index is None else self.position_of(index))

    def _marked(self, row: int, how: How) -> None:
        self._session.choose([row], "picked by hand", how)

    def _drawn(self, rows: NDArray[np.int64], kind: str, how: How) -> None:
        if not len(rows):
            self._window.toasts.say(f"No source lies in that {kind}.", "info")
        self._session.choose(rows, f"{AREAS[kind]} on the sky", how)
