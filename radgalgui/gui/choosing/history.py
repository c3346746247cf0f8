"""What was shown before, and what an undo took back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from radgalgui.gui.choosing.chosen import NOTHING, Chosen

if TYPE_CHECKING:
    from radgalgui.gui.query import Query

__all__ = ["History", "Shown", "Step", "View"]

MOST_STEPS = 100
MOST_ROWS = 25_000_000  # of chosen sources remembered in all: 200 MB

#: A part of the map: the lower left corner and the two sides, in the map's units.
View = tuple[float, float, float, float]


class Shown(NamedTuple):
    """The query shown, the source selected, the sources chosen, and the map's part in view."""

    query: Query | None = None
    selected: int | None = None
    chosen: Chosen = NOTHING
    view: View | None = None


class Step(NamedTuple):
    """A state that was left, and in words what was done then: "choosing 312 sources"."""

    state: Shown
    words: str = ""


class History:
    """Steps back and forth between states; the oldest are forgotten."""

    def __init__(self) -> None:
        self._past: list[Step] = []
        self._future: list[Step] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forth."""
        return bool(self._future)

    @property
    def undo_words(self) -> str:
        """What a step back would undo; "" for nothing."""
        return self._past[-1].words if self._past else ""

    @property
    def redo_words(self) -> str:
        """What a step forth would do again; "" for nothing."""
        return self._future[-1].words if self._future else ""

    def remember(self, now: Shown, words: str = "") -> None:
        """Keep what is shown now, before it changes; what was undone is forgotten."""
        self._past = [*self._past[1 - MOST_STEPS :], Step(now, words)]
        self._future = []
        while len(self._past) > 1 and _rows(self._past) > MOST_ROWS:
            del self._past[0]

    def go_on(self) -> None:
        """Let the last step go on: what was undone is forgotten."""
        self._future = []

    def undo(self, now: Shown) -> Shown:
        """Return what was shown before ``now``."""
        step = self._past.pop()
        self._future.append(Step(now, step.words))
        return step.state

    def redo(self, now: Shown) -> Shown:
        """Return what an undo took back."""
        step = self._future.pop()
        self._past.append(Step(now, step.words))
        return step.state

    def forget(self, unwanted: Callable[[Shown], bool] = lambda _: True) -> None:
        """Drop states, all of them unless told which."""
        self._past = [step for step in self._past if not unwanted(step.state)]
        self._future = [step for step in self._future if not unwanted(step.state)]

    def forget_views(self, now: Shown) -> None:
        """Drop the views of all states, and the steps that were nothing but a move of the map."""
        bare = now._replace(view=None)
        self._past = _without_views(self._past, bare)
        self._future = _without_views(self._future, bare)


def _without_views(steps: list[Step], last: Shown) -> list[Step]:
    """Return steps that lead to ``last`` without those that change nothing but the view."""
    kept: list[Step] = []
    for step in reversed(steps):
        state = step.state._replace(view=None)
        if state != last:
            kept.append(Step(state, step.words))
            last = state
    return kept[::-1]


def _rows(steps: list[Step]) -> int:
    """Return how many rows are held; a set that stands in many states is held once."""
    held = {id(step.state.chosen): len(step.state.chosen) for step in steps}
    return sum(held.values())
