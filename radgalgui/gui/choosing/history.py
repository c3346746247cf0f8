"""What was shown before, and what an undo took back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from radgalgui.gui.choosing.chosen import NOTHING, Chosen

if TYPE_CHECKING:
    from radgalgui.gui.session import Query

__all__ = ["History", "Shown"]

MOST_STEPS = 100
MOST_ROWS = 25_000_000  # of chosen sources remembered in all: 200 MB


class Shown(NamedTuple):
    """The query shown, the source selected, and the sources chosen."""

    query: Query | None = None
    selected: int | None = None
    chosen: Chosen = NOTHING


class History:
    """Steps back and forth between states; the oldest are forgotten."""

    def __init__(self) -> None:
        self._past: list[Shown] = []
        self._future: list[Shown] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forth."""
        return bool(self._future)

    def remember(self, now: Shown) -> None:
        """Keep what is shown now, before it changes; what was undone is forgotten."""
        self._past = [*self._past[1 - MOST_STEPS :], now]
        self._future = []
        while len(self._past) > 1 and _rows(self._past) > MOST_ROWS:
            del self._past[0]

    def undo(self, now: Shown) -> Shown:
        """Return what was shown before ``now``."""
        self._future.append(now)
        return self._past.pop()

    def redo(self, now: Shown) -> Shown:
        """Return what an undo took back."""
        self._past.append(now)
        return self._future.pop()

    def forget(self, unwanted: Callable[[Shown], bool] = lambda _: True) -> None:
        """Drop states, all of them unless told which."""
        self._past = [state for state in self._past if not unwanted(state)]
        self._future = [state for state in self._future if not unwanted(state)]


def _rows(states: list[Shown]) -> int:
    """Return how many rows are held; a set that stands in many states is held once."""
    held = {id(state.chosen): len(state.chosen) for state in states}
    return sum(held.values())
