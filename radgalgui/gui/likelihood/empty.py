"""What a tab shows where there is nothing to show yet: a sentence, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.desk import Desk
from radgalgui.gui.likelihood import offer
from radgalgui.gui.theme import GRID

__all__ = ["Empty", "obstacle"]

NONE_YET = "How likely the sources of this catalogue are has not been told for this encoder yet."
HELPS = "It takes some minutes, in the background; you can go on meanwhile."
WIDEST = 480  # of a sentence, pixels


class Empty(QWidget):
    """A sentence in the middle, and below it a button where one helps; ``wanted()`` tells it."""

    wanted = Signal()

    def __init__(self, words: str = "Make likelihoods") -> None:
        super().__init__()
        self.message, self.button = QLabel(), QPushButton(words)
        self.message.setObjectName("muted")
        self.message.setWordWrap(True)
        self.message.setFixedWidth(WIDEST)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button.setObjectName("primary")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.wanted)
        column = QVBoxLayout(self)
        column.setSpacing(2 * GRID)
        column.addStretch(2)
        column.addWidget(self.message, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, text: str, *, button: bool = False) -> None:
        """Show a sentence, with the button or without."""
        self.message.setText(text)
        self.message.ensurePolished()
        needed = self.message.heightForWidth(WIDEST)  # of which a layout gives less
        self.message.setMinimumHeight(max(needed, 0))
        self.button.setVisible(button)


def obstacle(desk: Desk) -> tuple[str, bool]:
    """Return why nothing can be told, "" where it can, and whether a job would help."""
    sources = desk.sources
    if sources is None:
        return desk.problem or "The catalogue is being opened…", False
    if not sources.encoder:
        return desk.obstacle, False
    if sources.scores is not None:
        return "", False
    if sources.scores_problem:
        return sources.scores_problem, False
    problem = offer.obstacle(sources)
    return (f"{NONE_YET} {problem}", False) if problem else (f"{NONE_YET}\n{HELPS}", True)
