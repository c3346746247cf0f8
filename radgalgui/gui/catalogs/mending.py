"""What an open catalogue lacks is offered to be made, and what has changed on disk is read anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

import radgalgui_resources
from radgalgui.errors import RadGalError
from radgalgui.gui.sources import Sources
from radgalgui.jobs.work.orders import Order

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["Mending", "remedy"]

CHANGES = ("embed", "append", "remove", "refresh", "likelihood")


def remedy(sources: Sources) -> tuple[str, Order] | None:
    """Return what makes what a catalogue lacks, with the words of its button; None for nothing."""
    folder = sources.path.absolute()
    if folder.is_relative_to(radgalgui_resources.path("catalogs")):
        return None
    if not sources.encoder:
        first = radgalgui_resources.FIRST_ENCODER
        words = ["embed", str(folder), "--encoder", first]
        order = Order("embed", f"Vectors of {folder.name}", words, folder, resumable=True)
        return "Make its vectors", order
    if not sources.maps and len(sources) > 1 and not sources.obstacle:
        words = ["catalog", "refresh", str(folder)]
        order = Order("refresh", f"Map of {folder.name}", words, folder, resumable=True)
        return "Make its map", order
    return None


class Mending(QObject):
    """Offers remedies as catalogues open, and opens one again when a job has changed it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.desk.sources_ready.connect(self._offer)
        window.board.ended.connect(self._ended)

    def _offer(self, sources: Sources) -> None:
        offered = remedy(sources)
        if offered is not None:
            words, order = offered
            text = f"{sources.title or sources.path.name} has no vectors yet."
            if sources.encoder:
                text = f"{sources.title or sources.path.name} has no map yet."
            self._window.toasts.say(text, "warning", (words, lambda: self._start(order)))

    def _start(self, order: Order) -> None:
        window = self._window
        try:
            window.board.start(order)
        except RadGalError as error:
            window.toasts.say(str(error), "failure")
            return
        window.commands.jobs.open()

    def _ended(self, key: str, _outcome: Any) -> None:
        """Read the open catalogue again if a job has changed it."""
        job, sources = self._window.board.jobs.get(key), self._window.desk.sources
        if job is None or sources is None or job.state != "done":
            return
        order = job.record.order
        changed = Path(job.record.cwd) / order.out
        if order.kind in CHANGES and changed.absolute() == sources.path.absolute():
            self._window.desk.open_catalog(sources.path)
