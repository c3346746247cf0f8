"""Shows which sources are chosen: on the map, in the table, as a gallery, and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from radgalgui.gui.choosing.bar import ChosenBar
from radgalgui.gui.choosing.tile_grid import TileGrid
from radgalgui.gui.dock import Dock
from radgalgui.gui.facts import source_brief
from radgalgui.gui.presenter import Presenter
from radgalgui.gui.segments import Segments
from radgalgui.gui.session import Change
from radgalgui.gui.sources import format_value
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.tiles import TileWords

__all__ = ["ALL", "CHOSEN", "NEAREST", "ChosenPresenter", "ChosenViews"]

NEAREST, ALL, CHOSEN = 0, 0, 1
MOST_SORTED = 200_000  # above this the gallery keeps the catalogue's order


@dataclass
class ChosenViews:
    """What there is to draw on, beside the presenter's own views."""

    galleries: QStackedWidget
    tiles: TileGrid
    neighbours: Dock
    sources: Dock


class ChosenPresenter(QObject):
    """Follows a session's chosen sources.

    When some are chosen where none were, gallery and table turn to them; a query that is shown
    brings its neighbours back.
    """

    def __init__(
        self, presenter: Presenter, views: ChosenViews, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter, self._views = presenter, views
        self._desk, self._session = presenter.desk, presenter.session
        self._map, self._table = presenter.views.map, presenter.views.table
        self.bar = ChosenBar(self._map.view)
        self._map.view.overview.yield_to(self.bar)
        self.gallery_segments = Segments(
            [
                ("Nearest", "The galaxies most like the query"),
                ("Chosen", "The galaxies that are chosen, in the order of the table"),
            ]
        )
        self.table_segments = Segments(
            [
                ("All", "All sources; those that are not chosen are grey"),
                ("Chosen", "Only the sources that are chosen"),
            ]
        )
        self._had_any = False
        self._lay_out()
        self.gallery_segments.changed.connect(self._turn_gallery)
        self.table_segments.changed.connect(lambda _: self._show_table())
        self._table.rows.layoutChanged.connect(self._show_tiles)
        self._session.subscribe(self._changed)
        self._desk.sources_ready.connect(lambda _: self.show())
        presenter.map_shown.connect(self._show_map)
        self.show()

    def _lay_out(self) -> None:
        near = self._views.neighbours.title
        near.row.insertWidget(1, self.gallery_segments)
        near.row.insertSpacing(2, GRID // 2)
        table = self._views.sources.title
        table.row.insertWidget(1, self.table_segments)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.bar.set_theme(tokens)
        self._views.tiles.set_theme(tokens)
        self._table.rows.set_muted(tokens.muted)

    # -- following -------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if change is Change.CHOSEN:
            self.show()
        elif change is Change.CURRENT and self._session.current is not None:
            self._turn_gallery(NEAREST)
        elif change is Change.SELECTION:
            self._views.tiles.mark(self._session.selected)

    def show(self) -> None:
        """Show what is chosen everywhere."""
        chosen, sources = self._session.chosen, self._desk.sources
        some = bool(chosen)
        self.gallery_segments.say(CHOSEN, f"Chosen {len(chosen):,}" if some else "Chosen")
        heading = self._views.neighbours.title.title
        parts = ((heading, not some), (self.gallery_segments, some), (self.table_segments, some))
        for part, wanted in sorted(parts, key=lambda pair: pair[1]):
            part.setVisible(wanted)  # what goes goes first: both would push the panels apart
        self.bar.show_chosen(len(chosen), len(sources) if sources else 0, chosen.words)
        self._show_map()
        self._show_tiles()
        if some is not self._had_any:
            self.table_segments.show_number(CHOSEN if some else ALL)
        self._had_any = some
        self._turn_gallery(CHOSEN if some else NEAREST)
        self._show_table()

    def _show_map(self) -> None:
        chosen, sources = self._session.chosen, self._desk.sources
        mask = chosen.mask(len(sources)) if chosen and sources is not None else None
        self._map.view.set_chosen(mask)

    # -- gallery ---------------------------------------------------------------------------

    def _turn_gallery(self, page: int) -> None:
        self.gallery_segments.show_number(page)
        self._views.galleries.setCurrentIndex(page)
        self._views.neighbours.title.count.setVisible(page == NEAREST)

    def _show_tiles(self) -> None:
        rows = self._session.chosen.rows
        if len(rows) <= MOST_SORTED:
            rows = self._table.rows.in_order(rows)
        thumbnails = self._presenter.thumbnails
        self._views.tiles.show_rows(rows, thumbnails, self._words, self._tip)
        self._views.tiles.mark(self._session.selected)

    def refresh_tiles(self) -> None:
        """Draw the pictures and their words anew, as after a change of colours."""
        self._views.tiles.viewport().update()

    def _words(self, row: int) -> TileWords:
        sources = self._desk.sources
        if sources is None or row >= len(sources):
            return "", "", ""
        size, label = sources.value("angular_size", row), sources.label(row)
        extent = f"{size:.0f}″" if math.isfinite(size) else ""
        column, name = self._presenter.column, sources.name(row)
        if column in sources.columns and column != "angular_size" and sources.numeric(column):
            return format_value(column, sources.columns[column][row]), extent, label or name
        return (label, extent, name) if label else (extent, "", name)

    def _tip(self, row: int) -> str:
        sources = self._desk.sources
        if sources is None or row >= len(sources):
            return ""
        return "\n".join([sources.name(row), *source_brief(sources, row)])

    # -- table -----------------------------------------------------------------------------

    def _show_table(self) -> None:
        chosen = self._session.chosen
        only = self.table_segments.number == CHOSEN
        self._table.show_chosen(chosen.rows if chosen else None, only=only)
        self._table.mark(self._session.selected)
        self._presenter.count_rows()
