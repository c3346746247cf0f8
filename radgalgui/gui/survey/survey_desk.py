"""Where the wizard's questions are put and answers taken in, off the window's thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.survey.checks import check_rows
from radgalgui.gui.survey.intake import Intake
from radgalgui.progress import CancelToken

if TYPE_CHECKING:
    from radgalgui.jobs.survey.plan import Plan
    from radgalgui.jobs.survey.preview import Preview
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Errand", "SurveyDesk"]

LOOK, AGAIN, ROWS, PREVIEW = "look", "again", "rows", "preview"
ENCODERS, DEVICES = "encoders", "devices"


@dataclass
class Errand:
    """One question: what was asked, whether the answer is still to come, and what it was."""

    asked: Any = None
    open: bool = False
    answer: Any = None
    problem: str = ""
    token: CancelToken = field(default_factory=CancelToken)


class SurveyDesk(QObject):
    """Asks `Intake`, one question of each kind at a time; a new one drops the last.

    ``changed(kind)`` tells that a question of a kind was put, answered or could not be.
    """

    changed = Signal(str)

    def __init__(self, intake: Intake, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._intake = intake
        self._reading, self._cutting = Background(self), Background(self)
        self.errands: dict[str, Errand] = {}
        self.seconds_a_cutout = 0.0  # 0 until it was measured

    def __getitem__(self, kind: str) -> Errand:
        return self.errands.setdefault(kind, Errand())

    def close(self) -> None:
        """Drop every question, and end the threads."""
        for errand in self.errands.values():
            errand.token.cancel()
        self._reading.close()
        self._cutting.close()

    # -- questions -------------------------------------------------------------------------

    def forget_all(self) -> None:
        """Drop what was asked of the data."""
        for kind in (LOOK, AGAIN, ROWS, PREVIEW):
            self.forget(kind)

    def look(self, paths: list[Path], table: Path | None) -> None:
        """Ask what these are."""
        for kind in (AGAIN, ROWS, PREVIEW):
            self.forget(kind)
        self._ask(LOOK, (paths, table), lambda _: self._intake.recognise(paths, table, {}))

    def look_again(self, paths: list[Path], table: Path | None, columns: dict[str, str]) -> None:
        """Ask what these are if some columns mean what the user says."""
        for kind in (ROWS, PREVIEW):
            self.forget(kind)
        chosen = dict(columns)
        self._ask(AGAIN, chosen, lambda _: self._intake.recognise(paths, table, chosen))

    def check(self, plan: Plan) -> None:
        """Ask which rows are good, unless that was asked already."""
        if self[ROWS].asked != plan:
            self._ask(
                ROWS, plan, lambda token: check_rows(_until(self._intake.rows(plan, token), token))
            )

    def preview(self, plan: Plan, preprocessing: Preprocessing, count: int, seed: int) -> None:
        """Ask for some cutouts, unless these are there already."""
        asked = (plan, preprocessing, count, seed)
        if self[PREVIEW].asked != asked:
            self._ask(PREVIEW, asked, lambda token: self._cut(*asked, token))

    def _cut(
        self, plan: Plan, eyes: Preprocessing, count: int, seed: int, token: CancelToken
    ) -> Preview:
        """Return some cutouts, and keep in mind how long one takes; called in a thread."""
        moments: list[float] = []

        def note(_done: int, _total: int | None, _what: str = "", /) -> None:
            moments.append(time.perf_counter())

        made = self._intake.preview(plan, eyes, count=count, seed=seed, progress=note, cancel=token)
        if len(moments) > 3:  # the first has waited for imports
            self.seconds_a_cutout = (moments[-1] - moments[0]) / (len(moments) - 1)
        return made

    def want_encoders(self) -> None:
        """Ask for encoders and devices, anew each time: some may have been trained meanwhile."""
        self._ask(ENCODERS, None, lambda _: self._intake.encoders())
        self._ask(DEVICES, None, lambda _: self._intake.devices())

    def forget(self, kind: str) -> None:
        """Drop a question and its answer."""
        self[kind].token.cancel()
        self.errands[kind] = Errand()
        self.changed.emit(kind)

    def _ask(self, kind: str, asked: Any, work: Callable[[CancelToken], Any]) -> None:
        before = self[kind]
        before.token.cancel()
        errand = self.errands[kind] = Errand(asked, open=True)
        thread = self._cutting if kind == PREVIEW else self._reading

        def carry() -> Any:
            errand.token.check()  # nobody waits for it any more
            return work(errand.token)

        thread.run(
            carry,
            lambda answer: self._take(kind, errand, answer, ""),
            lambda error: self._take(kind, errand, None, sentence(error)),
        )
        self.changed.emit(kind)

    def _take(self, kind: str, errand: Errand, answer: Any, problem: str) -> None:
        if errand is self.errands.get(kind):  # no other was asked since
            errand.open, errand.answer, errand.problem = False, answer, problem
            self.changed.emit(kind)


def _until(rows: Iterator[Any], token: CancelToken) -> Iterator[Any]:
    for row in rows:
        token.check()
        yield row
