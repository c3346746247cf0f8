"""How pictures, and facts beside or below them, share a panel so that pictures are large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Arrangement", "arrange"]

GAP = 8
BEST_GAP = 16  # between two pictures, which have room
WORTH_A_ROW = 0.85  # pictures in several rows count for this much of their size
FACTS_WIDE, FACTS_HIGH = 204, 96  # the least that facts can be read in, pixels
FACTS_NARROW = 112  # with each value under its title, in a panel narrower than NARROW
NARROW = 560


@dataclass(frozen=True)
class Arrangement:
    """Cells of equal size in rows and columns, and the rectangle left for facts.

    Parameters
    ----------
    columns : int
        Cells in a row.
    cell : tuple of float
        Width and height of a cell, its words included.
    side : float
        Of the square picture in it.
    gap : float
        Between cells.
    facts : tuple of float, optional
        x, y, width and height of the facts.
    """

    columns: int
    cell: tuple[float, float]
    side: float
    gap: float
    facts: tuple[float, float, float, float] | None = None

    def bottom(self, pictures: int, words: float) -> float:
        """Return where the lowest picture ends."""
        rows = -(-pictures // self.columns)
        return (rows - 1) * (self.cell[1] + self.gap) + words + self.side

    def place(self, number: int) -> tuple[float, float, float, float]:
        """Return x, y, width and height of a cell; 0 is the first."""
        row, column = divmod(number, self.columns)
        (wide, high), gap = self.cell, self.gap
        return column * (wide + gap), row * (high + gap), wide, high


def arrange(
    width: float, height: float, pictures: int, *, words: float, facts: bool = False
) -> Arrangement:
    """Return the arrangement in full rows in which the pictures are largest.

    One row is preferred, in which pictures are compared more easily, unless it costs much.

    Parameters
    ----------
    width, height : float
        Of the panel, pixels.
    pictures : int
        How many, at least 1.
    words : float
        Height of the words above each picture, pixels.
    facts : bool
        Whether a list of facts needs its own room.
    """
    sides: tuple[Literal["", "right", "below"], ...] = ("right", "below") if facts else ("",)
    made = [
        _arranged(width, height, pictures, columns, words, where)
        for where in sides
        for columns in range(pictures, 0, -1)
        if pictures % columns == 0
    ]
    return max(made, key=lambda a: a.side * (1.0 if a.columns == pictures else WORTH_A_ROW))


def _arranged(
    width: float,
    height: float,
    pictures: int,
    columns: int,
    words: float,
    where: Literal["", "right", "below"],
) -> Arrangement:
    gap = BEST_GAP if pictures <= 2 else GAP
    rows = -(-pictures // columns)
    facts = FACTS_WIDE if width >= NARROW else FACTS_NARROW
    wide = width - (facts + BEST_GAP if where == "right" else 0)
    high = height - (FACTS_HIGH + gap if where == "below" else 0)
    cell_high = (high - (rows - 1) * gap) / rows
    side = max(min((wide - (columns - 1) * gap) / columns, cell_high - words), 0.0)
    if not where:
        cell = ((width - (columns - 1) * gap) / columns, cell_high)
        return Arrangement(columns, cell, side, gap)
    cell = (side, side + words)
    used_wide = columns * side + (columns - 1) * gap
    used_high = rows * (side + words) + (rows - 1) * gap
    if where == "right":
        left = used_wide + BEST_GAP
        return Arrangement(columns, cell, side, gap, (left, 0.0, max(width - left, 0.0), height))
    top = used_high + gap
    return Arrangement(columns, cell, side, gap, (0.0, top, width, max(height - top, 0.0)))
