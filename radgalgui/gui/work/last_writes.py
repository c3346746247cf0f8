"""Files that are still being written when the window is closed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from radgalgui.gui.background import finish_writing, writing
from radgalgui.gui.work.closing import ClosingDialog

__all__ = ["LastWrites"]

#: How long the closing of the window waits before it says so, seconds: most writing takes less.
PATIENCE_S = 1.0
LOOK_MS = 100


class LastWrites(QObject):
    """Lets a window close when nothing is being written any more.

    Where that takes long the user is told of it, and may close without.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: ClosingDialog | None = None
        self._given_up = self._waiting = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def may_close(self) -> bool:
        """Whether the window may close now; if not, it closes when all is written.

        Who closes it a second time, while that is said, wants it closed.
        """
        if self._given_up or self._dialog is not None:
            self._end()
            return True
        if self._waiting:  # Ctrl+C once more meanwhile
            return False
        self._waiting = True
        what = finish_writing(PATIENCE_S)
        self._waiting = False
        if not what:
            return True
        dialog = self._dialog = ClosingDialog(self._window)
        dialog.stop_wanted.connect(self._give_up)
        dialog.stay_wanted.connect(self._end)
        dialog.show_writing(what)
        self._timer.start()
        return False

    def _look(self) -> None:
        what = writing()
        if not what:
            self._end()
            self._window.close()
        elif self._dialog is not None:
            self._dialog.show_writing(what)

    def _give_up(self) -> None:
        self._given_up = True
        self._end()
        self._window.close()

    def _end(self) -> None:
        self._timer.stop()
        if self._dialog is not None:
            self._dialog.hide()
            self._dialog.deleteLater()
            self._dialog = None
