"""The second page: which row is what, and which rows will be left out."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from radgalgui.gui.flow import labelled
from radgalgui.gui.survey.checks import Checked
from radgalgui.gui.survey.column_table import ColumnTable
from radgalgui.gui.survey.draft import Draft
from radgalgui.gui.survey.page import Page, Remarks
from radgalgui.gui.survey.survey_desk import AGAIN, LOOK, ROWS, SurveyDesk
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["ColumnsPage"]

FRAMES = {
    "icrs": "ICRS",
    "fk5": "FK5 (J2000)",
    "fk4": "FK4 (B1950)",
    "galactic": "Galactic",
}
ADD = " A table that tells more of them can be added one step back."
MOST_PROBLEMS = 8
HIGHEST = 15 * GRID  # of the problems, pixels
PAUSE_MS = 250  # after a choice, before all rows are looked at again
WITH_TABLE = (
    "Is this what your columns mean?",
    "What each column means was guessed. Change it where the guess is wrong.",
)
WITHOUT = (
    "Are these your sources?",
    "This is what the files themselves tell.",
)


class ColumnsPage(Page):
    """First rows with choices above them; below, what is wrong with which rows."""

    def __init__(self, draft: Draft, desk: SurveyDesk) -> None:
        super().__init__("Is this what your rows mean?", "")
        self._draft, self._desk = draft, desk
        self.table = ColumnTable()
        self.frame = QComboBox()
        for key, words in FRAMES.items():
            self.frame.addItem(words, key)
        self.frame.setAccessibleName("Positions are")
        self.frame_line = labelled("Positions are", self.frame)
        self.verdict = QLabel()
        self.verdict.setObjectName("strong")
        self.problems = Remarks("Rows that are left out")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._check)
        self.column.addWidget(self.table, 1)
        self.column.addLayout(self._line())
        self.column.addWidget(self._scrolled())
        self.table.role_chosen.connect(self._choose_role)
        self.table.unit_chosen.connect(lambda option, unit: self._choose(**{option: unit}))
        self.frame.activated.connect(lambda row: self._choose(frame=self.frame.itemData(row)))
        desk.changed.connect(self._follow)

    def _line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.verdict, 1)
        row.addWidget(self.frame_line)
        return row

    def _scrolled(self) -> QWidget:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self.problems)
        return self._scroll

    # -- choosing --------------------------------------------------------------------------

    def show_data(self) -> None:
        """Show data that have just been recognised."""
        found, plan = self._desk[LOOK].answer, self._draft.plan
        if found is None or plan is None:
            return
        question, words = WITH_TABLE if found.columns else WITHOUT
        words += ADD if found.kind == "folder" and not found.columns else ""
        self.question.setText(question)
        self.words.setText(words)
        self.table.show_rows(found.columns, found.first_rows, self._draft.roles, plan.options)
        self._show_choices()

    def _choose_role(self, name: str, role: str) -> None:
        """Let a column mean something, and ask what the others mean then."""
        draft = self._draft
        if draft.plan is None:
            return
        for other, column in draft.plan.columns.items():
            if column == name and other != role:
                draft.columns[other] = ""
        if role:
            draft.columns[role] = name
        self._show_choices()
        self._desk.look_again(list(draft.inputs), draft.table, draft.columns)
        self.changed.emit()

    def _take_again(self) -> None:
        errand = self._desk[AGAIN]
        if errand.problem:
            self._say("These rows cannot be used as they are.", [("failure", errand.problem)])
            self.changed.emit()
        elif errand.answer is not None:
            self._draft.found = errand.answer.plan
            self._chosen()

    def _choose(self, **options: str) -> None:
        self._draft.options |= options
        self._chosen()

    def _chosen(self) -> None:
        self._show_choices()
        self._desk.forget(ROWS)
        self._timer.start()
        self.changed.emit()

    def _show_choices(self) -> None:
        plan = self._draft.plan
        if plan is not None:
            self.table.show_choices(self._draft.roles, plan.options)
            self.frame.setCurrentIndex(self.frame.findData(plan.options.frame))
            self.frame_line.setVisible({"ra", "dec"} <= set(self._draft.roles))

    # -- checking --------------------------------------------------------------------------

    def enter(self) -> None:
        """Look at every row, if that was not done."""
        self._check()

    def _check(self) -> None:
        self._timer.stop()
        if self._draft.plan is not None:
            self._desk.check(self._draft.plan)

    def _follow(self, kind: str) -> None:
        if kind == AGAIN:
            self._take_again()
        if kind != ROWS:
            return
        errand, checked = self._desk[ROWS], self._desk[ROWS].answer
        if errand.problem:
            self._say("These rows cannot be used as they are.", [("failure", errand.problem)])
        elif checked is None:
            self._say("Looking at every row…", [])
        else:
            self._say(_verdict(checked), _remarks(checked))
        self.changed.emit()

    def _say(self, verdict: str, remarks: list[tuple[str, str]]) -> None:
        self.verdict.setText(verdict)
        self.problems.show_remarks(remarks)
        self._scroll.setVisible(bool(remarks))
        self._scroll.setFixedHeight(min(3 * GRID * len(remarks) + GRID, HIGHEST))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().set_theme(tokens)
        self.problems.set_theme(tokens)

    @property
    def ready(self) -> bool:
        """Whether some rows are good."""
        checked = self._desk[ROWS].answer
        return checked is not None and checked.good > 0

    @property
    def hint(self) -> str:
        """What is still to be done."""
        errand = self._desk[ROWS]
        if self._desk[AGAIN].problem:
            return "No row can be used yet"
        if errand.open or (errand.answer is None and not errand.problem):
            return "Looking at every row…"
        return "" if self.ready else "No row can be used yet"


def _verdict(checked: Checked) -> str:
    if not checked.rejected:
        return f"All {checked.good:,} rows are good." if checked.good != 1 else "One row, and good."
    left = f"{checked.rejected:,} of {checked.total:,} rows will be left out"
    return f"{left}, the other {checked.good:,} are good." if checked.good else f"{left}."


def _remarks(checked: Checked) -> list[tuple[str, str]]:
    shown = [("warning", problem.text) for problem in checked.problems[:MOST_PROBLEMS]]
    if len(checked.problems) > MOST_PROBLEMS:
        more = sum(problem.count for problem in checked.problems[MOST_PROBLEMS:])
        shown.append(("info", f"And {more:,} more rows for other reasons."))
    if checked.rejected:
        shown.append(("info", "A report beside the catalogue will list every one of them."))
    return shown
