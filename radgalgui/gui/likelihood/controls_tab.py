"""The tab of controls: pictures drawn by code, where they fell, and how well that was measured."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.desk import Desk
from radgalgui.gui.errands import sentence
from radgalgui.gui.likelihood.control_table import ControlTable
from radgalgui.gui.likelihood.detection_page import DetectionPage
from radgalgui.gui.likelihood.empty import Empty, obstacle
from radgalgui.gui.likelihood.expected import Fallen, fallen, save_controls, summary
from radgalgui.gui.likelihood.scoring import Scoring
from radgalgui.gui.saving import ask_where
from radgalgui.gui.segments import Segments
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.thumbnails import Thumbnails

__all__ = ["ControlsTab"]

SET = "controls"
EMPTY, TABLE, MEASURED = range(3)


class ControlsTab(QWidget):
    """Asks the engine to judge the controls; ``judge_wanted()`` asks for likelihoods."""

    title = "Controls"
    judge_wanted = Signal()

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self._desk, self._settings = desk, settings
        self.asking = Scoring(desk.link, self)
        self._asked: tuple[Path, str] | None = None
        self.controls: list[Fallen] = []
        self.ways = Segments(
            (
                ("These pictures", "Where each picture falls in the open catalogue"),
                ("Measured", "How often each kind of picture is told from galaxies"),
            )
        )
        self.export_button = QPushButton("Export CSV…")
        self.words, self.table, self.measured = QLabel(), ControlTable(), DetectionPage()
        self.empty, self.stack = Empty(), QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.export_button.setAutoDefault(False)
        self.export_button.setToolTip("Write where each control fell as CSV (Ctrl+E)")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(self.ways)
        top.addWidget(self.words, 1)
        top.addWidget(self.export_button)
        for page in (self.empty, self.table, self.measured):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        desk = self._desk
        desk.sources_ready.connect(lambda _: self._renew())
        desk.encoder_changed.connect(lambda _: self._renew())
        desk.status_changed.connect(self._show)
        self.asking.changed.connect(self._take)
        self.ways.changed.connect(lambda _: self._show())
        self.export_button.clicked.connect(self.export)
        self.empty.wanted.connect(self.judge_wanted)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.table.set_theme(tokens)
        self.measured.set_theme(tokens)

    # -- asking ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Judge the controls, unless that is known; read what was measured."""
        self.measured.read()
        if self.asking.problem:
            self._asked = None  # it may be mended by now
        self._renew()
        if self.stack.currentIndex() == TABLE:
            self.table.setFocus()

    def leave(self) -> None:
        """Judge no further for nobody."""
        if self.asking.open:
            self.asking.stop()
            self._asked = None

    def _renew(self) -> None:
        """Ask anew where catalogue or encoder is another, and somebody looks."""
        sources = self._desk.sources
        now = (sources.path, sources.encoder) if sources is not None else None
        if now != self._asked:
            self.asking.forget()
            self._asked, self.controls = None, []
        if sources is not None:
            self.measured.choose(sources.encoder)
        if self.isVisible() and self._asked is None and not obstacle(self._desk)[0]:
            self._asked = now
            self.asking.ask(SET)
        self._show()

    # -- showing ---------------------------------------------------------------------------

    def _take(self) -> None:
        told = self.asking.told
        if told is not None and not self.asking.open and not self.controls:
            self.controls = fallen(
                told.labels, told.names, told.words, told.percentiles, told.images
            )
            drawing = Thumbnails(told.images, self._settings.display().colour_map)
            pictures = [drawing.pixmap(row) for row in range(len(self.controls))]
            self.table.show_controls(self.controls, pictures)
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        if self.ways.number == 1:
            self.words.setText("")
            self.export_button.setVisible(False)
            self.stack.setCurrentIndex(MEASURED)
            return
        problem, helps = obstacle(self._desk)
        self.empty.say(problem or self._waiting(), button=helps)
        known = bool(self.controls) and not problem
        self.words.setText(summary(self.controls) if known else "")
        self.export_button.setVisible(True)
        self.export_button.setEnabled(known)
        self.stack.setCurrentIndex(TABLE if known else EMPTY)

    def _waiting(self) -> str:
        if self.asking.problem or self._desk.obstacle:
            return self.asking.problem or self._desk.obstacle
        return "Drawing and judging the controls…" if self._desk.ready else "Starting the encoder…"

    # -- taking along ----------------------------------------------------------------------

    def export(self) -> None:
        """Write where each control fell to a file that the user names, as CSV."""
        sources, controls = self._desk.sources, self.controls
        if sources is None or not controls or self.ways.number == 1:
            return
        name = f"controls-{sources.encoder}.csv"
        path = ask_where(self, self._settings, "Export the controls", name)
        if path is None:
            return
        of = (sources.path.name, sources.encoder)
        self._desk.background.run(
            lambda: save_controls(path, controls, *of),
            lambda _: self._desk.said.emit(f"{len(controls)} rows written to {path}", "done"),
            lambda error: self._desk.said.emit(sentence(error), "failure"),
            writes=path.name,
        )
