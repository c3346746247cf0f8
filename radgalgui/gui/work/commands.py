"""What the actions about jobs do, and what happens when the window is closed while some run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from radgalgui.gui.feature import Feature
from radgalgui.gui.work.closing import ClosingDialog
from radgalgui.gui.work.last_writes import LastWrites

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["JobCommands"]

LARGE = QSize(1080, 720)


class JobCommands(Feature):
    """Slots of actions about jobs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._writes = LastWrites(window)
        self._closing: ClosingDialog | None = None
        self._answered = False
        window.jobs_panel.enlarge_wanted.connect(self.enlarge)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"jobs": self.open}

    def connect(self) -> None:
        """Offer ways to begin in the panel, as long as it is empty."""
        window = self._window
        for text, key in (("New catalogue…", "new_catalogue"), ("Train an encoder…", "train")):
            window.jobs_panel.empty.add(text, window.actions_[key])

    def open(self, key: str = "") -> None:
        """Show the panel, and a job in it, and let the keys go there."""
        window = self._window
        window.guests.bring("jobs")
        if key:
            window.jobs.choose(key)
        window.jobs_panel.list.setFocus()

    def enlarge(self) -> None:
        """Show the panel in a window of its own, or in its place again."""
        window, dock = self._window, self._window.docks["jobs"]
        dock.setFloating(not dock.isFloating())
        if dock.isFloating():
            room = window.screen().availableGeometry()
            dock.resize(LARGE.boundedTo(room.size() * 0.9))
            dock.move(room.center() - dock.rect().center())
        else:
            window.tabifyDockWidget(window.docks["neighbours"], dock)
            self.open()

    # -- closing the window ----------------------------------------------------------------

    def may_close(self) -> bool:
        """Whether the window may close now; if not, the user is being asked.

        Files that are being written come first.  Who closes the window a second time, while the
        question stands, wants it closed: then work goes on without it.
        """
        if not self._writes.may_close():
            return False
        board = self._window.board
        if self._answered or not board.alive() or self._closing is not None:
            return True
        dialog = self._closing = ClosingDialog(self._window)
        dialog.keep_wanted.connect(self._close)
        dialog.stop_wanted.connect(self._stop)
        dialog.stay_wanted.connect(self._stay)
        dialog.ask(board.alive(), board.waiting())
        return False

    def _close(self) -> None:
        self._answered = True
        self._end_question()
        self._window.close()

    def _stop(self) -> None:
        board, dialog = self._window.board, self._closing
        if dialog is not None:
            dialog.show_stopping(board.alive())
        board.ended.connect(self._close_when_all_have_stopped)
        board.stop_all()
        self._close_when_all_have_stopped()

    def _close_when_all_have_stopped(self, *_: object) -> None:
        if not self._window.board.alive() and not self._answered:
            self._close()

    def _stay(self) -> None:
        self._end_question()

    def _end_question(self) -> None:
        if self._closing is not None:
            self._closing.hide()
            self._closing.deleteLater()
            self._closing = None
