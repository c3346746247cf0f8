"""Where questions are put and answers taken in: session, catalogue and engine together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.class_desk import ClassDesk
from radgalgui.gui.engine_link import OPEN_JOB, EngineFactory, EngineLink
from radgalgui.gui.errands import (
    find_images_in,
    generator_installed,
    import_for_pictures,
    sentence,
)
from radgalgui.gui.names import encoder_title
from radgalgui.gui.session import Change, Query, Session, State
from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.gui.sources import Sources, first_encoder, read_sources
from radgalgui.gui.switch import Switch
from radgalgui.jobs.events import Classes, Picture, Ready, Refused, Seen

__all__ = ["Desk"]

MOST_PICTURES = 400_000_000  # bytes of originals kept; older ones are read again when shown


class Desk(QObject):
    """One session's work: questions wait here until the engine is free, one at a time.

    Signals: ``sources_ready(Sources)``; ``encoder_changed(Sources)`` when the same catalogue is
    seen through another encoder; ``readouts_changed()`` when another WCS can be used;
    ``status_changed()``; ``said(text, kind)`` for messages; ``engine_lost(text)`` when the
    engine has been given up.
    """

    sources_ready = Signal(object)
    encoder_changed = Signal(object)
    readouts_changed = Signal()
    status_changed = Signal()
    said = Signal(str, str)
    engine_lost = Signal(str)

    def __init__(self, factory: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = Session()
        self.sources: Sources | None = None
        self.ready: Ready | None = None
        self.problem = ""
        self.ignore_orientation = False
        self.looking = 0
        self.wanted_encoder = ""
        self.reconstructs = generator_installed()
        self._switch: Switch | None = None
        self._readouts: dict[str, SkyReadout | None] = {}
        self._waiting: deque[Query] = deque()
        self._asked: Query | None = None
        self._asked_by: tuple[str, float] = ("", 0.0)
        self._opened = False
        self.session.subscribe(self._show_again)
        self.background = Background(self)
        self.link = EngineLink(factory, self)
        self.classifying = ClassDesk(self.link, self)
        self.link.told.connect(self._take)
        self.link.ended.connect(self._engine_ended)
        self.link.given_up.connect(self._engine_given_up)

    # -- catalogue and engine --------------------------------------------------------------

    def start(self, catalog: Path) -> None:
        """Start the engine, let it load what it needs, and read the catalogue beside it."""
        self.link.start()
        wanted = self.wanted_encoder

        def read(encoder: str) -> None:
            self.link.open(catalog, encoder)
            self.classifying.open(encoder)
            self._opened = True
            self._next()
            self.background.run(
                lambda: read_sources(catalog, encoder), self._take_sources, self._no_sources
            )

        self.background.run(lambda: first_encoder(catalog, wanted), read, self._no_sources)

    def close(self) -> None:
        """End engine and worker thread."""
        self.link.stop()
        self.background.close()

    def _take_sources(self, sources: Sources) -> None:
        self.sources = sources
        self.classifying.set_sources(sources)
        self.sources_ready.emit(sources)
        self.background.run(import_for_pictures, lambda _: None, lambda _: None)
        self.status_changed.emit()

    def _no_sources(self, error: Exception) -> None:
        self._give_up(sentence(error))  # it stands where the map would be

    # -- another encoder -------------------------------------------------------------------

    @property
    def encoder(self) -> str:
        """The encoder in use, or the one that is on its way; "" before there is any."""
        if self._switch is not None:
            return self._switch.encoder
        return self.sources.encoder if self.sources is not None else ""

    def choose_encoder(self, encoder: str) -> None:
        """Change to another encoder of the catalogue, and ask all queries again by it.

        Nothing changes before its maps are read and the engine has loaded it; should it turn out
        to be missing or damaged, the one in use stays.
        """
        sources = self.sources
        if sources is None or encoder not in sources.encoders or encoder == self.encoder:
            return
        self._opened = False
        self._switch = switch = Switch(encoder)
        self.link.open(sources.path, encoder)

        def take(other: Sources) -> None:
            switch.sources = other
            self._finish(switch)

        self.background.run(
            lambda: read_sources(sources.path, encoder),
            take,
            lambda error: self._abandon(switch, sentence(error)),
        )
        self.status_changed.emit()

    def _finish(self, switch: Switch) -> None:
        if switch is not self._switch or switch.sources is None or switch.ready is None:
            return
        self._switch, self._asked, self._opened = None, None, True
        self.sources, self.ready = switch.sources, switch.ready
        self.classifying.set_sources(self.sources)
        for query in [q for q in self.session.queries if q.state is State.WORKING]:
            self.link.cancel(query.job)
        self._waiting = deque(_renewed(self.session, self._waiting))
        self.encoder_changed.emit(self.sources)
        self.said.emit(f"Now seen by {encoder_title(switch.encoder)}.", "done")
        self._next()

    def _abandon(self, switch: Switch, problem: str) -> None:
        if switch is not self._switch or self.sources is None:
            return
        self._switch, self._opened = None, True
        self.link.open(self.sources.path, self.sources.encoder)
        self.classifying.tell()
        self.said.emit(problem, "failure")
        self._next()

    def _give_up(self, problem: str) -> None:
        self.problem = problem
        self._asked = None
        if self._switch is not None and self.sources is not None:
            self._switch, self._opened = None, True
            self.link.open(self.sources.path, self.sources.encoder)  # in its next life
        for query in [q for q in self.session.queries if q.open]:
            if query.rows:
                self.session.put_off(query)  # what is known of it stays
            else:
                self.session.refuse(query, problem)
        self._waiting.clear()
        self.status_changed.emit()

    def _engine_ended(self, text: str) -> None:
        self.classifying.ask_again()
        was_ready, self.ready = self.ready is not None, None
        for other in self.session.queries:
            if other.state is State.WORKING and other is not self._asked:
                self._waiting.appendleft(other)  # its last classifiers are still to come
        query, self._asked = self._asked, None
        if query is not None and query.repeated:
            self.session.refuse(query, f"{text} It was asked twice and is not asked again.")
        elif query is not None:
            query.repeated = was_ready
            self.session.restart(query)
            self._waiting.appendleft(query)
        self.said.emit(f"{text} It is being started again.", "warning")
        self._next()

    def _engine_given_up(self, text: str) -> None:
        self.ready = None
        self._give_up(text)
        self.engine_lost.emit(text)

    def start_engine_again(self) -> None:
        """Try once more with an engine that had been given up."""
        self.problem = ""
        self.link.revive()
        self.status_changed.emit()

    # -- questions -------------------------------------------------------------------------

    def ask_paths(self, paths: Sequence[Path]) -> None:
        """Ask about files, and all images in folders; looking through them takes a thread."""
        self.looking += 1
        self.status_changed.emit()
        self.background.run(
            lambda: find_images_in(paths),
            self._ask_found,
            lambda error: self._ask_found([(path, sentence(error)) for path in paths]),
        )

    def _ask_found(self, found: list[tuple[Path, str]]) -> None:
        self.looking -= 1
        for path, refusal in found:
            if refusal:
                self.session.show(self.session.add_refused(path, refusal))
        images = [path for path, refusal in found if not refusal]
        self._ask(self.session.add_files(images, ignore_orientation=self.ignore_orientation))

    def ask_source(self, index: int) -> None:
        """Ask what is like a source of the catalogue."""
        if self.sources is not None:
            self._ask([self.session.add_source(index, self.sources.name(index))])

    def ask_again(self, query: Query, *, ignore_orientation: bool) -> None:
        """Ask about the same file in the other way."""
        if query.path is not None and not query.open:
            query.ignore_orientation = ignore_orientation
            self.session.restart(query)
            self._waiting.append(query)
            self._next()

    def _ask(self, queries: list[Query]) -> None:
        self._waiting.extend(queries)
        if queries:
            self.session.show(queries[0])
        if self.problem:
            for query in queries:
                self.session.refuse(query, self.problem)
            self._waiting.clear()
        self._next()

    def _show_again(self, change: Change) -> None:
        """Ask again for the original of the query shown, if forgotten, and for stale classes."""
        query = self.session.current
        if change is not Change.CURRENT or query is None or query.state is not State.ANSWERED:
            return
        forgotten = query.path is not None and query.picture is None
        stale = self.classifying.stale(query) and not self.classifying.problem
        if (forgotten or stale) and query not in self._waiting:
            self._waiting.appendleft(query)
            self._next()

    def choose_classes(self, label_set: str, level: float) -> None:
        """Classify by other labels or at another level; the query shown is asked again."""
        if not self.classifying.choose(label_set, level):
            return
        for query in [q for q in self.session.queries if q.state is State.WORKING and q.classes]:
            self.link.cancel(query.job)  # its other classifiers would learn from the old labels
            self.session.put_off(query)
            self._asked = None if query is self._asked else self._asked
        self._show_again(Change.CURRENT)

    def stop_waiting(self) -> None:
        """Drop the questions that have not been put to the engine yet."""
        self._waiting = deque(query for query in self._waiting if query.asked_before)
        self.session.remove_waiting()
        self.status_changed.emit()

    @property
    def waiting(self) -> int:
        """How many new questions have not been put to the engine yet."""
        return sum(1 for query in self._waiting if not query.asked_before)

    def remove(self, query: Query) -> None:
        """Take a query off the list; it is not answered any more."""
        if query.state is State.WORKING:
            self.link.cancel(query.job)
        if query is self._asked:
            self._asked = None
        elif query in self._waiting:
            self._waiting.remove(query)
        self.session.remove(query)
        self._next()

    def _next(self) -> None:
        # A question may go out before the engine is ready: it is answered as soon as it is.
        if self._opened and self._asked is None and self._waiting and not self.problem:
            query = self._asked = self._waiting.popleft()
            self.session.start(query)
            self._asked_by = self.classifying.choice
            if query.path is not None:
                self.link.search(query.job, query.path, ignore_orientation=query.ignore_orientation)
            elif query.index is not None:
                self.link.neighbours(query.job, query.index)
        self.status_changed.emit()

    # -- answers ---------------------------------------------------------------------------

    def _take(self, event: Any) -> None:
        if event.job == OPEN_JOB:
            self._take_opening(event)
            return
        if self.classifying.take(event):
            return
        query = self.session.apply(event)
        if isinstance(event, (Picture, Seen)):
            self._prepare_readout(event.header)
            self.session.trim_pictures(MOST_PICTURES)
        if isinstance(event, Refused) and query is not self.session.current and query is not None:
            self.said.emit(f"{query.name}: {query.reason}", "failure")
        if query is self._asked and (
            query is None or not query.open or isinstance(event, Classes)
        ):  # the engine lets another question pass while it fits classifiers
            self._asked = None
            if self._asked_by != self.classifying.choice:  # chosen while it was being answered
                self._show_again(Change.CURRENT)
            self._next()
        elif query is not None and not query.open:
            self.status_changed.emit()

    def _take_opening(self, event: Any) -> None:
        switch = self._switch
        if switch is not None:
            if isinstance(event, Refused):
                self._abandon(switch, event.message)
            elif event.encoder == switch.encoder:
                switch.ready = event
                self._finish(switch)
        elif isinstance(event, Ready):
            self.ready = event
            self._next()
        elif isinstance(event, Refused):
            self._give_up(event.message)
            self.said.emit(event.message, "failure")

    def _prepare_readout(self, header: str) -> None:
        if header and header not in self._readouts:
            self._readouts[header] = None

            def keep(readout: SkyReadout) -> None:
                self._readouts[header] = readout
                self.readouts_changed.emit()

            self.background.run(lambda: SkyReadout(header), keep, lambda _: None)

    def readout(self, header: str) -> SkyReadout | None:
        """Return the WCS of a header, None while it is being built or where there is none."""
        return self._readouts.get(header)

    @property
    def working(self) -> str:
        """What is being done, in a few words; "" when idle."""
        if self.problem:
            return ""
        if self.sources is None:
            return "Opening the catalogue…"
        if self.looking:
            return "Looking for images…"
        if self._switch is not None:
            return f"Changing to {encoder_title(self._switch.encoder)}…"
        left = sum(1 for q in self.session.queries if q.open)
        if self.ready is None:
            return "Starting the encoder…"
        if not left:
            return ""
        if all(q.rows for q in self.session.queries if q.open):
            return "Learning the classes…"
        done = len(self.session.queries) - left
        return "Searching…" if left == 1 else f"Searching… {done} of {done + left} done"


def _renewed(session: Session, waiting: Iterable[Query]) -> list[Query]:
    """Return all queries that another encoder has to answer, the one shown first."""
    renewed = [q for q in session.queries if q.state in (State.WORKING, State.ANSWERED)]
    for query in renewed:
        session.renew(query)
    every = [*renewed, *(q for q in waiting if q not in renewed)]
    return sorted(every, key=lambda query: query is not session.current)
