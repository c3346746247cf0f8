"""What a case is, and the list that they are entered in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .made import DEC, RA


@dataclass(frozen=True)
class Case:
    """One file.

    Parameters
    ----------
    name : str
        Unique, fit for a test's name.
    build : callable
        ``build(folder) -> path``.
    outcome : str
        ``"answered"`` or ``"refused"``.
    codes : frozenset of str
        Codes of notes that must come with the answer; others may.
    says : str
        What the refusal says, a part of it.
    position : tuple of float or None
        Where the cutout's centre must lie, within 3 arcsec.
    """

    name: str
    build: Callable[[Path], Path]
    outcome: str = "answered"
    codes: frozenset[str] = field(default_factory=frozenset)
    says: str = ""
    position: tuple[float, float] | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def refused(self) -> bool:
        """Whether it must be refused."""
        return self.outcome == "refused"

    @property
    def notes(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(sorted(self.codes))


CASES: list[Case] = []


def answered(
    *codes: str, at: tuple[float, float] | None = (RA, DEC)
) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Enter a builder whose file must be answered, with these notes."""

    def enter(build: Callable[[Path], Path]) -> Callable[[Path], Path]:
        CASES.append(Case(build.__name__, build, codes=frozenset(codes), position=at))
        return build

    return enter


def refused(says: str) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Enter a builder whose file must be refused with these words."""

    def enter(build: Callable[[Path], Path]) -> Callable[[Path], Path]:
        CASES.append(Case(build.__name__, build, outcome="refused", says=says))
        return build

    return enter
