"""What the lists of the user's own classifiers and encoders say of one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OwnRow"]


@dataclass(frozen=True)
class OwnRow:
    """One that was kept: what its list tells beside its name, and all that is known of it.

    One with a ``problem`` cannot be used.
    """

    name: str
    told: tuple[str, ...]
    words: str
    problem: str = ""
