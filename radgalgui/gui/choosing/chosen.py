"""The sources that are chosen: a set of catalogue rows, and the words of where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["NOTHING", "Chosen", "How", "counted", "step_words"]

How = Literal["replace", "add", "subtract", "intersect"]

#: What stands between the words of two sets that were put together.
JOINED = {"add": "{} and {}", "subtract": "{} without {}", "intersect": "{} within {}"}

MOST_WORDS = 72  # above this, words of words are told as "several choices"
SEVERAL = "several choices"


def _frozen(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    rows.flags.writeable = False
    return rows


@dataclass(frozen=True, eq=False)
class Chosen:
    """A set of rows that never changes; operations give another.

    Parameters
    ----------
    rows : ndarray, shape (M,), int64
        Catalogue rows in increasing order, each once; not writeable.
    words : str
        Where they came from, as "likelihood below -512"; "" for none.
    """

    rows: NDArray[np.int64] = field(default_factory=lambda: _frozen(np.empty(0, np.int64)))
    words: str = ""

    @classmethod
    def of(cls, rows: ArrayLike, words: str) -> Chosen:
        """Return the set of ``rows``; nothing for no rows.

        Parameters
        ----------
        rows : array_like of int, or of bool, shape (N,)
            Rows in any order and with repetitions, or a mask of them.
        words : str
            Where they came from.

        Raises
        ------
        ValueError
            If a row is negative.
        """
        given = np.asarray(rows).ravel()
        made = np.flatnonzero(given) if given.dtype == bool else given.astype(np.int64)
        if not len(made):
            return NOTHING
        if made.min() < 0:
            raise ValueError("rows of a catalogue are not negative")
        if (made[1:] <= made[:-1]).any():
            there = np.zeros(int(made.max()) + 1, dtype=bool)
            there[made] = True
            made = np.flatnonzero(there)
        return cls(_frozen(made), words)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, (int, np.integer)):
            return False
        at = int(np.searchsorted(self.rows, row))
        return at < len(self.rows) and int(self.rows[at]) == row

    def same_as(self, other: Chosen) -> bool:
        """Whether another holds the same rows, whatever its words."""
        return self is other or np.array_equal(self.rows, other.rows)

    def mask(self, count: int) -> NDArray[np.bool_]:
        """Return for each of ``count`` sources whether it is in; rows beyond are left out."""
        made = np.zeros(count, dtype=bool)
        made[self.rows[: int(np.searchsorted(self.rows, count))]] = True
        return made

    def combined(self, other: Chosen, how: How) -> Chosen:
        """Return ``other``, or what becomes of this set with it, words included."""
        if how == "replace" or (how == "add" and not self):
            return other
        if how == "add" and not other:
            return self
        mine, others = self.rows, other.rows
        size = 1 + max(int(r[-1]) for r in (mine, others, np.zeros(1, np.int64)) if len(r))
        a, b = self.mask(size), other.mask(size)
        kept = {"add": a | b, "subtract": a & ~b, "intersect": a & b}[how]
        rows = np.flatnonzero(kept)
        if len(rows) == len(mine) and how != "add":
            return self  # nothing was taken away
        return Chosen(_frozen(rows), self._joined(other, how)) if len(rows) else NOTHING

    def inverted(self, count: int) -> Chosen:
        """Return the sources of ``count`` that are not in."""
        rows = np.flatnonzero(~self.mask(count))
        first = self.words.removeprefix("all but ")
        turned = first if first != self.words else f"all but {self.words}"
        return Chosen(_frozen(rows), turned if self.words else "all") if len(rows) else NOTHING

    def _joined(self, other: Chosen, how: How) -> str:
        if self.words == other.words:
            return self.words
        words = JOINED[how].format(self.words, other.words)
        return words if len(words) <= MOST_WORDS and SEVERAL not in words else SEVERAL


NOTHING = Chosen()


def step_words(before: Chosen, after: Chosen, how: How) -> str:
    """Return what was done to come from one set to another: "choosing 312 sources"."""
    gained = len(after) - len(before)
    if not after:
        return "choosing none"
    if how == "add" and before:
        return f"adding {counted(gained)}"
    if how in ("subtract", "intersect"):
        return f"taking away {counted(-gained)}"
    return f"choosing {counted(len(after))}"


def counted(count: int) -> str:
    """Return a number of sources in words."""
    return "1 source" if count == 1 else f"{count:,} sources"
