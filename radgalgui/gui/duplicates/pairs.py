"""Pairs of sources that may be one, what differs in them, and what was decided: plain Python."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from radgalgui.gui.choosing.named import COLUMN
from radgalgui.gui.sources import Sources, column_title, format_value
from radgalgui.jobs.duplicates.decisions import Decision, Keep

__all__ = ["Ledger", "Pair", "differing", "read_pairs"]

UNKNOWN = "–"
POSITIONS = ("ra", "dec")  # the separation tells more


@dataclass(frozen=True)
class Pair:
    """Two rows of the catalogue, how far apart they are, and how they were found."""

    left: int
    right: int
    separation: float = math.nan
    distance: float = math.nan
    found_by: str = ""

    @property
    def words(self) -> str:
        """How far they are apart, in words."""
        told = []
        if math.isfinite(self.separation):
            told.append(f"{apart(self.separation)} apart on the sky")
        if math.isfinite(self.distance):
            told.append(f"cosine similarity {1 - self.distance:.5f}")
        return "  ·  ".join(told)


def apart(arcsec: float) -> str:
    """Return a separation with its unit."""
    if not math.isfinite(arcsec):
        return UNKNOWN
    if arcsec < 60:
        return f"{arcsec:.2f}″"
    return f"{arcsec / 60:.1f}′" if arcsec < 3600 else f"{arcsec / 3600:.1f}°"


def read_pairs(path: Path, count: int) -> list[Pair]:
    """Return the pairs that ``radgalgui catalog duplicates --csv`` wrote, for a worker thread.

    Pairs of rows that a catalogue of ``count`` sources does not have are left out.
    """
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    made = [
        Pair(
            int(row["left_row"]),
            int(row["right_row"]),
            float(row["separation_arcsec"] or "nan"),
            float(row["cosine_distance"] or "nan"),
            row["found_by"],
        )
        for row in rows
    ]
    return [pair for pair in made if max(pair.left, pair.right) < count]


def differing(sources: Sources, pair: Pair) -> list[tuple[str, str, str]]:
    """Return the columns that tell both sources apart: title, and the two values as text."""
    told = []
    for name, values in sources.columns.items():
        if name in (*POSITIONS, "name", COLUMN):
            continue
        left, right = (format_value(name, values[row]) for row in (pair.left, pair.right))
        if left != right:
            told.append((column_title(name), left, right))
    return told


class Ledger:
    """What was decided of which pair, with the way back."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._kept: dict[tuple[int, int], Keep] = {(d.left, d.right): d.keep for d in decisions}
        self._past: list[tuple[tuple[int, int], Keep | None]] = []

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, pair: Pair) -> Keep | None:
        """Return what was decided of a pair, None for nothing."""
        return self._kept.get((pair.left, pair.right))

    def decide(self, pair: Pair, keep: Keep | None) -> None:
        """Note a decision, or take it back."""
        key = (pair.left, pair.right)
        self._past.append((key, self._kept.get(key)))
        self._set(key, keep)

    @property
    def can_undo(self) -> bool:
        """Whether something was decided since the window opened."""
        return bool(self._past)

    def undo(self) -> tuple[int, int]:
        """Take back the last decision, and return the rows of its pair."""
        key, before = self._past.pop()
        self._set(key, before)
        return key

    def _set(self, key: tuple[int, int], keep: Keep | None) -> None:
        if keep is None:
            self._kept.pop(key, None)
        else:
            self._kept[key] = keep

    def decisions(self) -> list[Decision]:
        """Return all that was decided, in the order in which it was."""
        return [Decision(left, right, keep) for (left, right), keep in self._kept.items()]
