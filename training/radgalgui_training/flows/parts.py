"""Which sources each flow of an ensemble learns from, is stopped by, and has never seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError

__all__ = ["LEAST", "Parts", "parts_of"]

LEAST: Final = 50
"""Sources that a flow can be fitted to at least."""

_FEW: Final = 2000  # below, five members, so that each learns from more of the sources
_HELD: Final = 0.1
_MOST_HELD: Final = 2000


@dataclass(frozen=True)
class Parts:
    """Row numbers, each ascending: learned from, held out to stop by, and left for scoring."""

    learned: NDArray[np.int64]
    held: NDArray[np.int64]
    unseen: NDArray[np.int64]


def parts_of(count: int, members: int, *, seed: int) -> list[Parts]:
    """Return the parts for each member; each row is unseen by exactly one.

    Parameters
    ----------
    count : int
        Sources.
    members : int
        Flows; of fewer than 2,000 sources at least five, so that each learns from more of them.
    seed : int
        Of the drawing.

    Raises
    ------
    UsageError
        If there are too few sources.
    """
    if count < LEAST:
        raise UsageError(
            f"{count} sources are too few to say which are usual",
            remedy=f"take a catalogue of {LEAST} or more",
        )
    members = max(members, 5) if count < _FEW else members
    rows = np.random.default_rng([seed, count]).permutation(count)
    made = []
    for number in range(members):
        unseen = rows[number::members]
        others = np.delete(rows, np.s_[number::members])
        held = min(max(int(_HELD * len(others)), 8), _MOST_HELD)
        made.append(Parts(np.sort(others[held:]), np.sort(others[:held]), np.sort(unseen)))
    return made
