"""Shows the session in the views: nothing is decided here, only drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from radgalgui.gui.alike import Alikeness
from radgalgui.gui.choosing.named import COLUMN as SELECTIONS
from radgalgui.gui.class_panel import ClassPanel
from radgalgui.gui.class_presenter import PREDICTED, ClassPresenter, Colouring
from radgalgui.gui.colours import MISSING, Scale, continuous_scale
from radgalgui.gui.desk import Desk
from radgalgui.gui.display import Display
from radgalgui.gui.elided import Elided
from radgalgui.gui.facts import source_brief
from radgalgui.gui.galaxy_presenter import GalaxyPresenter
from radgalgui.gui.gallery import Gallery
from radgalgui.gui.image_panel import ImagePanel
from radgalgui.gui.map_marks import Marks
from radgalgui.gui.map_panel import MapPanel
from radgalgui.gui.mapping.density import DENSITY, TITLE, Density
from radgalgui.gui.mapping.shown import ShownMap, in_order, map_title, map_words, stored_map
from radgalgui.gui.names import encoder_title
from radgalgui.gui.query_list import QueryList
from radgalgui.gui.session import Change, Query
from radgalgui.gui.source_table import SourceTable
from radgalgui.gui.sources import Sources, column_title
from radgalgui.gui.thumbnails import Thumbnails

__all__ = ["Presenter", "Views"]


@dataclass
class Views:
    """What there is to draw on."""

    map: MapPanel
    image: ImagePanel
    gallery: Gallery
    gallery_count: Elided
    table: SourceTable
    table_count: Elided
    queries: QueryList
    query_count: QLabel
    classes: ClassPanel
    class_count: Elided


class Presenter(QObject):
    """Draws a desk's session on views, after each change.

    ``map_shown()`` tells that another map is shown, or none.  ``glided`` is the answer that the
    map was last moved to.
    """

    map_shown = Signal()

    def __init__(self, desk: Desk, views: Views, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk, self.views = desk, views
        self.session = desk.session
        self.thumbnails: Thumbnails | None = None
        self.method, self.column = "", "angular_size"
        self.shown: ShownMap | None = None
        self.glided: tuple[str, str] | None = None
        self.classes = ClassPresenter(desk, views.classes, views.class_count, self)
        desk.classifying.predicted.connect(self._predicted)
        self.density = Density(desk.background, self)
        self.density.changed.connect(self._density_told)
        self.alike = Alikeness(desk.background, self)
        self.alike.changed.connect(self._show_gallery)
        self.galaxy = GalaxyPresenter(desk, views.image, self)
        self.session.subscribe(self._changed)
        views.map.view.hovered.connect(self._hover)

    # -- catalogue -------------------------------------------------------------------------

    def show_sources(self, sources: Sources, method: str, column: str) -> None:
        """Show a catalogue that has just been opened."""
        views = self.views
        self.thumbnails = Thumbnails(sources.images, views.image.display.colour_map)
        self.galaxy.thumbnails = self.thumbnails
        views.gallery.neighbours.set_thumbnails(self.thumbnails)
        views.queries.queries.set_thumbnails(self.thumbnails)
        self.column = column
        self.show_encoder(sources, method)
        count = f"{len(sources):,}"
        views.map.header.count.setText(sources.count_text(), f"{count} sources", count)
        views.table.set_sources(sources)
        self.count_rows()
        self.redraw()

    def show_encoder(self, sources: Sources, method: str) -> None:
        """Show the maps of the encoder in use; rows and selection stay as they are."""
        self.views.table.renew(sources)
        methods, method = in_order(sources), method.split(":")[0]
        self.method = method if method in sources.maps else (methods[0] if methods else "")
        self._offer_maps(sources)
        self._offer_columns(sources)
        self.views.map.say("" if methods else _no_map(sources))
        if not methods:
            self._show_no_map()
        self.show_map()

    def _offer_maps(self, sources: Sources) -> None:
        maps = [
            (name, map_title(sources, name), map_words(sources, name)) for name in in_order(sources)
        ]
        self.views.map.set_methods(maps, self.method.split(":")[0])

    def renew_maps(self) -> None:
        """Take in that the same sources have other maps; the one shown stays if it is there."""
        sources, shown = self.desk.sources, self.shown
        if sources is None:
            return
        there = shown is not None and shown.name in sources.maps
        same = (
            there
            and shown is not None
            and (shown.axes is not None or shown.places is sources.maps[shown.name])
        )
        if same:
            self._offer_maps(sources)
        else:
            self.show_encoder(sources, self.method)

    def _offer_columns(self, sources: Sources) -> None:
        stored, predicted = sources.colourable(), self.classes.colourings()
        known = {*stored, DENSITY, *(name for name, _ in predicted)}
        if self.column.startswith(PREDICTED) and self.column not in known and predicted:
            known.add(self.column)  # its classes are on their way
            predicted.append((self.column, f"Probability of {self.column.split(':')[1]}"))
        if self.column not in known:
            self.column = stored[0] if stored else ""
        ways = [(name, column_title(name)) for name in stored]
        told = [(DENSITY, TITLE), *predicted]
        self.views.map.set_columns([*ways, *told], self.column, len(stored))

    def renew_columns(self) -> None:
        """Take in that the same sources have other columns; the map stays where it is."""
        sources, column = self.desk.sources, self.column
        if sources is None:
            return
        self.views.table.renew(sources)
        if self.views.map.columns.count():
            self._offer_columns(sources)
        known = column in sources.columns and sources.kind_of(column) != "number"
        if column != self.column or known:
            self.recolour(self.column)
        self.count_rows()

    def _predicted(self) -> None:
        """Take in that the classes of the catalogue have come, or went out of date."""
        sources, told = self.desk.sources, self.desk.classifying.predictions
        if sources is None or not self.views.map.columns.count():
            return
        wanted = self.column.removeprefix(PREDICTED)
        if self.column.startswith(PREDICTED) and told and wanted not in ("", *told.classes):
            self.column = PREDICTED  # a class that the other labels do not have
        self._offer_columns(sources)
        self.views.map.columns.setToolTip(self.classes.tooltip())
        if self.column.startswith(PREDICTED):
            self.recolour(self.column)

    def show_map(self) -> None:
        """Show the chosen map in the colours of the chosen column."""
        sources = self.desk.sources
        if sources is not None and self.method:
            self.show_layout(stored_map(sources, self.method.split(":")[0]))

    def show_layout(self, shown: ShownMap) -> None:
        """Show a map in the colours of the chosen column: a stored one, or one along other axes."""
        sources = self.desk.sources
        if sources is None or len(shown.places) != len(sources):
            return
        self.shown, self.method = shown, shown.key
        self.views.map.check_method(shown.name, shown.title)
        way = self._colouring(sources)
        self.views.map.view.set_map(shown.places, way.scale, way.title, shown.cells)
        self.glided = None
        self._show_marks()
        self.map_shown.emit()

    @property
    def axis_titles(self) -> tuple[str, str]:
        """What lies to the right on the map, and what upwards; "" without a map."""
        return self.shown.axis_titles if self.shown is not None else ("", "")

    def _show_no_map(self) -> None:
        self.shown = None
        self.views.map.view.clear()
        self.views.map.set_columns([], "")
        self.map_shown.emit()

    def recolour(self, column: str) -> None:
        """Colour the map by another column."""
        self.column = column
        if self.desk.sources is not None:
            way = self._colouring(self.desk.sources)
            self.views.map.view.set_scale(way.scale, way.title)

    def _colouring(self, sources: Sources) -> Colouring:
        if self.column.startswith(PREDICTED):
            return self.classes.colouring(self.column, len(sources))
        if self.column == DENSITY:
            return self._density(len(sources))
        title = column_title(self.column)
        if not self.column:  # nothing that differs between sources
            return Colouring(Scale(np.full(len(sources), MISSING, np.uint8), "linear"), "")
        column = self.column if self.column in sources.columns else "name"
        scale = sources.scale(column)
        if column == SELECTIONS:
            scale = replace(scale, missing="in none")
        return Colouring(scale, title)

    def _density(self, count: int) -> Colouring:
        values = self.density.of(self.shown.places) if self.shown is not None else None
        if values is None or len(values) != count:
            on_its_way = np.full(count, MISSING, np.uint8)
            return Colouring(Scale(on_its_way, "linear", missing="being counted"), TITLE)
        return Colouring(continuous_scale(values), TITLE)

    def _density_told(self) -> None:
        if self.column == DENSITY:
            self.recolour(DENSITY)

    def count_rows(self) -> None:
        """Say how many sources the table shows."""
        sources = self.desk.sources
        if sources is not None:
            shown, whole = len(self.views.table.rows.order), sources.count_text()
            part = "" if shown == len(sources) else f"{shown:,} of "
            count = f"{len(sources):,}"
            short = (f"{part}{count} sources", f"{part}{count}")
            self.views.table_count.setText(f"{part}{whole}", *short)

    # -- session ---------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if change is Change.QUERIES:
            self._show_queries()
        elif change is Change.SELECTION:
            self._show_selection()
        elif change not in (Change.CHOSEN, Change.VIEW):
            self.redraw()

    def redraw(self) -> None:
        """Draw everything that depends on the session."""
        self._show_queries()
        self._show_gallery()
        self._show_selection()

    def _show_selection(self) -> None:
        self.galaxy.show()
        self._show_marks()
        if self.session.current is None:
            self._show_gallery()
        self.views.gallery.mark(self.session.selected)
        self.views.table.mark(self.session.selected)

    def _show_queries(self) -> None:
        queries = self.session.queries
        self.views.queries.show_queries(queries, self.session.current)
        self.views.query_count.setText(f"{len(queries)}" if queries else "")

    def _show_gallery(self) -> None:
        query = self.session.current
        gallery, count = self.views.gallery, self.views.gallery_count
        if query is None:
            hint = "The galaxies most like it will stand here."
            if self.session.selected is not None:
                hint = "Find similar shows the galaxies most like it."
            gallery.show_rows([], waiting=False, hint=hint)
            count.setText("")
            count.explain("")
            return
        hint = "" if query.open else "No neighbours: this image could not be used."
        gallery.show_rows(query.rows, waiting=query.open, hint=hint)
        self._count_neighbours(query)

    def _count_neighbours(self, query: Query) -> None:
        """Say how many neighbours of how many, and what two at random have of similarity."""
        sources, count = self.desk.sources, self.views.gallery_count
        if sources is None or not query.rows:
            count.setText("")
            count.explain("")
            return
        self.alike.want(sources)
        some = f"{len(query.rows)} of "
        short, ignored = f"{some}{len(sources):,}", ", orientation ignored"
        ways = [short + ignored, short] if query.ignore_orientation else [short]
        ways.insert(0, some + sources.count_text() + ways[0].removeprefix(short))
        scaled = [f"{way}  ·  {brief}" for brief in self.alike.briefly[:1] for way in ways]
        scaled += [f"{short}  ·  {brief}" for brief in self.alike.briefly[1:]]
        count.setText(*scaled, *ways)  # the scale is the last to go
        count.explain(self.alike.explanation)

    # -- map -------------------------------------------------------------------------------

    def place(self, query: Query) -> tuple[float, float, float] | None:
        """Return x, y and spread of a query on the map shown; None where it is not known."""
        if query.index is not None and self.desk.sources is not None:
            return (*self.views.map.view.place_of(query.index), 0.0)
        return self.shown.place(query) if self.shown is not None else None

    def _show_marks(self) -> None:
        view, query = self.views.map.view, self.session.current
        if self.desk.sources is None or not self.method:
            return
        place = self.place(query) if query is not None else None
        rows = query.rows if query is not None else []
        near = tuple(view.place_of(row["index"]) for row in rows)
        others = (self.place(q) for q in self.session.queries if q is not query)
        selected = self.session.selected
        marks = Marks(
            query=place[:2] if place else None,
            spread=place[2] if place else 0.0,
            neighbours=near,
            earlier=tuple(p[:2] for p in others if p),
            selected=view.place_of(selected) if selected is not None else None,
        )
        view.set_marks(marks)
        self._glide(query, marks)

    def _glide(self, query: Query | None, marks: Marks) -> None:
        key = (query.job, f"{self.method}{query.seconds}") if query is not None else None
        if key is not None and key != self.glided and marks.query and marks.neighbours:
            self.glided = key
            self.views.map.view.glide_to([marks.query, *marks.neighbours])

    def _hover(self, index: int | None) -> None:
        sources, view = self.desk.sources, self.views.map.view
        if index is not None and sources is not None and self.thumbnails is not None:
            picture = self.thumbnails.pixmap(index)
            view.card.show_source(
                view.hover_at, picture, sources.name(index), self.brief(sources, index)
            )

    def brief(self, sources: Sources, index: int) -> list[str]:
        """Return a few lines on a source, with what it has of the column that colours the map."""
        predicted = self.column.startswith(PREDICTED)
        own = self.column if self.column in sources.columns else ""
        lines = source_brief(sources, index, own)
        if self.column == DENSITY and self.shown is not None:
            values = self.density.of(self.shown.places)
            if values is not None and np.isfinite(values[index]):
                lines.insert(0, f"{values[index]:,.0f} sources around it")
        if predicted and (words := self.classes.value(self.column, index)):
            lines.insert(0, words)
        return lines

    # -- pictures --------------------------------------------------------------------------

    def set_display(self, display: Display) -> None:
        """Show all pictures in another way."""
        other = self.thumbnails is not None and self.thumbnails.colour_map != display.colour_map
        if self.thumbnails is not None and other:
            self.thumbnails.set_colour_map(display.colour_map)
            self.views.gallery.neighbours.refresh()
            self.views.queries.queries.set_thumbnails(self.thumbnails)
        self.galaxy.show()


def _no_map(sources: Sources) -> str:
    """Return why there is no map, and what makes one."""
    if not sources.encoder:
        return sources.obstacle
    if len(sources) < 2:
        return "A single source has no map: there is nothing that it could lie beside."
    return f"This catalogue has no map for {encoder_title(sources.encoder)} yet: make one with +"
