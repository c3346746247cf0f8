"""Shows the board in the window: in its panel, its status line, and in messages at the end."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage

from radgalgui.gui.toasts import Toasts
from radgalgui.gui.work.board import Board
from radgalgui.gui.work.chip import JobChip
from radgalgui.gui.work.panel import JobsPanel
from radgalgui.jobs.work.worker import Outcome

__all__ = ["JobsPresenter"]

#: At most so often is a job shown that tells much, milliseconds.
BREATH_MS = 100


class JobsPresenter(QObject):
    """Joins board and views.

    ``shown(id)`` asks for the panel to be opened, ``counted(text)`` tells how many jobs there
    are, for its title.
    """

    shown = Signal(str)
    counted = Signal(str)

    def __init__(
        self, board: Board, panel: JobsPanel, chip: JobChip, toasts: Toasts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._board, self._panel, self._chip, self._toasts = board, panel, chip, toasts
        self._stale: set[str] = set()
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._show_stale)
        self._connect()
        self._list()

    def _connect(self) -> None:
        board, views, detail = self._board, self._panel.list, self._panel.detail
        board.listed.connect(self._list)
        board.changed.connect(self._change)
        board.ended.connect(self._end)
        board.found.connect(self._find)
        board.troubled.connect(lambda text: self._toasts.say(text, "failure"))
        views.chosen.connect(self._choose)
        views.stop_wanted.connect(board.stop)
        views.remove_wanted.connect(board.remove)
        detail.stop_wanted.connect(board.stop)
        detail.resume_wanted.connect(board.resume)
        detail.folder_wanted.connect(self._open_folder)
        detail.next_wanted.connect(self.take_next_step)
        detail.copied.connect(lambda text: self._toasts.say(f"Copied: {text}", "done"))
        detail.pictures.wanted.connect(self._bring)
        self._chip.button.clicked.connect(lambda: self.shown.emit(""))

    def choose(self, key: str) -> None:
        """Show a job in the panel."""
        self._panel.list.choose(key)

    def take_next_step(self, key: str) -> None:
        """Do what is to be done with the result of a job."""
        step = self._board.next_step(key)
        if step is not None:
            step.take(self._board.jobs[key])

    # -- following the board ---------------------------------------------------------------

    def _list(self) -> None:
        self._panel.show_jobs(self._board.jobs.values())
        self._count()

    def _change(self, key: str) -> None:
        self._stale.add(key)
        if not self._breath.isActive():
            self._breath.start()

    def _show_stale(self) -> None:
        stale, self._stale = self._stale, set()
        for key in stale:
            self._panel.list.show_job(key)
        if self._panel.list.current() in stale:
            self._choose(self._panel.list.current())
        self._count()

    def _choose(self, key: str) -> None:
        job = self._board.jobs.get(key)
        self._panel.detail.show_job(job, self._board.next_step(key))
        if job is not None:
            self._board.read(key)

    def _count(self) -> None:
        running, waiting = len(self._board.alive()), len(self._board.waiting())
        parts = [f"{running} running"] if running else []
        parts += [f"{waiting} waiting"] if waiting else []
        self.counted.emit(", ".join(parts))
        self._chip.show_board(self._board)

    def _end(self, key: str, outcome: Outcome) -> None:
        job, step = self._board.jobs[key], self._board.next_step(key)
        if outcome.how == "done" and step is not None:
            take = lambda: self.take_next_step(key)  # noqa: E731
            self._toasts.say(f"{job.title} is done.", "done", (step.text, take), stays=True)
        elif outcome.how == "done":
            self._toasts.say(f"{job.title} is done.", "done", ("Show it", lambda: self._show(key)))
        elif outcome.how != "cancelled":
            again = ("Resume", lambda: self._resume(key)) if job.resumable else None
            look = ("Show the log", lambda: self._show(key))
            words = outcome.text if job.title in outcome.text else f"{job.title}: {outcome.text}"
            self._toasts.say(words, "failure", again or look)

    def _find(self, ids: list[str]) -> None:
        """Offer to resume what earlier windows left unfinished."""
        self._list()
        titles = [self._board.jobs[key].title for key in ids]
        if not ids:
            return
        if len(ids) == 1:
            self._toasts.say(
                f"{titles[0]} was not finished when the window was last open.",
                "info",
                ("Resume", lambda: self._resume(ids[0])),
                stays=True,
            )
        else:
            self._toasts.say(
                f"{len(ids)} jobs were not finished when the window was last open.",
                "info",
                ("Resume all", lambda: self._resume_all(ids)),
                stays=True,
            )

    def _resume_all(self, ids: list[str]) -> None:
        """Resume jobs, the oldest first."""
        for key in reversed(ids):
            self._resume(key)

    def _resume(self, key: str) -> None:
        if key in self._board.jobs:
            self._board.resume(key)
            self._show(key)

    def _show(self, key: str) -> None:
        self.choose(key)
        self.shown.emit(key)

    # -- files -----------------------------------------------------------------------------

    def _open_folder(self, key: str) -> None:
        place = self._board.jobs[key].out
        while not place.is_dir() and place != place.parent:
            place = place.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self._toasts.say(f"The folder is {place}", "info")

    def _bring(self, path: str) -> None:
        job, pictures = self._panel.detail.job, self._panel.detail.pictures
        if job is not None:
            whole = str(job.record.cwd / path)
            self._board.run(lambda: QImage(whole), lambda image: pictures.show_image(path, image))
