"""The panes as one picture, larger than on the screen, for a talk or a notebook."""

from __future__ import annotations

from PySide6.QtGui import QPixmap

from radgalgui.gui.arrangement import GAP
from radgalgui.gui.panes import Panes
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["panes_image"]

SIDE = 320  # pixels of each picture


def panes_image(panes: Panes, tokens: Tokens, side: int = SIDE) -> QPixmap:
    """Return the pictures shown side by side, each ``side`` pixels wide, under their words."""
    copy = Panes()
    copy.setAutoFillBackground(True)
    colours = copy.palette()
    colours.setColor(copy.backgroundRole(), tokens.panel)
    copy.setPalette(colours)
    copy.set_theme(tokens)
    copy.copy_of(panes)
    count = len(panes.shown)
    copy.setContentsMargins(GRID, GRID, GRID, GRID)
    wide = count * side + (count - 1) * (2 * GAP if count <= 2 else GAP)
    copy.resize(wide + 2 * GRID, side + copy.chrome + 2 * GRID)
    made = copy.grab()
    copy.deleteLater()
    return made
