"""Looks for pairs in a thread of the window, where that takes seconds only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from radgalgui.errors import Cancelled
from radgalgui.gui.background import Background
from radgalgui.gui.duplicates.pairs import Pair, read_pairs
from radgalgui.gui.errands import sentence
from radgalgui.progress import CancelToken

if TYPE_CHECKING:
    from radgalgui.jobs.duplicates.find import Within

__all__ = ["Result", "Search"]

POLL_MS = 150


@dataclass(frozen=True)
class Result:
    """What was found: pairs, the cosine distance within which was looked, and its histogram."""

    pairs: list[Pair]
    limit: float | None
    counts: list[int]


class Search(QObject):
    """One search at a time; ``told()`` says that it has come further, or has ended."""

    told = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._token: CancelToken | None = None
        self._now: tuple[int, int | None, str] = (0, None, "")
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.told)

    @property
    def words(self) -> str:
        """How far it has come, in a few words; "" where nothing is looked for."""
        if self._token is None:
            return ""
        done, total, what = self._now
        return f"{what.capitalize()}: {100 * done // total} %" if total else "Starting…"

    def begin(
        self,
        path: Path,
        within: Within,
        out: Path,
        done: Callable[[Result], None],
        failed: Callable[[str], None],
    ) -> None:
        """Look for the pairs of a catalogue, and write them to ``out`` as the terminal does."""
        token, self._now = CancelToken(), (0, None, "")
        self._token = token

        def tell(count: int, total: int | None, what: str = "", /) -> None:
            self._now = (count, total, what)

        def work() -> Result:
            from radgalgui.catalog.catalog import Catalog
            from radgalgui.jobs.duplicates.find import find_duplicates, write_pairs

            with Catalog.open(path) as catalog:
                found = find_duplicates(catalog, within, progress=tell, cancel=token)
                write_pairs(catalog, found, out)
                pairs = read_pairs(out, len(catalog))
            limit = None if found.limit != found.limit else found.limit
            return Result(pairs, limit, list(found.counts))

        def end(take: Callable[[], None]) -> None:
            self._token = None
            self._timer.stop()
            take()
            self.told.emit()

        def complain(error: Exception) -> None:
            stopped = isinstance(error, Cancelled)
            words = "The search was stopped." if stopped else sentence(error)
            end(lambda: failed(words))

        self._timer.start()
        self._background.run(work, lambda result: end(lambda: done(result)), complain)
        self.told.emit()

    def stop(self) -> None:
        """Look no further."""
        if self._token is not None:
            self._token.cancel()

    def close(self) -> None:
        """End the thread, before the window goes."""
        self.stop()
        self._timer.stop()
        self._background.close()
