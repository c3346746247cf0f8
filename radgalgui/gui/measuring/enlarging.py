"""Room for the galaxy's pictures: beside others while something is measured, or on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer

from radgalgui.gui.arrangement import GAP
from radgalgui.gui.layout import is_low

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["Elbow", "bring_list", "enlarge"]

LARGE = QSize(1180, 1080)
SMALL = QSize(620, 400)
SETTLE_MS = 60
SHARE = 0.64  # of the window's height
CHROME = 100  # height of menus, toolbar and status line


class Elbow:
    """Gives the galaxy more of its column while somebody asks for it, and takes it back.

    Only where its pictures are kept small by their height, and only as much as they need.  One is
    shared by all who ask, so that none takes back what another still needs.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._wishes: set[str] = set()
        self._before = 0
        self._later = QTimer(window)  # panels have their new sizes a moment after they are asked
        self._later.setSingleShot(True)
        self._later.setInterval(SETTLE_MS)
        self._later.timeout.connect(self._settle)

    def spread(self, who: str, *, wide: bool) -> None:
        """Take more height if pictures are small, or give back what nobody needs any more."""
        if wide:
            self._wishes.add(who)
        else:
            self._wishes.discard(who)
        self._later.start()

    def _settle(self) -> None:
        dock, panes = self._window.docks["image"], self._window.image.panes
        if dock.isFloating() or not dock.isVisible():
            return
        if not self._wishes:
            if self._before:
                self._resize(self._before)
            self._before = 0
            return
        count = len(panes.shown)
        if not count:
            return
        side = (panes.width() - (count - 1) * GAP) / count
        missing = round(side - panes.front.view.width())
        most = round(SHARE * (self._window.height() - CHROME))
        if missing > 0 and dock.height() < most:
            self._before = self._before or dock.height()
            self._resize(min(dock.height() + missing, most))

    def _resize(self, height: int) -> None:
        """Give the galaxy a height, at the cost of what stands below it."""
        window, dock = self._window, self._window.docks["image"]
        below = window.docks["neighbours"]
        together = [below, *window.tabifiedDockWidgets(below)]
        front = next((one for one in together if not one.visibleRegion().isEmpty()), below)
        left = max(front.height() - (height - dock.height()), front.minimumSizeHint().height())
        docks, heights = [dock, front], [height, left]
        classes = window.docks["classes"]
        if classes not in together and not classes.visibleRegion().isEmpty():
            docks, heights = [*docks, classes], [*heights, classes.height()]
        window.resizeDocks(docks, heights, Qt.Orientation.Vertical)


def bring_list(window: MainWindow, key: str) -> None:
    """Open the list of measurements, in a low window as a small one of its own.

    There it would stand in front of the pictures that are measured on.
    """
    dock = window.docks[key]
    if not is_low(window, window.docks) or dock.isFloating():
        window.guests.bring(key)
        return
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    dock.setFloating(True)
    dock.show()
    dock.resize(SMALL)
    corner = window.map.mapToGlobal(window.map.rect().bottomLeft())
    dock.move(corner - QPoint(0, SMALL.height()))


def enlarge(window: MainWindow) -> None:
    """Show the galaxy in a window of its own, or in its place again."""
    dock = window.docks["image"]
    dock.show()
    dock.setFloating(not dock.isFloating())
    if dock.isFloating():
        room = window.screen().availableGeometry()
        dock.resize(LARGE.boundedTo(room.size() * 0.92))
        dock.move(room.center() - dock.rect().center())
        dock.activateWindow()
    else:
        window.proportion()
