"""Where pairs are asked for and decided upon: the job that finds them, and what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

import radgalgui_resources
from radgalgui.errors import RadGalError
from radgalgui.gui.desk import Desk
from radgalgui.gui.duplicates.pairs import Ledger, Pair, read_pairs
from radgalgui.gui.duplicates.searching import Result, Search
from radgalgui.gui.errands import sentence
from radgalgui.gui.sources import Sources
from radgalgui.gui.work.board import Board
from radgalgui.jobs.duplicates.decisions import (
    Decision,
    Keep,
    keep_decisions,
    kept_decisions,
    leaving,
    write_decisions,
)
from radgalgui.jobs.keeping import Beside, beside
from radgalgui.jobs.work.orders import Order

if TYPE_CHECKING:  # imported where it is used: it brings what measures distances
    from radgalgui.jobs.duplicates.find import Within

__all__ = ["Asked", "PairDesk"]

PAIRS = "pairs.csv"

#: Among so many sources no process of its own is needed.
QUICK_SKY, QUICK_IMAGES = 200_000, 30_000


@dataclass(frozen=True)
class Asked:
    """Within what pairs are looked for; None for not at all, a distance of 0 for one suggested."""

    arcsec: float | None = 5.0
    distance: float | None = None
    encoder: str = ""
    ignore_orientation: bool = False

    def quick(self, count: int) -> bool:
        """Whether it takes seconds only among so many sources."""
        most = QUICK_IMAGES if self.distance is not None else QUICK_SKY
        return count <= most and not self.ignore_orientation

    def within(self) -> Within:
        """Return the same as `find_duplicates` takes it."""
        from radgalgui.jobs.duplicates.find import Within

        if self.distance is None:
            return Within(self.arcsec)
        return Within(self.arcsec, self.distance or None, self.encoder)

    def arguments(self) -> list[str]:
        """Return the options of ``radgalgui catalog duplicates``."""
        made = ["--arcsec", f"{self.arcsec:g}"] if self.arcsec is not None else []
        if self.distance is not None:
            made += ["--distance", f"{self.distance:g}" if self.distance else "auto"]
            made += ["--encoder", self.encoder]
            made += ["--ignore-orientation"] if self.ignore_orientation else []
        return made


class PairDesk(QObject):
    """The pairs of the open catalogue.

    ``changed()`` tells that others were found, or how the job stands; ``decided()`` that something
    was decided; ``said(text, kind)`` what the user must know.
    """

    changed = Signal()
    decided = Signal()
    said = Signal(str, str)

    def __init__(self, desk: Desk, board: Board, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._board = desk, board
        self._place: Beside | None = None
        self._job = ""
        self.pairs: list[Pair] = []
        self.ledger = Ledger()
        self.looked, self.problem = False, ""
        self.limit: float | None = None
        self.counts: list[int] = []
        self._search = Search(self)
        self._search.told.connect(self.changed)
        board.changed.connect(self._follow)
        board.ended.connect(self._ended)
        desk.sources_ready.connect(self._read)
        if desk.sources is not None:
            self._read(desk.sources)

    # -- what is known ---------------------------------------------------------------------

    @property
    def sources(self) -> Sources | None:
        """The open catalogue."""
        return self._desk.sources

    @property
    def ready(self) -> bool:
        """Whether pairs can be asked for."""
        return self._place is not None and not self._job and not self._search.words

    @property
    def working(self) -> str:
        """What is being done, in a few words; "" where nothing is."""
        if self._search.words:
            return self._search.words
        job = self._board.jobs.get(self._job)
        if job is None:
            return ""
        if job.state == "waiting":
            return "Waiting for another job to end…"
        now = job.pace.last
        if now is None or not now.total:
            return "Starting…"
        return f"{now.what.capitalize()}: {100 * now.done // now.total} %"

    def _read(self, sources: Sources) -> None:
        """Find out what was found and decided of a catalogue before."""
        self._search.stop()
        self._place, self._job, self.pairs, self.ledger = None, "", [], Ledger()
        self.looked, self.problem, self.limit, self.counts = False, "", None, []
        names, count = sources.columns["name"], len(sources)

        def look() -> tuple[Beside, list[Pair] | None, list[Decision]]:
            place = beside(sources.path)
            path = place.folder / PAIRS
            found = read_pairs(path, count) if path.exists() and _newer(path, place) else None
            return place, found, kept_decisions(place, names.tolist())

        def take(read: tuple[Beside, list[Pair] | None, list[Decision]]) -> None:
            if self.sources is None or self.sources.path != sources.path:
                return
            self._place, found, decisions = read
            self.pairs, self.looked = found or [], found is not None
            self.ledger = Ledger(decisions)
            self.changed.emit()

        self._desk.background.run(look, take, self._failed)
        self.changed.emit()

    # -- looking ---------------------------------------------------------------------------

    def look(self, asked: Asked) -> None:
        """Look for pairs: in a thread where that takes seconds, or else by a job."""
        sources, place = self.sources, self._place
        if sources is None or place is None or not self.ready:
            return
        self.problem = ""
        try:
            out = place.make() / PAIRS
        except RadGalError as error:
            self.said.emit(str(error), "failure")
            return
        if asked.quick(len(sources)):
            self._search.begin(
                sources.path,
                asked.within(),
                out,
                lambda result: self._found(place, result),
                lambda why: self._stopped(place, why),
            )
        else:
            self._order(sources, asked, out)

    def _order(self, sources: Sources, asked: Asked, out: Path) -> None:
        """Start the job that looks for pairs."""
        folder = sources.path.absolute()
        arguments = ["catalog", "duplicates", str(folder), *asked.arguments(), "--csv", str(out)]
        order = Order("duplicates", f"Duplicates in {folder.name}", arguments, out, resumable=False)
        try:
            self._job = self._board.start(order)
        except RadGalError as error:
            self.said.emit(str(error), "failure")
        self.changed.emit()

    def stop(self) -> None:
        """Look no further."""
        self._search.stop()
        if self._job:
            self._board.stop(self._job)

    def close(self) -> None:
        """End the thread, before the window goes."""
        self._search.close()

    def _found(self, place: Beside, result: Result) -> None:
        if place is self._place:
            self.pairs, self.looked = result.pairs, True
            self.limit, self.counts = result.limit, result.counts

    def _stopped(self, place: Beside, why: str) -> None:
        if place is self._place:
            self.problem = why

    def _follow(self, key: str) -> None:
        if key == self._job:
            self.changed.emit()

    def _ended(self, key: str, _outcome: Any) -> None:
        job = self._board.jobs.get(key)
        if key != self._job or job is None or self.sources is None:
            return
        self._job = ""
        if job.state != "done":
            self.problem = job.message or "The search was stopped."
            self.changed.emit()
            return
        told = job.done.result if job.done is not None else {}
        self.limit = told.get("distance") if isinstance(told.get("distance"), float) else None
        counts = told.get("nearest")
        self.counts = [int(count) for count in counts] if isinstance(counts, list) else []
        path, count = job.out, len(self.sources)
        self._desk.background.run(lambda: read_pairs(path, count), self._take, self._failed)

    def _take(self, pairs: list[Pair]) -> None:
        self.pairs, self.looked = pairs, True
        self.changed.emit()

    # -- deciding --------------------------------------------------------------------------

    def decide(self, pair: Pair, keep: Keep | None) -> None:
        """Note what becomes of a pair."""
        self.ledger.decide(pair, keep)
        self._keep()

    def undo(self) -> tuple[int, int] | None:
        """Take back the last decision; return the rows of its pair, None where there is none."""
        if not self.ledger.can_undo:
            return None
        rows = self.ledger.undo()
        self._keep()
        return rows

    def _keep(self) -> None:
        place, sources, decisions = self._place, self.sources, self.ledger.decisions()
        if place is not None and sources is not None:
            names = sources.columns["name"]
            self._desk.background.run(
                lambda: keep_decisions(place, decisions, names),
                lambda _: None,
                self._failed,
                writes="your decisions on duplicates",
            )
        self.decided.emit()

    def choose(self) -> None:
        """Choose the sources that the decisions leave out."""
        rows = leaving(self.ledger.decisions()).out
        self._desk.session.choose(rows, "duplicates to leave out")

    def left_out(self) -> int:
        """Return how many sources the decisions leave out."""
        return len(leaving(self.ledger.decisions()).out)

    def export(self, path: Path) -> None:
        """Write the decisions to a file."""
        sources, decisions = self.sources, self.ledger.decisions()
        if sources is not None:
            names = sources.columns["name"]
            self._desk.background.run(
                lambda: write_decisions(path, decisions, names),
                lambda count: self.said.emit(f"{count:,} decisions written to {path}", "done"),
                self._failed,
                writes=path.name,
            )

    @property
    def changeable(self) -> bool:
        """Whether the catalogue itself may be changed: not one that comes with the program."""
        bundled = radgalgui_resources.path("catalogs")
        return self.sources is not None and not self.sources.path.absolute().is_relative_to(bundled)

    def leave_out(self, target: Path | None) -> None:
        """Start the job that makes a catalogue without duplicates; None is the open one itself."""
        sources, place = self.sources, self._place
        if sources is None or place is None:
            return
        folder, names = sources.path.absolute(), sources.columns["name"]
        decisions, path = self.ledger.decisions(), place.folder / "apply.csv"
        arguments = ["catalog", "duplicates", str(folder), "--apply", str(path)]
        title = f"{folder.name} without duplicates"
        if target is not None:
            out = target.absolute()
            order = Order("without", title, [*arguments, "--out", str(out)], out, resumable=False)
        else:
            order = Order("remove", title, arguments, folder, resumable=False)

        def start(_: object) -> None:
            try:
                self._board.start(order)
            except RadGalError as error:
                self.said.emit(str(error), "failure")

        def write() -> None:
            place.make()
            write_decisions(path, decisions, names)

        self._desk.background.run(write, start, self._failed, writes=title)

    def _failed(self, error: Exception) -> None:
        self.said.emit(sentence(error), "failure")


def _newer(path: Path, place: Beside) -> bool:
    """Whether a list of pairs was made after the catalogue's table, whose rows it tells."""
    return path.stat().st_mtime >= (place.catalog / "manifest.json").stat().st_mtime
