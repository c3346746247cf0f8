"""What the list of the user's own classifiers says of one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OwnRow"]


@dataclass(frozen=True)
class OwnRow:
    """A kept classifier, as the list tells it; one with a ``problem`` cannot answer."""

    name: str
    classes: str
    images: str
    accuracy: str
    words: str
    problem: str = ""
