"""Which sources the key to the colours hides: categories switched off, values out of a range."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.colours import LEVELS, MISSING, Scale

__all__ = ["ColourFilter"]


@dataclass(frozen=True)
class ColourFilter:
    """What is hidden of a column; nothing as it is made.

    Parameters
    ----------
    off : frozenset of int
        Colour numbers that are hidden; `MISSING` stands for values that are unknown.
    low, high : int
        The first and the last level that are shown, of 1 to ``LEVELS``.
    """

    off: frozenset[int] = frozenset()
    low: int = 1
    high: int = LEVELS

    def __bool__(self) -> bool:
        return bool(self.off) or (self.low, self.high) != (1, LEVELS)

    def toggled(self, code: int) -> ColourFilter:
        """Return the filter with a colour number shown if it is hidden, hidden if it is shown."""
        return replace(self, off=self.off ^ {code})

    def only(self, code: int, scale: Scale) -> ColourFilter:
        """Return the filter that shows one colour number alone, or all if that is so already."""
        others = frozenset(codes_of(scale)) - {code}
        return ColourFilter() if self.off == others else replace(self, off=others)

    def between(self, low: int, high: int) -> ColourFilter:
        """Return the filter with other ends of the range, kept in order and within the scale."""
        low = min(max(low, 1), LEVELS)
        return replace(self, low=low, high=min(max(high, low), LEVELS))

    def hidden(self, scale: Scale) -> NDArray[np.bool_] | None:
        """Return which sources are hidden, (N,); None where none is."""
        if not self:
            return None
        hides = np.zeros(256, dtype=np.bool_)
        hides[list(self.off)] = True
        if scale.kind != "categories":
            hides[1 : self.low] = True
            hides[self.high + 1 : LEVELS + 1] = True
        mask: NDArray[np.bool_] = hides[scale.codes]
        return mask if mask.any() else None


def codes_of(scale: Scale) -> list[int]:
    """Return the colour numbers that the key lists one by one: categories, and what is unknown."""
    codes = list(range(1, len(scale.categories) + 1)) if scale.kind == "categories" else []
    return [*codes, MISSING] if has_missing(scale) else codes


def has_missing(scale: Scale) -> bool:
    """Whether some values of a column are unknown."""
    return bool((scale.codes == MISSING).any())
