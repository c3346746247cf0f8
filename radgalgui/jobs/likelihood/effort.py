"""How long it takes to tell likelihoods, before it has begun; no torch here."""

from __future__ import annotations

from typing import Final

__all__ = ["judging_seconds"]

# Measured in one thread of a server of 2020, in seconds.
_START: Final = 10.0  # until torch is there
_SCORING: Final = 0.008  # a source: flow and second opinions of one encoder
_DRAWING: Final = 0.012  # a source: drawn again, once for all encoders


def judging_seconds(count: int, encoders: int = 1, *, drawn: bool = False) -> float:
    """Return about how long it takes to tell the likelihoods of a catalogue.

    Parameters
    ----------
    count : int
        Sources.
    encoders : int
        By whose vectors they are told.
    drawn : bool
        Whether the sources were drawn again already, for another encoder.
    """
    return _START + count * (_SCORING * encoders + (0.0 if drawn else _DRAWING))
