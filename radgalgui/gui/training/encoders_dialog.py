"""The user's own encoders in a list: what each sees, and which catalogues need it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from radgalgui.gui.table_model import LEFT, RIGHT, Head
from radgalgui.gui.training.own_list import OwnList
from radgalgui.gui.training.own_row import OwnRow

__all__ = ["EncodersDialog", "needed_words"]

MOST_NAMED = 4
LOOKING = "looking…"


class EncodersDialog(OwnList):
    """Lists kept encoders.

    Attributes
    ----------
    needed : dict of str to list of Path
        By encoder, the known catalogues that have vectors of it.
    silent : list of Path
        Known catalogues whose disk does not answer.
    looking : bool
        Whether catalogues are still being looked into.
    """

    kinds = "encoders"
    about = (
        "Networks that you have trained and kept. New catalogues can be made with each of them; a"
        " catalogue with vectors of one needs it whenever an image is compared with its sources."
    )
    nothing = (
        "You have no encoders of your own yet.\n\n"
        "Train one on published images, or on the catalogues that you have made.\n"
        "Or add the file of one that was trained elsewhere, by radgalgui train."
    )
    heads = (
        Head("Name", "What you have called it", LEFT),
        Head("Sees", "How much of the sky around a galaxy", RIGHT),
        Head("Vector", "Numbers that it gives for a galaxy", RIGHT),
        Head("Learned from", "Images, with or without labels", RIGHT),
        Head("Catalogues with its vectors", "Among those that were open or made here", LEFT),
    )
    wide = 4

    def __init__(self, parent: QWidget) -> None:
        self.needed: dict[str, list[Path]] = {}
        self.silent: list[Path] = []
        self.looking = False
        super().__init__(parent)

    def show_needed(
        self, needed: dict[str, list[Path]], silent: list[Path], *, looking: bool
    ) -> None:
        """Tell which catalogues need which, as far as that is known."""
        self.needed, self.silent, self.looking = needed, silent, looking
        self.rows.renew()

    def cells(self, row: OwnRow) -> Sequence[str]:
        """Return the texts of a row."""
        if row.problem:
            return (row.name, "", "", "", "cannot be used")
        found = ", ".join(path.name for path in self.needed.get(row.name, []))
        return (row.name, *row.told, found or (LOOKING if self.looking else ""))

    def consequences(self, row: OwnRow) -> str:
        """Say which catalogues can be looked at only without one."""
        return needed_words(self.needed.get(row.name, []), self.silent, looking=self.looking)


def needed_words(needed: list[Path], silent: list[Path], *, looking: bool) -> str:
    """Return what becomes of catalogues without an encoder that they have vectors of."""
    said = []
    if needed:
        one = len(needed) == 1
        said.append(
            f"{_names(needed)} {'has' if one else 'have'} vectors of it. These can then be looked"
            " at only: no image can be compared with them."
        )
    if silent:
        has = "has" if len(silent) == 1 else "have"
        said.append(f"Whether {_names(silent)} {has} any is not known: the disk does not answer.")
    elif looking:
        said.append("Not all catalogues have been looked into yet.")
    elif not needed:
        said.append("No catalogue that was open or made here has vectors of it.")
    return " ".join(said)


def _names(paths: list[Path]) -> str:
    """Return the names of catalogues in a row: "one, two and 3 more"."""
    names = [path.name for path in paths]
    shown = names if len(names) <= MOST_NAMED else names[: MOST_NAMED - 1]
    more = len(names) - len(shown)
    *first, last = [*shown, f"{more} more"] if more else shown
    return f"{', '.join(first)} and {last}" if first else last
