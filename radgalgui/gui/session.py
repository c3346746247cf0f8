"""What the window is about, in one plain object: the queries, the one shown, what is selected."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from pathlib import Path

from numpy.typing import ArrayLike

from radgalgui.gui.choosing.chosen import NOTHING, Chosen, How, step_words
from radgalgui.gui.choosing.history import History, Shown, View
from radgalgui.gui.query import KEPT, Query, State, no_vector
from radgalgui.jobs.events import (
    Classes,
    Done,
    Event,
    Likelihood,
    Neighbours,
    Picture,
    Place,
    Reconstruction,
    Refused,
    Seen,
)

__all__ = ["Change", "Query", "Session", "State"]


class Change(Enum):
    """What a listener is told has changed."""

    QUERIES = auto()  # the list, or the state of one in it
    CURRENT = auto()  # which query is shown
    ANSWER = auto()  # something new is known of the query shown
    SELECTION = auto()  # which source is selected
    CHOSEN = auto()  # which sources are chosen
    VIEW = auto()  # which part of the map is to be seen, by an undo, or that it can be undone


class Session:
    """One query shown, one source selected, a set of them chosen, and the queries so far.

    Views never talk to each other: they call methods here and listen with `subscribe`.
    """

    def __init__(self) -> None:
        self.queries: list[Query] = []
        self.current: Query | None = None
        self.selected: int | None = None
        self.chosen: Chosen = NOTHING
        self.view: View | None = None
        self._listeners: list[Callable[[Change], None]] = []
        self._numbers: Iterator[int] = itertools.count(1)
        self._history = History()

    def subscribe(self, listener: Callable[[Change], None]) -> None:
        """Call ``listener`` after each change."""
        self._listeners.append(listener)

    # -- queries ---------------------------------------------------------------------------

    def add_files(self, paths: Sequence[Path], *, ignore_orientation: bool = False) -> list[Query]:
        """Append a query a file; none is shown until `show`."""
        return self._add([Query(self._job(), p.name, p, None, ignore_orientation) for p in paths])

    def add_places(
        self,
        path: Path,
        places: Iterable[tuple[str, tuple[float, float]]],
        *,
        ignore_orientation: bool = False,
    ) -> list[Query]:
        """Append a query for each place, a name and ICRS degrees, in a large image."""
        return self._add(
            [
                Query(self._job(), name, path, None, ignore_orientation, position=position)
                for name, position in places
            ]
        )

    def add_source(self, index: int, name: str) -> Query:
        """Append a query by a source of the catalogue."""
        return self._add([Query(self._job(), name, index=index)])[0]

    def add_refused(self, path: Path, message: str) -> Query:
        """Append a query that could not even be asked, with its sentence."""
        refused = Query(self._job(), path.name, path, state=State.REFUSED, message=message)
        return self._add([refused])[0]

    def _job(self) -> str:
        return f"query-{next(self._numbers)}"

    def _add(self, queries: list[Query]) -> list[Query]:
        self.queries.extend(queries)
        self._tell(Change.QUERIES)
        return queries

    def find(self, job: str) -> Query | None:
        """Return the query of a job, or None when it has been removed."""
        return next((q for q in self.queries if q.job == job), None)

    @property
    def words(self) -> str:
        """What is still to be answered, in a few words; "" for nothing."""
        still = [query for query in self.queries if query.open]
        if not still:
            return ""
        if all(query.rows for query in still):
            return "Learning the classes…"
        done, all_ = len(self.queries) - len(still), len(self.queries)
        return "Searching…" if len(still) == 1 else f"Searching… {done} of {all_} done"

    def remove_waiting(self) -> None:
        """Take off the list what has not been asked yet."""
        self._remove([q for q in self.queries if q.state is State.WAITING and not q.asked_before])

    def trim_pictures(self, most: int) -> None:
        """Forget the oldest originals, but not the one shown, above ``most`` bytes in all."""
        held = [q for q in self.queries if q.picture is not None]
        size = sum(_bytes(q) for q in held)
        for query in held:
            if size <= most:
                return
            if query is not self.current and not query.open:
                size -= _bytes(query)
                query.picture = None

    def remove(self, query: Query) -> None:
        """Take a query off the list, and show its neighbour in the list if it was shown."""
        self._remove([query])

    def _remove(self, queries: list[Query]) -> None:
        """Take queries off the list at once: of thousands, one by one would take minutes."""
        if not queries:
            return
        gone = {id(query) for query in queries}
        before = itertools.takewhile(lambda query: query is not self.current, self.queries)
        at = sum(id(query) not in gone for query in before)
        self.queries[:] = [q for q in self.queries if id(q) not in gone]
        self._history.forget(lambda state: id(state.query) in gone)
        if id(self.current) in gone:
            rest = self.queries[min(at, len(self.queries) - 1)] if self.queries else None
            self._move(Shown(rest, None, self.chosen))
        self._tell(Change.QUERIES)

    def leave_catalog(self) -> None:
        """Forget rows of a catalogue that is open no more: selections, and queries by a source."""
        self._remove([q for q in self.queries if q.index is not None])
        self._history.forget()
        self.view = None
        self._move(Shown(self.current))

    def take_up(self, obstacle: str) -> list[Query]:
        """Let queries wait again that an obstacle stood in the way of, and return them."""
        hindered = [q for q in self.queries if obstacle and q.message == obstacle]
        for query in hindered:
            query.forget_answer()
        self._told_of_many(hindered)
        return hindered

    def restart(self, query: Query) -> None:
        """Ask a query again from nothing."""
        query.forget_answer()
        self._told_of(query)

    def renew(self, queries: list[Query]) -> None:
        """Let queries wait for an answer by another encoder; their pictures stay meanwhile.

        Each becomes another job, so that what is still on its way for the old one is nobody's.
        """
        for query in queries:
            query.job, query.state, query.asked_before = self._job(), State.WAITING, True
            query.place, query.vector = {}, no_vector()
            query.rows, query.classes, query.likelihood = [], None, None
        self._told_of_many(queries)

    def renew_all(self, waiting: Iterable[Query]) -> list[Query]:
        """Renew what was asked, and return all that is to be asked: the query shown first."""
        renewed = [q for q in self.queries if q.state in (State.WORKING, State.ANSWERED)]
        self.renew(renewed)
        known = {id(query) for query in renewed}
        every = [*renewed, *(q for q in waiting if id(q) not in known)]
        return sorted(every, key=lambda query: query is not self.current)

    def put_off(self, query: Query) -> None:
        """Hear no more of a query's job, and keep what is known; it may be asked again."""
        self._put_off(query)
        self._told_of(query)

    def _put_off(self, query: Query) -> None:
        query.job, query.state = self._job(), State.ANSWERED

    def start(self, query: Query) -> None:
        """Note that the engine has been asked."""
        query.state = State.WORKING
        self._told_of(query)

    def refuse(self, query: Query, message: str) -> None:
        """Note that a query will not be answered, and why."""
        query.state, query.message = State.REFUSED, message
        self._told_of(query)

    def refuse_all(self, message: str) -> None:
        """Note of all that is open that it will not be answered; what is known of it stays."""
        still = [q for q in self.queries if q.open]
        for query in still:
            if query.rows:
                self._put_off(query)
            else:
                query.state, query.message = State.REFUSED, message
        self._told_of_many(still)

    def apply(self, event: Event) -> Query | None:
        """Take in an event of a query; return that query, or None if it is not ours."""
        query = self.find(event.job)
        if query is None:
            return None
        match event:
            case Picture():
                query.picture = event
                query.name = event.name if query.position is None else query.name
            case Place():
                query.place, query.vector = dict(event.positions), event.vector
            case Neighbours():
                query.rows = list(event.rows)
            case Seen() | Classes() | Reconstruction() | Likelihood():
                setattr(query, KEPT[type(event)], event)
            case Refused():
                query.state, query.message = State.REFUSED, event.message
            case Done():
                query.state, query.seconds = State.ANSWERED, event.seconds
        self._told_of(query)
        return query

    def _told_of(self, query: Query) -> None:
        self._told_of_many([query])

    def _told_of_many(self, queries: list[Query]) -> None:
        """Tell once of all of them: each time, the whole list is looked at."""
        if queries:
            self._tell(Change.QUERIES)
        if any(query is self.current for query in queries):
            self._tell(Change.ANSWER)

    # -- what is shown ---------------------------------------------------------------------

    def show(self, query: Query | None) -> None:
        """Show a query, with nothing selected beside it; what is chosen stays."""
        if query is not self.current or self.selected is not None:
            words = f"showing {query.name}" if query is not None else "leaving the query"
            self._go(self._now._replace(query=query, selected=None), words)

    def select(self, index: int | None) -> None:
        """Select a source of the catalogue, or none."""
        if index != self.selected:
            words = "leaving a source" if index is None else "going to a source"
            self._go(self._now._replace(selected=index), words)

    def choose(self, rows: ArrayLike, words: str, how: How = "replace") -> None:
        """Choose many sources of the catalogue.

        Parameters
        ----------
        rows : array_like of int, or of bool, shape (N,)
            Catalogue rows in any order, or a mask of them; empty chooses nothing.
        words : str
            Where they came from, for people: "likelihood below -512".
        how : {"replace", "add", "subtract", "intersect"}
            What becomes of those that are chosen already.
        """
        self._choose(self.chosen.combined(Chosen.of(rows, words), how), how)

    def invert(self, count: int) -> None:
        """Choose those of ``count`` sources that are not chosen."""
        self._choose(self.chosen.inverted(count))

    def choose_none(self) -> None:
        """Let no sources be chosen."""
        self._choose(NOTHING)

    def _choose(self, chosen: Chosen, how: How = "replace") -> None:
        if not (chosen.same_as(self.chosen) and chosen.words == self.chosen.words):
            self._go(self._now._replace(chosen=chosen), step_words(self.chosen, chosen, how))

    def look(self, view: View, words: str = "", *, again: bool = False) -> None:
        """Note which part of the map is in view.

        Parameters
        ----------
        view : tuple of float
            The lower left corner and the two sides, in the map's units.
        words : str
            What the user did, which can be undone then: "zoom".  "" for what nobody asked for.
        again : bool
            Whether it goes on with what was done last, which stays one step.
        """
        if again and words and words == self._history.undo_words:
            self._history.go_on()
            self.view = view
        elif words and view != self.view:
            self._go(self._now._replace(view=view), words)
        else:
            self.view = view

    def forget_views(self) -> None:
        """Remember no part of the map, as when another map is shown."""
        self._history.forget_views(self._now)
        self.view = None

    def step(self, by: int) -> None:
        """Walk ``by`` neighbours along the answer of the query shown."""
        rows = self.current.rows if self.current is not None else []
        if not rows:
            return
        order = [row["index"] for row in rows]
        at = (
            order.index(self.selected) if self.selected in order else (-1 if by > 0 else len(order))
        )
        self.select(order[max(0, min(at + by, len(order) - 1))])

    def back(self) -> bool:
        """Take one step back: from the selection, then from what is chosen; False without any."""
        if self.selected is not None:
            self.select(None)
        elif self.chosen:
            self.choose_none()
        else:
            return False
        return True

    def undo(self) -> None:
        """Return to what was shown before."""
        if self.can_undo:
            self._move(self._history.undo(self._now))

    def redo(self) -> None:
        """Take back an undo."""
        if self.can_redo:
            self._move(self._history.redo(self._now))

    @property
    def can_undo(self) -> bool:
        """Whether `undo` would do anything."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether `redo` would do anything."""
        return self._history.can_redo

    @property
    def undo_words(self) -> str:
        """What `undo` would undo: "choosing 312 sources"; "" for nothing."""
        return self._history.undo_words

    @property
    def redo_words(self) -> str:
        """What `redo` would do again; "" for nothing."""
        return self._history.redo_words

    @property
    def _now(self) -> Shown:
        return Shown(self.current, self.selected, self.chosen, self.view)

    def _go(self, state: Shown, words: str) -> None:
        """Move on, so that it can be undone."""
        self._history.remember(self._now, words)
        self._move(state)

    def _move(self, state: Shown) -> None:
        before = self._now
        self.current, self.selected, self.chosen, view = state
        self.view = view or self.view
        if before.chosen is not state.chosen:
            self._tell(Change.CHOSEN)
        if before.query is not state.query:
            self._tell(Change.CURRENT)
        if before.query is not state.query or before.selected != state.selected:
            self._tell(Change.SELECTION)
        if before.view != self.view:
            self._tell(Change.VIEW)

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)


def _bytes(query: Query) -> int:
    return int(query.picture.original.nbytes) if query.picture is not None else 0
