"""The running work in the status line; a click opens the panel of jobs."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from radgalgui.gui.theme import GRID, Tokens, numbers_font
from radgalgui.gui.work.board import Board
from radgalgui.gui.work.job_list import show_share, thin_bar
from radgalgui.gui.work.words import brief

__all__ = ["JobChip"]

LONGEST = 30  # letters of a title


class JobChip(QWidget):
    """Title, bar and time left of the job that runs; hidden when none does."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QToolButton()
        self.button.setObjectName("quiet")
        self.button.setFont(numbers_font(self.button.font()))
        self.button.setToolTip("Show the jobs (Ctrl+J)")
        self.bar = thin_bar("How much of the running job's step is done")
        self.bar.setFixedWidth(64)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 0, GRID, 0)
        row.setSpacing(GRID)
        row.addWidget(self.button)
        row.addWidget(self.bar)
        self.hide()

    def set_theme(self, _tokens: Tokens) -> None:
        """Take the colours of a theme; those of the style sheet are enough."""

    def show_board(self, board: Board) -> None:
        """Show what runs now."""
        running = board.alive()
        self.setVisible(bool(running))
        if not running:
            return
        job, more = running[-1], len(running) - 1 + len(board.waiting())
        title = job.title if len(job.title) <= LONGEST else f"{job.title[: LONGEST - 1].rstrip()}…"
        rest = f"  (and {more} more)" if more else ""
        text = f"{title}: {brief(job)}{rest}"
        self.button.setText(text)
        self.button.setAccessibleName(f"Jobs. {job.title}: {brief(job)}{rest}")
        show_share(self.bar, job)
