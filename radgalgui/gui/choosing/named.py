"""The named selections of the open catalogue: kept on disk, offered as columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from radgalgui.catalog.text import Text
from radgalgui.gui.choosing.chosen import Chosen, counted
from radgalgui.gui.desk import Desk
from radgalgui.gui.errands import sentence
from radgalgui.gui.sources import Sources

if TYPE_CHECKING:  # imported where it is used: the window opens without
    from radgalgui.jobs.keeping import Beside
    from radgalgui.jobs.selections import Kept

__all__ = ["COLUMN", "NamedSelections", "which_of", "with_selections"]

#: The column that tells of each source in which of them it is.
COLUMN = "selections"
SEVERAL = "in several"


@dataclass(frozen=True)
class _Read:
    place: Beside
    kept: list[Kept]


class NamedSelections(QObject):
    """What is kept of the open catalogue.  Files are read and written in the desk's thread.

    ``changed()`` tells that there are others, ``said(text, kind)`` what the user must know.
    """

    changed = Signal()
    said = Signal(str, str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._place: Beside | None = None
        self.kept: list[Kept] = []
        self._once: set[str] = set()
        desk.sources_ready.connect(self._read)

    # -- reading ---------------------------------------------------------------------------

    def _read(self, sources: Sources) -> None:
        """Find out what is kept of a catalogue that has just been opened."""
        self._place, self.kept, self._once = None, [], set()
        names = sources.columns["name"]

        def look() -> _Read:
            from radgalgui.jobs.keeping import beside
            from radgalgui.jobs.selections import read_selections

            place = beside(sources.path)
            listed = names.tolist() if (place.folder / "selections.json").exists() else []
            return _Read(place, read_selections(place, listed) if listed else [])

        self._desk.background.run(
            look,
            lambda read: self._take(sources, read),
            lambda error: self.said.emit(sentence(error), "failure"),
        )
        self.changed.emit()

    def _take(self, sources: Sources, read: _Read) -> None:
        if self._desk.sources is None or self._desk.sources.path != sources.path:
            return  # another has been opened meanwhile
        self._place, self.kept = read.place, read.kept
        self._once.update(self.names())
        for remark in filter(None, (one.remark for one in self.kept)):
            self.said.emit(remark, "warning")
        self.changed.emit()

    @property
    def ready(self) -> bool:
        """Whether something can be kept: the catalogue's folder is known."""
        return self._place is not None

    # -- what can be done ------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return what they are called, in their order."""
        return [one.name for one in self.kept]

    def find(self, key: str) -> Kept | None:
        """Return the one that is known by ``key``."""
        return next((one for one in self.kept if one.key == key), None)

    def keep(self, name: str, chosen: Chosen) -> str:
        """Keep chosen sources under a name, and return that name.

        Raises
        ------
        UsageError
            If the name will not do.
        """
        sources, place = self._desk.sources, self._place
        assert sources is not None
        assert place is not None
        from radgalgui.jobs.selections import check_name, keep_selection

        made = check_name(name, self.names(), self._columns(sources))
        rows, words = chosen.rows, chosen.words

        def write() -> Kept:
            return keep_selection(place, list(sources.columns["name"][rows]), made, rows, words)

        def done(kept: Kept) -> None:
            if place is self._place:
                self._list([*self.kept, kept])
                self.said.emit(f"Kept {counted(len(rows))} as “{made}”.", "done")

        self._desk.background.run(write, done, self._failed, writes=f"“{made}”")
        return made

    def rename(self, key: str, name: str) -> None:
        """Give one another name.

        Raises
        ------
        UsageError
            If the name will not do.
        """
        from radgalgui.jobs.selections import check_name

        sources, one = self._desk.sources, self.find(key)
        if sources is None or one is None or name == one.name:
            return
        others = [other.name for other in self.kept if other.key != key]
        made = check_name(name, others, self._columns(sources))
        self._list([replace(k, name=made) if k.key == key else k for k in self.kept])

    def remove(self, key: str) -> None:
        """Forget one."""
        self._list([one for one in self.kept if one.key != key])

    def _columns(self, sources: Sources) -> list[str]:
        """Return the names that columns of the catalogue itself have."""
        own = {*self._once, COLUMN}  # also of those forgotten, whose columns may still be there
        return [name for name in (*sources.columns, COLUMN) if name not in own or name == COLUMN]

    def _list(self, kept: Sequence[Kept]) -> None:
        from radgalgui.jobs.selections import list_selections

        self.kept = list(kept)
        self._once.update(self.names())
        place, listed = self._place, list(kept)
        if place is not None:
            self._desk.background.run(
                lambda: list_selections(place, listed),
                lambda _: None,
                self._failed,
                writes="your selections",
            )
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.said.emit(f"The selection could not be kept: {sentence(error)}", "failure")


def with_selections(sources: Sources, kept: Sequence[Kept], before: Collection[str]) -> Sources:
    """Return the same sources with selections as columns: for a worker thread.

    There is one of words, `COLUMN`, and one of truth values for each.

    Parameters
    ----------
    before : collection of str
        Columns of an earlier call, which are taken off.
    """
    columns: dict[str, Any] = {}
    if kept:
        columns[COLUMN] = which_of(kept, len(sources))
    for one in kept:
        mask = columns[one.name] = np.zeros(len(sources), dtype=bool)
        mask[one.rows] = True
    made = sources.without_columns(before).with_columns(columns)
    made.look_through()
    return made


def which_of(kept: Sequence[Kept], count: int) -> Text:
    """Return for each of ``count`` sources which selection it is in, "" for none."""
    import pyarrow as pa

    words = ["", *(one.name for one in kept), SEVERAL]
    number = np.zeros(count, dtype=np.int32)
    for place, one in enumerate(kept, start=1):
        before = number[one.rows]
        number[one.rows] = np.where(before == 0, place, len(words) - 1)
    return Text(pa.DictionaryArray.from_arrays(number, words))
