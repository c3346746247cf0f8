"""What may come next in a condition: names of columns, and words that stand in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from radgalgui.catalog.where import quoted
from radgalgui.gui.sources import MOST_COLOURED, Sources
from radgalgui.gui.table.finding import asks_condition

__all__ = ["Offer", "Vocabulary"]

LEAST = 2  # letters of a first word before it may be the name of a column

_OPEN_WORD = re.compile(
    r"""(?:"([^"]*)"|(\w+))\s*(?:=|<>|!=|\bin\s*\((?:[^()]*,)?)\s*'([^']*)$""", re.I
)
_BEFORE_WORD = re.compile(r"""(?:"([^"]*)"|(\w+))\s*(?:=|<>|!=)\s*$""")
_NAME = re.compile(r'"?[A-Za-z_][\w ]*$|"$')


@dataclass(frozen=True)
class Offer:
    """What can stand in place of the text between ``start`` and the cursor."""

    start: int
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The names that conditions on a catalogue are made of.

    Parameters
    ----------
    names : tuple of str
        Its columns.
    words : mapping of str to tuple of str
        For columns that hold few kinds of words, by their names in lower case: these words.
    sources : Sources or None
        The catalogue, None where there is none.
    """

    names: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Sources | None = None

    @classmethod
    def of(cls, sources: Sources) -> Vocabulary:
        """Return the names and words of a catalogue."""
        few = [n for n in sources.colourable() if sources.kind_of(n) == "words"]
        words = {name.lower(): tuple(sorted(sources.codes(name)[1])) for name in few}
        kept = {name: told for name, told in words.items() if len(told) <= MOST_COLOURED}
        return cls(tuple(sources.columns), kept, sources)

    @property
    def spelt(self) -> tuple[str, ...]:
        """The columns as conditions spell them."""
        return tuple(quoted(name) for name in self.names)

    def offer(self, text: str) -> Offer:
        """Return what may come at the end of ``text``, which stands before the cursor.

        Words of a column are offered behind ``=``; names of columns once two letters of the
        first are there, and from the first letter in what is a condition already.
        """
        if opened := _OPEN_WORD.search(text):
            start = opened.start(3) - 1
            return Offer(start, self._words(opened[1] or opened[2], opened[3]))
        if text.count("'") % 2:
            return Offer(len(text))
        if before := _BEFORE_WORD.search(text):
            return Offer(len(text), self._words(before[1] or before[2], ""))
        return self._names(text)

    def _words(self, column: str, typed: str) -> tuple[str, ...]:
        told = self.words.get(column.lower(), ())
        begun = [word for word in told if word.lower().startswith(typed.lower())]
        return tuple(_spelt(word) for word in begun)

    def _names(self, text: str) -> Offer:
        condition = self.sources is not None and asks_condition(self.sources, text)
        for start in _starts(text):
            typed = text[start:].lstrip('"')
            if len(typed) < (1 if condition or start else LEAST):
                continue
            wanted = typed.lower()
            fitting = [
                n for n in self.names if n.lower().startswith(wanted) and n.lower() != wanted
            ]
            if fitting:
                return Offer(start, tuple(quoted(name) for name in fitting))
        return Offer(len(text))


def _starts(text: str) -> Sequence[int]:
    """Return where the name that a text ends in may begin: the longest first."""
    if not (found := _NAME.search(text)):
        return ()
    spaces = re.finditer(" +", text[found.start() :])
    starts = [found.start(), *(found.start() + space.end() for space in spaces)]
    return [at for at in starts if text[at:].strip()]


def _spelt(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
