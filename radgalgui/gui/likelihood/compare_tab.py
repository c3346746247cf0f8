"""The tab that compares another survey with the open catalogue."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.desk import Desk
from radgalgui.gui.elided import Elided
from radgalgui.gui.errands import sentence
from radgalgui.gui.flow import labelled
from radgalgui.gui.likelihood.chart import Series, make_chart
from radgalgui.gui.likelihood.compare_desk import CompareDesk
from radgalgui.gui.likelihood.comparison import facts, headline, save_comparison
from radgalgui.gui.likelihood.empty import Empty, obstacle
from radgalgui.gui.likelihood.fact_list import FactList
from radgalgui.gui.likelihood.histogram import Histogram, How
from radgalgui.gui.likelihood.pair_legend import PairLegend
from radgalgui.gui.likelihood.sets import OTHERS, STYLES
from radgalgui.gui.likelihood.words import axis_title
from radgalgui.gui.names import SETS, encoder_title, set_title
from radgalgui.gui.saving import ask_where
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.jobs.likelihood.methods import METHODS

__all__ = ["CompareTab"]

FLOW = METHODS[0]
CHOOSE = "Choose the survey to compare with {title}. A minute of work at most for some thousands."
WIDE = 380  # of the column of numbers, pixels


class CompareTab(QWidget):
    """Asks the engine to compare; ``judge_wanted()`` asks for likelihoods."""

    title = "Compare surveys"
    judge_wanted = Signal()

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self._desk, self._settings = desk, settings
        self.asking = CompareDesk(desk.link, self)
        self._of: tuple[Path, str] | None = None
        self.others = QComboBox()
        self.other_button, self.stop_button = QPushButton("Catalogue…"), QPushButton("Stop")
        self.export_button = QPushButton("Export JSON…")
        self.verdict, self.notes = QLabel(), QLabel()
        self.legend, self.readout = PairLegend(), Elided("muted")
        self.histogram, self.facts = Histogram(), FactList()
        self.empty, self.stack = Empty(), QStackedWidget()
        self._prepare()
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.others.setAccessibleName("Survey to compare with")
        self.others.setPlaceholderText("Choose a survey")
        self.others.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.others.setMinimumWidth(22 * GRID)
        self.others.setMaximumWidth(40 * GRID)
        self.other_button.setToolTip(
            "Compare with another catalogue, a folder of your own (Ctrl+O)"
        )
        self.other_button.setShortcut("Ctrl+O")
        self.export_button.setToolTip(
            "Write all numbers, as radgalgui catalog compare does (Ctrl+E)"
        )
        for button in (self.other_button, self.stop_button, self.export_button):
            button.setAutoDefault(False)
        for label in (self.verdict, self.notes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict.setObjectName("strong")
        self.notes.setObjectName("muted")
        self.histogram.setAccessibleName("Log-likelihoods of both surveys")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(labelled("Compare with", self.others))
        top.addWidget(self.other_button)
        top.addWidget(self.stop_button)
        top.addStretch(1)
        top.addWidget(self.export_button)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.verdict)
        words.addWidget(self.notes)
        plot = QVBoxLayout()
        plot.setSpacing(GRID // 2)
        head = QHBoxLayout()
        head.setSpacing(2 * GRID)
        head.addWidget(self.legend)
        head.addWidget(self.readout, 1)
        plot.addLayout(head)
        plot.addWidget(self.histogram, 1)
        side: QScrollArea = scrolled(self.facts)
        side.setFixedWidth(WIDE)
        halves = QHBoxLayout()
        halves.setSpacing(2 * GRID)
        halves.addLayout(plot, 1)
        halves.addWidget(side)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(GRID)
        inner.addLayout(words)
        inner.addLayout(halves, 1)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(body)
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
        self.asking.changed.connect(self._show)
        self.others.activated.connect(lambda _: self._ask())
        self.other_button.clicked.connect(self.choose)
        self.stop_button.clicked.connect(self._stop_or_begin)
        self.export_button.clicked.connect(self.export)
        self.histogram.hovered.connect(self.readout.setText)
        self.histogram.ranged.connect(self._choose_range)
        self.empty.wanted.connect(self.judge_wanted)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.histogram.set_theme(tokens)
        self.legend.set_theme(tokens)

    # -- asking ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Offer what there is to compare with."""
        self._offer()
        self._renew()
        self.others.setFocus()

    def leave(self) -> None:
        """Compare no further for nobody."""
        self.asking.stop()

    def _offer(self) -> None:
        """Offer the published sets, and the catalogues that were open before."""
        chosen, sources = self.others.currentData(), self._desk.sources
        self.others.clear()
        for name in SETS:
            self.others.addItem(set_title(name), name)
        for path, title in self._settings.recent_catalogs():
            if sources is None or path != sources.path.absolute():
                self._add(path, title)
        at = self.others.findData(chosen) if chosen else -1
        self.others.setCurrentIndex(self._add(Path(chosen)) if chosen and at < 0 else at)

    def _add(self, path: Path, title: str = "") -> int:
        if (at := self.others.findData(str(path))) < 0:
            self.others.addItem(f"{title} – {path.name}" if title else path.name, str(path))
            at = self.others.count() - 1
        return at

    def choose(self) -> None:
        """Let the user choose the folder of another catalogue."""
        words = "Choose the catalogue to compare with"
        name = QFileDialog.getExistingDirectory(self, words, self._settings.folder("catalog"))
        if name:
            self._settings.keep_folder("catalog", str(Path(name).parent))
            self.others.setCurrentIndex(self._add(Path(name).absolute()))
            self._ask()

    def _ask(self) -> None:
        other = self.others.currentData()
        if other and not obstacle(self._desk)[0]:
            self.asking.ask(str(other))

    def _stop_or_begin(self) -> None:
        if self.asking.open:
            self.asking.stop()
        else:
            self._ask()

    def _renew(self) -> None:
        """Ask anew where catalogue or encoder is another, if somebody looks and has chosen."""
        sources = self._desk.sources
        now = (sources.path, sources.encoder) if sources is not None else None
        if now != self._of:
            self._of = now
            self.asking.forget()
            if self.isVisible():
                self._offer()
                self._ask()
        self._show()

    # -- showing ---------------------------------------------------------------------------

    def _show(self) -> None:
        if not self.isVisible():
            return
        problem, helps = obstacle(self._desk)
        told = self.asking.told if not problem else None
        self.stack.setCurrentIndex(0 if told is None else 1)
        self.empty.say(problem or self._waiting(), button=helps)
        self.stop_button.setVisible(self.asking.open or self.asking.stopped)
        self.stop_button.setText("Stop" if self.asking.open else "Start again")
        self.export_button.setEnabled(told is not None)
        for widget in (self.others, self.other_button):
            widget.setEnabled(not problem)
        if told is None:
            return
        self.verdict.setText(headline(told.comparison))
        self.notes.setText(" ".join(str(note) for note in told.comparison.get("notes") or ()))
        self.notes.setVisible(bool(self.notes.text()))
        self.facts.show_facts(facts(told.comparison))
        self._draw()

    def _waiting(self) -> str:
        sources, asking = self._desk.sources, self.asking
        if asking.problem or self._desk.obstacle:
            return asking.problem or self._desk.obstacle
        if asking.open:
            name = self.others.currentText()
            return f"Comparing {name}…" if self._desk.ready else "Starting the encoder…"
        if asking.stopped:
            return "Stopped."
        title = sources.title or sources.path.name if sources is not None else ""
        return CHOOSE.format(title=title)

    def _draw(self) -> None:
        sources, told = self._desk.sources, self.asking.told
        if sources is None or sources.scores is None or told is None:
            return
        own, theirs = sources.scores.scores[:, 0], told.log_likelihood
        mine, other = sources.title or sources.path.name, self._other_title()
        style = STYLES.get(told.name, OTHERS[0])
        pair = (Series("own", mine, own), Series("other", other, theirs, *style))
        chart = make_chart(own, pair, axis=axis_title(FLOW), density=True)
        self.histogram.show_chart(chart)
        self.legend.show_series(pair)
        self.readout.setText(f"Seen by {encoder_title(sources.encoder)}")

    def _other_title(self) -> str:
        told = self.asking.told
        part = told.comparison.get("b") if told is not None else None
        return str((part or {}).get("title") or self.others.currentText())

    # -- taking along ----------------------------------------------------------------------

    def _choose_range(self, first: int, last: int, how: How) -> None:
        """Choose the sources of the open catalogue in a range of log-likelihood."""
        sources = self._desk.sources
        if sources is not None and sources.scores is not None:
            rows = self.histogram.chart.bins.inside(sources.scores.scores[:, 0], first, last)
            words = f"log-likelihood {self.histogram.bin_words(first, last)}"
            self._desk.session.choose(rows, words, how=how)

    def export(self) -> None:
        """Write all numbers to a file that the user names, as JSON."""
        told = self.asking.told
        if told is None:
            return
        path = ask_where(
            self, self._settings, "Export the numbers", "comparison.json", "JSON (*.json)"
        )
        if path is None:
            return
        found = told.comparison
        self._desk.background.run(
            lambda: save_comparison(path, found),
            lambda _: self._desk.said.emit(f"The comparison was written to {path}", "done"),
            lambda error: self._desk.said.emit(sentence(error), "failure"),
            writes=path.name,
        )
