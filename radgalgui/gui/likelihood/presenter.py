"""Shows how likely the galaxy in view is: the query, or the source that is selected."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from radgalgui.gui.desk import Desk
from radgalgui.gui.likelihood import offer
from radgalgui.gui.likelihood.chart import EMPTY, Chart, Mark, Series, make_chart
from radgalgui.gui.likelihood.panel import LikelihoodPanel, Shown
from radgalgui.gui.likelihood.words import brief, disagreement, number, place
from radgalgui.gui.names import encoder_title
from radgalgui.gui.session import Change, Query, State
from radgalgui.gui.sources import Sources
from radgalgui.gui.work import words as job_words
from radgalgui.gui.work.board import Board
from radgalgui.jobs.events import Likelihood
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS

if TYPE_CHECKING:
    from radgalgui.jobs.likelihood.stored import StoredScores  # imports pyarrow

__all__ = ["LikelihoodPresenter", "told_percentiles"]

QUIET = "How usual a galaxy is among those of the catalogue will stand here."
NOT_YET = (
    "How usual a galaxy is in this catalogue is not known yet for {encoder}: its sources must be"
    " looked at once, in the background."
)
INVITING = "A galaxy that you ask about or select is marked among them."


class LikelihoodPresenter(QObject):
    """Draws the likelihood of a desk's query, or selected source, on a panel.

    ``titled(text)`` tells the percentile for the tab of the panel, "" where there is none.
    """

    titled = Signal(str)

    def __init__(
        self,
        desk: Desk,
        panel: LikelihoodPanel,
        count: QLabel,
        board: Board,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.panel, self._count, self._board = desk, panel, count, board
        self._title = ""
        self._scores: StoredScores | None = None
        desk.session.subscribe(self._changed)
        desk.sources_ready.connect(self._take_sources)
        desk.encoder_changed.connect(self._take_sources)
        for told in (board.listed, board.changed, board.ended):
            told.connect(lambda *_: self._job_changed())
        self.redraw()

    # -- the catalogue ---------------------------------------------------------------------

    def _take_sources(self, sources: Sources) -> None:
        scores = self._scores = sources.scores
        self.panel.histogram.show_chart(EMPTY)
        self.panel.bars.show_ranks({})
        if scores is not None:
            self.panel.bars.show_ranks(_ranks(scores))
            self.desk.background.run(
                lambda: _own_chart(scores),
                lambda chart: self._take_chart(scores, chart),
                lambda _: None,  # a histogram less; what is said stays
            )
        self.redraw()

    def _take_chart(self, scores: StoredScores, chart: Chart) -> None:
        if scores is self._scores:
            self.panel.histogram.show_chart(chart)

    def _changed(self, change: Change) -> None:
        if change not in (Change.QUERIES, Change.VIEW):
            self.redraw()

    def _job_changed(self) -> None:
        if self._scores is None:
            self.redraw()

    # -- drawing ---------------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw what is known of the galaxy in view."""
        sources, session = self.desk.sources, self.desk.session
        self._title = ""
        if sources is None or sources.scores is None:
            self._count.setText("")
            self._say_why(sources)
        else:
            self._count.setText(
                f"among {sources.count_text()}, by {encoder_title(sources.encoder)}"
            )
            if session.selected is not None:
                self._show_source(sources, sources.scores, session.selected)
            elif session.current is None:
                self.panel.show_galaxy(Shown("", INVITING))
            else:
                self._show_query(session.current)
        self.titled.emit(self._title)

    def _say_why(self, sources: Sources | None) -> None:
        """Say why there are no likelihoods, and offer what makes them."""
        if sources is None:
            self.panel.say(QUIET)
            return
        if why := offer.obstacle(sources):
            self.panel.say(f"{sources.scores_problem} {why}".strip())
        elif running := self._running(sources):
            self.panel.say(running)
        else:
            text = NOT_YET.format(encoder=encoder_title(sources.encoder))
            self.panel.say(sources.scores_problem or text, offer.words(sources))

    def _running(self, sources: Sources) -> str:
        """Return how the job goes that makes the likelihoods, "" where there is none."""
        folder = sources.path.absolute()
        for job in self._board.jobs.values():
            order = job.record.order
            here = order.kind == "likelihood" and job.out.absolute() == folder
            if here and sources.encoder in order.arguments and job.state in ("waiting", "running"):
                state = job_words.brief(job) if job.state == "running" else "waiting for its turn"
                return f"The sources are being looked at: {state[:1].lower()}{state[1:]}"
        return ""

    def _show_source(self, sources: Sources, scores: StoredScores, row: int) -> None:
        percentiles = {m: float(scores.column(m)[row]) for m in (*METHODS, COMBINED)}
        value = float(scores.scores[row, 0])
        mark = Mark(value, sources.name(row), query=False)
        self._show(percentiles, value, len(sources), mark, query=False)

    def _show_query(self, query: Query) -> None:
        told = query.likelihood
        if query.state is State.REFUSED:
            self.panel.say("Not told: this image could not be used.")
        elif told is not None:
            self._show_told(query, told)
        elif query.open:
            self.panel.show_galaxy(Shown("", "Looking how usual it is…"))
        else:
            self.panel.say("How usual this galaxy is was not told.")

    def _show_told(self, query: Query, told: Likelihood) -> None:
        notes = tuple(note["text"] for note in told.notes)
        if told.log_likelihood is None or told.percentile is None:
            self.panel.say(" ".join(notes) or "How usual this galaxy is could not be told.")
            return
        mark = Mark(told.log_likelihood, query.name)
        self._show(told_percentiles(told), told.log_likelihood, told.sources, mark, notes=notes)

    def _show(
        self,
        percentiles: Mapping[str, float],
        value: float,
        sources: int,
        mark: Mark,
        *,
        query: bool = True,
        notes: tuple[str, ...] = (),
    ) -> None:
        flow = percentiles["log_likelihood"]
        parted = place(flow, sources).split(": ", 1)
        beside = [parted[1] if len(parted) > 1 else "", f"log-likelihood {number(value)} nats"]
        sentences = [disagreement(percentiles), *notes]
        self._title = brief(flow) if math.isfinite(flow) else ""
        self.panel.show_galaxy(
            Shown(
                parted[0],
                "  ·  ".join(part for part in beside if part),
                percentiles,
                mark if math.isfinite(value) else None,
                query,
                tuple(sentence for sentence in sentences if sentence),
            )
        )


def told_percentiles(told: Likelihood) -> dict[str, float]:
    """Return what every method says of a query, NaN where one has no say."""
    named = {row["method"]: row["percentile"] for row in told.opinions}
    named |= {"log_likelihood": told.percentile, COMBINED: told.combined}
    return {m: math.nan if named.get(m) is None else float(named[m] or 0.0)
            for m in (*METHODS, COMBINED)}  # fmt: skip


def _own_chart(scores: StoredScores) -> Chart:
    own = scores.scores[:, 0]
    return make_chart(own, [Series("catalogue", "The catalogue", own)])


def _ranks(scores: StoredScores) -> dict[str, Mapping[str, float]]:
    """Return the rank agreement of each method with each other."""
    table = scores.agreement
    return {
        one: {other: float(table[i, j]) for j, other in enumerate(METHODS)}
        for i, one in enumerate(METHODS)
    }
