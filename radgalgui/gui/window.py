"""The main window: puts panels in their places and joins actions to the desk."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QWidget,
)

import radgalgui_resources
from radgalgui.gui.actions import Actions
from radgalgui.gui.background import threads_ended
from radgalgui.gui.choosing.tile_grid import TileGrid
from radgalgui.gui.class_panel import ClassPanel
from radgalgui.gui.commands import Commands
from radgalgui.gui.desk import Desk
from radgalgui.gui.dock import Dock
from radgalgui.gui.draw_panel import DrawPanel
from radgalgui.gui.draw_presenter import DrawPresenter
from radgalgui.gui.drop import DropCurtain
from radgalgui.gui.encoder_chooser import EncoderChooser
from radgalgui.gui.gallery import Gallery
from radgalgui.gui.guests import Guests
from radgalgui.gui.image_panel import ImagePanel
from radgalgui.gui.joining import join, order_tabs
from radgalgui.gui.layout import (
    bring_classes,
    lay_out,
    open_guests,
    proportion,
    restore,
)
from radgalgui.gui.likelihood.panel import LikelihoodPanel
from radgalgui.gui.likelihood.presenter import LikelihoodPresenter
from radgalgui.gui.map_panel import MapPanel
from radgalgui.gui.picture_commands import picture_button
from radgalgui.gui.presenter import Presenter, Views
from radgalgui.gui.query_list import QueryList
from radgalgui.gui.session import Change
from radgalgui.gui.settings import VERSION, Settings
from radgalgui.gui.source_table import SourceTable
from radgalgui.gui.sources import Sources
from radgalgui.gui.status import Status
from radgalgui.gui.table.filter_box import FilterBox
from radgalgui.gui.theme import Theme, Tokens
from radgalgui.gui.toasts import Toasts
from radgalgui.gui.toolbar import Toolbar
from radgalgui.gui.work.board import Board
from radgalgui.gui.work.chip import JobChip
from radgalgui.gui.work.panel import JobsPanel
from radgalgui.gui.work.presenter import JobsPresenter

__all__ = ["MainWindow"]

SIZE = QSize(1440, 900)

#: How long threads that read are waited for at the end, seconds; the others are left behind.
LAST_S = 0.5


class Themed(Protocol):
    """What can take the colours of a theme."""

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""


class MainWindow(QMainWindow):
    """Map in the middle; galaxy and neighbours at the right; sources and queries below."""

    def __init__(self, desk: Desk, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.desk, self.theme, self.settings = desk, theme, settings
        self.setWindowTitle("RadGalGUI")
        self.setWindowIcon(QIcon(str(radgalgui_resources.path("icons", "application.svg"))))
        self.setMinimumSize(960, 600)
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._make_panels()
        self._make_bars()
        self._make_docks()
        self._make_presenters()
        self._themed: list[Themed] = [
            *(self.map, self.image, self.gallery, self.queries, self.classes),
            *(self.toolbar, self.curtain, self.toasts, self.draw_panel, self.jobs_panel),
            self.likelihood,
            *self.docks.values(),
        ]
        self._follow()
        join(self)
        self._restore()
        theme.changed.connect(self.set_theme)
        self.set_theme(theme.tokens)
        self.image.invite()
        self.map.say("Opening the catalogue…")
        self.presenter.redraw()
        self.commands.refresh()
        order_tabs(self)
        self.map.view.setFocus()

    # -- building --------------------------------------------------------------------------

    def _make_panels(self) -> None:
        self.map, self.image = MapPanel(), ImagePanel()
        self.gallery, self.table, self.queries = Gallery(), SourceTable(), QueryList()
        self.galleries, self.tiles = QStackedWidget(), TileGrid("Chosen galaxies")
        for page in (self.gallery, self.tiles):
            self.galleries.addWidget(page)
        self.classes, self.draw_panel = ClassPanel(), DrawPanel()
        self.likelihood = LikelihoodPanel()
        self.board, self.jobs_panel, self.job_chip = Board(parent=self), JobsPanel(), JobChip()

    def _make_bars(self) -> None:
        """Make what can be done, and the bars that offer it."""
        self.commands = Commands(self)
        self.actions_ = Actions(self, self.commands.slots(), self.commands.specs)
        self.encoders = EncoderChooser(
            self.actions_.menus["E&ncoder"], self.actions_["next_encoder"], self
        )
        self.toolbar = Toolbar(self.actions_, self.encoders.box)
        self.addToolBar(self.toolbar)
        self.status = Status()
        self.setStatusBar(self.status)
        self.status.insertPermanentWidget(2, self.job_chip)  # after work and Stop

    def _make_presenters(self) -> None:
        """Make what shows the desk in the panels, and what is laid over all of them."""
        counts = {key: dock.title.count for key, dock in self.docks.items()}
        self.presenter = Presenter(self.desk, self._views(), self)
        self.drawing = DrawPresenter(self.desk, self.draw_panel, counts["draw"], self)
        self.curtain, self.toasts = DropCurtain(self), Toasts(self)
        self.toasts.stay_above(self.docks.values())
        self.jobs = JobsPresenter(self.board, self.jobs_panel, self.job_chip, self.toasts, self)
        self.judging = LikelihoodPresenter(
            self.desk, self.likelihood, counts["likelihood"], self.board, self
        )

    def _make_docks(self) -> None:
        self.setCentralWidget(self.map)
        self.filter_box = FilterBox()
        self.search_button = QPushButton("Find similar")
        self.search_button.setToolTip("Find what is like the selected source (Ctrl+Return)")
        self.docks = {
            "image": Dock("image", "Galaxy", self.image, "image"),
            "neighbours": Dock("neighbours", "Nearest galaxies", self.galleries, "neighbours"),
            "classes": Dock("classes", "Class", self.classes, "classes"),
            "queries": Dock("queries", "Queries", self.queries, "queries"),
            "sources": Dock("sources", "Sources", self.table, "sources"),
            "draw": Dock("draw", "Draw", self.draw_panel, "draw", guest=True),
            "jobs": Dock("jobs", "Jobs", self.jobs_panel, "jobs", guest=True),
            "likelihood": Dock("likelihood", "Likelihood", self.likelihood, "likelihood"),
        }
        self.docks["neighbours"].title.add(self.search_button)
        for widget in (self.classes.sets, self.classes.more):
            self.docks["classes"].title.add(widget)
        self.docks["sources"].title.add(self.filter_box, stretch=9)
        self.docks["image"].title.add(picture_button(self.actions_))
        draw, jobs = self.docks["draw"], self.docks["jobs"]
        draw.title.add(self.draw_panel.segments)
        draw.title.add(self.draw_panel.enlarge_button)
        jobs.title.add(self.jobs_panel.enlarge_button)
        for feature in self.commands.features:
            self.docks |= feature.docks()
        self.guests = Guests(self, self.docks)
        menu = self.actions_.menus["&View"]
        menu.addSeparator()
        for number, dock in enumerate(self.docks.values(), start=1):
            dock.finish()
            action = dock.toggleViewAction()
            action.setShortcut(f"Alt+{number % 10}")  # the tenth is Alt+0
            menu.addAction(action)
            self.addAction(action)

    def default_layout(self) -> None:
        """Put every panel where it is on the first day."""
        lay_out(self, self.docks)
        self.proportion()

    def proportion(self) -> None:
        """Share the window between the panels, whatever its size."""
        proportion(self, self.docks)

    def _views(self) -> Views:
        counts = {key: dock.title.count for key, dock in self.docks.items()}
        return Views(
            self.map,
            self.image,
            self.gallery,
            counts["neighbours"],
            self.table,
            counts["sources"],
            self.queries,
            counts["queries"],
            self.classes,
            counts["classes"],
        )

    def _restore(self) -> None:
        self.resize(SIZE.boundedTo(self.screen().availableSize()))
        geometry, docks = self.settings.layout()
        self.image.set_display(self.settings.display())
        self.image.wish(self.settings.wishes())
        self.drawing.set_display(self.image.display)
        self.desk.wanted_encoder = self.settings.encoder()
        self.desk.classifying.remember(self.settings.label_set(), self.settings.level())
        self._proportioned = False
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            docks = QByteArray()
        self._proportioned = restore(self, self.docks, docks, VERSION, self.settings.guests())
        if not self._proportioned:
            self.proportion()

    # -- following -------------------------------------------------------------------------

    def _follow(self) -> None:
        """Hear of what changes in the desk, and where the keyboard goes."""
        desk = self.desk
        desk.sources_ready.connect(self._show_sources)
        desk.encoder_changed.connect(self._show_encoder)
        desk.status_changed.connect(self._status_changed)
        desk.session.subscribe(self._session_changed)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for view in (*self._themed, *self.commands.features):
            view.set_theme(tokens)
        self.actions_.themes[self.theme.choice].setChecked(True)

    def _show_sources(self, sources: Sources) -> None:
        self.presenter.show_sources(
            sources, self.settings.map_method(), self.settings.colour_column()
        )
        self._show_title()
        self.commands.refresh()

    def _show_encoder(self, sources: Sources) -> None:
        self.presenter.show_encoder(sources, self.presenter.method)
        self.presenter.redraw()
        self.settings.keep_encoder(sources.encoder)
        self.commands.refresh()

    def _status_changed(self) -> None:
        self.commands.analysis.show_encoder()
        self.status.show_desk(
            self.desk, self.drawing.drawing.working or self.commands.catalogs.working
        )
        if self.desk.problem and self.desk.sources is None:
            self.map.say(self.desk.problem)

    def _session_changed(self, change: Change) -> None:
        if change is not Change.QUERIES:
            self.commands.refresh()
        current = self.desk.session.current
        if current is not None and current.message:  # stands in the panel of the galaxy now
            self.toasts.unsay(current.complaint)
        self._show_title()

    def _show_title(self) -> None:
        """Name what is shown and the catalogue that is open."""
        current, sources = self.desk.session.current, self.desk.sources
        parts = [current.name if current else "", sources.title if sources else "", "RadGalGUI"]
        self.setWindowTitle(" – ".join(part for part in parts if part))

    def _focus_changed(self) -> None:
        active = self.dock_in_focus()
        for dock in self.docks.values():
            dock.title.set_active(active=dock is active)
        self.map.header.set_active(
            active=active is None and self.map.isAncestorOf(self.focusWidget() or self)
        )

    def dock_in_focus(self) -> Dock | None:
        """Return the panel that holds the keyboard focus, None for the map."""
        widget: QWidget | None = self.focusWidget()
        while widget is not None and not isinstance(widget, Dock):
            widget = widget.parentWidget()
        return widget

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the neighbours with the arrow keys wherever nothing else wants them."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.desk.session.step(step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room on the first day, and after that leave it to the user."""
        super().resizeEvent(event)
        if not self._proportioned:
            self.proportion()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin on the first day with the classes before the sources, which share a place."""
        super().showEvent(event)
        if not self._proportioned and not event.spontaneous():
            bring_classes(self, self.docks)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, and end what runs, having asked what becomes of jobs."""
        if not self.commands.jobs.may_close():
            event.ignore()
            return
        guests = open_guests(self.docks)
        self.settings.keep_layout(self.saveGeometry(), self.saveState(VERSION), guests)
        self.settings.sync()
        self.hide()  # an engine that is still loading may take seconds to end
        self.desk.close()
        self.drawing.close()
        self.board.close()
        for feature in self.commands.features:
            feature.close()
        threads_ended(LAST_S)
        super().closeEvent(event)
