"""Which columns of a table are shown, in which order and how wide: plain Python."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Columns"]


@dataclass(frozen=True)
class Columns:
    """How a user wants the columns of a catalogue.

    Parameters
    ----------
    order : tuple of str
        Columns from left to right, the hidden ones too; empty for the catalogue's own order.
    hidden : frozenset of str
        Those that are not shown.
    widths : dict of str to int
        Of columns that were made wider or narrower by hand, pixels.
    """

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    widths: dict[str, int] = field(default_factory=dict)

    def arranged(self, names: Sequence[str]) -> list[str]:
        """Return a catalogue's columns in the order wanted.

        Columns that nobody has placed stand behind the one that they follow in the catalogue.
        """
        made = [name for name in self.order if name in names]
        for number, name in enumerate(names):
            if name not in made:
                before = names[number - 1] if number else ""
                made.insert(made.index(before) + 1 if before else 0, name)
        return made

    def shown(self, names: Sequence[str]) -> list[str]:
        """Return the columns that are shown, from left to right; all where all are hidden."""
        arranged = self.arranged(names)
        return [name for name in arranged if name not in self.hidden] or arranged

    def to_json(self) -> str:
        """Return the wish as text."""
        return json.dumps([list(self.order), sorted(self.hidden), self.widths])

    @classmethod
    def from_json(cls, text: str) -> Columns:
        """Return the wish that `to_json` wrote; none for what cannot be read."""
        try:
            order, hidden, widths = json.loads(text)
            return cls(
                tuple(str(name) for name in order),
                frozenset(str(name) for name in hidden),
                {str(name): int(width) for name, width in widths.items()},
            )
        except (ValueError, TypeError, AttributeError):
            return cls()
