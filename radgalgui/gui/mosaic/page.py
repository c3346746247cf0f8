"""The page of a mosaic: a window beside the main one, whose clicks become queries there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from radgalgui.gui.colours import COLOUR_MAPS
from radgalgui.gui.display import LIMITS, STRETCHES, Display
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.facts import position_text
from radgalgui.gui.flow import labelled
from radgalgui.gui.imaging.grid_overlay import GridOverlay
from radgalgui.gui.mosaic.desk import Finding, MosaicDesk, Opened
from radgalgui.gui.mosaic.finder import MOST_ASKED, Finder
from radgalgui.gui.mosaic.roster import Entry, Roster
from radgalgui.gui.mosaic.view import MosaicView
from radgalgui.gui.mosaic.words import about, found_words, shown_value
from radgalgui.gui.paths import paths_from_mime
from radgalgui.gui.session import Change
from radgalgui.gui.theme import GRID, Tokens, numbers_font

if TYPE_CHECKING:
    from radgalgui.gui.desk import Desk
    from radgalgui.sky.extraction import FieldSource

__all__ = ["MosaicPage"]

SIZE, SHARE = (1240, 800), 0.62  # pixels, and the share of a larger screen
#: Stretched by the values of the whole, which parts that are looked at closely do not have.
OFFERED = tuple(name for name in STRETCHES if name != "histeq")
FIRST_STRETCH = "asinh"
BY_NOISE, FAINT, BRIGHT = "by noise", -1.0, 40.0  # limits in sigma of the noise
HINT = "Click on a source to find galaxies like it. The wheel zooms, dragging moves."
PIXELS = " px"


class MosaicPage(QDialog):
    """Overview, sources, and what was asked about them.

    ``catalogue_wanted(path, list of FieldSource)`` asks for a catalogue of all sources,
    ``export_wanted(path, list of FieldSource, scale)`` for a table, ``help_wanted()`` for help.
    """

    catalogue_wanted = Signal(object, list)
    export_wanted = Signal(object, list, float)
    help_wanted = Signal()

    def __init__(self, parent: QWidget, desk: Desk, display: Display) -> None:
        super().__init__(parent)
        self.setWindowTitle("Mosaic")
        self.setModal(False)
        self.setAcceptDrops(True)
        self._desk = desk
        self.opened: Opened | None = None
        self.roster, self.desk = Roster(), MosaicDesk(self)
        self.view, self.finder = MosaicView(self.roster), Finder(self.roster)
        self.name, self.facts, self.readout = Elided("strong"), Elided("muted"), Elided("muted")
        self.help_button = quiet_button("info", "What is this? Help on mosaics (F1)")
        self.stretch = _chooser("Stretch", OFFERED, FIRST_STRETCH)
        self.limits = _chooser("Limits", (BY_NOISE, *LIMITS), BY_NOISE)
        self.colours = _chooser("Colour map", COLOUR_MAPS, display.colour_map)
        self.grid = QCheckBox("Grid")
        self.grid.setToolTip("Right ascension and declination over the picture (G)")
        self.view.overlays.insert(0, GridOverlay(self.desk.aside))
        for label in (self.facts, self.readout):
            label.setFont(numbers_font(label.font()))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.readout.setAccessibleName("Readout under the pointer")
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(self.name)
        top.addWidget(self.facts, 1)
        top.addWidget(self.help_button)
        controls = QHBoxLayout()
        controls.setSpacing(2 * GRID)
        for words, chooser in (
            ("Stretch", self.stretch),
            ("Limits", self.limits),
            ("Colours", self.colours),
        ):
            controls.addWidget(labelled(words, chooser))
        controls.addWidget(self.grid)
        controls.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(GRID // 2 + 2)
        left.addWidget(self.view, 1)
        left.addWidget(self.readout)
        left.addLayout(controls)
        body = QHBoxLayout()
        body.setSpacing(2 * GRID)
        body.addLayout(left, 1)
        body.addWidget(self.finder)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        desk, view, finder = self.desk, self.view, self.finder
        desk.opened.connect(self._show)
        desk.looked.connect(view.take_detail)
        desk.found.connect(self._take_found)
        desk.meant.connect(self._ask_at)
        desk.placed.connect(self._ask_at)
        desk.went_on.connect(finder.show_progress)
        desk.failed.connect(self._complain)
        view.detail_wanted.connect(self._look_closer)
        view.clicked.connect(self._click)
        view.pointed.connect(self._read_out)
        finder.changed.connect(self._find)
        finder.typed.connect(self._typed)
        finder.ask_wanted.connect(lambda: self._ask(self.roster.unasked(MOST_ASKED)))
        finder.catalogue_wanted.connect(self._want_catalogue)
        finder.export_wanted.connect(self._want_export)
        finder.list.marked.connect(self._mark)
        finder.list.asked.connect(lambda entry: self._ask([entry]))
        self.help_button.clicked.connect(self.help_wanted)
        for chooser in (self.stretch, self.limits, self.colours):
            chooser.currentTextChanged.connect(lambda _: view.show_display(self._display()))
        self.grid.toggled.connect(lambda on: view.choose(replace(view.choices, grid=on)))
        for keys, slot in (
            ("F1", self.help_wanted.emit),
            ("Ctrl+E", self._want_export),
            ("Ctrl+L", finder.where.setFocus),
            ("G", self.grid.toggle),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self._desk.session.subscribe(self._follow)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)
        self.view.set_theme(tokens)

    # -- opening ---------------------------------------------------------------------------

    def open(self, path: Path | None = None) -> None:
        """Come to the front, with another mosaic if one is given."""
        if not self.isVisible():
            room = self.screen().availableSize()
            wide, high = (
                max(side, round(SHARE * r)) for side, r in zip(SIZE, room.toTuple(), strict=True)
            )
            self.resize(min(wide, room.width() - 64), min(high, room.height() - 64))
        self.show()
        self.raise_()
        self.activateWindow()
        self.view.setFocus()
        if path is not None and (self.opened is None or path != self.opened.path):
            self._begin(path)

    def _begin(self, path: Path) -> None:
        self.opened = None
        self.roster.clear()
        self.finder.renew()
        self.name.setText(path.name)
        self.facts.setText("")
        self.readout.setText("")  # which a pointer at rest would not do
        self.setWindowTitle(f"{path.name} – Mosaic")
        self.view.show_sky(None, self._display(), "Reading the image…")
        self.finder.show_progress(0, 0, "Reading the image")
        self.desk.open(path)

    def _show(self, opened: Opened) -> None:
        self.opened = opened
        told = opened.overview
        self.facts.setText(about(told))
        self.view.show_mosaic(opened, self._display())
        self.finder.list.rows.scale = told.scale
        self.finder.set_placed(placed=told.scale > 0, unit="″" if told.scale > 0 else PIXELS)
        self.view.setFocus()
        self._find(self.finder.wanted)

    def _look_closer(self, columns: tuple[int, int], rows: tuple[int, int], factor: int) -> None:
        self.desk.look(columns, rows, factor, self.view.display)

    def _display(self) -> Display:
        limits, noise = self.limits.currentText(), 0.0
        if self.opened is not None:
            noise = self.opened.overview.noise
        known = limits in LIMITS or noise <= 0
        return Display(
            self.stretch.currentText(),
            limits if limits in LIMITS else LIMITS[1],
            self.colours.currentText(),
            None if known else (FAINT * noise, BRIGHT * noise),
        )

    # -- finding ---------------------------------------------------------------------------

    def _find(self, wanted: Finding) -> None:
        if self.opened is not None:
            self.finder.show_progress(0, 0, "Looking for sources")
            self.desk.find(wanted)

    def _take_found(self, wanted: Finding, sources: list[FieldSource]) -> None:
        self.roster.take(sources)
        self.finder.rest()
        self._renew()
        placed = self.opened is not None and self.opened.overview.scale > 0
        self.finder.say(found_words(sources, wanted, placed=placed, hint=HINT))

    def _complain(self, text: str) -> None:
        self.finder.rest()
        self.finder.say(text, "failure")
        if self.opened is None:
            self.view.show_sky(None, self._display(), text)

    # -- asking ----------------------------------------------------------------------------

    def _click(self, x: float, y: float) -> None:
        known = self.roster.at(x, y, self.view.reach())
        if known is not None:
            self._ask([known])
        else:
            self.desk.mean(x, y)

    def _typed(self, text: str) -> None:
        known = self.roster.called(text)
        if known is not None:
            self.view.go_to(known.x, known.y)
            self._ask([known])
        else:
            self.desk.place(text)

    def _ask_at(self, x: float, y: float, position: tuple[float, float] | None) -> None:
        if position is None:
            self._complain("The image has no sky coordinates there, so nothing can be asked.")
            return
        known = self.roster.at(x, y, 1.0)
        self._ask([known or self.roster.add(x, y, position)])
        if self.view.sky is not None and self.finder.where.hasFocus():
            self.view.go_to(x, y)

    def _ask(self, entries: list[Entry]) -> None:
        """Ask about places; what was asked before is shown again."""
        if self.opened is None or not entries:
            return
        session, fresh = self._desk.session, [e for e in entries if e.query is None and e.position]
        self.roster.marked = entries[0]
        if fresh:
            places = [(entry.name, entry.position) for entry in fresh if entry.position]
            queries = session.add_places(
                self.opened.path, places, ignore_orientation=self._desk.ignore_orientation
            )
            self.roster.ask(fresh, queries)
            self._desk.ask(queries)
        elif entries[0].query is not None:
            session.show(entries[0].query)
        self._renew()

    def _mark(self, entry: Entry) -> None:
        self.roster.marked = entry
        self.view.go_to(entry.x, entry.y)
        if entry.query is not None:
            self._desk.session.show(entry.query)
        self._renew()

    def _follow(self, change: Change) -> None:
        session = self._desk.session
        if change is Change.QUERIES and any(e.query for e in self.roster.entries):
            self.roster.drop(session.queries)
            self._renew()
        elif change is Change.CURRENT and (entry := self.roster.of(session.current)) is not None:
            self.roster.marked = entry
            self._renew()

    def _renew(self) -> None:
        self.finder.renew()
        self.view.update()

    # -- what is made of it ----------------------------------------------------------------

    def _want_catalogue(self) -> None:
        if self.opened is not None and self.roster.found:
            self.catalogue_wanted.emit(self.opened.path, self.roster.found)

    def _want_export(self) -> None:
        if self.opened is not None and self.roster.found:
            scale = self.opened.overview.scale
            self.export_wanted.emit(self.opened.path, self.roster.found, scale)

    def _read_out(self, at: tuple[float, float] | None) -> None:
        if at is None or self.opened is None:
            self.readout.setText("")
            return
        x, y = self.view.to_mosaic(*at)
        readout = self.opened.readout
        where = readout.at(*at) if readout is not None else None
        value = shown_value(self.view.value_at(*at), self.opened.overview)
        known = self.roster.at(x, y, self.view.reach())
        name = known.name if known is not None else ""
        place = position_text(*where) if where else ""
        parts = [place, f"x {x + 1:.1f}  y {y + 1:.1f}", value, name]
        self.readout.setText("   ".join(part for part in parts if part))

    # -- events ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file."""
        if len(paths_from_mime(event.mimeData())) == 1:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._begin(paths_from_mime(event.mimeData())[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape alone: Return belongs to what has the focus."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def end(self) -> None:
        """End the threads, before the window goes."""
        self.desk.close()


def _chooser(name: str, choices: tuple[str, ...], chosen: str) -> QComboBox:
    chooser = QComboBox()
    chooser.setAccessibleName(name)
    chooser.addItems(list(choices))
    chooser.setCurrentText(chosen)
    return chooser
