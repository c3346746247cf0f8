"""Where questions are put and answers taken in: session, catalogue and engine together."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.catalogs.opening import Opening
from radgalgui.gui.class_desk import ClassDesk
from radgalgui.gui.engine_link import OPEN_JOB, EngineFactory, EngineLink
from radgalgui.gui.errands import find_images_in, generator_installed, import_for_pictures, sentence
from radgalgui.gui.names import encoder_title
from radgalgui.gui.readouts import Readouts
from radgalgui.gui.session import Change, Query, Session, State
from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.gui.sources import FirstLook, Sources
from radgalgui.gui.switch import Switch
from radgalgui.jobs.events import Classes, Picture, Ready, Refused, Seen

__all__ = ["Desk"]

MOST_PICTURES = 400_000_000  # bytes of originals kept; older ones are read again when shown


class Desk(QObject):
    """One session's work: questions wait here until the engine is free, one at a time.

    Signals: ``sources_ready(Sources)`` when a catalogue has been read, at the start or later;
    ``catalog_opened(Path)`` and ``catalog_refused(Path, str)`` how `open_catalog` ended;
    ``fell_back(str)`` why the first catalogue gave way to another; ``encoder_changed(Sources)``
    when the same catalogue is seen through another encoder; ``readouts_changed()`` when another
    WCS can be used; ``status_changed()``; ``said(text, kind)`` for messages;
    ``engine_lost(text)`` when the engine has been given up.
    """

    sources_ready = Signal(object)
    catalog_opened = Signal(object)
    catalog_refused = Signal(object, str)
    fell_back = Signal(str)
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
        self._waiting: deque[Query] = deque()
        self._asked: Query | None = None
        self._asked_by: tuple[str, float] = ("", 0.0)
        self._opened = False
        self._instead: Path | None = None
        self.session.subscribe(self._show_again)
        self.background = Background(self)
        self._readouts = Readouts(self.background, self)
        self._readouts.changed.connect(self.readouts_changed)
        self.link = EngineLink(factory, self)
        self.classifying = ClassDesk(self.link, self)
        self.classifying.left.connect(self._leave_old_labels)
        self.opening = Opening(self.link, self.background, self)
        self.opening.arrived.connect(self._arrived)
        self.opening.failed.connect(self._failed)
        self.opening.looked.connect(self._looked_into)
        self.opening.read.connect(self._take_sources)
        self.opening.unread.connect(self._give_up)
        self.opening.said.connect(self.said)
        self.link.told.connect(self._take)
        self.link.ended.connect(self._engine_ended)
        self.link.given_up.connect(self._engine_given_up)

    # -- catalogue and engine --------------------------------------------------------------

    def start(self, catalog: Path, *, instead: Path | None = None) -> None:
        """Start the engine, let it load what it needs, and read the catalogue beside it.

        ``instead`` is opened should the catalogue be missing or damaged.
        """
        self._instead = instead
        if not self.link.alive:
            self.link.start()
        self.opening.first(catalog, self.wanted_encoder)

    def _looked_into(self, catalog: Path, look: FirstLook) -> None:
        if not look.obstacle:
            self.link.open(catalog, look.encoder)
            self.classifying.open(catalog, look.encoder)
        self._opened = True
        self._next()

    def close(self) -> None:
        """End engine and worker thread."""
        self.link.stop()
        self.background.close()

    def _take_sources(self, sources: Sources) -> None:
        if self.sources is not None:
            return  # another was asked for meanwhile, and is there
        self.sources = sources
        self.classifying.set_sources(sources)
        self.sources_ready.emit(sources)
        self.background.run(import_for_pictures, lambda _: None, lambda _: None)
        self._refuse_all(self.obstacle)
        self._settle()
        self.status_changed.emit()

    def _settle(self) -> None:
        """Keep the first catalogue, once all of it is there."""
        if self.sources is not None and (self.ready is not None or self.sources.obstacle):
            self._instead = None

    @property
    def obstacle(self) -> str:
        """Why nothing can be asked, in a sentence; "" where it can."""
        told = self.sources.obstacle if self.sources is not None else ""
        return self.problem or told

    # -- another catalogue or encoder ------------------------------------------------------

    @property
    def encoder(self) -> str:
        """The encoder in use, or the one that is on its way; "" before there is any."""
        switch = self.opening.switch
        if switch is not None and not switch.another:
            return switch.encoder
        return self.sources.encoder if self.sources is not None else ""

    def choose_encoder(self, encoder: str) -> None:
        """Change to another encoder of the catalogue, and ask all queries again by it.

        Nothing changes before its maps are read and the engine has loaded it; should it turn out
        to be missing or damaged, the one in use stays.
        """
        sources = self.sources
        if sources is not None and encoder in sources.encoders and encoder != self.encoder:
            self._change(Switch(sources.path, encoder))

    def open_catalog(self, path: Path, encoder: str = "") -> None:
        """Change to another catalogue, or to the same as it is now, and ask all images again.

        ``encoder`` is taken if the catalogue has it.  Nothing changes before it is read and the
        engine has loaded it; should it be missing or damaged, the one in use stays.
        """
        if not self.link.alive and (self.problem or self._instead):
            self.link.revive()
        self._instead = None
        self._change(Switch(path, encoder or self.encoder or self.wanted_encoder, another=True))

    def _change(self, switch: Switch) -> None:
        self._opened = False
        self.opening.begin(switch, self.sources)
        self.status_changed.emit()

    def _arrived(self, switch: Switch) -> None:
        assert switch.sources is not None
        obstacle = self.obstacle
        self._asked, self._opened = None, True
        self.sources, self.ready = switch.sources, switch.ready
        for query in [q for q in self.session.queries if q.state is State.WORKING]:
            self.link.cancel(query.job)
        if switch.another:
            self._leave_catalog(obstacle, same_rows=switch.same_rows)
        self.classifying.set_sources(self.sources)
        self._waiting = deque(self.session.renew_all(self._waiting))
        if switch.another:
            self.sources_ready.emit(self.sources)
            self.catalog_opened.emit(switch.path)
            self.said.emit(f"Opened {self.sources.title}: {self.sources.count_text()}.", "done")
        else:
            self.encoder_changed.emit(self.sources)
            self.said.emit(f"Now seen by {encoder_title(switch.encoder)}.", "done")
        self._refuse_all(self.obstacle)
        self._next()

    def _leave_catalog(self, obstacle: str, *, same_rows: bool) -> None:
        """Forget the sources of another catalogue; ask what could not be asked because of it."""
        self.problem = ""
        if self.obstacle:
            self.link.close_catalog()
        if not same_rows:
            self.session.leave_catalog()
            self._waiting = deque(q for q in self._waiting if q.index is None)
        self._waiting.extend(self.session.take_up(obstacle))

    def _failed(self, switch: Switch, problem: str) -> None:
        self._opened, sources = True, self.sources
        if sources is None:
            self.problem = self.problem or problem
        elif sources.obstacle:
            self.link.close_catalog()
        else:
            if self.link.catalog != (sources.path, sources.encoder):
                self.link.open(sources.path, sources.encoder)
            self.classifying.tell()
        self.said.emit(problem, "failure")
        if switch.another:
            self.catalog_refused.emit(switch.path, problem)
        self._next()

    def _give_up(self, problem: str) -> bool:
        """Answer nothing any more, unless another catalogue can be opened; then return False."""
        if self._instead is not None:
            self._fall_back(self._instead, problem)
            return False
        self.problem = problem
        self._asked = None
        self.opening.give_up(problem)
        self._refuse_all(problem)
        self.status_changed.emit()
        return True

    def _fall_back(self, instead: Path, problem: str) -> None:
        """Open another catalogue than that of the start; what was asked meanwhile waits for it."""
        self.fell_back.emit(problem)
        self._asked = None
        self._waiting = deque(self.session.renew_all(self._waiting))
        self.open_catalog(instead)

    def _refuse_all(self, problem: str) -> None:
        """Answer nothing that is open, where there is a problem."""
        if problem:
            self.session.refuse_all(problem)
            self._waiting.clear()

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
        self.opening.give_up(f"{text} What was open stays.")
        self._next()

    def _engine_given_up(self, text: str) -> None:
        self.ready = None
        if self._give_up(text):
            self.engine_lost.emit(text)

    def start_engine_again(self) -> None:
        """Try once more with an engine that had been given up."""
        problem, self.problem = self.problem, ""
        self.link.revive()
        self._waiting.extend(self.session.take_up(problem))
        self._next()

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
        self.ask(self.session.add_files(images, ignore_orientation=self.ignore_orientation))

    def ask_source(self, index: int) -> None:
        """Ask what is like a source of the catalogue."""
        if self.sources is not None:
            self.ask([self.session.add_source(index, self.sources.name(index))])

    def ask_again(self, query: Query, *, ignore_orientation: bool) -> None:
        """Ask about the same file in the other way."""
        if query.path is not None and not query.open:
            query.ignore_orientation = ignore_orientation
            self.session.restart(query)
            self._waiting.append(query)
            self._next()

    def ask(self, queries: list[Query]) -> None:
        """Put queries of the session's list to the engine, and show the first of them."""
        self._waiting.extend(queries)
        if queries:
            self.session.show(queries[0])
        self._refuse_all(self.obstacle)
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
        self.classifying.choose(label_set, level)

    def _leave_old_labels(self) -> None:
        """Hear no more of what is learned from labels that are not in use; ask again by those."""
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
        if self._opened and self._asked is None and self._waiting and not self.obstacle:
            query = self._asked = self._waiting.popleft()
            self.session.start(query)
            self._asked_by = self.classifying.ask(query)
            if query.path is not None:
                self.link.search(query.job, query.path, **query.options)
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
            self._readouts.prepare(event.header)
            self.session.trim_pictures(MOST_PICTURES)
        if isinstance(event, Refused) and query is not self.session.current and query is not None:
            self.said.emit(query.complaint, "failure")
        if query is self._asked and (
            query is None or not query.open or isinstance(event, Classes)
        ):  # the engine lets another question pass while it fits classifiers
            self._asked = None
            if self._asked_by != self.classifying.choice:  # chosen while it was being answered
                self._leave_old_labels()
            self._next()
        elif query is not None and not query.open:
            self.status_changed.emit()

    def _take_opening(self, event: Any) -> None:
        if self.opening.take(event):
            return
        if isinstance(event, Ready):
            self.ready = event
            self._settle()
            self._next()
        elif isinstance(event, Refused) and self._give_up(event.message):
            self.said.emit(event.message, "failure")

    def readout(self, header: str) -> SkyReadout | None:
        """Return the WCS of a header, None while it is being built or where there is none."""
        return self._readouts.get(header)
