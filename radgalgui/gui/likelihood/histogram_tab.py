"""The tab of histograms: sets side by side, the query among them, a range that chooses sources."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from radgalgui.errors import RadGalError
from radgalgui.gui.choosing.chosen import How
from radgalgui.gui.desk import Desk
from radgalgui.gui.likelihood import sets
from radgalgui.gui.likelihood.chart import EMPTY, QUERIES, Chart, Mark, Series, make_chart
from radgalgui.gui.likelihood.empty import Empty, obstacle
from radgalgui.gui.likelihood.figure import save_figure, save_numbers
from radgalgui.gui.likelihood.histogram_view import HistogramView
from radgalgui.gui.likelihood.set_list import Line
from radgalgui.gui.likelihood.words import axis_title, brief
from radgalgui.gui.names import encoder_title
from radgalgui.gui.saving import ask_where
from radgalgui.gui.session import Change
from radgalgui.gui.settings import Settings
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import Tokens
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS, METHODS

__all__ = ["HistogramTab"]

FILTERS = "PNG figure (*.png);;SVG figure (*.svg);;Numbers as CSV (*.csv)"
FIRST = "mirabest"  # judged when the tab is looked at first: its vectors come along
FLOW = METHODS[0]


class HistogramTab(QWidget):
    """Shows `HistogramView`; ``judge_wanted()`` asks for likelihoods of the catalogue."""

    title = "Histogram"
    judge_wanted = Signal()

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self._desk, self._settings = desk, settings
        self.view, self.empty, self.stack = HistogramView(), Empty(), QStackedWidget()
        self.sets = sets.offered(desk.link, draws=desk.reconstructs)
        self._hidden: set[str] = set()  # of catalogue and queries
        self._own_words: dict[str, str] = {}
        self._of: Sources | None = None
        self._entered = False
        self._number = 0
        self._redrawing = QTimer(self)
        self._redrawing.setSingleShot(True)
        self._redrawing.timeout.connect(self._draw)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._connect()

    def _connect(self) -> None:
        desk, view = self._desk, self.view
        desk.sources_ready.connect(lambda _: self._renew())
        desk.encoder_changed.connect(lambda _: self._renew())
        desk.status_changed.connect(self._show_state)
        desk.session.subscribe(self._changed)
        for one in self.sets:
            one.asking.changed.connect(self._later)
        view.changed.connect(self._later)
        view.lines.toggled.connect(self._toggle)
        view.add_wanted.connect(self.choose_other)
        view.export_wanted.connect(self.export)
        view.histogram.ranged.connect(self._choose)
        view.clear_wanted.connect(self._clear)
        self.empty.wanted.connect(self.judge_wanted)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.view.set_theme(tokens)

    # -- being looked at -------------------------------------------------------------------

    def enter(self) -> None:
        """Show what is known; when looked at first, lay the labelled galaxies beside."""
        if not self._entered:
            self._entered = True
            for one in self.sets:
                one.shown = one.key == FIRST
        self._renew()
        if self.stack.currentIndex() == 1:
            self.view.histogram.setFocus()

    def leave(self) -> None:
        """Judge no further for nobody."""
        for one in self.sets:
            one.asking.stop()

    def _renew(self) -> None:
        """Begin anew where catalogue or encoder is another; ask for what is to be seen."""
        sources = self._desk.sources
        if sources is not self._of:  # the same catalogue read anew may have other likelihoods
            self._of, self._own_words = sources, {}
            self.view.histogram.clear_span()
            for one in self.sets:
                one.asking.forget()
        self._ask()
        self._show_state()

    def _ask(self) -> None:
        if self.isVisible() and not obstacle(self._desk)[0]:
            for one in self.sets:
                if one.shown and not one.asking.problem:
                    one.ask()

    def _changed(self, change: Change) -> None:
        if change is not Change.QUERIES:
            self._later()

    def _later(self) -> None:
        """Draw once, however much has changed."""
        if self.isVisible():
            self._redrawing.start(0)

    # -- drawing ---------------------------------------------------------------------------

    def _show_state(self) -> None:
        problem, helps = obstacle(self._desk)
        self.empty.say(problem, button=helps)
        self.stack.setCurrentIndex(0 if problem else 1)
        self._later()

    def _draw(self) -> None:
        """Put the sets into their bins beside the window's thread, and show them when done."""
        sources = self._desk.sources
        if sources is None or sources.scores is None:
            return
        method, scores = self.view.method, sources.scores
        own = sets.series_of(scores, self._title(sources), method)
        found = sets.query_values(self._desk.session.queries, scores, method)
        shown = self._series(own, [value for _, value, _ in found], method)
        rug = [] if sets.QUERIES_KEY in self._hidden else [value for _, value, _ in found]
        density, log = self.view.density, self.view.log
        self._show_lines(sources, own, len(found))
        self._number += 1
        now = self._number
        self._desk.background.run(
            lambda: make_chart(
                own.values, shown, axis=axis_title(method), density=density, log=log, rug=rug
            ),
            lambda chart: self._take(now, chart, own),
            lambda _: None,
        )

    def _series(self, own: Series, queries: list[float], method: str) -> list[Series]:
        shown = [] if sets.CATALOGUE in self._hidden else [own]
        for one in self.sets:
            series = one.series(method) if one.shown else None
            if series is not None:
                shown.append(series)
        series = sets.queries_series(queries)
        if series is not None and sets.QUERIES_KEY not in self._hidden:
            shown.append(series)
        return shown

    def _take(self, now: int, chart: Chart, own: Series) -> None:
        if now != self._number:
            return
        self.view.histogram.show_chart(chart)
        chosen, sources = self._desk.session.chosen, self._desk.sources
        picked = None
        if chosen and sources is not None and len(sources) == len(own.values):
            picked = Series("chosen", "Chosen", own.values[chosen.rows])
        self.view.histogram.show_chosen(picked)
        self.view.histogram.mark(*self._marks(own))
        self.view.say(chart, len(chosen), chosen.words)

    def _marks(self, own: Series) -> list[Mark]:
        """Return the query and the source that is selected."""
        session, sources, marks = self._desk.session, self._desk.sources, []
        if sources is None or sources.scores is None:
            return []
        if session.current is not None and sets.QUERIES_KEY not in self._hidden:
            one = [session.current]
            for query, value, percentile in sets.query_values(
                one, sources.scores, self.view.method
            ):
                marks.append(Mark(value, f"{query.name}: {brief(percentile)} percentile"))
        if session.selected is not None and session.selected < len(own.values):
            value = float(own.values[session.selected])
            if math.isfinite(value):
                marks.append(Mark(value, sources.name(session.selected), query=False))
        return marks

    def _title(self, sources: Sources) -> str:
        return sources.title or sources.path.name

    def _show_lines(self, sources: Sources, own: Series, queries: int) -> None:
        assert sources.scores is not None
        method = self.view.method
        if method not in self._own_words:
            self._own_words[method] = sets.summary(sources.scores.column(method))
        words = self._own_words[method]
        told = f"{queries} judged" if queries else "none judged yet"
        lines = [
            Line(sets.CATALOGUE, own.title, "", (), words, sets.CATALOGUE not in self._hidden),
            Line(
                sets.QUERIES_KEY,
                "Queries",
                QUERIES,
                (),
                told,
                sets.QUERIES_KEY not in self._hidden,
            ),
        ]
        lines += [
            Line(one.key, one.title, one.colour, one.dash, one.words(method), one.shown)
            for one in self.sets
        ]
        self.view.lines.show_lines(tuple(lines))

    # -- by hand ---------------------------------------------------------------------------

    def _toggle(self, key: str, shown: bool) -> None:
        for one in self.sets:
            if one.key == key:
                one.shown = shown
                if not shown:
                    one.asking.stop()
                elif one.asking.problem:
                    one.asking.forget()
        if key in (sets.CATALOGUE, sets.QUERIES_KEY):
            (self._hidden.discard if shown else self._hidden.add)(key)
        self._ask()
        self._later()

    def choose_other(self) -> None:
        """Let the user choose another catalogue to lay beside this one."""
        start = self._settings.folder("catalog")
        name = QFileDialog.getExistingDirectory(self, "Another catalogue (a folder)", start)
        if name:
            self._settings.keep_folder("catalog", str(Path(name).parent))
            self.add_other(Path(name))

    def add_other(self, path: Path) -> None:
        """Lay another catalogue beside this one."""
        found = next((one for one in self.sets if one.key == str(path)), None)
        if found is None:
            before = sum(Path(one.key).is_absolute() for one in self.sets)
            found = sets.other_catalog(self._desk.link, path, before)
            found.asking.changed.connect(self._later)
            self.sets.append(found)
        self._toggle(found.key, True)

    def _choose(self, first: int, last: int, how: How) -> None:
        """Choose the catalogue's sources in a range of bins."""
        sources, histogram = self._desk.sources, self.view.histogram
        if sources is None or sources.scores is None:
            return
        bins, method = histogram.chart.bins, self.view.method
        own = sets.series_of(sources.scores, "", method)
        subject = {FLOW: "log-likelihood", COMBINED: "percentile together"}.get(
            method, METHOD_WORDS[method].lower()
        )
        words = f"{subject} {histogram.bin_words(first, last)}"
        self._desk.background.run(
            lambda: bins.inside(own.values, first, last),
            lambda rows: self._desk.session.choose(rows, words, how),
            lambda _: None,
        )

    def _clear(self) -> None:
        self.view.histogram.clear_span()
        self._desk.session.choose_none()

    # -- taking along ----------------------------------------------------------------------

    def export(self) -> None:
        """Write figure or numbers to a file that the user names, by its ending."""
        sources, histogram = self._desk.sources, self.view.histogram
        if sources is None or histogram.chart is EMPTY:
            return
        name = f"likelihoods-{sources.encoder}.png"
        path = ask_where(self, self._settings, "Export the histogram", name, FILTERS)
        if path is None:
            return
        try:
            if path.suffix.lower() == ".csv":
                save_numbers(path, histogram.chart)
            else:
                title = f"{self._title(sources)}, {encoder_title(sources.encoder)}"
                save_figure(
                    path, histogram.chart, histogram.marks, title=title, font=histogram.font()
                )
        except (RadGalError, OSError) as error:
            self._desk.said.emit(str(error), "failure")
            self.view.told_export(f"Not written: {error}")
            return
        self._desk.said.emit(f"Written to {path}", "done")
        self.view.told_export("Exported")
