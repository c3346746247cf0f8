"""The sources of a mosaic that are known: found, clicked or typed, and what was asked of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.class_text import leading
from radgalgui.gui.query import Query, State
from radgalgui.jobs.mosaic.table import names_of
from radgalgui.sky.coordinates import position_name
from radgalgui.sky.extraction import FieldSource

__all__ = ["Entry", "Roster", "answer_of"]

SAME = 3.0  # pixels: what was asked about there is the same source


@dataclass
class Entry:
    """A place in the mosaic.

    Parameters
    ----------
    name : str
        By its position, or its pixel where there are no coordinates.
    x, y : float
        0-based pixels of the mosaic.
    position : tuple of float or None
        ICRS degrees.
    source : FieldSource or None
        What was found there; None where a hand pointed.
    query : Query or None
        What was asked.
    """

    name: str
    x: float
    y: float
    position: tuple[float, float] | None
    source: FieldSource | None = None
    query: Query | None = None


class Roster:
    """The entries, those asked about first, then by brightness.

    ``marked`` is the one that is marked, or None.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.marked: Entry | None = None
        self._bright: list[Entry] = []  # those that were found, brightest first
        self._places = np.empty((0, 2))

    @property
    def places(self) -> NDArray[np.float64]:
        """The pixels (x, y) of all entries, shape (N, 2)."""
        return self._places

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Which entries something was asked about, shape (N,)."""
        return np.array([entry.query is not None for entry in self.entries], dtype=bool)

    @property
    def found(self) -> list[FieldSource]:
        """The sources that were found, brightest first."""
        return [entry.source for entry in self._bright if entry.source is not None]

    @property
    def count(self) -> int:
        """How many sources were found."""
        return len(self._bright)

    def clear(self) -> None:
        """Know nothing any more."""
        self.entries, self.marked, self._bright = [], None, []
        self._index()

    def take(self, sources: Sequence[FieldSource]) -> None:
        """Know these sources instead of those found before; what was asked about stays."""
        asked = [entry for entry in self.entries if entry.query is not None]
        for entry in asked:
            entry.source = None
        fresh = []
        taken = np.array([(entry.x, entry.y) for entry in asked]).reshape(-1, 2)
        for name, source in zip(names_of(sources), sources, strict=True):
            at = _nearest(taken, source.x, source.y)
            if at is not None and math.dist(taken[at], (source.x, source.y)) <= SAME:
                asked[at].source = source
            else:
                fresh.append(Entry(name, source.x, source.y, _position(source), source))
        self.entries = [*asked, *fresh]
        found = [entry for entry in self.entries if entry.source is not None]
        self._bright = sorted(found, key=_faintness)
        if self.marked is not None and self.marked not in self.entries:
            self.marked = None
        self._index()

    def at(self, x: float, y: float, within: float) -> Entry | None:
        """Return the entry nearest to a pixel, None where none is nearer than ``within``."""
        place = _nearest(self._places, x, y)
        if place is None or math.dist(self._places[place], (x, y)) > within:
            return None
        return self.entries[place]

    def called(self, text: str) -> Entry | None:
        """Return the entry of a name, or the only one whose name begins so."""
        wanted = text.strip().casefold()
        exact = [entry for entry in self.entries if entry.name.casefold() == wanted]
        begun = [entry for entry in self.entries if entry.name.casefold().startswith(wanted)]
        if exact:
            return exact[0]
        return begun[0] if wanted and len(begun) == 1 else None

    def add(self, x: float, y: float, position: tuple[float, float] | None) -> Entry:
        """Know a place that a hand pointed at, and return it."""
        name = position_name(*position) if position else f"x{round(x) + 1} y{round(y) + 1}"
        known = {entry.name for entry in self.entries}
        entry = Entry(name if name not in known else f"{name}#{len(known)}", x, y, position)
        self.entries.insert(0, entry)
        self._index()
        return entry

    def ask(self, entries: Sequence[Entry], queries: Sequence[Query]) -> None:
        """Note what was asked about entries, which move to the front."""
        for entry, query in zip(entries, queries, strict=True):
            entry.query = query
        moved = {id(entry) for entry in entries}
        self.entries = [*entries, *(e for e in self.entries if id(e) not in moved)]
        self._index()

    def unasked(self, most: int) -> list[Entry]:
        """Return the brightest entries with a position that nothing was asked about."""
        return list(islice((e for e in self._bright if e.query is None and e.position), most))

    def of(self, query: Query | None) -> Entry | None:
        """Return the entry of a query."""
        return next((e for e in self.entries if e.query is query and query is not None), None)

    def drop(self, queries: Sequence[Query]) -> bool:
        """Forget queries that are on the list no more; return whether there were any."""
        kept = {id(query) for query in queries}
        gone = [e for e in self.entries if e.query is not None and id(e.query) not in kept]
        for entry in gone:
            entry.query = None
        self.entries = [e for e in self.entries if e.source is not None or e.query is not None]
        if self.marked not in self.entries:
            self.marked = None
        if gone:
            self._index()
        return bool(gone)

    def _index(self) -> None:
        self._places = np.array([(e.x, e.y) for e in self.entries], np.float64).reshape(-1, 2)


def answer_of(entry: Entry) -> str:
    """Return in a few words what is known of an entry by now, "" where nothing was asked."""
    query = entry.query
    if query is None:
        return ""
    if query.state is State.REFUSED:
        return "refused"
    if query.classes is not None:
        name, share = leading(query.classes.classes, query.classes.mean)
        if name:
            return f"{name} {share:.2f}"
    if query.rows:
        return f"{len(query.rows)} nearest"
    return "waiting" if query.state is State.WAITING else "asking…"


def _position(source: FieldSource) -> tuple[float, float] | None:
    return (source.ra, source.dec) if math.isfinite(source.ra) else None


def _faintness(entry: Entry) -> float:
    return -entry.source.peak if entry.source is not None else 0.0


def _nearest(places: NDArray[np.float64], x: float, y: float) -> int | None:
    if not len(places):
        return None
    return int(np.argmin(np.hypot(places[:, 0] - x, places[:, 1] - y)))
